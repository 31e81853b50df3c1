//! The second stage: chunks without a vector are taken from the database, embedded, and given it.

use std::collections::HashMap;

use sconce_code::embedding_text;
use sconce_embed::Embedder;
use sconce_store::{Extent, IndexId, PendingChunk, Store};
use tokio::task::JoinSet;

use super::context::IndexSync;
use super::progress::{IndexReport, ProgressTracker, Step};
use crate::EngineError;

/// Batches under way at once: one at the model, one behind it, one being written.
const BATCHES: usize = 3;
/// Chunks in a batch: enough for the model to sort by length, few enough to write often.
const CHUNKS: usize = 256;

/// The chunks of an index that have no vector, on their way to one.
pub(super) struct EmbedStage<'a> {
    round: &'a IndexSync<'a>,
    report: &'a mut IndexReport,
    under_way: JoinSet<Result<Step, EngineError>>,
}

impl<'a> EmbedStage<'a> {
    pub(super) fn new(round: &'a IndexSync<'a>, report: &'a mut IndexReport) -> Self {
        Self { round, report, under_way: JoinSet::new() }
    }

    /// Goes through all files without vectors, which are `pending`, until none is left.
    pub(super) async fn run(mut self, mut pending: Extent) -> Result<(), EngineError> {
        let store = self.round.run.state.store.clone();
        let id = self.round.target.index.id;
        while pending != Extent::default() {
            self.run_once(&store, id).await?;
            let left = store.pending(id).await?;
            // A vector may leave the cache before it has reached its chunk, but not each time.
            if left == pending {
                return Err(EngineError::NoVectors { chunks: left.chunks });
            }
            pending = left;
        }
        Ok(())
    }

    async fn run_once(&mut self, store: &Store, id: IndexId) -> Result<(), EngineError> {
        let mut after = i64::MIN;
        loop {
            let chunks = store.pending_chunks(id, after, CHUNKS).await?;
            let Some(last) = chunks.last() else { break };
            after = last.file_id;
            while self.under_way.len() >= BATCHES {
                self.finish_batch().await?;
            }
            self.round.lock.check()?;
            let (store, tracker) = (store.clone(), self.round.run.tracker.clone());
            let embedder = self.round.target.embedder.clone();
            self.under_way
                .spawn(async move { embed(&store, &embedder, id, chunks, &tracker).await });
        }
        while !self.under_way.is_empty() {
            self.finish_batch().await?;
        }
        Ok(())
    }

    async fn finish_batch(&mut self) -> Result<(), EngineError> {
        let finished = tokio::select! {
            finished = self.under_way.join_next() => finished,
            // Dropping the set aborts the batches; a write that is cut off is rolled back.
            () = self.round.run.cancel.cancelled() => return Err(EngineError::Cancelled),
        };
        let Some(finished) = finished else { return Ok(()) };
        let step = finished??;
        self.report.chunks_cached += step.chunks - step.chunks_embedded;
        self.report.chunks_embedded += step.chunks_embedded;
        self.report.tokens += step.tokens;
        self.report.truncated += step.truncated;
        Ok(())
    }
}

/// Makes the vectors that the cache lacks, and has all chunks get theirs.
async fn embed(
    store: &Store,
    embedder: &Embedder,
    id: IndexId,
    chunks: Vec<PendingChunk>,
    tracker: &ProgressTracker,
) -> Result<Step, EngineError> {
    let mut file_ids: Vec<i64> = chunks.iter().map(|chunk| chunk.file_id).collect();
    file_ids.dedup();
    let total = chunks.len() as u64;
    let mut step = Step::default();
    // Each text once, whichever chunks have it.
    let missing: HashMap<[u8; 32], String> = chunks
        .into_iter()
        .filter_map(|chunk| {
            step.chunks_embedded += u64::from(chunk.content.is_some());
            let text = embedding_text(&chunk.path, &chunk.scopes, &chunk.content?);
            Some((chunk.content_hash, text))
        })
        .collect();
    if !missing.is_empty() {
        let (hashes, texts): (Vec<_>, Vec<_>) = missing.into_iter().unzip();
        let made = embedder.embed_documents(texts).await?;
        (step.tokens, step.truncated) = (made.tokens, made.truncated);
        let vectors = hashes.into_iter().zip(made.vectors).collect();
        store.cache_embeddings(embedder.model_id(), vectors).await?;
    }
    tracker.embedded(step.tokens);
    let attached = store.attach_vectors(id, &file_ids).await?;
    tracker.attached(attached);
    step.chunks = total;
    Ok(step)
}
