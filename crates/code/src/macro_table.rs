//! C texts that hold nothing but macros: tables of registers and codes, of up to a hundred thousand lines. Each line says
//! all there is, and reading them so takes a fraction of what the grammar does.

use std::ops::Range;

use crate::captures::{Captures, Definition};
use crate::cuts::{Cut, before_item};
use crate::lines::LineIndex;
use crate::trivia::Trivia;
use crate::{ChunkOptions, SymbolKind};

/// Fewer macros are no table; what little there is may as well be parsed.
const FEWEST: usize = 32;

/// What a table defines, and where it may be cut.
pub(crate) struct MacroTable {
    pub(crate) captures: Captures,
    items: Vec<Item>,
    groups: Vec<Range<usize>>,
}

/// A directive or a comment that begins a line, under so many conditions.
struct Item {
    start: usize,
    level: u16,
}

impl MacroTable {
    /// Reads a text; `None` where it holds anything besides macros, conditions, inclusions and comments.
    pub(crate) fn read(text: &str) -> Option<MacroTable> {
        let mut reader = Reader {
            text,
            at: 0,
            open: Vec::new(),
            table: MacroTable {
                captures: Captures::default(),
                items: Vec::new(),
                groups: Vec::new(),
            },
        };
        while reader.item()? {}
        let mut table = reader.table;
        table.captures.order();
        (table.captures.definitions.len() >= FEWEST).then_some(table)
    }

    /// The cuts between its directives, in order; none within what is under one condition and fits the budget.
    pub(crate) fn cuts(
        &self,
        text: &str,
        lines: &LineIndex,
        trivia: &Trivia,
        options: &ChunkOptions,
    ) -> Vec<Cut> {
        let mut whole: Vec<&Range<usize>> =
            self.groups.iter().filter(|group| group.len() <= options.max_bytes).collect();
        whole.sort_unstable_by_key(|group| group.start);
        let mut whole = whole.into_iter().peekable();
        let mut within = 0;
        let mut cuts: Vec<Cut> = Vec::with_capacity(self.items.len());
        for item in &self.items {
            while let Some(group) = whole.next_if(|group| group.start < item.start) {
                within = within.max(group.end);
            }
            let at = lines.line_start(trivia.lead(item.start));
            let is_new = at > cuts.last().map_or(0, |cut| cut.at);
            if is_new && item.start >= within {
                cuts.push(Cut { at, part: before_item(text, at, item.level), join: 0.0 });
            }
        }
        cuts
    }
}

struct Reader<'text> {
    text: &'text str,
    at: usize,
    /// Where the conditions begin that hold here.
    open: Vec<usize>,
    table: MacroTable,
}

