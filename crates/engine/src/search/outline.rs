//! A symbol of a file, and the definition at a line: reading code without reading the whole file.

use sconce_code::LineRange;
use sconce_store::{ChunkRow, SymbolRow};
use serde::Serialize;

use super::snippet::lines;
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
    /// Path below the project's root.
    pub path: String,
    /// The file's language.
    pub language: Option<String>,
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
        let file = self.store().file_chunks(self.id(), path).await?;
        if file.is_empty() {
            return Err(self.lacks_file(path));
        }
        let symbols = self.symbols_of(path).await?;
        Ok(definition(&file, symbols, line))
    }

    pub(super) async fn symbols_of(&self, path: &str) -> Result<Vec<SymbolRow>, EngineError> {
        Ok(self.store().symbols(self.id(), Some(path), None, None, ALL_SYMBOLS).await?)
    }

    pub(super) fn lacks_file(&self, path: &str) -> EngineError {
        EngineError::NoSuchFile { index: self.name().to_owned(), path: path.to_owned() }
    }
}

fn definition(file: &[ChunkRow], symbols: Vec<SymbolRow>, line: u32) -> Option<Definition> {
    let chunk = file.iter().find(|chunk| chunk.lines().contains(line))?;
    let symbol = symbols
        .into_iter()
        .filter(|symbol| symbol.lines().contains(line))
        .min_by_key(|symbol| symbol.lines().count());
    let wanted = symbol.as_ref().map_or(chunk.lines(), SymbolRow::lines);
    let snippet = lines(file, wanted)?;
    Some(Definition {
        path: chunk.path.clone(),
        language: chunk.language.clone(),
        symbol: symbol.map(entry),
        start_line: snippet.start_line,
        end_line: wanted.end,
        content: snippet.text,
    })
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
