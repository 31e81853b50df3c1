//! The second stage: a job embeds what has no vector, as one worker beside others. It claims files as
//! they do, and ends when none is left, whoever had the rest.

use std::time::{Duration, Instant};

use sconce_store::{Claimed, Extent, Wanted};
use tokio::task::JoinSet;

use super::context::IndexSync;
use super::progress::IndexReport;
use crate::EngineError;
use crate::workers::{
    Attempts, CLAIMS, Claim, ClaimOutcome, Membership, check_model, chunks_wanted, embed_claim,
};

/// Between two looks at what others have still under way.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Between two looks at how far others have come.
const COUNT_EVERY: Duration = Duration::from_secs(5);

/// The chunks of an index that have no vector, on their way to one.
pub(super) struct EmbedStage<'a> {
    round: &'a IndexSync<'a>,
    report: &'a mut IndexReport,
    under_way: JoinSet<Result<(Claim, ClaimOutcome), EngineError>>,
    /// The files of what is under way.
    held: Vec<i64>,
    attempts: Attempts,
    counted: Instant,
}

impl<'a> EmbedStage<'a> {
    pub(super) fn new(round: &'a IndexSync<'a>, report: &'a mut IndexReport) -> Self {
        Self {
            round,
            report,
            under_way: JoinSet::new(),
            held: Vec::new(),
            attempts: Attempts::default(),
            counted: Instant::now(),
        }
    }

    /// Goes through all files without vectors, which are `pending`, until none is left.
    pub(super) async fn run(mut self, pending: Extent) -> Result<(), EngineError> {
        if pending == Extent::default() {
            return Ok(());
        }
        self.note_other_files().await?;
        let id = self.round.target.index.id;
        let store = &self.round.run.state.store;
        let worker = Membership::join(store, None, "index", Some(id)).await?;
        worker.works_on(id, self.round.target.embedder.info());
        let given = self.report.chunks_embedded + self.report.chunks_cached;
        let outcome = self.claim_all(&worker).await;
        // A write that is cut off is rolled back, before others may have its files.
        self.under_way.shutdown().await;
        worker.leave().await;
        let own = self.report.chunks_embedded + self.report.chunks_cached - given;
        self.report.chunks_by_others += pending.chunks.saturating_sub(own);
        outcome
    }

    /// A job goes on with the files that its machine has, as it always did, and says so where they are
    /// not those of the vectors that are there.
    async fn note_other_files(&mut self) -> Result<(), EngineError> {
        let (state, target) = (&self.round.run.state, self.round.target);
        let checked = check_model(&state.store, &state.fingerprints, &target.embedder).await;
        if let Err(error @ EngineError::OtherModelFiles { .. }) = &checked {
            self.report.notices.push(error.to_string());
            return Ok(());
        }
        checked
    }

    async fn claim_all(&mut self, worker: &Membership) -> Result<(), EngineError> {
        loop {
            self.round.lock.check()?;
            self.round.run.let_others_read().await?;
            while self.under_way.len() >= CLAIMS {
                self.finish_claim().await?;
            }
            let claimed = self.claim(worker).await?;
            if !claimed.files.is_empty() {
                self.embed(worker, claimed.files);
            } else if !self.under_way.is_empty() {
                self.finish_claim().await?;
            } else if self.is_all_done().await? {
                return Ok(());
            }
            self.count(claimed.shared).await?;
        }
    }

    async fn claim(&self, worker: &Membership) -> Result<Claimed, EngineError> {
        let (id, store) = (self.round.target.index.id, &self.round.run.state.store);
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
        let claim = Claim { worker: worker.id(), index: self.round.target.index.id, files };
        let store = self.round.run.state.store.clone();
        let (embedder, tracker) =
            (self.round.target.embedder.clone(), self.round.run.tracker.clone());
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

    async fn finish_claim(&mut self) -> Result<(), EngineError> {
        let finished = tokio::select! {
            finished = self.under_way.join_next() => finished,
            () = self.round.run.cancel.cancelled() => return Err(EngineError::Cancelled),
        };
        let Some(finished) = finished else { return Ok(()) };
        let (claim, done) = finished??;
        self.held.retain(|file| !claim.files.contains(file));
        if done.attached.files == claim.files.len() as u64 {
            self.attempts.forget(&claim.files);
        }
        self.report.chunks_cached += done.chunks - done.chunks_embedded;
        self.report.chunks_embedded += done.chunks_embedded;
        self.report.tokens += done.tokens;
        self.report.truncated += done.truncated;
        Ok(())
    }

    /// Whether no file is left. Those that others have under way are waited for: they come back where
    /// the others die.
    async fn is_all_done(&mut self) -> Result<bool, EngineError> {
        let run = self.round.run;
        let left = run.state.store.pending(self.round.target.index.id).await?;
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

    /// Brings the progress up to date with what others do.
    async fn count(&mut self, is_shared: bool) -> Result<(), EngineError> {
        if is_shared && self.counted.elapsed() >= COUNT_EVERY {
            let run = self.round.run;
            let left = run.state.store.pending(self.round.target.index.id).await?;
            run.tracker.left(left);
            self.counted = Instant::now();
        }
        Ok(())
    }
}
