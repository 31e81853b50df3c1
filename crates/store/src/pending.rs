//! The second stage of indexing: chunks that have no vector yet, and how they get one.
//!
//! Vectors come out of the cache of embeddings: whoever makes one puts it there, and the server copies
//! it beside its chunk. A file gets all its vectors at once, since half of them would rank one half of
//! it above the other.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};

use crate::connect::{Store, retrying};
use crate::error::{Result, StoreError};
use crate::index::IndexId;
use crate::tables::on_index;

/// Files that are looked at for one batch.
const MAX_FILES: i64 = 128;

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
    /// What has no vectors yet.
    pub async fn pending(&self, id: IndexId) -> Result<Extent> {
        let text = "SELECT count(*) AS files, coalesce(sum(chunks), 0)::bigint AS chunks, \
                    coalesce(sum(size), 0)::bigint AS bytes FROM {files} WHERE NOT embedded";
        retrying!(self, async {
            let found = sqlx::query_as(on_index(id, text)).fetch_one(self.pool()).await;
            found.map_err(|error| StoreError::on_index(error, id))
        })
    }

    /// The chunks of the next files without vectors, by file and position: whole files with a higher
    /// id than `after`, until they have `chunks` chunks together.
    pub async fn pending_chunks(
        &self,
        id: IndexId,
        after: i64,
        chunks: usize,
    ) -> Result<Vec<PendingChunk>> {
        let text = format!(
            "SELECT c.file_id, f.path, c.scopes, c.content_hash, \
                    CASE WHEN e.embedding IS NULL THEN c.content END AS content \
             FROM (SELECT file_id, path, sum(chunks) OVER (ORDER BY file_id) - chunks AS before \
                   FROM {{files}} WHERE NOT embedded AND file_id > $1 ORDER BY file_id LIMIT $2) f \
             JOIN {{chunks}} c USING (file_id) LEFT JOIN {CACHED} WHERE f.before < $3 ORDER BY c.file_id, c.ordinal"
        );
        let text = on_index(id, &text);
        retrying!(self, async {
            let mut transaction = self.pool().begin().await?;
            look_up_by_keys(&mut transaction).await?;
            let query = sqlx::query_as(text.clone()).bind(after).bind(MAX_FILES);
            let found = query.bind(chunks as i64).fetch_all(&mut *transaction).await;
            let found = found.map_err(|error| StoreError::on_index(error, id))?;
            transaction.commit().await?;
            Ok(found)
        })
    }

    /// Gives these files their vectors out of the cache; how much it is that has them now. A file of
    /// which the cache lacks one gets none.
    pub async fn attach_vectors(&self, id: IndexId, file_ids: &[i64]) -> Result<Extent> {
        let attached = retrying!(self, async {
            let mut transaction = self.pool().begin().await?;
            let attached = attach(&mut transaction, id, file_ids).await?;
            transaction.commit().await?;
            Ok(attached)
        })?;
        self.note_use(id, file_ids).await?;
        Ok(attached)
    }
}

/// The same within a transaction.
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
async fn look_up_by_keys(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let settings = "SELECT set_config('enable_seqscan', 'off', true), \
                    set_config('enable_hashjoin', 'off', true), \
                    set_config('enable_mergejoin', 'off', true)";
    sqlx::query(settings).execute(connection).await?;
    Ok(())
}
