//! What is read of a file, a chunk and a definition, wherever they lie.

use std::ops::Range;

use sconce_code::{Language, LineRange};

use crate::path::{PathClass, PathTerms};

/// A field of the chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum FieldName {
    /// Their texts.
    Body,
    /// The doc comments of what they define.
    Comments,
    /// The names that they define.
    Names,
}

impl FieldName {
    /// Each, in the order of their numbers.
    pub(super) const ALL: [Self; 3] = [Self::Body, Self::Comments, Self::Names];
}

/// What a path says of its file, its words apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PathFacts {
    /// What kind of file it is.
    pub(crate) class: PathClass,
    /// How many directories lie above it.
    pub(crate) depth: u8,
}

impl PathFacts {
    pub(super) fn of(terms: &PathTerms) -> Self {
        Self { class: terms.class, depth: terms.depth }
    }
}

/// A file of the index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IndexedFile {
    /// The store's id of this version of the file.
    pub(crate) file_id: i64,
    /// As the index has it.
    pub(crate) language: Option<Language>,
    /// What its path says.
    pub(crate) terms: PathFacts,
    /// [`FILE_GENERATED`](super::file_postings::FILE_GENERATED).
    pub(crate) flags: u8,
    pub(super) first_doc: u32,
    pub(super) doc_count: u32,
    /// How many terms its chunks have together.
    pub(super) length: u32,
    /// Whether it defines types and constants, and nothing that runs.
    pub(super) declares_only: bool,
    pub(super) live: bool,
}

impl IndexedFile {
    /// Whether it was not removed.
    pub(crate) fn is_live(&self) -> bool {
        self.live
    }

    /// The numbers of its chunks in the index.
    pub(crate) fn docs(&self) -> Range<u32> {
        self.first_doc..self.first_doc + self.doc_count
    }
}

/// A chunk of the index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IndexedChunk {
    /// The number of its file.
    pub(crate) file: u32,
    /// [`CHUNK_TEST`](super::file_postings::CHUNK_TEST),
    /// [`CHUNK_IMPORTS`](super::file_postings::CHUNK_IMPORTS).
    pub(crate) flags: u8,
    /// Near-duplicates differ in few bits.
    pub(crate) fingerprint: u64,
    /// Its lines.
    pub(crate) lines: LineRange,
}
