//! A job's way: wait for what it needs, lock the index, walk, run the two [stages](super::stages), and
//! leave the index's state true.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use sconce_store::{FileStamp, IndexId, IndexLock, IndexState, IndexStatus};

use super::context::{IndexSync, Run};
use super::embed::{EmbedStage, Embedded};
use super::included;
use super::languages::ProjectLanguages;
use super::prepare::{Plan, Stamps};
use super::progress::{IndexReport, Phase};
use super::queue::TurnFor;
use super::skipped::SkippedFiles;
use super::target;
use super::target::{IndexSettings, NotedLanguages, Target};
use crate::EngineError;
use crate::repository::revision;
use crate::source::{SkipReason, Walk, walk};
use crate::sync;

impl Run {
    /// Runs the job to its end, whatever that is, and leaves the index's state true.
    pub(super) async fn run(self) -> Result<IndexReport, EngineError> {
        self.tracker.phase(Phase::Waiting);
        let root = self.root.to_string_lossy().into_owned();
        let store = &self.state.store;
        let prepared = target::prepare(&self.state, &self.request, &root, &self.name);
        let target = tokio::select! {
            target = prepared => target?,
            () = self.cancel.cancelled() => return Err(EngineError::Cancelled),
        };
        let name = target.index.name.clone();
        let Some(lock) = store.lock_index(target.index.id).await? else {
            return Err(EngineError::Busy { name });
        };
        if let Err(error) = self.wait_for_turn(&target, &lock).await {
            self.walk_requests.end();
            self.undo(&target).await;
            lock.release().await;
            return Err(error);
        }
        let (target, lock) = target.replaced(&self.state, &self.request, lock).await?;
        let outcome = tokio::select! {
            outcome = self.locked(&target, &lock) => outcome,
            never = self.stop_where_asked(&lock) => match never {},
        };
        self.walk_requests.end();
        self.write_outcome(&target, outcome.as_ref().err()).await;
        lock.release().await;
        let mut report = outcome?;
        if let Some(before) = &self.moved_from {
            let moved = format!("{before} is gone, and its index '{name}' goes on here");
            report.notices.insert(0, moved);
        }
        report.notices = [target.notices, report.notices].concat();
        Ok(report)
    }

    /// Waits for the job's turn, where it has an index to fill.
    async fn wait_for_turn(&self, target: &Target, lock: &IndexLock) -> Result<(), EngineError> {
        if !target.is_to_be_filled() {
            return Ok(());
        }
        let queue = &self.state.queue;
        if let Some(turn) = queue.turn_now() {
            *sync::lock(&self.turn) = Some(turn);
            return Ok(());
        }
        let queued = IndexState { status: IndexStatus::Queued, ..target.index.state.clone() };
        self.state.store.set_state(target.index.id, queued).await?;
        tokio::select! {
            turn = queue.turn(TurnFor::Reading, |place| self.tracker.queued(place)) => {
                *sync::lock(&self.turn) = Some(turn);
                Ok(())
            }
            () = self.cancel.cancelled() => Err(EngineError::Cancelled),
            never = self.stop_where_asked(lock) => match never {},
        }
    }

    /// In the second stage: gives the job's turn to one that has still to read its files, and waits for
    /// another one.
    pub(super) async fn let_others_read(&self) -> Result<(), EngineError> {
        let queue = &self.state.queue;
        if !queue.is_wanted() {
            return Ok(());
        }
        let Some(turn) = sync::lock(&self.turn).take() else { return Ok(()) };
        let turn = queue.turn_after(turn, |place| self.tracker.paused(Some(place)));
        let turn = self.cancel.run_until_cancelled(turn).await.ok_or(EngineError::Cancelled)?;
        *sync::lock(&self.turn) = Some(turn);
        self.tracker.paused(None);
        Ok(())
    }

    /// Leaves everything as it was before the job.
    async fn undo(&self, target: &Target) {
        let (index, store) = (&target.index, &self.state.store);
        let undone = if target.is_new {
            store.drop_index(index.id).await
        } else {
            store.set_state(index.id, index.state.clone()).await
        };
        if let Err(error) = undone {
            tracing::warn!(index = index.name, %error, "what a job began could not be undone");
        }
    }

