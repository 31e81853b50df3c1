//! Finding the local server, starting it where there is none, and ending it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use sconce_dirs::{FileLock, process};
use tokio::net::UnixStream;
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::address::Address;
use super::handshake::{Handshake, LockHolder, ServerKind, ServerStatus, Streams};
use crate::failure::{Exit, Failure};
use crate::mcp::Projects;
use crate::settings::{Config, Settings, is_inherited};

/// Longest wait for a server to be there; clients wait for their first answer 10 s or more.
pub(super) const WITHIN: Duration = Duration::from_secs(6);
/// Time between two looks for the server.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// Longest wait for a server to say how it stands.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Longest wait for a server to end.
const END_WITHIN: Duration = Duration::from_secs(8);
/// Size from which on the log is begun again; the old one is kept beside it.
const LONGEST_LOG: u64 = 4 << 20;

/// Finds or starts the server for one client.
#[derive(Debug)]
pub(crate) struct LocalServerConnector {
    address: Address,
    environment: Vec<(&'static str, OsString)>,
    handshake: Handshake,
}

impl LocalServerConnector {
    /// For a client with these projects.
    pub(crate) fn new(
        settings: &Settings,
        config: &Config,
        projects: &Projects,
    ) -> Result<LocalServerConnector, Failure> {
        Ok(LocalServerConnector {
            address: Address::of(settings, config)?,
            environment: settings.environment(),
            handshake: Handshake::Client(projects.clone()),
        })
    }

