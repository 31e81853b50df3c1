//! What is shown of a hit: the definition that it belongs to, or some lines around it, put together
//! from the index's own chunks, so that a replica without the files answers too.

use sconce_store::{ChunkRow, Index, Span};

use super::ContextOptions;
use crate::{Engine, EngineError};

/// Text and the line that it begins at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) start_line: u32,
}

impl Engine {
    /// What is shown of each hit.
    pub(super) async fn shown(
        &self,
        index: &Index,
        hits: &[ChunkRow],
        options: &ContextOptions,
    ) -> Result<Vec<Shown>, EngineError> {
        if options.is_bare() {
            return Ok(hits.iter().map(alone).collect());
        }
        let store = self.store();
        let spans: Vec<Span> = hits.iter().map(span).collect();
        let definitions = if options.smart {
            store.definitions_around(index.id, &spans).await?
        } else {
            vec![None; hits.len()]
        };
        let wanted: Vec<Span> = hits
            .iter()
            .zip(definitions)
            .map(|(hit, definition)| wanted(hit, definition, options))
            .collect();
        let chunks = store.chunks_within(index.id, &wanted).await?;
        let shown = hits.iter().zip(wanted).zip(chunks);
        Ok(shown
            .map(|((hit, wanted), chunks)| lines(&chunks, wanted).unwrap_or_else(|| alone(hit)))
            .collect())
    }
}

/// The hit and nothing around it.
fn alone(hit: &ChunkRow) -> Shown {
    Shown { text: hit.content.clone(), start_line: hit.start_line as u32 }
}

fn span(chunk: &ChunkRow) -> Span {
    let ChunkRow { file_id, start_line, end_line, .. } = *chunk;
    Span { file_id, start_line, end_line }
}

/// The lines that are shown of `hit`, given the smallest definition around it.
fn wanted(hit: &ChunkRow, definition: Option<Span>, options: &ContextOptions) -> Span {
    let mut span = span(hit);
    if let Some(definition) = definition {
        (span.start_line, span.end_line) = window(hit, definition, options.max_lines as i32);
    }
    span.start_line = span.start_line.saturating_sub_unsigned(options.before).max(1);
    span.end_line = span.end_line.saturating_add_unsigned(options.after);
    span
}

/// The definition's lines, or as many around the hit as may be shown. A hit is never cut: it is
/// what matched.
fn window(hit: &ChunkRow, definition: Span, max_lines: i32) -> (i32, i32) {
    let (first, last) = (definition.start_line, definition.end_line);
    if last - first < max_lines {
        return (first, last);
    }
    let room = (max_lines - (hit.end_line - hit.start_line + 1)).max(0);
    let before = (room / 2).min(hit.start_line - first);
    let after = (room - before).min(last - hit.end_line);
    let before = (room - after).min(hit.start_line - first);
    (hit.start_line - before, hit.end_line + after)
}

/// The wanted lines of a file's chunks; `None` where a chunk between them is missing.
pub(super) fn lines(file: &[ChunkRow], wanted: Span) -> Option<Shown> {
    let (start, end) = (wanted.start_line, wanted.end_line);
    let touched = file.iter().filter(|chunk| chunk.end_line >= start && chunk.start_line <= end);
    let mut text = String::new();
    let mut first_line = None;
    let mut expected = None;
    for chunk in touched {
        if expected.is_some_and(|ordinal| ordinal != chunk.ordinal) {
            return None;
        }
        expected = Some(chunk.ordinal + 1);
        first_line.get_or_insert(chunk.start_line);
        text.push_str(&chunk.content);
    }
    let first_line = first_line?;
    let skip = (start - first_line).max(0) as usize;
    let take = (end - start.max(first_line) + 1).max(0) as usize;
    let text: String = text.split_inclusive('\n').skip(skip).take(take).collect();
    Some(Shown { text, start_line: start.max(first_line) as u32 })
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

    fn definition(start_line: i32, end_line: i32) -> Span {
        Span { file_id: 1, start_line, end_line }
    }

    fn shown(file: &[ChunkRow], hit: usize, of: Option<Span>, options: &ContextOptions) -> Shown {
        lines(file, wanted(&file[hit], of, options)).unwrap_or_else(|| alone(&file[hit]))
    }

    fn file() -> Vec<ChunkRow> {
        vec![chunk(0, 1, "1\n2\n3\n"), chunk(1, 4, "4\n5\n6\n"), chunk(2, 7, "7\n8\n9\n")]
    }

    #[test]
    fn a_hit_is_widened_to_its_definition() {
        let shown = shown(&file(), 1, Some(definition(3, 8)), &ContextOptions::default());
        assert_eq!(shown, Shown { text: "3\n4\n5\n6\n7\n8\n".into(), start_line: 3 });
    }

    #[test]
    fn a_long_definition_is_cut_around_the_hit() {
        let file = file();
        let options = ContextOptions { max_lines: 5, ..ContextOptions::default() };
        let cut = shown(&file, 1, Some(definition(1, 9)), &options);
        assert_eq!(cut, Shown { text: "3\n4\n5\n6\n7\n".into(), start_line: 3 });
        assert_eq!(shown(&file, 2, Some(definition(1, 9)), &options).start_line, 5);
        let hit_is_longer = ContextOptions { max_lines: 1, ..options };
        assert_eq!(shown(&file, 1, Some(definition(1, 9)), &hit_is_longer).text, "4\n5\n6\n");
    }

    #[test]
    fn plain_context_counts_lines_and_stops_at_the_file() {
        let options = ContextOptions { before: 10, after: 1, smart: false, max_lines: 50 };
        let shown = shown(&file(), 1, None, &options);
        assert_eq!(shown, Shown { text: "1\n2\n3\n4\n5\n6\n7\n".into(), start_line: 1 });
    }

    #[test]
    fn without_the_neighbours_the_hit_stands_alone() {
        let file = file();
        let torn = [file[0].clone(), file[2].clone()];
        let span = wanted(&file[1], Some(definition(1, 9)), &ContextOptions::default());
        assert_eq!(lines(&torn, span), None);
        assert_eq!(alone(&file[1]), Shown { text: "4\n5\n6\n".into(), start_line: 4 });
    }
}
