//! The one table of weights.
//!
//! Found by a coordinate search over the judged queries, checked by leaving groups of languages
//! out; docs/retrieval.md says how, and what each is worth.

use super::Signal;
use super::features::{FEATURES, Feature, Features};
use crate::lexicon::PathClass;
use crate::query::{FormKind, QueryKind, TermRole};

/// How a query's words are looked up and scored.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanWeights {
    /// BM25's saturation over a chunk's body.
    pub body_k1: f32,
    /// BM25's length normalisation over a chunk's body.
    pub body_b: f32,
    /// The same over a whole file.
    pub file_k1: f32,
    /// The same over a whole file.
    pub file_b: f32,
    /// The same over the names that a chunk defines.
    pub names_k1: f32,
    /// The same over the names that a chunk defines.
    pub names_b: f32,
    /// What a word counts that questions are made of.
    pub frame: f32,
    /// What an identifier as a whole counts.
    pub whole: f32,
    /// What a part of an identifier counts.
    pub part: f32,
    /// What two words joined count.
    pub compound: f32,
    /// What another number or tense counts.
    pub inflected: f32,
    /// What a word of the same family counts.
    pub derived: f32,
    /// What a programmer's short form counts.
    pub abbreviated: f32,
    /// What the start of a word counts, in a path.
    pub prefix: f32,
}

impl Default for ScanWeights {
    fn default() -> Self {
        ScanWeights {
            body_k1: 1.8,
            body_b: 0.68,
            file_k1: 1.5,
            file_b: 0.5,
            names_k1: 1.2,
            names_b: 0.5,
            frame: 0.44,
            whole: 1.0,
            part: 0.5,
            compound: 0.45,
            inflected: 0.81,
            derived: 0.38,
            abbreviated: 0.85,
            prefix: 0.85,
        }
    }
}

impl ScanWeights {
    /// What a term of this role counts.
    pub fn of_role(&self, role: TermRole) -> f32 {
        match role {
            TermRole::Word => 1.0,
            TermRole::Frame => self.frame,
            TermRole::Whole => self.whole,
            TermRole::Part => self.part,
            TermRole::Compound => self.compound,
        }
    }

    /// What a form of this kind counts.
    pub fn of_form(&self, kind: FormKind) -> f32 {
        match kind {
            FormKind::Exact => 1.0,
            FormKind::Inflected => self.inflected,
            FormKind::Derived => self.derived,
            FormKind::Abbreviated => self.abbreviated,
            FormKind::Prefix => self.prefix,
        }
    }

    fn switch_off(&mut self, signal: Signal) {
        match signal {
            Signal::WordForms => {
                (self.inflected, self.derived, self.abbreviated, self.prefix) =
                    (0.0, 0.0, 0.0, 0.0);
            }
            Signal::Compounds => self.compound = 0.0,
            _ => {}
        }
    }
}

/// All weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// How words are looked up.
    pub scan: ScanWeights,
    /// What each feature adds to a chunk's score.
    pub features: Features,
    /// Factor on the vectors' features for queries that are a name.
    pub vectors_for_names: f32,
    /// What each further chunk of one file counts, against the one before.
    pub saturation: f32,
    /// What a chunk counts that repeats a better one.
    pub duplicate: f32,
    /// What a chunk of a file of each class of [`PathClass::ALL`] counts.
    pub classes: [f32; PathClass::ALL.len()],
    /// What a chunk of test code outside of test files counts.
    pub test_code: f32,
    /// What a chunk counts that is imports for the most part.
    pub imports: f32,
    /// What a folder more above the file counts.
    pub depth: f32,
}

impl Default for Weights {
    fn default() -> Self {
        let mut features = Features::default();
        for &(feature, _, weight) in &FEATURES {
            features[feature] = weight;
        }
        Weights {
            scan: ScanWeights::default(),
            features,
            vectors_for_names: 0.5,
            saturation: 0.12,
            duplicate: 0.3,
            // test, example, documentation, legacy, generated, vendored, re-export, declaration, data
            classes: [0.56, 0.3, 0.25, 0.5, 0.5, 0.3, 0.77, 0.8, 0.4],
            test_code: 0.5,
            imports: 1.0,
            depth: 0.97,
        }
    }
}

impl Weights {
    /// These weights for a query of this kind.
    #[must_use]
    pub fn for_kind(&self, kind: QueryKind) -> Weights {
        let mut weights = self.clone();
        if kind.is_symbol() {
            weights.features[Feature::Vector] *= self.vectors_for_names;
            weights.features[Feature::FileVector] *= self.vectors_for_names;
        }
        weights
    }

    /// These weights with signals switched off.
    #[must_use]
    pub fn without(&self, signals: &[Signal]) -> Weights {
        let mut weights = self.clone();
        for &signal in signals {
            weights.scan.switch_off(signal);
            for &(feature, of, _) in &FEATURES {
                if of == Some(signal) {
                    weights.features[feature] = 0.0;
                }
            }
            match signal {
                Signal::FileSaturation => weights.saturation = 1.0,
                Signal::NearDuplicate => weights.duplicate = 1.0,
                Signal::PathPenalty => {
                    weights.classes = [1.0; PathClass::ALL.len()];
                    (weights.test_code, weights.imports, weights.depth) = (1.0, 1.0, 1.0);
                }
                _ => {}
            }
        }
        weights
    }
}
