//! Which chunks and files hold what a query asks for letter by letter.

use std::collections::HashMap;

use sconce_code::{ChunkKey, words};

use super::file_postings::CHUNK_TEST;
use super::index::LexicalIndex;
use super::part::Measures;
use super::scan::idf;
use super::view::FieldName;
use crate::query::ExactGroup;
use crate::term::term_hash;

/// What stands in so many files at most stands in few places; in more it counts less.
const FEW: f32 = 3.0;

/// What stands in more files is not looked at.
const MANY: usize = 60;

/// Shares of what a query asks for letter by letter, from 0 to 1; those that hold nothing of it
/// are left out.
#[derive(Debug, Default)]
pub(crate) struct Exact {
    /// By chunk.
    pub(crate) docs: HashMap<u32, f32>,
    /// By file.
    pub(crate) files: HashMap<u32, f32>,
}

impl LexicalIndex {
    /// Looks for the groups; one that stands nowhere, or all over, counts nothing. What is asked for as a whole, such as
    /// a phrase, is not worth less for the words around it.
    pub(crate) fn exact(&self, groups: &[ExactGroup]) -> Exact {
        let is_whole = |group: &&ExactGroup| group.weight >= 1.0;
        let (wholes, words): (Vec<_>, Vec<_>) = groups.iter().partition(is_whole);
        let mut found = Exact::default();
        for groups in [wholes, words] {
            let Exact { docs, files } = self.shares(&groups);
            let add = |to: &mut HashMap<u32, f32>, more: HashMap<u32, f32>| {
                for (number, share) in more {
                    let held = to.entry(number).or_default();
                    *held = (*held + share).min(1.0);
                }
            };
            add(&mut found.docs, docs);
            add(&mut found.files, files);
        }
        found
    }

    /// What some groups count together.
    fn shares(&self, groups: &[&ExactGroup]) -> Exact {
        let mut found = Exact::default();
        let mut ideal = 0.0;
        let measures = Measures::new(self, FieldName::Body);
        for group in groups {
            let Held { docs, files, file_count, .. } = self.held(&group.hashes, &measures);
            if file_count == 0 {
                continue;
            }
            let worth = idf(self.files(), file_count);
            ideal += worth;
            if file_count > MANY {
                continue;
            }
            let is_common = |&form: &u32| self.words(FieldName::Body, form).next().is_some();
            if !group.others.is_empty() && (files.len() > 1 || group.others.iter().any(is_common)) {
                continue;
            }
            let worth = worth * group.weight * (FEW / files.len() as f32).min(1.0);
            for doc in docs {
                *found.docs.entry(doc).or_default() += worth;
            }
            for file in files {
                *found.files.entry(file).or_default() += worth;
            }
        }
        for share in found.docs.values_mut().chain(found.files.values_mut()) {
            *share /= ideal;
        }
        found
    }

    /// The chunks that have all words of a name, by file and position: those in which it can stand as
    /// it is written.
    pub fn chunks_with_name(&self, name: &str) -> Vec<ChunkKey> {
        let mut hashes = Vec::new();
        for word in name.split(|c| !words::is_word(c)) {
            // What holds an identifier as a whole holds its parts too, which stand in far more chunks.
            let mut whole = None;
            words::terms(word, |term| {
                whole.get_or_insert_with(|| term_hash(term));
            });
            hashes.extend(whole);
        }
        let docs = self.holding(&hashes);
        let mut chunks: Vec<ChunkKey> = docs.into_iter().map(|doc| self.key_of(doc)).collect();
        chunks.sort_unstable();
        chunks
    }

    /// Whether a chunk is code of tests among other code, as Rust's `mod tests` is.
    pub fn is_test_code(&self, key: ChunkKey) -> bool {
        self.doc_of(key).is_some_and(|doc| self.doc(doc).flags & CHUNK_TEST != 0)
    }

    /// The chunks and files that hold all of the terms. A single common word is not worth their list.
    fn held(&self, hashes: &[u32], measures: &Measures<'_>) -> Held {
        let mut held = Held::default();
        match hashes {
            &[word] => self.words(FieldName::Body, word).for_each(|(doc, _)| {
                held.add(doc, measures.file_of(doc));
            }),
            _ => self.holding(hashes).into_iter().for_each(|doc| {
                held.add(doc, measures.file_of(doc));
            }),
        }
        held
    }

    /// The chunks whose bodies hold all of the terms, ascending.
    fn holding(&self, hashes: &[u32]) -> Vec<u32> {
        let Some((first, rest)) = hashes.split_first() else { return Vec::new() };
        let mut docs: Vec<u32> = self.words(FieldName::Body, *first).map(|(doc, _)| doc).collect();
        for hash in rest {
            if docs.is_empty() {
                break;
            }
            let mut there = self.words(FieldName::Body, *hash).map(|(doc, _)| doc).peekable();
            docs.retain(|doc| {
                while there.next_if(|other| other < doc).is_some() {}
                there.peek() == Some(doc)
            });
        }
        docs
    }
}

/// What holds some words: chunks and files, as long as the files are not too many to be looked at.
#[derive(Default)]
struct Held {
    docs: Vec<u32>,
    files: Vec<u32>,
    file_count: usize,
    last: Option<u32>,
}

impl Held {
    /// Adds the next chunk. Chunks of one file follow one another.
    #[inline]
    fn add(&mut self, doc: u32, file: u32) {
        if self.last != Some(file) {
            self.last = Some(file);
            self.file_count += 1;
            if self.file_count <= MANY {
                self.files.push(file);
            }
        }
        if self.file_count <= MANY {
            self.docs.push(doc);
        }
    }
}
