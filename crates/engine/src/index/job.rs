//! Indexing in the background: one job a root at a time, whoever asks for it, and it outlives the
//! asker.
//!
//! Whoever asks for what a running job is doing joins it: the job then looks once more before it
//! ends, if it has looked already. What asks for something else gets a job that comes after it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::context::Run;
use super::prepare::canonical_root;
use super::progress::{IndexReport, Phase, Progress, ProgressTracker};
use super::target::IndexSettings;
use super::walk_requests::WalkRequests;
use super::{IndexRequest, target};
use crate::engine::EngineState;
use crate::sync::lock;
use crate::{EngineError, ErrorKind};

type Outcome = Option<Result<IndexReport, Arc<EngineError>>>;

/// A job that runs or has ended. Clones watch the same job.
#[derive(Debug, Clone)]
pub struct Job {
    name: String,
    root: PathBuf,
    request: Arc<IndexRequest>,
    walk_requests: Arc<WalkRequests>,
    progress: watch::Receiver<Progress>,
    outcome: watch::Receiver<Outcome>,
    cancel: CancellationToken,
}

impl Job {
    /// The name of the index that the job fills.
    pub fn index_name(&self) -> &str {
        &self.name
    }

    /// The directory that it indexes.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    /// Waits until the progress has changed since this handle last saw it, or the job has ended.
    pub async fn changed(&mut self) {
        // An error says that the job has ended, which the caller sees in the phase.
        let _ = self.progress.changed().await;
    }

    /// Asks it to stop, and the one that it comes after. What is written stays and answers; the next
    /// run goes on from there.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Whether it has ended.
    pub fn is_finished(&self) -> bool {
        self.outcome.borrow().is_some()
    }

    /// Whether it has ended because somebody cancelled it.
    pub(crate) fn is_cancelled(&self) -> bool {
        let outcome = self.outcome.borrow();
        matches!(outcome.as_ref(), Some(Err(error)) if error.kind() == ErrorKind::Cancelled)
    }

    /// Whether it has ended with all done.
    pub(crate) fn has_succeeded(&self) -> bool {
        matches!(self.outcome.borrow().as_ref(), Some(Ok(_)))
    }

    /// Whether it will have done all that `request` asks for, with the files as they are now. If so
    /// it has taken that up.
    fn takes_up(&self, request: &IndexRequest) -> bool {
        !self.is_finished() && self.covers(request) && self.walk_requests.ask()
    }

    /// Whether what it does is what is asked for, or what the index keeps where nothing is said.
    fn covers(&self, asked: &IndexRequest) -> bool {
        let own = &self.request;
        let settings = IndexSettings::default().overlaid(own);
        asked.name.as_ref().is_none_or(|name| *name == self.name)
            && (asked.model.is_none() || asked.model == own.model)
            && (!asked.rebuild || own.rebuild)
            && (!asked.replaces_globs || own.replaces_globs)
            && settings.clone().overlaid(asked) == settings
    }

    /// Whether every file answers by its words at least, as it was when this was asked for last, and waiting for the
    /// vectors takes long.
    pub(crate) fn words_answer(&self) -> bool {
        self.progress.borrow().words_answer() && !self.walk_requests.is_asked()
    }

    /// Whether every file answers by its vectors too, as it was when this was asked for last: what is left are
    /// statistics and the graph of the vectors.
    pub(crate) fn is_all_in(&self) -> bool {
        self.progress.borrow().phase == Phase::Finishing && !self.walk_requests.is_asked()
    }

    /// Waits until its [words answer](Self::words_answer) or [all is in](Self::is_all_in), or for its end, which it
    /// gives.
    pub(crate) async fn wait_for_words(&self) -> Option<Result<IndexReport, EngineError>> {
        let mut seen = self.clone();
        while !(seen.words_answer() || seen.is_all_in()) {
            tokio::select! {
                biased;
                ended = self.wait() => return Some(ended),
                () = seen.changed() => {}
            }
        }
        None
    }

    /// Waits for its end.
    pub async fn wait(&self) -> Result<IndexReport, EngineError> {
        let mut outcome = self.outcome.clone();
        match outcome.wait_for(Option::is_some).await {
            Ok(ended) => match ended.as_ref() {
                Some(Ok(report)) => Ok(report.clone()),
                Some(Err(error)) => Err(EngineError::Shared(Arc::clone(error))),
                None => Err(EngineError::Cancelled),
            },
            // The task was aborted with its runtime.
            Err(_) => Err(EngineError::Cancelled),
        }
    }
}

/// The jobs of an engine, by root: those that run, and the last one of each that ended.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    by_root: Mutex<HashMap<PathBuf, Job>>,
    /// Tells that a job has come.
    entered: watch::Sender<()>,
}

