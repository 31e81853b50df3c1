//! From candidates to results: the arms' scores and every signal, in one place.
//!
//! [`Lexicon::scan`] scores all chunks by words, the store answers the nearest vectors. Each chunk
//! gets [`Features`], numbers from 0 to 1; its score is their weighted sum times the penalties of
//! its path; then a file's further chunks and near-duplicates step back. All weights stand in
//! [`Weights`].

mod features;
mod order;
mod signal;
mod weights;

use sconce_code::filter::FilterMatcher;
use serde::Serialize;

use crate::lexicon::{Lexicon, Scan};
use crate::query::QueryAnalysis;

pub use features::{FEATURES, Feature, Features};
pub use order::{Candidate, Placed, order};
pub use signal::Signal;
pub use weights::{ScanWeights, Weights};

use features::Evidence;

/// Chunks that the words arm hands to the ranking, for each result that is wanted.
const OVERFETCH: usize = 10;

/// Fewer are never looked at.
const FEWEST_CANDIDATES: usize = 200;

/// A chunk that the vectors found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VectorHit {
    /// The store's id of the file.
    pub file_id: i64,
    /// The chunk's number in it.
    pub ordinal: i32,
    /// Cosine.
    pub similarity: f32,
}

/// What found a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchType {
    /// Words of the query.
    Words,
    /// Its meaning.
    Vectors,
    /// Both.
    Both,
    /// It defines what was asked for.
    Symbol,
}

impl MatchType {
    /// As it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            MatchType::Words => "words",
            MatchType::Vectors => "vectors",
            MatchType::Both => "both",
            MatchType::Symbol => "symbol",
        }
    }
}

/// How to rank.
#[derive(Debug, Clone)]
pub struct RankOptions {
    /// The most results.
    pub limit: usize,
    /// Whether words find candidates and count; `false` leaves the vectors alone.
    pub words: bool,
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
        RankOptions {
            limit: 10,
            words: true,
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
    /// The store's id of the file.
    pub file_id: i64,
    /// The chunk's number in it.
    pub ordinal: i32,
    /// Higher is better; comparable between code bases for the same query.
    pub score: f32,
    /// What found it.
    pub match_type: MatchType,
    /// What each signal did to the score, as a factor; those that did nothing are left out. Empty
    /// unless asked for.
    pub effects: Vec<(Signal, f32)>,
}

/// Ranks the chunks of a code base for a query.
///
/// `vectors` are the nearest chunks (empty: words alone), over-fetched: five for each result are
/// well, thirty at least.
pub fn rank(
    lexicon: &Lexicon,
    query: &QueryAnalysis,
    vectors: &[VectorHit],
    options: &RankOptions,
) -> Vec<Ranked> {
    let weights = options.weights.without(&options.without).for_kind(query.kind);
    let scan =
        if options.words { lexicon.scan(query, &weights.scan) } else { lexicon.scan_nothing() };
    let candidates = candidates(lexicon, query, &scan, vectors, &weights, options);
    order(&candidates, &weights, options.limit)
        .into_iter()
        .map(|placed| {
            let (file_id, ordinal) = lexicon.key_of(placed.candidate.doc);
            Ranked {
                file_id,
                ordinal,
                score: placed.score,
                match_type: placed.candidate.match_type,
                effects: if options.explain { placed.effects(&weights) } else { Vec::new() },
            }
        })
        .collect()
}

/// The chunks that are worth a closer look, with their features: the best by words and paths, the
/// vectors' hits, the definitions of what is asked for.
pub fn candidates(
    lexicon: &Lexicon,
    query: &QueryAnalysis,
    scan: &Scan,
    vectors: &[VectorHit],
    weights: &Weights,
    options: &RankOptions,
) -> Vec<Candidate> {
    let evidence = Evidence::gather(lexicon, query, scan, vectors, &weights.scan);
    let scores = evidence.quick_scores(&weights.features);
    let wanted = (options.limit * OVERFETCH).max(FEWEST_CANDIDATES);
    let mut docs: Vec<u32> = lexicon
        .top(&scores, &options.filter, wanted)
        .into_iter()
        .map(|(doc, _)| doc)
        .chain(evidence.brought_in().filter(|&doc| lexicon.passes(&options.filter, doc)))
        .collect();
    docs.sort_unstable();
    docs.dedup();
    docs.into_iter().map(|doc| Candidate::new(lexicon, query, scan, &evidence, doc)).collect()
}

#[cfg(test)]
mod tests;
