//! A query against every chunk and file at once: BM25 by field, path matches, coverage.

use std::sync::Arc;

use super::bits::Bits;
use super::index::LexicalIndex;
use super::part::Measures;
use super::path_index::PathPlace;
use super::view::FieldName;
use super::weights::ScanWeights;
use super::zeros::Zeros;
use crate::query::{QueryAnalysis, QueryTerm};

/// What the words say of every chunk (by its number) and every file (by its number).
#[derive(Debug, Default, Clone)]
pub struct Scan {
    /// BM25 of the chunk's body.
    pub body: Vec<f32>,
    /// BM25 of the names that the chunk defines.
    pub names: Vec<f32>,
    /// BM25 of the doc comments of what the chunk defines.
    pub comments: Vec<f32>,
    /// How much of the query, by weight, the chunk's body holds: 0 to 1.
    pub cover: Vec<f32>,
    /// BM25 of the whole file's body.
    pub file_body: Vec<f32>,
    /// BM25 of the names that the file defines.
    pub file_names: Vec<f32>,
    /// How much of the query, by weight, the file's body holds: 0 to 1.
    pub file_cover: Vec<f32>,
    /// How much of the file's stem the query names: 0 to 1.
    pub stem_part: Vec<f32>,
    /// How much of the query, by weight, the file's stem holds: 0 to 1.
    pub stem_cover: Vec<f32>,
    /// How much of the query, by weight, the file's nearest directory holds, the further ones half.
    pub directory_cover: Vec<f32>,
    /// What each of the query's terms is worth: its idf in the bodies times its weight.
    pub worth: Vec<f32>,
    /// The worth of all terms that count for coverage.
    pub ideal: f32,
    /// The chunks that have a score.
    pub(crate) docs: Bits,
    /// The files that have a score.
    pub(crate) slots: Bits,
    zeros: Arc<Zeros>,
}

impl Drop for Scan {
    fn drop(&mut self) {
        for scores in [&mut self.body, &mut self.names, &mut self.comments, &mut self.cover] {
            let mut scores = std::mem::take(scores);
            // One that was never filled is not what the set of chunks speaks of.
            if scores.is_empty() {
                continue;
            }
            self.docs.iter().for_each(|doc| scores[doc as usize] = 0.0);
            self.zeros.give_back(scores);
        }
    }
}

impl Scan {
    /// The highest of the chunks' scores of one kind.
    pub(crate) fn highest_of_docs(&self, scores: &[f32]) -> f32 {
        self.docs.iter().map(|doc| scores[doc as usize]).fold(0.0, f32::max)
    }

    /// The highest of the files' scores of one kind.
    pub(crate) fn highest_of_files(&self, scores: &[f32]) -> f32 {
        self.slots.iter().map(|slot| scores[slot as usize]).fold(0.0, f32::max)
    }
}

/// Sums over the chunks and files that a term touches, cleared for the next term.
struct Accumulator {
    frequency: Vec<f32>,
    list: Vec<u32>,
}

impl Accumulator {
    fn over(frequency: Vec<f32>) -> Self {
        Self { frequency, list: Vec::new() }
    }

    fn add(&mut self, at: u32, frequency: f32) {
        let sum = &mut self.frequency[at as usize];
        if *sum == 0.0 {
            self.list.push(at);
        }
        *sum += frequency;
    }

    fn clear(&mut self) {
        for at in self.list.drain(..) {
            self.frequency[at as usize] = 0.0;
        }
    }
}

/// Robertson's idf with the one added that keeps it positive.
pub(super) fn idf(documents: usize, holding: usize) -> f32 {
    let (documents, holding) = (documents as f32, holding as f32);
    (1.0 + (documents - holding + 0.5) / (holding + 0.5)).ln()
}

/// A term's part of BM25, without its idf: `relative_length` is the length over the mean one.
pub(super) fn saturate(frequency: f32, relative_length: f32, k1: f32, b: f32) -> f32 {
    frequency * (k1 + 1.0) / (frequency + k1 * (1.0 - b + b * relative_length))
}

