//! The lexical index: true BM25 over a project, in memory.
//!
//! A [`LexicalIndex`] is a cache of the `files.lexical` columns of one index: an inverted index over
//! the chunks' bodies, their doc comments and the names they define, over the files' paths, and a
//! table of definitions. Files come and go ([`LexicalIndex::insert`], [`LexicalIndex::remove`]) and
//! the statistics (how many chunks, how long, how many hold a word) stay those of the files that are
//! there, so that every replica ranks alike whatever it has seen before.

use std::collections::HashMap;
use std::ops::Range;

use sconce_code::{ChunkKey, Language, LineRange};

use super::definitions::{self, Definition, Definitions};
use super::error::LexicalIndexError;
use super::field::{Field, MAX_DOCS};
use super::file_postings::{FilePostings, decode};
use super::path_index::PathIndex;
use super::siblings::Siblings;
use crate::path::PathTerms;

/// Dead chunks below this many are never worth a sweep.
const SWEEP_FROM: usize = 1024;

/// A file of the index.
#[derive(Debug)]
pub(crate) struct IndexedFile {
    /// The store's id of this version of the file.
    pub(crate) file_id: i64,
    /// Relative to the project's root, with `/`.
    pub(crate) path: String,
    /// As the index has it.
    pub(crate) language: Option<Language>,
    /// What its path says.
    pub(crate) terms: PathTerms,
    /// [`FILE_GENERATED`](super::file_postings::FILE_GENERATED).
    pub(crate) flags: u8,
    /// Its definitions in the file's order.
    pub(crate) symbols: Vec<Definition>,
    first_doc: u32,
    doc_count: u32,
    length: u32,
    pub(super) name_length: u32,
    declares_only: bool,
    live: bool,
}

impl IndexedFile {
    /// How many terms its chunks have together.
    pub(crate) fn length(&self) -> u32 {
        self.length
    }

    /// Whether it defines types and constants, and nothing that runs.
    pub(super) fn declares_only(&self) -> bool {
        self.declares_only
    }

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
#[derive(Debug, Clone)]
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
    /// Its definitions are `symbols[first_symbol..first_symbol + symbol_count]` of the file.
    first_symbol: u32,
    symbol_count: u32,
}

/// An inverted index over one project: its chunks and files by their words, its definitions by
/// their names.
#[derive(Debug, Default)]
pub struct LexicalIndex {
    pub(super) files: Vec<IndexedFile>,
    by_id: HashMap<i64, u32>,
    pub(super) docs: Vec<IndexedChunk>,
    pub(super) body: Field,
    pub(super) doc_comments: Field,
    pub(super) names: Field,
    pub(super) paths: PathIndex,
    pub(super) definitions: Definitions,
    pub(super) siblings: Siblings,
    live_files: usize,
    live_docs: usize,
}

impl LexicalIndex {
    /// One without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many files it holds.
    pub fn files(&self) -> usize {
        self.live_files
    }

    /// How many chunks it holds.
    pub fn chunks(&self) -> usize {
        self.live_docs
    }

    /// Whether it holds this version of a file.
    pub fn contains(&self, file_id: i64) -> bool {
        self.by_id.contains_key(&file_id)
    }