    /// Cancels the job where another process asks for that.
    async fn stop_where_asked(&self, lock: &IndexLock) -> Infallible {
        lock.stop_requested().await;
        self.cancel.cancel();
        std::future::pending().await
    }

    /// What is done while this job is the index's only writer.
    async fn locked(&self, target: &Target, lock: &IndexLock) -> Result<IndexReport, EngineError> {
        let mut embed = EmbedStage::new(self, target, lock);
        let report = self.rounds(target, lock, &mut embed).await;
        embed.end().await;
        report
    }

    /// Walks as often as it is asked to.
    async fn rounds(
        &self,
        target: &Target,
        lock: &IndexLock,
        embed: &mut EmbedStage<'_>,
    ) -> Result<IndexReport, EngineError> {
        let mut report = self.round(target, lock, target.from_scratch, embed).await?;
        while self.walk_requests.goes_on() {
            report.add(self.round(target, lock, false, embed).await?);
        }
        Ok(report)
    }

    /// Walks once and brings into the index what the walk found; all of it where it is to be made
    /// `from_scratch`.
    async fn round(
        &self,
        target: &Target,
        lock: &IndexLock,
        from_scratch: bool,
        embed: &mut EmbedStage<'_>,
    ) -> Result<IndexReport, EngineError> {
        let Target { index, embedder, .. } = target;
        let (id, store) = (index.id, &self.state.store);
        self.tracker.phase(Phase::Walking);
        let indexing = IndexState { status: IndexStatus::Indexing, ..index.state.clone() };
        store.set_state(id, IndexState { error: None, ..indexing }).await?;
        self.walk_requests.begin();
        let languages = self.languages().await?;
        let noted = NotedLanguages::note(store, id, languages.known()).await?;
        let is_to_be_read = |path: &str| {
            from_scratch || noted.unsettled.iter().any(|language| language.takes(path))
        };
        let stamps = self.stamps(id, is_to_be_read);
        let begun = Instant::now();
        let (stamps, mut found) = tokio::try_join!(stamps, self.walk(&target.settings))?;
        embed.walk_takes = begun.elapsed();
        let request = &self.request;
        let says_what = !request.include.is_empty() || !request.defaults.include.is_empty();
        if found.candidates.is_empty() && says_what {
            self.refuse_empty(&target.settings).await?;
        }
        let mut report = IndexReport {
            index: index.name.clone(),
            root: index.root.clone(),
            model: embedder.model_id().to_owned(),
            ..IndexReport::default()
        };
        for warning in &found.warnings {
            tracing::warn!(index = index.name, "{warning}");
        }
        for notice in &languages.notices {
            tracing::info!(index = index.name, "{notice}");
        }
        report.notices = [languages.notices.as_slice(), &found.warnings].concat();
        report.skipped_files = std::mem::take(&mut found.skipped);
        let plan = Plan::new(found, &stamps);
        report.files_unchanged = plan.unchanged;
        let look_into = plan.look_into.len() as u64;
        self.tracker.found(plan.unchanged + look_into, look_into);
        let settings = target.settings.clone().with_languages(languages.known());
        let round = IndexSync { run: self, target, lock, languages, stamps };
        let embedded = round.run_stages(plan, embed, &mut report).await?;
        lock.check()?;
        if embedded == Embedded::All {
            self.tracker.phase(Phase::Finishing);
            let wrote = report.files_changed + report.files_removed;
            let given = report.chunks_embedded + report.chunks_cached + report.chunks_by_others;
            store.finish_index(id, embed.has_made_way || wrote + given > 0).await?;
        }
        self.describe(target, &mut report).await?;
        target::remember(store, id, &noted, settings, &self.root).await?;
        Ok(report)
    }

    /// What the index has of each file; of those that are to be read whatever they hold, what fits none.
    async fn stamps(
        &self,
        id: IndexId,
        is_to_be_read: impl Fn(&str) -> bool,
    ) -> Result<Arc<Stamps>, EngineError> {
        let stamps = self.state.store.files(id).await?.into_iter().map(|stamp| {
            let is_new = is_to_be_read(&stamp.path);
            let stamp = if is_new { FileStamp { hash: [0; 32], size: -1, ..stamp } } else { stamp };
            (stamp.path.clone(), stamp)
        });
        Ok(Arc::new(stamps.collect()))
    }

