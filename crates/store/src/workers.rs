//! Those who give chunks their vectors, as the database knows them.

use std::time::Duration;

use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use crate::connect::{Store, retrying};
use crate::error::Result;
use crate::index::IndexId;
use crate::text::clean;

/// Names a worker for as long as it is known; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct WorkerId(pub i64);

/// A worker that makes itself known.
#[derive(Debug, Clone)]
pub struct NewWorker {
    /// What people know it by: its machine and process.
    pub name: String,
    /// `index`, `worker` or `serve`.
    pub role: &'static str,
    /// The index whose job it is, for `index`: its caller holds the index's lock, and so any other one
    /// of the kind is dead.
    pub job_of: Option<IndexId>,
    /// For how long it counts as alive after it was last heard of.
    pub lease: Duration,
}

/// What a worker says of itself while it works.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorkerState {
    /// What its model runs on.
    pub device: String,
    /// The model's id.
    pub model: String,
    /// The index that it works on, or worked on last.
    pub index: Option<IndexId>,
    /// Chunks that it has embedded.
    pub chunks: u64,
    /// Chunks a second, of late.
    pub chunks_per_second: f32,
}

/// A worker that lives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Worker {
    /// Its machine and process.
    pub name: String,
    /// `index` for an index job, `worker` or `serve`.
    pub role: String,
    /// What its model runs on; empty before it has one.
    pub device: String,
    /// The model's id; empty before it has one.
    pub model: String,
    /// The index that it works on, or worked on last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// Chunks that it has embedded.
    pub chunks: i64,
    /// Chunks a second, of late.
    pub chunks_per_second: f32,
    /// Chunks that it holds: those it embeds, and those that come next.
    pub chunks_held: i64,
    /// Seconds since it began.
    pub seconds: f64,
}

impl FromRow<'_, PgRow> for Worker {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            name: row.try_get("name")?,
            role: row.try_get("role")?,
            device: row.try_get("device")?,
            model: row.try_get("model")?,
            index: row.try_get("index")?,
            chunks: row.try_get("chunks")?,
            chunks_per_second: row.try_get("chunks_per_second")?,
            chunks_held: row.try_get("chunks_held")?,
            seconds: row.try_get("seconds")?,
        })
    }
}

const LIVING: &str = "
SELECT w.name, w.role, w.device, w.model, i.name AS index, w.chunks, w.chunks_per_second,
       coalesce((SELECT sum(l.chunks) FROM sconce.leases l WHERE l.worker_id = w.id), 0)::bigint
           AS chunks_held,
       extract(epoch FROM clock_timestamp() - w.joined_at)::float8 AS seconds
FROM sconce.workers w LEFT JOIN sconce.indexes i ON i.id = w.index_id
WHERE w.expires_at >= clock_timestamp() ORDER BY w.id";

impl Store {
    /// Makes a worker known. It is alive for its lease from now on, by the database's clock.
    pub async fn join_workers(&self, new: &NewWorker) -> Result<WorkerId> {
        retrying!(self, async {
            let mut transaction = self.begin().await?;
            if let Some(index) = new.job_of {
                let dead = sqlx::query("DELETE FROM sconce.workers WHERE job_of = $1");
                dead.bind(index).execute(&mut *transaction).await?;
            }
            let text = "INSERT INTO sconce.workers (name, role, job_of, expires_at) \
                        VALUES ($1, $2, $3, clock_timestamp() + $4) RETURNING id";
            let query = sqlx::query_scalar(text).bind(clean(&new.name)).bind(new.role);
            let id = query.bind(new.job_of).bind(new.lease).fetch_one(&mut *transaction).await?;
            transaction.commit().await?;
            Ok(id)
        })
    }

    /// Renews all that a worker holds, and notes what it does; whether it is still known. One that is
    /// not holds nothing any more, and joins again.
    pub async fn renew_worker(
        &self,
        id: WorkerId,
        state: &WorkerState,
        lease: Duration,
    ) -> Result<bool> {
        retrying!(self, async {
            let text = "UPDATE sconce.workers SET expires_at = clock_timestamp() + $2, device = $3, \
                        model = $4, index_id = $5, chunks = $6, chunks_per_second = $7 WHERE id = $1";
            let query = sqlx::query(text).bind(id).bind(lease);
            let query = query.bind(clean(&state.device)).bind(&state.model).bind(state.index);
            let query = query.bind(state.chunks as i64).bind(state.chunks_per_second);
            Ok(query.execute(self.pool()).await?.rows_affected() > 0)
        })
    }

    /// Gives back all that a worker holds, and forgets it.
    pub async fn leave_workers(&self, id: WorkerId) -> Result<()> {
        retrying!(self, async {
            let query = sqlx::query("DELETE FROM sconce.workers WHERE id = $1").bind(id);
            Ok(query.execute(self.pool()).await.map(|_| ())?)
        })
    }

    /// Those that live, the longest known first.
    pub async fn workers(&self) -> Result<Vec<Worker>> {
        retrying!(self, async { Ok(sqlx::query_as(LIVING).fetch_all(self.pool()).await?) })
    }
}
