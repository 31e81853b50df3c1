//! Chunks that answer, as places of their files: the definition that a chunk is a part of, where that
//! is short enough to be read at once, else the chunk itself.

use sconce_code::{ChunkKey, LineRange, SymbolKind};
use sconce_rank::whole_definition;
use sconce_store::{ChunkRow, Span, SymbolRow};

use super::label::Asked;
use crate::{EngineError, Index};

/// A chunk with the place that it stands for.
#[derive(Debug, Clone)]
pub(super) struct FoundPlace {
    /// The chunk.
    pub(super) row: ChunkRow,
    /// The place's lines.
    pub(super) lines: LineRange,
    /// The definition that the place is.
    pub(super) definition: Option<SymbolRow>,
    /// The line of the definition that names the place, where others come before it.
    pub(super) symbol_line: Option<u32>,
}

impl Index {
    /// The chunks' places, in the order asked for; chunks that are gone are left out.
    pub(super) async fn places(
        &self,
        keys: &[ChunkKey],
        asked: Option<&Asked<'_>>,
    ) -> Result<Vec<FoundPlace>, EngineError> {
        let rows = self.store().chunks(self.id(), keys).await?;
        let spans: Vec<Span> = rows.iter().map(span).collect();
        let definitions = self.store().definitions_at(self.id(), &spans).await?;
        let found = rows.into_iter().zip(definitions);
        Ok(found
            .map(|(mut row, mut definitions)| {
                let inside = definitions.clone();
                if let Some(asked) = asked {
                    if asked.label(&mut row, &definitions) {
                        return place(row, Vec::new(), &inside);
                    }
                    // What is asked for by its name is not widened to what holds it.
                    if asked.is_a_name() {
                        definitions.retain(|symbol| asked.is_named(&symbol.name));
                    }
                }
                place(row, definitions, &inside)
            })
            .collect())
    }
}

impl FoundPlace {
    /// The place's span.
    pub(super) fn span(&self) -> Span {
        Span { file_id: self.row.file_id, lines: self.lines }
    }
}

fn span(chunk: &ChunkRow) -> Span {
    Span { file_id: chunk.file_id, lines: chunk.lines() }
}

/// The definition around the chunk that is one place, or the chunk itself; `inside` are those in it.
fn place(row: ChunkRow, mut around: Vec<SymbolRow>, inside: &[SymbolRow]) -> FoundPlace {
    let lines = row.lines();
    // A chunk may end with the blank line behind the definition.
    around.retain(|symbol| {
        symbol.lines().start <= lines.start && lines.end <= symbol.lines().end + 1
    });
    let definition = whole_definition(&around, |symbol| {
        (SymbolKind::parse(&symbol.kind).unwrap_or(SymbolKind::Other), symbol.lines().count())
    });
    // The definition's own, so that all of its chunks are one place.
    let lines = definition.map_or(lines, SymbolRow::lines);
    let names_it = |symbol: &&SymbolRow| {
        Some(&symbol.name) == row.symbol_name.as_ref() && symbol.key() == row.key()
    };
    let named = inside.iter().find(names_it).filter(|_| definition.is_none());
    let symbol_line = named.map(|symbol| symbol.lines().start).filter(|line| *line > lines.start);
    FoundPlace { lines, definition: definition.cloned(), symbol_line, row }
}

#[cfg(test)]
impl FoundPlace {
    /// A chunk of which nothing is known but the lines around it that are one place.
    pub(super) fn of(row: ChunkRow, lines: Option<LineRange>) -> Self {
        let lines = lines.unwrap_or_else(|| row.lines());
        Self { row, lines, definition: None, symbol_line: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(start_line: i32, end_line: i32) -> ChunkRow {
        ChunkRow {
            file_id: 1,
            ordinal: 0,
            path: "a.rs".into(),
            language: None,
            start_line,
            end_line,
            start_byte: 0,
            end_byte: 0,
            content: String::new(),
            scopes: Vec::new(),
            symbol_kind: None,
            symbol_name: None,
            signature: None,
        }
    }

    fn symbol(name: &str, start_line: i32, end_line: i32) -> SymbolRow {
        SymbolRow {
            file_id: 1,
            path: "a.rs".into(),
            language: None,
            kind: "function".into(),
            name: name.into(),
            scopes: Vec::new(),
            signature: String::new(),
            start_line,
            end_line,
            name_line: start_line,
            chunk: 0,
            doc: None,
        }
    }

    #[test]
    fn a_part_of_a_short_definition_stands_for_all_of_it() {
        let found = place(chunk(10, 20), vec![symbol("long", 1, 401), symbol("short", 5, 30)], &[]);
        assert_eq!(found.lines, LineRange { start: 5, end: 30 });
        assert_eq!(found.definition.unwrap().name, "short");
        let found = place(chunk(10, 20), vec![symbol("long", 1, 401)], &[]);
        assert_eq!(found.lines, LineRange { start: 10, end: 20 });
        assert!(found.definition.is_none(), "the chunk's own name tells it");
    }

    #[test]
    fn a_chunk_that_is_named_by_a_later_definition_says_where_it_begins() {
        let named = ChunkRow { symbol_name: Some("second".into()), ..chunk(10, 20) };
        let inside = [symbol("first", 10, 13), symbol("second", 15, 20)];
        assert_eq!(place(named.clone(), Vec::new(), &inside).symbol_line, Some(15));
        let first = ChunkRow { symbol_name: Some("first".into()), ..named.clone() };
        assert_eq!(place(first, Vec::new(), &inside).symbol_line, None);
        let around = vec![symbol("both", 8, 30)];
        assert_eq!(place(named, around, &inside).symbol_line, None, "the place has another name");
    }
}
