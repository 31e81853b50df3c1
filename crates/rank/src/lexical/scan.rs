//! A query against every chunk and file at once: BM25 by field, path matches, coverage.
//!
//! Each term's chunks are put together in their order ([`merge`](super::merge)), then those of all
//! terms, a window of chunks at a time: only what holds one of the words is ever written or read.

use super::bits::Bits;
use super::index::LexicalIndex;
use super::merge::{Posting, Window, merge};
use super::part::Measures;
use super::path_index::PathPlace;
use super::view::FieldName;
use super::weights::ScanWeights;
use crate::query::{QueryAnalysis, QueryTerm};

/// What the words say of a chunk.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct ChunkScores {
    /// BM25 of its body.
    pub body: f32,
    /// BM25 of the names that it defines.
    pub names: f32,
    /// BM25 of the doc comments of what it defines.
    pub comments: f32,
    /// How much of the query, by weight, its body holds: 0 to 1.
    pub cover: f32,
}

/// What the words say of a file.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct FileScores {
    /// BM25 of its whole body.
    pub body: f32,
    /// BM25 of the names that it defines.
    pub names: f32,
    /// How much of the query, by weight, its body holds: 0 to 1.
    pub cover: f32,
    /// How much of its stem the query names: 0 to 1.
    pub stem_part: f32,
    /// How much of the query, by weight, its stem holds: 0 to 1.
    pub stem_cover: f32,
    /// How much of the query, by weight, its nearest directory holds, the further ones half.
    pub directory_cover: f32,
    /// Which words of the stem the query names, a bit each.
    stem_words: u32,
}

/// What the words say of the chunks and files that hold any of them.
#[derive(Debug, Default, Clone)]
pub struct Scan {
    /// The chunks that have a score, ascending, each with its file.
    pub(crate) docs: Vec<(u32, u32)>,
    /// Their scores.
    pub(crate) of_docs: Vec<ChunkScores>,
    /// The files that have a score, and those of the chunks that have one.
    pub(crate) slots: Bits,
    /// What each of the query's terms is worth: its idf in the bodies times its weight.
    pub worth: Vec<f32>,
    /// Whether a term of the query stands nowhere: in no chunk and in no path, in none of its forms.
    pub absent: Vec<bool>,
    /// The worth of all terms that count for coverage.
    pub ideal: f32,
    /// The highest of each of the chunks' scores.
    pub(crate) highest: ChunkScores,
    /// The highest of each of the files' scores.
    pub(crate) highest_of_files: FileScores,
    /// By the number of the file.
    of_files: Vec<FileScores>,
}

impl Scan {
    /// The scores of a chunk, by its number.
    pub fn of_chunk(&self, doc: u32) -> ChunkScores {
        let at = self.docs.binary_search_by_key(&doc, |&(doc, _)| doc);
        at.map_or_else(|_| ChunkScores::default(), |at| self.of_docs[at])
    }

    /// The scores of a file, by its number.
    pub fn of_file(&self, file: u32) -> FileScores {
        self.of_files.get(file as usize).copied().unwrap_or_default()
    }

    /// The numbers of the chunks that have a score.
    pub fn chunks(&self) -> impl Iterator<Item = u32> + '_ {
        self.docs.iter().map(|&(doc, _)| doc)
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

/// Where a term stands in a field.
struct TermScores {
    field: FieldName,
    /// Its chunks with its part of BM25, without its idf; ascending.
    docs: Vec<Posting>,
    worth: f32,
    /// What it counts for coverage.
    cover: f32,
}

impl LexicalIndex {
    /// Scores every chunk and file for the query.
    pub fn scan(&self, query: &QueryAnalysis, weights: &ScanWeights) -> Scan {
        let mut scanner = Scanner::new(self, weights);
        let mut terms: Vec<TermScores> = Vec::with_capacity(query.terms.len() * 3);
        for term in &query.terms {
            let body = scanner.term(FieldName::Body, term);
            let in_paths = scanner.paths(term, body.worth);
            scanner.scan.absent.push(body.docs.is_empty() && !in_paths);
            if term.counts_for_cover() {
                scanner.scan.ideal += body.worth;
            }
            scanner.scan.worth.push(body.worth);
            terms.push(body);
            terms.push(scanner.term(FieldName::Names, term));
            terms.push(scanner.term(FieldName::Comments, term));
        }
        scanner.finish(&terms)
    }

