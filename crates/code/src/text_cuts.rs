//! Where a text without a syntax tree may be cut: at blank lines, headings and line starts, and as
//! a last resort between words.

use std::ops::Range;

use crate::ChunkOptions;
use crate::cuts::Cut;
use crate::lines::LineIndex;

const BLANK_LINE: f32 = 0.1;
const LINE: f32 = 0.6;
/// What each step of indentation adds: the outline of data is its indentation.
const PER_INDENT: f32 = 0.05;
const MAX_INDENT: usize = 8;
pub(crate) const HEADING: f32 = 0.02;
/// Two sections in one chunk.
pub(crate) const JOIN_SECTIONS: f32 = 0.25;
const BETWEEN_WORDS: f32 = 1.2;
const WITHIN_WORD: f32 = 1.6;

/// What lines of a text mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Blank lines and indentation.
    Plain,
    /// Headings too: `# Title`.
    Markdown,
}

/// Adds cuts at the line starts inside `bytes`, each with `extra` cost, and within lines that are
/// over the budget.
pub(crate) fn at_lines(
    text: &str,
    lines: &LineIndex,
    bytes: &Range<usize>,
    style: Style,
    extra: f32,
    options: &ChunkOptions,
    cuts: &mut Vec<Cut>,
) {
    let mut start = bytes.start;
    let mut after_blank = false;
    let mut in_fence = false;
    let mut first = true;
    let starts = lines.starts_within(bytes);
    for &next in starts.iter().chain(std::iter::once(&bytes.end)) {
        let line = &text[start..next];
        let fence = style == Style::Markdown && line.trim_start().starts_with("```");
        let heading = style == Style::Markdown && !in_fence && is_heading(line);
        if !first {
            let mut cut = at_line(line, after_blank, heading && !fence);
            cut.at = start;
            cut.part += extra;
            cuts.push(cut);
        }
        within_line(text, start..next, options, cuts);
        in_fence ^= fence;
        after_blank = line.trim().is_empty();
        first = false;
        start = next;
    }
}

fn at_line(line: &str, after_blank: bool, heading: bool) -> Cut {
    if heading {
        return Cut { at: 0, part: HEADING, join: JOIN_SECTIONS };
    }
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let tabs = line.bytes().take_while(|byte| *byte == b'\t').count();
    let steps = (tabs + (indent - tabs) / 2).min(MAX_INDENT) as f32;
    // A blank line belongs to what is above it.
    let blank = line.trim().is_empty();
    let base = if after_blank && !blank { BLANK_LINE } else { LINE };
    // What only closes something stays with it.
    let closes = line.trim_start().starts_with(['}', ']', ')']) || blank;
    Cut { at: 0, part: base + PER_INDENT * steps + if closes { 0.2 } else { 0.0 }, join: 0.0 }
}

fn is_heading(line: &str) -> bool {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    (1..=6).contains(&level) && title.starts_with([' ', '\t'])
}

/// Cuts a line that is over the budget, between words where there are any.
fn within_line(text: &str, line: Range<usize>, options: &ChunkOptions, cuts: &mut Vec<Cut>) {
    if line.len() <= options.max_bytes {
        return;
    }
    let mut start = line.start;
    while line.end - start > options.max_bytes {
        let (at, cut) = last_break(text, start, options.max_bytes);
        if at >= line.end {
            break;
        }
        cuts.push(Cut { at, part: cut, join: 0.0 });
        start = at;
    }
}

/// The best place to cut at most `max` bytes after `start`; at least one character after it.
fn last_break(text: &str, start: usize, max: usize) -> (usize, f32) {
    let mut end = start + max;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if end <= start {
        let first = text[start..].chars().next().map_or(1, char::len_utf8);
        return (start + first, WITHIN_WORD);
    }
    let is_break = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '}' | ')' | '>');
    let half = usize::midpoint(start, end);
    match text[start..end].char_indices().rev().find(|(_, c)| is_break(*c)) {
        Some((at, c)) if start + at + c.len_utf8() > half => {
            (start + at + c.len_utf8(), BETWEEN_WORDS)
        }
        _ => (end, WITHIN_WORD),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(text: &str, style: Style, max_bytes: usize) -> Vec<usize> {
        let options = ChunkOptions { max_bytes, min_bytes: max_bytes / 4 };
        let mut cuts = Vec::new();
        at_lines(text, &LineIndex::new(text), &(0..text.len()), style, 0.0, &options, &mut cuts);
        cuts.iter().map(|cut| cut.at).collect()
    }

    #[test]
    fn headings_are_cheaper_than_blank_lines_and_those_than_lines() {
        let plain = at_line("text", false, false).part;
        let blank = at_line("text", true, false).part;
        assert!(at_line("# Title", true, true).part < blank && blank < plain);
        assert!(at_line("    indented", true, false).part > blank);
        assert!(is_heading("## Title") && !is_heading("#!shebang") && !is_heading("text"));
    }

    #[test]
    fn long_lines_are_cut_between_words_and_never_within_a_character() {
        assert_eq!(cuts("a\nb\n", Style::Plain, 100), [2]);
        assert_eq!(cuts("aaaa bbbb cccc", Style::Plain, 10), [10]);
        assert_eq!(cuts("ääääää", Style::Plain, 5), [4, 8]);
        assert_eq!(cuts("語語", Style::Plain, 1), [3]);
    }
}
