//! A file as the index has it, for reading parts of it: a replica without the files answers too.

use sconce_code::LineRange;
use sconce_store::ChunkRow;

use super::OutlineEntry;
use super::outline::entry;
use super::snippet;
use crate::{EngineError, Index};

/// The lines of a file and the definitions in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedFile {
    /// Path below the project's root.
    pub path: String,
    /// Its definitions in the order of their lines, those around others first.
    pub symbols: Vec<OutlineEntry>,
    /// Its lines, the first is line 1.
    pub lines: Vec<String>,
    /// What is read together where no definition is: the lines of each chunk.
    pub sections: Vec<LineRange>,
}

impl Index {
    /// The lines and the definitions of the file `path`.
    ///
    /// # Errors
    /// [`EngineError::NoSuchFile`], and what the database says.
    pub async fn file(&self, path: &str) -> Result<IndexedFile, EngineError> {
        let now = self.reading().await?;
        let chunks = now.store().file_chunks(self.id(), path).await?;
        let Some(first) = chunks.first() else { return Err(self.lacks_file(path)) };
        let mut symbols = now.symbols_of(path).await?;
        // The file may have been written again in between.
        symbols.retain(|symbol| symbol.file_id == first.file_id);
        Ok(IndexedFile::new(&chunks, symbols.into_iter().map(entry).collect()))
    }
}

impl IndexedFile {
    fn new(chunks: &[ChunkRow], symbols: Vec<OutlineEntry>) -> Self {
        let last = chunks.last().map_or(1, |chunk| chunk.lines().end);
        // Before, between and behind the cells of a notebook lie lines that no chunk has.
        let found = snippet::lines(chunks, LineRange { start: 1, end: last });
        let before = found.as_ref().map_or(0, |found| found.start_line.saturating_sub(1));
        let held =
            found.as_ref().map_or("", |found| found.text.as_str()).lines().map(str::to_owned);
        Self {
            path: chunks.first().map(|chunk| chunk.path.clone()).unwrap_or_default(),
            symbols,
            lines: std::iter::repeat_n(String::new(), before as usize).chain(held).collect(),
            sections: chunks.iter().map(ChunkRow::lines).collect(),
        }
    }

    /// How many lines it has.
    pub fn line_count(&self) -> u32 {
        self.lines.len() as u32
    }

    /// The lines of a range that it has, each with its number.
    pub fn lines_in(&self, range: LineRange) -> impl DoubleEndedIterator<Item = (u32, &str)> {
        let start = range.start.max(1);
        let end = range.end.min(self.line_count()).max(start - 1);
        (start..=end).filter_map(|number| {
            self.lines.get(number as usize - 1).map(|line| (number, line.as_str()))
        })
    }

    /// The innermost definition at a line.
    pub fn definition_at(&self, line: u32) -> Option<&OutlineEntry> {
        let around = self.symbols.iter().filter(|symbol| symbol.lines().contains(line));
        around.min_by_key(|symbol| symbol.lines().count())
    }

    /// The definition of a name that may be written in its scope (`Store::connect`): the one that fits most of that.
    pub fn definition_of(&self, name: &str) -> Option<&OutlineEntry> {
        let parts: Vec<&str> = name
            .trim_end_matches("()")
            .split([':', '.', '#'])
            .filter(|part| !part.is_empty())
            .collect();
        let (last, scopes) = parts.split_last()?;
        let fit = |symbol: &&OutlineEntry| {
            scopes.iter().filter(|scope| symbol.scopes.iter().any(|own| own == *scope)).count()
        };
        let named = self.symbols.iter().filter(|symbol| symbol.name == *last);
        // Of several that fit as much the first one.
        named.rev().max_by_key(fit)
    }

    /// The innermost definition that holds a whole range.
    pub fn definition_around(&self, range: LineRange) -> Option<&OutlineEntry> {
        let holds = |symbol: &&OutlineEntry| {
            symbol.lines().contains(range.start) && symbol.lines().contains(range.end)
        };
        self.symbols.iter().filter(holds).min_by_key(|symbol| symbol.lines().count())
    }

    /// The definitions directly inside of one, in the order of their lines.
    pub fn members(&self, of: &OutlineEntry) -> Vec<&OutlineEntry> {
        let mut members: Vec<&OutlineEntry> = vec![];
        for symbol in &self.symbols {
            let is_inside = of.start_line <= symbol.start_line && symbol.end_line <= of.end_line;
            let is_deeper = members.last().is_some_and(|last| symbol.end_line <= last.end_line);
            if symbol != of && is_inside && symbol.lines() != of.lines() && !is_deeper {
                members.push(symbol);
            }
        }
        members
    }

    /// The section that a line is in.
    pub fn section_at(&self, line: u32) -> Option<LineRange> {
        self.sections.iter().copied().find(|section| section.contains(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(name: &str, start_line: u32, end_line: u32) -> OutlineEntry {
        OutlineEntry {
            kind: "function".to_owned(),
            name: name.to_owned(),
            scopes: vec![],
            signature: format!("fn {name}()"),
            start_line,
            end_line,
            name_line: start_line,
            doc: None,
        }
    }

    fn file() -> IndexedFile {
        let symbols = vec![
            symbol("Outer", 2, 9),
            symbol("a", 3, 6),
            symbol("inner", 4, 5),
            symbol("b", 7, 8),
            symbol("after", 10, 10),
        ];
        let lines = (1..=10).map(|number| number.to_string()).collect();
        let sections = vec![LineRange { start: 1, end: 10 }];
        IndexedFile { path: "a.rs".to_owned(), symbols, lines, sections }
    }

    #[test]
    fn a_definition_is_found_by_its_name_in_its_scope() {
        let within = |scope: &str, line: u32| OutlineEntry {
            scopes: vec![scope.to_owned()],
            ..symbol("open", line, line + 1)
        };
        let file = IndexedFile {
            path: "a.rs".to_owned(),
            symbols: vec![within("Door", 1), within("Till", 5)],
            lines: vec![],
            sections: vec![],
        };
        let line = |name: &str| file.definition_of(name).map(|found| found.start_line);
        assert_eq!(line("Till::open"), Some(5));
        assert_eq!(line("Till.open()"), Some(5));
        assert_eq!(line("open"), Some(1));
        assert_eq!(line("Till::shut"), None);
    }

    #[test]
    fn lines_are_those_that_there_are() {
        let file = file();
        let lines = |start, end| {
            file.lines_in(LineRange { start, end }).map(|(_, line)| line).collect::<Vec<_>>()
        };
        assert_eq!(file.line_count(), 10);
        assert_eq!(lines(1, 3), ["1", "2", "3"]);
        assert_eq!(lines(9, 99), ["9", "10"]);
        assert_eq!(lines(0, 1), ["1"]);
        assert!(lines(11, 20).is_empty() && lines(5, 4).is_empty());
    }

    #[test]
    fn members_are_those_directly_inside() {
        let file = file();
        let names = |line| {
            let of = file.definition_at(line).unwrap();
            file.members(of).into_iter().map(|member| member.name.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(names(2), ["a", "b"]);
        assert_eq!(names(3), ["inner"]);
        assert!(names(8).is_empty());
        let around = |start, end| {
            file.definition_around(LineRange { start, end }).map(|symbol| symbol.name.as_str())
        };
        assert_eq!([around(4, 5), around(5, 6), around(6, 7)], ["inner", "a", "Outer"].map(Some));
        assert_eq!((around(1, 2), file.definition_at(1)), (None, None));
    }
}