impl LexicalIndex {
    /// Scores every chunk and file for the query.
    pub fn scan(&self, query: &QueryAnalysis, weights: &ScanWeights) -> Scan {
        let (docs, files) = (self.doc_count(), self.file_count());
        let mut scan = self.scan_nothing();
        let mut in_docs = Accumulator::over(self.zeros.take(docs));
        let mut in_files = Accumulator::over(vec![0.0; files]);
        let mut stems = StemMatches { best: vec![0; files] };
        for term in &query.terms {
            let worth = self.scan_body(term, weights, &mut scan, &mut in_docs, &mut in_files);
            self.scan_names(term, weights, &mut scan, &mut in_docs, &mut in_files);
            self.scan_comments(term, weights, &mut scan, &mut in_docs);
            self.scan_paths(term, worth, weights, &mut scan, &mut stems);
            if term.counts_for_cover() {
                scan.ideal += worth;
            }
            scan.worth.push(worth);
        }
        self.zeros.give_back(in_docs.frequency);
        self.finish_shares(&mut scan, &stems);
        scan
    }

    /// The scan of a query without words: all scores are 0.
    pub fn scan_nothing(&self) -> Scan {
        let (docs, files) = (self.doc_count(), self.file_count());
        Scan {
            body: self.zeros.take(docs),
            names: self.zeros.take(docs),
            comments: self.zeros.take(docs),
            cover: self.zeros.take(docs),
            file_body: vec![0.0; files],
            file_names: vec![0.0; files],
            file_cover: vec![0.0; files],
            stem_part: vec![0.0; files],
            stem_cover: vec![0.0; files],
            directory_cover: vec![0.0; files],
            worth: Vec::new(),
            ideal: 0.0,
            docs: Bits::default(),
            slots: Bits::default(),
            zeros: Arc::clone(&self.zeros),
        }
    }

    /// Adds a term to the bodies' scores. Returns what it is worth: its idf times its weight.
    fn scan_body(
        &self,
        term: &QueryTerm,
        weights: &ScanWeights,
        scan: &mut Scan,
        in_docs: &mut Accumulator,
        in_files: &mut Accumulator,
    ) -> f32 {
        accumulate(self, FieldName::Body, term, weights, in_docs);
        let measures = Measures::new(self, FieldName::Body);
        let worth = idf(self.chunks(), in_docs.list.len()) * weights.of_role(term.role);
        let mean = self.mean_length(FieldName::Body);
        let cover = if term.counts_for_cover() { worth } else { 0.0 };
        for &doc in &in_docs.list {
            let frequency = in_docs.frequency[doc as usize];
            let relative = measures.of_doc(doc) as f32 / mean;
            scan.docs.set(doc);
            scan.body[doc as usize] +=
                worth * saturate(frequency, relative, weights.body_k1, weights.body_b);
            scan.cover[doc as usize] += cover;
            in_files.add(measures.file_of(doc), frequency);
        }
        let file_worth = idf(self.files(), in_files.list.len()) * weights.of_role(term.role);
        let file_mean = self.total(FieldName::Body) as f32 / self.files().max(1) as f32;
        for &slot in &in_files.list {
            let relative = measures.of_file(slot) as f32 / file_mean.max(1.0);
            let frequency = in_files.frequency[slot as usize];
            scan.slots.set(slot);
            scan.file_body[slot as usize] +=
                file_worth * saturate(frequency, relative, weights.file_k1, weights.file_b);
            scan.file_cover[slot as usize] += cover;
        }
        in_docs.clear();
        in_files.clear();
        worth
    }

    fn scan_names(
        &self,
        term: &QueryTerm,
        weights: &ScanWeights,
        scan: &mut Scan,
        in_docs: &mut Accumulator,
        in_files: &mut Accumulator,
    ) {
        accumulate(self, FieldName::Names, term, weights, in_docs);
        let measures = Measures::new(self, FieldName::Names);
        let worth = idf(self.chunks(), in_docs.list.len()) * weights.of_role(term.role);
        let mean = self.mean_length(FieldName::Names);
        for &doc in &in_docs.list {
            let frequency = in_docs.frequency[doc as usize];
            let relative = measures.of_doc(doc) as f32 / mean;
            scan.docs.set(doc);
            scan.names[doc as usize] +=
                worth * saturate(frequency, relative, weights.names_k1, weights.names_b);
            in_files.add(measures.file_of(doc), frequency);
        }
        let file_worth = idf(self.files(), in_files.list.len()) * weights.of_role(term.role);
        let file_mean = self.total(FieldName::Names) as f32 / self.files().max(1) as f32;
        for &slot in &in_files.list {
            let relative = measures.of_file(slot) as f32 / file_mean.max(1.0);
            let frequency = in_files.frequency[slot as usize];
            scan.slots.set(slot);
            scan.file_names[slot as usize] +=
                file_worth * saturate(frequency, relative, weights.file_k1, weights.file_b);
        }
        in_docs.clear();
        in_files.clear();
    }

