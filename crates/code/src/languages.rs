//! The language table. A language is a row of it and, where it has a grammar, a query in
//! `queries/`; nothing else in this crate knows languages by name, but for `detect` and what it
//! tells apart by a file's text.
//!
//! `docs/languages.md` is generated from this table (see `tests/reference.rs`).

mod braces;
mod business;
mod by_lines;
mod code;
mod config;
mod declarative;
mod documents;
mod functional;
mod further;
mod hardware;
mod infrastructure;
mod lisps;
mod loose;
mod markup;
mod proofs;
mod row;
mod schema;
mod schema_lines;
mod scripting;
mod text;

use std::sync::LazyLock;

pub(crate) use row::{Class, Grammar, Parser, Row};

/// Every language: those with a grammar first; then the text formats, each by name.
pub(crate) static LANGUAGES: LazyLock<Vec<&'static Row>> = LazyLock::new(|| {
    let tables = [
        code::ROWS,
        further::ROWS,
        markup::ROWS,
        config::ROWS,
        schema::ROWS,
        hardware::ROWS,
        infrastructure::ROWS,
        by_lines::ROWS,
        loose::ROWS,
        lisps::ROWS,
        braces::ROWS,
        scripting::ROWS,
        functional::ROWS,
        documents::ROWS,
        declarative::ROWS,
        proofs::ROWS,
        business::ROWS,
        schema_lines::ROWS,
        text::ROWS,
    ];
    let mut rows: Vec<&Row> = tables.into_iter().flatten().collect();
    rows.sort_by_key(|row| (row.grammar.is_none(), row.name));
    rows
});
