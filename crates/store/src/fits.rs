//! Whether anything of an index fits: regular expressions of globs, and filters.

use sconce_code::filter::{Filter, GlobTarget};

use crate::connect::Store;
use crate::error::{Result, StoreError};
use crate::index::IndexId;
use crate::standby::reading;
use crate::statement::Statement;
use crate::tables::on_index;

impl Store {
    /// Which of the regular expressions fit a path, or a symbol's name, of the index.
    pub async fn fitting(
        &self,
        id: IndexId,
        target: GlobTarget,
        regexes: &[String],
    ) -> Result<Vec<bool>> {
        let (table, column) = match target {
            GlobTarget::Paths => ("{files}", "path"),
            GlobTarget::Names => ("{symbols}", "name"),
        };
        let text = format!(
            "SELECT EXISTS (SELECT 1 FROM {table} WHERE {column} ~ one.regex) \
             FROM unnest($1::text[]) WITH ORDINALITY AS one (regex, place) ORDER BY place"
        );
        let text = on_index(id, &text);
        reading!(self, id, connection => async {
            let query = sqlx::query_scalar(text.clone()).bind(regexes);
            let fits = query.fetch_all(&mut *connection).await;
            fits.map_err(|error| StoreError::on_index(error, id))
        })
    }

    /// Whether anything of the index passes the filter.
    pub async fn passes_any(&self, id: IndexId, filter: &Filter) -> Result<bool> {
        reading!(self, id, connection => async {
            let mut statement = Statement::new();
            let passing = if filter.narrows_symbols() {
                statement.symbols_query(filter, "1")
            } else {
                format!("SELECT 1 FROM {{files}} WHERE {}", statement.file_conditions(filter))
            };
            let text = on_index(id, &format!("SELECT EXISTS ({passing})"));
            let query = sqlx::query_scalar_with(text, statement.arguments);
            let passes = query.fetch_one(&mut *connection).await;
            passes.map_err(|error| StoreError::on_index(error, id))
        })
    }
}
