//! Lines of files: the definitions at them and the chunks that hold them, for many at once.

use sconce_code::LineRange;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use crate::connect::Store;
use crate::error::{Result, StoreError};
use crate::index::IndexId;
use crate::read::{CHUNK, SYMBOL};
use crate::rows::{ChunkRow, SymbolRow};
use crate::standby::reading;
use crate::tables::on_index;

/// Lines of one version of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Id of the file's version.
    pub file_id: i64,
    /// The lines.
    pub lines: LineRange,
}

/// Spans as PostgreSQL takes them, a table `k` with their positions from 1.
const SPANS: &str = "unnest($1::bigint[], $2::int[], $3::int[]) WITH ORDINALITY \
                     AS k (file_id, start_line, end_line, position)";

/// The columns of [`SPANS`].
fn columns(spans: &[Span]) -> (Vec<i64>, Vec<i32>, Vec<i32>) {
    let files = spans.iter().map(|span| span.file_id).collect();
    let starts = spans.iter().map(|span| to_sql(span.lines.start)).collect();
    (files, starts, spans.iter().map(|span| to_sql(span.lines.end)).collect())
}

fn to_sql(line: u32) -> i32 {
    i32::try_from(line).unwrap_or(i32::MAX)
}

/// The place in the list of spans that a row is for.
fn position(row: &PgRow) -> Result<usize, sqlx::Error> {
    Ok(row.try_get::<i64, _>("position")? as usize - 1)
}

impl Store {
    /// The definitions that share lines with each span, in the file's order, outer ones first, in
    /// the spans' order.
    pub async fn definitions_at(&self, id: IndexId, spans: &[Span]) -> Result<Vec<Vec<SymbolRow>>> {
        let text = format!(
            "SELECT {SYMBOL}, k.position FROM {SPANS} \
             JOIN {{symbols}} s ON s.file_id = k.file_id \
             AND s.start_line <= k.end_line AND s.end_line >= k.start_line \
             JOIN {{files}} f ON f.file_id = k.file_id \
             ORDER BY k.position, s.start_line, s.end_line DESC"
        );
        let mut found = vec![Vec::new(); spans.len()];
        for row in self.spanned(id, &text, spans).await? {
            found[position(&row)?].push(SymbolRow::from_row(&row)?);
        }
        Ok(found)
    }

    /// The chunks that hold lines of each span, in the file's order, in the spans' order.
    pub async fn chunks_within(&self, id: IndexId, spans: &[Span]) -> Result<Vec<Vec<ChunkRow>>> {
        let text = format!(
            "SELECT {CHUNK}, k.position FROM {SPANS} \
             JOIN {{chunks}} c ON c.file_id = k.file_id \
             AND c.start_line <= k.end_line AND c.end_line >= k.start_line \
             JOIN {{files}} f ON f.file_id = k.file_id ORDER BY k.position, c.ordinal"
        );
        let mut found = vec![Vec::new(); spans.len()];
        for row in self.spanned(id, &text, spans).await? {
            found[position(&row)?].push(ChunkRow::from_row(&row)?);
        }
        Ok(found)
    }

    async fn spanned(&self, id: IndexId, text: &str, spans: &[Span]) -> Result<Vec<PgRow>> {
        let text = on_index(id, text);
        let (files, starts, ends) = columns(spans);
        reading!(self, id, connection => async {
            let query = sqlx::query(text.clone()).bind(&files).bind(&starts).bind(&ends);
            let rows = query.fetch_all(&mut *connection).await;
            rows.map_err(|error| StoreError::on_index(error, id))
        })
    }
}
