//! The partitions of one index, by name.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::index::IndexId;

/// Fills `{files}`, `{chunks}`, `{symbols}` and `{vectors}` of a statement with the names of an
/// index's partitions, and `{id}` with its number. A number is all that is ever put in: every value
/// is bound.
pub(crate) fn on_index(id: IndexId, statement: &str) -> SqlStr {
    let mut text = statement.replace("{id}", &id.0.to_string());
    for table in ["files", "chunks", "symbols", "vectors"] {
        text = text.replace(&format!("{{{table}}}"), &format!("sconce.{table}_{}", id.0));
    }
    AssertSqlSafe(Arc::<str>::from(text)).into_sql_str()
}

/// Makes the partitions of a new index. `toast_tuple_target` is the size above which what is long in
/// a row moves out of it: a filter then reads little else than paths.
pub(crate) const CREATE: &str = "
CREATE TABLE {files} PARTITION OF sconce.files FOR VALUES IN ({id})
    WITH (toast_tuple_target = 256);
ALTER TABLE {files} ADD PRIMARY KEY (file_id), ADD UNIQUE (path),
    ALTER path SET STORAGE MAIN, ALTER hash SET STORAGE MAIN,
    ALTER language SET STORAGE MAIN, ALTER parse_status SET STORAGE MAIN;
CREATE INDEX ON {files} (file_id) WHERE NOT embedded;
CREATE TABLE {chunks} PARTITION OF sconce.chunks FOR VALUES IN ({id});
ALTER TABLE {chunks} ADD PRIMARY KEY (file_id, ordinal);
CREATE TABLE {symbols} PARTITION OF sconce.symbols FOR VALUES IN ({id});
CREATE INDEX ON {symbols} (file_id);
CREATE INDEX ON {symbols} (lower(name) text_pattern_ops);
CREATE TABLE {vectors} PARTITION OF sconce.vectors FOR VALUES IN ({id});
ALTER TABLE {vectors} ADD PRIMARY KEY (file_id, ordinal);
";

/// Drops the partitions of an index.
pub(crate) const DROP: &str = "DROP TABLE IF EXISTS {vectors}, {symbols}, {chunks}, {files}";
