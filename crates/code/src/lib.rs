//! Language detection, syntax-aware chunks, symbols and imports: pure functions over text.
//!
//! ```
//! use sconce_code::{ChunkOptions, Language, parse_file};
//!
//! let text = "/// Opens it.\npub fn open(path: &str) -> bool {\n    true\n}\n";
//! let language = Language::detect("src/open.rs", text);
//! let parsed = parse_file("src/open.rs", text, language, &ChunkOptions::default());
//! assert_eq!(parsed.symbols[0].name, "open");
//! assert_eq!(parsed.symbols[0].doc.as_deref(), Some("Opens it."));
//! assert_eq!(parsed.chunks.len(), 1);
//! ```
//!
//! The way of a text through this crate:
//!
//! 1. [`Language::detect`] finds the language by file name, extension or shebang. Languages are
//!    rows of one table (`languages.rs`); those with a grammar have a query in `queries/`.
//! 2. [`parse_file`] parses it with tree-sitter under a work limit, runs the query for
//!    definitions, scopes, comments and imports, and turns these into [`Symbol`]s and [`Import`]s.
//! 3. The tree says where the text may be cut and how bad each cut would be; the chunks are the
//!    cheapest way to cut it within the budget. A text without a tree is cut at blank lines and
//!    headings by the same rules.
//!
//! [`filter`] says which files, chunks and symbols a search is narrowed to.
//!
//! Nothing here reads a file, waits, prints or panics, whatever the text.
#![forbid(unsafe_code)]

mod added;
mod brackets;
mod captures;
mod cuts;
mod data;
mod detect;
mod doc;
mod embedding_text;
pub mod filter;
mod grammar;
mod imports;
mod infrastructure;
mod injection;
mod kind;
mod language;
mod languages;
mod lined;
mod lines;
mod macro_table;
mod named;
mod near;
mod outline;
mod parse;
mod parsed;
mod partition;
mod place;
mod projects;
mod qualified;
mod readable;
mod shared_extension;
mod shebang;
mod signature;
mod statements;
mod text_cuts;
mod time_limit;
mod trivia;
pub mod words;

pub use added::{NewLanguage, NewLanguageError, add_language, check_language, language_as};
pub use data::DATA_EXTENSIONS;
pub use embedding_text::embedding_text;
pub use kind::{SymbolKind, UnknownKind};
pub use language::Language;
pub use near::{near, nearest};
pub use parse::{parse_file, split_unparsed};
pub use parsed::{Chunk, ChunkOptions, Import, ParseStatus, ParsedFile, Symbol, UnknownStatus};
pub use place::{ChunkKey, LineRange};
pub use projects::{ProjectLanguage, know_languages};
