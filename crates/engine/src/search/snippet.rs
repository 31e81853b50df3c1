//! What is shown of a hit: the definition that it belongs to, or some lines around it, put together
//! from the index's own chunks, so that a replica without the files answers too.

use sconce_code::LineRange;
use sconce_store::{ChunkRow, Span};

use super::ContextOptions;
use super::place::FoundPlace;
use crate::{EngineError, Index};

/// Code and the line that it begins at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snippet {
    pub(super) text: String,
    pub(super) start_line: u32,
}

impl Index {
    /// The code of each place, and what of it is shown.
    pub(super) async fn snippets(
        &self,
        places: &[FoundPlace],
        options: &ContextOptions,
    ) -> Result<Vec<(Snippet, Snippet)>, EngineError> {
        let wanted: Vec<LineRange> = places.iter().map(|place| wanted(place, options)).collect();
        let spans: Vec<Span> = places
            .iter()
            .zip(&wanted)
            .map(|(place, wanted)| Span { lines: both(place.lines, *wanted), ..place.span() })
            .collect();
        let chunks = self.store().chunks_within(self.id(), &spans).await?;
        let found = places.iter().zip(wanted).zip(chunks).map(|((place, wanted), chunks)| {
            let whole = lines(&chunks, place.lines).unwrap_or_else(|| alone(&place.row));
            let shown = lines(&chunks, wanted).unwrap_or_else(|| alone(&place.row));
            (whole, shown)
        });
        Ok(found.collect())
    }
}

/// The hit and nothing around it.
fn alone(hit: &ChunkRow) -> Snippet {
    Snippet { text: hit.content.clone(), start_line: hit.lines().start }
}

fn both(a: LineRange, b: LineRange) -> LineRange {
    LineRange { start: a.start.min(b.start), end: a.end.max(b.end) }
}

/// The lines that are shown of a place.
fn wanted(place: &FoundPlace, options: &ContextOptions) -> LineRange {
    let hit = place.row.lines();
    let shown = if options.smart { window(hit, place.lines, options.max_lines) } else { hit };
    LineRange {
        start: shown.start.saturating_sub(options.before).max(1),
        end: shown.end.saturating_add(options.after),
    }
}

/// The definition's lines, or as many around the hit as may be shown. A hit is never cut: it is
/// what matched.
fn window(hit: LineRange, definition: LineRange, max_lines: u32) -> LineRange {
    if definition.count() <= max_lines {
        return definition;
    }
    let room = max_lines.saturating_sub(hit.count());
    let (above, below) = (hit.start - definition.start, definition.end - hit.end);
    let before = (room / 2).min(above);
    let after = (room - before).min(below);
    let before = (room - after).min(above);
    LineRange { start: hit.start - before, end: hit.end + after }
}

/// The wanted lines of a file's chunks; `None` where a chunk between them is missing.
pub(super) fn lines(file: &[ChunkRow], wanted: LineRange) -> Option<Snippet> {
    let mut text = String::new();
    let mut first_line = None;
    let mut expected = None;
    let mut next_line = None;
    for chunk in file.iter().filter(|chunk| chunk.lines().overlaps(wanted)) {
        if expected.is_some_and(|ordinal| ordinal != chunk.ordinal) {
            return None;
        }
        expected = Some(chunk.ordinal + 1);
        first_line.get_or_insert(chunk.lines().start);
        // Between the cells of a notebook lie lines that no chunk has.
        let missing = next_line.map_or(0, |next| chunk.lines().start.saturating_sub(next));
        text.extend(std::iter::repeat_n('\n', missing as usize));
        next_line = Some(chunk.lines().end + 1);
        text.push_str(&chunk.content);
    }
    let first_line = first_line?;
    let start = wanted.start.max(first_line);
    let skip = (start - first_line) as usize;
    let take = LineRange { start, end: wanted.end }.count() as usize;
    let text: String = text.split_inclusive('\n').skip(skip).take(take).collect();
    Some(Snippet { text, start_line: start })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(ordinal: i32, start_line: i32, content: &str) -> ChunkRow {
        let end_line = start_line + content.lines().count() as i32 - 1;
        ChunkRow {
            file_id: 1,
            ordinal,
            path: "a.rs".into(),
            language: None,
            start_line,
            end_line,
            start_byte: 0,
            end_byte: 0,
            content: content.into(),
            scopes: Vec::new(),
            symbol_kind: None,
            symbol_name: None,
            signature: None,
        }
    }

    fn definition(start: u32, end: u32) -> LineRange {
        LineRange { start, end }
    }

    fn shown(
        file: &[ChunkRow],
        hit: usize,
        of: Option<LineRange>,
        options: &ContextOptions,
    ) -> Snippet {
        let place = FoundPlace::of(file[hit].clone(), of);
        lines(file, wanted(&place, options)).unwrap_or_else(|| alone(&file[hit]))
    }

    fn file() -> Vec<ChunkRow> {
        vec![chunk(0, 1, "1\n2\n3\n"), chunk(1, 4, "4\n5\n6\n"), chunk(2, 7, "7\n8\n9\n")]
    }

    #[test]
    fn a_hit_is_widened_to_its_definition() {
        let shown = shown(&file(), 1, Some(definition(3, 8)), &ContextOptions::default());
        assert_eq!(shown, Snippet { text: "3\n4\n5\n6\n7\n8\n".into(), start_line: 3 });
    }

    #[test]
    fn a_long_definition_is_cut_around_the_hit() {
        let file = file();
        let options = ContextOptions { max_lines: 5, ..ContextOptions::default() };
        let cut = shown(&file, 1, Some(definition(1, 9)), &options);
        assert_eq!(cut, Snippet { text: "3\n4\n5\n6\n7\n".into(), start_line: 3 });
        assert_eq!(shown(&file, 2, Some(definition(1, 9)), &options).start_line, 5);
        let hit_is_longer = ContextOptions { max_lines: 1, ..options };
        assert_eq!(shown(&file, 1, Some(definition(1, 9)), &hit_is_longer).text, "4\n5\n6\n");
    }

    #[test]
    fn plain_context_counts_lines_and_stops_at_the_file() {
        let options = ContextOptions { before: 10, after: 1, smart: false, max_lines: 50 };
        let shown = shown(&file(), 1, None, &options);
        assert_eq!(shown, Snippet { text: "1\n2\n3\n4\n5\n6\n7\n".into(), start_line: 1 });
    }

    #[test]
    fn the_cells_of_a_notebook_keep_their_lines() {
        let file = [chunk(0, 7, "a\nb\n"), chunk(1, 12, "c\n")];
        let shown = lines(&file, LineRange { start: 8, end: 12 });
        assert_eq!(shown, Some(Snippet { text: "b\n\n\n\nc\n".into(), start_line: 8 }));
    }

    #[test]
    fn without_the_neighbours_the_hit_stands_alone() {
        let file = file();
        let torn = [file[0].clone(), file[2].clone()];
        let place = FoundPlace::of(file[1].clone(), Some(definition(1, 9)));
        assert_eq!(lines(&torn, wanted(&place, &ContextOptions::default())), None);
        assert_eq!(alone(&file[1]), Snippet { text: "4\n5\n6\n".into(), start_line: 4 });
    }
}
