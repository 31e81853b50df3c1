//! The lexical index: true BM25 over a project.
//!
//! A [`LexicalIndex`] is a cache of the `files.lexical` columns of one index: an inverted index over
//! the chunks' bodies, their doc comments and the names they define, over the files' paths, and a
//! table of definitions. It has two parts. A [`Segment`] holds most of a large project and is read
//! where it lies; what has come since is held in memory, and what has gone is remembered. Files come
//! and go ([`LexicalIndex::insert`], [`LexicalIndex::remove`]) and the statistics (how many chunks, how
//! long, how many hold a word) stay those of the files that are there, so that every replica ranks
//! alike whatever it has seen before, and whatever its parts are.

use std::io::{self, Write};
use std::sync::{Arc, OnceLock};

use sconce_code::ChunkKey;

use super::definitions::Definition;
use super::delta::Delta;
use super::error::LexicalIndexError;
use super::field::MAX_DOCS;
use super::file_postings::decode;
use super::part::{Measures, Part};
use super::path_index::PathPlace;
use super::removed::Removed;
use super::segment::{self, Segment, SegmentKey, Table};
use super::siblings::Siblings;
use super::view::{FieldName, IndexedChunk, IndexedFile};

/// An inverted index over one project: its chunks and files by their words, its definitions by
/// their names. Numbers of files and chunks are the segment's, then the delta's behind them.
#[derive(Debug, Default)]
pub struct LexicalIndex {
    segment: Option<Arc<Segment>>,
    removed: Removed,
    pub(super) delta: Delta,
    siblings: Siblings,
    sizes: OnceLock<Vec<f32>>,
}

impl LexicalIndex {
    /// One without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// One of the files of a segment.
    pub fn over(segment: Arc<Segment>) -> Self {
        let mut siblings = Siblings::default();
        (0..segment.files()).for_each(|slot| siblings.add(segment.path(slot)));
        Self { segment: Some(segment), siblings, ..Self::default() }
    }

    /// The segment that it lies over.
    pub fn segment(&self) -> Option<&Arc<Segment>> {
        self.segment.as_ref()
    }

