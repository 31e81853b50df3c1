//! What is shown of a hit: the definition that it belongs to, or some lines around it, put together
//! from the index's own chunks, so that a replica without the files answers too.

use sconce_store::{ChunkRow, SymbolRow};

use super::ContextOptions;

/// Text and the line that it begins at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) start_line: u32,
}

/// What is shown of `hit`, given its file's chunks in order and the file's symbols.
pub(super) fn expand(
    hit: &ChunkRow,
    file: &[ChunkRow],
    symbols: &[SymbolRow],
    options: &ContextOptions,
) -> Shown {
    let (mut start, mut end) = (hit.start_line, hit.end_line);
    if options.smart
        && let Some(definition) = enclosing(hit, symbols)
    {
        (start, end) = window(hit, definition, options.max_lines as i32);
    }
    start = start.saturating_sub_unsigned(options.before).max(1);
    end = end.saturating_add_unsigned(options.after);
    lines(file, start, end)
        .unwrap_or_else(|| Shown { text: hit.content.clone(), start_line: hit.start_line as u32 })
}

/// The smallest definition that holds the whole hit and more.
fn enclosing<'a>(hit: &ChunkRow, symbols: &'a [SymbolRow]) -> Option<&'a SymbolRow> {
    symbols
        .iter()
        .filter(|symbol| symbol.start_line <= hit.start_line && symbol.end_line >= hit.end_line)
        .min_by_key(|symbol| symbol.end_line - symbol.start_line)
}

/// The definition's lines, or as many around the hit as may be shown. A hit is never cut: it is
/// what matched.
fn window(hit: &ChunkRow, definition: &SymbolRow, max_lines: i32) -> (i32, i32) {
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

/// The lines from `start` to `end`, both included, of a file's chunks.
fn lines(file: &[ChunkRow], start: i32, end: i32) -> Option<Shown> {
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

    fn symbol(start_line: i32, end_line: i32) -> SymbolRow {
        SymbolRow {
            file_id: 1,
            path: "a.rs".into(),
            language: None,
            kind: "function".into(),
            name: "f".into(),
            scopes: Vec::new(),
            signature: String::new(),
            start_line,
            end_line,
            name_line: start_line,
            chunk: 0,
            doc: None,
        }
    }

    fn file() -> Vec<ChunkRow> {
        vec![chunk(0, 1, "1\n2\n3\n"), chunk(1, 4, "4\n5\n6\n"), chunk(2, 7, "7\n8\n9\n")]
    }

    #[test]
    fn a_hit_is_widened_to_its_definition() {
        let file = file();
        let shown = expand(&file[1], &file, &[symbol(3, 8)], &ContextOptions::default());
        assert_eq!(shown, Shown { text: "3\n4\n5\n6\n7\n8\n".into(), start_line: 3 });
    }

    #[test]
    fn a_long_definition_is_cut_around_the_hit() {
        let file = file();
        let options = ContextOptions { max_lines: 5, ..ContextOptions::default() };
        let shown = expand(&file[1], &file, &[symbol(1, 9)], &options);
        assert_eq!(shown, Shown { text: "3\n4\n5\n6\n7\n".into(), start_line: 3 });
        let at_the_end = expand(&file[2], &file, &[symbol(1, 9)], &options);
        assert_eq!(at_the_end.start_line, 5);
        let hit_is_longer = ContextOptions { max_lines: 1, ..options };
        assert_eq!(expand(&file[1], &file, &[symbol(1, 9)], &hit_is_longer).text, "4\n5\n6\n");
    }

    #[test]
    fn plain_context_counts_lines_and_stops_at_the_file() {
        let file = file();
        let options = ContextOptions { before: 10, after: 1, smart: false, max_lines: 50 };
        let shown = expand(&file[1], &file, &[symbol(1, 9)], &options);
        assert_eq!(shown, Shown { text: "1\n2\n3\n4\n5\n6\n7\n".into(), start_line: 1 });
    }

    #[test]
    fn without_the_neighbours_the_hit_stands_alone() {
        let file = file();
        let torn = [file[0].clone(), file[2].clone()];
        let shown = expand(&file[1], &torn, &[symbol(1, 9)], &ContextOptions::default());
        assert_eq!(shown, Shown { text: "4\n5\n6\n".into(), start_line: 4 });
    }
}
