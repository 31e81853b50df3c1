//! Which lines of a result are shown, each after its number.

use std::collections::BTreeSet;
use std::ops::Range;

use sconce_engine::{MatchedLine, SearchResult};

use super::code_line;

/// A definition of at most so many lines is shown whole.
const SHORT: usize = 30;
/// Lines shown before and after one that matches, of a definition that is not shown whole.
const BEFORE: usize = 2;
const AFTER: usize = 4;
/// Lines shown of the best place, and of these behind one that matches.
const HEART: usize = 8;
const BEHIND: usize = 2;
/// Longer lines are cut, in characters: those that only tell where something is, and those of code that is shown.
const WIDEST_TOLD: usize = 120;
const WIDEST_SHOWN: usize = 160;

/// A line's number, and how it is shown.
pub(super) type Line = (u32, String);

/// The lines that hold most of the query, `most` of them at most, in their order; imports where nothing else matches.
pub(super) fn matching(result: &SearchResult, most: usize) -> Vec<Line> {
    let mut best = by_share(result);
    best.sort_by_key(|found| is_import(&found.text));
    best.truncate(most);
    best.sort_by_key(|found| found.line);
    let shown = |found: &MatchedLine| numbered(found.line, found.text.trim_start(), WIDEST_TOLD);
    best.into_iter().map(|found| (found.line, shown(found))).collect()
}

fn by_share(result: &SearchResult) -> Vec<&MatchedLine> {
    let mut best: Vec<&MatchedLine> = result.matches.iter().collect();
    best.sort_by(|a, b| b.share.total_cmp(&a.share));
    best
}

/// What saves reading the place where it is the right one: its first line and those that match best, each
/// with the lines behind it, without the indentation that all of them have.
pub(super) fn heart(result: &SearchResult) -> Vec<Line> {
    let lines: Vec<&str> = result.content.lines().collect();
    let first = result.content_start_line;
    let best = by_share(result);
    let mut shown: BTreeSet<usize> = BTreeSet::new();
    shown.extend(opening(result, &lines));
    for at in best.iter().filter_map(|found| found.line.checked_sub(first)) {
        let at = at as usize;
        let room = HEART.saturating_sub(shown.len());
        let behind = (at..lines.len().min(at + 1 + BEHIND))
            .filter(|&line| lines[line].contains(char::is_alphanumeric))
            .filter(|&line| line == at || !is_import(lines[line]));
        shown.extend(behind.filter(|at| !shown.contains(at)).take(room).collect::<Vec<_>>());
    }
    let unindented = |line: &str| line.trim_start_matches([' ', '\t']).len();
    let indentation = |at: &usize| lines[*at].len() - unindented(lines[*at]);
    let common = shown.iter().map(indentation).min().unwrap_or(0);
    let line = |at: usize| {
        (first + at as u32, numbered(first + at as u32, &lines[at][common..], WIDEST_TOLD))
    };
    shown.into_iter().map(line).collect()
}

/// The line that says what a place is: where the symbol that names it begins, else its first one; none where that tells
/// nothing, as an import or the beginning of a file in which lines match.
fn opening(result: &SearchResult, lines: &[&str]) -> Option<usize> {
    let named = result.symbol_line.filter(|_| result.symbol.is_some());
    let named = named.and_then(|line| line.checked_sub(result.content_start_line));
    if let Some(at) = named.map(|at| at as usize).filter(|&at| at < lines.len()) {
        return Some(at);
    }
    let tells = |line: &&str| line.contains(char::is_alphanumeric) && !is_attribute(line);
    let first = lines.iter().position(tells)?;
    let matches = !result.matches.is_empty();
    let starts_a_file = result.symbol.is_none() && result.start_line == 1;
    (!matches || !starts_a_file && !is_import(lines[first])).then_some(first)
}

/// Whether a line is an attribute or a bare annotation of what follows: `#[test]`, `@Override`, `[Fact]`.
fn is_attribute(line: &str) -> bool {
    let line = line.trim();
    let is_name = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'));
    let in_brackets = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    line.starts_with("#[")
        || line.strip_prefix('@').is_some_and(is_name)
        || in_brackets.is_some_and(is_name)
}

/// Whether a line brings in names of others, or names the package that it is in.
fn is_import(line: &str) -> bool {
    const WORDS: [&str; 6] = ["import ", "package ", "use ", "using ", "#include ", "from "];
    WORDS.iter().any(|word| line.trim_start().starts_with(word))
}

/// The code of a result: all of a short definition, else its first line and what lies around the lines
/// that match. Where lines are left out between two that are shown, a line says so.
pub(super) fn around(result: &SearchResult, skip: impl Fn(u32) -> bool) -> Vec<String> {
    let lines: Vec<&str> = result.content.lines().collect();
    let first = result.content_start_line;
    let mut shown = Vec::new();
    let mut next = 0;
    for range in ranges(result, lines.len()) {
        if range.start > next && next > 0 {
            shown.push(format!("{}| …", first + next as u32));
        }
        next = range.end;
        for at in range {
            let number = first + at as u32;
            if !skip(number) {
                shown.push(numbered(number, lines[at], WIDEST_SHOWN));
            }
        }
    }
    shown
}

/// Which of so many lines are shown, ascending and apart.
fn ranges(result: &SearchResult, lines: usize) -> Vec<Range<usize>> {
    if lines <= SHORT {
        return std::iter::once(0..lines).collect();
    }
    let first = result.content_start_line;
    let matching = result.matches.iter().filter_map(|found| found.line.checked_sub(first));
    let mut ranges: Vec<Range<usize>> = std::iter::once(0..1).collect();
    for at in matching.map(|at| at as usize).filter(|&at| at < lines) {
        ranges.push(at.saturating_sub(BEFORE)..(at + AFTER + 1).min(lines));
    }
    if ranges.len() == 1 {
        ranges.push(0..SHORT);
    }
    ranges.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match apart.last_mut() {
            // A gap of one line is shown: the mark would take as much room.
            Some(last) if range.start <= last.end + 1 => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

fn numbered(number: u32, line: &str, widest: usize) -> String {
    match line.char_indices().nth(widest) {
        Some((end, _)) => code_line(number, &format!("{}…", &line[..end])),
        None => code_line(number, line),
    }
}
