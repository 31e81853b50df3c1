//! What is done when an index job ends: statistics, the index of vectors, the cache's bounds.

use sqlx::{AssertSqlSafe, Executor};

use crate::connect::{Store, retrying};
use crate::error::{Result, StoreError};
use crate::hnsw::Shape;
use crate::index::IndexId;
use crate::memory;
use crate::tables::on_index;

/// Neighbours a vector keeps in the HNSW graph.
const HNSW_M: u32 = 16;
/// The most processes that help to build it: PostgreSQL has eight for all that it does at once.
const MOST_WORKERS: usize = 7;

const DROP_HNSW: &str = "DROP INDEX IF EXISTS sconce.vectors_{id}_hnsw";

/// Whether the statistics of the tables are so far behind that they mislead. Those of few chunks are made in
/// no time, and those of very many take longer than a job that brings a changed file in.
///
/// Only the files' count of changes is used. PostgreSQL does not reset that of a table by an ANALYZE of some of its
/// columns, as is done for chunks and vectors; of these, how many there are is compared.
const IS_OUTDATED: &str = "
SELECT coalesce(bool_or(20 * CASE oid
        WHEN '{files}'::regclass THEN pg_stat_get_mod_since_analyze(oid)
        ELSE abs(reltuples - (SELECT chunks FROM sconce.indexes WHERE id = {id}))
    END >= greatest(reltuples, 1000)), true)
    OR bool_or(oid = '{chunks}'::regclass AND reltuples < 50000)
FROM pg_class WHERE oid IN ('{files}'::regclass, '{chunks}'::regclass, '{vectors}'::regclass)";

const MIB: i64 = 1 << 20;

impl Store {
    /// Ends an index job: where it has changed something, brings the planner's statistics up to
    /// date where that matters; builds the HNSW index once there are many vectors (which takes a minute for 100,000,
    /// and searches go on meanwhile), builds it again once they are many more, and bounds the cache
    /// of embeddings.
    pub async fn finish_index(&self, id: IndexId, is_changed: bool) -> Result<()> {
        if is_changed {
            retrying!(self, async {
                let done = self.analyze(id).await;
                done.map_err(|error| StoreError::on_index(error, id))
            })?;
        }
        let shape = retrying!(self, Shape::read(self.pool(), id))?;
        let from = self.policy.hnsw_from_chunks;
        if shape.chunks >= from {
            if !shape.hnsw || retrying!(self, self.is_outgrown(id, &shape))? {
                retrying!(self, self.build_hnsw(id, &shape))?;
            }
        } else if shape.chunks < from / 2 && shape.hnsw {
            retrying!(self, self.drop_hnsw(id))?;
        }
        let pruned = self.prune_cache().await?;
        if pruned > 0 {
            tracing::info!(pruned, "embeddings that were long unused left the cache");
        }
        Ok(())
    }

    async fn analyze(&self, id: IndexId) -> Result<(), sqlx::Error> {
        let is_outdated =
            sqlx::query_scalar(on_index(id, IS_OUTDATED)).fetch_one(self.pool()).await?;
        if is_outdated {
            let tables =
                "{files}, {symbols}, {chunks} (file_id, ordinal), {vectors} (file_id, ordinal)";
            let analyze = format!("ANALYZE {tables}");
            sqlx::query(on_index(id, &analyze)).execute(self.pool()).await?;
        }
        Ok(())
    }

    /// Whether the chunks have become so many more that the HNSW index would be built with half as
    /// many candidates again: those it was built with leave too many vectors where no search comes by.
    async fn is_outgrown(&self, id: IndexId, shape: &Shape) -> Result<bool> {
        let text = "SELECT option_value::bigint FROM pg_class, pg_options_to_table(reloptions) \
             WHERE pg_class.oid = to_regclass('sconce.vectors_{id}_hnsw') \
             AND option_name = 'ef_construction'";
        let query = sqlx::query_scalar(on_index(id, text));
        let built_with: Option<i64> = query.fetch_optional(self.pool()).await?;
        let now = self.policy.build_candidates(shape.chunks) as i64;
        Ok(built_with.is_some_and(|built_with| 2 * now >= 3 * built_with))
    }

    async fn build_hnsw(&self, id: IndexId, shape: &Shape) -> Result<()> {
        // Workers build together in shared memory, of which a container has little by default.
        // Asked for before a build holds a connection: there may be only one.
        let memory = self.build_memory_mib(shape).await?;
        let workers = self.build_workers().await?;
        match self.build_hnsw_with(id, shape, memory, workers).await {
            Err(StoreError::DiskFull { reason }) if reason.contains("shared memory") => {
                tracing::debug!(%reason, "building the vectors' index without workers");
                self.build_hnsw_with(id, shape, memory, 0).await
            }
            result => result,
        }
    }

