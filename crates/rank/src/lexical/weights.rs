//! What words, forms of words and lengths count in a scan.

use crate::query::{FormKind, TermRole};

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
        Self {
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
    pub(super) fn of_role(&self, role: TermRole) -> f32 {
        match role {
            TermRole::Word => 1.0,
            TermRole::Frame => self.frame,
            TermRole::Whole => self.whole,
            TermRole::Part => self.part,
            TermRole::Compound => self.compound,
        }
    }

    /// What a form of this kind counts.
    pub(crate) fn of_form(&self, kind: FormKind) -> f32 {
        match kind {
            FormKind::Exact => 1.0,
            FormKind::Inflected => self.inflected,
            FormKind::Derived => self.derived,
            FormKind::Abbreviated => self.abbreviated,
            FormKind::Prefix => self.prefix,
        }
    }

    /// These weights with other forms of a word not looked up.
    #[must_use]
    pub(crate) fn without_word_forms(self) -> Self {
        Self { inflected: 0.0, derived: 0.0, abbreviated: 0.0, prefix: 0.0, ..self }
    }
}