    /// The scan of a query without words: all scores are 0.
    pub fn scan_nothing(&self) -> Scan {
        Scan { of_files: vec![FileScores::default(); self.file_count()], ..Scan::default() }
    }
}

/// A scan as it is made.
struct Scanner<'a> {
    index: &'a LexicalIndex,
    weights: &'a ScanWeights,
    window: Window<f32>,
    scan: Scan,
}

impl<'a> Scanner<'a> {
    fn new(index: &'a LexicalIndex, weights: &'a ScanWeights) -> Self {
        Self { index, weights, window: Window::new(), scan: index.scan_nothing() }
    }

    /// Looks a term up in a field, and adds it to the files' scores there.
    fn term(&mut self, field: FieldName, term: &QueryTerm) -> TermScores {
        let (index, weights) = (self.index, self.weights);
        let mut docs = self.postings(field, term);
        let role = weights.of_role(term.role);
        let worth = idf(index.chunks(), docs.len()) * role;
        let is_cover = field == FieldName::Body && term.counts_for_cover();
        let cover = if is_cover { worth } else { 0.0 };
        let (k1, b) = match field {
            FieldName::Names => (weights.names_k1, weights.names_b),
            FieldName::Body | FieldName::Comments => (weights.body_k1, weights.body_b),
        };
        let mean = index.mean_length(field);
        let measures = Measures::new(index, field);
        let mut files: Vec<Posting> = Vec::new();
        measures.each(&mut docs, |(_, score), length, file| {
            match files.last_mut() {
                Some((last, sum)) if *last == file => *sum += *score,
                _ => files.push((file, *score)),
            }
            *score = saturate(*score, length as f32 / mean, k1, b);
        });
        self.add_to_files(field, &files, &measures, role, cover);
        TermScores { field, docs, worth, cover }
    }

    /// The chunks that hold one of a term's forms, ascending, each form counting by its kind.
    fn postings(&mut self, field: FieldName, term: &QueryTerm) -> Vec<Posting> {
        let forms = term.forms.iter().map(|form| (form, self.weights.of_form(form.kind)));
        let forms: Vec<_> = forms.filter(|&(_, weight)| weight > 0.0).collect();
        let mut docs = Vec::new();
        let of_segment = forms.iter().map(|&(form, weight)| {
            (self.index.words_of_segment(field, form.hash).peekable(), weight)
        });
        merge(of_segment.collect(), &mut self.window, &mut docs);
        let of_delta = forms.iter().map(|&(form, weight)| {
            (self.index.words_of_delta(field, form.hash).peekable(), weight)
        });
        merge(of_delta.collect(), &mut self.window, &mut docs);
        docs
    }

    /// Adds a term to the scores of files, which come with how often they hold it.
    fn add_to_files(
        &mut self,
        field: FieldName,
        files: &[Posting],
        measures: &Measures<'_>,
        role: f32,
        cover: f32,
    ) {
        for &(slot, _) in files {
            self.scan.slots.set(slot);
        }
        if field == FieldName::Comments {
            return;
        }
        let (index, weights) = (self.index, self.weights);
        let worth = idf(index.files(), files.len()) * role;
        let mean = (index.total(field) as f32 / index.files().max(1) as f32).max(1.0);
        for &(slot, frequency) in files {
            let relative = measures.of_file(slot) as f32 / mean;
            let score = worth * saturate(frequency, relative, weights.file_k1, weights.file_b);
            let file = &mut self.scan.of_files[slot as usize];
            match field {
                FieldName::Names => file.names += score,
                FieldName::Body | FieldName::Comments => file.body += score,
            }
            file.cover += cover;
        }
    }

