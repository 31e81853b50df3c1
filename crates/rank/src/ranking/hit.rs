//! What the retrievers found.

use sconce_code::ChunkKey;
use serde::Serialize;

/// A chunk that the vector retriever found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VectorHit {
    /// The chunk.
    pub key: ChunkKey,
    /// Cosine.
    pub similarity: f32,
}

/// What found a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchType {
    /// Words of the query.
    Words,
    /// Its meaning.
    Vectors,
    /// Both.
    Both,
    /// It defines what was asked for.
    Symbol,
}

impl MatchType {
    /// As it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Vectors => "vectors",
            Self::Both => "both",
            Self::Symbol => "symbol",
        }
    }
}
