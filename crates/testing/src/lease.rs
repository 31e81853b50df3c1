//! Nothing is left behind: the PostgreSQL of a test's data directory is stopped once no test process
//! uses it any more, however the last one ended.
//!
//! A test process holds a shared lock on a file of the data directory for as long as it lives; the
//! system gives the lock back when the process exits, panics or is killed. A stopper, a process of its
//! own, waits for the exclusive lock, which it can only get when nobody is left, and stops the server
//! under it. A test process that starts at that very moment waits for the stopper and then starts the
//! server again.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sconce_dirs::process;
use sconce_store::managed;

/// What this process uses, by data directory.
static LEASES: Mutex<Option<HashMap<PathBuf, Lease>>> = Mutex::new(None);

/// The use of a data directory.
struct Lease {
    /// Holds the shared lock.
    _lock: File,
    /// Whether a stopper of this process waits: one is enough, however many databases are made.
    is_watched: bool,
}

fn leases() -> MutexGuard<'static, Option<HashMap<PathBuf, Lease>>> {
    LEASES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Uses the managed PostgreSQL of `data_dir` until this process ends or [`give_back`] is called.
pub(crate) fn take(data_dir: &Path) {
    let mut leases = leases();
    let leases = leases.get_or_insert_default();
    if leases.contains_key(data_dir) {
        return;
    }
    let path = lock_file(data_dir);
    std::fs::create_dir_all(data_dir).expect("the data directory of the tests can be made");
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(&path);
    let file = file.expect("the lock of the tests can be made");
    // The stopper may run as another user
    file.set_permissions(Permissions::from_mode(0o644)).expect("the lock is ours");
    file.lock_shared().expect("a lock of the tests");
    leases.insert(data_dir.to_path_buf(), Lease { _lock: file, is_watched: false });
}

/// Starts the process that stops the server of `data_dir` once nobody uses it. The `server` is one
/// that has been started, with the programs and by the user that will do for this one.
pub(crate) fn watch(data_dir: &Path, server: &managed::Status) {
    let mut leases = leases();
    let lease = leases.get_or_insert_default().get_mut(data_dir).expect("a lease was taken");
    if std::mem::replace(&mut lease.is_watched, true) {
        return;
    }
    let binaries = server.binaries.as_ref().expect("the programs of the tests' PostgreSQL");
    let waiting = if cfg!(target_os = "macos") { vec!["lockf", "-k"] } else { vec!["flock"] };
    let mut stopper = as_owner_of(server, Path::new(waiting[0]));
    stopper.args(&waiting[1..]).arg(lock_file(data_dir)).arg(binaries.join("pg_ctl"));
    stopper.args(["stop", "--silent", "--mode=fast", "-D"]).arg(data_dir.join("cluster"));
    let spawned = detached(&mut stopper).spawn();
    let mut stopper = spawned.expect("`flock` (of util-linux) stops the PostgreSQL of the tests");
    // Where a directory is given back before this process ends, no zombie stays.
    std::thread::spawn(move || stopper.wait());
}

/// Ends the use of a data directory that is removed.
pub(crate) fn give_back(data_dir: &Path) {
    if let Some(leases) = leases().as_mut() {
        leases.remove(data_dir);
    }
}

fn lock_file(data_dir: &Path) -> PathBuf {
    data_dir.join("test-users.lock")
}

/// A command that runs as the user whom a server runs as.
pub(crate) fn as_owner_of(server: &managed::Status, program: &Path) -> Command {
    let cluster = server.cluster.as_ref().expect("a server that has been started");
    let owner = std::fs::metadata(cluster).expect("the server's files are there");
    let mut command = process::command(program);
    if rustix::process::geteuid().is_root() {
        // The group first: without root's rights it could not be changed any more.
        command.gid(owner.gid()).uid(owner.uid());
    }
    command
}

/// Out of reach of a Ctrl-C, and holding none of the pipes that somebody reads to their end.
fn detached(command: &mut Command) -> &mut Command {
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}
