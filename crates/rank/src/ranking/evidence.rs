//! What the features of all chunks are made from.

use std::collections::HashMap;

use sconce_code::filter::FilterMatcher;
use sconce_code::{SymbolKind, words};

use super::feature::{Feature, Features};
use super::hit::{MatchType, VectorHit};
use crate::lexical::{
    CHUNK_TEST, ChunkScores, Definition, Exact, LexicalIndex, NameMatch, Named, Scan, ScanWeights,
    Scores,
};
use crate::path::PathClass;
use crate::query::{Form, FormKind, QueryAnalysis, QueryTerm, TermRole};
use crate::term::term_hash;

/// Definitions of what the query asks for, by chunk.
#[derive(Debug, Default, Clone, Copy)]
struct Defined {
    whole: f32,
    size: f32,
    embedded: f32,
}

/// What the features of all chunks are made from.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) index: &'a LexicalIndex,
    pub(super) scan: Scan,
    /// One over the highest score of each dense feature.
    pub(super) body: f32,
    pub(super) names: f32,
    pub(super) comments: f32,
    file_body: f32,
    file_names: f32,
    vectors: HashMap<u32, f32>,
    file_vectors: HashMap<u32, f32>,
    defined: HashMap<u32, Defined>,
    exact: Exact,
    named: HashMap<u32, Named>,
    /// The query's forms: which term each is of, and what it counts.
    pub(super) forms: HashMap<u32, (usize, f32)>,
    sizes: &'a [f32],
    /// Kinds of files that the query asks for, which are then not demoted.
    pub(super) wants: PathClass,
    /// Whether it asks for tests and nothing else.
    wants_tests_alone: bool,
}

/// A flag of a chunk: it is no test, and tests are what is asked for.
pub(super) const NOT_ASKED_FOR: u8 = 1 << 7;

impl<'a> Evidence<'a> {
    pub(super) fn collect(
        index: &'a LexicalIndex,
        query: &QueryAnalysis,
        scan: Scan,
        vectors: &[VectorHit],
        weights: &ScanWeights,
    ) -> Self {
        let one_over = |highest: f32| if highest > 0.0 { 1.0 / highest } else { 0.0 };
        let vectors = by_doc(index, vectors);
        // A search by vectors alone has scanned nothing, and the query's letters count for nothing either.
        let (exact, forms, named) = if scan.worth.is_empty() {
            Default::default()
        } else {
            let forms = forms(query, weights, QueryTerm::counts_for_cover);
            (index.exact(&query.exact), forms, index.named(&query.files))
        };
        Self {
            body: one_over(scan.highest.body),
            names: one_over(scan.highest.names),
            comments: one_over(scan.highest.comments),
            file_body: one_over(scan.highest_of_files.body),
            file_names: one_over(scan.highest_of_files.names),
            file_vectors: by_file(index, &vectors),
            vectors,
            defined: defined(index, query),
            exact,
            forms,
            named,
            sizes: index.sizes(),
            wants: wanted(index, query),
            wants_tests_alone: query.asks_for_tests,
            index,
            scan,
        }
    }

