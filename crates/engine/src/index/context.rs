//! What the steps of a job work with.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use sconce_store::IndexLock;
use tokio_util::sync::CancellationToken;

use super::IndexRequest;
use super::languages::ProjectLanguages;
use super::prepare::Stamps;
use super::progress::ProgressTracker;
use super::queue::Turn;
use super::target::Target;
use super::walk_requests::WalkRequests;
use crate::engine::EngineState;

/// A job from its first to its last step.
pub(super) struct Run {
    pub(super) state: Arc<EngineState>,
    pub(super) request: Arc<IndexRequest>,
    pub(super) walk_requests: Arc<WalkRequests>,
    pub(super) root: PathBuf,
    pub(super) name: String,
    /// Where the project was before, if the index was of that.
    pub(super) moved_from: Option<String>,
    pub(super) tracker: ProgressTracker,
    pub(super) cancel: CancellationToken,
    /// Its turn, while it has one that it had to have; it ends after the job's end is told.
    pub(super) turn: Arc<Mutex<Option<Turn>>>,
}

/// One walk's files on their way into the index.
pub(super) struct IndexSync<'a> {
    pub(super) run: &'a Run,
    pub(super) target: &'a Target,
    pub(super) lock: &'a IndexLock,
    pub(super) languages: Arc<ProjectLanguages>,
    /// What the index had before the walk.
    pub(super) stamps: Arc<Stamps>,
}
