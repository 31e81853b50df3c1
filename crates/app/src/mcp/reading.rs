//! Parts of a file as text that keeps to a room of bytes: lines, the definition at a line, an
//! outline. What is left out is said, with its line numbers.

use std::fmt::Write as _;

use sconce_code::LineRange;
use sconce_engine::{IndexedFile, OutlineEntry};

use crate::output::{code_line, escaped, heading};

/// A definition of at most so many lines is shown whole, and of a longer one as many.
const WINDOW: u32 = 60;
/// Bytes of a line that says what is left out.
const LEFT_OUT: usize = 50;
/// Lines between two members that are too few to be told.
const FEW: u32 = 2;
/// Most bytes of one line; generated code has lines of many thousand characters.
const LONGEST_LINE: usize = 2000;

/// What is read of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Its symbols.
    Outline,
    /// The definition at a line.
    At(u32),
    /// These lines.
    Lines(LineRange),
}

/// What was read, and where the rest of it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub text: String,
    pub rest: Option<Rest>,
}

/// What there was no room for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rest {
    /// What to read next, as a path with its lines.
    pub place: String,
    /// Whether it takes a larger answer.
    pub longer: bool,
}

/// Reads a part of a file; `None` where it has no such line.
pub(super) fn reading(file: &IndexedFile, wanted: Wanted, room: usize) -> Option<Reading> {
    match wanted {
        Wanted::Outline => Some(outline(file, room)),
        Wanted::At(line) => definition_at(file, line, room),
        Wanted::Lines(range) => exactly(file, range, room),
    }
}

/// Text that is added to as long as there is room.
struct Page {
    text: String,
    room: usize,
}

impl Page {
    fn headed(head: String, room: usize) -> Page {
        let mut page = Page { text: head, room };
        page.text.push('\n');
        page
    }

    /// Whether a line fits beside `reserve` bytes.
    fn fits(&self, line: &str, reserve: usize) -> bool {
        self.text.len() + line.len() + 1 + reserve <= self.room
    }

    fn left(&self) -> usize {
        self.room.saturating_sub(self.text.len())
    }

    fn write(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    /// Says which lines are not there; none says nothing.
    fn leave_out(&mut self, start: u32, end: u32) {
        if start == end {
            self.write(&format!("… 1 line left out, {start}"));
        } else if start < end {
            self.write(&format!("… {} lines left out, {start}-{end}", end - start + 1));
        }
    }

    fn ended(self, rest: Option<LineRange>, file: &IndexedFile) -> Reading {
        let place = |range: LineRange| format!("{}:{}-{}", file.path, range.start, range.end);
        let rest = rest.map(|range| Rest { place: place(range), longer: false });
        Reading { text: self.text, rest }
    }
}

/// A line of code after its number, cut where it is over long.
fn shown(number: u32, line: &str, most: usize) -> String {
    let mut text = code_line(number, line);
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most.saturating_sub('…'.len_utf8())));
        text.push('…');
    }
    text
}

/// Bytes that lines take.
fn size(file: &IndexedFile, range: LineRange) -> usize {
    file.lines_in(range).map(|(number, line)| shown(number, line, LONGEST_LINE).len() + 1).sum()
}

/// The heading of lines and of the definition that they are.
fn head(file: &IndexedFile, lines: LineRange, symbol: Option<&OutlineEntry>) -> String {
    let name = symbol.map(OutlineEntry::qualified_name);
    let symbol = symbol.zip(name.as_deref()).map(|(symbol, name)| (symbol.kind.as_str(), name));
    heading(&file.path, lines, symbol)
}

fn exactly(file: &IndexedFile, range: LineRange, room: usize) -> Option<Reading> {
    let start = range.start.max(1);
    let range = LineRange { start, end: range.end.min(file.line_count()) };
    if range.start > range.end {
        return None;
    }
    let title = match file.definition_around(range) {
        None => heading(&file.path, range, None),
        Some(around) => {
            let (kind, name) = (format!("in {}", around.kind), around.qualified_name());
            let title = heading(&file.path, range, Some((&kind, &name)));
            let of = format!(" {}-{}", around.start_line, around.end_line);
            if around.lines() == range { title } else { title + &of }
        }
    };
    let mut page = Page::headed(title, room);
    for (number, line) in file.lines_in(range) {
        let reserve = if number == range.end { 0 } else { LEFT_OUT };
        let most = LONGEST_LINE.min(page.left().saturating_sub(reserve + 1));
        let line = shown(number, line, if number == range.start { most } else { LONGEST_LINE });
        if number > range.start && !page.fits(&line, reserve) {
            page.leave_out(number, range.end);
            return Some(page.ended(Some(LineRange { start: number, end: range.end }), file));
        }
        page.write(&line);
    }
    Some(page.ended(None, file))
}

fn definition_at(file: &IndexedFile, line: u32, room: usize) -> Option<Reading> {
    if line == 0 || line > file.line_count() {
        return None;
    }
    let symbol = file.definition_at(line);
    let whole = symbol.map(OutlineEntry::lines).or_else(|| file.section_at(line))?;
    let page = Page::headed(head(file, whole, symbol), room);
    if whole.count() <= WINDOW && size(file, whole) <= page.left() {
        return Some(all_of(page, file, whole));
    }
    let members = symbol.map(|symbol| file.members(symbol)).unwrap_or_default();
    match symbol {
        Some(symbol) if line <= symbol.name_line && !members.is_empty() => {
            Some(skeleton(page, file, symbol, &members))
        }
        _ => Some(window(page, file, symbol, whole, line)),
    }
}

