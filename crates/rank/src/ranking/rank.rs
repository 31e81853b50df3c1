//! From candidates to results: the retrievers' scores and every signal, in one place.
//!
//! Two questions, answered one after the other: which files, and which places in them.
//!
//! [`LexicalIndex::scan`] scores all chunks by words, the store answers the nearest vectors. Each
//! chunk gets features, numbers from 0 to 1; its score is their weighted sum times the penalties of
//! its path, near-duplicates are demoted, and a file is as good as its best chunk
//! ([`Candidates::rank`]). Then all chunks of the best files are weighed anew, by their own evidence
//! more than by their file's ([`FileRanking::places`]). All weights stand in [`Weights`].

use std::collections::HashMap;

use sconce_code::ChunkKey;
use sconce_code::filter::FilterMatcher;
use sconce_code::words;

use super::evidence::Evidence;
use super::hit::{MatchType, VectorHit};
use super::lines::LineMatcher;
use super::order::{Candidate, order};
use super::places::place_candidates;
use super::signal::Signal;
use super::weights::Weights;
use crate::lexical::{LexicalIndex, Scan};
use crate::query::{QueryAnalysis, QueryTerm, TermRole};

/// Chunks that the lexical retriever hands to the ranking, for each result that is wanted.
const OVERFETCH: usize = 10;

/// Fewer are never looked at.
const FEWEST_CANDIDATES: usize = 200;

/// How to rank.
#[derive(Debug, Clone)]
pub struct RankOptions {
    /// The most files.
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

/// A file that answers.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedFile {
    /// The store's id of it.
    pub file_id: i64,
    /// Higher is better; comparable between projects for the same query.
    pub score: f32,
    /// What each signal did to the score, as a factor; those that did nothing are left out. Empty
    /// unless asked for.
    pub effects: Vec<(Signal, f32)>,
    /// Its places, the best first; never empty.
    pub places: Vec<RankedPlace>,
}

/// A chunk of a file that answers.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedPlace {
    /// The chunk.
    pub key: ChunkKey,
    /// Higher is better; comparable between files and projects for the same query.
    pub score: f32,
    /// What found it.
    pub match_type: MatchType,
}

/// The chunks of a project that are worth a closer look for a query, with their features: the best by
/// words and paths, the vectors' hits, the definitions of what is asked for.
#[derive(Debug)]
pub struct Candidates<'a> {
    evidence: Evidence<'a>,
    query: &'a QueryAnalysis,
    options: RankOptions,
    /// As the options have them, without the signals that are switched off, for the kind of query.
    weights: Weights,
    found: Vec<Candidate>,
}

/// What a query's words say of the chunks of a project: the part of the ranking that needs no vectors, and can be
/// done while they are looked for.
#[derive(Debug)]
pub struct ScoredWords<'a> {
    index: &'a LexicalIndex,
    query: &'a QueryAnalysis,
    options: RankOptions,
    weights: Weights,
    scan: Scan,
}

impl<'a> ScoredWords<'a> {
    /// Scores all chunks by words.
    pub fn new(index: &'a LexicalIndex, query: &'a QueryAnalysis, options: &RankOptions) -> Self {
        let weights = options.weights.without(&options.without).for_kind(query.kind);
        let scan =
            if options.lexical { index.scan(query, &weights.scan) } else { index.scan_nothing() };
        Self { index, query, options: options.clone(), weights, scan }
    }

    /// Finds the candidates. `vectors` are the nearest chunks (empty: words alone), over-fetched: twenty for each
    /// file that is wanted are well.
    pub fn with_vectors(self, vectors: &[VectorHit]) -> Candidates<'a> {
        let Self { index, query, options, weights, scan } = self;
        let evidence = Evidence::collect(index, query, scan, vectors, &weights.scan);
        let wanted = (options.limit * OVERFETCH).max(FEWEST_CANDIDATES);
        let mut docs: Vec<u32> = evidence
            .best(&weights.features, &options.filter, wanted)
            .into_iter()
            .chain(evidence.brought_in().filter(|&doc| index.passes(&options.filter, doc)))
            .collect();
        docs.sort_unstable();
        docs.dedup();
        let found = docs.into_iter().map(|doc| Candidate::new(&evidence, doc)).collect();
        Candidates { evidence, query, options, weights, found }
    }
}

impl<'a> Candidates<'a> {
    /// Finds them; `vectors` as in [`ScoredWords::with_vectors`].
    pub fn gather(
        index: &'a LexicalIndex,
        query: &'a QueryAnalysis,
        vectors: &[VectorHit],
        options: &RankOptions,
    ) -> Self {
        ScoredWords::new(index, query, options).with_vectors(vectors)
    }

