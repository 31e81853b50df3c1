//! From a query to ranked, shown results.

mod answer;
mod file_class;
mod indexed_file;
mod label;
mod lexical_indexes;
mod literal;
mod missing_vectors;
mod no_results;
mod other_readings;
mod outline;
mod part_of_word;
mod pattern;
mod place;
mod related;
mod request;
mod response;
mod retrieve;
mod said;
mod snippet;
mod spoken;

pub use indexed_file::IndexedFile;
pub(crate) use lexical_indexes::LexicalIndexes;
pub use lexical_indexes::{HeldWords, LexicalOptions};
pub(crate) use missing_vectors::MissingVectors;
pub use no_results::{FilterPart, NoResults, Sought, Unanswered};
pub use other_readings::OtherReading;
pub use outline::{Definition, OutlineEntry};
pub use pattern::{
    Completeness, MatchedFile, MatchedPlace, MatchingLines, Occurrences, PATTERN_TIMEOUT,
    PatternLine, PatternRequest, PatternResponse, as_regex,
};
pub use request::{
    AskedLines, AskedSymbol, ContextOptions, SearchMode, SearchRequest, symbol_asked,
};
pub use response::{MatchedLine, SearchResponse, SearchResult, SignalEffect, Timings};
