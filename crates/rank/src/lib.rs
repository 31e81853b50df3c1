//! Ranking: what a query asks for, what the words of a project say to it, and the order of results.
//!
//! Everything here is a function of its arguments: no database, no runtime, no file is read.
//!
//! ```
//! use sconce_code::{ChunkOptions, Language, parse_file};
//! use sconce_rank::{LexicalIndex, RankOptions, analyze, encode_postings, rank};
//!
//! let (path, text) = ("src/cart.rs", "pub fn total(prices: &[u32]) -> u32 {\n    0\n}\n");
//! let parsed = parse_file(path, text, Language::by_name("rust"), &ChunkOptions::default());
//! let mut index = LexicalIndex::new();
//! index.insert(7, path, Some("rust"), &encode_postings(text, &parsed))?;
//! let ranked = rank(&index, &analyze("the total of a cart"), &[], &RankOptions::default());
//! assert_eq!((ranked[0].file_id, ranked[0].places[0].key.ordinal), (7, 0));
//! # Ok::<(), sconce_rank::LexicalIndexError>(())
//! ```
//!
//! A query's way through this crate:
//!
//! 1. [`analyze`] takes the query apart: its kind, its terms with their forms, its names, its filters.
//! 2. [`LexicalIndex::scan`], the lexical retriever, scores every chunk and file by BM25. The index is
//!    built from what [`encode_postings`] wrote of each file. What the vector retriever found comes
//!    from outside, as [`VectorHit`]s.
//! 3. [`Candidates`] gives each of the best chunks its [`Features`], weighs them by one table
//!    ([`Weights`]), demotes what repeats, says what each [`Signal`] did: so it finds the best files.
//!    Then [`FileRanking::places`] weighs every chunk of these by its own evidence ([`PlaceFeatures`]).
//! 4. [`arrange`] chooses the places that are shown, [`LineMatcher`] the lines of each that match.
//!
//! [`eval`] says how good a ranking is, by relevance judgements. The example `tuner` finds the weights
//! by them.

#![forbid(unsafe_code)]

pub mod eval;
mod lexical;
mod name;
mod path;
mod query;
mod ranking;
mod term;

pub use lexical::{
    ChunkScores, FileScores, LexicalIndex, LexicalIndexError, Scan, ScanWeights, Segment,
    SegmentBytes, SegmentError, SegmentKey, encode_postings,
};
pub use path::PathClass;
pub use query::{
    Form, FormKind, NamedFile, QueryAnalysis, QueryKind, QuerySymbol, QueryTerm, TermRole, analyze,
    inflections, is_log_level,
};
pub use ranking::{
    Arranged, Candidates, FEATURES, Feature, Features, FileRanking, LineMatch, LineMatcher,
    MatchType, Ordinal, PLACE_FEATURES, PerFeature, Place, PlaceFeature, PlaceFeatures,
    RankOptions, RankedFile, RankedPlace, ScoredWords, Signal, VectorHit, Weights, arrange,
    is_one_place, rank, whole_definition,
};
