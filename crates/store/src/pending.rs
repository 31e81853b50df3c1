//! The second stage of indexing: chunks that have no vector yet, and how they get one.
//!
//! Vectors come out of the cache of embeddings: whoever makes one puts it there, and the server copies
//! it beside its chunk. A file gets all its vectors at once, since half of them would rank one half of
//! it above the other. Who makes which is settled by [`claims`].

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};

use crate::claims::{self, hold_index};
use crate::connect::{Store, retrying};
use crate::error::{Result, StoreError};
use crate::index::IndexId;
use crate::standby::reading;
use crate::tables::on_index;
use crate::workers::WorkerId;

/// How much of an index has no vectors yet, or has just got them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Files.
    pub files: u64,
    /// Their chunks.
    pub chunks: u64,
    /// Their size in bytes, as they lie on disk.
    pub bytes: u64,
}

impl FromRow<'_, PgRow> for Extent {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let count = |name| row.try_get::<i64, _>(name).map(i64::unsigned_abs);
        Ok(Self { files: count("files")?, chunks: count("chunks")?, bytes: count("bytes")? })
    }
}

/// A chunk without a vector, with what a model is to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingChunk {
    /// Id of the file's version.
    pub file_id: i64,
    /// Path relative to the root.
    pub path: String,
    /// Names of the enclosing scopes, outermost first.
    pub scopes: Vec<String>,
    /// blake3 of what is to be embedded.
    pub content_hash: [u8; 32],
    /// Its text; `None` where the cache has its vector.
    pub content: Option<String>,
}

impl FromRow<'_, PgRow> for PendingChunk {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let hash: Vec<u8> = row.try_get("content_hash")?;
        Ok(Self {
            file_id: row.try_get("file_id")?,
            path: row.try_get("path")?,
            scopes: row.try_get("scopes")?,
            content_hash: hash.try_into().unwrap_or_default(),
            content: row.try_get("content")?,
        })
    }
}

/// The cached vector `e` of chunk `c`, where it fits the index: a damaged one must not reach a chunk.
/// `OFFSET 0` has it looked up for each chunk by its key; the planner would else read the cache whole.
const CACHED: &str = "LATERAL ( \
    SELECT embedding FROM sconce.embeddings \
    WHERE model = (SELECT model FROM sconce.indexes WHERE id = {id}) \
    AND content_hash = c.content_hash \
    AND vector_dims(embedding) = (SELECT dimension FROM sconce.indexes WHERE id = {id}) \
    OFFSET 0) e ON true";

impl Store {
    /// What has no vectors yet; for a reader where it reads, since vectors come without a new generation.
    pub async fn pending(&self, id: IndexId) -> Result<Extent> {
        let text = "SELECT count(*) AS files, coalesce(sum(chunks), 0)::bigint AS chunks, \
                    coalesce(sum(size), 0)::bigint AS bytes FROM {files} WHERE NOT embedded";
        reading!(self, id, connection => async {
            let found = sqlx::query_as(on_index(id, text)).fetch_one(&mut *connection).await;
            found.map_err(|error| StoreError::on_index(error, id))
        })
    }

    /// The chunks of these files, by file and position, as far as they have no vectors yet.
    pub async fn pending_chunks(&self, id: IndexId, file_ids: &[i64]) -> Result<Vec<PendingChunk>> {
        let text = format!(
            "SELECT c.file_id, f.path, c.scopes, c.content_hash, \
                    CASE WHEN e.embedding IS NULL THEN c.content END AS content \
             FROM {{files}} f JOIN {{chunks}} c USING (file_id) LEFT JOIN {CACHED} \
             WHERE f.file_id = ANY($1) AND NOT f.embedded ORDER BY c.file_id, c.ordinal"
        );
        let text = on_index(id, &text);
        retrying!(self, async {
            let mut transaction = self.begin().await?;
            look_up_by_keys(&mut transaction).await?;
            let query = sqlx::query_as(text.clone()).bind(file_ids);
            let found = query.fetch_all(&mut *transaction).await;
            let found = found.map_err(|error| StoreError::on_index(error, id))?;
            transaction.commit().await?;
            Ok(found)
        })
    }

