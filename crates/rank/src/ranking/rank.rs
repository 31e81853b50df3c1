//! From candidates to results: the retrievers' scores and every signal, in one place.
//!
//! [`LexicalIndex::scan`] scores all chunks by words, the store answers the nearest vectors. Each
//! chunk gets features, numbers from 0 to 1; its score is their weighted sum times the penalties of
//! its path; then a file's further chunks and near-duplicates are demoted. All weights stand in
//! [`Weights`].

use sconce_code::ChunkKey;
use sconce_code::filter::FilterMatcher;

use super::evidence::Evidence;
use super::hit::{MatchType, VectorHit};
use super::order::{Candidate, order};
use super::signal::Signal;
use super::weights::Weights;
use crate::lexical::{LexicalIndex, Scan};
use crate::query::QueryAnalysis;

/// Chunks that the lexical retriever hands to the ranking, for each result that is wanted.
const OVERFETCH: usize = 10;

/// Fewer are never looked at.
const FEWEST_CANDIDATES: usize = 200;

/// How to rank.
#[derive(Debug, Clone)]
pub struct RankOptions {
    /// The most results.
    pub limit: usize,
    /// Whether words find candidates and count; `false` leaves the vectors alone.
    pub lexical: bool,
    /// What may be answered. Vector hits are filtered too.
    pub filter: FilterMatcher,
    /// Signals switched off.
    pub without: Vec<Signal>,
    /// Whether each result says what moved it.
    pub explain: bool,
    /// The table of weights.
    pub weights: Weights,
}

impl Default for RankOptions {
    fn default() -> Self {
        Self {
            limit: 10,
            lexical: true,
            filter: FilterMatcher::default(),
            without: Vec::new(),
            explain: false,
            weights: Weights::default(),
        }
    }
}

/// A result.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The chunk.
    pub key: ChunkKey,
    /// Higher is better; comparable between projects for the same query.
    pub score: f32,
    /// What found it.
    pub match_type: MatchType,
    /// What each signal did to the score, as a factor; those that did nothing are left out. Empty
    /// unless asked for.
    pub effects: Vec<(Signal, f32)>,
}

/// Ranks the chunks of a project for a query.
///
/// `vectors` are the nearest chunks (empty: words alone), over-fetched: five for each result are
/// well, thirty at least.
pub fn rank(
    index: &LexicalIndex,
    query: &QueryAnalysis,
    vectors: &[VectorHit],
    options: &RankOptions,
) -> Vec<Ranked> {
    let weights = options.weights.without(&options.without).for_kind(query.kind);
    let scan =
        if options.lexical { index.scan(query, &weights.scan) } else { index.scan_nothing() };
    let candidates = candidates(index, query, &scan, vectors, &weights, options);
    order(&candidates, &weights, options.limit)
        .into_iter()
        .map(|scored| Ranked {
            key: index.key_of(scored.candidate.doc),
            score: scored.score,
            match_type: scored.candidate.match_type,
            effects: if options.explain { scored.effects(&weights) } else { Vec::new() },
        })
        .collect()
}

/// The chunks that are worth a closer look, with their features: the best by words and paths, the
/// vectors' hits, the definitions of what is asked for.
pub fn candidates(
    index: &LexicalIndex,
    query: &QueryAnalysis,
    scan: &Scan,
    vectors: &[VectorHit],
    weights: &Weights,
    options: &RankOptions,
) -> Vec<Candidate> {
    let evidence = Evidence::collect(index, query, scan, vectors, &weights.scan);
    let scores = evidence.quick_scores(&weights.features);
    let wanted = (options.limit * OVERFETCH).max(FEWEST_CANDIDATES);
    let mut docs: Vec<u32> = index
        .top(&scores, &options.filter, wanted)
        .into_iter()
        .map(|(doc, _)| doc)
        .chain(evidence.brought_in().filter(|&doc| index.passes(&options.filter, doc)))
        .collect();
    docs.sort_unstable();
    docs.dedup();
    docs.into_iter().map(|doc| Candidate::new(index, query, scan, &evidence, doc)).collect()
}
