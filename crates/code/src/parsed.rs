//! What [`parse_file`](crate::parse_file) answers.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{LineRange, SymbolKind};

/// How large chunks are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkOptions {
    /// A chunk's budget in bytes. No chunk is longer (unless the budget is less than one character).
    pub max_bytes: usize,
    /// Chunks below this many bytes are merged with a neighbour where that fits the budget.
    pub min_bytes: usize,
}

impl Default for ChunkOptions {
    fn default() -> Self {
        ChunkOptions { max_bytes: 1600, min_bytes: 400 }
    }
}

/// A file's chunks, symbols and imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParsedFile {
    /// How well the syntax was understood.
    pub status: ParseStatus,
    /// In order; they cover the whole text, never overlap, never split a character. An empty text
    /// has none.
    pub chunks: Vec<Chunk>,
    /// The definitions, in order of their start, outer before inner.
    pub symbols: Vec<Symbol>,
    /// The imports, in order.
    pub imports: Vec<Import>,
}

/// How well a file's syntax was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ParseStatus {
    /// Parsed without an error.
    Ok,
    /// Parsed with errors in places; what is right around them is used.
    Partial,
    /// Not parsed (too large, too much work) or wrong as a whole: split as plain text.
    Error,
    /// The parser was ended before it was done: it took more memory, stack or time than a file may.
    /// Split as plain text.
    Aborted,
    /// No language, or one without a grammar: split as plain text.
    NoGrammar,
}

impl ParseStatus {
    /// Every status.
    pub const ALL: [ParseStatus; 5] = [
        ParseStatus::Ok,
        ParseStatus::Partial,
        ParseStatus::Error,
        ParseStatus::Aborted,
        ParseStatus::NoGrammar,
    ];

    /// The status as it is stored: `"ok"`, `"partial"`, `"error"`, `"aborted"`, `"no_grammar"`.
    pub fn as_str(self) -> &'static str {
        match self {
            ParseStatus::Ok => "ok",
            ParseStatus::Partial => "partial",
            ParseStatus::Error => "error",
            ParseStatus::Aborted => "aborted",
            ParseStatus::NoGrammar => "no_grammar",
        }
    }
}

impl fmt::Display for ParseStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No parse status has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownStatus(pub String);

impl fmt::Display for UnknownStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown parse status `{}`", self.0)
    }
}

impl std::error::Error for UnknownStatus {}

impl FromStr for ParseStatus {
    type Err = UnknownStatus;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        ParseStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == name)
            .ok_or_else(|| UnknownStatus(name.to_owned()))
    }
}

/// A part of a file that is embedded and found as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Where it lies in the text.
    pub bytes: Range<usize>,
    /// The lines of its first and its last byte (a line's end belongs to the line).
    pub lines: LineRange,
    /// The names of the definitions that it lies within, outermost first: `["Store", "connect"]`
    /// for a later part of `Store::connect`. A definition that starts in it is none of them.
    pub scopes: Vec<String>,
    /// Indices into [`ParsedFile::symbols`] of the definitions whose names lie in it, outer first.
    pub symbols: Vec<usize>,
}

/// A definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbol {
    /// What it is.
    pub kind: SymbolKind,
    /// Its name, unqualified.
    pub name: String,
    /// The names of what it is defined in, outermost first: the type of an `impl`, the receiver of
    /// a Go method, `Foo` of a C++ `Foo::bar` among them.
    pub scopes: Vec<String>,
    /// Its head on one line, without body, 200 characters at most.
    pub signature: String,
    /// The whole definition, with the doc comments, attributes and decorators that lead it.
    pub bytes: Range<usize>,
    /// The 1-based line of its name.
    pub name_line: u32,
    /// The lines of `bytes`.
    pub lines: LineRange,
    /// The first paragraph of its documentation, without comment marks, 300 characters at most.
    pub doc: Option<String>,
}

/// Something that a file uses of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// What is imported, as written, without quotes: `crate::a::b`, `./x`, `os.path`, `<stdio.h>`.
    pub target: String,
    /// The names taken from it, where the import lists them.
    pub names: Vec<String>,
    /// Its 1-based line.
    pub line: u32,
}
