//! Gathers the lines that match as chunks go by: the best are kept, all are counted.

use std::collections::{BinaryHeap, HashMap};
use std::ops::Range;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use sconce_code::{ChunkKey, LineRange};
use sconce_store::ChunkText;

use super::matcher::Matcher;
use super::usage::Usage;
use super::within::holds;
use crate::search::file_class::{FileClass, class_of};
use crate::search::lexical_indexes::SharedLexicalIndex;

/// The most characters of a line that are given.
const LONGEST_LINE: usize = 160;
/// Characters before a match in a longer line.
const BEFORE: usize = 60;
/// Texts that match and are told apart, and the most bytes of one.
const MOST_TEXTS: usize = 32;
const LONGEST_TEXT: usize = 64;

/// A line that matches; in the order of what is shown first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    class: FileClass,
    is_use: bool,
    /// How it uses a name whose uses are asked for.
    usage: Usage,
    pub(super) path: Arc<str>,
    pub(super) number: u32,
    pub(super) file_id: i64,
    pub(super) text: String,
    /// The name of what is defined at it, where that is what matched.
    pub(super) defines: Option<String>,
}

/// The best lines so far.
#[derive(Debug)]
pub(super) struct Lines {
    matcher: Matcher,
    /// What is defined at the lines of files.
    names: HashMap<(i64, u32), Vec<String>>,
    limit: usize,
    /// Lines before and after each that are to be given with it.
    pub(super) context: (u32, u32),
    /// Whether definitions of what matches are left out.
    uses_alone: bool,
    /// The index's words, which know tests in files of other code.
    words: SharedLexicalIndex,
    /// The best lines by what matched in them, each as many as may be given: of `retry|backoff` the many
    /// lines of one leave room for those of the other.
    best: HashMap<String, BinaryHeap<Line>>,
    /// The files with lines that match, each by its version.
    pub(super) files: HashMap<Arc<str>, i64>,
    /// How many lines match.
    pub(super) total: u64,
    /// The last line that matched, by its file: a chunk may end within a line.
    last: (i64, u32),
}

impl Lines {
    pub(super) fn new(
        matcher: Matcher,
        names: HashMap<(i64, u32), Vec<String>>,
        limit: usize,
    ) -> Self {
        Self {
            matcher,
            names,
            limit,
            context: (0, 0),
            uses_alone: false,
            words: SharedLexicalIndex::default(),
            best: HashMap::new(),
            files: HashMap::new(),
            total: 0,
            last: (0, 0),
        }
    }

    /// The same where the index's words are at hand.
    pub(super) fn with_words(self, words: SharedLexicalIndex) -> Self {
        Self { words, ..self }
    }

    /// The same without the definitions of what matches.
    pub(super) fn of_uses(self) -> Self {
        Self { uses_alone: true, ..self }
    }

    /// The same with so many lines before and after each.
    pub(super) fn with_context(self, before: u32, after: u32) -> Self {
        Self { context: (before, after), ..self }
    }

    /// Looks through chunks, each in the lines that are `within` it, where not all of them count; `false` where the
    /// time was over before their end.
    pub(super) fn read(
        &mut self,
        chunks: &[ChunkText],
        within: Option<&[Vec<LineRange>]>,
        deadline: Instant,
    ) -> bool {
        for (at, chunk) in chunks.iter().enumerate() {
            if Instant::now() >= deadline {
                return false;
            }
            self.chunk(chunk, within.and_then(|within| within.get(at)).map(Vec::as_slice));
        }
        true
    }

