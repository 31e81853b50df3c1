//! From a query to ranked, shown results.

mod expand;
mod lexicons;
mod outline;
mod related;
mod request;
mod response;
mod run;

pub(crate) use lexicons::Lexicons;
pub use outline::{Definition, OutlineEntry};
pub use request::{ContextOptions, SearchMode, SearchRequest};
pub use response::{SearchResponse, SearchResult, SignalEffect, Timings};
