//! What is held in memory of the index: files that came since the segment was written, or all of them
//! where there is no segment.

use std::collections::HashMap;
use std::ops::Range;

use sconce_code::Language;

use super::definitions::{self, Definition, Definitions, OwnedDefinition};
use super::field::Field;
use super::file_postings::FilePostings;
use super::path_index::{PathIndex, PathPlace};
use super::segment::Table;
use super::view::{FieldName, IndexedChunk, IndexedFile, PathFacts};
use crate::path::PathTerms;

/// Dead chunks below this many are never worth a sweep.
const SWEEP_FROM: usize = 1024;

/// A file with what is looked up of it.
#[derive(Debug)]
struct DeltaFile {
    file: IndexedFile,
    path: String,
    terms: PathTerms,
    /// In the order of their chunks.
    symbols: Vec<OwnedDefinition>,
    name_length: u32,
}

/// A chunk, and which of its file's definitions are its own.
#[derive(Debug, Clone)]
struct DeltaChunk {
    chunk: IndexedChunk,
    first_symbol: u32,
    symbol_count: u32,
}

/// An inverted index in memory, whose files come and go. Numbers of files and chunks begin at 0.
#[derive(Debug, Default)]
pub(super) struct Delta {
    files: Vec<DeltaFile>,
    by_id: HashMap<i64, u32>,
    docs: Vec<DeltaChunk>,
    /// By [`FieldName`].
    fields: [Field; 3],
    paths: PathIndex,
    definitions: Definitions,
    live_docs: usize,
    /// About what all of it takes.
    bytes: usize,
}

impl Delta {
    /// How many files it numbers, those that were removed among them.
    pub(super) fn files(&self) -> u32 {
        self.files.len() as u32
    }

    /// How many chunks it numbers, those of removed files among them.
    pub(super) fn docs(&self) -> u32 {
        self.docs.len() as u32
    }

    /// How many files are there.
    pub(super) fn live_files(&self) -> usize {
        self.by_id.len()
    }

    /// How many chunks are there.
    pub(super) fn live_docs(&self) -> usize {
        self.live_docs
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The ids of the files, in no order.
    pub(super) fn file_ids(&self) -> impl Iterator<Item = i64> + '_ {
        self.by_id.keys().copied()
    }

    pub(super) fn slot_of(&self, file_id: i64) -> Option<u32> {
        self.by_id.get(&file_id).copied()
    }

    pub(super) fn file(&self, slot: u32) -> IndexedFile {
        self.files[slot as usize].file
    }

    pub(super) fn path(&self, slot: u32) -> &str {
        &self.files[slot as usize].path
    }

    pub(super) fn name_length(&self, slot: u32) -> u32 {
        self.files[slot as usize].name_length
    }

    pub(super) fn stem_words(&self, slot: u32) -> u8 {
        self.files[slot as usize].terms.stem.len().min(32) as u8
    }

    pub(super) fn doc(&self, doc: u32) -> IndexedChunk {
        self.docs[doc as usize].chunk
    }

    pub(super) fn length(&self, field: FieldName, doc: u32) -> u32 {
        self.fields[field as usize].length(doc)
    }

    /// The lengths of the chunks that are there, added up.
    pub(super) fn total(&self, field: FieldName) -> u64 {
        self.fields[field as usize].total()
    }

