//! Which worker makes which vectors: files without vectors are leased, each to one worker.
//!
//! A lease is a row that lives as long as its [worker](crate::workers) does, so that one statement
//! renews all that a worker holds, and its death frees it. That no file is leased twice is the work of
//! a primary key; `SKIP LOCKED` only keeps workers from waiting for each other. Whoever lost its leases
//! and ends its work all the same does no harm: vectors are put into the cache by what was embedded,
//! and a file that has its vectors is not given them again.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{FromRow, Row};

use crate::connect::{Store, retrying};
use crate::error::{Result, StoreError};
use crate::index::IndexId;
use crate::pending::look_up_by_keys;
use crate::tables::on_index;
use crate::workers::WorkerId;

/// The least that a claim is made smaller to where little is left.
const LEAST_CHUNKS: i64 = 8;
/// Files that are looked at for one claim, for each of its chunks: a file has some ten.
const FILES_A_CHUNK: f64 = 0.5;

/// What a worker may take.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// About so many chunks: whole files, until they have as many.
    pub chunks: usize,
    /// Files that it has under way. What it holds beside them is given back: an answer was lost, or
    /// the work on it failed.
    pub under_way: &'a [i64],
    /// Files that it is not to get.
    pub but: &'a [i64],
}

/// What a worker got.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claimed {
    /// Ids of files without vectors, which are its own now.
    pub files: Vec<i64>,
    /// Whether others work on the same index.
    pub shared: bool,
}

/// What tells whether an index may have something to embed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexGeneration {
    /// Its id.
    pub id: IndexId,
    /// Its name.
    pub name: String,
    /// Id of its model.
    pub model: String,
    /// Counts its changes: what is without vectors comes with one of them.
    pub generation: i64,
}

impl FromRow<'_, PgRow> for IndexGeneration {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            model: row.try_get("model")?,
            generation: row.try_get("generation")?,
        })
    }
}

/// `$1` the worker, `$2` files to look at, `$3` chunks to take, `$4` files that it is not to get. Where
/// what is left is little, all workers get a part of it, so that they end together.
const CLAIM: &str = "
WITH free AS MATERIALIZED (
    SELECT f.file_id, f.chunks FROM {files} f
    WHERE NOT f.embedded AND f.file_id <> ALL($4)
      AND NOT EXISTS (SELECT 1 FROM sconce.leases l WHERE l.file_id = f.file_id)
    ORDER BY f.file_id LIMIT $2 FOR NO KEY UPDATE OF f SKIP LOCKED),
summed AS (
    SELECT file_id, chunks, sum(chunks) OVER (ORDER BY file_id) - chunks AS before,
           sum(chunks) OVER () AS total, count(*) OVER () < $2 AS is_all FROM free),
share AS (SELECT 2 * greatest(count(*), 1) AS parts FROM sconce.workers)
INSERT INTO sconce.leases (file_id, index_id, worker_id, chunks)
SELECT file_id, {id}, $1, chunks FROM summed, share
WHERE before < CASE WHEN is_all THEN least($3, greatest($5, total / parts)) ELSE $3 END
ON CONFLICT DO NOTHING RETURNING file_id";

impl Store {
    /// All indexes by id, with the generation of each.
    pub async fn index_generations(&self) -> Result<Vec<IndexGeneration>> {
        let text = "SELECT id, name, model, generation FROM sconce.indexes ORDER BY id";
        retrying!(self, async { Ok(sqlx::query_as(text).fetch_all(self.pool()).await?) })
    }

    /// Whether an index has a file without vectors.
    pub async fn has_pending(&self, id: IndexId) -> Result<bool> {
        let text = "SELECT EXISTS (SELECT 1 FROM {files} WHERE NOT embedded)";
        retrying!(self, async {
            let found = sqlx::query_scalar(on_index(id, text)).fetch_one(self.pool()).await;
            found.map_err(|error| StoreError::on_index(error, id))
        })
    }

    /// Leases a worker files of an index that have no vectors and that no other worker has; none of
    /// them where there are none. `None` where the worker is not known any more: it has expired.
    pub async fn claim(
        &self,
        worker: WorkerId,
        id: IndexId,
        wanted: Wanted<'_>,
    ) -> Result<Option<Claimed>> {
        retrying!(self, self.claim_once(worker, id, wanted))
    }

    async fn claim_once(
        &self,
        worker: WorkerId,
        id: IndexId,
        wanted: Wanted<'_>,
    ) -> Result<Option<Claimed>> {
        let mut transaction = self.begin().await?;
        hold_index(&mut transaction, id).await?;
        remove_expired(&mut transaction).await?;
        if !hold_worker(&mut transaction, worker).await? {
            transaction.commit().await?;
            return Ok(None);
        }
        let keep = "DELETE FROM sconce.leases \
                    WHERE worker_id = $1 AND index_id = $2 AND file_id <> ALL($3)";
        let query = sqlx::query(keep).bind(worker).bind(id).bind(wanted.under_way);
        query.execute(&mut *transaction).await?;
        let files = take(&mut transaction, worker, id, wanted).await;
        let files = files.map_err(|error| StoreError::on_index(error, id))?;
        let others = "SELECT EXISTS (SELECT 1 FROM sconce.leases \
                      WHERE index_id = $1 AND worker_id <> $2)";
        let query = sqlx::query_scalar(others).bind(id).bind(worker);
        let shared = query.fetch_one(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(Some(Claimed { files, shared }))
    }
}

async fn take(
    connection: &mut PgConnection,
    worker: WorkerId,
    id: IndexId,
    wanted: Wanted<'_>,
) -> Result<Vec<i64>, sqlx::Error> {
    look_up_by_keys(connection).await?;
    let not_these = [wanted.under_way, wanted.but].concat();
    let files = (wanted.chunks as f64 * FILES_A_CHUNK).ceil() as i64;
    let query = sqlx::query(on_index(id, CLAIM)).bind(worker).bind(files);
    let query = query.bind(wanted.chunks as i64).bind(not_these).bind(LEAST_CHUNKS);
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Gives these files back.
pub(crate) async fn release(
    connection: &mut PgConnection,
    worker: WorkerId,
    file_ids: &[i64],
) -> Result<()> {
    let text = "DELETE FROM sconce.leases WHERE worker_id = $1 AND file_id = ANY($2)";
    sqlx::query(text).bind(worker).bind(file_ids).execute(connection).await?;
    Ok(())
}

/// Keeps an index from being dropped until the transaction ends. Like every writer it takes the row
/// first; those that write the index are not held up.
pub(crate) async fn hold_index(connection: &mut PgConnection, id: IndexId) -> Result<()> {
    let text = "SELECT 1 FROM sconce.indexes WHERE id = $1 FOR KEY SHARE";
    let found = sqlx::query(text).bind(id).fetch_optional(connection).await?;
    found.map(|_| ()).ok_or(StoreError::NoSuchIndex { id: id.0 })
}

async fn hold_worker(connection: &mut PgConnection, worker: WorkerId) -> Result<bool> {
    let text = "SELECT 1 FROM sconce.workers WHERE id = $1 FOR KEY SHARE";
    Ok(sqlx::query(text).bind(worker).fetch_optional(connection).await?.is_some())
}

/// Removes the workers that have not been heard of for too long, with all that they held.
async fn remove_expired(connection: &mut PgConnection) -> Result<()> {
    let text = "DELETE FROM sconce.workers WHERE id IN ( \
                SELECT id FROM sconce.workers WHERE expires_at < clock_timestamp() \
                FOR UPDATE SKIP LOCKED)";
    sqlx::query(text).execute(connection).await?;
    Ok(())
}
