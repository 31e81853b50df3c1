//! Which lines of a chunk may match, where not all of them may: those of some symbols, or the heads of types.

use sconce_code::filter::FilterMatcher;
use sconce_code::{LineRange, SymbolKind};
use sconce_store::{ChunkText, SymbolRow};

use super::matcher::Matcher;

/// Languages of which the head of a type may have parameters, which are no types that it is made from.
const WITH_PARAMETERS: [&str; 4] = ["csharp", "java", "kotlin", "scala"];

/// Where lines may match.
#[derive(Debug, Default)]
pub(super) struct Within {
    /// Inside of a symbol that passes.
    pub(super) symbols: FilterMatcher,
    /// Where the head of a type names another one, which this finds.
    pub(super) heads_with: Option<Matcher>,
}

impl Within {
    /// Whether some lines may not match.
    pub(super) fn narrows(&self) -> bool {
        self.symbols.narrows_symbols() || self.heads_with.is_some()
    }

    /// Whether a symbol passes.
    pub(super) fn passes(&self, symbol: &SymbolRow) -> bool {
        let kind = SymbolKind::parse(&symbol.kind).unwrap_or(SymbolKind::Other);
        !self.symbols.narrows_symbols()
            || self.symbols.passes_symbol(kind, &symbol.name, &symbol.scopes.join("."))
    }

    /// The lines of a chunk that may match, given the symbols that share lines with it; ascending and apart.
    pub(super) fn ranges(&self, chunk: &ChunkText, symbols: &[SymbolRow]) -> Vec<LineRange> {
        let passing = symbols.iter().filter(|symbol| self.passes(symbol));
        let mut ranges: Vec<LineRange> = match &self.heads_with {
            None => passing.map(SymbolRow::lines).collect(),
            Some(name) => {
                let lines: Vec<&str> = chunk.content.lines().collect();
                let heads = passing.filter_map(|symbol| head_line(name, chunk, &lines, symbol));
                heads.chain(impl_lines(name, chunk, &lines)).collect()
            }
        };
        ranges.sort_by_key(|range| range.start);
        let mut apart: Vec<LineRange> = Vec::new();
        for range in ranges {
            match apart.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        apart
    }
}

/// Whether ranges that are ascending and apart hold a line.
pub(super) fn holds(ranges: &[LineRange], line: u32) -> bool {
    let at = ranges.partition_point(|range| range.end < line);
    ranges.get(at).is_some_and(|range| range.contains(line))
}

/// The line at which the head of a type names another one.
fn head_line(
    name: &Matcher,
    chunk: &ChunkText,
    lines: &[&str],
    symbol: &SymbolRow,
) -> Option<LineRange> {
    use SymbolKind::{Class, Enum, Interface, Module, Struct, Trait};
    let is_type = SymbolKind::parse(&symbol.kind)
        .is_some_and(|kind| [Class, Enum, Interface, Module, Struct, Trait].contains(&kind));
    let has_parameters =
        chunk.language.as_deref().is_some_and(|language| WITH_PARAMETERS.contains(&language));
    let names = if has_parameters {
        name.find(&without_parameters(&symbol.signature), 0).is_some()
    } else {
        name.find(&symbol.signature, 0).is_some()
    };
    if !is_type || !names || name.find(&symbol.name, 0).is_some() {
        return None;
    }
    let first = chunk.start_line.max(0) as u32;
    let from = (symbol.name_line.max(0) as u32).checked_sub(first)? as usize;
    let found = lines.iter().skip(from).position(|line| name.find(line, 0).is_some())?;
    let line = first + (from + found) as u32;
    symbol.lines().contains(line).then_some(LineRange { start: line, end: line })
}

/// The lines `impl Name for Type` of Rust, which are no symbols.
fn impl_lines<'a>(
    name: &'a Matcher,
    chunk: &'a ChunkText,
    lines: &'a [&str],
) -> impl Iterator<Item = LineRange> + 'a {
    let is_rust = chunk.language.as_deref() == Some("rust");
    let numbered = (chunk.start_line.max(0) as u32..).zip(lines).filter(move |_| is_rust);
    numbered.filter_map(|(number, line)| {
        let head = line.trim_start().trim_start_matches("unsafe ").strip_prefix("impl")?;
        let (of, _) = head.split_once(" for ")?;
        name.find(of, 0).map(|_| LineRange { start: number, end: number })
    })
}

/// A head without what stands in its parentheses.
fn without_parameters(head: &str) -> String {
    let mut open = 0_usize;
    let outside = head.chars().filter(|c| {
        match c {
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => return open == 0,
        }
        false
    });
    outside.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(language: &str, content: &str) -> ChunkText {
        ChunkText {
            file_id: 1,
            ordinal: 0,
            path: "a".into(),
            language: Some(language.into()),
            start_line: 11,
            content: content.into(),
        }
    }

    fn symbol(kind: &str, name: &str, signature: &str, lines: (i32, i32)) -> SymbolRow {
        SymbolRow {
            file_id: 1,
            path: "a".into(),
            language: None,
            kind: kind.into(),
            name: name.into(),
            scopes: Vec::new(),
            signature: signature.into(),
            start_line: lines.0,
            end_line: lines.1,
            name_line: lines.0,
            chunk: 0,
            doc: None,
        }
    }

    fn heads(language: &str, content: &str, symbols: &[SymbolRow]) -> Vec<u32> {
        let heads_with = Some(Matcher::word("Oven").unwrap());
        let within = Within { heads_with, ..Within::default() };
        let ranges = within.ranges(&chunk(language, content), symbols);
        ranges.into_iter().map(|range| range.start).collect()
    }

    #[test]
    fn the_head_of_a_type_names_what_it_is_made_from() {
        let code = "interface Oven\nclass Kiln\n    : Oven {\n    val oven: Oven\n}\n\
                    class Shop(val oven: Oven)\n";
        let symbols = [
            symbol("interface", "Oven", "interface Oven", (11, 11)),
            symbol("class", "Kiln", "class Kiln : Oven", (12, 15)),
            symbol("property", "oven", "val oven: Oven", (14, 14)),
            symbol("class", "Shop", "class Shop(val oven: Oven)", (16, 16)),
        ];
        assert_eq!(heads("kotlin", code, &symbols), [13]);
        let python = [symbol("class", "Kiln", "class Kiln(Oven):", (11, 12))];
        assert_eq!(heads("python", "class Kiln(Oven):\n    pass\n", &python), [11]);
        let rust = "impl Kiln {}\nimpl Oven for Kiln {}\nimpl Heat for Oven {}\n";
        assert_eq!(heads("rust", rust, &[]), [12]);
    }

    #[test]
    fn a_line_lies_in_one_of_ranges_or_in_none() {
        let ranges = [(2, 4), (6, 6)].map(|(start, end)| LineRange { start, end });
        let held: Vec<u32> = (1..9).filter(|line| holds(&ranges, *line)).collect();
        assert_eq!(held, [2, 3, 4, 6]);
        assert!(!holds(&[], 1));
    }
}
