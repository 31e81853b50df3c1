//! What is known of a place within its file, as numbers from 0 to 1.

use std::ops::{Index, IndexMut};

use super::signal::Signal;

/// A number about a chunk as a place of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
#[expect(missing_docs, reason = "the table below documents each")]
pub enum PlaceFeature {
    File,
    Body,
    BodyInFile,
    Names,
    Cover,
    Vector,
    VectorInFile,
    Definition,
    DefinitionSize,
    Embedded,
    NameMatch,
    Length,
    Exact,
}

/// How many features there are.
const COUNT: usize = 13;

/// Each feature, the signal that it belongs to, and its weight.
///
/// | feature | is |
/// | --- | --- |
/// | `File` | the score of its file, the best file's is 1 |
/// | `Body`, `BodyInFile` | BM25 of the chunk, the best one's is 1: of the index, of the file |
/// | `Names` | BM25 of the names that the chunk defines, the best one's is 1 |
/// | `Cover` | how much of the query the chunk holds, by idf |
/// | `Vector`, `VectorInFile` | its similarity between the least and the best one: of all places, of the file |
/// | `Definition` | how surely it defines the symbol that is the query |
/// | `DefinitionSize` | how long that definition is among those of the name |
/// | `Embedded` | how surely it defines a symbol that the sentence names |
/// | `NameMatch` | how well one of its names and the query agree |
/// | `Length` | how long it is among the places |
/// | `Exact` | how much of what the query asks for letter by letter it holds |
pub const PLACE_FEATURES: [(PlaceFeature, Option<Signal>, f32); COUNT] = [
    (PlaceFeature::File, None, 1.2),
    (PlaceFeature::Body, None, 0.55),
    (PlaceFeature::BodyInFile, None, 0.3),
    (PlaceFeature::Names, Some(Signal::NameMatch), 0.11),
    (PlaceFeature::Cover, Some(Signal::Coverage), 0.45),
    (PlaceFeature::Vector, None, 0.6),
    (PlaceFeature::VectorInFile, None, 0.65),
    (PlaceFeature::Definition, Some(Signal::Definition), 1.5),
    (PlaceFeature::DefinitionSize, Some(Signal::Definition), 1.5),
    (PlaceFeature::Embedded, Some(Signal::EmbeddedName), 0.5),
    (PlaceFeature::NameMatch, Some(Signal::NameMatch), 0.06),
    (PlaceFeature::Length, None, 0.14),
    (PlaceFeature::Exact, Some(Signal::Exact), 2.5),
];

/// A number for each feature.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PlaceFeatures([f32; COUNT]);

impl PlaceFeatures {
    /// The sum of the products.
    pub fn dot(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }
}

impl Index<PlaceFeature> for PlaceFeatures {
    type Output = f32;

    fn index(&self, feature: PlaceFeature) -> &f32 {
        &self.0[feature as usize]
    }
}

impl IndexMut<PlaceFeature> for PlaceFeatures {
    fn index_mut(&mut self, feature: PlaceFeature) -> &mut f32 {
        &mut self.0[feature as usize]
    }
}
