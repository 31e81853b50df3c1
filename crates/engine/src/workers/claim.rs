//! Files that a worker has claimed: their chunks are turned into vectors here.

use std::collections::HashMap;

use sconce_code::embedding_text;
use sconce_embed::Embedder;
use sconce_store::{Extent, IndexId, PendingChunk, Store, WorkerId};

use crate::EngineError;

/// Chunks in a claim: enough for the model to sort by length, few enough to write often.
const LEAST_CHUNKS: usize = 256;
/// A fast model gets more at once, so that it never waits for the database.
const MOST_CHUNKS: usize = 4096;
/// For so many seconds of a model's work.
const SECONDS: f64 = 2.0;
/// Texts that are embedded and kept together: of a huge file no more than these are lost with its worker.
const TEXTS: usize = 1024;

/// How many chunks a worker of that rate claims at once.
pub(crate) fn chunks_wanted(chunks_per_second: f64) -> usize {
    ((chunks_per_second * SECONDS) as usize).clamp(LEAST_CHUNKS, MOST_CHUNKS)
}

/// Files of an index that are one worker's to embed.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) worker: WorkerId,
    pub(crate) index: IndexId,
    pub(crate) files: Vec<i64>,
}

/// What became of a claim.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ClaimOutcome {
    /// Chunks that had no vector.
    pub(crate) chunks: u64,
    /// Those that the model has read; the others' vectors were in the cache.
    pub(crate) chunks_embedded: u64,
    pub(crate) tokens: u64,
    pub(crate) truncated: u64,
    /// What has its vectors now.
    pub(crate) attached: Extent,
}

/// A text to embed, by its hash, and how many chunks have it.
type Missing = HashMap<[u8; 32], (String, u64)>;

/// Turns the chunks of a claim into vectors: the model reads what the cache lacks, and then all of them get
/// theirs. `told` hears of tokens and of chunks that were embedded.
pub(crate) async fn embed_claim(
    store: &Store,
    embedder: &Embedder,
    claim: &Claim,
    told: impl Fn(u64, u64),
) -> Result<ClaimOutcome, EngineError> {
    let chunks = store.pending_chunks(claim.index, &claim.files).await?;
    let mut outcome = ClaimOutcome { chunks: chunks.len() as u64, ..ClaimOutcome::default() };
    let mut missing = missing(chunks).into_iter();
    loop {
        let (hashes, read): (Vec<_>, Vec<_>) = missing.by_ref().take(TEXTS).unzip();
        let (texts, chunks): (Vec<_>, Vec<u64>) = read.into_iter().unzip();
        if texts.is_empty() {
            break;
        }
        let made = embedder.embed_documents(texts).await?;
        let vectors = hashes.into_iter().zip(made.vectors).collect();
        store.cache_embeddings(embedder.model_id(), vectors).await?;
        let chunks = chunks.iter().sum();
        told(made.tokens, chunks);
        outcome.chunks_embedded += chunks;
        outcome.tokens += made.tokens;
        outcome.truncated += made.truncated;
    }
    outcome.attached = store.attach_vectors(claim.index, Some(claim.worker), &claim.files).await?;
    Ok(outcome)
}

/// What the cache lacks: each text once, whichever chunks have it.
fn missing(chunks: Vec<PendingChunk>) -> Missing {
    let mut missing = Missing::new();
    for chunk in chunks {
        let Some(content) = chunk.content else { continue };
        let text = || embedding_text(&chunk.path, &chunk.scopes, &content);
        missing.entry(chunk.content_hash).or_insert_with(|| (text(), 0)).1 += 1;
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_model_claims_more() {
        assert_eq!(chunks_wanted(0.0), 256);
        assert_eq!(chunks_wanted(40.0), 256);
        assert_eq!(chunks_wanted(1_000.0), 2_000);
        assert_eq!(chunks_wanted(1e9), 4_096);
    }
}
