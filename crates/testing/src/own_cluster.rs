//! A PostgreSQL of a test's own, with settings of a test's own.

use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use sconce_store::managed;

use crate::lease::as_owner_of;
use crate::{OwnDataDir, data_dir};

/// The cluster in a test's data directory, with which it is stopped.
#[derive(Debug)]
pub(crate) struct OwnCluster {
    pub(crate) path: PathBuf,
    programs: PathBuf,
    shared: managed::Status,
}

impl OwnCluster {
    /// Where the cluster of a data directory is to be; the programs of all tests, or these.
    pub(crate) async fn of(own: &OwnDataDir, programs: Option<PathBuf>) -> Self {
        let shared =
            managed::status(&data_dir()).await.expect("the tests' server has been started");
        let programs = programs.or_else(|| shared.binaries.clone());
        let programs = programs.expect("the programs of the tests' PostgreSQL");
        let path = own.path.join("cluster");
        std::fs::create_dir(&path).expect("the directory can be written");
        let owner = shared.cluster.as_ref().and_then(|cluster| std::fs::metadata(cluster).ok());
        let owner = owner.expect("the tests' server has been started");
        chown(&path, Some(owner.uid()), Some(owner.gid())).expect("the directory is ours");
        Self { path, programs, shared }
    }

    pub(crate) fn init(&self) {
        let arguments = ["--username=sconce", "--auth=trust", "--encoding=UTF8", "--no-sync"];
        self.run("initdb", &arguments);
        self.set(&format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'",
            self.path.display()
        ));
    }

    /// Adds settings, which hold from the next start on.
    pub(crate) fn set(&self, settings: &str) {
        let options = std::fs::OpenOptions::new().append(true).open(self.file("postgresql.conf"));
        let mut file = options.expect("the cluster has settings");
        writeln!(file, "{settings}").expect("they can be written");
    }

    pub(crate) fn start(&self) {
        let log = self.file("log").display().to_string();
        self.run("pg_ctl", &["start", "--silent", "--wait", "-l", &log]);
    }

    pub(crate) fn stop(&self) {
        self.run("pg_ctl", &["stop", "--silent", "--wait", "--mode=fast"]);
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A command that runs as the cluster's owner.
    pub(crate) fn command(&self, program: &Path) -> Command {
        as_owner_of(&self.shared, program)
    }

    /// The address of its database `postgres`.
    pub(crate) fn url(&self) -> String {
        format!("postgres:///postgres?host={}&port=5432&user=sconce", self.path.display())
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = self.command(&self.programs.join(program));
        run(command.args(arguments).arg("-D").arg(&self.path));
    }
}

pub(crate) fn run(command: &mut Command) {
    let output = command.output().expect("PostgreSQL's programs run");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
