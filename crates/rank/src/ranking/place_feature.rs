//! What is known of a place within its file, as numbers from 0 to 1.

use super::per_feature::{Ordinal, PerFeature};
use super::signal::Signal;

/// A number about a chunk as a place of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
#[expect(missing_docs, reason = "the table below documents each")]
pub enum PlaceFeature {
    File,
    Body,
    BodyInFile,
    Cover,
    Vector,
    VectorInFile,
    Definition,
    DefinitionSize,
    Embedded,
    Exact,
    FileVector,
    Scope,
    ScopeAndPath,
    Lines,
    NamedLine,
}

/// How many features there are.
const COUNT: usize = 15;

/// Each feature, the signal that it belongs to, and its weight.
///
/// | feature | is |
/// | --- | --- |
/// | `File` | the score of its file, the best file's is 1 |
/// | `Body`, `BodyInFile` | BM25 of the chunk, the best one's is 1: of the index, of the file |
/// | `Cover` | how much of the query the chunk holds, by idf |
/// | `Vector`, `VectorInFile` | its similarity between the least and the best one: of all places, of the file |
/// | `Definition` | how surely it defines the symbol that is the query |
/// | `DefinitionSize` | how long that definition is among those of the name |
/// | `Embedded` | how surely it defines a symbol that the sentence names |
/// | `Exact` | how much of what the query asks for letter by letter it holds |
/// | `FileVector` | the file's best similarities, which `File` and the places' own count too |
/// | `Scope` | how much of the query the names of the definitions around it hold, by idf |
/// | `ScopeAndPath` | the same with the words of the path |
/// | `Lines` | how many lines the place has, the logarithm |
/// | `NamedLine` | whether the query names a line of it by its file and number |
pub const PLACE_FEATURES: [(PlaceFeature, Option<Signal>, f32); COUNT] = [
    (PlaceFeature::File, None, 1.2),
    (PlaceFeature::Body, None, 0.47),
    (PlaceFeature::BodyInFile, None, 0.21),
    (PlaceFeature::Cover, Some(Signal::Coverage), 0.27),
    (PlaceFeature::Vector, None, 0.74),
    (PlaceFeature::VectorInFile, None, 0.2),
    (PlaceFeature::Definition, Some(Signal::Definition), 1.5),
    (PlaceFeature::DefinitionSize, Some(Signal::Definition), 1.5),
    (PlaceFeature::Embedded, Some(Signal::EmbeddedName), 0.48),
    (PlaceFeature::Exact, Some(Signal::Exact), 2.4),
    (PlaceFeature::FileVector, None, -0.48),
    (PlaceFeature::Scope, Some(Signal::NameMatch), 0.31),
    (PlaceFeature::ScopeAndPath, Some(Signal::NameMatch), 0.28),
    (PlaceFeature::Lines, None, 0.4),
    (PlaceFeature::NamedLine, Some(Signal::NamedFile), 5.0),
];

impl Ordinal for PlaceFeature {
    fn ordinal(self) -> usize {
        self as usize
    }
}

/// A number for each feature.
pub type PlaceFeatures = PerFeature<PlaceFeature, COUNT>;
