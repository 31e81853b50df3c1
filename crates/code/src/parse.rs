//! The way of a text through this crate.

use std::ops::Range;

use tree_sitter::Tree;

use crate::captures::Captures;
use crate::cuts::{self, Cut};
use crate::grammar::Syntax;
use crate::lined::{self, Lined};
use crate::lines::{LineIndex, is_blank};
use crate::macro_table::MacroTable;
use crate::outline::Outline;
use crate::text_cuts::{self, Style};
use crate::time_limit::TimeLimit;
use crate::trivia::Trivia;
use crate::{
    Chunk, ChunkOptions, Language, ParseStatus, ParsedFile, detect, imports, injection, partition,
    statements,
};

/// Cuts at lines inside of what the syntax tree would not cut cost this much more.
const INSIDE_SYNTAX: f32 = 0.4;

/// Parses `text`, the content of the file at `path`, into chunks, symbols and imports.
///
/// `path` only tells dialects apart (`.tsx`); nothing is read. The work is bounded: a text that
/// takes the parser too long is split as plain text, with [`ParseStatus::Error`].
pub fn parse_file(
    path: &str,
    text: &str,
    language: Option<Language>,
    options: &ChunkOptions,
) -> ParsedFile {
    let limit = TimeLimit::of(text.len());
    let lines = LineIndex::new(text);
    let syntax = language.and_then(|language| {
        let dialect = detect::dialect(language, path, text);
        let (dialect, path) = detect::with_types(dialect, path, text);
        Syntax::of(dialect, path)
    });
    let Some(syntax) = syntax else {
        if let Some(rules) = language.and_then(Lined::of) {
            return by_lines(text, &lines, rules, options);
        }
        return plain(text, &lines, style(language), ParseStatus::NoGrammar, options);
    };
    if syntax.macros
        && let Some(table) = MacroTable::read(text)
    {
        return of_macros(text, &lines, &table, options);
    }
    let read = syntax.parse(text, &limit);
    let parsed = read.and_then(|(tree, readable)| {
        parsed(text, &readable, &lines, (syntax, &tree), &limit, options)
    });
    let parsed = parsed.or_else(|| syntax.statements.then(|| of_statements(text, &lines, options)));
    parsed.unwrap_or_else(|| plain(text, &lines, style(language), ParseStatus::Error, options))
}

/// Splits `text` as plain text, for whoever had to end a parser of it ([`ParseStatus::Aborted`]).
pub fn split_unparsed(text: &str, options: &ChunkOptions) -> ParsedFile {
    plain(text, &LineIndex::new(text), Style::Plain, ParseStatus::Aborted, options)
}

fn style(language: Option<Language>) -> Style {
    match language {
        Some(language) if language.name() == "markdown" => Style::Markdown,
        _ => Style::Plain,
    }
}

fn plain(
    text: &str,
    lines: &LineIndex,
    style: Style,
    status: ParseStatus,
    options: &ChunkOptions,
) -> ParsedFile {
    let mut cuts = Vec::new();
    text_cuts::at_lines(text, lines, &(0..text.len()), style, 0.0, options, &mut cuts);
    let chunks = chunks(text, lines, &cuts, &Outline::default(), options);
    ParsedFile { status, chunks, symbols: Vec::new(), imports: Vec::new() }
}

/// A text whose definitions are told by their lines.
fn by_lines(text: &str, lines: &LineIndex, rules: &Lined, options: &ChunkOptions) -> ParsedFile {
    let cuts = |_: &Trivia, outline: &Outline| line_cuts(text, lines, outline, options);
    let (captures, clauses) = (rules.captures(text), rules.has_clauses());
    of_captures(text, lines, &captures, clauses, ParseStatus::NoGrammar, options, cuts)
}

/// A text of statements that the parser got no tree of.
fn of_statements(text: &str, lines: &LineIndex, options: &ChunkOptions) -> ParsedFile {
    let cuts = |_: &Trivia, outline: &Outline| line_cuts(text, lines, outline, options);
    of_captures(
        text,
        lines,
        &statements::captures(text),
        false,
        ParseStatus::Partial,
        options,
        cuts,
    )
}

/// The cuts at the lines of a text, of which those before definitions are preferred.
fn line_cuts(text: &str, lines: &LineIndex, outline: &Outline, options: &ChunkOptions) -> Vec<Cut> {
    let mut cuts = Vec::new();
    text_cuts::at_lines(text, lines, &(0..text.len()), Style::Plain, 0.0, options, &mut cuts);
    lined::prefer_definitions(&mut cuts, outline, lines);
    cuts
}

