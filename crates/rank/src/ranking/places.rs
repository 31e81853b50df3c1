//! Which places of the best files answer: every chunk of them, by its own evidence.

use std::collections::HashMap;

use super::context::Surroundings;
use super::evidence::{Evidence, NOT_ASKED_FOR};
use super::feature::Feature;
use super::place_feature::{PlaceFeature, PlaceFeatures};
use super::weights::Weights;
use crate::lexical::{CHUNK_IMPORTS, CHUNK_TEST};

/// A chunk of one of the best files, with all that its score is made from.
#[derive(Debug, Clone)]
pub(super) struct PlaceCandidate {
    /// Its number in the lexical index.
    pub(super) doc: u32,
    /// Its file's rank, from 0.
    pub(super) file_rank: usize,
    features: PlaceFeatures,
    /// [`CHUNK_TEST`], [`CHUNK_IMPORTS`]; the former not where the whole file is a test, or tests
    /// are asked for.
    flags: u8,
}

impl PlaceCandidate {
    /// What it comes to.
    pub(super) fn score(&self, weights: &Weights) -> f32 {
        let mut score = self.features.dot(&weights.places);
        if self.flags & CHUNK_TEST != 0 {
            score *= weights.place_test_code;
        }
        if self.flags & NOT_ASKED_FOR != 0 {
            score *= weights.not_asked_for;
        }
        if self.flags & CHUNK_IMPORTS != 0 {
            score *= weights.place_imports;
        }
        score
    }
}

/// The chunks of the files, which come with their scores, the best file first. `similarities` are
/// those of the files' chunks, by their number.
pub(super) fn place_candidates(
    evidence: &Evidence<'_>,
    files: &[(u32, f32)],
    similarities: &HashMap<u32, f32>,
    passes: &dyn Fn(u32) -> bool,
) -> Vec<PlaceCandidate> {
    let index = evidence.index;
    let best = files.first().map_or(1.0, |&(_, score)| score.max(f32::MIN_POSITIVE));
    let mut candidates: Vec<PlaceCandidate> = Vec::new();
    for (file_rank, &(file, score)) in files.iter().enumerate() {
        let first = candidates.len();
        let surroundings = Surroundings::of_file(evidence, file);
        for doc in index.file(file).docs().filter(|&doc| passes(doc)) {
            let mut features = own_features(evidence, doc);
            surroundings.add(doc, &mut features);
            features[PlaceFeature::File] = score / best;
            features[PlaceFeature::NamedLine] = f32::from(evidence.has_named_line(doc));
            features[PlaceFeature::Vector] = similarities.get(&doc).copied().unwrap_or(f32::NAN);
            let flags = evidence.flags(doc);
            candidates.push(PlaceCandidate { doc, file_rank, features, flags });
        }
        let here = &mut candidates[first..];
        scale(here, PlaceFeature::Body, PlaceFeature::BodyInFile, 0.0);
        let least = least(here, PlaceFeature::Vector);
        scale(here, PlaceFeature::Vector, PlaceFeature::VectorInFile, least);
    }
    let least = least(&candidates, PlaceFeature::Vector);
    scale(&mut candidates, PlaceFeature::Vector, PlaceFeature::Vector, least);
    candidates
}

/// What is known of a chunk whatever else the file holds.
fn own_features(evidence: &Evidence<'_>, doc: u32) -> PlaceFeatures {
    const SHARED: [(PlaceFeature, Feature); 7] = [
        (PlaceFeature::Body, Feature::Body),
        (PlaceFeature::Cover, Feature::Cover),
        (PlaceFeature::Definition, Feature::Definition),
        (PlaceFeature::DefinitionSize, Feature::DefinitionSize),
        (PlaceFeature::Embedded, Feature::Embedded),
        (PlaceFeature::Exact, Feature::Exact),
        (PlaceFeature::FileVector, Feature::FileVector),
    ];
    let known = evidence.of(doc);
    let mut features = PlaceFeatures::default();
    for (place, feature) in SHARED {
        features[place] = known[feature];
    }
    features
}

/// The least value of a feature; those that are not known do not count.
fn least(places: &[PlaceCandidate], feature: PlaceFeature) -> f32 {
    places.iter().map(|place| place.features[feature]).fold(1.0, f32::min)
}

/// Sets one feature to where another lies between `least` and the highest; 0 where that is not known.
fn scale(places: &mut [PlaceCandidate], from: PlaceFeature, to: PlaceFeature, least: f32) {
    let highest = places.iter().map(|place| place.features[from]).fold(f32::MIN, f32::max);
    let span = highest - least;
    for place in places {
        let value = place.features[from];
        place.features[to] =
            if span > 1e-6 && !value.is_nan() { (value - least) / span } else { 0.0 };
    }
}
