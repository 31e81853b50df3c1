//! The server's process: whether it runs, start and stop.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::account::Account;
use super::binaries::Binaries;
use super::cluster::{failed, last_lines};
use super::error::ManagedError;
use super::layout::{Layout, io_error};
use crate::notice::Notice;

/// Recovery after a crash may have a gigabyte of log to replay.
const START_SECS: u64 = 120;
const STOP_SECS: u64 = 60;
const MAX_LOG_BYTES: u64 = 10 << 20;

/// What `postmaster.pid` says of the running server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Postmaster {
    pub(crate) pid: i32,
    pub(crate) port: u16,
    pub(crate) socket_dir: PathBuf,
    /// Whether it accepts connections.
    pub(crate) ready: bool,
}

impl Postmaster {
    /// The server of this cluster, where it runs: a pid file whose process is gone, or is another
    /// program by now, is none.
    pub(crate) fn of(cluster: &Path) -> Option<Self> {
        let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
        let postmaster = Self::parse(&text)?;
        is_server(postmaster.pid, cluster).then_some(postmaster)
    }

    /// Lines: pid, cluster, start time, port, socket directory, address, shared memory, status.
    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().collect();
        Some(Self {
            pid: lines.first()?.trim().parse().ok()?,
            port: lines.get(3)?.trim().parse().ok()?,
            socket_dir: PathBuf::from(lines.get(4)?.trim()),
            ready: lines.get(7).is_some_and(|status| status.trim() == "ready"),
        })
    }

    /// Whether a new connection finds it: it is ready, and its socket is still there. A cleaner of
    /// temporary files takes that away, and so does the server of a deleted data directory of the same
    /// name, at its end.
    pub(crate) fn is_reachable(&self) -> bool {
        self.ready && self.socket_dir.join(format!(".s.PGSQL.{}", self.port)).exists()
    }
}

/// Whether the process is a PostgreSQL of this cluster. PostgreSQL works from its cluster's directory,
/// so Linux can tell exactly; elsewhere the program's name has to do.
fn is_server(pid: i32, cluster: &Path) -> bool {
    if cfg!(target_os = "linux") {
        return fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == cluster);
    }
    let Some(process) = Pid::from_raw(pid) else { return false };
    if test_kill_process(process).is_err_and(|error| error != rustix::io::Errno::PERM) {
        return false;
    }
    let Some(ps) = sconce_dirs::process::find("ps") else { return false };
    let output =
        sconce_dirs::process::command(&ps).args(["-o", "comm=", "-p", &pid.to_string()]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("postgres"))
}

/// Every process of this cluster, postmaster and backends; only Linux can tell.
fn processes(cluster: &Path) -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| cfg!(target_os = "linux") && is_server(*pid, cluster)).collect()
}

fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        // a process that ended meanwhile is what was wanted
        let _ = kill_process(pid, signal);
    }
}

fn signal_all(cluster: &Path, kind: Signal) {
    for pid in processes(cluster) {
        signal(pid, kind);
    }
}

