//! A job's way: walk, then prepare → embed → write, each stage a bounded step ahead of the next, so
//! that the model waits neither for the parser nor for the database.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use sconce_embed::Embedder;
use sconce_store::{FileStamp, Index, IndexLock, IndexState, IndexStatus};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::batch::Batch;
use super::prepare::{Outcome, Plan, prepare_all};
use super::progress::{IndexReport, Meter, Phase, Step};
use super::rounds::Rounds;
use super::target::{Settings, Target};
use super::{IndexRequest, target};
use crate::EngineError;
use crate::engine::Shared;
use crate::project::revision;
use crate::source::{Walk, walk};

/// Prepared files that wait for the model.
const PREPARED_AHEAD: usize = 64;
/// Batches under way at once: one at the model, one behind it, one being written.
const BATCHES: usize = 3;

/// A job from its first to its last step.
pub(super) struct Run {
    pub(super) shared: Arc<Shared>,
    pub(super) request: Arc<IndexRequest>,
    pub(super) rounds: Arc<Rounds>,
    pub(super) root: PathBuf,
    pub(super) name: String,
    pub(super) meter: Meter,
    pub(super) cancel: CancellationToken,
}

impl Run {
    /// Runs the job to its end, whatever that is, and leaves the index's state true.
    pub(super) async fn run(self) -> Result<IndexReport, EngineError> {
        self.meter.phase(Phase::Waiting);
        let root = self.root.to_string_lossy().into_owned();
        let store = &self.shared.store;
        let prepared =
            target::prepare(store, &self.shared.models, &self.request, &root, &self.name);
        let target = tokio::select! {
            target = prepared => target?,
            () = self.cancel.cancelled() => return Err(EngineError::Cancelled),
        };
        let name = target.index.name.clone();
        let Some(lock) = store.lock_index(target.index.id).await? else {
            return Err(EngineError::Busy { name });
        };
        let outcome = self.locked(&target, &lock).await;
        self.rounds.end();
        self.settle(&target.index, outcome.as_ref().err()).await;
        lock.release().await;
        let mut report = outcome?;
        report.notices = target.notices;
        Ok(report)
    }

    /// What is done while this job is the index's only writer.
    async fn locked(&self, target: &Target, lock: &IndexLock) -> Result<IndexReport, EngineError> {
        let mut report = self.round(target, lock, target.anew).await?;
        while self.rounds.goes_on() {
            report.add(self.round(target, lock, false).await?);
        }
        Ok(report)
    }

    /// Walks once and brings into the index what the walk found; all of it where it is to be made
    /// `anew`.
    async fn round(
        &self,
        target: &Target,
        lock: &IndexLock,
        anew: bool,
    ) -> Result<IndexReport, EngineError> {
        let Target { index, embedder, .. } = target;
        let store = &self.shared.store;
        self.meter.phase(Phase::Walking);
        let indexing = IndexState { status: IndexStatus::Indexing, ..index.state.clone() };
        store.set_state(index.id, IndexState { error: None, ..indexing }).await?;
        let stamps = store.files(index.id).await?;
        let stamps = stamps.into_iter().map(|stamp| {
            // A stamp that fits no file makes every file a changed one.
            let stamp = if anew { FileStamp { hash: [0; 32], size: -1, ..stamp } } else { stamp };
            (stamp.path.clone(), stamp)
        });
        let stamps: Arc<HashMap<String, FileStamp>> = Arc::new(stamps.collect());
        self.rounds.begin();
        let found = self.walk(&target.settings).await?;
        let mut report = IndexReport {
            index: index.name.clone(),
            root: index.root.clone(),
            model: embedder.model_id().to_owned(),
            ..IndexReport::default()
        };
        for (_, reason) in &found.skipped {
            *report.skipped.entry(*reason).or_default() += 1;
        }
        let plan = Plan::new(found, &stamps);
        report.files_unchanged = plan.unchanged;
        let look_into = plan.look_into.len() as u64;
        self.meter.found(plan.unchanged + look_into, look_into, plan.bytes());
        self.meter.phase(Phase::Indexing);
        let gone = self.stream(target, lock, plan, stamps, &mut report).await?;
        lock.check()?;
        self.finish(index, &gone, &mut report).await?;
        target::remember(store, index, &target.settings).await?;
        Ok(report)
    }

    async fn walk(&self, settings: &Settings) -> Result<Walk, EngineError> {
        let root = self.root.clone();
        let options = settings.walk_options(&self.shared.config.walk);
        tokio::task::spawn_blocking(move || walk(&root, &options)).await?
    }

    /// Prepares, embeds and writes; gives the paths that are to leave the index.
    async fn stream(
        &self,
        target: &Target,
        lock: &IndexLock,
        plan: Plan,
        stamps: Arc<HashMap<String, FileStamp>>,
        report: &mut IndexReport,
    ) -> Result<Vec<String>, EngineError> {
        let (sender, outcomes) = mpsc::channel(PREPARED_AHEAD);
        let config = &self.shared.config;
        let (max_bytes, options) = (config.walk.max_file_bytes, config.chunks.clone());
        let known = Arc::clone(&stamps);
        let files = plan.look_into;
        let preparing = tokio::task::spawn_blocking(move || {
            prepare_all(&files, &known, max_bytes, &options, &sender);
        });
        let index = &target.index;
        let mut sink = Sink {
            run: self,
            index,
            embedder: &target.embedder,
            lock,
            stamps: &stamps,
            writer: Arc::new(Mutex::new(())),
            under_way: JoinSet::new(),
            touched: Vec::new(),
            gone: plan.removed,
        };
        sink.take_all(outcomes, report).await?;
        preparing.await?;
        self.shared.store.touch_files(index.id, &sink.touched).await?;
        Ok(sink.gone)
    }