    /// Looks a term up in the paths, and says whether it stands in one.
    fn paths(&mut self, term: &QueryTerm, worth: f32) -> bool {
        if !term.counts_for_path() {
            return false;
        }
        let mut best: Vec<(u32, PathPlace, f32)> = Vec::new();
        for form in term.forms.iter().chain(&term.path_forms) {
            let weight = self.weights.of_form(form.kind);
            best.extend(self.index.paths(form.hash).map(|(slot, place)| (slot, place, weight)));
        }
        // The best form of the term counts at each place, and once for the stem and the directories.
        best.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.2.total_cmp(&a.2)));
        for same_file in best.chunk_by(|a, b| a.0 == b.0) {
            self.scan.slots.set(same_file[0].0);
            let file = &mut self.scan.of_files[same_file[0].0 as usize];
            let (mut stem, mut directory) = (0.0_f32, 0.0_f32);
            for &(_, place, weight) in same_file {
                match place {
                    PathPlace::Stem(part) => {
                        stem = stem.max(weight);
                        file.stem_words |= 1 << part.min(31);
                    }
                    PathPlace::WholeStem => {
                        stem = stem.max(weight);
                        file.stem_words = u32::MAX;
                    }
                    PathPlace::Parent => directory = directory.max(weight),
                    PathPlace::Ancestor => directory = directory.max(weight / 2.0),
                }
            }
            file.stem_cover += stem * worth;
            file.directory_cover += directory * worth;
        }
        !best.is_empty()
    }

    /// Adds up what all terms say of each chunk, and turns sums of weights into shares of the query.
    fn finish(mut self, terms: &[TermScores]) -> Scan {
        self.finish_files();
        let ideal = self.scan.ideal.max(f32::MIN_POSITIVE);
        let measures = Measures::new(self.index, FieldName::Body);
        let mut rests: Vec<(&TermScores, &[Posting])> =
            terms.iter().map(|term| (term, term.docs.as_slice())).collect();
        let mut window: Window<ChunkScores> = Window::new();
        let mut docs: Vec<Posting> = Vec::new();
        let firsts = |rests: &[(&TermScores, &[Posting])]| {
            rests.iter().filter_map(|(_, rest)| rest.first()).map(|&(doc, _)| doc).min()
        };
        while let Some(first) = firsts(&rests) {
            let around = Window::<ChunkScores>::around(first);
            for (term, rest) in &mut rests {
                *rest = term.add(rest, around.end, &mut window);
            }
            window.drain(around.start, |doc, mut scores| {
                scores.cover = (scores.cover / ideal).min(1.0);
                self.scan.highest.raise(&scores);
                self.scan.of_docs.push(scores);
                docs.push((doc, 0.0));
            });
            measures.each(&mut docs, |&mut (doc, _), _, file| self.scan.docs.push((doc, file)));
            docs.clear();
        }
        self.scan
    }

    fn finish_files(&mut self) {
        let Scan { slots, of_files, ideal, highest_of_files: highest, .. } = &mut self.scan;
        let ideal = ideal.max(f32::MIN_POSITIVE);
        for slot in slots.iter() {
            let file = &mut of_files[slot as usize];
            for share in [&mut file.cover, &mut file.stem_cover, &mut file.directory_cover] {
                *share = (*share / ideal).min(1.0);
            }
            if file.stem_words != 0 {
                let parts = u32::from(self.index.stem_words(slot));
                if parts > 0 {
                    let matched = (file.stem_words & u32::MAX >> (32 - parts)).count_ones();
                    file.stem_part = matched as f32 / parts as f32;
                }
            }
            highest.body = highest.body.max(file.body);
            highest.names = highest.names.max(file.names);
        }
    }
}

impl TermScores {
    /// Adds the term to the chunks before `end`. Returns the further ones.
    fn add<'p>(
        &self,
        rest: &'p [Posting],
        end: u32,
        window: &mut Window<ChunkScores>,
    ) -> &'p [Posting] {
        let count = rest.iter().take_while(|&&(doc, _)| doc < end).count();
        let (now, later) = rest.split_at(count);
        match self.field {
            FieldName::Body => {
                for &(doc, score) in now {
                    let scores = window.of(doc);
                    scores.body += self.worth * score;
                    scores.cover += self.cover;
                }
            }
            FieldName::Names => {
                for &(doc, score) in now {
                    window.of(doc).names += self.worth * score;
                }
            }
            FieldName::Comments => {
                for &(doc, score) in now {
                    window.of(doc).comments += self.worth * score;
                }
            }
        }
        later
    }
}

impl ChunkScores {
    fn raise(&mut self, other: &Self) {
        self.body = self.body.max(other.body);
        self.names = self.names.max(other.names);
        self.comments = self.comments.max(other.comments);
    }
}
