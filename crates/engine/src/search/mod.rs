//! From a query to ranked, shown results.

mod indexed_file;
mod lexical_indexes;
mod outline;
mod pattern;
mod related;
mod request;
mod response;
mod retrieve;
mod snippet;

pub use indexed_file::IndexedFile;
pub(crate) use lexical_indexes::LexicalIndexes;
pub use outline::{Definition, OutlineEntry};
pub use pattern::{MatchedFile, MatchedLine, MatchedPlace, MatchingLines, PatternRequest};
pub use request::{ContextOptions, SearchMode, SearchRequest};
pub use response::{SearchResponse, SearchResult, SignalEffect, Timings};
