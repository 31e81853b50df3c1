//! Where prepared files go: into batches, through the model, into the database.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

use super::batch::Batch;
use super::passes::{Pass, Round};
use super::prepare::Outcome;
use super::progress::{IndexReport, Step};
use crate::{EngineError, SkipReason};

/// Batches under way at once: one at the model, one behind it, one being written.
const BATCHES: usize = 3;
/// Space is made free so many times while files that have their words are written anew.
const RECLAIMS: usize = 16;

/// What a batch has come to.
struct Written {
    step: Step,
    /// Files whose words alone were written.
    to_embed: Vec<String>,
}

/// Where prepared files go: into batches, through the model, into the database.
pub(super) struct Sink<'a> {
    round: &'a Round<'a>,
    pass: Pass,
    report: &'a mut IndexReport,
    /// One write at a time: an index's rows come from one writer, in order.
    writer: Arc<Mutex<()>>,
    under_way: JoinSet<Result<Written, EngineError>>,
    left: Left,
    /// Files that are written anew before their old rows' space is made free.
    reclaim_every: usize,
    since_reclaim: usize,
}

/// What is left to do after a pass.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Size and time of files whose content is the same.
    pub(super) touched: Vec<(String, i64, i64)>,
    /// Files that are to leave the index.
    pub(super) gone: Vec<String>,
    /// Files whose vectors are to be made.
    pub(super) to_embed: HashSet<String>,
}

impl<'a> Sink<'a> {
    /// For a pass of so many files.
    pub(super) fn new(
        round: &'a Round<'a>,
        pass: Pass,
        files: usize,
        report: &'a mut IndexReport,
    ) -> Self {
        Self {
            round,
            pass,
            report,
            writer: Arc::new(Mutex::new(())),
            under_way: JoinSet::new(),
            left: Left::default(),
            reclaim_every: files / RECLAIMS + 1,
            since_reclaim: 0,
        }
    }

    /// Takes what comes to its end.
    pub(super) async fn take_all(
        mut self,
        mut outcomes: mpsc::Receiver<Outcome>,
    ) -> Result<Left, EngineError> {
        let mut batch = Batch::default();
        loop {
            let outcome = tokio::select! {
                outcome = outcomes.recv() => outcome,
                () = self.round.run.cancel.cancelled() => return Err(EngineError::Cancelled),
            };
            let Some(outcome) = outcome else { break };
            self.take(outcome, &mut batch);
            if batch.is_full() {
                self.dispatch(std::mem::take(&mut batch)).await?;
            }
        }
        if !batch.is_empty() {
            self.dispatch(batch).await?;
        }
        while !self.under_way.is_empty() {
            self.settle_one().await?;
        }
        Ok(self.left)
    }

    fn take(&mut self, outcome: Outcome, batch: &mut Batch) {
        match outcome {
            Outcome::Same { path, size, mtime_ns } => {
                self.report.files_unchanged += 1;
                self.left.touched.push((path, size as i64, mtime_ns));
                self.round.run.meter.passed(size);
            }
            Outcome::Skipped { path, size, reason } => {
                *self.report.skipped.entry(reason).or_default() += 1;
                // What cannot be read at this moment may be readable at the next one; what turned
                // into a secret or a binary has to go.
                let keeps = matches!(reason, SkipReason::Unreadable | SkipReason::ChangedWhileRead);
                let is_in = self.pass == Pass::Vectors || self.round.stamps.contains_key(&path);
                if !keeps && is_in {
                    self.left.gone.push(path);
                }
                self.round.run.meter.passed(size);
            }
            Outcome::ToEmbed { path } => {
                self.report.files_changed += 1;
                self.left.to_embed.insert(path);
                self.round.run.meter.by_words(1);
            }
            Outcome::Changed(file) => {
                if self.pass != Pass::Vectors {
                    self.report.files_changed += 1;
                    self.round.run.meter.parsed(file.parsed.chunks.len() as u64);
                }
                batch.push(*file);
            }
        }
    }

    /// Sends a batch on its way, waiting for room first.
    async fn dispatch(&mut self, batch: Batch) -> Result<(), EngineError> {
        while self.under_way.len() >= BATCHES {
            self.settle_one().await?;
        }
        self.round.lock.check()?;
        let store = self.round.run.shared.store.clone();
        let (embedder, meter) = (self.round.target.embedder.clone(), self.round.run.meter.clone());
        let (id, writer) = (self.round.target.index.id, Arc::clone(&self.writer));
        let pass = self.pass;
        self.under_way.spawn(async move {
            let (files, step, to_embed) = if pass == Pass::Words {
                batch.look_up(&store, &embedder, &meter).await?
            } else {
                let (files, step) = batch.embed(&store, &embedder, &meter).await?;
                (files, step, Vec::new())
            };
            let _turn = writer.lock().await;
            store.write_files(id, files).await?;
            meter.written(step);
            meter.by_words(to_embed.len() as u64);
            Ok(Written { step, to_embed })
        });
        Ok(())
    }

    async fn settle_one(&mut self) -> Result<(), EngineError> {
        let settled = tokio::select! {
            settled = self.under_way.join_next() => settled,
            // Dropping the set aborts the batches; a write that is cut off is rolled back.
            () = self.round.run.cancel.cancelled() => return Err(EngineError::Cancelled),
        };
        let Some(settled) = settled else { return Ok(()) };
        let Written { step, to_embed } = settled??;
        self.left.to_embed.extend(to_embed);
        self.report.chunks += step.chunks;
        self.report.chunks_cached += step.chunks_cached;
        self.report.chunks_embedded += step.chunks - step.chunks_cached;
        self.report.tokens += step.tokens;
        self.report.truncated += step.truncated;
        self.reclaim(step.files as usize).await;
        Ok(())
    }

    /// Makes the space of the rows that had words alone free for those that come in their place.
    async fn reclaim(&mut self, written: usize) {
        self.since_reclaim += written;
        if self.pass != Pass::Vectors || self.since_reclaim < self.reclaim_every {
            return;
        }
        self.since_reclaim = 0;
        if let Err(error) = self.round.run.shared.store.reclaim(self.round.target.index.id).await {
            tracing::debug!(%error, "the index is larger than it need be");
        }
    }
}
