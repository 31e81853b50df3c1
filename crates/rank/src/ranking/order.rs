//! Scores of candidates, and their order.

use std::collections::HashSet;

use super::evidence::{Evidence, NOT_ASKED_FOR};
use super::feature::{FEATURES, Feature, Features};
use super::signal::Signal;
use super::weights::Weights;
use crate::lexical::{CHUNK_IMPORTS, CHUNK_TEST, FILE_GENERATED};
use crate::path::PathClass;

/// Fingerprints that differ in at most so many bits are of near-duplicates.
const NEAR_BITS: u32 = 3;

/// Candidates beyond so many times the limit are not compared with the better ones.
const COMPARED: usize = 4;

/// A chunk with all that its score is made from.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Its number in the lexical index.
    pub(super) doc: u32,
    /// Its file's.
    pub(super) file: u32,
    /// Its numbers.
    features: Features,
    /// What its path says against it and the query does not ask for.
    class: PathClass,
    /// [`CHUNK_TEST`], [`CHUNK_IMPORTS`], [`NOT_ASKED_FOR`]; the first not where the query asks for tests.
    flags: u8,
    /// Directories above the file.
    depth: u8,
    /// Near-duplicates differ in few bits.
    fingerprint: u64,
}

impl Candidate {
    pub(super) fn new(evidence: &Evidence<'_>, doc: u32) -> Self {
        let index = evidence.index;
        let chunk = index.doc(doc);
        let file = index.file(chunk.file);
        let mut class = index.class_of(chunk.file);
        if file.flags & FILE_GENERATED != 0 {
            class = class.with(PathClass::GENERATED);
        }
        Self {
            doc,
            file: chunk.file,
            features: evidence.all_of(doc),
            class: class.without(evidence.wants),
            flags: evidence.flags(doc),
            depth: file.terms.depth,
            fingerprint: chunk.fingerprint,
        }
    }

    /// What it comes to with this factor. What is exactly there is there, whatever the kind of file.
    fn score(&self, weights: &Weights, penalty: f32) -> f32 {
        let exact: f32 = [Feature::Exact, Feature::Named]
            .map(|feature| self.features[feature] * weights.features[feature])
            .iter()
            .sum();
        (self.features.dot(&weights.features) - exact) * penalty + exact * self.asked_for(weights)
    }

    /// The factor of what is no test where tests alone are asked for, which what is exactly there has too.
    fn asked_for(&self, weights: &Weights) -> f32 {
        if self.flags & NOT_ASKED_FOR != 0 { weights.not_asked_for } else { 1.0 }
    }

    /// The factor of its path and its kind of code.
    fn penalty(&self, weights: &Weights) -> f32 {
        let mut factor = weights.depth.powi(i32::from(self.depth)) * self.asked_for(weights);
        for (class, weight) in weights.classes {
            if self.class.contains(class) {
                factor *= weight;
            }
        }
        if self.flags & CHUNK_TEST != 0 {
            factor *= weights.test_code;
        }
        if self.flags & CHUNK_IMPORTS != 0 {
            factor *= weights.imports;
        }
        factor
    }
}

/// A candidate and what it comes to.
#[derive(Debug, Clone)]
pub(super) struct ScoredCandidate<'a> {
    /// What it is.
    pub(super) candidate: &'a Candidate,
    /// What it comes to.
    pub(super) score: f32,
    /// The factor of its path and its kind of code.
    penalty: f32,
    /// The factor for a better chunk that it repeats.
    duplicate: f32,
}

impl ScoredCandidate<'_> {
    /// What each signal did to the score, as a factor.
    pub(super) fn effects(&self, weights: &Weights) -> Vec<(Signal, f32)> {
        let all = self.candidate.features.dot(&weights.features);
        let mut effects: Vec<(Signal, f32)> = Vec::new();
        for signal in Signal::ALL {
            let part: f32 = FEATURES
                .iter()
                .filter(|(_, of, _)| *of == Some(signal))
                .map(|&(feature, _, _)| {
                    self.candidate.features[feature] * weights.features[feature]
                })
                .sum();
            // What is left without it may be nothing at all: a file found by its name alone.
            let factor = match signal {
                Signal::PathPenalty => self.penalty,
                Signal::NearDuplicate => self.duplicate,
                _ => all / (all - part).max(all / 100.0).max(f32::MIN_POSITIVE),
            };
            if (factor - 1.0).abs() > 1e-3 {
                effects.push((signal, factor));
            }
        }
        effects
    }
}

/// The best candidate of each file, the best file first; ties in the order of indexing.
pub(super) fn order<'a>(
    candidates: &'a [Candidate],
    weights: &Weights,
    limit: usize,
) -> Vec<ScoredCandidate<'a>> {
    let mut scored: Vec<ScoredCandidate> = candidates
        .iter()
        .map(|candidate| {
            let penalty = candidate.penalty(weights);
            let score = candidate.score(weights, penalty);
            ScoredCandidate { candidate, score, penalty, duplicate: 1.0 }
        })
        .filter(|scored| scored.score > 0.0)
        .collect();
    sort(&mut scored);
    demote_duplicates(&mut scored, weights.duplicate, limit * COMPARED);
    sort(&mut scored);
    let mut seen = HashSet::new();
    scored.retain(|scored| seen.insert(scored.candidate.file));
    scored.truncate(limit);
    scored
}

fn sort(scored: &mut [ScoredCandidate<'_>]) {
    scored.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.candidate.doc.cmp(&b.candidate.doc)));
}

/// Demotes what repeats a better chunk.
fn demote_duplicates(scored: &mut [ScoredCandidate<'_>], factor: f32, compared: usize) {
    let compared = compared.min(scored.len());
    for at in 1..compared {
        let (better, rest) = scored.split_at_mut(at);
        let this = &mut rest[0];
        let repeats = better.iter().any(|other| {
            let bits = other.candidate.fingerprint ^ this.candidate.fingerprint;
            bits.count_ones() <= NEAR_BITS
        });
        if repeats {
            this.duplicate = factor;
            this.score *= factor;
        }
    }
}
