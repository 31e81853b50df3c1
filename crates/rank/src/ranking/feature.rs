//! What is known of a chunk for a query, as numbers from 0 to 1.

use super::per_feature::{Ordinal, PerFeature};
use super::signal::Signal;

/// A number about a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
#[expect(missing_docs, reason = "the table below documents each")]
pub enum Feature {
    Body,
    Vector,
    FileBody,
    FileVector,
    Names,
    FileNames,
    Comments,
    Cover,
    FileCover,
    StemPart,
    StemCover,
    StemBoth,
    Directory,
    Definition,
    DefinitionSize,
    Embedded,
    SymbolBoth,
    Size,
    Exact,
    Named,
}

/// How many features there are.
const COUNT: usize = 20;

/// Each feature, the signal that it belongs to (none: a retriever's own score), and its weight.
///
/// | feature | is |
/// | --- | --- |
/// | `Body` | BM25 of the chunk, the best one's is 1 |
/// | `Vector` | similarity of the chunk, the best one's is 1, the least one's 0 |
/// | `FileBody` | BM25 of the file as one text, the best one's is 1 |
/// | `FileVector` | the file's best similarities, the best file's is 1 |
/// | `Names`, `FileNames` | BM25 of the names that the chunk, the file defines, the best one's is 1 |
/// | `Comments` | BM25 of its doc comments, the best one's is 1 |
/// | `Cover`, `FileCover` | how much of the query the chunk, the file holds, by idf |
/// | `StemPart` | how much of the file's stem the query names |
/// | `StemCover` | how much of the query the file's stem holds, by idf |
/// | `StemBoth` | the geometric mean of both |
/// | `Directory` | how much of the query the directories hold, by idf |
/// | `Definition` | how surely it defines the symbol that is the query |
/// | `DefinitionSize` | how long that definition is among those of the name |
/// | `Embedded` | how surely it defines a symbol that the sentence names |
/// | `SymbolBoth` | of the chunk's symbol that fits best, the geometric mean of how much of its name the query names, and how much of the query the name holds |
/// | `Size` | the logarithm of how many terms the file has, the longest one's is 1; 0 where nothing else speaks for it |
/// | `Exact` | how much of what the query asks for letter by letter it holds; no penalty touches it |
/// | `Named` | how surely the query names the file by its path; no penalty touches it |
pub const FEATURES: [(Feature, Option<Signal>, f32); COUNT] = [
    (Feature::Body, None, 0.1),
    (Feature::Vector, None, 0.5),
    (Feature::FileBody, Some(Signal::FileCoherence), 0.86),
    (Feature::FileVector, Some(Signal::FileCoherence), 0.82),
    (Feature::Names, Some(Signal::NameMatch), 0.2),
    (Feature::FileNames, Some(Signal::NameMatch), 0.2),
    (Feature::Comments, Some(Signal::CommentMatch), 0.05),
    (Feature::Cover, Some(Signal::Coverage), 0.65),
    (Feature::FileCover, Some(Signal::Coverage), 0.0),
    (Feature::StemPart, Some(Signal::StemMatch), 0.4),
    (Feature::StemCover, Some(Signal::StemMatch), 0.15),
    (Feature::StemBoth, Some(Signal::StemMatch), 0.49),
    (Feature::Directory, Some(Signal::DirectoryMatch), 0.4),
    (Feature::Definition, Some(Signal::Definition), 1.5),
    (Feature::DefinitionSize, Some(Signal::Definition), 1.5),
    (Feature::Embedded, Some(Signal::EmbeddedName), 2.25),
    (Feature::SymbolBoth, Some(Signal::NameMatch), 0.07),
    (Feature::Size, Some(Signal::FileSize), 0.17),
    (Feature::Exact, Some(Signal::Exact), 3.0),
    (Feature::Named, Some(Signal::NamedFile), 8.0),
];

impl Ordinal for Feature {
    fn ordinal(self) -> usize {
        self as usize
    }
}

/// A number for each feature.
pub type Features = PerFeature<Feature, COUNT>;