    /// Gives these files their vectors out of the cache; how much it is that has them now. A file of
    /// which the cache lacks one gets none, and one that has them already is left as it is. The
    /// `worker` that has claimed them holds them no longer.
    pub async fn attach_vectors(
        &self,
        id: IndexId,
        worker: Option<WorkerId>,
        file_ids: &[i64],
    ) -> Result<Extent> {
        let attached = retrying!(self, async {
            let mut transaction = self.begin().await?;
            hold_index(&mut transaction, id).await?;
            let waiting = hold_waiting(&mut transaction, id, file_ids).await?;
            // Where the index of vectors is being built, that would wait for nothing.
            let attached = match waiting.as_slice() {
                [] => Extent::default(),
                waiting => attach(&mut transaction, id, waiting).await?,
            };
            if let Some(worker) = worker {
                claims::release(&mut transaction, worker, file_ids).await?;
            }
            transaction.commit().await?;
            Ok(attached)
        })?;
        self.note_use(id, file_ids).await?;
        Ok(attached)
    }
}

/// Those of the files that are there and have no vectors, kept from being removed before they have them.
/// One that somebody is removing just now is left out: waiting for it could be waiting in a circle.
async fn hold_waiting(
    connection: &mut PgConnection,
    id: IndexId,
    file_ids: &[i64],
) -> Result<Vec<i64>> {
    let text = "SELECT file_id FROM {files} WHERE file_id = ANY($1) AND NOT embedded \
                ORDER BY file_id FOR NO KEY UPDATE SKIP LOCKED";
    let query = sqlx::query_scalar(on_index(id, text)).bind(file_ids);
    query.fetch_all(connection).await.map_err(|error| StoreError::on_index(error, id))
}

/// Gives files their vectors within a transaction that keeps others from writing them.
pub(crate) async fn attach(
    connection: &mut PgConnection,
    id: IndexId,
    file_ids: &[i64],
) -> Result<Extent> {
    let text = format!(
        "WITH whole AS ( \
             SELECT c.file_id FROM {{chunks}} c LEFT JOIN {CACHED} WHERE c.file_id = ANY($1) \
             GROUP BY c.file_id HAVING count(*) = count(e.embedding)), \
         made AS ( \
             INSERT INTO {{vectors}} (index_id, file_id, ordinal, embedding) \
             SELECT c.index_id, c.file_id, c.ordinal, e.embedding \
             FROM whole JOIN {{chunks}} c USING (file_id) JOIN {CACHED} ORDER BY c.file_id, c.ordinal ON CONFLICT DO NOTHING), \
         marked AS ( \
             UPDATE {{files}} f SET embedded = true FROM whole \
             WHERE f.file_id = whole.file_id RETURNING f.chunks, f.size) \
         SELECT count(*) AS files, coalesce(sum(chunks), 0)::bigint AS chunks, \
                coalesce(sum(size), 0)::bigint AS bytes FROM marked"
    );
    look_up_by_keys(connection).await?;
    let query = sqlx::query_as(on_index(id, &text)).bind(file_ids);
    query.fetch_one(connection).await.map_err(|error| StoreError::on_index(error, id))
}

/// Has the transaction's plans go by keys. The tables grow while they are read, and before they are
/// analyzed the planner takes a few files for half of them.
pub(crate) async fn look_up_by_keys(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let settings = "SELECT set_config('enable_seqscan', 'off', true), \
                    set_config('enable_hashjoin', 'off', true), \
                    set_config('enable_mergejoin', 'off', true)";
    sqlx::query(settings).execute(connection).await?;
    Ok(())
}
