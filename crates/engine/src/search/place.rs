//! Chunks that answer, as places of their files: the definition that a chunk is a part of, where that
//! is short enough to be read at once, else the chunk itself.

use sconce_code::{ChunkKey, LineRange};
use sconce_store::{ChunkRow, Span, SymbolRow};

use crate::{EngineError, Index};

/// A definition of at most so many lines is one place.
const WHOLE_DEFINITION: u32 = 100;

/// A chunk with the place that it stands for.
#[derive(Debug, Clone)]
pub(super) struct FoundPlace {
    /// The chunk.
    pub(super) row: ChunkRow,
    /// The place's lines.
    pub(super) lines: LineRange,
    /// The definition that the place is.
    pub(super) definition: Option<SymbolRow>,
    /// The definitions that share lines with the chunk, outer ones first.
    inside: Vec<SymbolRow>,
}

impl Index {
    /// The chunks' places, in the order asked for; chunks that are gone are left out.
    pub(super) async fn places(&self, keys: &[ChunkKey]) -> Result<Vec<FoundPlace>, EngineError> {
        let rows = self.store().chunks(self.id(), keys).await?;
        let spans: Vec<Span> = rows.iter().map(span).collect();
        let definitions = self.store().definitions_at(self.id(), &spans).await?;
        Ok(rows.into_iter().zip(definitions).map(|(row, inside)| place(row, inside)).collect())
    }
}

impl FoundPlace {
    /// The place's span.
    pub(super) fn span(&self) -> Span {
        Span { file_id: self.row.file_id, lines: self.lines }
    }

    /// The definition that the place is best called by: of several small ones that share a chunk the
    /// one that holds most of the lines that match.
    pub(super) fn label(&self, matches: &[(u32, f32)]) -> Option<&SymbolRow> {
        if self.definition.is_some() {
            return self.definition.as_ref();
        }
        let held = |symbol: &SymbolRow| -> f32 {
            let lines = symbol.lines();
            matches.iter().filter(|(line, _)| lines.contains(*line)).map(|(_, share)| share).sum()
        };
        let starts_here = |symbol: &&SymbolRow| symbol.lines().start >= self.lines.start;
        // Of two that hold as much, the inner one: it comes later.
        self.inside
            .iter()
            .filter(starts_here)
            .filter(|symbol| held(symbol) > 0.0)
            .max_by(|a, b| held(a).total_cmp(&held(b)))
    }
}

fn span(chunk: &ChunkRow) -> Span {
    Span { file_id: chunk.file_id, lines: chunk.lines() }
}

/// The widest definition around the chunk that may be shown whole, or the chunk itself.
fn place(row: ChunkRow, inside: Vec<SymbolRow>) -> FoundPlace {
    let lines = row.lines();
    let holds = |symbol: &&SymbolRow| {
        let of = symbol.lines();
        // A chunk may end with the blank line behind the definition.
        of.count() <= WHOLE_DEFINITION && of.start <= lines.start && lines.end <= of.end + 1
    };
    let definition = inside.iter().find(holds).cloned();
    let lines = definition.as_ref().map_or(lines, |symbol| {
        let of = symbol.lines();
        LineRange { start: of.start.min(lines.start), end: of.end.max(lines.end) }
    });
    FoundPlace { row, lines, definition, inside }
}

#[cfg(test)]
impl FoundPlace {
    /// A chunk of which nothing is known but the lines around it that are one place.
    pub(super) fn of(row: ChunkRow, lines: Option<LineRange>) -> Self {
        let lines = lines.unwrap_or_else(|| row.lines());
        Self { row, lines, definition: None, inside: Vec::new() }
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
        let found = place(chunk(10, 20), vec![symbol("long", 1, 400), symbol("short", 5, 30)]);
        assert_eq!(found.lines, LineRange { start: 5, end: 30 });
        assert_eq!(found.label(&[]).unwrap().name, "short");
        let found = place(chunk(10, 20), vec![symbol("long", 1, 400)]);
        assert_eq!(found.lines, LineRange { start: 10, end: 20 });
        assert!(found.label(&[(12, 0.5)]).is_none(), "the chunk's own name tells it");
    }

    #[test]
    fn several_small_definitions_are_called_by_the_one_that_matches() {
        let inside = || vec![symbol("first", 10, 12), symbol("second", 13, 15)];
        let found = place(chunk(10, 16), inside());
        assert_eq!(found.lines, LineRange { start: 10, end: 16 });
        assert_eq!(found.label(&[(11, 0.1), (14, 0.5)]).unwrap().name, "second");
        assert_eq!(found.label(&[(11, 0.6), (14, 0.5)]).unwrap().name, "first");
        assert!(found.label(&[]).is_none());
    }
}
