//! A file's outline, and the definition at a line: reading code without reading the whole file.

use sconce_store::{ChunkRow, Index, Span, SymbolRow};
use serde::Serialize;

use super::expand::lines;
use crate::{Engine, EngineError};

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
    /// First paragraph of its documentation.
    pub doc: Option<String>,
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

impl Engine {
    /// The symbols of the file `path` in the order of their lines.
    pub async fn outline(&self, index: &str, path: &str) -> Result<Vec<OutlineEntry>, EngineError> {
        let index = self.find_index(&crate::Selector::Name(index.to_owned())).await?;
        let symbols = self.symbols_of(&index, path).await?;
        if symbols.is_empty() && self.store().file_chunks(index.id, path).await?.is_empty() {
            return Err(EngineError::NoSuchFile { index: index.name, path: path.to_owned() });
        }
        Ok(symbols.into_iter().map(entry).collect())
    }

    /// The innermost definition at `line` of `path`, or the chunk there where the line is in none;
    /// none where the file has no such line.
    pub async fn definition_at(
        &self,
        index: &str,
        path: &str,
        line: u32,
    ) -> Result<Option<Definition>, EngineError> {
        let index = self.find_index(&crate::Selector::Name(index.to_owned())).await?;
        let file = self.store().file_chunks(index.id, path).await?;
        if file.is_empty() {
            return Err(EngineError::NoSuchFile { index: index.name, path: path.to_owned() });
        }
        let symbols = self.symbols_of(&index, path).await?;
        Ok(definition(&file, symbols, line as i32))
    }

    async fn symbols_of(&self, index: &Index, path: &str) -> Result<Vec<SymbolRow>, EngineError> {
        Ok(self.store().symbols(index.id, Some(path), None, None, ALL_SYMBOLS).await?)
    }
}

fn definition(file: &[ChunkRow], symbols: Vec<SymbolRow>, line: i32) -> Option<Definition> {
    let chunk = file.iter().find(|chunk| chunk.start_line <= line && line <= chunk.end_line)?;
    let symbol = symbols
        .into_iter()
        .filter(|symbol| symbol.start_line <= line && line <= symbol.end_line)
        .min_by_key(|symbol| symbol.end_line - symbol.start_line);
    let (start, end) = symbol
        .as_ref()
        .map_or((chunk.start_line, chunk.end_line), |symbol| (symbol.start_line, symbol.end_line));
    let span = Span { file_id: chunk.file_id, start_line: start, end_line: end };
    let shown = lines(file, span)?;
    Some(Definition {
        path: chunk.path.clone(),
        language: chunk.language.clone(),
        symbol: symbol.map(entry),
        start_line: shown.start_line,
        end_line: end as u32,
        content: shown.text,
    })
}

fn entry(symbol: SymbolRow) -> OutlineEntry {
    OutlineEntry {
        kind: symbol.kind,
        name: symbol.name,
        scopes: symbol.scopes,
        signature: symbol.signature,
        start_line: symbol.start_line as u32,
        end_line: symbol.end_line as u32,
        doc: symbol.doc,
    }
}
