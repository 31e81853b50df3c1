//! What can go wrong in the lexical index.

use super::field::MAX_DOCS;

/// Postings that cannot be read, or an index that is full.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum LexicalIndexError {
    /// The postings end early.
    #[error("the stored words of a file end early")]
    Truncated,
    /// The postings hold something impossible.
    #[error("the stored words of a file are corrupt at {what}")]
    Corrupt {
        /// Where.
        what: &'static str,
    },
    /// The postings were written by another version.
    #[error("the stored words of a file have layout {found}, and this version reads {known}")]
    Version {
        /// Theirs.
        found: u8,
        /// Ours.
        known: u8,
    },
    /// More chunks than an index can number.
    #[error("a project of more than {MAX_DOCS} chunks does not fit the lexical index")]
    Full,
}
