//! Indexing in the background: one job a root, whoever asks for it, and it outlives the asker.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::pipeline::Run;
use super::prepare::canonical_root;
use super::progress::{IndexReport, Meter, Phase, Progress};
use super::{IndexRequest, target};
use crate::EngineError;
use crate::engine::Shared;

type Outcome = Option<Result<IndexReport, Arc<EngineError>>>;

/// A job that runs or has ended. Clones watch the same job.
#[derive(Debug, Clone)]
pub struct Job {
    name: String,
    root: PathBuf,
    progress: watch::Receiver<Progress>,
    outcome: watch::Receiver<Outcome>,
    cancel: CancellationToken,
}

impl Job {
    /// The name of the index that the job fills.
    pub fn index_name(&self) -> &str {
        &self.name
    }

    /// The folder that it indexes.
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

    /// Asks it to stop. What is written stays and answers; the next run goes on from there.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Whether it has ended.
    pub fn is_finished(&self) -> bool {
        self.outcome.borrow().is_some()
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
}

impl Jobs {
    /// Every job, those that run first.
    pub(crate) fn all(&self) -> Vec<Job> {
        let jobs = self.by_root.lock().unwrap_or_else(PoisonError::into_inner);
        let mut jobs: Vec<Job> = jobs.values().cloned().collect();
        jobs.sort_by(|a, b| (a.is_finished(), &a.name).cmp(&(b.is_finished(), &b.name)));
        jobs
    }

    /// The job that runs for `root`.
    pub(crate) fn running(&self, root: &Path) -> Option<Job> {
        let jobs = self.by_root.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.get(root).filter(|job| !job.is_finished()).cloned()
    }

    /// Enters `job` unless one runs for its root, which is given back.
    fn enter(&self, job: &Job) -> Option<Job> {
        let mut jobs = self.by_root.lock().unwrap_or_else(PoisonError::into_inner);
        let running = jobs.get(&job.root).filter(|job| !job.is_finished()).cloned();
        if running.is_none() {
            jobs.insert(job.root.clone(), job.clone());
        }
        running
    }
}

/// Starts the request's job, or joins the one that runs for its root.
pub(crate) async fn start(shared: &Arc<Shared>, request: IndexRequest) -> Result<Job, EngineError> {
    let asked = request.root.clone();
    let root = tokio::task::spawn_blocking(move || canonical_root(&asked)).await??;
    if let Some(job) = shared.jobs.running(&root) {
        return Ok(job);
    }
    let shown = root.to_string_lossy();
    let name = match target::find(&shared.store, &request, &shown).await? {
        Some(index) => index.name,
        None if request.only_existing => return Err(EngineError::NotIndexed { path: root }),
        None => target::free_name(&shared.store, &request, &shown).await?,
    };
    let meter = Meter::new();
    let (sender, outcome) = watch::channel(None);
    let cancel = CancellationToken::new();
    let progress = meter.subscribe();
    let job =
        Job { name: name.clone(), root: root.clone(), progress, outcome, cancel: cancel.clone() };
    if let Some(running) = shared.jobs.enter(&job) {
        return Ok(running);
    }
    let run = Run { shared: Arc::clone(shared), request, root, name, meter: meter.clone(), cancel };
    tokio::spawn(async move {
        // A panic in the job must end as an error for those who wait, so it runs as a task.
        let ended = tokio::spawn(run.run()).await.unwrap_or_else(|error| Err(error.into()));
        conclude(&meter, &ended);
        sender.send_replace(Some(ended.map_err(Arc::new)));
    });
    Ok(job)
}

fn conclude(meter: &Meter, ended: &Result<IndexReport, EngineError>) {
    match ended {
        Ok(report) => {
            tracing::info!(
                index = report.index,
                files_changed = report.files_changed,
                chunks_embedded = report.chunks_embedded,
                seconds = report.seconds,
                "indexed"
            );
            meter.phase(Phase::Done);
        }
        // The one who asked decides whether that is worth a line, and tries again.
        Err(error @ EngineError::Busy { .. }) => {
            tracing::debug!(%error, "not indexed");
            meter.fail(Phase::Failed, error.to_string());
        }
        Err(EngineError::Cancelled) => meter.fail(Phase::Cancelled, "cancelled".to_owned()),
        Err(error) => {
            tracing::error!(%error, "indexing failed");
            meter.fail(Phase::Failed, error.to_string());
        }
    }
}