    /// The chunks that the vectors, the table of definitions, a path or the query's very letters bring in.
    pub(super) fn brought_in(&self) -> impl Iterator<Item = u32> + '_ {
        let keys = self.vectors.keys().chain(self.defined.keys());
        let named = self.named.keys().flat_map(|&file| self.index.file(file).docs());
        keys.chain(self.exact.docs.keys()).copied().chain(named)
    }

    /// Whether the query names a file that is there by its path.
    pub(super) fn names_a_file(&self) -> bool {
        !self.named.is_empty()
    }

    /// Whether the query names a line of a chunk by its file and number.
    pub(super) fn has_named_line(&self, doc: u32) -> bool {
        let chunk = self.index.doc(doc);
        let named = self.named.get(&chunk.file);
        named.is_some_and(|named| named.lines.iter().any(|&line| chunk.lines.contains(line)))
    }

    /// What found a chunk.
    pub(super) fn match_type(&self, doc: u32) -> MatchType {
        let scan = &self.scan;
        let file = self.index.doc(doc).file;
        let by_words = scan.of_chunk(doc).body > 0.0 || scan.of_file(file).body > 0.0;
        match (by_words, self.vectors.contains_key(&doc)) {
            _ if self.defined.contains_key(&doc) => MatchType::Symbol,
            (true, true) => MatchType::Both,
            (false, true) => MatchType::Vectors,
            (_, false) => MatchType::Words,
        }
    }

    /// [`CHUNK_TEST`], [`CHUNK_IMPORTS`](crate::lexical::CHUNK_IMPORTS); the former not where the
    /// whole file is a test, or the query asks for tests; and [`NOT_ASKED_FOR`].
    pub(super) fn flags(&self, doc: u32) -> u8 {
        let chunk = self.index.doc(doc);
        let is_test = self.index.file(chunk.file).terms.class.contains(PathClass::TEST);
        let asked = self.wants.contains(PathClass::TEST);
        if self.wants_tests_alone && !is_test && chunk.flags & CHUNK_TEST == 0 {
            return chunk.flags | NOT_ASKED_FOR;
        }
        if is_test || asked { chunk.flags & !CHUNK_TEST } else { chunk.flags }
    }

    /// The features of one chunk, those that are costly too.
    pub(super) fn all_of(&self, doc: u32) -> Features {
        let mut features = self.of(doc);
        features[Feature::SymbolBoth] = self
            .index
            .symbols_of(doc)
            .iter()
            .map(|symbol| self.name_match(symbol.name))
            .fold(0.0, f32::max);
        features
    }

    /// The geometric mean of how much of the name the query holds and of how much of the query,
    /// by worth, the name holds.
    fn name_match(&self, name: &str) -> f32 {
        let name = words::fold(name);
        let parts = words::split_identifier(&name);
        let mut held = 0.0;
        let mut terms: Vec<(usize, f32)> = Vec::new();
        for part in &parts {
            let hash = term_hash(&part.to_lowercase());
            let Some(&(term, weight)) = self.forms.get(&hash) else { continue };
            held += weight;
            match terms.iter_mut().find(|(known, _)| *known == term) {
                Some((_, best)) => *best = best.max(weight),
                None => terms.push((term, weight)),
            }
        }
        let worth: f32 = terms.iter().map(|&(term, weight)| self.scan.worth[term] * weight).sum();
        if worth <= 0.0 {
            return 0.0;
        }
        (held / parts.len() as f32 * (worth / self.scan.ideal).min(1.0)).sqrt()
    }

    /// The chunks with the highest positive scores from the features that are quick to have. What
    /// vectors and definitions add to a single chunk is left out: they bring their chunks in themselves.
    pub(super) fn best(
        &self,
        weights: &Features,
        filter: &FilterMatcher,
        limit: usize,
    ) -> Vec<u32> {
        let (body, names) =
            (self.body * weights[Feature::Body], self.names * weights[Feature::Names]);
        let comments = self.comments * weights[Feature::Comments];
        let cover = weights[Feature::Cover];
        let of_doc = |of_file: f32, own: &ChunkScores| {
            of_file
                + body * own.body
                + names * own.names
                + comments * own.comments
                + cover * own.cover
        };
        let mut files = self.scan.slots.clone();
        self.file_vectors.keys().for_each(|&file| files.set(file));
        let files = files.iter().map(|file| (file, self.of_file(file).dot(weights))).collect();
        self.index.best(&Scores { scan: &self.scan, files, of_doc }, filter, limit)
    }

    /// The features of one chunk that are quick to have.
    pub(super) fn of(&self, doc: u32) -> Features {
        let own = self.scan.of_chunk(doc);
        let file = self.index.doc(doc).file;
        let mut features = self.of_file(file);
        features[Feature::Body] = own.body * self.body;
        features[Feature::Names] = own.names * self.names;
        features[Feature::Comments] = own.comments * self.comments;
        features[Feature::Cover] = own.cover;
        features[Feature::Vector] = self.vectors.get(&doc).copied().unwrap_or_default();
        if let Some(defined) = self.defined.get(&doc) {
            features[Feature::Definition] = defined.whole;
            features[Feature::DefinitionSize] = defined.size;
            features[Feature::Embedded] = defined.embedded;
        }
        self.add_size(file, &mut features);
        let of_file = self.exact.files.get(&file).copied().unwrap_or_default();
        features[Feature::Exact] = match self.exact.docs.get(&doc) {
            Some(&own) => own + (of_file - own) / 2.0,
            None => of_file / 2.0,
        };
        features
    }

    /// The features that all chunks of a file share.
    pub(super) fn of_file(&self, file: u32) -> Features {
        let scores = self.scan.of_file(file);
        let mut features = Features::default();
        features[Feature::FileBody] = scores.body * self.file_body;
        features[Feature::FileNames] = scores.names * self.file_names;
        features[Feature::FileCover] = scores.cover;
        features[Feature::StemPart] = scores.stem_part;
        features[Feature::StemCover] = scores.stem_cover;
        features[Feature::StemBoth] = (scores.stem_part * scores.stem_cover).sqrt();
        features[Feature::Directory] = scores.directory_cover;
        features[Feature::Named] = self.named.get(&file).map_or(0.0, |named| named.share);
        features[Feature::FileVector] = self.file_vectors.get(&file).copied().unwrap_or_default();
        self.add_size(file, &mut features);
        features
    }

    /// A size says something only of a file that answers the query in another way.
    fn add_size(&self, file: u32, features: &mut Features) {
        if *features != Features::default() {
            features[Feature::Size] = self.sizes[file as usize];
        }
    }
}

