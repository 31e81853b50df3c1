//! From a query to ranked, shown results.

mod answer;
mod label;
mod lexical_indexes;
mod outline;
mod place;
mod related;
mod request;
mod response;
mod retrieve;
mod snippet;

pub(crate) use lexical_indexes::LexicalIndexes;
pub use outline::{Definition, OutlineEntry};
pub use request::{ContextOptions, SearchMode, SearchRequest};
pub use response::{MatchedLine, SearchResponse, SearchResult, SignalEffect, Timings};
