//! Writes, touches and removes files.

use std::borrow::Cow;

use sqlx::Row;
use sqlx::postgres::PgConnection;

use crate::connect::{Store, retrying};
use crate::copy::Rows;
use crate::error::{Result, StoreError};
use crate::index::IndexId;
use crate::pending::{self, Extent};
use crate::rows::{FileTouch, NewFile};
use crate::tables::on_index;
use crate::text::clean;

impl Store {
    /// Writes files whole, in one transaction: what their paths held before goes, and each gets a
    /// new file id, higher than every one before. A reader sees all of it or nothing. Of two files
    /// of one path the later counts. Those whose vectors the cache has get them, which is how much is
    /// returned; the others wait for [`Store::attach_vectors`].
    pub async fn write_files(&self, id: IndexId, mut files: Vec<NewFile>) -> Result<Extent> {
        keep_last_of_each_path(&mut files);
        if files.is_empty() {
            return Ok(Extent::default());
        }
        let (attached, ids) = retrying!(self, self.write_once(id, &files))?;
        self.note_use(id, &ids).await?;
        Ok(attached)
    }

    async fn write_once(&self, id: IndexId, files: &[NewFile]) -> Result<(Extent, Vec<i64>)> {
        let mut transaction = self.begin().await?;
        // Taking the row first puts concurrent writes of one index in a line, so that file ids
        // become visible in their order: a reader that asks for what is newer misses nothing.
        lock_row(&mut transaction, id).await?;
        let paths: Vec<_> = files.iter().map(|file| clean(&file.path)).collect();
        let gone = remove(&mut transaction, id, &paths).await?;
        let ids: Vec<i64> =
            sqlx::query_scalar("SELECT nextval('sconce.file_ids') FROM generate_series(1, $1)")
                .bind(files.len() as i64)
                .fetch_all(&mut *transaction)
                .await?;
        let copied = copy_all(&mut transaction, id, files, &ids).await;
        copied.map_err(|error| StoreError::on_index(error, id))?;
        let chunks: usize = files.iter().map(|file| file.chunks.len()).sum();
        let change =
            Change { files: files.len() as i64 - gone.files, chunks: chunks as i64 - gone.chunks };
        bump(&mut transaction, id, change).await?;
        let attached = pending::attach(&mut transaction, id, &ids).await?;
        transaction.commit().await?;
        Ok((attached, ids))
    }

    /// Sets the size and times of files whose content did not change.
    pub async fn touch_files(&self, id: IndexId, touched: &[FileTouch]) -> Result<()> {
        let paths: Vec<_> = touched.iter().map(|file| clean(&file.path)).collect();
        let sizes: Vec<i64> = touched.iter().map(|file| file.size).collect();
        let modified: Vec<i64> = touched.iter().map(|file| file.mtime_ns).collect();
        let changed: Vec<i64> = touched.iter().map(|file| file.changed_ns).collect();
        retrying!(self, async {
            let statement = on_index(
                id,
                "UPDATE {files} f SET size = s.size, mtime_ns = s.mtime_ns, \
                 changed_ns = s.changed_ns \
                 FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) \
                 AS s (path, size, mtime_ns, changed_ns) WHERE f.path = s.path",
            );
            let query = sqlx::query(statement).bind(&paths).bind(&sizes);
            let query = query.bind(&modified).bind(&changed);
            let done = query.execute(self.pool()).await;
            done.map(|_| ()).map_err(|error| StoreError::on_index(error, id))
        })
    }

    /// Removes files, in one transaction; gives how many there were.
    pub async fn remove_files(&self, id: IndexId, paths: &[String]) -> Result<u64> {
        if paths.is_empty() {
            return Ok(0);
        }
        let paths: Vec<_> = paths.iter().map(|path| clean(path)).collect();
        retrying!(self, async {
            let mut transaction = self.begin().await?;
            lock_row(&mut transaction, id).await?;
            let gone = remove(&mut transaction, id, &paths).await?;
            if gone.files > 0 {
                let change = Change { files: -gone.files, chunks: -gone.chunks };
                bump(&mut transaction, id, change).await?;
            }
            transaction.commit().await?;
            Ok(gone.files.unsigned_abs())
        })
    }
}

/// Files and chunks more or fewer.
#[derive(Debug, Clone, Copy, Default)]
struct Change {
    files: i64,
    chunks: i64,
}

fn keep_last_of_each_path(files: &mut Vec<NewFile>) {
    let mut seen = std::collections::HashSet::new();
    let mut keep: Vec<bool> =
        files.iter().rev().map(|file| seen.insert(file.path.clone())).collect();
    keep.reverse();
    let mut keep = keep.into_iter();
    files.retain(|_| keep.next().unwrap_or(true));
}

/// Locks the index's row until the transaction ends: against other writers and against its end, and not
/// against those who give its files their vectors.
async fn lock_row(connection: &mut PgConnection, id: IndexId) -> Result<()> {
    let found = sqlx::query("SELECT 1 FROM sconce.indexes WHERE id = $1 FOR NO KEY UPDATE")
        .bind(id)
        .fetch_optional(connection)
        .await?;
    found.map(|_| ()).ok_or(StoreError::NoSuchIndex { id: id.0 })
}