/// A text of macros alone.
fn of_macros(
    text: &str,
    lines: &LineIndex,
    table: &MacroTable,
    options: &ChunkOptions,
) -> ParsedFile {
    let cuts = |trivia: &Trivia, _: &Outline| {
        refined(text, lines, table.cuts(text, lines, trivia, options), options)
    };
    of_captures(text, lines, &table.captures, false, ParseStatus::Ok, options, cuts)
}

/// A text of which no tree was made.
fn of_captures(
    text: &str,
    lines: &LineIndex,
    captures: &Captures,
    clauses: bool,
    status: ParseStatus,
    options: &ChunkOptions,
    cuts: impl FnOnce(&Trivia, &Outline) -> Vec<Cut>,
) -> ParsedFile {
    let trivia = Trivia::new(text, text, lines, captures);
    let outline = Outline::build(text, lines, &trivia, captures, clauses);
    let chunks = chunks(text, lines, &cuts(&trivia, &outline), &outline, options);
    let imports = imports::collect(text, lines, captures);
    ParsedFile { status, chunks, symbols: outline.symbols, imports }
}

fn parsed(
    text: &str,
    readable: &str,
    lines: &LineIndex,
    (syntax, tree): (&Syntax, &Tree),
    limit: &TimeLimit,
    options: &ChunkOptions,
) -> Option<ParsedFile> {
    let mut captures = if syntax.statements {
        statements::captures(text)
    } else {
        Captures::collect(syntax, tree, text, limit)?
    };
    let injected = injection::parse_all(text, syntax, &mut captures, limit);
    captures.order();
    let trivia = Trivia::new(text, readable, lines, &captures);
    let outline = Outline::build(text, lines, &trivia, &captures, syntax.clauses);
    let mut along_tree = cuts::along_tree(text, tree, &injected, lines, &trivia, &outline, options);
    if syntax.statements {
        cuts::add_definitions(&mut along_tree, text, &outline, lines);
    }
    let cuts = refined(text, lines, along_tree, options);
    let chunks = chunks(text, lines, &cuts, &outline, options);
    let root = tree.root_node();
    let status = match (root.is_error() && outline.symbols.is_empty(), root.has_error()) {
        (true, _) => ParseStatus::Error,
        (_, true) => ParseStatus::Partial,
        _ => ParseStatus::Ok,
    };
    let imports = imports::collect(text, lines, &captures);
    Some(ParsedFile { status, chunks, symbols: outline.symbols, imports })
}

/// Cuts with further ones at lines and words wherever two neighbours are over the budget apart.
fn refined(text: &str, lines: &LineIndex, cuts: Vec<Cut>, options: &ChunkOptions) -> Vec<Cut> {
    let mut all = Vec::with_capacity(cuts.len());
    let mut start = 0;
    let ends = cuts.iter().map(|cut| cut.at).chain([text.len()]).collect::<Vec<_>>();
    let mut cuts = cuts.into_iter();
    for end in ends {
        if end - start > options.max_bytes {
            let (style, extra) = (Style::Plain, INSIDE_SYNTAX);
            text_cuts::at_lines(text, lines, &(start..end), style, extra, options, &mut all);
        }
        all.extend(cuts.next());
        start = end;
    }
    all
}

fn chunks(
    text: &str,
    lines: &LineIndex,
    cuts: &[Cut],
    outline: &Outline,
    options: &ChunkOptions,
) -> Vec<Chunk> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut names: Vec<(usize, usize)> =
        outline.names.iter().enumerate().map(|(symbol, name)| (*name, symbol)).collect();
    names.sort_unstable();
    let mut names = names.into_iter().peekable();
    let mut start = 0;
    let ends = partition::choose(cuts, text.len(), options).into_iter().chain([text.len()]);
    ends.map(|end| {
        let bytes = start..end;
        start = end;
        let mut symbols = Vec::new();
        while let Some((_, symbol)) = names.next_if(|(name, _)| *name < end) {
            symbols.push(symbol);
        }
        symbols.sort_unstable();
        let scopes = outline.enclosing(&visible(text, &bytes)).to_vec();
        Chunk { lines: lines.lines(&bytes), bytes, scopes, symbols }
    })
    .collect()
}

/// A range without the blank space at its ends; all of it if there is nothing else.
fn visible(text: &str, bytes: &Range<usize>) -> Range<usize> {
    let chunk = &text[bytes.clone()];
    if is_blank(chunk) {
        return bytes.clone();
    }
    let start = bytes.start + (chunk.len() - chunk.trim_start().len());
    start..start + chunk.trim().len()
}
