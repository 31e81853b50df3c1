//! The one table of weights.
//!
//! Found by a coordinate search over three sets of judged queries, checked by leaving groups of
//! projects out; docs/retrieval.md says how, and what each is worth.

use super::feature::{FEATURES, Feature, Features};
use super::place_feature::{PLACE_FEATURES, PlaceFeatures};
use super::signal::Signal;
use crate::lexical::ScanWeights;
use crate::path::PathClass;
use crate::query::QueryKind;

/// All weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// How words are looked up.
    pub scan: ScanWeights,
    /// What each feature adds to a chunk's score.
    pub features: Features,
    /// What each feature adds to a place's score.
    pub places: PlaceFeatures,
    /// What a file's best place adds to its score.
    pub best_place: f32,
    /// What a place of test code counts.
    pub place_test_code: f32,
    /// What a place of imports counts.
    pub place_imports: f32,
    /// Factor on the vectors' features for queries that are a name.
    pub vectors_for_names: f32,
    /// What a chunk counts that repeats a better one.
    pub duplicate: f32,
    /// What a chunk of a file of each class counts.
    pub classes: [(PathClass, f32); 9],
    /// What a chunk of test code outside of test files counts.
    pub test_code: f32,
    /// What a chunk counts, and a place, that is no test where tests alone are asked for.
    pub not_asked_for: f32,
    /// What a chunk counts that is imports for the most part.
    pub imports: f32,
    /// What a directory more above the file counts.
    pub depth: f32,
}

impl Default for Weights {
    fn default() -> Self {
        let mut features = Features::default();
        for &(feature, _, weight) in &FEATURES {
            features[feature] = weight;
        }
        let mut places = PlaceFeatures::default();
        for &(feature, _, weight) in &PLACE_FEATURES {
            places[feature] = weight;
        }
        Self {
            places,
            best_place: 0.05,
            place_test_code: 0.5,
            place_imports: 0.66,
            scan: ScanWeights::default(),
            features,
            vectors_for_names: 0.5,
            duplicate: 0.3,
            classes: [
                (PathClass::TEST, 0.25),
                (PathClass::EXAMPLE, 0.3),
                (PathClass::DOCUMENTATION, 0.225),
                (PathClass::LEGACY, 0.5),
                (PathClass::GENERATED, 0.5),
                (PathClass::VENDORED, 0.3),
                (PathClass::REEXPORT, 0.85),
                (PathClass::DECLARATION, 0.8),
                (PathClass::DATA, 0.36),
            ],
            test_code: 0.5,
            not_asked_for: 0.1,
            imports: 1.0,
            depth: 0.97,
        }
    }
}

impl Weights {
    /// These weights for a query of this kind.
    #[must_use]
    pub fn for_kind(&self, kind: QueryKind) -> Self {
        let mut weights = self.clone();
        if kind.is_symbol() {
            weights.features[Feature::Vector] *= self.vectors_for_names;
            weights.features[Feature::FileVector] *= self.vectors_for_names;
        }
        weights
    }

    /// These weights with signals switched off.
    #[must_use]
    pub fn without(&self, signals: &[Signal]) -> Self {
        let mut weights = self.clone();
        for &signal in signals {
            for &(feature, of, _) in &FEATURES {
                if of == Some(signal) {
                    weights.features[feature] = 0.0;
                }
            }
            for &(feature, of, _) in &PLACE_FEATURES {
                if of == Some(signal) {
                    weights.places[feature] = 0.0;
                }
            }
            match signal {
                Signal::WordForms => weights.scan = weights.scan.without_word_forms(),
                Signal::Compounds => weights.scan.compound = 0.0,
                Signal::NearDuplicate => weights.duplicate = 1.0,
                Signal::PathPenalty => {
                    weights.classes.iter_mut().for_each(|(_, factor)| *factor = 1.0);
                    (weights.test_code, weights.imports, weights.depth) = (1.0, 1.0, 1.0);
                    weights.not_asked_for = 1.0;
                }
                _ => {}
            }
        }
        weights
    }
}
