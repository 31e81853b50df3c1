//! What others may know of a watched project.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::Serialize;
use tokio::sync::watch;

use super::change_queue::ChangeQueue;
use crate::sync::lock;

/// How a project's changes are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchMode {
    /// The system tells of them.
    Events,
    /// The directories are read again and again: the system cannot tell, or not of so many.
    Scanning,
}

/// How a project is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WatchStatus {
    /// How changes are found.
    pub mode: WatchMode,
    /// Directories that are watched; 0 while scanning.
    pub directories: usize,
    /// Whether all that was heard of is in the index.
    pub settled: bool,
    /// Whether the last job failed; it is tried again.
    pub troubled: bool,
    /// Why it is scanned and what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Waits until what a project's watch had heard of at some moment is in the index.
#[derive(Debug)]
pub(crate) struct Settling {
    settled: watch::Receiver<u64>,
    target: u64,
}

impl Settling {
    pub(super) fn new(settled: watch::Receiver<u64>, target: u64) -> Self {
        Self { settled, target }
    }

    #[cfg(test)]
    pub(super) fn is_done(&self) -> bool {
        *self.settled.borrow() >= self.target
    }

    /// Waits for it. Returns early where the project is no longer watched.
    pub(crate) async fn wait(&mut self) {
        let target = self.target;
        // An error says that nobody watches any more: then there is nothing to wait for.
        let _ = self.settled.wait_for(|settled| *settled >= target).await;
    }
}

/// The projects that are watched, by root.
#[derive(Debug, Default)]
pub struct Watches {
    by_root: Mutex<HashMap<PathBuf, Arc<ChangeQueue>>>,
}

impl Watches {
    /// How the project at `root`, a real path, is watched; none where it is not.
    pub fn status(&self, root: &Path) -> Option<WatchStatus> {
        Some(self.queue(root)?.status())
    }

    /// Every watched project.
    pub fn all(&self) -> Vec<(PathBuf, WatchStatus)> {
        let queues: Vec<_> = self.lock().values().cloned().collect();
        let mut all: Vec<_> =
            queues.iter().map(|queue| (queue.root.clone(), queue.status())).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    /// Has what was heard of the project at `root` brought into the index now, without the pause
    /// for more to come; none where the project is not watched.
    pub(crate) fn hurry(&self, root: &Path) -> Option<Settling> {
        Some(self.queue(root)?.hurry())
    }

    pub(super) fn enter(&self, queue: &Arc<ChangeQueue>) {
        self.lock().insert(queue.root.clone(), Arc::clone(queue));
    }

    pub(super) fn leave(&self, root: &Path) {
        self.lock().remove(root);
    }

    /// Hands an event to every project.
    pub(super) fn receive(&self, event: &notify::Event) {
        for queue in self.lock().values() {
            queue.receive(event);
        }
    }

    fn queue(&self, root: &Path) -> Option<Arc<ChangeQueue>> {
        self.lock().get(root).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PathBuf, Arc<ChangeQueue>>> {
        lock(&self.by_root)
    }
}