    /// A connection to the server that runs, or to one that is started now.
    pub(super) async fn find_or_start(&self) -> Result<Streams, Failure> {
        let until = Instant::now() + WITHIN;
        let mut starter: Option<Starter> = None;
        loop {
            match tokio::time::timeout_at(until, self.connect()).await {
                Ok(Ok(Some(streams))) => return Ok(streams),
                Ok(Ok(None)) => {}
                Ok(Err(error)) => {
                    return Err(failed(&format!("the local server cannot be used: {error}")));
                }
                Err(_) => return Err(failed("the local server does not answer")),
            }
            if let Some(starter) = &mut starter {
                starter.check().await?;
            } else if let Some(held) = FileLock::try_acquire_transient(&self.address.starting())
                .map_err(io::Error::from)?
            {
                starter = Some(self.starter(held)?);
            }
            if Instant::now() >= until {
                return Err(failed("the local server did not come up in time"));
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// `None` where nobody serves: there is no socket, nobody listens on it, or whoever did ends.
    async fn connect(&self) -> io::Result<Option<Streams>> {
        let asked = async {
            let stream = UnixStream::connect(self.address.socket()).await?;
            let mut streams = Streams::new(stream, usize::MAX)?;
            streams.ask(&self.handshake).await.map(|_| streams)
        };
        match asked.await {
            Ok(streams) => Ok(Some(streams)),
            Err(error) if is_absence(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Runs `sconce local start`, which leaves a server behind that is no child of this process:
    /// clients end their servers with all their children.
    fn starter(&self, held: FileLock) -> Result<Starter, Failure> {
        if !self.address.has_its_binary() {
            return Err(failed("the binary of this process was replaced or removed"));
        }
        let mut command = this_binary(&self.environment)?;
        command.args(["local", "start", "--quiet"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        Ok(Starter { ended: tokio::spawn(async move { command.output().await }), _held: held })
    }
}

/// The process that starts a server. The lock keeps all others from starting one, too.
struct Starter {
    ended: JoinHandle<io::Result<Output>>,
    _held: FileLock,
}

impl Starter {
    /// An error where it has failed.
    async fn check(&mut self) -> Result<(), Failure> {
        if !self.ended.is_finished() {
            return Ok(());
        }
        let ended = (&mut self.ended).await;
        // Once asked, a handle must not be asked again.
        self.ended = tokio::spawn(std::future::pending());
        let output = ended.map_err(io::Error::other)??;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(failed(&format!("the local server cannot be started: {}", said.trim())))
    }
}

fn failed(message: &str) -> Failure {
    Failure::unavailable(message)
}

fn is_absence(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionRefused, ConnectionReset, NotFound, UnexpectedEof};
    matches!(
        error.kind(),
        NotFound | ConnectionRefused | ConnectionReset | BrokenPipe | UnexpectedEof
    )
}

/// How the server at an address stands; `None` where nobody serves there.
pub(crate) async fn status(address: &Address) -> Result<Option<ServerStatus>, Failure> {
    ask(address, &Handshake::Status).await
}

async fn ask(address: &Address, handshake: &Handshake) -> Result<Option<ServerStatus>, Failure> {
    let asked = async {
        let stream = UnixStream::connect(address.socket()).await?;
        Streams::new(stream, 1 << 20)?.ask(handshake).await
    };
    match tokio::time::timeout(ANSWER_WITHIN, asked).await {
        Ok(Ok(server)) => Ok(Some(server)),
        Ok(Err(error)) if is_absence(&error) => Ok(None),
        Ok(Err(error)) => {
            let socket = address.socket();
            Err(failed(&format!("the server at {} cannot be asked: {error}", socket.display())))
        }
        Err(_) => {
            let process = match LockHolder::of(&address.lock()) {
                Some(holder) => format!("process {}", holder.pid),
                None => "its process is not known".to_owned(),
            };
            Err(failed(&format!(
                "the server at {} ({process}) does not answer within {} s",
                address.socket().display(),
                ANSWER_WITHIN.as_secs()
            )))
        }
    }
}

/// Starts the server at an address, detached from this process; how it stands then. One that runs
/// already is left as it is.
pub(crate) async fn start(
    address: &Address,
    settings: &Settings,
    config: &Config,
) -> Result<ServerStatus, Failure> {
    if let Some(server) = status(address).await? {
        return Ok(server);
    }
    let path = log_file(config);
    let log = open_log(&path).map_err(|error| {
        Failure::new(Exit::Error, format!("cannot write {}: {error}", path.display()))
            .with_hint("set SCONCE_DATA_DIR to a directory of yours")
    })?;
    let mut command = this_binary(&settings.environment())?;
    command.args(["local", "run", "--detached"]);
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    let mut server = command.spawn()?;
    let until = Instant::now() + WITHIN;
    loop {
        if let Some(server) = status(address).await? {
            return Ok(server);
        }
        let ended = server.try_wait()?;
        if ended.is_some_and(|ended| !ended.success()) || Instant::now() >= until {
            return Err(failed("the local server does not come up")
                .with_hint(format!("its log is {}", path.display())));
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// This binary, with an environment that is listed and no search path in which a project lies. Its
/// working directory is ours, since settings may hold relative paths; the server leaves it.
pub(super) fn this_binary(settings: &[(&'static str, OsString)]) -> io::Result<Command> {
    let mut command =
        Command::from(process::command_passing(&std::env::current_exe()?, is_inherited));
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    Ok(command)
}

/// The log of the local servers of a data directory.
pub(crate) fn log_file(config: &Config) -> PathBuf {
    config.data_dir.join("local.log")
}

pub(super) fn open_log(path: &Path) -> io::Result<File> {
    if fs::metadata(path).is_ok_and(|meta| meta.len() > LONGEST_LOG) {
        fs::rename(path, path.with_extension("log.old"))?;
    }
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

/// What became of a server that was to end.
pub(crate) enum Stopped {
    /// It has ended.
    Ended(u32),
    /// It did not answer, or did not end when it was asked to, and was killed.
    Killed(u32),
    /// A `sconce serve`, which is left as it is.
    Serving(u32),
}

/// Ends the server at an address; `None` where there was none.
pub(crate) async fn stop(address: &Address) -> Result<Option<Stopped>, Failure> {
    let holder = LockHolder::of(&address.lock());
    let asked = match ask(address, &Handshake::Stop).await {
        Ok(None) => return Ok(None),
        Ok(Some(server)) => LockHolder { kind: server.kind, pid: server.pid },
        // One that is stopped or stuck does not answer.
        Err(failure) => match holder {
            Some(holder) if holder.kind == ServerKind::Local => holder,
            _ => return Err(failure),
        },
    };
    let LockHolder { kind, pid } = asked;
    if kind == ServerKind::Serve {
        return Ok(Some(Stopped::Serving(pid)));
    }
    if has_ended(pid, END_WITHIN).await {
        return Ok(Some(Stopped::Ended(pid)));
    }
    kill(pid)?;
    if has_ended(pid, ANSWER_WITHIN).await {
        return Ok(Some(Stopped::Killed(pid)));
    }
    Err(failed(&format!("process {pid} does not end")))
}

async fn has_ended(pid: u32, within: Duration) -> bool {
    let until = Instant::now() + within;
    while runs(pid) {
        if Instant::now() >= until {
            return false;
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    true
}

fn kill(pid: u32) -> Result<(), Failure> {
    let process = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    let process = process.ok_or_else(|| failed(&format!("{pid} is no process")))?;
    rustix::process::kill_process(process, rustix::process::Signal::KILL)
        .map_err(|error| failed(&format!("process {pid} cannot be killed: {error}")))
}

/// Whether a process runs. One that nobody has reaped yet has ended.
fn runs(pid: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    !state.contains(") Z ")
        && pid.is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}