impl Reader<'_> {
    /// Reads the next comment or directive; false at the end, `None` at anything else.
    fn item(&mut self) -> Option<bool> {
        let rest = &self.text[self.at..];
        let blank = rest.len() - rest.trim_ascii_start().len();
        let is_first =
            self.at == 0 || rest[..blank].contains('\n') || self.text[..self.at].ends_with('\n');
        self.at += blank;
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return Some(false);
        }
        if is_first {
            let level = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
            self.table.items.push(Item { start: self.at, level });
        }
        if rest.starts_with("/*") || rest.starts_with("//") {
            let end = comment_end(self.text, self.at)?;
            self.table.captures.comments.push(self.at..end);
            self.at = end;
        } else if let Some(directive) = rest.strip_prefix('#').filter(|_| is_first) {
            self.directive(directive.trim_start_matches([' ', '\t']))?;
        } else {
            return None;
        }
        Some(true)
    }

    /// Reads a directive from the word behind its mark on.
    fn directive(&mut self, rest: &str) -> Option<()> {
        let start = self.at;
        let word_at = self.text.len() - rest.len();
        let word = &rest[..rest.bytes().take_while(u8::is_ascii_alphabetic).count()];
        let behind = word_at + word.len();
        let (end, value) = self.logical_line(behind)?;
        match word {
            "define" => self.define(start, behind, end, &value)?,
            "if" | "ifdef" | "ifndef" => self.open.push(start),
            "endif" => {
                let begun = self.open.pop()?;
                self.table.groups.push(begun..end);
            }
            "include" => {
                let path = self.text[value.clone()].trim_ascii();
                let at = value.start + self.text[value].find(path)?;
                self.table.captures.import(start..end, at..at + path.len());
            }
            "else" | "elif" | "undef" | "pragma" | "error" | "warning" => {}
            _ => return None,
        }
        self.at = end;
        Some(())
    }

    /// The end of the directive whose rest begins at a byte, and that rest without the comments behind it.
    fn logical_line(&mut self, start: usize) -> Option<(usize, Range<usize>)> {
        let mut end = start;
        loop {
            let line = &self.text[end..];
            let line = line.find('\n').map_or(line, |at| &line[..=at]);
            end += line.len();
            if !line.trim_end_matches(['\n', '\r']).ends_with('\\') || end == self.text.len() {
                break;
            }
        }
        let mut value = start..end;
        let text = &self.text[value.clone()];
        let first = text.len() - text.trim_ascii_start().len();
        // A line comment is one at the start of a value alone: further on it is a part of it, as in the grammar.
        let comment = if text[first..].starts_with("//") { Some(first) } else { text.find("/*") };
        if let Some(comment) = comment {
            if text.contains(['"', '\'']) {
                return None;
            }
            value.end = start + comment;
            let mut at = value.end;
            while self.text[at..].starts_with("/*") || self.text[at..].starts_with("//") {
                let comment = at..comment_end(self.text, at)?;
                at = comment.end;
                self.table.captures.comments.push(comment);
                let rest = &self.text[at..];
                at += rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
            }
            let rest = &self.text[at..];
            if !(rest.is_empty() || rest.starts_with('\n')) {
                return None;
            }
            end = (at + 1).min(self.text.len());
        }
        Some((end, value))
    }

    /// Notes the macro whose directive is at a range, and whose name and value come behind its word.
    fn define(
        &mut self,
        start: usize,
        word: usize,
        end: usize,
        value: &Range<usize>,
    ) -> Option<()> {
        let behind = &self.text[word..value.end.max(word)];
        let name_at = behind.len() - behind.trim_start_matches([' ', '\t']).len();
        let name = &behind[name_at..];
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let name = &name[..name.bytes().take_while(is_name).count()];
        if name_at == 0 || name.is_empty() || name.as_bytes()[0].is_ascii_digit() {
            return None;
        }
        let rest = &behind[name_at + name.len()..];
        let kind = match rest.bytes().next() {
            Some(b'(') => {
                rest.split('\n').next()?.find(')')?;
                SymbolKind::Macro
            }
            None | Some(b' ' | b'\t' | b'\r' | b'\n') => SymbolKind::Constant,
            Some(_) => return None,
        };
        let says_nothing = rest.bytes().all(|byte| byte.is_ascii_whitespace() || byte == b'\\');
        if kind == SymbolKind::Macro || !says_nothing {
            let name = word + name_at..word + name_at + name.len();
            let mut found = Definition::of_line(kind, start..end, name, 0, false);
            found.body_start = None;
            self.table.captures.definitions.push(found);
        }
        Some(())
    }
}

/// The end of the comment that begins at a byte, without the end of its line.
fn comment_end(text: &str, at: usize) -> Option<usize> {
    let inside = &text[at + 2..];
    if text[at..].starts_with("/*") {
        return inside.find("*/").map(|end| at + 2 + end + 2);
    }
    let line = inside.split('\n').next()?.trim_end_matches('\r');
    (!line.ends_with('\\')).then_some(at + 2 + line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(end: &str) -> Option<MacroTable> {
        let lines = (0..FEWEST).map(|at| format!("#define REG_{at} 0x{at:x} /* {at} */\n"));
        let lines: String = lines.collect();
        MacroTable::read(&format!("/* Registers. */\n#ifndef A\n\n{lines}\n{end}"))
    }

    #[test]
    fn a_table_is_what_holds_macros_and_nothing_else() {
        for end in [
            "",
            "#endif",
            "#endif /* A */\n",
            "#define F(x) \\\n  x\n#endif\n",
            "#define B /* of\n two lines */\n",
            "// the end\n#include <a.h> // why\n",
            "#else\n#error no\n#elif B\n#undef B\n#pragma once\n#endif\n",
        ] {
            assert!(table(end).is_some(), "{end}");
        }
        for end in [
            "int x;",
            "/* x */ #define B 1",
            "#define B \"/* x */\"",
            "#define B 1 /* x */ + 2",
            "#endif\n#endif",
            "#define 1",
            "#define F(x",
            "#defined B",
            "/*/",
            "// \\\n",
            "\u{feff}",
        ] {
            assert!(table(end).is_none(), "{end}");
        }
        assert!(MacroTable::read("#define ONE 1\n").is_none());
    }
}
