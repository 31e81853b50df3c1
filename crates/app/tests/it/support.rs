//! A project on disk, a database of its own, and the real binary.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use sconce_store::testing::TestDatabase;
use serde_json::{Value, json};

/// Longest wait for anything: tests share a small machine.
const PATIENCE: Duration = Duration::from_mins(4);

/// A few files, each about something else.
const FILES: [(&str, &str); 4] = [
    (
        "src/retry.rs",
        "//! Retries.\n\n/// Waits longer after each failed attempt.\npub fn backoff_delay(attempt: u32) -> u64 {\n    let base = 100_u64;\n    base.saturating_mul(1 << attempt.min(10))\n}\n",
    ),
    (
        "src/parser.py",
        "\"\"\"Reads configuration.\"\"\"\n\n\nclass ConfigParser:\n    \"\"\"Parses INI files into dictionaries.\"\"\"\n\n    def parse_section(self, line):\n        name = line.strip('[]')\n        return name\n",
    ),
    (
        "web/cart.ts",
        "export interface CartItem { price: number; count: number }\n\n/** Sums the prices of all items in the shopping cart. */\nexport function cartTotal(items: CartItem[]): number {\n  return items.reduce((sum, item) => sum + item.price * item.count, 0);\n}\n",
    ),
    ("README.md", "# Shop\n\nA shop that retries its payments.\n"),
];

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
    _database: Option<TestDatabase>,
}

impl Place {
    /// A project, a database of its own and the tests' model.
    pub(crate) fn with_database() -> Place {
        sconce_embed::testing::model();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let database = runtime.block_on(TestDatabase::create());
        let url = database.url.clone();
        let data_dir = sconce_embed::testing::data_dir();
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
        let place =
            Place { dir, database_url, data_dir, mode, slow: false, served, _database: database };
        for (path, text) in FILES {
            place.write(path, text);
        }
        std::fs::create_dir_all(place.project().join(".git")).unwrap();
        std::fs::create_dir_all(place.home()).unwrap();
        place
    }

    /// The project's folder.
    pub(crate) fn project(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join("shop")
    }

    /// The folder of the data.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.project().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
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
            ("SCONCE_MODEL", sconce_embed::testing::MODEL.to_owned()),
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

/// A process whose stdout is read line by line; killed when dropped.
pub(crate) struct Running {
    child: Child,
    input: Option<ChildStdin>,
    lines: mpsc::Receiver<String>,
}

impl Running {
    pub(crate) fn start(command: Command) -> Running {
        Running::logged(command).0
    }

    /// Starts it; the thread ends with all of its stderr.
    pub(crate) fn logged(mut command: Command) -> (Running, JoinHandle<String>) {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        // Read, so that a full pipe never stops the process.
        let log = std::thread::spawn(move || {
            let mut log = Vec::new();
            let _ = stderr.read_to_end(&mut log);
            String::from_utf8_lossy(&log).into_owned()
        });
        let input = child.stdin.take();
        (Running { child, input, lines }, log)
    }

    /// The next line of stdout.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line on stdout")
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The exit code, if it has ended.
    pub(crate) fn code(&mut self) -> Option<i32> {
        self.child.try_wait().unwrap().and_then(|status| status.code())
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
    }

    /// Closes stdin and waits for the end; the exit code and the lines that were not read.
    pub(crate) fn end(mut self) -> (Option<i32>, Vec<String>) {
        drop(self.input.take());
        let code = self.child.wait().unwrap().code();
        (code, self.lines.iter().collect())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line of stdout, which must be a message of JSON-RPC.
pub(crate) fn json_rpc(line: &str) -> Value {
    let message: Value = serde_json::from_str(line).expect("every line is JSON");
    assert_eq!(message["jsonrpc"], "2.0", "{line}");
    let kinds = ["method", "result", "error"].map(|key| message.get(key).is_some());
    assert_eq!(kinds.iter().filter(|is| **is).count(), 1, "{line}");
    // An error may name none, where the request could not be read: so MCP's schema has it.
    assert!(!kinds[1] || message.get("id").is_some(), "an answer names its request: {line}");
    message
}

/// An MCP client on stdio, as simple as can be.
pub(crate) struct Client {
    process: Running,
    next: u64,
    /// The root that it tells of when it is asked.
    root: Option<PathBuf>,
}

impl Client {
    /// Starts `sconce mcp`; nothing is sent yet.
    pub(crate) fn start(place: &Place) -> Client {
        Client::on(place.command(&["mcp"]))
    }

    /// Starts a server of its own; nothing is sent yet.
    pub(crate) fn on(command: Command) -> Client {
        Client { process: Running::start(command), next: 0, root: None }
    }

    /// The same with a root, which the server may ask for.
    pub(crate) fn with_root(mut self, root: &Path) -> Client {
        self.root = Some(root.to_owned());
        self
    }

    /// Starts it and shakes hands.
    pub(crate) fn initialized(place: &Place) -> Client {
        let mut client = Client::start(place);
        client.initialize("2025-11-25");
        client
    }

    /// Shakes hands at a revision; the server's answer.
    pub(crate) fn initialize(&mut self, version: &str) -> Value {
        let capabilities = match self.root {
            Some(_) => json!({ "roots": {} }),
            None => json!({}),
        };
        let answer = self.ask(
            "initialize",
            &json!({
                "protocolVersion": version,
                "capabilities": capabilities,
                "clientInfo": { "name": "test", "version": "0" }
            }),
        );
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        answer
    }

    pub(crate) fn send(&mut self, message: &Value) {
        self.process.send(format!("{message}\n").as_bytes());
    }

    /// The next line, whatever it is.
    pub(crate) fn line(&self) -> String {
        self.process.line()
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.process.send(bytes);
    }

    /// Sends a request and waits for its answer, the whole message.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = json_rpc(&self.process.line());
            if message["method"] == "roots/list" {
                let root = self.root.as_ref().expect("only those with roots are asked");
                let roots = json!([{ "uri": format!("file://{}", root.display()) }]);
                let result = json!({ "roots": roots });
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }));
            } else if message["id"] == id {
                return message;
            }
        }
    }

    /// Calls a tool; its result.
    pub(crate) fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let answer = self.ask("tools/call", &json!({ "name": tool, "arguments": arguments }));
        assert!(answer["result"].is_object(), "{answer}");
        answer["result"].clone()
    }

    /// Calls a tool; its text.
    pub(crate) fn text(&mut self, tool: &str, arguments: &Value) -> String {
        self.call(tool, arguments)["content"][0]["text"].as_str().unwrap().to_owned()
    }

    pub(crate) fn end(self) -> (Option<i32>, Vec<String>) {
        self.process.end()
    }
}

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// One HTTP request by hand.
pub(crate) fn http(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        let _ = write!(request, "Host: {address}\r\n");
    }
    for (name, value) in headers {
        let _ = write!(request, "{name}: {value}\r\n");
    }
    let _ = write!(request, "Content-Length: {}\r\n\r\n{body}", body.len());
    // A server may answer before it has read everything.
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

/// Sends a signal, such as `TERM`.
pub(crate) fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status();
    assert!(sent.unwrap().success());
}

/// A path as text.
pub(crate) fn text(path: &Path) -> String {
    path.display().to_string()
}