    /// Writes the files of several indexes into a segment, those of the first index first. To an index
    /// over that segment every query has the answers of these indexes together.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_segment(out: impl Write, key: &SegmentKey, indexes: &[&Self]) -> io::Result<()> {
        let parts: Vec<Part<'_>> = indexes.iter().flat_map(|index| index.parts()).collect();
        segment::write(out, key, &parts)
    }

    /// Whether the segment has turned out not to be what was written: what was found is not to be
    /// relied on.
    pub fn is_damaged(&self) -> bool {
        self.segment.as_ref().is_some_and(|segment| segment.is_damaged())
    }

    /// How many chunks it holds in memory of its own, and how many of the segment's are gone: what
    /// writing another segment would put into that.
    pub fn unwritten(&self) -> usize {
        self.delta.live_docs() + self.removed.docs()
    }

    /// About how many bytes it takes in memory of its own, the segment apart.
    pub fn bytes(&self) -> usize {
        let sizes = self.sizes.get().map_or(0, |sizes| sizes.capacity() * size_of::<f32>());
        self.delta.bytes() + sizes
    }

    /// How many files it holds.
    pub fn files(&self) -> usize {
        self.base_files() as usize - self.removed.files() + self.delta.live_files()
    }

    /// How many chunks it holds.
    pub fn chunks(&self) -> usize {
        self.base_docs() as usize - self.removed.docs() + self.delta.live_docs()
    }

    /// Whether it holds this version of a file.
    pub fn contains(&self, file_id: i64) -> bool {
        self.slot_of(file_id).is_some()
    }

    /// The ids of the files it holds, in no order.
    pub fn file_ids(&self) -> impl Iterator<Item = i64> + '_ {
        let live = (0..self.base_files()).filter(|&slot| !self.removed.has_file(slot));
        live.map(|slot| self.file(slot).file_id).chain(self.delta.file_ids())
    }

    /// Adds a file from its postings, as [`encode_postings`](crate::encode_postings) wrote them; one
    /// with the same id is replaced. On an error nothing changes.
    pub fn insert(
        &mut self,
        file_id: i64,
        path: &str,
        language: Option<&str>,
        postings: &[u8],
    ) -> Result<(), LexicalIndexError> {
        let postings = decode(postings)?;
        if self.doc_count() + postings.chunks.len() > MAX_DOCS {
            return Err(LexicalIndexError::Full);
        }
        self.remove(file_id);
        self.delta.insert(file_id, path, language, &postings);
        self.siblings.add(path);
        self.sizes = OnceLock::new();
        Ok(())
    }

    /// Forgets a file; whether it was there.
    pub fn remove(&mut self, file_id: i64) -> bool {
        let in_segment = self.in_segment(file_id);
        if let Some((segment, slot)) = in_segment {
            self.siblings.remove(segment.path(slot));
            self.removed.take(&segment, slot);
        } else if let Some(path) = self.delta.remove(file_id) {
            self.siblings.remove(&path);
        } else {
            return false;
        }
        self.sizes = OnceLock::new();
        true
    }

    fn in_segment(&self, file_id: i64) -> Option<(Arc<Segment>, u32)> {
        let segment = self.segment.as_ref()?;
        let slot = segment.slot_of(file_id).filter(|&slot| !self.removed.has_file(slot))?;
        Some((Arc::clone(segment), slot))
    }

    fn slot_of(&self, file_id: i64) -> Option<u32> {
        let in_delta = || self.delta.slot_of(file_id).map(|slot| self.base_files() + slot);
        self.in_segment(file_id).map(|(_, slot)| slot).or_else(in_delta)
    }

    /// How many chunks the segment numbers.
    pub(super) fn base_docs(&self) -> u32 {
        self.segment.as_ref().map_or(0, |segment| segment.docs())
    }

    /// How many files the segment numbers.
    pub(super) fn base_files(&self) -> u32 {
        self.segment.as_ref().map_or(0, |segment| segment.files())
    }

    /// How many chunks are numbered, those of removed files among them.
    pub(crate) fn doc_count(&self) -> usize {
        (self.base_docs() + self.delta.docs()) as usize
    }

    /// How many files are numbered, removed ones among them.
    pub(super) fn file_count(&self) -> usize {
        (self.base_files() + self.delta.files()) as usize
    }

    /// The segment with the number, if it is the segment's; else the number in the delta.
    fn file_part(&self, file: u32) -> Result<&Segment, u32> {
        let base = self.base_files();
        self.segment.as_deref().filter(|_| file < base).ok_or_else(|| file - base)
    }

    fn doc_part(&self, doc: u32) -> Result<&Segment, u32> {
        let base = self.base_docs();
        self.segment.as_deref().filter(|_| doc < base).ok_or_else(|| doc - base)
    }

    /// The file with this number.
    pub(crate) fn file(&self, file: u32) -> IndexedFile {
        match self.file_part(file) {
            Ok(segment) => IndexedFile { live: !self.removed.has_file(file), ..segment.file(file) },
            Err(in_delta) => {
                let of = self.delta.file(in_delta);
                IndexedFile { first_doc: of.first_doc + self.base_docs(), ..of }
            }
        }
    }

    /// The path of the file with this number, relative to the project's root, with `/`.
    pub(crate) fn path(&self, file: u32) -> &str {
        match self.file_part(file) {
            Ok(segment) => segment.path(file),
            Err(in_delta) => self.delta.path(in_delta),
        }
    }

    /// The chunk with this number.
    pub(crate) fn doc(&self, doc: u32) -> IndexedChunk {
        match self.doc_part(doc) {
            Ok(segment) => segment.doc(doc),
            Err(in_delta) => {
                let chunk = self.delta.doc(in_delta);
                IndexedChunk { file: chunk.file + self.base_files(), ..chunk }
            }
        }
    }

    /// The number of a chunk.
    pub fn doc_of(&self, key: ChunkKey) -> Option<u32> {
        let file = self.file(self.slot_of(key.file_id)?);
        (key.ordinal < file.doc_count).then(|| file.first_doc + key.ordinal)
    }

    /// The key of the chunk with this number.
    pub fn key_of(&self, doc: u32) -> ChunkKey {
        let file = self.file(self.doc(doc).file);
        ChunkKey { file_id: file.file_id, ordinal: doc - file.first_doc }
    }

    /// The definitions whose names lie in the chunk, outer first.
    pub(crate) fn symbols_of(&self, doc: u32) -> Vec<Definition<'_>> {
        match self.doc_part(doc) {
            Ok(segment) => segment.symbols(doc),
            Err(in_delta) => {
                let symbols = self.delta.symbols(in_delta);
                symbols.map(|symbol| Definition { doc, ..symbol }).collect()
            }
        }
    }

    /// The chunks that hold the term in a field, with its frequency there.
    pub(super) fn words(
        &self,
        field: FieldName,
        hash: u32,
    ) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.words_of_segment(field, hash).chain(self.words_of_delta(field, hash))
    }

    /// Those of the segment.
    pub(super) fn words_of_segment(
        &self,
        field: FieldName,
        hash: u32,
    ) -> impl Iterator<Item = (u32, u32)> + '_ {
        let list = self.segment.as_ref().map(|segment| segment.find(Table::Words(field), hash));
        // Of a damaged segment another list may be read, with numbers of no chunks in no order.
        let (mut next, end) = (0, self.base_docs());
        let live = move |&(doc, _): &(u32, u32)| {
            let is_sound = next <= doc && doc < end;
            next = if is_sound { doc + 1 } else { next };
            is_sound && !self.removed.has_doc(doc)
        };
        list.unwrap_or_default().filter(live)
    }

    /// Those that are in memory.
    pub(super) fn words_of_delta(
        &self,
        field: FieldName,
        hash: u32,
    ) -> impl Iterator<Item = (u32, u32)> + '_ {
        let base = self.base_docs();
        self.delta.words(field, hash).map(move |(doc, frequency)| (doc + base, frequency))
    }

    /// The files that have the word in their paths, and where.
    pub(super) fn paths(&self, hash: u32) -> impl Iterator<Item = (u32, PathPlace)> + '_ {
        let list = self.segment.as_ref().map(|segment| segment.find(Table::Paths, hash));
        let base = self.base_files();
        let live = move |&(slot, _): &(u32, u32)| slot < base && !self.removed.has_file(slot);
        let of_segment = list.into_iter().flatten().filter(live);
        let of_delta = self.delta.paths(hash).map(move |(slot, place)| (slot + base, place));
        of_segment.map(|(slot, code)| (slot, PathPlace::of_code(code))).chain(of_delta)
    }

    /// The chunk and the place in it of each definition whose folded name has this hash.
    pub(super) fn definitions(&self, hash: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let list = self.segment.as_ref().map(|segment| segment.find(Table::Definitions, hash));
        let base = self.base_docs();
        let live = move |&(doc, _): &(u32, u32)| doc < base && !self.removed.has_doc(doc);
        let of_delta = self.delta.definitions(hash).map(move |(doc, place)| (doc + base, place));
        list.into_iter().flatten().filter(live).chain(of_delta)
    }

    /// The lengths of the chunks that are there in a field, added up.
    pub(super) fn total(&self, field: FieldName) -> u64 {
        let of_segment = self.segment.as_ref().map_or(0, |segment| segment.total(field));
        of_segment - self.removed.total(field) + self.delta.total(field)
    }

    /// The mean length of the chunks that are there in a field, at least 1.
    pub(super) fn mean_length(&self, field: FieldName) -> f32 {
        (self.total(field) as f64 / self.chunks().max(1) as f64).max(1.0) as f32
    }

    /// The size of each file: the logarithm of how many terms its chunks have together, that of the
    /// longest one is 1.
    pub(crate) fn sizes(&self) -> &[f32] {
        self.sizes.get_or_init(|| {
            let all = 0..self.file_count() as u32;
            let live = all.clone().map(|slot| self.file(slot)).filter(IndexedFile::is_live);
            let longest = live.map(|file| file.length).max().unwrap_or_default().max(1);
            let (measures, longest) =
                (Measures::new(self, FieldName::Body), (longest as f32).ln_1p());
            all.map(|file| (measures.of_file(file) as f32).ln_1p() / longest).collect()
        })
    }

    /// What stands beside the files of the project.
    pub(super) fn siblings(&self) -> &Siblings {
        &self.siblings
    }

    /// Its parts, the one that numbers lower first.
    pub(super) fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let segment = self.segment.as_deref().map(|segment| Part::Segment(segment, &self.removed));
        segment.into_iter().chain([Part::Delta(&self.delta)])
    }

    /// How many words a file's stem has.
    pub(super) fn stem_words(&self, file: u32) -> u8 {
        match self.file_part(file) {
            Ok(segment) => segment.stem_words().u8_at(file as usize),
            Err(in_delta) => self.delta.stem_words(in_delta),
        }
    }
}
