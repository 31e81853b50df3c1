//! A project on disk, a database of its own, and the real binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use sconce_testing::project::FILES;
use sconce_testing::{Held, McpClient, TestDatabase, model, project};
use serde_json::Value;

/// Whether stdio processes share a local server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Shared,
    Alone,
}

/// Each test twice: served by the local server, and by the process itself.
macro_rules! in_both_modes {
    ($($name:ident),* $(,)?) => {
        mod shared {
            $(#[test] fn $name() { super::$name($crate::support::Mode::Shared); })*
        }
        mod alone {
            $(#[test] fn $name() { super::$name($crate::support::Mode::Alone); })*
        }
    };
}

pub(crate) use in_both_modes;

/// Where the binary runs, and on what.
pub(crate) struct Place {
    dir: tempfile::TempDir,
    database_url: String,
    data_dir: PathBuf,
    mode: Mode,
    /// Whether jobs must last on any machine: one thread, and products that no tile speeds up.
    slow: bool,
    /// Whether a local server may have been started.
    served: AtomicBool,
    /// Dropped last: it drops the database.
    database: Option<TestDatabase>,
}

impl Place {
    /// A project, a database of its own and the tests' model.
    pub(crate) fn with_database() -> Place {
        model::model();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let database = runtime.block_on(TestDatabase::create());
        let url = database.url.clone();
        let data_dir = sconce_testing::data_dir();
        Place::new(tempfile::tempdir().unwrap(), url, data_dir, Some(database))
    }

    /// A project, and a database that nobody answers for.
    pub(crate) fn without_database() -> Place {
        let url = "postgres://nobody@127.0.0.1:1/nothing?connect_timeout=1".to_owned();
        let dir = tempfile::tempdir().unwrap();
        let data_dir = dir.path().join("data");
        Place::new(dir, url, data_dir, None)
    }

    /// The same in another mode.
    pub(crate) fn in_mode(mut self, mode: Mode) -> Place {
        self.mode = mode;
        self
    }

    /// The same with jobs that last on any machine.
    pub(crate) fn slowed(mut self) -> Place {
        self.slow = true;
        self
    }

    fn new(
        dir: tempfile::TempDir,
        database_url: String,
        data_dir: PathBuf,
        database: Option<TestDatabase>,
    ) -> Place {
        let (mode, served) = (Mode::Shared, AtomicBool::new(false));
        let place = Place { dir, database_url, data_dir, mode, slow: false, served, database };
        for (path, text) in FILES {
            place.write(path, text);
        }
        std::fs::create_dir_all(place.project().join(".git")).unwrap();
        std::fs::create_dir_all(place.home()).unwrap();
        place
    }

    /// The project's directory.
    pub(crate) fn project(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join("shop")
    }

    /// The whole number that a statement gives in the database; 0 where it gives none.
    pub(crate) fn number(&self, statement: &str) -> i64 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.database.as_ref().unwrap().number(statement))
    }

    /// Runs a statement in a transaction that stays open.
    pub(crate) async fn hold(&self, statement: &str) -> Held {
        self.database.as_ref().unwrap().hold(statement).await
    }

    /// The directory of the data.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, path: &str, text: &str) {
        project::write(&self.project(), path, text);
    }

    /// The binary with this environment alone, in the project.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(Path::new(env!("CARGO_BIN_EXE_sconce")));
        command.args(arguments);
        command
    }

    /// A program of ours with this environment alone, in the project.
    pub(crate) fn program(&self, path: &Path) -> Command {
        let mut command = Command::new(path);
        command.current_dir(self.project()).envs(self.environment());
        for name in ["DATABASE_URL", "CLAUDE_PROJECT_DIR", "SCONCE_TOKEN", "SCONCE_ROOTS"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// What the binary's environment says.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        self.served.store(true, Ordering::Relaxed);
        vec![
            ("HOME", self.home().display().to_string()),
            ("XDG_CONFIG_HOME", self.home().join("config").display().to_string()),
            ("XDG_DATA_HOME", self.home().join("data").display().to_string()),
            ("SCONCE_DATABASE_URL", self.database_url.clone()),
            ("SCONCE_DATA_DIR", self.data_dir.display().to_string()),
            ("SCONCE_MODEL", model::MODEL.to_owned()),
            ("SCONCE_THREADS", if self.slow { "1" } else { "2" }.to_owned()),
            ("SCONCE_PRECISION", if self.slow { "f32" } else { "auto" }.to_owned()),
            ("SCONCE_SHARE", (self.mode == Mode::Shared).to_string()),
            ("SCONCE_SHARE_IDLE_SECONDS", "600".to_owned()),
            ("COLUMNS", "100".to_owned()),
        ]
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        let output = self.command(arguments).output().unwrap();
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the binary to its end; it must succeed with JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend(arguments);
        let outcome = self.run(&all);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        serde_json::from_str(&outcome.stdout).unwrap()
    }

    /// A client of `sconce mcp`; nothing is sent yet.
    pub(crate) fn client(&self) -> McpClient {
        McpClient::on(self.command(&["mcp"]))
    }

    /// The same after the handshake.
    pub(crate) fn initialized_client(&self) -> McpClient {
        let mut client = self.client();
        client.initialize("2025-11-25");
        client
    }

    /// Text without what differs from run to run.
    pub(crate) fn tidy(&self, text: &str) -> String {
        text.replace(&self.project().display().to_string(), "[PROJECT]")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.served.load(Ordering::Relaxed) && self.data_dir.join("servers").is_dir() {
            let stopped = self.command(&["local", "stop"]).output();
            if !std::thread::panicking() {
                assert!(stopped.unwrap().status.success(), "no test leaves a server behind");
            }
        }
    }
}

/// How a run of the binary ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code.map_or("signal".to_owned(), |code| code.to_string());
        write!(f, "code: {code}\n-- stdout\n{}-- stderr\n{}", self.stdout, self.stderr)
    }
}

/// A path as text.
pub(crate) fn text(path: &Path) -> String {
    path.display().to_string()
}