    /// The project's own languages, as its file says now.
    async fn languages(&self) -> Result<Arc<ProjectLanguages>, EngineError> {
        let (root, parsers) = (self.root.clone(), self.state.parsers.clone());
        let read = tokio::task::spawn_blocking(move || ProjectLanguages::read(&root, &parsers));
        Ok(Arc::new(read.await?))
    }

    async fn walk(&self, settings: &IndexSettings) -> Result<Walk, EngineError> {
        let root = self.root.clone();
        let options = settings.walk_options(&self.state.config.walk)?;
        tokio::task::spawn_blocking(move || walk(&root, &options)).await?
    }

    /// An error where the directory has files and the globs asked for leave none of them: what is
    /// indexed stays as it is.
    async fn refuse_empty(&self, settings: &IndexSettings) -> Result<(), EngineError> {
        let there = included::globs(&self.walk(&settings.clone().of_all()).await?);
        if there.is_empty() {
            return Ok(());
        }
        let (root, include) =
            (self.root.to_string_lossy().into_owned(), settings.globs().0.to_vec());
        Err(EngineError::NothingIncluded { root, include, there })
    }

    /// Counts and writes down what the walk has left out, and what there is now.
    async fn describe(&self, target: &Target, report: &mut IndexReport) -> Result<(), EngineError> {
        let now = self.state.store.index_by_name(&target.index.name).await?;
        report.files = now.as_ref().map_or(0, |index| index.files as u64);
        self.note_skipped(target, report).await?;
        report.seconds = self.tracker.seconds();
        Ok(())
    }

    /// Counts and writes down what is not in the index, and what was in another encoding.
    async fn note_skipped(
        &self,
        target: &Target,
        report: &mut IndexReport,
    ) -> Result<(), EngineError> {
        let index = &target.index;
        let store = &self.state.store;
        let skipped = SkippedFiles::new(std::mem::take(&mut report.skipped_files));
        let json = serde_json::to_value(&skipped).unwrap_or_default();
        store.set_skipped_files(index.id, &json).await?;
        let encodings = store.encodings(index.id).await?.into_iter();
        report.encodings = encodings.map(|of| (of.encoding, of.files as u64)).collect();
        let emptiness = match report.files {
            0 => Some(self.cause_of_emptiness(&skipped, &target.settings).await?),
            _ => None,
        };
        report.notices.extend(emptiness.clone());
        report.skipped = skipped.counts;
        self.tracker.noticed(report, emptiness);
        Ok(())
    }

    /// Why nothing is indexed. What ignore files hide is counted file by file: a rule that hides all of
    /// a project may be one that was never meant for it.
    async fn cause_of_emptiness(
        &self,
        skipped: &SkippedFiles,
        settings: &IndexSettings,
    ) -> Result<String, EngineError> {
        if skipped.main_reason() != Some(SkipReason::Ignored) {
            return Ok(skipped.cause_of_emptiness(None));
        }
        let all = self.walk(&settings.clone().without_ignore_files()).await?;
        Ok(skipped.cause_of_emptiness(Some(all.candidates.len())))
    }

    /// Writes how the job ended. An error here is logged and not raised: the job's own outcome is
    /// the news, and a state that stays "indexing" without a lock reads as "interrupted".
    async fn write_outcome(&self, target: &Target, error: Option<&EngineError>) {
        let index = &target.index;
        let root = self.root.clone();
        let now = tokio::task::spawn_blocking(move || revision(&root)).await.unwrap_or_default();
        let state = match error {
            None => IndexState {
                status: IndexStatus::Ready,
                commit: now.commit,
                branch: now.branch,
                ..IndexState::default()
            },
            // Cut short by the user: what was there and what came answers; the next run goes on.
            Some(EngineError::Cancelled) => {
                IndexState { status: IndexStatus::Interrupted, ..index.state.clone() }
            }
            // Nothing was done, so all is as it was.
            Some(EngineError::NothingIncluded { .. } | EngineError::TooManyFiles { .. }) => {
                return self.undo(target).await;
            }
            Some(error) => IndexState {
                status: IndexStatus::Failed,
                error: Some(error.to_string()),
                ..index.state.clone()
            },
        };
        if let Err(error) = self.state.store.set_state(index.id, state).await {
            tracing::warn!(index = index.name, %error, "the job's end could not be recorded");
        }
    }
}
