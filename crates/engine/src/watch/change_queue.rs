//! Where the changes of a project gather until somebody looks at them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use notify::EventKind;
use notify::event::{CreateKind, ModifyKind, RemoveKind};
use tokio::sync::{Notify, watch};

use super::status::{Settling, WatchMode, WatchStatus};
use crate::sync::lock;

/// Above so many paths, looking at everything is quicker than looking at each.
const MOST_PATHS: usize = 10_000;
/// Files that say what is ignored: a change of one may change what is walked anywhere.
const IGNORE_FILES: [&str; 3] = [".gitignore", ".ignore", ".sconceignore"];

/// What may have changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Anything.
    pub(super) everything: bool,
    /// Even which directory a watch is on: each is to be set again.
    pub(super) rewatch: bool,
    /// The commit or the branch.
    pub(super) revision: bool,
    /// Something directly in these directories.
    pub(super) directories: HashSet<PathBuf>,
    /// These paths came, went or were exchanged, and all below them.
    pub(super) replaced: HashSet<PathBuf>,
}

impl Changes {
    /// Whatever it is.
    pub(super) fn everything() -> Self {
        Self { everything: true, revision: true, ..Self::default() }
    }

    fn bound(&mut self) {
        if self.directories.len() + self.replaced.len() > MOST_PATHS {
            self.directories.clear();
            self.replaced.clear();
            self.everything = true;
            self.rewatch = true;
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The changes of one project, and what others may know of it.
#[derive(Debug)]
pub(super) struct ChangeQueue {
    pub(super) root: PathBuf,
    state: Mutex<Reception>,
    /// Something came, or somebody is in a hurry.
    wake: Notify,
    /// How much of what was received is in the index.
    settled: watch::Sender<u64>,
}

#[derive(Debug)]
struct Reception {
    changes: Changes,
    /// Git's own directories.
    git: Vec<PathBuf>,
    /// Counts what was received.
    received: u64,
    last: Instant,
    hurried: bool,
    troubled: bool,
    mode: WatchMode,
    reason: Option<String>,
    directories: usize,
}

/// When something was received last, and whether somebody waits for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct QueueState {
    pub(super) last: Instant,
    pub(super) hurried: bool,
    pub(super) pending: bool,
}

impl ChangeQueue {
    /// A project of which nothing is known: everything may have changed.
    pub(super) fn new(root: PathBuf) -> Self {
        let state = Reception {
            changes: Changes::everything(),
            git: Vec::new(),
            received: 1,
            last: Instant::now(),
            // There is no more to wait for.
            hurried: true,
            troubled: false,
            mode: WatchMode::Events,
            reason: None,
            directories: 0,
        };
        let settled = watch::Sender::new(0);
        Self { root, state: Mutex::new(state), wake: Notify::new(), settled }
    }

    /// Takes an event in, as far as it is of this project.
    pub(super) fn receive(&self, event: &notify::Event) {
        let mut state = self.lock();
        let mut concerned = false;
        if event.need_rescan() {
            state.changes.everything = true;
            state.changes.rewatch = true;
            concerned = true;
        }
        for path in &event.paths {
            concerned |= self.note(&mut state, path, event.kind);
        }
        if concerned {
            state.changes.bound();
            self.received(state);
        }
    }

    fn note(&self, state: &mut Reception, path: &Path, kind: EventKind) -> bool {
        if kind.is_access() {
            return false;
        }
        // The innermost of them: most lie in the first one.
        let of_git = state.git.iter().filter(|git| path.starts_with(git));
        if let Some(git) = of_git.max_by_key(|git| git.components().count()) {
            // `info/exclude` is a file of patterns like any other.
            state.changes.everything |= git.ends_with("info");
            state.changes.revision = true;
            return true;
        }
        let Ok(below) = path.strip_prefix(&self.root) else { return false };
        let (Some(name), Some(parent)) = (below.file_name(), path.parent()) else {
            let moved = comes_or_goes(kind);
            state.changes.everything |= moved;
            state.changes.rewatch |= moved;
            return moved;
        };
        state.changes.everything |= IGNORE_FILES.iter().any(|file| name == *file);
        state.changes.revision |= name == ".git";
        state.changes.directories.insert(parent.to_path_buf());
        if comes_or_goes(kind) {
            state.changes.replaced.insert(path.to_path_buf());
        }
        true
    }

    /// Notes that anything may have changed.
    pub(super) fn expect_everything(&self) {
        let mut state = self.lock();
        state.changes.everything = true;
        state.changes.revision = true;
        self.received(state);
    }

    fn received(&self, mut state: MutexGuard<'_, Reception>) {
        state.received += 1;
        state.last = Instant::now();
        drop(state);
        self.wake.notify_one();
    }

    /// Somebody waits for what was received so far.
    pub(super) fn hurry(&self) -> Settling {
        let mut state = self.lock();
        let settling = Settling::new(self.settled.subscribe(), state.received);
        state.hurried = true;
        drop(state);
        self.wake.notify_one();
        settling
    }

    /// Waits until something comes, or somebody is in a hurry.
    pub(super) async fn wake(&self) {
        self.wake.notified().await;
    }

    pub(super) fn state(&self) -> QueueState {
        let state = self.lock();
        let pending = !state.changes.is_empty();
        QueueState { last: state.last, hurried: state.hurried, pending }
    }

    /// Takes out what came, with the count that is settled once all of it is in the index.
    pub(super) fn take(&self) -> (Changes, u64) {
        let mut state = self.lock();
        state.hurried = false;
        (std::mem::take(&mut state.changes), state.received)
    }

    /// All that was received up to this count is in the index.
    pub(super) fn mark_settled(&self, upto: u64) {
        self.lock().troubled = false;
        self.settled.send_replace(upto);
    }

    /// What was received cannot be brought into the index now.
    pub(super) fn trouble(&self) {
        self.lock().troubled = true;
    }

    pub(super) fn set_git(&self, directories: Vec<PathBuf>) {
        self.lock().git = directories;
    }

    pub(super) fn set_mode(&self, mode: WatchMode, directories: usize, reason: Option<String>) {
        let mut state = self.lock();
        (state.mode, state.directories, state.reason) = (mode, directories, reason);
    }

    pub(super) fn status(&self) -> WatchStatus {
        let settled = *self.settled.borrow();
        let state = self.lock();
        WatchStatus {
            mode: state.mode,
            directories: state.directories,
            settled: settled == state.received,
            troubled: state.troubled,
            reason: state.reason.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Reception> {
        lock(&self.state)
    }
}

/// Whether a path of such an event may be another thing than before, all below it included.
fn comes_or_goes(kind: EventKind) -> bool {
    match kind {
        EventKind::Create(kind) => kind != CreateKind::File,
        EventKind::Remove(kind) => kind != RemoveKind::File,
        EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Any) | EventKind::Any => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use notify::Event;
    use notify::event::{DataChange, Flag, RenameMode};

    use super::*;

    fn queue() -> ChangeQueue {
        let queue = ChangeQueue::new("/shop".into());
        queue
            .set_git(["/shop/.git", "/shop/.git/logs", "/shop/.git/info"].map(Into::into).to_vec());
        queue.take();
        queue
    }

    fn event(kind: EventKind, path: &str) -> Event {
        Event::new(kind).add_path(path.into())
    }

    const WRITE: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    const RENAME: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::To));

    #[test]
    fn an_edit_is_of_its_directory_alone() {
        let queue = queue();
        queue.receive(&event(WRITE, "/shop/src/a.rs"));
        queue.receive(&event(WRITE, "/shopping/src/b.rs"));
        let (changes, _) = queue.take();
        assert_eq!(changes.directories, HashSet::from(["/shop/src".into()]));
        assert!(changes.replaced.is_empty() && !changes.everything && !changes.revision);
    }

    #[test]
    fn what_moves_may_be_a_directory() {
        let queue = queue();
        queue.receive(&event(RENAME, "/shop/src/new"));
        let (changes, _) = queue.take();
        assert_eq!(changes.replaced, HashSet::from(["/shop/src/new".into()]));
    }

    #[test]
    fn git_s_own_files_are_about_the_revision() {
        let queue = queue();
        queue.receive(&event(WRITE, "/shop/.git/HEAD"));
        let (changes, _) = queue.take();
        assert_eq!(changes, Changes { revision: true, ..Changes::default() });
    }

    #[test]
    fn git_s_own_patterns_are_about_everything() {
        let queue = queue();
        queue.receive(&event(WRITE, "/shop/.git/info/exclude"));
        let (changes, _) = queue.take();
        assert!(changes.everything);
        queue.receive(&event(WRITE, "/shop/.git/logs/HEAD"));
        let (changes, _) = queue.take();
        assert!(!changes.everything && changes.revision);
    }

    #[test]
    fn patterns_and_lost_events_are_about_everything() {
        let queue = queue();
        queue.receive(&event(WRITE, "/shop/src/.gitignore"));
        let (changes, _) = queue.take();
        assert!(changes.everything && !changes.rewatch);
        queue.receive(&Event::new(EventKind::Other).set_flag(Flag::Rescan));
        let (changes, _) = queue.take();
        assert!(changes.everything && changes.rewatch);
    }

    #[test]
    fn a_storm_takes_bounded_memory() {
        let queue = queue();
        for number in 0..=MOST_PATHS {
            queue.receive(&event(RENAME, &format!("/shop/src/{number}.rs")));
        }
        let (changes, _) = queue.take();
        assert!(changes.everything && changes.rewatch && changes.replaced.len() <= 1);
    }

    #[tokio::test]
    async fn settling_is_of_what_was_received_before() {
        let queue = queue();
        queue.receive(&event(WRITE, "/shop/a.rs"));
        let mut settling = queue.hurry();
        assert!(queue.state().hurried && !queue.status().settled && !settling.is_done());
        let (_, upto) = queue.take();
        queue.receive(&event(WRITE, "/shop/b.rs"));
        queue.mark_settled(upto);
        settling.wait().await;
        assert!(settling.is_done());
        assert!(!queue.status().settled, "what came later is not");
    }
}
