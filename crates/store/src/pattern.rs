//! The chunks and the symbols whose text may match a pattern, found by texts that a match holds.

use std::fmt::Write as _;

use sconce_code::ChunkKey;
use sconce_code::filter::Filter;

use crate::connect::Store;
use crate::error::{Result, StoreError};
use crate::index::IndexId;
use crate::rows::{ChunkText, SymbolName};
use crate::standby::reading;
use crate::statement::Statement;
use crate::tables::on_index;
use crate::text::clean;

/// A text that matches of a pattern hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Needle {
    /// The text.
    pub text: String,
    /// Whether the ASCII letters of it may be of any case; `text` has small ones then.
    pub any_case: bool,
}

impl Statement {
    /// A condition that a column holds one of the needles; none of them lets all through.
    fn holds(&mut self, column: &str, needles: &[Needle]) -> String {
        if needles.is_empty() {
            return "true".into();
        }
        let conditions = needles.iter().map(|needle| {
            let text = self.bind(clean(&needle.text).into_owned());
            // Folded by the letters of ASCII alone, whatever the server's language is
            let column = if needle.any_case {
                format!("lower({column} COLLATE \"C\")")
            } else {
                column.to_owned()
            };
            format!("strpos({column}, {text}) > 0")
        });
        format!("({})", conditions.collect::<Vec<_>>().join(" OR "))
    }
}

impl Store {
    /// The texts of the chunks that pass the filter and hold one of the needles (or of all that pass,
    /// where there are none), in the order of files and lines: at most `limit` of those after `after`.
    pub async fn chunk_texts(
        &self,
        id: IndexId,
        needles: &[Needle],
        filter: &Filter,
        after: Option<ChunkKey>,
        limit: usize,
    ) -> Result<Vec<ChunkText>> {
        reading!(self, id, connection => async {
            let mut statement = Statement::new();
            let mut conditions = statement.chunk_conditions(filter);
            if let Some(after) = after {
                let file = statement.bind(after.file_id);
                let ordinal = statement.bind(after.ordinal as i32);
                let _ = write!(conditions, " AND (file_id, ordinal) > ({file}, {ordinal})");
            }
            let holds = statement.holds("content", needles);
            let limit = statement.bind(limit as i64);
            let text = format!(
                "SELECT c.*, f.path, f.language FROM (SELECT file_id, ordinal, start_line, content \
                 FROM {{chunks}} WHERE {conditions} AND {holds} \
                 ORDER BY file_id, ordinal LIMIT {limit}) c \
                 JOIN {{files}} f USING (file_id) ORDER BY c.file_id, c.ordinal"
            );
            let query = sqlx::query_as_with(on_index(id, &text), statement.arguments);
            let rows = query.fetch_all(&mut *connection).await;
            rows.map_err(|error| StoreError::on_index(error, id))
        })
    }

    /// The texts of those of these chunks that pass the filter and hold one of the needles, in the order
    /// of files and lines.
    pub async fn texts_of(
        &self,
        id: IndexId,
        needles: &[Needle],
        filter: &Filter,
        keys: &[ChunkKey],
    ) -> Result<Vec<ChunkText>> {
        let (files, ordinals): (Vec<i64>, Vec<i32>) =
            keys.iter().map(|key| (key.file_id, key.ordinal as i32)).unzip();
        reading!(self, id, connection => async {
            let mut statement = Statement::new();
            let (files, ordinals) = (files.clone(), ordinals.clone());
            let (files, ordinals) = (statement.bind(files), statement.bind(ordinals));
            let conditions = statement.chunk_conditions(filter);
            let holds = statement.holds("content", needles);
            let text = format!(
                "SELECT c.*, f.path, f.language FROM (SELECT file_id, ordinal, start_line, content \
                 FROM unnest({files}, {ordinals}) AS k (file_id, ordinal) \
                 JOIN {{chunks}} USING (file_id, ordinal) WHERE {conditions} AND {holds}) c \
                 JOIN {{files}} f USING (file_id) ORDER BY c.file_id, c.ordinal"
            );
            let query = sqlx::query_as_with(on_index(id, &text), statement.arguments);
            let rows = query.fetch_all(&mut *connection).await;
            rows.map_err(|error| StoreError::on_index(error, id))
        })
    }

    /// The symbols whose name is one of `names` or holds one of the needles, `limit` at most. Without
    /// needles they are looked up.
    pub async fn symbol_names(
        &self,
        id: IndexId,
        needles: &[Needle],
        names: &[String],
        limit: usize,
    ) -> Result<Vec<SymbolName>> {
        reading!(self, id, connection => async {
            let mut statement = Statement::new();
            let exact = statement.bind(names.to_vec());
            let others = if needles.is_empty() {
                let folded: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
                format!("AND lower(name) = ANY({})", statement.bind(folded))
            } else {
                format!("OR {}", statement.holds("name", needles))
            };
            let limit = statement.bind(limit as i64);
            let text = format!(
                "SELECT file_id, name_line, name FROM {{symbols}} WHERE name = ANY({exact}) {others} \
                 ORDER BY file_id, name_line LIMIT {limit}"
            );
            let query = sqlx::query_as_with(on_index(id, &text), statement.arguments);
            let rows = query.fetch_all(&mut *connection).await;
            rows.map_err(|error| StoreError::on_index(error, id))
        })
    }
}
