//! The two parts of an index, in one way for those who read both.

use super::definitions::Definition;
use super::delta::Delta;
use super::index::LexicalIndex;
use super::merge::{Posting, Window};
use super::removed::Removed;
use super::segment::{Column, Run, Segment, Table};
use super::view::{FieldName, IndexedChunk, IndexedFile};

/// A part of an index. Its numbers begin at 0.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'a> {
    /// What lies in a segment, and what of it is gone.
    Segment(&'a Segment, &'a Removed),
    /// What lies in memory.
    Delta(&'a Delta),
}

impl<'a> Part<'a> {
    pub(super) fn files(self) -> u32 {
        match self {
            Self::Segment(segment, _) => segment.files(),
            Self::Delta(delta) => delta.files(),
        }
    }

    pub(super) fn docs(self) -> u32 {
        match self {
            Self::Segment(segment, _) => segment.docs(),
            Self::Delta(delta) => delta.docs(),
        }
    }

    pub(super) fn file(self, slot: u32) -> IndexedFile {
        match self {
            Self::Segment(segment, removed) => {
                IndexedFile { live: !removed.has_file(slot), ..segment.file(slot) }
            }
            Self::Delta(delta) => delta.file(slot),
        }
    }

    pub(super) fn path(self, slot: u32) -> &'a str {
        match self {
            Self::Segment(segment, _) => segment.path(slot),
            Self::Delta(delta) => delta.path(slot),
        }
    }

    pub(super) fn name_length(self, slot: u32) -> u32 {
        match self {
            Self::Segment(segment, _) => segment.file_name_lengths().u32_at(slot as usize),
            Self::Delta(delta) => delta.name_length(slot),
        }
    }

    pub(super) fn stem_words(self, slot: u32) -> u8 {
        match self {
            Self::Segment(segment, _) => segment.stem_words().u8_at(slot as usize),
            Self::Delta(delta) => delta.stem_words(slot),
        }
    }

    pub(super) fn doc(self, doc: u32) -> IndexedChunk {
        match self {
            Self::Segment(segment, _) => segment.doc(doc),
            Self::Delta(delta) => delta.doc(doc),
        }
    }

    pub(super) fn length(self, field: FieldName, doc: u32) -> u32 {
        match self {
            Self::Segment(segment, _) => segment.lengths(field).u32_at(doc as usize),
            Self::Delta(delta) => delta.length(field, doc),
        }
    }

    pub(super) fn symbols(self, doc: u32) -> Vec<Definition<'a>> {
        match self {
            Self::Segment(segment, _) => segment.symbols(doc),
            Self::Delta(delta) => delta.symbols(doc).collect(),
        }
    }

    /// The hashes of a table, ascending.
    pub(super) fn hashes(self, table: Table) -> Vec<u32> {
        match self {
            Self::Segment(segment, _) => {
                (0..segment.keys(table)).map(|at| segment.key(table, at)).collect()
            }
            Self::Delta(delta) => delta.hashes(table),
        }
    }

    /// Calls with what a table has of a hash, which is its `at`th. What is gone may be among it.
    pub(super) fn each(self, table: Table, at: usize, hash: u32, mut call: impl FnMut(u32, u32)) {
        let call = |(number, value)| call(number, value);
        match (self, table) {
            (Self::Segment(segment, _), _) => segment.list(table, at).for_each(call),
            (Self::Delta(delta), Table::Words(field)) => delta.words(field, hash).for_each(call),
            (Self::Delta(delta), Table::Definitions) => delta.definitions(hash).for_each(call),
            (Self::Delta(delta), Table::Paths) => {
                delta.paths(hash).map(|(slot, place)| (slot, place.code())).for_each(call);
            }
        }
    }
}

/// How long chunks and files are in a field, for many at once.
#[derive(Debug)]
pub(super) struct Measures<'a> {
    base_docs: u32,
    base_files: u32,
    field: FieldName,
    lengths: Option<Column<'a>>,
    files_of_docs: Option<Column<'a>>,
    file_lengths: Option<Column<'a>>,
    delta: &'a Delta,
}

impl<'a> Measures<'a> {
    pub(super) fn new(index: &'a LexicalIndex, field: FieldName) -> Self {
        let segment = index.segment().map(AsRef::as_ref);
        Self {
            base_docs: index.base_docs(),
            base_files: index.base_files(),
            field,
            lengths: segment.map(|segment| segment.lengths(field)),
            files_of_docs: segment.map(Segment::files_of_docs),
            file_lengths: segment.map(|segment| match field {
                FieldName::Names => segment.file_name_lengths(),
                FieldName::Body | FieldName::Comments => segment.file_lengths(),
            }),
            delta: &index.delta,
        }
    }

    /// How many terms a chunk has.
    #[inline]
    pub(super) fn of_doc(&self, doc: u32) -> u32 {
        match &self.lengths {
            Some(lengths) if doc < self.base_docs => lengths.u32_at(doc as usize),
            _ => self.delta.length(self.field, doc - self.base_docs),
        }
    }

    /// The number of a chunk's file.
    #[inline]
    pub(super) fn file_of(&self, doc: u32) -> u32 {
        match &self.files_of_docs {
            Some(files) if doc < self.base_docs => files.u32_at(doc as usize),
            _ => self.base_files + self.delta.doc(doc - self.base_docs).file,
        }
    }

    /// Calls with each of some chunks that ascend, its length and the number of its file.
    #[inline]
    pub(super) fn each(&self, docs: &mut [Posting], mut call: impl FnMut(&mut Posting, u32, u32)) {
        let of_segment = docs.partition_point(|&(doc, _)| doc < self.base_docs);
        let (of_segment, of_delta) = docs.split_at_mut(of_segment);
        let mut near = NearMeasures::default();
        for posting in of_segment {
            if posting.0 >= near.end {
                near = self.near(posting.0);
            }
            call(posting, near.lengths.at(posting.0), near.files.at(posting.0));
        }
        for posting in of_delta {
            let doc = posting.0;
            call(posting, self.of_doc(doc), self.file_of(doc));
        }
    }

    /// Those of the segment's chunks in the window around one.
    fn near(&self, doc: u32) -> NearMeasures<'a> {
        let docs = Window::<f32>::around(doc);
        let run = |column: &Option<Column<'a>>| {
            column.as_ref().map_or_else(Run::default, |column| column.run(docs.clone()))
        };
        NearMeasures { end: docs.end, lengths: run(&self.lengths), files: run(&self.files_of_docs) }
    }

    /// How many terms the chunks of a file have together.
    #[inline]
    pub(super) fn of_file(&self, file: u32) -> u32 {
        match (&self.file_lengths, self.field) {
            (Some(lengths), _) if file < self.base_files => lengths.u32_at(file as usize),
            (_, FieldName::Names) => self.delta.name_length(file - self.base_files),
            _ => self.delta.file(file - self.base_files).length,
        }
    }
}

/// The measures of neighbouring chunks of a segment.
#[derive(Default)]
struct NearMeasures<'a> {
    end: u32,
    lengths: Run<'a>,
    files: Run<'a>,
}
