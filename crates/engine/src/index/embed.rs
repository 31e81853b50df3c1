//! The second stage: a job embeds what has no vector, as one worker beside others. It claims files as
//! they do, and ends when none is left, whoever had the rest.

use std::time::{Duration, Instant};

use sconce_store::{Claimed, Extent, IndexLock, Wanted};
use tokio::task::JoinSet;

use super::context::Run;
use super::progress::IndexReport;
use super::target::Target;
use crate::EngineError;
use crate::workers::{
    Attempts, CLAIMS, Claim, ClaimOutcome, Membership, check_model, chunks_wanted, embed_claim,
};

/// Between two looks at what others have still under way.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Between two looks at how far others have come.
const COUNT_EVERY: Duration = Duration::from_secs(5);

/// Between two walks that the embedding makes way for, it has so long at least, and as long as a walk takes.
const EMBED_AT_LEAST: Duration = Duration::from_millis(500);

/// How far the second stage came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Embedded {
    /// No chunk is left without a vector.
    All,
    /// It makes way for a walk: somebody waits for the words of files that have changed. What is under way goes on
    /// beside that.
    MadeWay,
}

/// The chunks of an index that have no vector, on their way to one, through all walks of a job.
pub(super) struct EmbedStage<'a> {
    run: &'a Run,
    target: &'a Target,
    lock: &'a IndexLock,
    /// Its place among the workers, once it has one.
    worker: Option<Membership>,
    /// What the user should know of its model's files.
    notice: Option<String>,
    under_way: JoinSet<Result<(Claim, ClaimOutcome), EngineError>>,
    /// The files of what is under way.
    held: Vec<i64>,
    attempts: Attempts,
    counted: Instant,
    /// How long a walk takes.
    pub(super) walk_takes: Duration,
    /// Whether it has made way for a walk.
    pub(super) has_made_way: bool,
}

impl<'a> EmbedStage<'a> {
    pub(super) fn new(run: &'a Run, target: &'a Target, lock: &'a IndexLock) -> Self {
        Self {
            run,
            target,
            lock,
            worker: None,
            notice: None,
            under_way: JoinSet::new(),
            held: Vec::new(),
            attempts: Attempts::default(),
            counted: Instant::now(),
            walk_takes: Duration::ZERO,
            has_made_way: false,
        }
    }

