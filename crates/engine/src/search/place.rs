//! Chunks that answer, as places of their files: the definition that a chunk is a part of, where that
//! is short enough to be read at once, else the chunk itself.

use sconce_code::{ChunkKey, LineRange, SymbolKind};
use sconce_rank::{is_one_place, whole_definition};
use sconce_store::{ChunkRow, Span, SymbolRow};

use super::label::{LabelContext, name_after};
use super::spoken::SaidLine;
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
    /// The line that says what the query does, word for word.
    pub(super) said: Option<SaidLine>,
}

impl Index {
    /// The chunks' places, in the order asked for; chunks that are gone are left out.
    pub(super) async fn places(
        &self,
        keys: &[ChunkKey],
        asked: Option<&LabelContext<'_>>,
    ) -> Result<Vec<FoundPlace>, EngineError> {
        let rows = self.store().chunks(self.id(), keys).await?;
        let spans: Vec<Span> = rows.iter().map(span).collect();
        let definitions = self.store().definitions_at(self.id(), &spans).await?;
        let found = rows.into_iter().zip(definitions);
        Ok(found
            .map(|(row, definitions)| {
                if let Some(asked) = asked {
                    return place_asked(row, definitions, asked);
                }
                let name_line = name_line(&row, &definitions);
                place(row, definitions, None, name_line)
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

/// The place that a chunk stands for where something is asked: under the definition that answers.
fn place_asked(
    mut row: ChunkRow,
    mut definitions: Vec<SymbolRow>,
    asked: &LabelContext<'_>,
) -> FoundPlace {
    let said = asked.said_in(&row);
    let is_filtered =
        asked.filter.narrows_symbols() && definitions.iter().any(|of| asked.passes(of));
    if is_filtered {
        definitions.retain(|symbol| asked.passes(symbol));
    }
    let is_cut = asked.label(&mut row, &definitions);
    let name_line = name_line(&row, &definitions);
    // What is asked for by its name is not widened to what holds it.
    if asked.is_a_name() && definitions.iter().any(|symbol| asked.is_named(&symbol.name)) {
        definitions.retain(|symbol| asked.is_named(&symbol.name));
    }
    if is_cut && !is_filtered {
        definitions.clear();
    }
    let shown = shown_in_part(&row, &definitions, asked);
    let mut found = place(row.clone(), definitions.clone(), shown, name_line);
    if let Some(definition) = &found.definition
        && let Some(member) = asked.member(definition, &row, &definitions, said)
    {
        name_after(&mut row, member.clone());
        let symbol_line = Some(member.lines().start).filter(|line| *line > found.lines.start);
        found = FoundPlace { row, definition: None, symbol_line, ..found };
    }
    FoundPlace { said: said.filter(|said| found.lines.contains(said.line)), ..found }
}

fn span(chunk: &ChunkRow) -> Span {
    Span { file_id: chunk.file_id, lines: chunk.lines() }
}

/// The line at which the definition begins that names the chunk, where that is one of its own.
fn name_line(row: &ChunkRow, definitions: &[SymbolRow]) -> Option<u32> {
    let name = row.symbol_name.as_ref()?;
    let named = definitions.iter().find(|of| of.name == *name && of.key() == row.key())?;
    Some(named.lines().start)
}

/// The definition that a chunk is shown under, where the chunk begins or ends within it and holds something else too, as
/// a file's imports and the beginning of its first function are one chunk: unless what is asked for lies beside it.
fn shown_in_part(
    row: &ChunkRow,
    definitions: &[SymbolRow],
    asked: &LabelContext<'_>,
) -> Option<SymbolRow> {
    let chunk = row.lines();
    let shown = definitions.iter().find(|symbol| {
        let lines = symbol.lines();
        let goes_on = lines.start < chunk.start || lines.end > chunk.end;
        Some(&symbol.name) == row.symbol_name.as_ref()
            && goes_on
            && is_one_place(kind(symbol), lines)
    })?;
    let (own, beside) = asked.shares(row, shown);
    (own >= beside).then(|| shown.clone())
}

fn kind(symbol: &SymbolRow) -> SymbolKind {
    SymbolKind::parse(&symbol.kind).unwrap_or(SymbolKind::Other)
}

/// The definition that the chunk is a part of, where that is one place, or the one that is shown, or the chunk itself,
/// whose name begins at `name_line`.
fn place(
    row: ChunkRow,
    definitions: Vec<SymbolRow>,
    shown: Option<SymbolRow>,
    name_line: Option<u32>,
) -> FoundPlace {
    let of = |symbol: &SymbolRow| (kind(symbol), symbol.lines());
    let definition = whole_definition(lines_with_text(&row), definitions, of).or(shown);
    // The definition's own lines, so that all of its chunks are one place.
    let lines = definition.as_ref().map_or(row.lines(), SymbolRow::lines);
    let symbol_line = name_line.filter(|line| definition.is_none() && *line > lines.start);
    FoundPlace { row, lines, definition, symbol_line, said: None }
}

/// The lines of a chunk without the blank ones at its end, which lie behind the definition that it ends.
fn lines_with_text(row: &ChunkRow) -> LineRange {
    let lines = row.lines();
    let blank = row.content.lines().rev().take_while(|line| line.trim().is_empty()).count() as u32;
    LineRange { end: lines.end.saturating_sub(blank).max(lines.start), ..lines }
}

#[cfg(test)]
impl FoundPlace {
    /// A chunk of which nothing is known but the lines around it that are one place.
    pub(super) fn of(row: ChunkRow, lines: Option<LineRange>) -> Self {
        let lines = lines.unwrap_or_else(|| row.lines());
        Self { row, lines, definition: None, symbol_line: None, said: None }
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
        let found =
            place(chunk(10, 20), vec![symbol("long", 1, 401), symbol("short", 5, 30)], None, None);
        assert_eq!(found.lines, LineRange { start: 5, end: 30 });
        assert_eq!(found.definition.unwrap().name, "short");
        let found = place(chunk(10, 20), vec![symbol("long", 1, 401)], None, None);
        assert_eq!(found.lines, LineRange { start: 10, end: 20 });
        assert!(found.definition.is_none(), "the chunk's own name tells it");
    }

    #[test]
    fn blank_lines_at_its_end_make_no_chunk_one_of_its_own() {
        let end = ChunkRow { content: "    return 1\n\n\n".into(), ..chunk(42, 44) };
        let found = place(end, vec![symbol("long", 1, 42)], None, None);
        assert_eq!(found.lines, LineRange { start: 1, end: 42 });
    }

    #[test]
    fn a_chunk_that_is_named_by_a_later_definition_says_where_it_begins() {
        let named = ChunkRow { symbol_name: Some("second".into()), ..chunk(10, 20) };
        let inside = [symbol("first", 10, 13), symbol("second", 15, 20)];
        let symbol_line = |row: &ChunkRow, around| {
            place(row.clone(), around, None, name_line(row, &inside)).symbol_line
        };
        assert_eq!(symbol_line(&named, Vec::new()), Some(15));
        let first = ChunkRow { symbol_name: Some("first".into()), ..named.clone() };
        assert_eq!(symbol_line(&first, Vec::new()), None);
        let around = vec![symbol("both", 8, 30)];
        assert_eq!(symbol_line(&named, around), None, "the place has another name");
    }
}
