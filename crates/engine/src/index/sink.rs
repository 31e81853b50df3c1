//! Where prepared files go in the first stage: into batches, and into the database.

use sconce_store::FileTouch;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::batch::Batch;
use super::context::IndexSync;
use super::prepare::Outcome;
use super::progress::IndexReport;
use crate::source::Times;
use crate::{EngineError, SkipReason, Skipped};

/// Where prepared files go: into batches, and into the database.
pub(super) struct Sink<'a> {
    round: &'a IndexSync<'a>,
    report: &'a mut IndexReport,
    /// The batch that is being written: an index's rows come from one writer, in order.
    under_way: JoinSet<Result<Written, EngineError>>,
    left: Left,
}

/// What was written of a batch.
struct Written {
    chunks: u64,
    /// Those that have their vectors already.
    chunks_cached: u64,
}

/// What is left to do after the first stage.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Size and time of files whose content is the same.
    pub(super) touched: Vec<FileTouch>,
    /// Files that are to leave the index.
    pub(super) gone: Vec<String>,
    /// Files whose content says that they are none to index.
    pub(super) skipped: Vec<Skipped>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(round: &'a IndexSync<'a>, report: &'a mut IndexReport) -> Self {
        Self { round, report, under_way: JoinSet::new(), left: Left::default() }
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
                self.write(std::mem::take(&mut batch)).await?;
            }
        }
        if !batch.is_empty() {
            self.write(batch).await?;
        }
        self.finish_write().await?;
        Ok(self.left)
    }

    fn take(&mut self, outcome: Outcome, batch: &mut Batch) {
        match outcome {
            Outcome::Same { path, size, times } => {
                self.report.files_unchanged += 1;
                let Times { modified_ns, changed_ns } = times;
                let size = size as i64;
                self.left.touched.push(FileTouch { path, size, mtime_ns: modified_ns, changed_ns });
                self.round.run.tracker.settled(1);
            }
            Outcome::Skipped { path, reason } => {
                // What cannot be read at this moment may be readable at the next one; what turned
                // into a secret or a binary has to go.
                let keeps = matches!(reason, SkipReason::Unreadable | SkipReason::ChangedWhileRead);
                if !keeps && self.round.stamps.contains_key(&path) {
                    self.left.gone.push(path.clone());
                }
                self.left.skipped.push(Skipped::new(path, reason));
                self.round.run.tracker.settled(1);
            }
            Outcome::Changed(file) => {
                self.report.files_changed += 1;
                self.round.run.tracker.parsed(file.parsed.chunks.len() as u64);
                batch.push(*file);
            }
        }
    }

    /// Writes a batch once the one before it is written, while the next one is prepared.
    async fn write(&mut self, batch: Batch) -> Result<(), EngineError> {
        self.finish_write().await?;
        self.round.lock.check()?;
        let (store, tracker) = (self.round.run.state.store.clone(), self.round.run.tracker.clone());
        let id = self.round.target.index.id;
        self.under_way.spawn(async move {
            let (files, chunks) = batch.into_rows();
            let cached = store.write_files(id, files).await?;
            tracker.cached(cached);
            Ok(Written { chunks, chunks_cached: cached.chunks })
        });
        Ok(())
    }

    async fn finish_write(&mut self) -> Result<(), EngineError> {
        let written = tokio::select! {
            written = self.under_way.join_next() => written,
            // Dropping the set aborts the write, which is rolled back.
            () = self.round.run.cancel.cancelled() => return Err(EngineError::Cancelled),
        };
        let Some(written) = written else { return Ok(()) };
        let Written { chunks, chunks_cached } = written??;
        self.report.chunks += chunks;
        self.report.chunks_cached += chunks_cached;
        Ok(())
    }
}