fn all_of(mut page: Page, file: &IndexedFile, lines: LineRange) -> Reading {
    for (number, line) in file.lines_in(lines) {
        page.write(&shown(number, line, LONGEST_LINE));
    }
    page.ended(None, file)
}

/// The lines around one of a definition that is too long, after its signature.
fn window(
    mut page: Page,
    file: &IndexedFile,
    symbol: Option<&OutlineEntry>,
    whole: LineRange,
    line: u32,
) -> Reading {
    let signature = symbol.map(|symbol| (symbol.name_line, signature(symbol)));
    let reserved = 3 * LEFT_OUT + signature.as_ref().map_or(0, |(_, text)| text.len() + 1);
    let room = page.left().saturating_sub(reserved);
    let lines = around(file, ideal(whole, line), line, room);
    let mut next = whole.start;
    if let Some((number, text)) = signature
        && number < lines.start
    {
        page.leave_out(next, number - 1);
        page.write(&text);
        next = number + 1;
    }
    page.leave_out(next, lines.start - 1);
    for (number, text) in file.lines_in(lines) {
        page.write(&shown(number, text, LONGEST_LINE.min(room)));
    }
    page.leave_out(lines.end + 1, whole.end);
    let rest = if lines.end < whole.end {
        let start = lines.end + 1;
        Some(LineRange { start, end: whole.end.min(lines.end + WINDOW) })
    } else if lines.start > next {
        let end = lines.start - 1;
        Some(LineRange { start: next.max(lines.start.saturating_sub(WINDOW)), end })
    } else {
        None
    };
    page.ended(rest, file)
}

/// As many lines around one as a window has: a third of them above it, as far as there are any.
fn ideal(whole: LineRange, line: u32) -> LineRange {
    let start = whole.start.max(line.saturating_sub(WINDOW / 3));
    let end = whole.end.min(start.saturating_add(WINDOW - 1));
    LineRange { start: whole.start.max(end.saturating_sub(WINDOW - 1)), end }
}

/// The lines of `ideal` around one of them that there is room for: two below it for each above.
fn around(file: &IndexedFile, ideal: LineRange, line: u32, room: usize) -> LineRange {
    let only = |number| LineRange { start: number, end: number };
    let mut lines = only(line);
    let mut left = room.saturating_sub(size(file, lines));
    while lines != ideal {
        let below = lines.end - line <= 2 * (line - lines.start);
        let grow_below = lines.end < ideal.end && (below || lines.start == ideal.start);
        let number = if grow_below { lines.end + 1 } else { lines.start - 1 };
        let Some(rest) = left.checked_sub(size(file, only(number))) else { break };
        left = rest;
        lines = LineRange { start: lines.start.min(number), end: lines.end.max(number) };
    }
    lines
}

fn signature(symbol: &OutlineEntry) -> String {
    shown(symbol.name_line, &escaped(&symbol.signature), LONGEST_LINE)
}

/// A definition by its signature and those of its members.
fn skeleton(
    mut page: Page,
    file: &IndexedFile,
    symbol: &OutlineEntry,
    members: &[&OutlineEntry],
) -> Reading {
    page.write(&signature(symbol));
    let mut next = symbol.name_line + 1;
    for member in members {
        let (start, end) = (member.start_line, member.end_line);
        let line = if start == end {
            code_line(start, &escaped(&member.signature))
        } else {
            format!("{start}-{end}| {}", escaped(&member.signature))
        };
        if !page.fits(&line, 2 * LEFT_OUT) {
            break;
        }
        if start > next + FEW {
            page.leave_out(next, start - 1);
        }
        page.write(&line);
        next = next.max(end + 1);
    }
    if symbol.end_line > next + FEW {
        page.leave_out(next, symbol.end_line);
    }
    let start = symbol.start_line;
    let end = symbol.end_line.min(start + WINDOW - 1);
    page.ended(Some(LineRange { start, end }), file)
}

fn outline(file: &IndexedFile, room: usize) -> Reading {
    let (count, lines) = (file.symbols.len(), file.line_count());
    let title = format!("{}: {count} symbols, {lines} lines", escaped(&file.path));
    let mut page = Page::headed(title, room);
    for (position, entry) in file.symbols.iter().enumerate() {
        let indent = "  ".repeat(entry.scopes.len() + 1);
        let (start, end) = (entry.start_line, entry.end_line);
        let signature = escaped(&entry.signature);
        let line = format!("{indent}{start}-{end} {} {signature}", entry.kind);
        let reserve = if position + 1 == count { 0 } else { LEFT_OUT };
        if !page.fits(&line, reserve) {
            page.write(&format!("… {} more symbols, from {start}", count - position));
            let rest = Rest { place: file.path.clone(), longer: true };
            return Reading { text: page.text, rest: Some(rest) };
        }
        page.write(&line);
    }
    let text_alone = LineRange { start: 1, end: lines.min(WINDOW) };
    page.ended((count == 0 && lines > 0).then_some(text_alone), file)
}

#[cfg(test)]
mod tests;
