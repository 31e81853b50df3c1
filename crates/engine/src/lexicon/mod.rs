//! The words arm: true BM25 over a code base, in memory.
//!
//! A [`Lexicon`] is a cache of the `files.lexical` blobs of one index: an inverted index over the
//! chunks' bodies, their doc comments and the names they define, over the files' paths, and a table
//! of definitions. Files come and go ([`Lexicon::insert`], [`Lexicon::remove`]) and the statistics
//! (how many chunks, how long, how many hold a word) stay those of the files that are there, so
//! that every replica ranks alike whatever it has seen before.
//!
//! [`Lexicon::scan`] answers a query with a score for every chunk and file;
//! [`rank`](crate::rank::rank) makes results of it.

mod blob;
mod codec;
mod definitions;
mod filter;
mod path;
mod postings;
mod scan;
mod siblings;

use std::collections::HashMap;

use sconce_code::Language;

pub use blob::{Blob, BlobChunk, BlobSymbol, CHUNK_IMPORTS, CHUNK_TEST, FILE_GENERATED};
pub use blob::{decode, encode};
pub(crate) use definitions::fold as fold_name;
pub use definitions::{Definition, NameMatch};
pub use path::{PathClass, PathTerms};
pub use scan::{LexicalHit, Scan};

use definitions::Definitions;
use path::PathIndex;
use postings::Field;
use siblings::Siblings;

/// Dead chunks below this many are never worth a sweep.
const SWEEP_FROM: usize = 1024;

/// A blob that cannot be read, or a lexicon that is full.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum LexiconError {
    /// The blob ends early.
    #[error("the stored words of a file end early")]
    Truncated,
    /// The blob holds something impossible.
    #[error("the stored words of a file are corrupt at {what}")]
    Corrupt {
        /// Where.
        what: &'static str,
    },
    /// The blob was written by another version.
    #[error("the stored words of a file have layout {found}, and this version reads {known}")]
    Version {
        /// The blob's.
        found: u8,
        /// Ours.
        known: u8,
    },
    /// More chunks than a lexicon can number.
    #[error("a code base of more than {} chunks does not fit the words arm", postings::MAX_DOCS)]
    Full,
}

impl LexiconError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            LexiconError::Full => Some("index its parts as code bases of their own".to_owned()),
            _ => Some("index the code base again with `sconce index --rebuild`".to_owned()),
        }
    }
}

/// The hash that stands for a term everywhere: FNV-1a, finalised. It is stored, so it never changes.
pub fn term_hash(term: &str) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in term.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 29;
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (hash >> 32) as u32
}

/// A file of the lexicon.
#[derive(Debug)]
pub struct LexiconFile {
    /// The store's id of this version of the file.
    pub file_id: i64,
    /// Relative to the code base's root, with `/`.
    pub path: String,
    /// As the index has it.
    pub language: Option<Language>,
    /// What its path says.
    pub terms: PathTerms,
    /// [`FILE_GENERATED`].
    pub flags: u8,
    /// Its definitions in the file's order.
    pub symbols: Vec<Definition>,
    first_doc: u32,
    doc_count: u32,
    /// The body terms of all of its chunks.
    length: u32,
    name_length: u32,
    declares_only: bool,
    live: bool,
}

impl LexiconFile {
    /// How many terms its chunks have together.
    pub fn length(&self) -> u32 {
        self.length
    }

    /// Whether it defines types and constants, and nothing that runs.
    pub fn declares_only(&self) -> bool {
        self.declares_only
    }

    pub(crate) fn is_live(&self) -> bool {
        self.live
    }

    /// The numbers of its chunks in the lexicon.
    pub fn docs(&self) -> std::ops::Range<u32> {
        self.first_doc..self.first_doc + self.doc_count
    }
}

/// A chunk of the lexicon.
#[derive(Debug, Clone)]
pub struct Doc {
    /// Its file's place in [`Lexicon::file`].
    pub file: u32,
    /// The first line, 1-based.
    pub start_line: u32,
    /// The last line, included.
    pub end_line: u32,
    /// [`CHUNK_TEST`], [`CHUNK_IMPORTS`].
    pub flags: u8,
    /// Near-duplicates differ in few bits.
    pub fingerprint: u64,
    /// Its definitions are `symbols[first_symbol..first_symbol + symbol_count]` of the file.
    first_symbol: u32,
    symbol_count: u32,
}

