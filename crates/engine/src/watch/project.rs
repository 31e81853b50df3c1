//! One project: waits for changes, looks at them, and has them indexed.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::WatchOptions;
use super::change_queue::{ChangeQueue, Changes};
use super::fs_watcher::{FsWatcher, RECURSIVE, Unwatchable, is_remote};
use super::status::WatchMode;
use super::tree::Tree;
use crate::index::{IndexReport, IndexRequest};
use crate::repository::git_directories;
use crate::source::WalkOptions;
use crate::sync::lock;
use crate::{Engine, EngineError, ErrorKind, Job};

/// Changes that go on and on are indexed at the latest so long after the first.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A project that is watched is also looked at so often: no system tells of all changes, such as
/// those through a mapped file.
const POLL_INTERVAL: Duration = Duration::from_mins(10);
/// After so long it is tried again to watch what could not be watched.
const WATCH_AGAIN: Duration = Duration::from_mins(10);
/// How often it is looked whether a project whose job was cancelled has got another one.
const LOOK_FOR_JOBS: Duration = Duration::from_secs(1);
/// Shortest and longest pause before a job that failed is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(5));

/// What a project is watched with.
pub(super) struct Project {
    pub(super) engine: Engine,
    pub(super) name: String,
    pub(super) request: IndexRequest,
    pub(super) options: WatchOptions,
    pub(super) queue: Arc<ChangeQueue>,
    /// Lets one project after the other be brought up to date at the start.
    pub(super) first: Arc<Semaphore>,
    pub(super) snapshot: Arc<Mutex<ProjectSnapshot>>,
}

/// How a job ended, as far as the watch is concerned.
enum Ended {
    /// What was to be indexed is.
    Settled,
    /// It answers by its words, and the job goes on with the vectors.
    Embedding(Job),
    /// The user does not want it.
    Cancelled,
    /// It is to be tried again.
    Failed,
    /// The index is gone.
    Gone,
}

impl Project {
    /// Follows the project until its index is gone. What is dropped before has to
    /// [`ProjectSnapshot::close`].
    pub(super) async fn follow(self) {
        // Since when something waits to be indexed; at first nobody knows what has changed.
        let mut since = Some(Instant::now());
        let mut pause = None;
        let mut first = true;
        // The last job, while it has vectors to make.
        let mut embedding: Option<Job> = None;
        loop {
            // What is seen already and waits for a pause waits for nothing else.
            let waits = since.is_none() || pause.is_some();
            let ended = if waits { self.something(pause, embedding.as_ref()).await } else { None };
            let (ended, upto) = if let Some(ended) = ended {
                (ended, None)
            } else {
                let quiet = self.debounce().await;
                let (changes, upto) = self.queue.take();
                let Some(differs) = self.look(changes).await else {
                    since.get_or_insert_with(Instant::now);
                    pause = Some(longer(pause));
                    self.queue.trouble();
                    continue;
                };
                if differs {
                    since.get_or_insert_with(Instant::now);
                }
                let Some(begin) = since else {
                    self.queue.mark_settled(upto);
                    continue;
                };
                // Events that mean nothing do not hold up what does.
                if differs && !quiet && begin.elapsed() < LONGEST_WAIT {
                    continue;
                }
                (self.index(first).await, Some(upto))
            };
            let is_in = matches!(ended, Ended::Settled | Ended::Embedding(_));
            embedding = None;
            match ended {
                Ended::Settled => {}
                Ended::Embedding(job) => embedding = Some(job),
                Ended::Failed => pause = Some(longer(pause)),
                Ended::Cancelled => (pause, first) = (None, false),
                Ended::Gone => return,
            }
            if let Some(upto) = upto.filter(|_| is_in) {
                (since, pause, first) = (None, None, false);
                self.queue.mark_settled(upto);
            }
            if !is_in {
                since.get_or_insert_with(Instant::now);
                self.queue.trouble();
                if pause.is_none() {
                    self.held().await;
                }
            }
        }
    }

    /// Waits until something came, somebody is in a hurry, or it is time to look anyway; or until a job that was
    /// `embedding` has ended, and gives how.
    async fn something(&self, retry: Option<Duration>, embedding: Option<&Job>) -> Option<Ended> {
        let every = match self.queue.status().mode {
            WatchMode::Events => POLL_INTERVAL,
            WatchMode::Scanning => self.options.scan_every,
        };
        let until = tokio::time::Instant::now() + retry.unwrap_or(every);
        loop {
            let state = self.queue.state();
            // A failed job is not tried at every key stroke, but when somebody asks for it.
            if state.hurried || state.pending && retry.is_none() {
                return None;
            }
            tokio::select! {
                () = tokio::time::sleep_until(until) => {
                    if retry.is_none() {
                        self.queue.expect_everything();
                    }
                    return None;
                }
                () = self.queue.wake() => {}
                ended = end_of(embedding) => return Some(self.judged(ended)),
            }
        }
    }

