//! Looks at an external database, and changes nothing there.

use serde::Serialize;
use sqlx::Connection;

use crate::connect::{connect, external_options};
use crate::error::Result;
use crate::migrate;

/// What an external database is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// `18.4`, `17.2 (Debian 17.2-1)`, …
    pub server_version: String,
    /// pgvector as it is enabled in the database; `None` where it is not.
    pub pgvector_version: Option<String>,
    /// The newest migration applied; 0 without our schema.
    pub schema_version: i64,
    /// The newest migration of this binary.
    pub known_schema_version: i64,
}

/// Connects to `database_url` and tells what is there.
pub async fn inspect(database_url: &str) -> Result<Inspection> {
    let mut connection = connect(&external_options(database_url)?).await?;
    let server_version = sqlx::query_scalar("SELECT current_setting('server_version')");
    let inspection = Inspection {
        server_version: server_version.fetch_one(&mut connection).await?,
        pgvector_version: migrate::vector_versions(&mut connection).await?.1,
        schema_version: migrate::applied_version(&mut connection).await?,
        known_schema_version: migrate::known_version(),
    };
    // an error in saying goodbye changes nothing
    let _ = connection.close().await;
    Ok(inspection)
}
