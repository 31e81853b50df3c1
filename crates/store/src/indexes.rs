//! Makes, lists and drops indexes, and keeps their state.

use std::sync::Arc;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Executor, FromRow, Postgres, Row, SqlSafeStr, SqlStr};

use crate::connect::{Store, retrying};
use crate::error::{Result, StoreError, sqlstate};
use crate::index::{Index, IndexId, IndexState, IndexStatus, NewIndex};
use crate::lock::LOCK_CLASS;
use crate::tables;

/// The columns of an index; `$1` is [`LOCK_CLASS`].
const SELECT: &str = "
SELECT id, name, root, model, dimension, settings, status, commit_id, branch, error, generation,
       files, chunks,
       (extract(epoch FROM created_at) * 1000)::bigint AS created_at_ms,
       (extract(epoch FROM updated_at) * 1000)::bigint AS updated_at_ms,
       EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
               AND classid = $1::int::oid AND objid = indexes.id::oid
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
           AS locked
FROM sconce.indexes";

/// What tells a database from all others, but for those that are its very copy.
pub(crate) const IDENTITY: &str = "
SELECT c.system_identifier || ' ' || d.oid
FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()";

/// The query for indexes with a condition or an order of ours.
fn select(rest: &'static str) -> SqlStr {
    AssertSqlSafe(Arc::<str>::from(format!("{SELECT} {rest}"))).into_sql_str()
}

/// Whether a writer of one of the indexes seems to have died. A writer writes its outcome before it lets
/// its lock go, but one statement sees the lock as it is now and the outcome as it was when the statement
/// began: where it looks so, a second look tells.
fn seem_abandoned(rows: &[PgRow]) -> Result<bool, sqlx::Error> {
    let mut rows = rows.iter().map(|row| {
        let (status, locked): (&str, bool) = (row.try_get("status")?, row.try_get("locked")?);
        Ok(matches!(status, "indexing" | "queued") && !locked)
    });
    rows.try_fold(false, |found, one: Result<bool, sqlx::Error>| Ok(found || one?))
}

impl FromRow<'_, PgRow> for Index {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let dimension: i32 = row.try_get("dimension")?;
        let (status, locked): (&str, bool) = (row.try_get("status")?, row.try_get("locked")?);
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            root: row.try_get("root")?,
            model: row.try_get("model")?,
            dimension: dimension as usize,
            settings: row.try_get("settings")?,
            state: IndexState {
                status: IndexStatus::from_stored(status, locked),
                died: status == "indexing" && !locked,
                commit: row.try_get("commit_id")?,
                branch: row.try_get("branch")?,
                error: row.try_get("error")?,
            },
            generation: row.try_get("generation")?,
            files: row.try_get("files")?,
            chunks: row.try_get("chunks")?,
            created_at_ms: row.try_get("created_at_ms")?,
            updated_at_ms: row.try_get("updated_at_ms")?,
        })
    }
}

impl Store {
    /// Every index, by name.
    pub async fn indexes(&self) -> Result<Vec<Index>> {
        let statement = select("ORDER BY name");
        retrying!(self, async {
            let read = || sqlx::query(statement.clone()).bind(LOCK_CLASS).fetch_all(self.pool());
            let rows = read().await?;
            let rows = if seem_abandoned(&rows)? { read().await? } else { rows };
            Ok(rows.iter().map(Index::from_row).collect::<Result<_, _>>()?)
        })
    }

    /// The index of this id.
    pub async fn index_by_id(&self, id: IndexId) -> Result<Option<Index>> {
        self.index_where("WHERE id = $2", id).await
    }

    /// The index of this name.
    pub async fn index_by_name(&self, name: &str) -> Result<Option<Index>> {
        self.index_of("WHERE name = $2", name).await
    }

    /// The index of this directory; of several the one that was made first.
    pub async fn index_by_root(&self, root: &str) -> Result<Option<Index>> {
        self.index_of("WHERE root = $2 ORDER BY id LIMIT 1", root).await
    }

    async fn index_of(&self, condition: &'static str, text: &str) -> Result<Option<Index>> {
        // PostgreSQL refuses a text with a NUL, and no index can have such a name
        if text.contains('\0') {
            return Ok(None);
        }
        self.index_where(condition, text).await
    }