/// The kinds of files that a query asks for by a word of theirs (`tests of …`). A word that files of code are named
/// after, as `spec` where there is a `specStore.ts`, means these.
fn wanted(index: &LexicalIndex, query: &QueryAnalysis) -> PathClass {
    let mut wanted = if query.asks_for_tests { PathClass::TEST } else { PathClass::default() };
    for term in query.terms.iter().filter(|term| term.role != TermRole::Compound) {
        let class = PathClass::of_word(&term.text);
        let same = |form: &&Form| matches!(form.kind, FormKind::Exact | FormKind::Inflected);
        let words = term.forms.iter().filter(same).map(|form| form.hash);
        if class != PathClass::default() && !index.names_code_with(words) {
            wanted = wanted.with(class);
        }
    }
    wanted
}

/// The forms of the terms that count, each with its term and the most that it counts there.
pub(super) fn forms(
    query: &QueryAnalysis,
    weights: &ScanWeights,
    counts: impl Fn(&QueryTerm) -> bool,
) -> HashMap<u32, (usize, f32)> {
    let mut forms: HashMap<u32, (usize, f32)> = HashMap::new();
    for (place, term) in query.terms.iter().enumerate().filter(|(_, term)| counts(term)) {
        for form in &term.forms {
            let weight = weights.of_form(form.kind);
            let known = forms.entry(form.hash).or_insert((place, weight));
            if weight > known.1 {
                *known = (place, weight);
            }
        }
    }
    forms
}

/// What the farthest hit counts: it was found, so it must not fall out as if it were nothing.
const FARTHEST: f32 = 0.02;

