//! The system's own news of changes: one watcher for all projects, one watch a directory.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use notify::event::EventKindMask;
use notify::{Config, Error, ErrorKind, PathOp, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::status::Watches;
use crate::sync::lock;

/// Whether the system watches a directory with all below it at no further cost. Elsewhere each
/// directory costs a watch, so that those which are ignored had better have none.
pub(super) const RECURSIVE: bool = cfg!(any(target_os = "macos", windows));

/// Why directories cannot be watched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unwatchable {
    #[error("the system's limit of file watches is reached")]
    SystemLimit,
    #[error("more than {0} directories would be watched")]
    OwnLimit(usize),
    #[error("the directory lies on another machine, whose changes the system does not tell of")]
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
pub(super) struct FsWatcher {
    max_watches: Option<usize>,
    watches: Arc<Watches>,
    state: Mutex<WatcherState>,
}

#[derive(Debug, Default)]
struct WatcherState {
    /// Made when it is first needed: it costs a thread and one of few instances a user.
    watcher: Option<RecommendedWatcher>,
    counts: HashMap<PathBuf, usize>,
}

impl FsWatcher {
    pub(super) fn new(watches: Arc<Watches>, max_watches: Option<usize>) -> Self {
        Self { max_watches, watches, state: Mutex::default() }
    }

    /// Watches directories: all of them or, where a limit is reached, none. Waits for the watcher's
    /// thread: not for the runtime's threads.
    pub(super) fn add(&self, directories: &[PathBuf], recursive: bool) -> Result<(), Unwatchable> {
        let mut state = self.lock();
        let new =
            directories.iter().filter(|directory| !state.counts.contains_key(*directory)).count();
        if let Some(max) = self.max_watches
            && state.counts.len() + new > max
        {
            return Err(Unwatchable::OwnLimit(max));
        }
        let mode = if recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        for directory in directories {
            *state.counts.entry(directory.clone()).or_default() += 1;
        }
        // Also where another project has a watch there: one on a directory that moved away is lost, and
        // setting one that is there does nothing.
        let set = self.watcher(&mut state).and_then(|watcher| set(watcher, directories, mode));
        if set.is_err() {
            release(&mut state, directories);
        }
        set
    }

    /// Watches directories no longer, unless another project needs them.
    pub(super) fn remove(&self, directories: &[PathBuf]) {
        release(&mut self.lock(), directories);
    }

    fn watcher<'a>(
        &self,
        state: &'a mut WatcherState,
    ) -> Result<&'a mut RecommendedWatcher, Unwatchable> {
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

    fn lock(&self) -> MutexGuard<'_, WatcherState> {
        lock(&self.state)
    }
}

fn set(
    watcher: &mut RecommendedWatcher,
    directories: &[PathBuf],
    mode: RecursiveMode,
) -> Result<(), Unwatchable> {
    let op = |path| match mode {
        RecursiveMode::Recursive => PathOp::watch_recursive(path),
        RecursiveMode::NonRecursive => PathOp::watch_non_recursive(path),
    };
    let mut ops: Vec<PathOp> = directories.iter().map(op).collect();
    while !ops.is_empty() {
        let Err(failed) = watcher.update_paths(ops) else { break };
        if !is_transient(&failed.source) {
            return Err(unwatchable(&failed.source));
        }
        tracing::debug!(error = %failed.source, "a directory cannot be watched");
        ops = failed.remaining;
    }
    Ok(())
}

fn release(state: &mut WatcherState, directories: &[PathBuf]) {
    let WatcherState { watcher, counts } = state;
    for directory in directories {
        let Some(count) = counts.get_mut(directory) else { continue };
        *count -= 1;
        if *count == 0 {
            counts.remove(directory);
            if let Some(watcher) = watcher {
                // A directory that is gone took its watch along.
                let _ = watcher.unwatch(directory);
            }
        }
    }
}

/// Whether an error is of its directory alone: one that went away again, or that nobody may read.
fn is_transient(error: &Error) -> bool {
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

/// Whether a directory lies on a file system that other machines write too: the system tells only of
/// what this machine writes.
#[cfg(target_os = "linux")]
pub(super) fn is_remote(directory: &Path) -> bool {
    // NFS, SMB, CIFS, SMB2, 9P, FUSE (sshfs, and the directories that desktops share with their virtual
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
    rustix::fs::statfs(directory).is_ok_and(|found| REMOTE.contains(&(found.f_type as u32)))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_remote(_directory: &Path) -> bool {
    false
}