impl Jobs {
    /// The last job of each root, those that run first.
    pub(crate) fn all(&self) -> Vec<Job> {
        let mut jobs: Vec<Job> = self.lock().values().cloned().collect();
        jobs.sort_by(|a, b| (a.is_finished(), &a.name).cmp(&(b.is_finished(), &b.name)));
        jobs
    }

    /// The last job of `root`, whether it runs or has ended.
    pub(crate) fn last(&self, root: &Path) -> Option<Job> {
        self.lock().get(root).cloned()
    }

    /// Forgets the jobs of `root`, whose index is gone.
    pub(crate) fn forget(&self, root: &Path) {
        self.lock().retain(|of, job| of != root || !job.is_finished());
    }

    /// Tells of each job that comes from now on.
    pub(crate) fn entered(&self) -> watch::Receiver<()> {
        self.entered.subscribe()
    }

    fn enter(&self, job: &Job) -> JobAdmission {
        let mut jobs = self.lock();
        let running = jobs.get(&job.root).filter(|job| !job.is_finished()).cloned();
        match running {
            Some(running) if running.takes_up(&job.request) => JobAdmission::Joined(running),
            before => {
                jobs.insert(job.root.clone(), job.clone());
                drop(jobs);
                self.entered.send_replace(());
                JobAdmission::After(before)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PathBuf, Job>> {
        lock(&self.by_root)
    }
}

/// How a job that is to be entered fares.
enum JobAdmission {
    /// A running one does its work.
    Joined(Job),
    /// It is the root's job now, once the one before it has ended.
    After(Option<Job>),
}

/// Starts the request's job, or joins the one that runs for its root and does the same.
pub(crate) async fn start(
    state: &Arc<EngineState>,
    request: IndexRequest,
) -> Result<Job, EngineError> {
    let asked = request.root.clone();
    let root = tokio::task::spawn_blocking(move || canonical_root(&asked)).await??;
    if let Some(job) = state.jobs.last(&root).filter(|job| job.takes_up(&request)) {
        return Ok(job);
    }
    let shown = root.to_string_lossy();
    let (found, moved_from) = target::find_or_take_up(&state.store, &request, &shown).await?;
    let name = match found {
        Some(index) => index.name,
        None if request.only_existing => return Err(EngineError::NotIndexed { path: root }),
        None => target::free_name(&state.store, &request, &shown).await?,
    };
    let tracker = ProgressTracker::new();
    let (sender, outcome) = watch::channel(None);
    let cancel = CancellationToken::new();
    let progress = tracker.subscribe();
    let request = Arc::new(request);
    let walk_requests = Arc::new(WalkRequests::default());
    let job = Job {
        name: name.clone(),
        root: root.clone(),
        request: Arc::clone(&request),
        walk_requests: Arc::clone(&walk_requests),
        progress,
        outcome,
        cancel: cancel.clone(),
    };
    let before = match state.jobs.enter(&job) {
        JobAdmission::Joined(running) => return Ok(running),
        JobAdmission::After(before) => before,
    };
    let state = Arc::clone(state);
    let tracker_of_run = tracker.clone();
    let turn = Arc::default();
    let run = Run {
        state,
        request,
        walk_requests,
        root,
        name,
        moved_from,
        tracker: tracker_of_run,
        cancel,
        turn: Arc::clone(&turn),
    };
    tokio::spawn(async move {
        let run = async move {
            if let Some(before) = before {
                after(&before, &run.cancel).await;
            }
            run.run().await
        };
        // A panic in the job must end as an error for those who wait, so it runs as a task.
        let ended = tokio::spawn(run).await.unwrap_or_else(|error| Err(error.into()));
        conclude(&tracker, &ended);
        drop(turn);
        sender.send_replace(Some(ended.map_err(Arc::new)));
    });
    Ok(job)
}

/// Waits for the end of the job `before`, which `cancel` ends too.
async fn after(before: &Job, cancel: &CancellationToken) {
    let ended = cancel.run_until_cancelled(before.wait()).await;
    if ended.is_none() {
        before.cancel();
        // However it ends, it has ended.
        let _ = before.wait().await;
    }
}

fn conclude(tracker: &ProgressTracker, ended: &Result<IndexReport, EngineError>) {
    match ended {
        Ok(report) => {
            tracing::info!(
                index = report.index,
                files_changed = report.files_changed,
                chunks_embedded = report.chunks_embedded,
                seconds = report.seconds,
                "indexed"
            );
            tracker.phase(Phase::Done);
        }
        // The one who asked decides whether that is worth a line, and tries again.
        Err(error @ EngineError::Busy { .. }) => {
            tracing::debug!(%error, "not indexed");
            tracker.fail(Phase::Failed, error.to_string());
        }
        Err(EngineError::Cancelled) => tracker.fail(Phase::Cancelled, "cancelled".to_owned()),
        Err(error) => {
            tracing::error!(%error, "indexing failed");
            tracker.fail(Phase::Failed, error.to_string());
        }
    }
}