/// Similarities scaled so that the best hit's is 1 and the last one's next to 0. Hits that are all
/// as near, a single one above all, are the best.
fn by_doc(index: &LexicalIndex, vectors: &[VectorHit]) -> HashMap<u32, f32> {
    let best = vectors.iter().map(|hit| hit.similarity).fold(f32::MIN, f32::max);
    let least = vectors.iter().map(|hit| hit.similarity).fold(f32::MAX, f32::min);
    let span = best - least;
    vectors
        .iter()
        .filter_map(|hit| {
            let doc = index.doc_of(hit.key)?;
            let scaled = if span > 1e-6 { (hit.similarity - least) / span } else { 1.0 };
            Some((doc, scaled.max(FARTHEST)))
        })
        .collect()
}

/// A file's similarity: its hits' added up, each further one counting half of the last.
fn by_file(index: &LexicalIndex, vectors: &HashMap<u32, f32>) -> HashMap<u32, f32> {
    let mut hits: Vec<(u32, f32)> =
        vectors.iter().map(|(&doc, &similarity)| (index.doc(doc).file, similarity)).collect();
    hits.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let mut files: HashMap<u32, f32> = hits
        .chunk_by(|a, b| a.0 == b.0)
        .map(|hits| {
            let sum = hits.iter().rev().fold(0.0, |sum, hit| hit.1 + sum / 2.0);
            (hits[0].0, sum)
        })
        .collect();
    let highest = files.values().copied().fold(1e-6, f32::max);
    for sum in files.values_mut() {
        *sum /= highest;
    }
    files
}

/// The chunks that define what the query asks for.
fn defined(index: &LexicalIndex, query: &QueryAnalysis) -> HashMap<u32, Defined> {
    let mut chunks: HashMap<u32, Defined> = HashMap::new();
    for symbol in &query.symbols {
        let definitions: Vec<(Definition<'_>, NameMatch, f32)> = index
            .definitions_of(&symbol.name)
            .map(|(definition, found)| {
                let fits = index.qualifies(&definition, &symbol.qualifier);
                (definition, found, fits)
            })
            .collect();
        let longest = definitions.iter().map(|(d, ..)| d.lines.count()).max().unwrap_or(1);
        // A name that is defined all over says little in a sentence, unless its scope tells which one is meant.
        let all = definitions.len();
        let fitting = definitions.iter().filter(|(.., fits)| *fits >= 1.0).count();
        for (definition, name_match, fits) in definitions {
            let count = if fits >= 1.0 { fitting } else { all };
            let rarity = 1.0 / (count as f32).sqrt();
            let mut sure = kind_weight(definition.kind);
            if name_match == NameMatch::Loose {
                sure *= 0.7;
            }
            sure *= 0.4 + 0.6 * fits;
            let chunk = chunks.entry(definition.doc).or_default();
            if query.kind.is_symbol() {
                let size = (definition.lines.count() as f32).ln_1p() / (longest as f32).ln_1p();
                chunk.whole = chunk.whole.max(sure);
                chunk.size = chunk.size.max(sure * size);
            } else if symbol.certainty >= 1.0 || definition.name == symbol.name {
                chunk.embedded = chunk.embedded.max(sure * rarity * symbol.certainty);
            }
        }
    }
    chunks.retain(|_, defined| defined.whole + defined.embedded > 0.0);
    chunks
}

/// How likely a definition of this kind is the one that is meant.
fn kind_weight(kind: SymbolKind) -> f32 {
    match kind {
        SymbolKind::Class
        | SymbolKind::Struct
        | SymbolKind::Enum
        | SymbolKind::Interface
        | SymbolKind::Trait
        | SymbolKind::Type => 1.0,
        SymbolKind::Function | SymbolKind::Macro | SymbolKind::Module => 0.9,
        SymbolKind::Method => 0.7,
        SymbolKind::Constant
        | SymbolKind::Resource
        | SymbolKind::Service
        | SymbolKind::Job
        | SymbolKind::Stage
        | SymbolKind::Table
        | SymbolKind::Endpoint => 0.6,
        SymbolKind::Variable | SymbolKind::Property | SymbolKind::Other => 0.4,
        SymbolKind::Step | SymbolKind::Section | SymbolKind::Rule => 0.2,
    }
}