    /// Waits for a pause in the events, or for somebody in a hurry. Whether there was one: where
    /// events go on and on, it waits twice as long as a pause lasts.
    async fn debounce(&self) -> bool {
        let debounce = self.options.debounce;
        let limit = Instant::now() + debounce * 2;
        loop {
            let state = self.queue.state();
            let pause = state.last + debounce;
            let now = Instant::now();
            if state.hurried || pause <= now {
                return true;
            }
            if limit <= now {
                return false;
            }
            tokio::select! {
                () = tokio::time::sleep_until(pause.min(limit).into()) => {}
                () = self.queue.wake() => {}
            }
        }
    }

    /// Looks at what may have changed; whether the index would. None where it cannot look: then
    /// the next look is at everything.
    async fn look(&self, changes: Changes) -> Option<bool> {
        let (snapshot, queue) = (Arc::clone(&self.snapshot), Arc::clone(&self.queue));
        let looked = tokio::task::spawn_blocking(move || {
            let mut snapshot = lock(&snapshot);
            let differs = snapshot.look(changes, &queue);
            differs.map(|differs| (differs, snapshot.news.take()))
        });
        let error = match looked.await {
            Ok(Ok((differs, news))) => {
                self.tell(news);
                return Some(differs);
            }
            Ok(Err(error)) => error,
            Err(error) => error.into(),
        };
        tracing::debug!(index = self.name, %error, "cannot look for changes");
        self.queue.expect_everything();
        None
    }

    fn tell(&self, news: Option<Unwatchable>) {
        let Some(reason) = news else { return };
        tracing::warn!(
            index = self.name,
            hint = reason.hint(),
            "{reason}: the project is scanned every {} s instead",
            self.options.scan_every.as_secs()
        );
    }

    async fn index(&self, first: bool) -> Ended {
        if self.is_on_hold().await {
            return Ended::Cancelled;
        }
        let _turn = if first { self.first.acquire().await.ok() } else { None };
        let name = Some(self.name.clone());
        let request = IndexRequest { name, only_existing: true, ..self.request.clone() };
        let ended = match self.engine.start_index(request).await {
            Ok(job) => match job.wait_for_words().await {
                Some(ended) => ended,
                None => return Ended::Embedding(job),
            },
            Err(error) => Err(error),
        };
        self.judged(ended)
    }

    fn judged(&self, ended: Result<IndexReport, EngineError>) -> Ended {
        match ended {
            Ok(_) => Ended::Settled,
            Err(error) => match error.kind() {
                ErrorKind::Cancelled => Ended::Cancelled,
                ErrorKind::NotFound => Ended::Gone,
                _ => {
                    tracing::debug!(index = self.name, %error, "indexing is tried again");
                    Ended::Failed
                }
            },
        }
    }

    /// Whether the user wants nothing to be indexed now.
    async fn is_on_hold(&self) -> bool {
        let row = self.engine.store().index_by_name(&self.name).await;
        // where the database is unavailable, a job says so.
        row.is_ok_and(|row| row.is_some_and(|row| self.engine.handle(row).is_on_hold()))
    }

    /// Waits until the user wants it again.
    async fn held(&self) {
        while self.is_on_hold().await {
            tokio::time::sleep(LOOK_FOR_JOBS).await;
        }
    }
}

/// The end of a job; none comes where there is no job.
async fn end_of(job: Option<&Job>) -> Result<IndexReport, EngineError> {
    match job {
        Some(job) => job.wait().await,
        None => std::future::pending().await,
    }
}

fn longer(pause: Option<Duration>) -> Duration {
    pause.map_or(PAUSES.0, |last| (last * 2).min(PAUSES.1))
}

/// What a project looks like, and the watches on it. Everything here blocks.
pub(super) struct ProjectSnapshot {
    tree: Tree,
    fs_watcher: Arc<FsWatcher>,
    root: PathBuf,
    /// Directories that this project has watches on.
    git: Vec<PathBuf>,
    watching: bool,
    /// When it is tried to watch, where it could not be done.
    again: Option<Instant>,
    /// Why it cannot be done any more, not told yet.
    news: Option<Unwatchable>,
    told: bool,
}