    /// The definitions whose names lie in the chunk, outer first.
    pub(super) fn symbols(&self, doc: u32) -> impl Iterator<Item = Definition<'_>> {
        let chunk = &self.docs[doc as usize];
        let first = chunk.first_symbol as usize;
        let symbols = &self.files[chunk.chunk.file as usize].symbols;
        symbols[first..first + chunk.symbol_count as usize].iter().map(OwnedDefinition::view)
    }

    /// The chunks that hold a term, with its frequency there; those of removed files are left out.
    pub(super) fn words(&self, field: FieldName, hash: u32) -> impl Iterator<Item = (u32, u32)> {
        self.fields[field as usize].of(hash)
    }

    /// The files that have a word in their paths, and where; those of removed files are left out.
    pub(super) fn paths(&self, hash: u32) -> impl Iterator<Item = (u32, PathPlace)> {
        let is_live = |&&(slot, _): &&(u32, PathPlace)| self.files[slot as usize].file.live;
        self.paths.of(hash).iter().filter(is_live).copied()
    }

    /// The chunk and the place in it of the definitions whose folded name has this hash; those of
    /// removed files are left out.
    pub(super) fn definitions(&self, hash: u32) -> impl Iterator<Item = (u32, u32)> {
        let file_of = |doc: u32| &self.files[self.docs[doc as usize].chunk.file as usize];
        let is_live = move |&&(doc, _): &&(u32, u32)| file_of(doc).file.live;
        self.definitions.of(hash).iter().filter(is_live).copied()
    }

    /// The hashes of a table, ascending.
    pub(super) fn hashes(&self, table: Table) -> Vec<u32> {
        let mut hashes: Vec<u32> = match table {
            Table::Words(field) => self.fields[field as usize].hashes().collect(),
            Table::Paths => self.paths.hashes().collect(),
            Table::Definitions => self.definitions.hashes().collect(),
        };
        hashes.sort_unstable();
        hashes
    }

    /// Adds a file that is not there.
    pub(super) fn insert(
        &mut self,
        file_id: i64,
        path: &str,
        language: Option<&str>,
        postings: &FilePostings,
    ) {
        self.bytes += size(postings);
        let slot = self.files.len() as u32;
        let first_doc = self.docs.len() as u32;
        let symbols = definitions::of_postings(postings, first_doc);
        let terms = PathTerms::of(path);
        let file = IndexedFile {
            file_id,
            language: language.and_then(Language::stored),
            terms: PathFacts::of(&terms),
            flags: postings.flags,
            declares_only: definitions::declare_only(&symbols),
            first_doc,
            doc_count: postings.chunks.len() as u32,
            length: 0,
            live: true,
        };
        let mut file = DeltaFile { file, path: path.to_owned(), terms, symbols, name_length: 0 };
        self.insert_chunks(&mut file, slot, postings);
        self.paths.add(slot, &file.terms);
        self.definitions.add(&file.symbols);
        self.live_docs += postings.chunks.len();
        self.by_id.insert(file_id, slot);
        self.files.push(file);
    }

    fn insert_chunks(&mut self, file: &mut DeltaFile, slot: u32, postings: &FilePostings) {
        let [body, comments, names] = &mut self.fields;
        let mut first_symbol = 0;
        for (doc, chunk) in (file.file.first_doc..).zip(&postings.chunks) {
            let symbols = &file.symbols[first_symbol..];
            let symbol_count = symbols.iter().take_while(|symbol| symbol.doc == doc).count();
            file.file.length += body.add(doc, &chunk.terms, chunk.length);
            comments.add_counted(doc, &chunk.doc_terms);
            let terms = definitions::name_terms(&symbols[..symbol_count]);
            file.name_length += names.add_counted(doc, &terms);
            let (flags, fingerprint, lines) = (chunk.flags, chunk.fingerprint, chunk.lines);
            self.docs.push(DeltaChunk {
                chunk: IndexedChunk { file: slot, flags, fingerprint, lines },
                first_symbol: first_symbol as u32,
                symbol_count: symbol_count as u32,
            });
            first_symbol += symbol_count;
        }
    }

    /// Forgets a file. Returns its path, if it was there.
    pub(super) fn remove(&mut self, file_id: i64) -> Option<String> {
        let slot = self.by_id.remove(&file_id)?;
        let file = &mut self.files[slot as usize];
        file.file.live = false;
        let path = std::mem::take(&mut file.path);
        let docs: Range<u32> = file.file.docs();
        self.live_docs -= docs.len();
        for doc in docs {
            self.fields.iter_mut().for_each(|field| field.forget(doc));
        }
        self.sweep_if_due();
        Some(path)
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
        let live = self.files.iter_mut().enumerate().filter(|(_, file)| file.file.live);
        for (slot, file) in live {
            new_slots[slot] = next_slot;
            let old = file.file.docs();
            file.file.first_doc = next_doc;
            for doc in old {
                new_docs[doc as usize] = next_doc;
                self.docs[doc as usize].chunk.file = next_slot;
                next_doc += 1;
            }
            for symbol in &mut file.symbols {
                symbol.doc = new_docs[symbol.doc as usize];
            }
            next_slot += 1;
        }
        let mut old = 0..;
        self.docs.retain(|_| old.next().is_some_and(|doc: usize| new_docs[doc] != u32::MAX));
        self.files.retain(|file| file.file.live);
        for slot in self.by_id.values_mut() {
            *slot = new_slots[*slot as usize];
        }
        self.fields.iter_mut().for_each(|field| field.renumber(&new_docs));
        self.bytes = self.bytes / new_docs.len().max(1) * self.docs.len();
        self.paths = PathIndex::default();
        self.definitions = Definitions::default();
        for (slot, file) in (0..).zip(&self.files) {
            self.paths.add(slot, &file.terms);
            self.definitions.add(&file.symbols);
        }
    }
}

/// About what a file takes in memory: vectors grow by doubling, maps keep room, and most terms are of
/// one chunk, so that each has a list of its own.
fn size(postings: &FilePostings) -> usize {
    const FILE: usize = 600;
    const CHUNK: usize = 80;
    const TERM: usize = 18;
    const SYMBOL: usize = 140;
    let terms = postings.chunks.iter().map(|chunk| chunk.terms.len() + chunk.doc_terms.len());
    let terms: usize = terms.sum();
    FILE + postings.chunks.len() * CHUNK + terms * TERM + postings.symbols.len() * SYMBOL
}
