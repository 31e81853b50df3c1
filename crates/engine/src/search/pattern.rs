//! The lines of an index that match a pattern, each with the definition around it: what grep
//! gives, from the indexed text.

mod alternatives;
mod lines;
mod matcher;
mod needles;
mod usage;
mod within;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sconce_code::filter::{Filter, FilterMatcher};
use sconce_code::{ChunkKey, Language, LineRange};
use sconce_rank::LexicalIndex;
use sconce_store::{ChunkRow, ChunkText, Needle, Span, SymbolName, SymbolRow};

use super::file_class::{FileClass, class_of};
use super::lexical_indexes::SharedLexicalIndex;
use super::outline::entry;
use super::{OutlineEntry, snippet};
use crate::{Engine, EngineError, Index};
use lines::{Line, Lines, excerpt};
use matcher::Matcher;
pub use matcher::as_regex;
use within::Within;

/// Chunks that are read at once; no more of an index is ever held.
const PAGE: usize = 1000;
/// The longest that one search goes on; it answers with what it has found by then.
pub const PATTERN_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer names are no words of the lexical index.
const LONGEST_NAME: usize = 60;
/// Of a name in more chunks than this the database applies a filter to its tables: few of the chunks may pass it.
const MOST_CHUNKS: usize = 50_000;
/// From so many lines on the uses of a name are not counted further.
const MANY_USES: u64 = 1000;
/// The most symbols that may be definitions of what matches.
const MOST_NAMES: usize = 20_000;

/// What lines are looked for.
#[derive(Debug, Clone, Default)]
pub struct PatternRequest {
    /// The text that a line holds, or a regular expression.
    pub pattern: String,
    /// Whether `pattern` is a regular expression, in the syntax of Rust's `regex`.
    pub is_regex: bool,
    /// Which chunks are looked at.
    pub filter: Filter,
    /// The most lines that are given; all of them are counted.
    pub limit: usize,
    /// Lines before and after each that are given with it.
    pub before: u32,
    /// See `before`.
    pub after: u32,
}

/// Which of the lines with a name are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrences {
    /// All of them, its definitions first.
    All,
    /// All but its definitions.
    Uses,
    /// Those at which the head of a type names it: `class Kiln implements Oven`.
    Heads,
}

/// The matching lines of an index, the best first: definitions of what was looked for, then other
/// code, then tests and examples, then documentation and data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchingLines {
    /// The index.
    pub index: String,
    /// The files of the lines that are given, the best first.
    pub files: Vec<MatchedFile>,
    /// How many lines match.
    pub total_lines: u64,
    /// How many files have one.
    pub total_files: u64,
    /// How much of the index was looked at.
    pub completeness: Completeness,
}

/// How much of an index was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// All of it.
    Whole,
    /// What the time sufficed for: a slow pattern over a large index is stopped.
    TimeOver,
    /// Until there were many: so many uses of a name need no count.
    Many,
}

impl MatchingLines {
    /// Whether one of the files that are given is code, and no documentation or data.
    pub fn is_of_code(&self) -> bool {
        let is_code = |file: &MatchedFile| {
            let language = Language::detect(&file.path, "").map(Language::name);
            class_of(&file.path, language) != FileClass::Text
        };
        self.files.iter().any(is_code)
    }

    /// How many lines that match are given.
    pub fn line_count(&self) -> usize {
        let places = self.files.iter().flat_map(|file| &file.places);
        places.flat_map(|place| &place.lines).filter(|line| line.matches).count()
    }
}

/// What several indexes have of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternResponse {
    /// The lines of each.
    pub of_indexes: Vec<MatchingLines>,
    /// How the filter was read, where it was read otherwise than it is written.
    pub notices: Vec<String>,
}

impl PatternResponse {
    /// Whether all lines were looked through, and none matches.
    pub fn is_empty(&self) -> bool {
        let is_empty = |found: &MatchingLines| {
            found.total_lines == 0 && found.completeness == Completeness::Whole
        };
        self.of_indexes.iter().all(is_empty)
    }
}

/// A file with lines that match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedFile {
    /// Path below the project's root.
    pub path: String,
    /// In the order of their lines.
    pub places: Vec<MatchedPlace>,
}

/// Lines that match in one definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedPlace {
    /// The innermost definition around the lines; none where they are in none.
    pub definition: Option<OutlineEntry>,
    /// The lines, in their order, with those around them that were asked for.
    pub lines: Vec<PatternLine>,
}