impl ProjectSnapshot {
    pub(super) fn new(root: PathBuf, options: WalkOptions, fs_watcher: Arc<FsWatcher>) -> Self {
        let tree = Tree::new(root.clone(), options);
        let (git, again, news) = (Vec::new(), None, None);
        Self { tree, fs_watcher, root, git, watching: false, again, news, told: false }
    }

    /// Looks at what may have changed, and watches the directories that came with it.
    fn look(&mut self, changes: Changes, queue: &ChangeQueue) -> Result<bool, EngineError> {
        let all = changes.everything;
        if !self.watching && (all || self.tree.len() == 0) && self.is_time_to_watch() {
            return self.begin(changes, queue);
        }
        if self.watching && (changes.revision || all) {
            self.watch_git(queue);
        }
        let mut changes = changes;
        let mut differs = false;
        // What is made between the walk and the watch is seen by the next walk alone.
        loop {
            let rewatch = changes.rewatch;
            let mut look = self.tree.look(changes)?;
            differs |= look.changed;
            if !self.watching {
                break;
            }
            if RECURSIVE {
                let root: Vec<PathBuf> = rewatch.then(|| self.root.clone()).into_iter().collect();
                (look.removed, look.added) = (root.clone(), root);
            }
            self.fs_watcher.remove(&look.removed);
            if look.added.is_empty() {
                break;
            }
            if let Err(reason) = self.fs_watcher.add(&look.added, RECURSIVE) {
                self.give_up(reason, &look.added);
                break;
            }
            let directories = look.added.into_iter().collect();
            changes = Changes { directories, ..Changes::default() };
        }
        self.tell(queue);
        Ok(differs)
    }

    /// The first look, or the first one after watching failed.
    fn begin(&mut self, changes: Changes, queue: &ChangeQueue) -> Result<bool, EngineError> {
        let first = self.tree.look(changes)?;
        let reason = if is_remote(&self.root) {
            Some(Unwatchable::Remote)
        } else {
            self.fs_watcher.add(&self.watched(), RECURSIVE).err()
        };
        if let Some(reason) = reason {
            self.scan(reason);
            self.tell(queue);
            return Ok(first.changed);
        }
        (self.watching, self.again, self.told) = (true, None, false);
        self.news = None;
        self.watch_git(queue);
        // Once more, for what came while the watches were set.
        Ok(self.look(Changes::everything(), queue)? || first.changed)
    }

    /// The directories to be watched.
    fn watched(&self) -> Vec<PathBuf> {
        if RECURSIVE { vec![self.root.clone()] } else { self.tree.directories() }
    }

    fn is_time_to_watch(&self) -> bool {
        self.again.is_none_or(|at| at <= Instant::now())
    }

    /// Watches git's directories as they are now: a worktree's may lie elsewhere.
    fn watch_git(&mut self, queue: &ChangeQueue) {
        let now = git_directories(&self.root);
        if now == self.git {
            // Set again, for a directory that was rebuilt under its path; still counted once.
            if self.fs_watcher.add(&now, false).is_ok() {
                self.fs_watcher.remove(&now);
            }
            return;
        }
        self.fs_watcher.remove(&self.git);
        self.git = match self.fs_watcher.add(&now, false) {
            Ok(()) => now,
            // Commits are noticed by the looks at everything.
            Err(error) => {
                tracing::debug!(%error, "git's directory cannot be watched");
                Vec::new()
            }
        };
        queue.set_git(self.git.clone());
    }

    /// Stops watching; `unset` directories of the tree have no watch.
    fn give_up(&mut self, reason: Unwatchable, unset: &[PathBuf]) {
        let unset: HashSet<&PathBuf> = unset.iter().collect();
        let mut set = self.watched();
        set.retain(|directory| !unset.contains(directory));
        self.fs_watcher.remove(&set);
        self.fs_watcher.remove(&std::mem::take(&mut self.git));
        self.scan(reason);
    }

    fn scan(&mut self, reason: Unwatchable) {
        self.watching = false;
        self.again = Some(Instant::now() + WATCH_AGAIN);
        if !self.told {
            self.told = true;
            self.news = Some(reason);
        }
    }

    fn tell(&self, queue: &ChangeQueue) {
        if self.watching {
            queue.set_mode(WatchMode::Events, self.tree.len(), None);
        } else if let Some(reason) = &self.news {
            let reason = format!("{reason}; {}", reason.hint());
            queue.set_mode(WatchMode::Scanning, 0, Some(reason));
        }
    }

    /// Takes all watches away.
    pub(super) fn close(&mut self) {
        if self.watching {
            self.fs_watcher.remove(&self.watched());
            self.fs_watcher.remove(&std::mem::take(&mut self.git));
            self.watching = false;
        }
    }
}
