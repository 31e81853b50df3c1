//! When vectors get an index, and how it is built and searched.

use sqlx::{PgExecutor, Row};

use crate::error::{Result, StoreError};
use crate::index::IndexId;

/// Chunks up to which a graph needs no more candidates than the least.
const FEW_CHUNKS: f64 = 250_000.0;
/// The most candidates that pgvector keeps.
const MOST_CANDIDATES: usize = 1000;
/// Of this many chunks one has to pass a filter, else scanning what passes is faster than looking
/// for it in the graph.
const SPARSE: i64 = 50;

/// When vectors get an HNSW index, and how it is built and searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub struct VectorPolicy {
    /// From this many chunks on an index of vectors is built; below it they are scanned, which is
    /// exact and takes about a microsecond each (384 dimensions, on a busy machine).
    pub hnsw_from_chunks: i64,
    /// Candidates that a search of the index keeps, at least.
    pub ef_search: usize,
    /// Candidates weighed for the neighbours of a vector while the index is built, at least.
    pub ef_construction: usize,
}

impl Default for VectorPolicy {
    fn default() -> Self {
        Self { hnsw_from_chunks: 10_000, ef_search: 200, ef_construction: 100 }
    }
}

impl VectorPolicy {
    /// Candidates that a search for `limit` of `chunks` keeps.
    pub(crate) fn search_candidates(&self, chunks: i64, limit: usize) -> usize {
        limit.saturating_mul(2).max(grown(self.ef_search, chunks)).min(MOST_CANDIDATES)
    }

    /// Candidates weighed for each vector while the index of so many chunks is built.
    pub(crate) fn build_candidates(&self, chunks: i64) -> usize {
        grown(self.ef_construction, chunks).min(MOST_CANDIDATES)
    }

    /// Whether so few of all chunks pass a filter that scanning them, which is exact, is faster
    /// than the graph.
    pub(crate) fn scans(&self, passing: i64, chunks: i64) -> bool {
        passing < self.hnsw_from_chunks.max(chunks / SPARSE)
    }
}

/// What decides how an index's vectors are indexed and searched.
pub(crate) struct Shape {
    pub(crate) dimension: usize,
    pub(crate) chunks: i64,
    /// Whether they have an HNSW index.
    pub(crate) hnsw: bool,
}

impl Shape {
    pub(crate) async fn read(executor: impl PgExecutor<'_>, id: IndexId) -> Result<Self> {
        let row = sqlx::query("SELECT dimension, chunks, hnsw FROM sconce.indexes WHERE id = $1")
            .bind(id)
            .fetch_optional(executor)
            .await?
            .ok_or(StoreError::NoSuchIndex { id: id.0 })?;
        Ok(Self {
            dimension: row.try_get::<i32, _>(0)? as usize,
            chunks: row.try_get(1)?,
            hnsw: row.try_get(2)?,
        })
    }
}

/// A number of candidates, grown with the graph: the way to a query's neighbours starts at a few
/// vectors of the whole, and the more there are, the more often it ends in a wrong region unless
/// more candidates are kept. At a million chunks one of seventy searches did, and as many vectors
/// were built into the wrong region and never found again.
fn grown(candidates: usize, chunks: i64) -> usize {
    let growth = (chunks as f64 / FEW_CHUNKS).max(1.0).sqrt();
    (candidates as f64 * growth) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_grow_with_a_large_graph_up_to_what_pgvector_keeps() {
        let policy = VectorPolicy::default();
        assert_eq!(policy.search_candidates(10_000, 10), 200);
        assert_eq!(policy.search_candidates(10_000, 300), 600, "twice of what is asked for");
        assert_eq!(policy.search_candidates(1_000_000, 10), 400);
        assert_eq!(policy.search_candidates(i64::MAX, 10), 1000);
        assert_eq!(policy.search_candidates(0, usize::MAX), 1000);
        assert_eq!((policy.build_candidates(0), policy.build_candidates(1_000_000)), (100, 200));
    }

    #[test]
    fn what_a_filter_leaves_is_scanned_if_it_is_few_or_a_small_part() {
        let policy = VectorPolicy::default();
        assert!(policy.scans(9_999, 20_000));
        assert!(!policy.scans(10_000, 20_000));
        assert!(policy.scans(19_999, 1_000_000));
        assert!(!policy.scans(20_000, 1_000_000));
    }
}
