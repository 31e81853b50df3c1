//! The system's own news of changes: one watcher for all projects, one watch a folder.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::EventKindMask;
use notify::{Config, Error, ErrorKind, PathOp, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::status::Watches;

/// Whether the system watches a folder with all below it at no further cost. Elsewhere each folder
/// costs a watch, so that those which are ignored had better have none.
pub(super) const RECURSIVE: bool = cfg!(any(target_os = "macos", windows));

/// Why folders cannot be watched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unwatchable {
    #[error("the system's limit of file watches is reached")]
    SystemLimit,
    #[error("more than {0} folders would be watched")]
    OwnLimit(usize),
    #[error("the folder lies on another machine, whose changes the system does not tell of")]
    Remote,
    #[error("the system cannot watch it: {0}")]
    Other(String),
}

impl Unwatchable {
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::SystemLimit => {
                "raise it: sysctl fs.inotify.max_user_watches=1048576 fs.inotify.max_user_instances=1024"
            }
            Self::OwnLimit(_) => "raise the setting max_watches (SCONCE_MAX_WATCHES)",
            Self::Remote | Self::Other(_) => "searches still look for changes themselves",
        }
    }
}

/// Sets watches for all projects and counts them: projects may lie in one another.
#[derive(Debug)]
pub(super) struct Sensor {
    max_watches: Option<usize>,
    watches: Arc<Watches>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Made when it is first needed: it costs a thread and one of few instances a user.
    watcher: Option<RecommendedWatcher>,
    counts: HashMap<PathBuf, usize>,
}

impl Sensor {
    pub(super) fn new(watches: Arc<Watches>, max_watches: Option<usize>) -> Sensor {
        Sensor { max_watches, watches, state: Mutex::default() }
    }

    /// Watches folders: all of them or, where a limit is reached, none. Waits for the watcher's
    /// thread: not for the runtime's threads.
    pub(super) fn add(&self, folders: &[PathBuf], recursive: bool) -> Result<(), Unwatchable> {
        let mut state = self.lock();
        let new = folders.iter().filter(|folder| !state.counts.contains_key(*folder)).count();
        if let Some(max) = self.max_watches
            && state.counts.len() + new > max
        {
            return Err(Unwatchable::OwnLimit(max));
        }
        let mode = if recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        for folder in folders {
            *state.counts.entry(folder.clone()).or_default() += 1;
        }
        // Also where another project has a watch there: one on a folder that moved away is lost, and
        // setting one that is there does nothing.
        let set = self.watcher(&mut state).and_then(|watcher| set(watcher, folders, mode));
        if set.is_err() {
            release(&mut state, folders);
        }
        set
    }

    /// Watches folders no longer, unless another project needs them.
    pub(super) fn remove(&self, folders: &[PathBuf]) {
        release(&mut self.lock(), folders);
    }

    fn watcher<'a>(&self, state: &'a mut State) -> Result<&'a mut RecommendedWatcher, Unwatchable> {
        if state.watcher.is_none() {
            let watches = Arc::clone(&self.watches);
            let handler = move |event: notify::Result<notify::Event>| match event {
                Ok(event) => watches.receive(&event),
                Err(error) => {
                    tracing::debug!(%error, "events were lost");
                    let lost = notify::Event::new(notify::EventKind::Other);
                    watches.receive(&lost.set_flag(notify::event::Flag::Rescan));
                }
            };
            // Without the news of files that are read: a job reads, and would see itself.
            let kinds = EventKindMask::CREATE
                | EventKindMask::REMOVE
                | EventKindMask::MODIFY_DATA
                | EventKindMask::MODIFY_NAME;
            let config = Config::default().with_event_kinds(kinds).with_follow_symlinks(false);
            let made = RecommendedWatcher::new(handler, config);
            state.watcher = Some(made.map_err(|error| unwatchable(&error))?);
        }
        state.watcher.as_mut().ok_or_else(|| Unwatchable::Other("no watcher".to_owned()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn set(
    watcher: &mut RecommendedWatcher,
    folders: &[PathBuf],
    mode: RecursiveMode,
) -> Result<(), Unwatchable> {
    let op = |path| match mode {
        RecursiveMode::Recursive => PathOp::watch_recursive(path),
        RecursiveMode::NonRecursive => PathOp::watch_non_recursive(path),
    };
    let mut ops: Vec<PathOp> = folders.iter().map(op).collect();
    while !ops.is_empty() {
        let Err(failed) = watcher.update_paths(ops) else { break };
        if !is_passing(&failed.source) {
            return Err(unwatchable(&failed.source));
        }
        tracing::debug!(error = %failed.source, "a folder cannot be watched");
        ops = failed.remaining;
    }
    Ok(())
}

fn release(state: &mut State, folders: &[PathBuf]) {
    let State { watcher, counts } = state;
    for folder in folders {
        let Some(count) = counts.get_mut(folder) else { continue };
        *count -= 1;
        if *count == 0 {
            counts.remove(folder);
            if let Some(watcher) = watcher {
                // A folder that is gone took its watch along.
                let _ = watcher.unwatch(folder);
            }
        }
    }
}

/// Whether an error is of its folder alone: one that went away again, or that nobody may read.
fn is_passing(error: &Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound | ErrorKind::WatchNotFound => true,
        ErrorKind::Io(error) => matches!(
            error.kind(),
            io::ErrorKind::NotFound
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::PermissionDenied
        ),
        _ => false,
    }
}

fn unwatchable(error: &Error) -> Unwatchable {
    // EMFILE, ENFILE and ENOSPC, which Linux and macOS number alike: instances and watches.
    const LIMITS: [i32; 3] = [24, 23, 28];
    match &error.kind {
        ErrorKind::MaxFilesWatch => Unwatchable::SystemLimit,
        ErrorKind::Io(io) if io.raw_os_error().is_some_and(|code| LIMITS.contains(&code)) => {
            Unwatchable::SystemLimit
        }
        _ => Unwatchable::Other(error.to_string()),
    }
}

/// Whether a folder lies on a file system that other machines write too: the system tells only of
/// what this machine writes.
#[cfg(target_os = "linux")]
pub(super) fn is_remote(folder: &Path) -> bool {
    // NFS, SMB, CIFS, SMB2, 9P, FUSE (sshfs, and the folders that desktops share with their virtual
    // machines), Ceph, AFS, VirtualBox.
    const REMOTE: [u32; 9] = [
        0x6969,
        0x517B,
        0xFF53_4D42,
        0xFE53_4D42,
        0x0102_1997,
        0x6573_5546,
        0x00C3_6400,
        0x5346_414F,
        0x786F_4256,
    ];
    rustix::fs::statfs(folder).is_ok_and(|found| REMOTE.contains(&(found.f_type as u32)))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_remote(_folder: &Path) -> bool {
    false
}