/// A line that matches, or one beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternLine {
    /// Its number, from 1.
    pub number: u32,
    /// Its text; of a very long line the part around the first match, between `…`.
    pub text: String,
    /// Whether it matches.
    pub matches: bool,
}

impl Engine {
    /// The lines of the indexes that match a pattern. Where there are none, globs that fit nothing are
    /// read as they may be meant.
    ///
    /// # Errors
    /// Those of [`Index::matching_lines`].
    pub async fn matching_lines(
        &self,
        indexes: &[Index],
        request: &PatternRequest,
    ) -> Result<PatternResponse, EngineError> {
        let of_indexes = lines_of_each(indexes, request).await?;
        let is_empty = of_indexes.iter().all(|found| found.total_lines == 0);
        if is_empty && let Some(read) = self.read_otherwise(indexes, &request.filter).await? {
            let request = PatternRequest { filter: read.filter, ..request.clone() };
            let of_indexes = lines_of_each(indexes, &request).await?;
            return Ok(PatternResponse { of_indexes, notices: read.notices });
        }
        Ok(PatternResponse { of_indexes, notices: vec![] })
    }
}

async fn lines_of_each(
    indexes: &[Index],
    request: &PatternRequest,
) -> Result<Vec<MatchingLines>, EngineError> {
    let mut found = Vec::with_capacity(indexes.len());
    for index in indexes {
        found.push(index.matching_lines(request).await?);
    }
    Ok(found)
}

impl Index {
    /// The lines that match a pattern.
    ///
    /// # Errors
    /// [`EngineError::Pattern`] where it cannot be one, and what the database says.
    pub async fn matching_lines(
        &self,
        request: &PatternRequest,
    ) -> Result<MatchingLines, EngineError> {
        let matcher = if request.is_regex {
            Matcher::regex(&request.pattern)?
        } else {
            Matcher::literal(&request.pattern)?
        };
        let (needles, names) = (matcher.needles(), matcher.names());
        let now = self.reading().await?;
        let names = now.store().symbol_names(self.id(), &needles, &names, MOST_NAMES).await?;
        let lines = Lines::new(matcher, by_place(names), request.limit);
        let lines = lines.with_words(now.words().await?);
        let lines = lines.with_context(request.before, request.after);
        let within = Within { symbols: self.matcher_here(&request.filter)?, heads_with: None };
        now.lines_of(lines, &needles, (&request.filter, &within), u64::MAX).await
    }

    /// The lines in which a name stands as a word of its own, its definitions first: where it is
    /// called and used. Those of a name that stands everywhere are counted until there are many
    /// ([`Completeness::Many`]).
    ///
    /// # Errors
    /// [`EngineError::Pattern`] where it cannot be a name, and what the database says.
    pub async fn occurrences(
        &self,
        name: &str,
        which: Occurrences,
        filter: &Filter,
        limit: usize,
    ) -> Result<MatchingLines, EngineError> {
        let name = name.trim();
        let matcher = Matcher::word(name)?;
        let heads_with = (which == Occurrences::Heads).then(|| Matcher::word(name)).transpose()?;
        let within = &Within { symbols: self.matcher_here(filter)?, heads_with };
        let now = self.reading().await?;
        let words = now.words().await?;
        let holding = now.chunks_with(name, &words).await?;
        let names = [name.to_owned()];
        let names = now.store().symbol_names(self.id(), &[], &names, MOST_NAMES).await?;
        let defining: HashSet<i64> = names.iter().map(|name| name.file_id).collect();
        let is_everywhere = *filter == Filter::default();
        let holding = holding.filter(|of| is_everywhere || of.chunks.len() <= MOST_CHUNKS);
        let needles = matcher.needles();
        let lines = Lines::new(matcher, by_place(names), limit).with_words(words);
        let lines = if which == Occurrences::Uses { lines.of_uses() } else { lines };
        match holding {
            Some(Holding { mut chunks, tests }) => {
                let rank = |key: &ChunkKey| (!defining.contains(&key.file_id), tests.contains(key));
                chunks.sort_by_cached_key(rank);
                now.lines_of_chunks(lines, &needles, (filter, within), &chunks).await
            }
            None => now.lines_of(lines, &needles, (filter, within), MANY_USES).await,
        }
    }

    /// The filter as it is meant here, over what is in memory.
    fn matcher_here(&self, filter: &Filter) -> Result<FilterMatcher, EngineError> {
        Ok(self.filter_here(filter).matcher()?)
    }

