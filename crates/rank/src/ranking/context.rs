//! What surrounds a chunk: the definitions that it lies in, and its file's path.

use sconce_code::words;

use super::evidence::Evidence;
use super::place_feature::{PlaceFeature, PlaceFeatures};
use crate::lexical::Definition;
use crate::path::PathTerms;
use crate::term::term_hash;

/// A definition of at most so many lines is one place, as the engine has it.
const WHOLE_DEFINITION: u32 = 100;

/// How much of the query, by worth, some words hold together; each of its terms counts once.
struct Cover<'a> {
    evidence: &'a Evidence<'a>,
    /// What each term counts, by its place in the query.
    terms: Vec<f32>,
}

impl<'a> Cover<'a> {
    fn new(evidence: &'a Evidence<'a>) -> Self {
        Self { evidence, terms: vec![0.0; evidence.scan.worth.len()] }
    }

    fn add_name(&mut self, name: &str) {
        words::terms(name, |word| self.add_word(word));
    }

    fn add_word(&mut self, word: &str) {
        if let Some(&(term, weight)) = self.evidence.forms.get(&term_hash(word)) {
            self.terms[term] = self.terms[term].max(weight);
        }
    }

    fn share(&self) -> f32 {
        let worth = &self.evidence.scan.worth;
        let held: f32 = self.terms.iter().zip(worth).map(|(part, worth)| part * worth).sum();
        (held / self.evidence.scan.ideal.max(f32::MIN_POSITIVE)).min(1.0)
    }
}

/// What surrounds the chunks of a file.
pub(super) struct Surroundings<'a> {
    evidence: &'a Evidence<'a>,
    definitions: Vec<Definition<'a>>,
    path: PathTerms,
}

impl<'a> Surroundings<'a> {
    pub(super) fn of_file(evidence: &'a Evidence<'a>, file: u32) -> Self {
        let definitions = evidence.index.definitions_in(file);
        Self { evidence, definitions, path: PathTerms::of(evidence.index.path(file)) }
    }

    /// Adds what they say of one chunk.
    pub(super) fn add(&self, doc: u32, features: &mut PlaceFeatures) {
        let chunk = self.evidence.index.doc(doc);
        let mut cover = Cover::new(self.evidence);
        let mut lines = chunk.lines.count();
        let at_its_start =
            self.definitions.iter().filter(|symbol| symbol.lines.contains(chunk.lines.start));
        // A chunk may end with the blank line behind the definition.
        let (around, begun): (Vec<&Definition<'_>>, Vec<&Definition<'_>>) =
            at_its_start.partition(|symbol| chunk.lines.end <= symbol.lines.end + 1);
        for symbol in around {
            cover.add_name(symbol.name);
            if symbol.lines.count() <= WHOLE_DEFINITION {
                lines = lines.max(symbol.lines.count());
            }
        }
        features[PlaceFeature::Scope] = cover.share();
        for symbol in begun {
            cover.add_name(symbol.name);
        }
        let path = self.path.stem.iter().chain(self.path.directories.iter().flatten());
        for word in path {
            cover.add_word(word);
        }
        features[PlaceFeature::ScopeAndPath] = cover.share();
        let share = (lines.max(1) as f32).ln() / (WHOLE_DEFINITION as f32).ln();
        features[PlaceFeature::Lines] = share.min(1.0);
    }
}
