//! The cache of embeddings: what was embedded once, for whichever index, is not embedded again.

use pgvector::HalfVector;
use sqlx::Executor;

use crate::connect::{Store, retrying};
use crate::error::{Result, StoreError};
use crate::index::IndexId;
use crate::tables::on_index;

/// Days after which an embedding that nobody asked for goes.
const KEEP_DAYS: i32 = 90;
/// The most embeddings that are kept; 768 dimensions of each take some 1.7 KB.
const KEEP_MOST: i64 = 2_000_000;
/// A use is noted when the one noted is older, so that a search of the cache is seldom a write.
const NOTE_AFTER_DAYS: i32 = 7;
/// Embeddings looked up or written with one statement.
const BATCH: usize = 2_000;

impl Store {
    /// Notes that these files have their vectors from the cache, so that they stay in it.
    pub(crate) async fn note_use(&self, id: IndexId, file_ids: &[i64]) -> Result<()> {
        // What another one notes just now is noted: waiting for it could be waiting in a circle.
        let text = "UPDATE sconce.embeddings SET last_used = CURRENT_DATE WHERE ctid = ANY(ARRAY( \
             SELECT ctid FROM sconce.embeddings \
             WHERE model = (SELECT model FROM sconce.indexes WHERE id = {id}) \
             AND content_hash = ANY(ARRAY( \
                 SELECT content_hash FROM {chunks} WHERE file_id = ANY($1))) \
             AND last_used < CURRENT_DATE - $2 FOR NO KEY UPDATE SKIP LOCKED))";
        retrying!(self, async {
            let query = sqlx::query(on_index(id, text)).bind(file_ids).bind(NOTE_AFTER_DAYS);
            let done = query.execute(self.pool()).await;
            done.map(|_| ()).map_err(|error| StoreError::on_index(error, id))
        })
    }

    /// Keeps vectors by the hash of what was embedded.
    pub async fn cache_embeddings(
        &self,
        model: &str,
        mut embeddings: Vec<([u8; 32], Vec<f32>)>,
    ) -> Result<()> {
        // in one order everywhere, so that two writers never wait for each other in a circle
        embeddings.sort_unstable_by_key(|(hash, _)| *hash);
        embeddings.dedup_by_key(|(hash, _)| *hash);
        for batch in embeddings.chunks(BATCH) {
            let hashes: Vec<&[u8]> = batch.iter().map(|(hash, _)| hash.as_slice()).collect();
            let vectors: Vec<HalfVector> =
                batch.iter().map(|(_, vector)| HalfVector::from_f32_slice(vector)).collect();
            retrying!(self, self.cache_once(model, &hashes, &vectors))?;
        }
        Ok(())
    }

    async fn cache_once(
        &self,
        model: &str,
        hashes: &[&[u8]],
        vectors: &[HalfVector],
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        // what a crash of the machine loses here is only embedded again
        transaction.execute("SET LOCAL synchronous_commit = off").await?;
        sqlx::query(
            "INSERT INTO sconce.embeddings (model, content_hash, embedding) \
             SELECT $1, * FROM unnest($2::bytea[], $3::halfvec[]) \
             ON CONFLICT (model, content_hash) DO UPDATE SET embedding = excluded.embedding \
             WHERE vector_dims(embeddings.embedding) <> vector_dims(excluded.embedding)",
        )
        .bind(model)
        .bind(hashes)
        .bind(vectors)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Removes what nobody asked for in a long time, and the oldest beyond what is kept at most;
    /// gives how many went.
    pub(crate) async fn prune_cache(&self) -> Result<u64> {
        self.prune_cache_to(KEEP_DAYS, KEEP_MOST).await
    }

    async fn prune_cache_to(&self, days: i32, most: i64) -> Result<u64> {
        let old = retrying!(self, async {
            let query =
                sqlx::query("DELETE FROM sconce.embeddings WHERE last_used < CURRENT_DATE - $1");
            Ok(query.bind(days).execute(self.pool()).await?.rows_affected())
        })?;
        let over = retrying!(self, async {
            let query = sqlx::query(
                "DELETE FROM sconce.embeddings WHERE ctid IN (SELECT ctid FROM sconce.embeddings \
                 ORDER BY last_used LIMIT greatest((SELECT count(*) FROM sconce.embeddings) - $1, 0))",
            );
            Ok(query.bind(most).execute(self.pool()).await?.rows_affected())
        })?;
        Ok(old + over)
    }
}
