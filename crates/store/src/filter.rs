//! What a search may be narrowed to.

use std::collections::HashSet;

/// Narrows a search; an empty list does not. A chunk passes when its file's language is one of
/// `languages`, its file's path passes `path_globs` ([`PathGlobs`](crate::glob::PathGlobs)) and lies
/// `within`, and one symbol that starts in it has both one of the kinds and one of the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Canonical names of languages.
    pub languages: Vec<String>,
    /// Globs on the path: `src/**`, `*.rs` (any folder), `**/tests/*`, `!vendor/`.
    pub path_globs: Vec<String>,
    /// A directory or a file, by its path below the root, as it is written: no glob.
    pub within: Option<String>,
    /// Kinds of symbols, as stored.
    pub symbol_kinds: Vec<String>,
    /// Globs on a symbol's name: `get*`, `*Error`. Without a capital letter in it, a glob ignores
    /// case.
    pub symbol_names: Vec<String>,
}

impl Filter {
    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        !self.narrows_files() && !self.narrows_symbols()
    }

    pub(crate) fn narrows_files(&self) -> bool {
        !self.languages.is_empty() || !self.path_globs.is_empty() || self.within.is_some()
    }

    pub(crate) fn narrows_symbols(&self) -> bool {
        !self.symbol_kinds.is_empty() || !self.symbol_names.is_empty()
    }
}

/// What passes a filter, for an arm of the search that is not SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passing {
    /// Everything: the filter is empty.
    All,
    /// Every chunk of these files (ids of their versions).
    Files(HashSet<i64>),
    /// These chunks alone (file id, ordinal).
    Chunks(HashSet<(i64, i32)>),
}