    async fn build_hnsw_with(
        &self,
        id: IndexId,
        shape: &Shape,
        memory_mib: i64,
        workers: u32,
    ) -> Result<()> {
        let start = std::time::Instant::now();
        let mut transaction = self.begin().await?;
        sqlx::query(
            "SELECT set_config('statement_timeout', '0', true), \
             set_config('maintenance_work_mem', $1, true), \
             set_config('max_parallel_maintenance_workers', $2, true)",
        )
        .bind(format!("{memory_mib}MB"))
        .bind(workers.to_string())
        .execute(&mut *transaction)
        .await?;
        let dimension = shape.dimension;
        let candidates = self.policy.build_candidates(shape.chunks);
        // Under another name first, since searches use an outgrown one meanwhile.
        let create = format!(
            "CREATE INDEX vectors_{{id}}_hnsw_new ON {{vectors}} \
             USING hnsw ((embedding::halfvec({dimension})) halfvec_cosine_ops) \
             WITH (m = {HNSW_M}, ef_construction = {candidates})"
        );
        let rename = "ALTER INDEX sconce.vectors_{id}_hnsw_new RENAME TO vectors_{id}_hnsw";
        for statement in [&create, DROP_HNSW, rename] {
            sqlx::query(on_index(id, statement)).execute(&mut *transaction).await?;
        }
        set_hnsw(&mut transaction, id, true).await?;
        transaction.commit().await?;
        let seconds = start.elapsed().as_secs();
        tracing::info!(%id, chunks = shape.chunks, seconds, "built the HNSW index of the vectors");
        Ok(())
    }

    /// Processes that help to build: half of the cores where they are this machine's, else as many as the
    /// user's server allows itself, and two at least.
    async fn build_workers(&self) -> Result<u32> {
        if self.is_managed() {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            return Ok((cores / 2).clamp(2, MOST_WORKERS) as u32);
        }
        let allowed = "SELECT current_setting('max_parallel_maintenance_workers')::int";
        let allowed: i32 = sqlx::query_scalar(allowed).fetch_one(self.pool()).await?;
        Ok(allowed.max(2).cast_unsigned())
    }

    async fn drop_hnsw(&self, id: IndexId) -> Result<()> {
        let mut transaction = self.begin().await?;
        transaction.execute(sqlx::query(on_index(id, DROP_HNSW))).await?;
        set_hnsw(&mut transaction, id, false).await?;
        Ok(transaction.commit().await?)
    }

    /// Memory in MiB for building: the whole graph where that is reasonable, since a build that
    /// spills is many times slower. On a server of the user's, what it allows itself if that is more.
    async fn build_memory_mib(&self, shape: &Shape) -> Result<i64> {
        let most = if self.is_managed() {
            (memory::local_mib() / 4).clamp(64, 4096)
        } else {
            let allowed = "SELECT pg_size_bytes(current_setting('maintenance_work_mem'))";
            let allowed: i64 = sqlx::query_scalar(allowed).fetch_one(self.pool()).await?;
            (allowed / MIB).max(1024)
        };
        Ok(graph_mib(shape.chunks, shape.dimension as i64).clamp(64, most))
    }
}

/// Memory in MiB of a graph while it is built: of each chunk the vector, and its element with the
/// neighbours. pgvector 0.8 was seen to take 1,483 bytes of 384 dimensions.
fn graph_mib(chunks: i64, dimension: i64) -> i64 {
    const ELEMENT: i64 = 750;
    chunks * (dimension * 2 + ELEMENT) / MIB + 32
}

async fn set_hnsw(
    connection: &mut sqlx::postgres::PgConnection,
    id: IndexId,
    hnsw: bool,
) -> Result<(), sqlx::Error> {
    let statement = AssertSqlSafe("UPDATE sconce.indexes SET hnsw = $2 WHERE id = $1");
    sqlx::query(statement).bind(id).bind(hnsw).execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_fits_into_its_memory_however_large() {
        // As pgvector 0.8.5 said: 48 MiB were full after 33,933 vectors of 384 dimensions.
        let each = (48 << 20) / 33_933;
        for chunks in [10_000, 100_000, 1_000_000, 3_000_000] {
            assert!(graph_mib(chunks, 384) * MIB > chunks * each, "{chunks} chunks");
        }
    }
}