    /// Ranks the files.
    pub fn rank(&self) -> FileRanking<'_> {
        self.rank_by(self.weights.clone())
    }

    /// Ranks the files by other weights, which must be [for the query's kind](Weights::for_kind).
    pub fn rank_by(&self, weights: Weights) -> FileRanking<'_> {
        let explain = self.options.explain;
        let files = order(&self.found, &weights, self.options.limit)
            .into_iter()
            .map(|scored| BestOfFile {
                file: scored.candidate.file,
                doc: scored.candidate.doc,
                score: scored.score,
                effects: if explain { scored.effects(&weights) } else { Vec::new() },
            })
            .collect();
        FileRanking { candidates: self, weights, files }
    }

    /// The query's words, and the parts of its identifiers, that stand nowhere in the project, neither in a
    /// text nor in a path, as it has them; an identifier as it is written where all of its parts stand
    /// somewhere. Those that name a file which is there, and its line, are no words.
    pub fn absent_words(&self) -> Vec<String> {
        let terms = self.query.terms.iter().zip(&self.evidence.scan.absent);
        // Numbers and letters within a name are no words.
        let is_letters =
            |text: &str| text.chars().count() > 1 && text.chars().all(char::is_alphabetic);
        let is_word = |term: &QueryTerm| match term.role {
            TermRole::Word => !term.is_pair,
            TermRole::Part => is_letters(&term.text),
            // Where words are not set apart, what stands between blanks is several.
            TermRole::Whole => words::pairs(&term.text).next().is_none(),
            _ => false,
        };
        let is_of_file = |term: &QueryTerm| {
            let mut files = self.query.files.iter();
            self.evidence.names_a_file() && files.any(|file| file.says(&term.text))
        };
        let absent = terms.filter(|&(term, &absent)| absent && is_word(term) && !is_of_file(term));
        let absent: Vec<&QueryTerm> = absent.map(|(term, _)| term).collect();
        let has_absent_part = |whole: &QueryTerm| {
            let mut parts = absent.iter().filter(|term| term.role == TermRole::Part);
            parts.any(|part| whole.text.contains(&part.text))
        };
        let told =
            absent.iter().filter(|term| term.role != TermRole::Whole || !has_absent_part(term));
        told.map(|term| match term.role {
            TermRole::Whole => self.query.as_written(&term.text),
            _ => term.text.clone(),
        })
        .collect()
    }

    /// How the query's words are found in a text.
    pub fn line_matcher(&self) -> LineMatcher {
        LineMatcher::new(self.query, &self.weights.scan, &self.evidence.scan)
    }
}

/// A query's best files, before their places are looked at.
#[derive(Debug)]
pub struct FileRanking<'a> {
    candidates: &'a Candidates<'a>,
    weights: Weights,
    files: Vec<BestOfFile>,
}

/// A file by the chunk that speaks most for it.
#[derive(Debug)]
struct BestOfFile {
    file: u32,
    doc: u32,
    score: f32,
    effects: Vec<(Signal, f32)>,
}

impl FileRanking<'_> {
    /// The files, the best first: those whose chunks' similarities [`places`](Self::places) asks for.
    pub fn file_ids(&self) -> Vec<i64> {
        let index = self.candidates.evidence.index;
        self.files.iter().map(|best| index.file(best.file).file_id).collect()
    }

    /// The files with their places; a file's best place adds to its score. `similarities` are those of
    /// the files' chunks, all of them where they can be had; empty: by words alone.
    pub fn places(self, similarities: &[VectorHit]) -> Vec<RankedFile> {
        let Candidates { evidence, options, .. } = self.candidates;
        let index = evidence.index;
        let by_doc: HashMap<u32, f32> = similarities
            .iter()
            .filter_map(|hit| Some((index.doc_of(hit.key)?, hit.similarity)))
            .collect();
        let files: Vec<(u32, f32)> =
            self.files.iter().map(|best| (best.file, best.score)).collect();
        let passes = |doc: u32| index.passes(&options.filter, doc);
        let found = place_candidates(evidence, &files, &by_doc, &passes);
        let mut places: Vec<Vec<RankedPlace>> = vec![Vec::new(); files.len()];
        let scale = files.first().map_or(1.0, |&(_, score)| score);
        for candidate in &found {
            places[candidate.file_rank].push(RankedPlace {
                key: index.key_of(candidate.doc),
                score: candidate.score(&self.weights) * scale,
                match_type: evidence.match_type(candidate.doc),
            });
        }
        let one_each = options.without.contains(&Signal::Places);
        let of_best_place = self.weights.best_place;
        let files = self.files.into_iter().zip(places);
        let mut files: Vec<RankedFile> = files
            .map(|(best, mut places)| {
                places.sort_by(|a, b| {
                    b.score.total_cmp(&a.score).then(a.key.ordinal.cmp(&b.key.ordinal))
                });
                if one_each {
                    let key = index.key_of(best.doc);
                    places.retain(|place| place.key == key);
                }
                let file_id = index.file(best.file).file_id;
                let of_place = places.first().map_or(0.0, |place| place.score);
                let score = best.score + of_best_place * of_place;
                RankedFile { file_id, score, effects: best.effects, places }
            })
            .collect();
        files.sort_by(|a, b| b.score.total_cmp(&a.score));
        files
    }
}

/// Ranks the files of a project for a query, and their places by words and by these vectors alone.
pub fn rank(
    index: &LexicalIndex,
    query: &QueryAnalysis,
    vectors: &[VectorHit],
    options: &RankOptions,
) -> Vec<RankedFile> {
    Candidates::gather(index, query, vectors, options).rank().places(vectors)
}