    /// The ids of the files it holds, in no order.
    pub fn file_ids(&self) -> impl Iterator<Item = i64> + '_ {
        self.by_id.keys().copied()
    }

    /// The file with this number.
    pub(crate) fn file(&self, file: u32) -> &IndexedFile {
        &self.files[file as usize]
    }

    /// The chunk with this number.
    pub(crate) fn doc(&self, doc: u32) -> &IndexedChunk {
        &self.docs[doc as usize]
    }

    /// The number of a chunk.
    pub fn doc_of(&self, key: ChunkKey) -> Option<u32> {
        let file = self.file(*self.by_id.get(&key.file_id)?);
        (key.ordinal < file.doc_count).then(|| file.first_doc + key.ordinal)
    }

    /// The key of the chunk with this number.
    pub fn key_of(&self, doc: u32) -> ChunkKey {
        let file = self.file(self.doc(doc).file);
        ChunkKey { file_id: file.file_id, ordinal: doc - file.first_doc }
    }

    /// The definitions whose names lie in the chunk, outer first.
    pub(crate) fn symbols_of(&self, doc: u32) -> &[Definition] {
        let doc = self.doc(doc);
        let first = doc.first_symbol as usize;
        &self.file(doc.file).symbols[first..first + doc.symbol_count as usize]
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
        if self.docs.len() + postings.chunks.len() > MAX_DOCS {
            return Err(LexicalIndexError::Full);
        }
        self.remove(file_id);
        let slot = self.files.len() as u32;
        let first_doc = self.docs.len() as u32;
        let symbols = definitions::of_postings(&postings, first_doc);
        let mut file = IndexedFile {
            file_id,
            path: path.to_owned(),
            language: language.and_then(Language::by_name),
            terms: PathTerms::of(path),
            flags: postings.flags,
            declares_only: definitions::declare_only(&symbols),
            symbols,
            first_doc,
            doc_count: postings.chunks.len() as u32,
            length: 0,
            name_length: 0,
            live: true,
        };
        self.insert_chunks(&mut file, slot, &postings);
        self.paths.add(slot, &file.terms);
        self.definitions.add(slot, &file.symbols);
        self.siblings.add(path);
        self.live_files += 1;
        self.live_docs += postings.chunks.len();
        self.by_id.insert(file_id, slot);
        self.files.push(file);
        Ok(())
    }

    fn insert_chunks(&mut self, file: &mut IndexedFile, slot: u32, postings: &FilePostings) {
        let mut first_symbol = 0;
        for (doc, chunk) in (file.first_doc..).zip(&postings.chunks) {
            let symbols = &file.symbols[first_symbol..];
            let symbol_count = symbols.iter().take_while(|symbol| symbol.doc == doc).count();
            file.length += self.body.add(doc, &chunk.terms, chunk.length);
            self.doc_comments.add_counted(doc, &chunk.doc_terms);
            let names = definitions::name_terms(&symbols[..symbol_count]);
            file.name_length += self.names.add_counted(doc, &names);
            self.docs.push(IndexedChunk {
                file: slot,
                flags: chunk.flags,
                fingerprint: chunk.fingerprint,
                lines: chunk.lines,
                first_symbol: first_symbol as u32,
                symbol_count: symbol_count as u32,
            });
            first_symbol += symbol_count;
        }
    }

    /// Forgets a file; whether it was there.
    pub fn remove(&mut self, file_id: i64) -> bool {
        let Some(slot) = self.by_id.remove(&file_id) else { return false };
        let file = &mut self.files[slot as usize];
        file.live = false;
        self.siblings.remove(&file.path);
        self.live_files -= 1;
        self.live_docs -= file.doc_count as usize;
        for doc in file.docs() {
            self.body.forget(doc);
            self.doc_comments.forget(doc);
            self.names.forget(doc);
        }
        self.sweep_if_due();
        true
    }

    /// The most terms that a file has; 1 at least.
    pub(crate) fn longest_file(&self) -> u32 {
        let live = self.files.iter().filter(|file| file.live);
        live.map(|file| file.length).max().unwrap_or_default().max(1)
    }

    /// Drops what removed files left behind, once that is an eighth of all.
    fn sweep_if_due(&mut self) {
        let dead = self.docs.len() - self.live_docs;
        if dead < SWEEP_FROM || dead * 8 < self.docs.len() {
            return;
        }
        self.sweep();
    }

    /// Renumbers the files and chunks that are left, without gaps.
    pub(super) fn sweep(&mut self) {
        let mut new_docs = vec![u32::MAX; self.docs.len()];
        let mut new_slots = vec![u32::MAX; self.files.len()];
        let (mut next_doc, mut next_slot) = (0, 0);
        for (slot, file) in self.files.iter_mut().enumerate().filter(|(_, file)| file.live) {
            new_slots[slot] = next_slot;
            let old = file.docs();
            file.first_doc = next_doc;
            for doc in old.clone() {
                new_docs[doc as usize] = next_doc;
                self.docs[doc as usize].file = next_slot;
                next_doc += 1;
            }
            for symbol in &mut file.symbols {
                symbol.doc = new_docs[symbol.doc as usize];
            }
            next_slot += 1;
        }
        let mut old = 0..;
        self.docs.retain(|_| old.next().is_some_and(|doc: usize| new_docs[doc] != u32::MAX));
        self.files.retain(|file| file.live);
        for slot in self.by_id.values_mut() {
            *slot = new_slots[*slot as usize];
        }
        for field in [&mut self.body, &mut self.doc_comments, &mut self.names] {
            field.renumber(&new_docs);
        }
        self.paths = PathIndex::default();
        self.definitions = Definitions::default();
        for (slot, file) in (0..).zip(&self.files) {
            self.paths.add(slot, &file.terms);
            self.definitions.add(slot, &file.symbols);
        }
    }
}