    /// The lines of each chunk that may match; none where all of them may.
    async fn lines_within(
        &self,
        within: &Within,
        chunks: &[ChunkText],
    ) -> Result<Option<Vec<Vec<LineRange>>>, EngineError> {
        if !within.narrows() {
            return Ok(None);
        }
        let spans: Vec<Span> = chunks.iter().map(span_of).collect();
        let symbols = self.store().definitions_at(self.id(), &spans).await?;
        let each = chunks.iter().zip(symbols);
        Ok(Some(each.map(|(chunk, symbols)| within.ranges(chunk, &symbols)).collect()))
    }

    /// The lines of all chunks that pass the filter, until there are `many`.
    async fn lines_of(
        &self,
        mut lines: Lines,
        needles: &[Needle],
        (filter, within): (&Filter, &Within),
        many: u64,
    ) -> Result<MatchingLines, EngineError> {
        let filter = &self.filter_here(filter);
        let deadline = Instant::now() + PATTERN_TIMEOUT;
        let mut after = None;
        loop {
            let page = self.store().chunk_texts(self.id(), needles, filter, after, PAGE).await?;
            let is_last = page.len() < PAGE;
            after = page.last().map(ChunkText::key).or(after);
            let ranges = self.lines_within(within, &page).await?;
            let mut completeness;
            (lines, completeness) = read(lines, page, ranges, deadline).await?;
            if completeness == Completeness::Whole && lines.total >= many && !is_last {
                completeness = Completeness::Many;
            }
            if completeness != Completeness::Whole || is_last {
                return self.matches(lines, within, completeness).await;
            }
        }
    }

    /// The lines of these chunks that pass the filter, until there are many.
    async fn lines_of_chunks(
        &self,
        mut lines: Lines,
        needles: &[Needle],
        (filter, within): (&Filter, &Within),
        chunks: &[ChunkKey],
    ) -> Result<MatchingLines, EngineError> {
        let filter = &self.filter_here(filter);
        let deadline = Instant::now() + PATTERN_TIMEOUT;
        let mut completeness = Completeness::Whole;
        let mut pages = chunks.chunks(PAGE).peekable();
        while let Some(page) = pages.next()
            && completeness == Completeness::Whole
        {
            let texts = self.store().texts_of(self.id(), needles, filter, page).await?;
            let ranges = self.lines_within(within, &texts).await?;
            (lines, completeness) = read(lines, texts, ranges, deadline).await?;
            if completeness == Completeness::Whole
                && lines.total >= MANY_USES
                && pages.peek().is_some()
            {
                completeness = Completeness::Many;
            }
        }
        self.matches(lines, within, completeness).await
    }

    /// The chunks that have a name among their words, so that only those are read; `None` where the
    /// words cannot tell.
    async fn chunks_with(
        &self,
        name: &str,
        words: &SharedLexicalIndex,
    ) -> Result<Option<Holding>, EngineError> {
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.len() > LONGEST_NAME || !name.bytes().all(is_of_name) {
            return Ok(None);
        }
        if !name.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        let name = name.to_owned();
        let look = move |words: &LexicalIndex| {
            let chunks = words.chunks_with_name(&name);
            let tests = chunks.iter().filter(|key| words.is_test_code(**key)).copied().collect();
            Holding { chunks, tests }
        };
        Ok(Some(self.in_these_words(Arc::clone(words), look).await?))
    }

    /// The lines with the definitions around them.
    async fn matches(
        &self,
        lines: Lines,
        within: &Within,
        completeness: Completeness,
    ) -> Result<MatchingLines, EngineError> {
        let (total_lines, total_files) = (lines.total, lines.files.len() as u64);
        let (before, after) = lines.context;
        let lines = lines.best();
        let spans: Vec<Span> = lines.iter().map(|line| span(line, 0, 0)).collect();
        let around = self.store().definitions_at(self.id(), &spans).await?;
        let mut beside = vec![Vec::new(); lines.len()];
        if before + after > 0 {
            let spans: Vec<Span> = lines.iter().map(|line| span(line, before, after)).collect();
            let chunks = self.store().chunks_within(self.id(), &spans).await?;
            beside =
                spans.iter().zip(chunks).map(|(span, chunks)| beside_of(*span, &chunks)).collect();
        }
        let lines = lines.into_iter().zip(around).zip(beside);
        let found = lines.map(|((line, mut around), beside)| {
            if within.symbols.narrows_symbols() {
                around.retain(|symbol| within.passes(symbol));
            }
            let definition = definition_of(&line, &around).map(entry);
            Found { line, definition, beside }
        });
        let files = grouped(found.collect());
        let index = self.name().to_owned();
        Ok(MatchingLines { index, files, total_lines, total_files, completeness })
    }
}