    fn chunk(&mut self, chunk: &ChunkText, within: Option<&[LineRange]>) {
        let mut file: Option<(Arc<str>, FileClass)> = None;
        for (offset, line) in self.matcher.candidates(&chunk.content) {
            let Some(found) = self.matcher.find(line, 0) else { continue };
            let number = chunk.start_line as u32 + offset;
            if within.is_some_and(|within| !holds(within, number)) {
                continue;
            }
            let is_about = |name: &&String| self.matcher.is_about(line, name);
            let names = self.names.get(&(chunk.file_id, number));
            let defines = names.and_then(|names| names.iter().find(is_about)).cloned();
            if self.uses_alone && defines.is_some() {
                continue;
            }
            let (path, class) = file.get_or_insert_with(|| {
                let class = class_of(&chunk.path, chunk.language.as_deref());
                let is_test = class == FileClass::Code && is_test_code(&self.words, chunk.key());
                let class = if is_test { FileClass::Test } else { class };
                (Arc::from(chunk.path.as_str()), class)
            });
            // A file that was written again meanwhile was counted by its older version.
            let version = *self.files.entry(Arc::clone(path)).or_insert(chunk.file_id);
            if version != chunk.file_id || self.last == (chunk.file_id, number) {
                continue;
            }
            self.last = (chunk.file_id, number);
            self.total += 1;
            let best = Line {
                class: *class,
                is_use: defines.is_none(),
                usage: if self.uses_alone { Usage::of(line, &found) } else { Usage::Call },
                path: Arc::clone(path),
                number,
                file_id: chunk.file_id,
                text: String::new(),
                defines,
            };
            let limit = self.limit;
            let alike = self.alike(&line[found.clone()]);
            if alike.len() < limit || alike.peek().is_some_and(|worst| best < *worst) {
                alike.push(Line { text: excerpt(line, &found), ..best });
            }
            if alike.len() > limit {
                alike.pop();
            }
        }
    }

    /// The best lines in which this text matched. Beyond some texts the others are all one, as are those that
    /// are longer than what one looks for by name.
    fn alike(&mut self, matched: &str) -> &mut BinaryHeap<Line> {
        let is_told = matched.len() <= LONGEST_TEXT
            && (self.best.len() < MOST_TEXTS || self.best.contains_key(matched));
        let key = if is_told { matched } else { "" };
        if !self.best.contains_key(key) {
            self.best.insert(key.to_owned(), BinaryHeap::new());
        }
        self.best.get_mut(key).expect("it was put there")
    }

    /// The best lines: first the best of each text that matched, then the second of each, and so on.
    pub(super) fn best(self) -> Vec<Line> {
        let each = self.best.into_values().map(BinaryHeap::into_sorted_vec);
        let mut lines: Vec<(usize, Line)> =
            each.flat_map(|alike| alike.into_iter().enumerate()).collect();
        lines.sort();
        lines.into_iter().take(self.limit).map(|(_, line)| line).collect()
    }
}

/// Whether a chunk is code of tests in a file of other code.
fn is_test_code(words: &SharedLexicalIndex, chunk: ChunkKey) -> bool {
    words.read().unwrap_or_else(PoisonError::into_inner).is_test_code(chunk)
}