/// An inverted index over one code base; see the module.
#[derive(Debug, Default)]
pub struct Lexicon {
    files: Vec<LexiconFile>,
    by_id: HashMap<i64, u32>,
    docs: Vec<Doc>,
    body: Field,
    doc_comments: Field,
    names: Field,
    paths: PathIndex,
    definitions: Definitions,
    siblings: Siblings,
    live_files: usize,
    live_docs: usize,
}

impl Lexicon {
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
    pub fn file(&self, file: u32) -> &LexiconFile {
        &self.files[file as usize]
    }

    /// The chunk with this number.
    pub fn doc(&self, doc: u32) -> &Doc {
        &self.docs[doc as usize]
    }

    /// The number of a chunk named as the store names it.
    pub fn doc_of(&self, file_id: i64, ordinal: i32) -> Option<u32> {
        let file = self.file(*self.by_id.get(&file_id)?);
        let ordinal = u32::try_from(ordinal).ok().filter(|&ordinal| ordinal < file.doc_count)?;
        Some(file.first_doc + ordinal)
    }

    /// A chunk's name in the store: its file's id and its ordinal there.
    pub fn key_of(&self, doc: u32) -> (i64, i32) {
        let file = self.file(self.doc(doc).file);
        (file.file_id, (doc - file.first_doc) as i32)
    }

    /// The definitions whose names lie in the chunk, outer first.
    pub fn symbols_of(&self, doc: u32) -> &[Definition] {
        let doc = self.doc(doc);
        let first = doc.first_symbol as usize;
        &self.file(doc.file).symbols[first..first + doc.symbol_count as usize]
    }

    /// Adds a file from its blob; one with the same id is replaced. On an error nothing changes.
    pub fn insert(
        &mut self,
        file_id: i64,
        path: &str,
        language: Option<&str>,
        blob: &[u8],
    ) -> Result<(), LexiconError> {
        let blob = decode(blob)?;
        if self.docs.len() + blob.chunks.len() > postings::MAX_DOCS {
            return Err(LexiconError::Full);
        }
        self.remove(file_id);
        let slot = self.files.len() as u32;
        let first_doc = self.docs.len() as u32;
        let symbols = definitions::of_blob(&blob, first_doc);
        let mut file = LexiconFile {
            file_id,
            path: path.to_owned(),
            language: language.and_then(Language::by_name),
            terms: PathTerms::of(path),
            flags: blob.flags,
            declares_only: definitions::declare_only(&symbols),
            symbols,
            first_doc,
            doc_count: blob.chunks.len() as u32,
            length: 0,
            name_length: 0,
            live: true,
        };
        let mut first_symbol = 0;
        for (doc, chunk) in (first_doc..).zip(&blob.chunks) {
            let symbols = &file.symbols[first_symbol..];
            let symbol_count = symbols.iter().take_while(|symbol| symbol.doc == doc).count();
            file.length += self.body.add(doc, &chunk.terms, chunk.length);
            self.doc_comments.add_counted(doc, &chunk.doc_terms);
            let names = definitions::name_terms(&symbols[..symbol_count]);
            file.name_length += self.names.add_counted(doc, &names);
            self.docs.push(Doc {
                file: slot,
                start_line: chunk.start_line,
                end_line: chunk.end_line,
                flags: chunk.flags,
                fingerprint: chunk.fingerprint,
                first_symbol: first_symbol as u32,
                symbol_count: symbol_count as u32,
            });
            first_symbol += symbol_count;
        }
        self.paths.add(slot, &file.terms);
        self.definitions.add(slot, &file.symbols);
        self.siblings.add(path);
        self.live_files += 1;
        self.live_docs += blob.chunks.len();
        self.by_id.insert(file_id, slot);
        self.files.push(file);
        Ok(())
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

    /// What the other files and its own definitions make of a file: a version that a newer one
    /// stands beside, a header whose code is there, types alone.
    pub fn class_of(&self, file: u32) -> PathClass {
        let file = self.file(file);
        let class = self.siblings.class_of(&file.path);
        if file.declares_only() { class.with(PathClass::DECLARATION) } else { class }
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
    fn sweep(&mut self) {
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

#[cfg(test)]
mod tests;