/// The chunks that hold a name, and which of them are test code in files of other code.
struct Holding {
    chunks: Vec<ChunkKey>,
    tests: HashSet<ChunkKey>,
}

/// Looks through chunks, all of them as long as there is time.
async fn read(
    mut lines: Lines,
    chunks: Vec<ChunkText>,
    within: Option<Vec<Vec<LineRange>>>,
    deadline: Instant,
) -> Result<(Lines, Completeness), EngineError> {
    let read = tokio::task::spawn_blocking(move || {
        let is_whole = lines.read(&chunks, within.as_deref(), deadline);
        (lines, if is_whole { Completeness::Whole } else { Completeness::TimeOver })
    });
    Ok(read.await?)
}

/// The lines of a chunk.
fn span_of(chunk: &ChunkText) -> Span {
    let start = chunk.start_line.max(1) as u32;
    let end = start + (chunk.content.lines().count() as u32).saturating_sub(1);
    Span { file_id: chunk.file_id, lines: LineRange { start, end } }
}

/// Which of the symbols around a line it is shown under: the one whose definition matched, else the innermost; but of
/// those that begin on it, as a class and the properties in its head do, the outermost.
fn definition_of(line: &Line, around: &[SymbolRow]) -> Option<SymbolRow> {
    let here = line.number as i32;
    let begins_here = |symbol: &&SymbolRow| [symbol.start_line, symbol.name_line].contains(&here);
    let is_matched = |symbol: &&SymbolRow| {
        Some(&symbol.name) == line.defines.as_ref() && symbol.name_line == here
    };
    let length = |symbol: &&SymbolRow| symbol.lines().count();
    let found = around
        .iter()
        .find(is_matched)
        .or_else(|| around.iter().filter(begins_here).max_by_key(length))
        .or_else(|| around.iter().min_by_key(length));
    found.cloned()
}

/// A line with so many before and after it.
fn span(line: &Line, before: u32, after: u32) -> Span {
    let (start, end) = (line.number.saturating_sub(before).max(1), line.number + after);
    Span { file_id: line.file_id, lines: LineRange { start, end } }
}

/// The lines of a span.
fn beside_of(span: Span, chunks: &[ChunkRow]) -> Vec<(u32, String)> {
    let Some(found) = snippet::lines(chunks, span.lines) else { return vec![] };
    let numbered = (found.start_line..).zip(found.text.lines());
    let within = numbered.filter(|(number, _)| span.lines.contains(*number));
    within.map(|(number, line)| (number, excerpt(line, &(0..0)))).collect()
}

/// The names that are defined at each line of each file.
fn by_place(names: Vec<SymbolName>) -> HashMap<(i64, u32), Vec<String>> {
    let mut places: HashMap<_, Vec<String>> = HashMap::new();
    for SymbolName { file_id, name_line, name } in names {
        places.entry((file_id, name_line as u32)).or_default().push(name);
    }
    places
}

/// A line that matches, the definition around it, and the lines beside it.
struct Found {
    line: Line,
    definition: Option<OutlineEntry>,
    beside: Vec<(u32, String)>,
}

/// Lines by file, the best first, and by definition.
fn grouped(lines: Vec<Found>) -> Vec<MatchedFile> {
    let mut files: Vec<(String, Vec<Found>)> = vec![];
    let mut positions: HashMap<String, usize> = HashMap::new();
    for found in lines {
        let path = found.line.path.to_string();
        let position = *positions.entry(path.clone()).or_insert_with(|| {
            files.push((path, vec![]));
            files.len() - 1
        });
        files[position].1.push(found);
    }
    files.into_iter().map(|(path, found)| in_places(path, found)).collect()
}

/// The lines of one file by definition, each line once.
fn in_places(path: String, mut found: Vec<Found>) -> MatchedFile {
    found.sort_by_key(|found| found.line.number);
    let mut known: HashSet<u32> = found.iter().map(|found| found.line.number).collect();
    let mut file = MatchedFile { path, places: vec![] };
    for Found { line, definition, beside } in found {
        let beside = beside.into_iter().filter(|(number, _)| known.insert(*number));
        let beside = beside.map(|(number, text)| PatternLine { number, text, matches: false });
        let mut lines: Vec<PatternLine> = beside.collect();
        lines.push(PatternLine { number: line.number, text: line.text, matches: true });
        match file.places.iter_mut().find(|place| place.definition == definition) {
            Some(place) => place.lines.extend(lines),
            None => file.places.push(MatchedPlace { definition, lines }),
        }
    }
    for place in &mut file.places {
        place.lines.sort_by_key(|line| line.number);
    }
    file
}
