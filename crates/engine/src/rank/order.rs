//! Scores of candidates, and their order.

use super::features::{Evidence, FEATURES, Features};
use super::{MatchType, Signal, Weights};
use crate::lexicon::{CHUNK_IMPORTS, CHUNK_TEST, FILE_GENERATED, Lexicon, PathClass, Scan};
use crate::query::QueryAnalysis;

/// Fingerprints that differ in at most so many bits are of near-duplicates.
const NEAR_BITS: u32 = 3;

/// Candidates beyond so many times the limit are not compared with the better ones.
const COMPARED: usize = 4;

/// A chunk with all that its score is made from.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its number in the lexicon.
    pub doc: u32,
    /// Its file's.
    pub file: u32,
    /// Its numbers.
    pub features: Features,
    /// What its path says against it and the query does not ask for.
    pub class: PathClass,
    /// [`CHUNK_TEST`], [`CHUNK_IMPORTS`]; the former not where the query asks for tests.
    pub flags: u8,
    /// Folders above the file.
    pub depth: u8,
    /// Near-duplicates differ in few bits.
    pub fingerprint: u64,
    /// What found it.
    pub match_type: MatchType,
}

impl Candidate {
    pub(super) fn new(
        lexicon: &Lexicon,
        query: &QueryAnalysis,
        scan: &Scan,
        evidence: &Evidence<'_>,
        doc: u32,
    ) -> Self {
        let chunk = lexicon.doc(doc);
        let file = lexicon.file(chunk.file);
        let mut class = file.terms.class.with(lexicon.class_of(chunk.file));
        if file.flags & FILE_GENERATED != 0 {
            class = class.with(PathClass::GENERATED);
        }
        let mut flags = chunk.flags;
        if query.wants.contains(PathClass::TEST) || class.contains(PathClass::TEST) {
            flags &= !CHUNK_TEST;
        }
        let by_words = scan.body[doc as usize] > 0.0 || scan.file_body[chunk.file as usize] > 0.0;
        let match_type = match (by_words, evidence.has_vector(doc)) {
            _ if evidence.is_definition(doc) => MatchType::Symbol,
            (true, true) => MatchType::Both,
            (false, true) => MatchType::Vectors,
            (_, false) => MatchType::Words,
        };
        Candidate {
            doc,
            file: chunk.file,
            features: evidence.all_of(doc),
            class: class.without(query.wants),
            flags,
            depth: file.terms.depth,
            fingerprint: chunk.fingerprint,
            match_type,
        }
    }

    /// The factor of its path and its kind of code.
    fn penalty(&self, weights: &Weights) -> f32 {
        let mut factor = weights.depth.powi(i32::from(self.depth));
        for (class, weight) in PathClass::ALL.into_iter().zip(weights.classes) {
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

/// A candidate in its place.
#[derive(Debug, Clone)]
pub struct Placed<'a> {
    /// What it is.
    pub candidate: &'a Candidate,
    /// What it comes to.
    pub score: f32,
    /// The factor of its path and its kind of code.
    pub penalty: f32,
    /// The factor for the better chunks of its file.
    pub saturation: f32,
    /// The factor for a better chunk that it repeats.
    pub duplicate: f32,
}

impl Placed<'_> {
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
                Signal::FileSaturation => self.saturation,
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

/// The best candidates, best first; ties in the order of indexing.
pub fn order<'a>(candidates: &'a [Candidate], weights: &Weights, limit: usize) -> Vec<Placed<'a>> {
    let mut placed: Vec<Placed> = candidates
        .iter()
        .map(|candidate| {
            let penalty = candidate.penalty(weights);
            let score = candidate.features.dot(&weights.features) * penalty;
            Placed { candidate, score, penalty, saturation: 1.0, duplicate: 1.0 }
        })
        .filter(|placed| placed.score > 0.0)
        .collect();
    sort(&mut placed);
    step_back_duplicates(&mut placed, weights.duplicate, limit * COMPARED);
    sort(&mut placed);
    saturate(&mut placed, weights.saturation);
    sort(&mut placed);
    placed.truncate(limit);
    placed
}

fn sort(placed: &mut [Placed<'_>]) {
    placed.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.candidate.doc.cmp(&b.candidate.doc)));
}

/// A chunk that repeats a better one is set back.
fn step_back_duplicates(placed: &mut [Placed<'_>], factor: f32, compared: usize) {
    let compared = compared.min(placed.len());
    for at in 1..compared {
        let (better, rest) = placed.split_at_mut(at);
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

/// Each further chunk of a file is set back once more.
fn saturate(placed: &mut [Placed<'_>], factor: f32) {
    let mut seen: std::collections::HashMap<u32, i32> = std::collections::HashMap::new();
    for this in placed {
        let before = seen.entry(this.candidate.file).or_default();
        this.saturation = factor.powi(*before);
        this.score *= this.saturation;
        *before += 1;
    }
}
