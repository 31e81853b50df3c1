//! The lexical retriever's index and its scan.

mod best;
mod bits;
mod codec;
mod definitions;
mod delta;
mod error;
mod exact;
mod field;
mod file_postings;
mod index;
mod lookup;
mod merge;
mod most;
mod named;
mod part;
mod path_index;
mod removed;
mod scan;
mod segment;
mod siblings;
#[cfg(test)]
mod tests;
mod view;
mod weights;

pub use error::LexicalIndexError;
pub(crate) use exact::Exact;
pub use file_postings::encode_postings;
pub use index::LexicalIndex;
pub(crate) use named::Named;
pub use scan::{ChunkScores, FileScores, Scan};
pub use segment::{Segment, SegmentBytes, SegmentError, SegmentKey};
pub use weights::ScanWeights;

pub(crate) use best::Scores;
pub(crate) use definitions::{Definition, NameMatch};
pub(crate) use file_postings::{CHUNK_IMPORTS, CHUNK_TEST, FILE_GENERATED};
