//! Brings pgvector and the schema up to date, one process at a time.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{Executor, Row};

use crate::error::{Result, StoreError, sqlstate};
use crate::managed::OLDEST_MAJOR;
use crate::notice::Notice;

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// The first pgvector that has `halfvec`.
const OLDEST_VECTOR: &str = "0.7.0";
/// Advisory lock of whoever migrates: "sconce" as a number.
const MIGRATION_LOCK: i64 = 0x73_63_6f_6e_63_65;

/// What the server is, found when the store was opened.
#[derive(Debug, Clone)]
pub(crate) struct Versions {
    pub(crate) pgvector: String,
}

impl Versions {
    /// pgvector 0.8 goes on scanning an HNSW index until a filter has let enough through.
    pub(crate) fn has_iterative_scans(&self) -> bool {
        parse(&self.pgvector) >= (0, 8)
    }
}

/// Checks the server, enables pgvector, and applies the migrations that are missing.
pub(crate) async fn migrate(
    connection: &mut PgConnection,
    notice: &mut (dyn FnMut(Notice) + Send),
) -> Result<Versions> {
    let server_major = server_major(connection).await?;
    if server_major < OLDEST_MAJOR {
        return Err(StoreError::ServerTooOld { found: server_major, needed: OLDEST_MAJOR });
    }
    let known = known_version();
    // the usual start: nothing to do, and no lock to wait for
    if applied_version(connection).await? == known {
        let pgvector = ensure_vector(connection, server_major).await?;
        return Ok(Versions { pgvector });
    }
    // whoever migrates may take longer than a statement usually may
    connection.execute("SET statement_timeout = 0").await?;
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut *connection)
        .await?;
    let result = migrate_locked(connection, server_major, notice).await;
    sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut *connection)
        .await?;
    result
}

async fn migrate_locked(
    connection: &mut PgConnection,
    server_major: u32,
    notice: &mut (dyn FnMut(Notice) + Send),
) -> Result<Versions> {
    let (known, from) = (known_version(), applied_version(connection).await?);
    if from > known {
        return Err(StoreError::SchemaTooNew { found: from, known });
    }
    // before our schema exists, so that pgvector goes where others look for it
    let pgvector = ensure_vector(connection, server_major).await?;
    if from < known {
        connection.execute("CREATE SCHEMA IF NOT EXISTS sconce").await?;
        // `run` is the same, but its future can't be sent to another thread
        MIGRATOR.run_direct(None, connection, false).await.map_err(migration_error)?;
        notice(Notice::Migrated { from, to: known });
    }
    Ok(Versions { pgvector })
}

fn migration_error(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            match StoreError::from(error) {
                StoreError::Database(error) => StoreError::Migration { reason: error.to_string() },
                named => named,
            }
        }
        error => StoreError::Migration { reason: error.to_string() },
    }
}

/// The newest migration of this binary.
pub(crate) fn known_version() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The newest migration applied, 0 for a database without our schema.
pub(crate) async fn applied_version(connection: &mut PgConnection) -> Result<i64> {
    let exists: bool =
        sqlx::query_scalar("SELECT to_regclass('sconce._sqlx_migrations') IS NOT NULL")
            .fetch_one(&mut *connection)
            .await?;
    if !exists {
        return Ok(0);
    }
    let version: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM sconce._sqlx_migrations")
            .fetch_one(connection)
            .await?;
    Ok(version.unwrap_or(0))
}

async fn server_major(connection: &mut PgConnection) -> Result<u32> {
    let number: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::int")
        .fetch_one(connection)
        .await?;
    Ok(number.unsigned_abs() / 10_000)
}

/// Enables pgvector where it is not, brings an old one up to what is installed, and gives its
/// version.
async fn ensure_vector(connection: &mut PgConnection, server_major: u32) -> Result<String> {
    let (available, mut enabled) = vector_versions(connection).await?;
    if enabled.is_none() {
        if available.is_none() {
            let reason = "the PostgreSQL server has no pgvector".into();
            return Err(StoreError::NoVector { reason, server_major });
        }
        enable_vector(connection, "CREATE EXTENSION IF NOT EXISTS vector", server_major).await?;
        (_, enabled) = vector_versions(connection).await?;
    }
    let is_old = |version: &str| parse(version) < parse(OLDEST_VECTOR);
    if enabled.as_deref().is_some_and(is_old) && !available.as_deref().is_none_or(is_old) {
        enable_vector(connection, "ALTER EXTENSION vector UPDATE", server_major).await?;
        (_, enabled) = vector_versions(connection).await?;
    }
    let found = enabled.unwrap_or_default();
    if is_old(&found) {
        return Err(StoreError::VectorTooOld { found, needed: OLDEST_VECTOR, server_major });
    }
    Ok(found)
}

/// pgvector's version as it lies beside the server, and as it is enabled in this database.
pub(crate) async fn vector_versions(
    connection: &mut PgConnection,
) -> Result<(Option<String>, Option<String>)> {
    let row = sqlx::query(
        "SELECT (SELECT default_version FROM pg_available_extensions WHERE name = 'vector'), \
         (SELECT extversion FROM pg_extension WHERE extname = 'vector')",
    )
    .fetch_one(connection)
    .await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

async fn enable_vector(
    connection: &mut PgConnection,
    statement: &'static str,
    server_major: u32,
) -> Result<()> {
    match connection.execute(statement).await {
        Ok(_) => Ok(()),
        Err(error) => {
            if sqlstate(&error).as_deref() == Some("42501") {
                let reason = format!("the role may not enable pgvector (`{statement}`)");
                return Err(StoreError::NoVector { reason, server_major });
            }
            Err(error.into())
        }
    }
}

/// `0.8.5` → (0, 8).
fn parse(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}
