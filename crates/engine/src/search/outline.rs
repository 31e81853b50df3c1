//! A symbol of a file, and the definition at a line: reading code without reading the whole file.

use sconce_code::LineRange;
use sconce_store::SymbolRow;
use serde::Serialize;

use crate::{EngineError, Index};

/// More symbols than any file has.
const ALL_SYMBOLS: usize = 10_000;

/// A symbol of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutlineEntry {
    /// Its type, such as `function`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The definitions around it, outermost first.
    pub scopes: Vec<String>,
    /// Its signature, in one line.
    pub signature: String,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line.
    pub end_line: u32,
    /// The line of its name.
    pub name_line: u32,
    /// First paragraph of its documentation.
    pub doc: Option<String>,
}

impl OutlineEntry {
    /// Its lines.
    pub fn lines(&self) -> LineRange {
        LineRange { start: self.start_line, end: self.end_line }
    }

    /// Its name with those of the definitions around it, `Store::connect`.
    pub fn qualified_name(&self) -> String {
        let mut parts: Vec<&str> = self.scopes.iter().map(String::as_str).collect();
        parts.push(&self.name);
        parts.join("::")
    }
}

/// A definition with its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// The symbol; none where the line is in none.
    pub symbol: Option<OutlineEntry>,
    /// The line that `content` begins at.
    pub start_line: u32,
    /// The line that `content` ends at.
    pub end_line: u32,
    /// The code.
    pub content: String,
}

impl Index {
    /// Whether the file `path` is in it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn holds_file(&self, path: &str) -> Result<bool, EngineError> {
        Ok(!self.store().file_chunks(self.id(), path).await?.is_empty())
    }

    /// The innermost definition at `line` of `path`, or the chunk there where the line is in none;
    /// none where the file has no such line.
    ///
    /// # Errors
    /// [`EngineError::NoSuchFile`], and what the database says.
    pub async fn definition_at(
        &self,
        path: &str,
        line: u32,
    ) -> Result<Option<Definition>, EngineError> {
        let file = self.file(path).await?;
        let Some(section) = file.section_at(line) else { return Ok(None) };
        let symbol = file.definition_at(line).cloned();
        let lines = symbol.as_ref().map_or(section, OutlineEntry::lines);
        Ok(Some(Definition {
            symbol,
            start_line: lines.start,
            end_line: lines.end,
            content: file.lines_in(lines).flat_map(|(_, line)| [line, "\n"]).collect(),
        }))
    }

    pub(super) async fn symbols_of(&self, path: &str) -> Result<Vec<SymbolRow>, EngineError> {
        Ok(self.store().symbols(self.id(), Some(path), None, None, ALL_SYMBOLS).await?)
    }

    pub(super) fn lacks_file(&self, path: &str) -> EngineError {
        EngineError::NoSuchFile { index: self.name().to_owned(), path: path.to_owned() }
    }
}

pub(super) fn entry(symbol: SymbolRow) -> OutlineEntry {
    let lines = symbol.lines();
    OutlineEntry {
        kind: symbol.kind,
        name: symbol.name,
        scopes: symbol.scopes,
        signature: symbol.signature,
        start_line: lines.start,
        end_line: lines.end,
        name_line: symbol.name_line.max(0) as u32,
        doc: symbol.doc,
    }
}