async fn bump(connection: &mut PgConnection, id: IndexId, change: Change) -> Result<()> {
    sqlx::query(
        "UPDATE sconce.indexes SET generation = generation + 1, updated_at = now(), \
         files = files + $2, chunks = chunks + $3 WHERE id = $1",
    )
    .bind(id)
    .bind(change.files)
    .bind(change.chunks)
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the files of these paths and all that belongs to them; gives how much it was.
async fn remove(
    connection: &mut PgConnection,
    id: IndexId,
    paths: &[Cow<'_, str>],
) -> Result<Change> {
    let gone = sqlx::query(on_index(
        id,
        "DELETE FROM {files} WHERE path = ANY($1) RETURNING file_id, chunks",
    ))
    .bind(paths)
    .fetch_all(&mut *connection)
    .await
    .map_err(|error| StoreError::on_index(error, id))?;
    if gone.is_empty() {
        return Ok(Change::default());
    }
    let mut ids: Vec<i64> = Vec::with_capacity(gone.len());
    let mut change = Change { files: gone.len() as i64, chunks: 0 };
    for row in &gone {
        ids.push(row.try_get(0)?);
        change.chunks += i64::from(row.try_get::<i32, _>(1)?);
    }
    for statement in [
        "DELETE FROM {chunks} WHERE file_id = ANY($1)",
        "DELETE FROM {symbols} WHERE file_id = ANY($1)",
        "DELETE FROM {vectors} WHERE file_id = ANY($1)",
    ] {
        sqlx::query(on_index(id, statement)).bind(&ids).execute(&mut *connection).await?;
    }
    Ok(change)
}

async fn copy_all(
    connection: &mut PgConnection,
    id: IndexId,
    files: &[NewFile],
    ids: &[i64],
) -> Result<(), sqlx::Error> {
    copy_files(connection, id, files, ids).await?;
    copy_chunks(connection, id, files, ids).await?;
    copy_symbols(connection, id, files, ids).await
}

async fn begin<'c>(
    connection: &'c mut PgConnection,
    id: IndexId,
    columns: &str,
) -> Result<Rows<'c>, sqlx::Error> {
    let statement = format!("COPY {columns} FROM STDIN (FORMAT binary)");
    Rows::begin(connection, on_index(id, &statement).as_str()).await
}

async fn copy_files(
    connection: &mut PgConnection,
    id: IndexId,
    files: &[NewFile],
    ids: &[i64],
) -> Result<(), sqlx::Error> {
    let columns = "{files} (index_id, file_id, path, hash, size, mtime_ns, language, lines, chunks, \
                   parse_status, lexical, embedded, changed_ns, encoding)";
    let mut rows = begin(connection, id, columns).await?;
    for (file, file_id) in files.iter().zip(ids) {
        let mut row = rows.row(14).await?;
        row.int8(id.0).int8(*file_id).text(&file.path).bytes(&file.hash);
        row.int8(file.size).int8(file.mtime_ns).optional_text(file.language.as_deref());
        row.int4(file.lines).int4(file.chunks.len() as i32);
        row.text(&file.parse_status).bytes(&file.lexical);
        row.boolean(file.chunks.is_empty());
        row.int8(file.changed_ns).optional_text(file.encoding.as_deref());
    }
    rows.finish().await
}

async fn copy_chunks(
    connection: &mut PgConnection,
    id: IndexId,
    files: &[NewFile],
    ids: &[i64],
) -> Result<(), sqlx::Error> {
    let columns = "{chunks} (index_id, file_id, ordinal, start_line, end_line, start_byte, \
                   end_byte, content_hash, symbol_kind, symbol_name, signature, scopes, content)";
    let mut rows = begin(connection, id, columns).await?;
    for (file, file_id) in files.iter().zip(ids) {
        for (ordinal, chunk) in file.chunks.iter().enumerate() {
            let mut row = rows.row(13).await?;
            row.int8(id.0).int8(*file_id).int4(ordinal as i32);
            row.int4(chunk.start_line).int4(chunk.end_line);
            row.int4(chunk.start_byte).int4(chunk.end_byte).bytes(&chunk.content_hash);
            row.optional_text(chunk.symbol_kind.as_deref());
            row.optional_text(chunk.symbol_name.as_deref());
            row.optional_text(chunk.signature.as_deref());
            row.texts(&chunk.scopes).text(&chunk.content);
        }
    }
    rows.finish().await
}

async fn copy_symbols(
    connection: &mut PgConnection,
    id: IndexId,
    files: &[NewFile],
    ids: &[i64],
) -> Result<(), sqlx::Error> {
    let columns = "{symbols} (index_id, file_id, chunk, kind, name, scopes, signature, start_line, \
                   end_line, name_line, doc)";
    let mut rows = begin(connection, id, columns).await?;
    for (file, file_id) in files.iter().zip(ids) {
        for symbol in &file.symbols {
            let mut row = rows.row(11).await?;
            row.int8(id.0).int8(*file_id).int4(symbol.chunk).text(&symbol.kind).text(&symbol.name);
            row.texts(&symbol.scopes).text(&symbol.signature);
            row.int4(symbol.start_line).int4(symbol.end_line).int4(symbol.name_line);
            row.optional_text(symbol.doc.as_deref());
        }
    }
    rows.finish().await
}
