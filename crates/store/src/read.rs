//! Reads files, words, chunks and symbols.

use pgvector::HalfVector;
use sconce_code::ChunkKey;
use sconce_code::filter::NameGlob;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use crate::connect::Store;
use crate::error::{Result, StoreError};
use crate::index::IndexId;
use crate::rows::{ChunkRow, FileStamp, LexicalFile, SymbolRow};
use crate::standby::reading;
use crate::tables::on_index;
use crate::text::clean;

/// The columns of a [`ChunkRow`].
pub(crate) const CHUNK: &str = "c.file_id, c.ordinal, f.path, f.language, c.start_line, c.end_line, \
                     c.start_byte, c.end_byte, c.content, c.scopes, c.symbol_kind, c.symbol_name, \
                     c.signature";

/// The columns of a [`SymbolRow`].
pub(crate) const SYMBOL: &str = "s.file_id, f.path, f.language, s.kind, s.name, s.scopes, \
                      s.signature, s.start_line, s.end_line, s.name_line, s.chunk, s.doc";

/// Runs a query on one index where that is read.
macro_rules! read {
    ($store:expr, $id:expr, $query:expr, $fetch:ident) => {
        reading!($store, $id, connection => async {
            let found = $query.$fetch(&mut *connection).await;
            found.map_err(|error| StoreError::on_index(error, $id))
        })
    };
}

impl FromRow<'_, PgRow> for FileStamp {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let hash: Vec<u8> = row.try_get("hash")?;
        Ok(Self {
            file_id: row.try_get("file_id")?,
            path: row.try_get("path")?,
            // One of another length never equals a file's, and so the file is read again
            hash: hash.try_into().unwrap_or_default(),
            size: row.try_get("size")?,
            mtime_ns: row.try_get("mtime_ns")?,
            changed_ns: row.try_get("changed_ns")?,
        })
    }
}

impl Store {
    /// Every file with what tells whether it changed, in no order: that of their paths takes the database longer
    /// than all else of a run without changes.
    pub async fn files(&self, id: IndexId) -> Result<Vec<FileStamp>> {
        let text = "SELECT file_id, path, hash, size, mtime_ns, changed_ns FROM {files}";
        read!(self, id, sqlx::query_as(on_index(id, text)), fetch_all)
    }

    /// The words of these files, by id; those that are gone are left out.
    pub async fn lexical_files(&self, id: IndexId, files: &[i64]) -> Result<Vec<LexicalFile>> {
        let text = "SELECT file_id, path, language, lexical FROM {files} WHERE file_id = ANY($1) \
                    ORDER BY file_id";
        let rows: Vec<(i64, String, Option<String>, Vec<u8>)> =
            read!(self, id, sqlx::query_as(on_index(id, text)).bind(files), fetch_all)?;
        Ok(rows
            .into_iter()
            .map(|(file_id, path, language, lexical)| LexicalFile {
                file_id,
                path,
                language,
                lexical,
            })
            .collect())
    }

    /// The ids of the files there are, ascending.
    pub async fn live_files(&self, id: IndexId) -> Result<Vec<i64>> {
        let text = "SELECT file_id FROM {files} ORDER BY file_id";
        read!(self, id, sqlx::query_scalar(on_index(id, text)), fetch_all)
    }

    /// Chunks by their keys, in the order asked for; those that are gone are left out.
    pub async fn chunks(&self, id: IndexId, keys: &[ChunkKey]) -> Result<Vec<ChunkRow>> {
        let (files, ordinals): (Vec<i64>, Vec<i32>) =
            keys.iter().map(|key| (key.file_id, key.ordinal as i32)).unzip();
        let text = format!(
            "SELECT {CHUNK} FROM unnest($1::bigint[], $2::int[]) WITH ORDINALITY \
             AS k (file_id, ordinal, position) \
             JOIN {{chunks}} c ON c.file_id = k.file_id AND c.ordinal = k.ordinal \
             JOIN {{files}} f ON f.file_id = k.file_id ORDER BY k.position"
        );
        let text = on_index(id, &text);
        read!(self, id, sqlx::query_as(text.clone()).bind(&files).bind(&ordinals), fetch_all)
    }

    /// The chunk that holds a line of a file.
    pub async fn chunk_at(&self, id: IndexId, path: &str, line: u32) -> Result<Option<ChunkRow>> {
        let text = format!(
            "SELECT {CHUNK} FROM {{chunks}} c JOIN {{files}} f USING (file_id) \
             WHERE f.path = $1 AND $2 BETWEEN c.start_line AND c.end_line \
             ORDER BY c.ordinal LIMIT 1"
        );
        let (text, path) = (on_index(id, &text), clean(path));
        let line = i32::try_from(line).unwrap_or(i32::MAX);
        read!(self, id, sqlx::query_as(text.clone()).bind(path.as_ref()).bind(line), fetch_optional)
    }

    /// The chunks of a file in order; empty where the file is not there.
    pub async fn file_chunks(&self, id: IndexId, path: &str) -> Result<Vec<ChunkRow>> {
        let text = format!(
            "SELECT {CHUNK} FROM {{chunks}} c JOIN {{files}} f USING (file_id) \
             WHERE f.path = $1 ORDER BY c.ordinal"
        );
        let (text, path) = (on_index(id, &text), clean(path));
        read!(self, id, sqlx::query_as(text.clone()).bind(path.as_ref()), fetch_all)
    }

    /// The vector of a chunk; `None` where the chunk is gone or has none.
    pub async fn embedding_of(&self, id: IndexId, key: ChunkKey) -> Result<Option<Vec<f32>>> {
        let text = "SELECT embedding FROM {vectors} WHERE file_id = $1 AND ordinal = $2";
        let found: Option<HalfVector> = read!(
            self,
            id,
            sqlx::query_scalar(on_index(id, text)).bind(key.file_id).bind(key.ordinal as i32),
            fetch_optional
        )?;
        Ok(found.map(|vector| to_f32(&vector)))
    }

    /// Symbols by file and line: of one file or of all, of a name glob (without a capital letter it
    /// ignores case) and of a kind.
    pub async fn symbols(
        &self,
        id: IndexId,
        path: Option<&str>,
        name_glob: Option<&str>,
        kind: Option<&str>,
        limit: usize,
    ) -> Result<Vec<SymbolRow>> {
        let name = name_glob.and_then(NameGlob::lenient);
        if name.is_none() && name_glob.is_some() {
            // No symbol has such a name, and no pattern of any size is built.
            return Ok(Vec::new());
        }
        let operator = if name.as_ref().is_none_or(NameGlob::case_counts) { "~" } else { "~*" };
        let text = format!(
            "SELECT {SYMBOL} FROM {{symbols}} s JOIN {{files}} f USING (file_id) \
             WHERE ($1::text IS NULL OR f.path = $1) AND ($2::text IS NULL OR s.name {operator} $2) \
             AND ($3::text IS NULL OR s.kind = $3) \
             ORDER BY f.path, s.start_line, s.end_line DESC LIMIT $4"
        );
        let text = on_index(id, &text);
        let (path, kind) = (path.map(clean), kind.map(clean));
        read!(
            self,
            id,
            sqlx::query_as(text.clone())
                .bind(path.as_deref())
                .bind(name.as_ref().map(NameGlob::regex))
                .bind(kind.as_deref())
                .bind(limit as i64),
            fetch_all
        )
    }
}

pub(crate) fn to_f32(vector: &HalfVector) -> Vec<f32> {
    vector.as_slice().iter().map(|value| value.to_f32()).collect()
}