/// A line, or of a very long one the part around a match.
pub(super) fn excerpt(line: &str, found: &Range<usize>) -> String {
    if line.chars().count() <= LONGEST_LINE {
        return line.to_owned();
    }
    let before = line[..found.start].char_indices().rev().nth(BEFORE);
    let start = before.map_or(0, |(at, _)| at);
    let after = line[start..].char_indices().nth(LONGEST_LINE);
    let end = after.map_or(line.len(), |(at, _)| start + at);
    let mark = |is_cut| if is_cut { "…" } else { "" };
    format!("{}{}{}", mark(start > 0), &line[start..end], mark(end < line.len()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn chunk(path: &str, start_line: i32, content: &str) -> ChunkText {
        let file_id = path.bytes().map(i64::from).sum();
        let language = path.strip_suffix(".rs").map(|_| "rust".to_owned());
        let (path, content) = (path.to_owned(), content.to_owned());
        ChunkText { file_id, ordinal: start_line, path, language, start_line, content }
    }

    fn lines(chunks: &[ChunkText], limit: usize, pattern: &str) -> Lines {
        let names = [((chunk("b.rs", 1, "").file_id, 2), vec!["open".to_owned()])];
        let matcher = Matcher::literal(pattern).unwrap();
        let mut lines = Lines::new(matcher, HashMap::from(names), limit);
        assert!(lines.read(chunks, None, Instant::now() + Duration::from_mins(1)));
        lines
    }

    fn places(lines: Lines) -> Vec<String> {
        let shown = |line: Line| format!("{}:{}", line.path, line.number);
        lines.best().into_iter().map(shown).collect()
    }

    #[test]
    fn definitions_come_first_and_texts_last_and_all_are_counted() {
        let chunks = [
            chunk("README.md", 1, "open it\n"),
            chunk("a.rs", 5, "x\nopen();\nopen();\n"),
            chunk("tests/a.rs", 1, "open();\n"),
            chunk("b.rs", 1, "open();\nfn open() {}\n"),
        ];
        let all = lines(&chunks, 10, "open");
        assert_eq!((all.total, all.files.len()), (6, 4));
        let expected = ["b.rs:2", "a.rs:6", "a.rs:7", "b.rs:1", "tests/a.rs:1", "README.md:1"];
        assert_eq!(places(all), expected);
        let some = lines(&chunks, 2, "open");
        assert_eq!(some.total, 6);
        assert_eq!(places(some), expected[..2]);
        assert_eq!(places(lines(&chunks, 0, "open")), expected[..0]);
    }

    #[test]
    fn each_text_that_matches_has_its_turn() {
        let chunks = [
            chunk("a.rs", 1, "open();\nopen();\nopen();\nshut();\n"),
            chunk("tests/a.rs", 1, "shut();\nlock();\n"),
        ];
        let matcher = Matcher::regex("open|shut|lock").unwrap();
        let mut lines = Lines::new(matcher, HashMap::new(), 4);
        assert!(lines.read(&chunks, None, Instant::now() + Duration::from_mins(1)));
        assert_eq!(lines.total, 6);
        assert_eq!(places(lines), ["a.rs:1", "a.rs:4", "tests/a.rs:2", "a.rs:2"]);
    }

    #[test]
    fn texts_beyond_those_that_are_told_apart_are_one() {
        let text = (100..300).map(|n| format!("v{n}")).collect::<Vec<_>>().join("\n");
        let mut lines = Lines::new(Matcher::regex("v[0-9]+").unwrap(), HashMap::new(), 50);
        let chunks = [chunk("a.rs", 1, &text)];
        assert!(lines.read(&chunks, None, Instant::now() + Duration::from_mins(1)));
        assert!(lines.best.len() <= MOST_TEXTS + 1);
        assert_eq!(lines.best().len(), 50);
    }

    #[test]
    fn a_line_that_is_cut_by_a_chunk_counts_once() {
        let chunks = [chunk("a.rs", 1, "open(1);\nopen(2)"), chunk("a.rs", 2, ", open(3)\n")];
        assert_eq!(lines(&chunks, 10, "open").total, 2);
    }

    #[test]
    fn the_time_is_bounded() {
        let mut lines = Lines::new(Matcher::literal("x").unwrap(), HashMap::new(), 1);
        assert!(!lines.read(&[chunk("a.rs", 1, "x")], None, Instant::now()));
    }

    #[test]
    fn of_a_long_line_the_match_is_shown() {
        let line = format!("{}match{}", "ü".repeat(1000), "ä".repeat(1000));
        let at = line.find("match").unwrap();
        let shown = excerpt(&line, &(at..at + 5));
        assert!(shown.starts_with("…ü") && shown.ends_with("ä…") && shown.contains("match"));
        assert_eq!(shown.chars().count(), LONGEST_LINE + 2);
        assert_eq!(excerpt("short", &(0..1)), "short");
    }
}