    async fn index_where<'v, V>(&self, condition: &'static str, value: V) -> Result<Option<Index>>
    where
        V: Copy + Send + sqlx::Type<Postgres> + sqlx::Encode<'v, Postgres> + 'v,
    {
        let statement = select(condition);
        retrying!(self, async {
            let query = || sqlx::query(statement.clone()).bind(LOCK_CLASS).bind(value);
            let row = query().fetch_optional(self.pool()).await?;
            let row = if seem_abandoned(row.as_slice())? {
                query().fetch_optional(self.pool()).await?
            } else {
                row
            };
            Ok(row.as_ref().map(Index::from_row).transpose()?)
        })
    }

    /// Makes an empty index.
    pub async fn create_index(&self, new: NewIndex) -> Result<Index> {
        if new.dimension == 0 || new.dimension > crate::MAX_DIMENSION {
            let expected = crate::MAX_DIMENSION;
            return Err(StoreError::Dimension { expected, found: new.dimension });
        }
        let id = retrying!(self, self.create_once(&new))?;
        self.index_by_id(id).await?.ok_or(StoreError::NoSuchIndex { id: id.0 })
    }

    async fn create_once(&self, new: &NewIndex) -> Result<IndexId> {
        let mut transaction = self.begin().await?;
        let inserted = sqlx::query_scalar(
            "INSERT INTO sconce.indexes (name, root, model, dimension, settings) \
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
        )
        .bind(crate::text::clean(&new.name))
        .bind(crate::text::clean(&new.root))
        .bind(&new.model)
        .bind(new.dimension as i32)
        .bind(&new.settings)
        .fetch_one(&mut *transaction)
        .await;
        let id: IndexId = match inserted {
            Ok(id) => id,
            Err(error) => {
                let taken = sqlstate(&error).is_some_and(|code| code == "23505");
                let name = new.name.clone();
                return Err(if taken { StoreError::IndexExists { name } } else { error.into() });
            }
        };
        let statement = tables::on_index(id, tables::CREATE);
        transaction.execute(sqlx::raw_sql(statement)).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Drops an index and all that is in it, at once; nothing when it is gone already. What its
    /// embeddings cost stays in the cache.
    pub async fn drop_index(&self, id: IndexId) -> Result<()> {
        retrying!(self, async {
            let mut transaction = self.begin().await?;
            // the row first, as every writer takes it first
            sqlx::query("DELETE FROM sconce.indexes WHERE id = $1")
                .bind(id)
                .execute(&mut *transaction)
                .await?;
            sqlx::query(tables::on_index(id, tables::DROP)).execute(&mut *transaction).await?;
            Ok(transaction.commit().await?)
        })
    }

    /// Sets how far an index is.
    pub async fn set_state(&self, id: IndexId, state: IndexState) -> Result<()> {
        let updated = retrying!(self, async {
            let query = sqlx::query(
                "UPDATE sconce.indexes SET status = $2, commit_id = $3, branch = $4, error = $5, \
                 updated_at = now() WHERE id = $1",
            );
            let query = query.bind(id).bind(state.status.as_str());
            let query = query.bind(&state.commit).bind(&state.branch);
            let query = query.bind(state.error.as_deref().map(crate::text::clean));
            Ok(query.execute(self.pool()).await?.rows_affected())
        })?;
        if updated == 0 { Err(StoreError::NoSuchIndex { id: id.0 }) } else { Ok(()) }
    }

    /// Replaces the engine's settings of an index.
    pub async fn set_settings(&self, id: IndexId, settings: &serde_json::Value) -> Result<()> {
        let updated = retrying!(self, async {
            let query = sqlx::query("UPDATE sconce.indexes SET settings = $2 WHERE id = $1");
            Ok(query.bind(id).bind(settings).execute(self.pool()).await?.rows_affected())
        })?;
        if updated == 0 { Err(StoreError::NoSuchIndex { id: id.0 }) } else { Ok(()) }
    }

    /// Sets the directory that an index covers: its project was moved there.
    pub async fn set_root(&self, id: IndexId, root: &str) -> Result<()> {
        let updated = retrying!(self, async {
            let query = sqlx::query(
                "UPDATE sconce.indexes SET root = $2, updated_at = now() WHERE id = $1",
            );
            let query = query.bind(id).bind(crate::text::clean(root));
            Ok(query.execute(self.pool()).await?.rows_affected())
        })?;
        if updated == 0 { Err(StoreError::NoSuchIndex { id: id.0 }) } else { Ok(()) }
    }

    /// What the last walk of an index's directory left out, in the engine's own form.
    pub async fn skipped_files(&self, id: IndexId) -> Result<Option<serde_json::Value>> {
        retrying!(self, async {
            let query =
                sqlx::query_scalar("SELECT entries FROM sconce.skipped_files WHERE index_id = $1");
            Ok(query.bind(id).fetch_optional(self.pool()).await?)
        })
    }

    /// Replaces what the last walk left out; writes nothing where it is the same.
    pub async fn set_skipped_files(&self, id: IndexId, entries: &serde_json::Value) -> Result<()> {
        retrying!(self, async {
            let query = sqlx::query(
                "INSERT INTO sconce.skipped_files AS s (index_id, entries) VALUES ($1, $2) \
                 ON CONFLICT (index_id) DO UPDATE SET entries = excluded.entries \
                 WHERE s.entries IS DISTINCT FROM excluded.entries",
            );
            let done = query.bind(id).bind(entries).execute(self.pool()).await;
            done.map(|_| ()).map_err(|error| StoreError::on_index(error, id))
        })
    }

    /// What tells this database from every other one, copies of it among them: a cache on disk that is
    /// of several databases goes by it. It is the same for a primary and its standbys.
    pub async fn identity(&self) -> Result<String> {
        retrying!(self, async { Ok(sqlx::query_scalar(IDENTITY).fetch_one(self.pool()).await?) })
    }

    /// Counts the changes of an index's content: what was cached at another generation is stale.
    pub async fn generation(&self, id: IndexId) -> Result<i64> {
        let found: Option<i64> = retrying!(self, async {
            let query = sqlx::query_scalar("SELECT generation FROM sconce.indexes WHERE id = $1");
            Ok(query.bind(id).fetch_optional(self.pool()).await?)
        })?;
        found.ok_or(StoreError::NoSuchIndex { id: id.0 })
    }
}