fn wait_until(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while !done() {
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// Waits for a server that is starting up or recovering; `None` when it ended instead.
pub(super) fn wait_ready(cluster: &Path) -> Result<Option<Postmaster>, ManagedError> {
    let mut last = None;
    let settled = wait_until(Duration::from_secs(START_SECS), || {
        last = Postmaster::of(cluster);
        last.as_ref().is_none_or(|postmaster| postmaster.ready)
    });
    if settled {
        return Ok(last);
    }
    Err(ManagedError::TooSlow { step: "starting PostgreSQL".into(), secs: START_SECS })
}

/// Clears what a killed server left behind, so that a new one can start.
pub(super) fn recover(cluster: &Path, notice: &mut dyn FnMut(Notice)) -> Result<(), ManagedError> {
    let pid_file = cluster.join("postmaster.pid");
    if !pid_file.exists() {
        return Ok(());
    }
    // Backends outlive a killed postmaster until their statement ends. A second server beside them
    // would ruin the cluster; PostgreSQL checks for them by what the pid file says.
    if !wait_until(Duration::from_secs(2), || processes(cluster).is_empty()) {
        signal_all(cluster, Signal::QUIT);
        if !wait_until(Duration::from_secs(5), || processes(cluster).is_empty()) {
            signal_all(cluster, Signal::KILL);
            wait_until(Duration::from_secs(5), || processes(cluster).is_empty());
        }
    }
    // PostgreSQL itself takes over the files of a dead process, but not where another program has
    // its number by now, as is usual in containers, or where nobody has asked after its end.
    let text = fs::read_to_string(&pid_file).unwrap_or_default();
    let is_in_its_way = match Postmaster::parse(&text) {
        Some(old) => Pid::from_raw(old.pid).is_some_and(|pid| test_kill_process(pid).is_ok()),
        // It refuses to start beside one that says nothing, as a power cut leaves it.
        None => processes(cluster).is_empty(),
    };
    if is_in_its_way {
        fs::remove_file(&pid_file).map_err(|source| io_error(&pid_file, source))?;
    }
    notice(Notice::Healed { what: "what a killed PostgreSQL left behind".into() });
    Ok(())
}

/// Clears the socket of a server that is gone from a directory of ours.
pub(super) fn clear_socket(socket_dir: &Path) -> Result<(), ManagedError> {
    for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
        let path = socket_dir.join(name);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(io_error(&path, source));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Starts the server in a session of its own, so that neither Ctrl-C nor a closed terminal ends it,
/// and waits until it accepts connections.
pub(super) fn start(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
) -> Result<Postmaster, ManagedError> {
    let (cluster, log) = (layout.cluster(), layout.log());
    let log_start = prepare_log(&log, account)?;
    let program = binaries.program("pg_ctl");
    let output = account
        .command(&program)
        .args(["start", "--silent", "--wait", "--timeout", &START_SECS.to_string(), "-D"])
        .arg(&cluster)
        .arg("-l")
        .arg(&log)
        .output()
        .map_err(|source| io_error(&program, source))?;
    if let Some(postmaster) = Postmaster::of(&cluster).filter(|postmaster| postmaster.ready) {
        return Ok(postmaster);
    }
    let logged = fs::read(&log).unwrap_or_default();
    let logged = String::from_utf8_lossy(logged.get(log_start as usize..).unwrap_or_default());
    let mut reason = last_lines(&logged, 4);
    if reason.is_empty() {
        reason = last_lines(&String::from_utf8_lossy(&output.stderr), 4);
    }
    Err(failed("starting PostgreSQL", &layout.data_dir, &reason))
}

/// Makes the log, sets a long one aside, and gives its length.
fn prepare_log(log: &Path, account: &Account) -> Result<u64, ManagedError> {
    let fail = |source| io_error(log, source);
    if fs::metadata(log).is_ok_and(|meta| meta.len() > MAX_LOG_BYTES) {
        fs::rename(log, log.with_extension("log.1")).map_err(fail)?;
    }
    let file = sconce_dirs::open_private_log(log, account.owner())?;
    Ok(file.metadata().map_err(fail)?.len())
}

/// Stops the server: open transactions are rolled back, and all that was committed is on disk.
pub(super) fn stop(cluster: &Path) -> Result<bool, ManagedError> {
    let Some(postmaster) = Postmaster::of(cluster) else { return Ok(false) };
    let gone = || Postmaster::of(cluster).is_none();
    for (kind, secs) in [(Signal::INT, STOP_SECS), (Signal::QUIT, 10)] {
        signal(postmaster.pid, kind);
        if wait_until(Duration::from_secs(secs), gone) {
            return Ok(true);
        }
    }
    Err(ManagedError::TooSlow { step: "stopping PostgreSQL".into(), secs: STOP_SECS + 10 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pid_file_is_read() {
        let text = "4711\n/d/cluster\n1790000000\n5432\n/d/run\n\n  123 4\nready   \n";
        let expected =
            Postmaster { pid: 4711, port: 5432, socket_dir: PathBuf::from("/d/run"), ready: true };
        assert_eq!(Postmaster::parse(text), Some(expected));
        assert!(!Postmaster::parse(&text.replace("ready", "starting")).unwrap().ready);
        assert_eq!(Postmaster::parse("4711\n/d/cluster\n"), None, "half written");
    }

    #[test]
    fn another_programs_process_is_not_the_server() {
        let directory = tempfile::tempdir().unwrap();
        let own = std::process::id();
        let text = format!("{own}\n/d\n1\n5432\n/d/run\n\n1 2\nready\n");
        fs::write(directory.path().join("postmaster.pid"), text).unwrap();
        assert_eq!(Postmaster::of(directory.path()), None);
    }
}