    fn scan_comments(
        &self,
        term: &QueryTerm,
        weights: &ScanWeights,
        scan: &mut Scan,
        in_docs: &mut Accumulator,
    ) {
        accumulate(self, FieldName::Comments, term, weights, in_docs);
        let measures = Measures::new(self, FieldName::Comments);
        let worth = idf(self.chunks(), in_docs.list.len()) * weights.of_role(term.role);
        let mean = self.mean_length(FieldName::Comments);
        for &doc in &in_docs.list {
            let frequency = in_docs.frequency[doc as usize];
            let relative = measures.of_doc(doc) as f32 / mean;
            scan.docs.set(doc);
            scan.comments[doc as usize] +=
                worth * saturate(frequency, relative, weights.body_k1, weights.body_b);
        }
        in_docs.clear();
    }

    fn scan_paths(
        &self,
        term: &QueryTerm,
        worth: f32,
        weights: &ScanWeights,
        scan: &mut Scan,
        stems: &mut StemMatches,
    ) {
        if !term.counts_for_path() {
            return;
        }
        let mut best: Vec<(u32, PathPlace, f32)> = Vec::new();
        for form in term.forms.iter().chain(&term.path_forms) {
            let weight = weights.of_form(form.kind);
            best.extend(self.paths(form.hash).map(|(slot, place)| (slot, place, weight)));
        }
        // The best form of the term counts at each place, and once for the stem and the directories.
        best.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.2.total_cmp(&a.2)));
        for same_file in best.chunk_by(|a, b| a.0 == b.0) {
            let slot = same_file[0].0 as usize;
            scan.slots.set(same_file[0].0);
            let (mut stem, mut directory) = (0.0_f32, 0.0_f32);
            for &(_, place, weight) in same_file {
                match place {
                    PathPlace::Stem(part) => {
                        stem = stem.max(weight);
                        stems.note(slot, 1 << part.min(31));
                    }
                    PathPlace::WholeStem => {
                        stem = stem.max(weight);
                        stems.note(slot, u32::MAX);
                    }
                    PathPlace::Parent => directory = directory.max(weight),
                    PathPlace::Ancestor => directory = directory.max(weight / 2.0),
                }
            }
            scan.stem_cover[slot] += stem * worth;
            scan.directory_cover[slot] += directory * worth;
        }
    }

    /// Turns sums of weights into shares of the query.
    fn finish_shares(&self, scan: &mut Scan, stems: &StemMatches) {
        let ideal = scan.ideal.max(f32::MIN_POSITIVE);
        for doc in scan.docs.iter() {
            let share = &mut scan.cover[doc as usize];
            *share = (*share / ideal).min(1.0);
        }
        for file in scan.slots.iter() {
            let slot = file as usize;
            for shares in [&mut scan.file_cover, &mut scan.stem_cover, &mut scan.directory_cover] {
                shares[slot] = (shares[slot] / ideal).min(1.0);
            }
            let parts = u32::from(self.stem_words(file));
            if parts > 0 && stems.best[slot] != 0 {
                let matched = (stems.best[slot] & u32::MAX >> (32 - parts)).count_ones();
                scan.stem_part[slot] = matched as f32 / parts as f32;
            }
        }
    }
}

/// Which words of each file's stem the query names, a bit each.
struct StemMatches {
    best: Vec<u32>,
}

impl StemMatches {
    fn note(&mut self, slot: usize, bits: u32) {
        self.best[slot] |= bits;
    }
}

/// Sums a term's frequencies over its forms, each counting by its kind.
fn accumulate(
    index: &LexicalIndex,
    field: FieldName,
    term: &QueryTerm,
    weights: &ScanWeights,
    into: &mut Accumulator,
) {
    for form in &term.forms {
        let weight = weights.of_form(form.kind);
        if weight > 0.0 {
            let words = index.words(field, form.hash);
            words.for_each(|(doc, frequency)| into.add(doc, weight * frequency as f32));
        }
    }
}
