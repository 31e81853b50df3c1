//! What an index holds, in numbers; and how the database is.

use std::time::Instant;

use serde::Serialize;
use sqlx::Row;

use crate::connect::{Store, retrying};
use crate::error::{Result, StoreError};
use crate::index::IndexId;
use crate::tables::on_index;

/// What an index holds, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IndexStats {
    /// Files.
    pub files: i64,
    /// Chunks.
    pub chunks: i64,
    /// Chunks of the files that are not embedded yet.
    pub chunks_to_embed: i64,
    /// Symbols.
    pub symbol_count: i64,
    /// Lines of all files.
    pub lines: i64,
    /// Bytes of all files as they lie in the directory.
    pub source_bytes: i64,
    /// Bytes that the index takes in the database, its indexes included.
    pub bytes_on_disk: i64,
    /// Whether the vectors have an HNSW index; below a size they are scanned, exactly.
    pub hnsw: bool,
    /// By language, most files first; files without one count as `unknown`.
    pub languages: Vec<LanguageStats>,
    /// Symbols by kind, most first.
    pub symbols: Vec<(String, i64)>,
    /// Files by how parsing went.
    pub parse_status: Vec<(String, i64)>,
    /// Files that are not in UTF-8, by their encoding, most first.
    pub encodings: Vec<EncodingStats>,
}

/// The files of one encoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EncodingStats {
    /// Its name.
    pub encoding: String,
    /// Files.
    pub files: i64,
    /// The paths of the first of them.
    pub paths: Vec<String>,
}

/// The share of one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LanguageStats {
    /// Canonical name.
    pub language: String,
    /// Files.
    pub files: i64,
    /// Chunks.
    pub chunks: i64,
    /// Lines.
    pub lines: i64,
}

/// How the database is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// `18.4`, `17.2 (Debian 17.2-1)`, …
    pub server_version: String,
    /// `0.8.5`, …
    pub pgvector_version: String,
    /// Newest migration applied.
    pub schema_version: i64,
    /// Whether it is the PostgreSQL that Sconce manages itself.
    pub managed: bool,
    /// Time of one round trip, in milliseconds.
    pub latency_ms: f64,
}

impl Store {
    /// How the database is; fails when a search would.
    pub async fn health(&self) -> Result<Health> {
        let start = Instant::now();
        let row = sqlx::query(
            "SELECT current_setting('server_version'), max(version) FROM _sqlx_migrations",
        )
        .fetch_one(self.pool())
        .await
        .map_err(|error| StoreError::from(error).of(self.is_managed()))?;
        Ok(Health {
            server_version: row.try_get(0)?,
            pgvector_version: self.versions().pgvector.clone(),
            schema_version: row.try_get(1)?,
            managed: self.is_managed(),
            latency_ms: start.elapsed().as_secs_f64() * 1e3,
        })
    }

    /// What an index holds, in numbers.
    pub async fn stats(&self, id: IndexId) -> Result<IndexStats> {
        retrying!(self, async {
            let stats = self.stats_once(id).await;
            stats.map_err(|error| StoreError::on_index(error, id))
        })
    }

    /// The files of an index that are not in UTF-8, by their encoding, most first.
    pub async fn encodings(&self, id: IndexId) -> Result<Vec<EncodingStats>> {
        let rows: Vec<(String, i64, Vec<String>)> = retrying!(self, async {
            let query = sqlx::query_as(on_index(id, ENCODINGS));
            query.fetch_all(self.pool()).await.map_err(|error| StoreError::on_index(error, id))
        })?;
        Ok(encoding_stats(rows))
    }

    async fn stats_once(&self, id: IndexId) -> Result<IndexStats, sqlx::Error> {
        let mut connection = self.pool().acquire().await?;
        let totals = sqlx::query(on_index(id, TOTALS)).fetch_one(&mut *connection).await?;
        let languages: Vec<(String, i64, i64, i64)> =
            sqlx::query_as(on_index(id, LANGUAGES)).fetch_all(&mut *connection).await?;
        let symbols: Vec<(String, i64)> =
            sqlx::query_as(on_index(id, SYMBOLS)).fetch_all(&mut *connection).await?;
        let parse_status: Vec<(String, i64)> =
            sqlx::query_as(on_index(id, PARSE_STATUS)).fetch_all(&mut *connection).await?;
        let encodings: Vec<(String, i64, Vec<String>)> =
            sqlx::query_as(on_index(id, ENCODINGS)).fetch_all(&mut *connection).await?;
        Ok(IndexStats {
            encodings: encoding_stats(encodings),
            files: totals.try_get("files")?,
            chunks: totals.try_get("chunks")?,
            chunks_to_embed: totals.try_get("chunks_to_embed")?,
            symbol_count: symbols.iter().map(|(_, count)| count).sum(),
            lines: totals.try_get("lines")?,
            source_bytes: totals.try_get("source_bytes")?,
            bytes_on_disk: totals.try_get("bytes_on_disk")?,
            hnsw: totals.try_get("hnsw")?,
            languages: languages
                .into_iter()
                .map(|(language, files, chunks, lines)| LanguageStats {
                    language,
                    files,
                    chunks,
                    lines,
                })
                .collect(),
            symbols,
            parse_status,
        })
    }
}

fn encoding_stats(rows: Vec<(String, i64, Vec<String>)>) -> Vec<EncodingStats> {
    let rows = rows.into_iter();
    rows.map(|(encoding, files, paths)| EncodingStats { encoding, files, paths }).collect()
}

const TOTALS: &str = "
SELECT count(*) AS files, coalesce(sum(chunks), 0)::bigint AS chunks,
       coalesce(sum(chunks) FILTER (WHERE NOT embedded), 0)::bigint AS chunks_to_embed,
       coalesce(sum(lines), 0)::bigint AS lines, coalesce(sum(size), 0)::bigint AS source_bytes,
       coalesce((SELECT hnsw FROM sconce.indexes WHERE id = {id}), false) AS hnsw,
       pg_total_relation_size('{files}') + pg_total_relation_size('{chunks}')
           + pg_total_relation_size('{symbols}') + pg_total_relation_size('{vectors}')
           AS bytes_on_disk
FROM {files}";

const LANGUAGES: &str = "
SELECT coalesce(language, 'unknown'), count(*), sum(chunks)::bigint, sum(lines)::bigint
FROM {files} GROUP BY 1 ORDER BY 2 DESC, 1";

const SYMBOLS: &str = "SELECT kind, count(*) FROM {symbols} GROUP BY 1 ORDER BY 2 DESC, 1";

const PARSE_STATUS: &str =
    "SELECT parse_status, count(*) FROM {files} GROUP BY 1 ORDER BY 2 DESC, 1";

const ENCODINGS: &str = "
SELECT encoding, count(*), (array_agg(path ORDER BY path))[1:50]
FROM {files} WHERE encoding IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1";