    async fn finish(
        &self,
        index: &Index,
        gone: &[String],
        report: &mut IndexReport,
    ) -> Result<(), EngineError> {
        self.meter.phase(Phase::Finishing);
        let store = &self.shared.store;
        if !gone.is_empty() {
            report.files_removed = store.remove_files(index.id, gone).await?;
        }
        if report.files_changed + report.files_removed > 0 {
            store.finish_index(index.id).await?;
        }
        let now = store.index_by_name(&index.name).await?;
        report.files = now.as_ref().map_or(0, |index| index.files as u64);
        report.seconds = self.meter.seconds();
        Ok(())
    }

    /// Writes how the job ended. An error here is logged and not raised: the job's own outcome is
    /// the news, and a state that stays "indexing" without a lock reads as "interrupted".
    async fn settle(&self, index: &Index, error: Option<&EngineError>) {
        let now = revision(&self.root);
        let state = match error {
            None => IndexState {
                status: IndexStatus::Ready,
                commit: now.commit,
                branch: now.branch,
                error: None,
            },
            // Cut short by the user: what was there and what came answers; the next run goes on.
            Some(EngineError::Cancelled) => {
                IndexState { status: IndexStatus::Indexing, ..index.state.clone() }
            }
            Some(error) => IndexState {
                status: IndexStatus::Failed,
                error: Some(error.to_string()),
                ..index.state.clone()
            },
        };
        if let Err(error) = self.shared.store.set_state(index.id, state).await {
            tracing::warn!(index = index.name, %error, "the job's end could not be recorded");
        }
    }
}

/// Where prepared files go: into batches, through the model, into the database.
struct Sink<'a> {
    run: &'a Run,
    index: &'a Index,
    embedder: &'a Embedder,
    lock: &'a IndexLock,
    stamps: &'a HashMap<String, FileStamp>,
    /// One write at a time: an index's rows come from one writer, in order.
    writer: Arc<Mutex<()>>,
    under_way: JoinSet<Result<Step, EngineError>>,
    touched: Vec<(String, i64, i64)>,
    gone: Vec<String>,
}

impl Sink<'_> {
    async fn take_all(
        &mut self,
        mut outcomes: mpsc::Receiver<Outcome>,
        report: &mut IndexReport,
    ) -> Result<(), EngineError> {
        let mut batch = Batch::default();
        loop {
            let outcome = tokio::select! {
                outcome = outcomes.recv() => outcome,
                () = self.run.cancel.cancelled() => return Err(EngineError::Cancelled),
            };
            let Some(outcome) = outcome else { break };
            self.take(outcome, &mut batch, report);
            if batch.is_full() {
                self.dispatch(std::mem::take(&mut batch), report).await?;
            }
        }
        if !batch.is_empty() {
            self.dispatch(batch, report).await?;
        }
        while !self.under_way.is_empty() {
            self.settle_one(report).await?;
        }
        Ok(())
    }

    fn take(&mut self, outcome: Outcome, batch: &mut Batch, report: &mut IndexReport) {
        match outcome {
            Outcome::Same { path, size, mtime_ns } => {
                report.files_unchanged += 1;
                self.touched.push((path, size as i64, mtime_ns));
                self.run.meter.passed(size);
            }
            Outcome::Skipped { path, size, reason } => {
                *report.skipped.entry(reason).or_default() += 1;
                // What cannot be read at this moment may be readable at the next one; what turned
                // into a secret or a binary has to go.
                let keeps = matches!(
                    reason,
                    crate::SkipReason::Unreadable | crate::SkipReason::ChangedWhileRead
                );
                if !keeps && self.stamps.contains_key(&path) {
                    self.gone.push(path);
                }
                self.run.meter.passed(size);
            }
            Outcome::Changed(file) => {
                report.files_changed += 1;
                self.run.meter.parsed(file.parsed.chunks.len() as u64);
                batch.push(*file);
            }
        }
    }

    /// Sends a batch on its way, waiting for room first.
    async fn dispatch(
        &mut self,
        batch: Batch,
        report: &mut IndexReport,
    ) -> Result<(), EngineError> {
        while self.under_way.len() >= BATCHES {
            self.settle_one(report).await?;
        }
        self.lock.check()?;
        let store = self.run.shared.store.clone();
        let (embedder, meter) = (self.embedder.clone(), self.run.meter.clone());
        let (id, writer) = (self.index.id, Arc::clone(&self.writer));
        self.under_way.spawn(async move {
            let (files, step) = batch.embed(&store, &embedder, &meter).await?;
            let _turn = writer.lock().await;
            store.write_files(id, files).await?;
            meter.written(step);
            Ok(step)
        });
        Ok(())
    }

    async fn settle_one(&mut self, report: &mut IndexReport) -> Result<(), EngineError> {
        let settled = tokio::select! {
            settled = self.under_way.join_next() => settled,
            // Dropping the set aborts the batches; a write that is cut off is rolled back.
            () = self.run.cancel.cancelled() => return Err(EngineError::Cancelled),
        };
        let Some(settled) = settled else { return Ok(()) };
        let step = settled??;
        report.chunks += step.chunks;
        report.chunks_cached += step.chunks_cached;
        report.chunks_embedded += step.chunks - step.chunks_cached;
        report.tokens += step.tokens;
        report.truncated += step.truncated;
        Ok(())
    }
}