    /// Goes through all files without vectors, which are `pending`, until none is left or a walk is asked for.
    pub(super) async fn run(
        &mut self,
        pending: Extent,
        report: &mut IndexReport,
    ) -> Result<Embedded, EngineError> {
        if pending == Extent::default() && self.under_way.is_empty() {
            return Ok(Embedded::All);
        }
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.join().await?,
        };
        report.notices.extend(self.notice.clone());
        let given = report.chunks_embedded + report.chunks_cached;
        let requests = &self.run.walk_requests;
        // What is embedded at once holds nobody up.
        if self.run.tracker.words_answer() {
            requests.embedding_begins();
        }
        let outcome = self.claim_all(&worker, report).await;
        requests.embedding_ends();
        self.worker = Some(worker);
        let own = report.chunks_embedded + report.chunks_cached - given;
        let left = match outcome {
            Ok(Embedded::MadeWay) => self.left().await?.chunks,
            _ => 0,
        };
        report.chunks_by_others += pending.chunks.saturating_sub(own + left);
        self.has_made_way |= matches!(outcome, Ok(Embedded::MadeWay));
        outcome
    }

    /// Ends what is under way, and gives back what it holds.
    pub(super) async fn end(mut self) {
        // A write that is cut off is rolled back, before others may have its files.
        self.under_way.shutdown().await;
        if let Some(worker) = self.worker {
            worker.leave().await;
        }
    }

    /// Takes its place among the workers.
    async fn join(&mut self) -> Result<Membership, EngineError> {
        self.note_other_files().await?;
        let id = self.target.index.id;
        let worker = Membership::join(&self.run.state.store, None, "index", Some(id)).await?;
        worker.works_on(id, self.target.embedder.info());
        Ok(worker)
    }

    /// A job goes on with the files that its machine has, as it always did, and says so where they are
    /// not those of the vectors that are there.
    async fn note_other_files(&mut self) -> Result<(), EngineError> {
        let (state, target) = (&self.run.state, self.target);
        let checked = check_model(&state.store, &state.fingerprints, &target.embedder).await;
        if let Err(error @ EngineError::OtherModelFiles { .. }) = &checked {
            self.notice = Some(error.to_string());
            return Ok(());
        }
        checked
    }

    async fn claim_all(
        &mut self,
        worker: &Membership,
        report: &mut IndexReport,
    ) -> Result<Embedded, EngineError> {
        let may_make_way = Instant::now() + EMBED_AT_LEAST.max(self.walk_takes);
        loop {
            self.lock.check()?;
            if self.run.walk_requests.is_asked() && Instant::now() >= may_make_way {
                return Ok(Embedded::MadeWay);
            }
            self.run.let_others_read().await?;
            if self.under_way.len() >= CLAIMS {
                self.finish_claim(may_make_way, report).await?;
                continue;
            }
            let claimed = self.claim(worker).await?;
            if !claimed.files.is_empty() {
                self.embed(worker, claimed.files);
            } else if !self.under_way.is_empty() {
                self.finish_claim(may_make_way, report).await?;
            } else if self.is_all_done().await? {
                return Ok(Embedded::All);
            }
            self.count(claimed.shared).await?;
        }
    }

    async fn claim(&self, worker: &Membership) -> Result<Claimed, EngineError> {
        let (id, store) = (self.target.index.id, &self.run.state.store);
        let chunks = chunks_wanted(worker.chunks_per_second());
        loop {
            let wanted = Wanted { chunks, under_way: &self.held, but: self.attempts.given_up() };
            match store.claim(worker.id(), id, wanted).await? {
                Some(claimed) => return Ok(claimed),
                None => worker.renew().await?,
            }
        }
    }

    fn embed(&mut self, worker: &Membership, files: Vec<i64>) {
        self.held.extend(&files);
        self.attempts.note(&files);
        let claim = Claim { worker: worker.id(), index: self.target.index.id, files };
        let store = self.run.state.store.clone();
        let (embedder, tracker) = (self.target.embedder.clone(), self.run.tracker.clone());
        let counts = worker.counter();
        self.under_way.spawn(async move {
            let told = |tokens, chunks| {
                tracker.embedded(tokens);
                counts.embedded(chunks);
            };
            let done = embed_claim(&store, &embedder, &claim, told).await?;
            tracker.attached(done.attached);
            Ok((claim, done))
        });
    }

    /// Waits for the end of one that is under way, unless a walk is asked for that it may make way for from then on.
    async fn finish_claim(
        &mut self,
        may_make_way: Instant,
        report: &mut IndexReport,
    ) -> Result<(), EngineError> {
        let walk_is_due = async {
            self.run.walk_requests.asked().await;
            tokio::time::sleep_until(may_make_way.into()).await;
        };
        let finished = tokio::select! {
            finished = self.under_way.join_next() => finished,
            () = walk_is_due => return Ok(()),
            () = self.run.cancel.cancelled() => return Err(EngineError::Cancelled),
        };
        let Some(finished) = finished else { return Ok(()) };
        let (claim, done) = finished??;
        self.held.retain(|file| !claim.files.contains(file));
        if done.attached.files == claim.files.len() as u64 {
            self.attempts.forget(&claim.files);
        }
        report.chunks_cached += done.chunks - done.chunks_embedded;
        report.chunks_embedded += done.chunks_embedded;
        report.tokens += done.tokens;
        report.truncated += done.truncated;
        Ok(())
    }

    /// Whether no file is left. Those that others have under way are waited for: they come back where
    /// the others die.
    async fn is_all_done(&mut self) -> Result<bool, EngineError> {
        let run = self.run;
        let left = self.left().await?;
        run.tracker.left(left);
        if left == Extent::default() {
            return Ok(true);
        }
        if left.files <= self.attempts.given_up().len() as u64 {
            return Err(EngineError::NoVectors { chunks: left.chunks });
        }
        let pause = tokio::time::sleep(LOOK_EVERY);
        run.cancel.run_until_cancelled(pause).await.ok_or(EngineError::Cancelled)?;
        Ok(false)
    }

    /// What has no vector.
    async fn left(&self) -> Result<Extent, EngineError> {
        Ok(self.run.state.store.pending(self.target.index.id).await?)
    }

    /// Brings the progress up to date with what others do.
    async fn count(&mut self, is_shared: bool) -> Result<(), EngineError> {
        if is_shared && self.counted.elapsed() >= COUNT_EVERY {
            self.run.tracker.left(self.left().await?);
            self.counted = Instant::now();
        }
        Ok(())
    }
}
