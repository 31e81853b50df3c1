//! What is written to an index and read from it.

use sconce_code::{ChunkKey, LineRange};
use serde::Serialize;

/// A file to be written, whole: it replaces whatever its path held before.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Path relative to the index's root, with `/`.
    pub path: String,
    /// blake3 of the file's bytes.
    pub hash: [u8; 32],
    /// Size in bytes.
    pub size: i64,
    /// Modification time in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// The system's own time of the last change, likewise.
    pub changed_ns: i64,
    /// The encoding that it is in, where that is not UTF-8.
    pub encoding: Option<String>,
    /// Canonical name of the language.
    pub language: Option<String>,
    /// Number of lines.
    pub lines: i32,
    /// How parsing went: `ok`, `partial`, `error`, `aborted`, `no_grammar`.
    pub parse_status: String,
    /// The postings of the file in the ranking's own form, opaque here.
    pub lexical: Vec<u8>,
    /// Its chunks in order; the position is the chunk's ordinal.
    pub chunks: Vec<NewChunk>,
    /// The symbols defined in it, in order.
    pub symbols: Vec<NewSymbol>,
}

/// A chunk to be written.
#[derive(Debug, Clone)]
pub struct NewChunk {
    /// First line, from 1.
    pub start_line: i32,
    /// Last line, inclusive.
    pub end_line: i32,
    /// First byte, from 0.
    pub start_byte: i32,
    /// The byte after the last.
    pub end_byte: i32,
    /// Its text. NUL characters become spaces, since PostgreSQL can't hold them.
    pub content: String,
    /// Names of the enclosing scopes, outermost first.
    pub scopes: Vec<String>,
    /// Kind of the symbol it stands for.
    pub symbol_kind: Option<String>,
    /// Name of the symbol it stands for.
    pub symbol_name: Option<String>,
    /// Signature of that symbol.
    pub signature: Option<String>,
    /// blake3 of what is embedded of it: the key of its vector in the cache.
    pub content_hash: [u8; 32],
}

/// A symbol to be written.
#[derive(Debug, Clone)]
pub struct NewSymbol {
    /// `function`, `class`, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Names of the enclosing definitions, outermost first.
    pub scopes: Vec<String>,
    /// Its signature in one line.
    pub signature: String,
    /// First line of the definition, from 1.
    pub start_line: i32,
    /// Last line, inclusive.
    pub end_line: i32,
    /// Line of the name, from 1.
    pub name_line: i32,
    /// Ordinal of the chunk it starts in.
    pub chunk: i32,
    /// First paragraph of its documentation.
    pub doc: Option<String>,
}

/// What tells whether a file changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStamp {
    /// Id of this version of the file.
    pub file_id: i64,
    /// Path relative to the root.
    pub path: String,
    /// blake3 of its bytes.
    pub hash: [u8; 32],
    /// Size in bytes.
    pub size: i64,
    /// Modification time in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// The system's own time of the last change, likewise.
    pub changed_ns: i64,
}

/// The size and times of a file whose content did not change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTouch {
    /// Path relative to the root.
    pub path: String,
    /// Size in bytes.
    pub size: i64,
    /// Modification time in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// The system's own time of the last change, likewise.
    pub changed_ns: i64,
}

/// The words of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexicalFile {
    /// Id of this version of the file.
    pub file_id: i64,
    /// Path relative to the root.
    pub path: String,
    /// Canonical name of the language.
    pub language: Option<String>,
    /// The postings given in [`NewFile::lexical`].
    pub lexical: Vec<u8>,
}

/// A chunk near a query's vector.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Hit {
    /// The chunk.
    pub key: ChunkKey,
    /// Cosine similarity, −1 to 1.
    pub similarity: f32,
}

/// A chunk with all that is shown of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct ChunkRow {
    /// Id of the file's version.
    pub file_id: i64,
    /// Position of the chunk in its file, from 0.
    pub ordinal: i32,
    /// Path relative to the root.
    pub path: String,
    /// Canonical name of the language.
    pub language: Option<String>,
    /// First line, from 1.
    pub start_line: i32,
    /// Last line, inclusive.
    pub end_line: i32,
    /// First byte, from 0.
    pub start_byte: i32,
    /// The byte after the last.
    pub end_byte: i32,
    /// Its text.
    pub content: String,
    /// Names of the enclosing scopes, outermost first.
    pub scopes: Vec<String>,
    /// Kind of the symbol it stands for.
    pub symbol_kind: Option<String>,
    /// Name of the symbol it stands for.
    pub symbol_name: Option<String>,
    /// Signature of that symbol.
    pub signature: Option<String>,
}

impl ChunkRow {
    /// What names it.
    pub fn key(&self) -> ChunkKey {
        ChunkKey { file_id: self.file_id, ordinal: self.ordinal as u32 }
    }

    /// Its lines.
    pub fn lines(&self) -> LineRange {
        LineRange { start: self.start_line as u32, end: self.end_line as u32 }
    }
}

/// A symbol with where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct SymbolRow {
    /// Id of the file's version.
    pub file_id: i64,
    /// Path relative to the root.
    pub path: String,
    /// Canonical name of the language.
    pub language: Option<String>,
    /// `function`, `class`, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Names of the enclosing definitions, outermost first.
    pub scopes: Vec<String>,
    /// Its signature in one line.
    pub signature: String,
    /// First line of the definition, from 1.
    pub start_line: i32,
    /// Last line, inclusive.
    pub end_line: i32,
    /// Line of the name, from 1.
    pub name_line: i32,
    /// Ordinal of the chunk it starts in.
    pub chunk: i32,
    /// First paragraph of its documentation.
    pub doc: Option<String>,
}

impl SymbolRow {
    /// The lines of its definition.
    pub fn lines(&self) -> LineRange {
        LineRange { start: self.start_line as u32, end: self.end_line as u32 }
    }
}

impl SymbolRow {
    /// The chunk that it starts in.
    pub fn key(&self) -> ChunkKey {
        ChunkKey { file_id: self.file_id, ordinal: self.chunk as u32 }
    }
}
/// A chunk's text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChunkText {
    /// Id of the file's version.
    pub file_id: i64,
    /// Position of the chunk in its file, from 0.
    pub ordinal: i32,
    /// Path relative to the root.
    pub path: String,
    /// Canonical name of the language.
    pub language: Option<String>,
    /// First line, from 1.
    pub start_line: i32,
    /// Its text.
    pub content: String,
}

impl ChunkText {
    /// What names the chunk.
    pub fn key(&self) -> ChunkKey {
        ChunkKey { file_id: self.file_id, ordinal: self.ordinal as u32 }
    }
}

/// The name of a symbol and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SymbolName {
    /// Id of the file's version.
    pub file_id: i64,
    /// Line of the name, from 1.
    pub name_line: i32,
    /// The name.
    pub name: String,
}
