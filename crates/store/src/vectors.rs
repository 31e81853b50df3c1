//! When vectors get an index, and how it is built and searched.

/// When vectors get an HNSW index, and how it is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub struct VectorPolicy {
    /// From this many chunks on an index of vectors is built; below it they are scanned, which is
    /// exact and takes about a microsecond each (384 dimensions, on a busy machine).
    pub hnsw_from_chunks: i64,
    /// Candidates that a search of the index keeps, at least.
    pub ef_search: usize,
}

impl Default for VectorPolicy {
    fn default() -> Self {
        Self { hnsw_from_chunks: 10_000, ef_search: 200 }
    }
}
