//! What surrounds a chunk: the definitions that it lies in, those within it, and its file's path.

use sconce_code::words;

use super::answer::{WHOLE_DEFINITION, is_part_of, whole_definition};
use super::evidence::Evidence;
use super::place_feature::{PlaceFeature, PlaceFeatures};
use crate::lexical::Definition;
use crate::path::PathTerms;
use crate::term::term_hash;

/// The terms of the query that some words are, each with what it counts there.
type Held = Vec<(usize, f32)>;

/// What the name of a definition within a chunk counts beside that of one around it.
const WITHIN: f32 = 0.3;

/// What surrounds the chunks of a file.
pub(super) struct Surroundings<'a> {
    evidence: &'a Evidence<'a>,
    /// The file's definitions, each with what its name holds of the query.
    definitions: Vec<(Definition<'a>, Held)>,
    /// What the path holds of it.
    path: Held,
}

impl<'a> Surroundings<'a> {
    pub(super) fn of_file(evidence: &'a Evidence<'a>, file: u32) -> Self {
        let held = |word: &str| evidence.forms.get(&term_hash(word)).copied();
        let of_name = |symbol: Definition<'a>| {
            let mut terms = Held::new();
            words::terms(symbol.name, |word| terms.extend(held(word)));
            (symbol, terms)
        };
        let path = PathTerms::of(evidence.index.path(file));
        let path = path.stem.iter().chain(path.directories.iter().flatten());
        Self {
            evidence,
            definitions: evidence.index.definitions_in(file).into_iter().map(of_name).collect(),
            path: path.filter_map(|word| held(word)).collect(),
        }
    }

    /// Adds what they say of one chunk.
    pub(super) fn add(&self, doc: u32, features: &mut PlaceFeatures) {
        let chunk = self.evidence.index.doc(doc).lines;
        let mut cover = Cover(vec![0.0; self.evidence.scan.worth.len()]);
        let mut begun = cover.clone();
        let mut within = Vec::new();
        for (symbol, held) in &self.definitions {
            if chunk.start < symbol.lines.start && symbol.lines.start <= chunk.end {
                within.push(held);
            }
            if !symbol.lines.contains(chunk.start) {
                continue;
            }
            begun.add(held, 1.0);
            if is_part_of(chunk, symbol.lines) {
                cover.add(held, 1.0);
            }
        }
        begun.add(&self.path, 1.0);
        // Names of several definitions are no name together.
        let share = |cover: &Cover| {
            let with =
                within.iter().map(|held| cover.clone().with(held, WITHIN).share(self.evidence));
            with.fold(cover.share(self.evidence), f32::max)
        };
        features[PlaceFeature::Scope] = share(&cover);
        features[PlaceFeature::ScopeAndPath] = share(&begun);
        let symbols = self.definitions.iter().map(|(symbol, _)| symbol);
        let whole = whole_definition(chunk, symbols, |symbol| (symbol.kind, symbol.lines));
        let lines = whole.map_or(0, |symbol| symbol.lines.count()).max(chunk.count());
        let share = (lines.max(1) as f32).ln() / (WHOLE_DEFINITION as f32).ln();
        features[PlaceFeature::Lines] = share.min(1.0);
    }
}

/// What each term of the query counts among some words, the most of it.
#[derive(Clone)]
struct Cover(Vec<f32>);

impl Cover {
    fn add(&mut self, held: &[(usize, f32)], factor: f32) {
        for &(term, weight) in held {
            self.0[term] = self.0[term].max(weight * factor);
        }
    }

    fn with(mut self, held: &[(usize, f32)], factor: f32) -> Self {
        self.add(held, factor);
        self
    }

    /// How much of the query that is, by worth.
    fn share(&self, evidence: &Evidence<'_>) -> f32 {
        let held: f32 = self.0.iter().zip(&evidence.scan.worth).map(|(part, of)| part * of).sum();
        (held / evidence.scan.ideal.max(f32::MIN_POSITIVE)).min(1.0)
    }
}
