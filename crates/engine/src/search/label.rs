//! Which definition a chunk of several is shown under: the one that was asked for, and not the longest.

use std::collections::BTreeSet;

use sconce_code::filter::FilterMatcher;
use sconce_code::{LineRange, SymbolKind};
use sconce_rank::{LineMatcher, QueryAnalysis};
use sconce_store::{ChunkRow, SymbolRow};

use super::spoken::{SaidLine, Spoken};

/// What a name counts that holds the query, and its documentation and code.
const NAME: f32 = 4.0;
const DOC: f32 = 2.0;
const CODE: f32 = 1.0;
/// What a definition counts whose name, or a line of which, is asked for: nothing that it says makes up for that.
const ASKED_FOR: f32 = 10_000.0;
/// What the innermost one around a line counts that says what the query does.
const SPOKEN: f32 = 1_000.0;
/// The share of what a chunk holds of the query that the name of a function in a type has which is shown in place of the
/// type.
const HALF_OF_HELD: f32 = 0.5;

/// What was asked, for the choice of a definition.
#[derive(Clone, Copy)]
pub(super) struct LabelContext<'a> {
    pub(super) query: &'a QueryAnalysis,
    pub(super) filter: &'a FilterMatcher,
    pub(super) matcher: &'a LineMatcher,
    /// What of the query may stand in code word for word.
    pub(super) spoken: Option<&'a Spoken>,
}

impl LabelContext<'_> {
    /// Puts a chunk of several definitions under the one that was asked for; of those that it holds a part of, which are
    /// `symbols`. A chunk whose definition the query names and asks nothing else of is cut down to it, and one of which
    /// a filter lets only some definitions pass; whether it was.
    pub(super) fn label(&self, row: &mut ChunkRow, symbols: &[SymbolRow]) -> bool {
        let chunk = row.lines();
        let is_its = |symbol: &&SymbolRow| {
            let lines = symbol.lines();
            symbol.key() == row.key() || lines.start < chunk.start && lines.end < chunk.end
        };
        let symbols: Vec<SymbolRow> = symbols.iter().filter(is_its).cloned().collect();
        // The scopes of a chunk are those in which it begins, which may be outside of the type that its definition is in.
        if let Some(own) =
            symbols.iter().find(|symbol| Some(&symbol.name) == row.symbol_name.as_ref())
        {
            row.scopes.clone_from(&own.scopes);
        }
        if symbols.len() < 2 && !self.filter.narrows_symbols() {
            return false;
        }
        let chosen = self.choose(symbols, row);
        chosen.is_some_and(|symbol| self.show(symbol, row))
    }

    /// Whether the filter lets a definition pass.
    pub(super) fn passes(&self, symbol: &SymbolRow) -> bool {
        let kind = SymbolKind::parse(&symbol.kind).unwrap_or(SymbolKind::Other);
        !self.filter.narrows_symbols()
            || self.filter.passes_symbol(kind, &symbol.name, &symbol.scopes.join("."))
    }

    /// The line of a chunk that says what the query does.
    pub(super) fn said_in(&self, row: &ChunkRow) -> Option<SaidLine> {
        let said = self.spoken?.line_in(&row.content, row.language.as_deref())?;
        Some(SaidLine { line: row.lines().start + said.line, ..said })
    }

    /// The function of a type that is shown in place of the type: the one around a line that says what the query does,
    /// else one whose name has half of what the chunk holds of the query, and more of it than the type's.
    pub(super) fn member<'a>(
        &self,
        of: &SymbolRow,
        row: &ChunkRow,
        symbols: &'a [SymbolRow],
        said: Option<SaidLine>,
    ) -> Option<&'a SymbolRow> {
        let is_function = |symbol: &&SymbolRow| {
            let kind = SymbolKind::parse(&symbol.kind);
            kind.is_some_and(|kind| matches!(kind, SymbolKind::Function | SymbolKind::Method))
        };
        if is_function(&of) || self.is_named(&of.name) {
            return None;
        }
        let members = symbols
            .iter()
            .filter(is_function)
            .filter(|symbol| of.start_line <= symbol.start_line && symbol.end_line <= of.end_line);
        if let Some(SaidLine { line, .. }) = said {
            let around = members.filter(|symbol| symbol.lines().contains(line));
            return around.min_by_key(|symbol| length(symbol));
        }
        let (of_type, held) = (self.matcher.share(&of.name), self.matcher.share(&row.content));
        let named = members.map(|symbol| (self.matcher.share(&symbol.name), symbol));
        let named = named.filter(|(share, _)| *share >= held * HALF_OF_HELD && *share > of_type);
        let best = named.reduce(|best, one| if one.0 > best.0 { one } else { best });
        best.map(|(_, symbol)| symbol)
    }

    /// The definition that fits the query best, where it fits better than the one that is shown. Of two declarations of
    /// one name the longer one has the body.
    fn choose(&self, symbols: Vec<SymbolRow>, row: &ChunkRow) -> Option<SymbolRow> {
        let enums = enums_of(&symbols, row);
        let spoken = self.said_in(row).and_then(|said| {
            let around = symbols.iter().filter(|symbol| symbol.lines().contains(said.line));
            around.min_by_key(|symbol| length(symbol)).cloned()
        });
        let scored = symbols.into_iter().map(|symbol| {
            let is_member = symbol.kind == SymbolKind::Constant.as_str()
                && symbol.scopes.last().is_some_and(|scope| enums.contains(scope));
            let of_line = if spoken.as_ref() == Some(&symbol) { SPOKEN } else { 0.0 };
            (self.score(&symbol, is_member, row) + of_line, symbol)
        });
        let (mut shown, mut best): (f32, Option<(f32, SymbolRow)>) = (0.0, None);
        for (score, symbol) in scored {
            if Some(&symbol.name) == row.symbol_name.as_ref() {
                shown = score.max(shown);
            }
            let is_better = best.as_ref().is_none_or(|(highest, known)| {
                let has_more = || symbol.name == known.name && length(&symbol) > length(known);
                score > *highest || score >= *highest && has_more()
            });
            if is_better {
                best = Some((score, symbol));
            }
        }
        let is_shown = |symbol: &SymbolRow| Some(&symbol.name) == row.symbol_name.as_ref();
        best.filter(|(score, best)| *score > shown || *score >= shown && is_shown(best))
            .map(|(_, symbol)| symbol)
    }

    /// How well a definition fits. A member of an enum stands for it where its name was asked for, or constants;
    /// words that it shares with a question are the enum's.
    fn score(&self, symbol: &SymbolRow, is_member: bool, row: &ChunkRow) -> f32 {
        if !self.passes(symbol) {
            return 0.0;
        }
        let code = lines_of(row, symbol).map_or(0.0, |(text, _)| self.matcher.share(text));
        let doc = symbol.doc.as_deref().map_or(0.0, |doc| self.matcher.share(doc));
        let of_name = self.matcher.share(&symbol.name);
        let words = if is_member { 0.0 } else { NAME * of_name + DOC * doc + CODE * code };
        let has_line = self.named_lines(&symbol.path).any(|line| symbol.lines().contains(line));
        let of_line = if has_line { ASKED_FOR } else { 0.0 };
        self.asks_for(symbol) + of_line + words + f32::from(self.filter.narrows_symbols())
    }

    /// What a definition counts whose name the query is, or holds: more where the scopes before the name
    /// are its own, and where its letters are.
    fn asks_for(&self, symbol: &SymbolRow) -> f32 {
        let is_only = self.is_named(&symbol.name);
        let mut asked =
            self.query.symbols.iter().filter(|asked| asked.name == symbol.name).peekable();
        if !is_only && asked.peek().is_none() {
            return 0.0;
        }
        let scopes: Vec<String> = symbol.scopes.iter().map(|scope| scope.to_lowercase()).collect();
        let is_within = |part: &String| scopes.iter().any(|scope| scope == part);
        let has_letters = asked.peek().is_some();
        let fit = asked.map(|asked| asked.qualifier.iter().filter(|part| is_within(part)).count());
        let fit = fit.max().unwrap_or_default() as f32;
        ASKED_FOR * (1.0 + 0.1 * fit + if has_letters { 0.05 } else { 0.0 })
    }

    /// The lines of a file that the query names.
    pub(super) fn named_lines(&self, path: &str) -> impl Iterator<Item = u32> {
        let of_file = self.query.files.iter().filter(move |file| file.agrees(path) > 0);
        of_file.filter_map(|file| file.line)
    }

    /// How much of the query a chunk holds in the lines of a definition, and how much beside it.
    pub(super) fn shares(&self, row: &ChunkRow, symbol: &SymbolRow) -> (f32, f32) {
        let Some((own, _)) = lines_of(row, symbol) else { return (0.0, 0.0) };
        let start = own.as_ptr() as usize - row.content.as_ptr() as usize;
        let (before, behind) = (&row.content[..start], &row.content[start + own.len()..]);
        (self.matcher.share(own), self.matcher.share(&[before, behind].concat()))
    }

    /// Whether the query is a name and nothing else.
    pub(super) fn is_a_name(&self) -> bool {
        self.query.kind.is_symbol()
    }

    /// Whether the query is this name and nothing else: `clamp`, `Vec3::clamp()`, `vec.clamp`.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let text = self.query.text.trim().trim_end_matches("()");
        let last = text.rsplit(['.', ':', '#', '/']).next().unwrap_or(text);
        !text.contains(char::is_whitespace) && last.eq_ignore_ascii_case(name)
    }

    fn show(&self, symbol: SymbolRow, row: &mut ChunkRow) -> bool {
        let mut is_cut = false;
        if (self.is_named(&symbol.name) || self.filter.narrows_symbols())
            && let Some((text, lines)) =
                lines_of(row, &symbol).map(|(text, lines)| (text.to_owned(), lines))
        {
            is_cut = true;
            row.content = text;
            (row.start_line, row.end_line) = (lines.start as i32, lines.end as i32);
        }
        name_after(row, symbol);
        is_cut
    }
}

/// Shows a chunk under a definition.
pub(super) fn name_after(row: &mut ChunkRow, symbol: SymbolRow) {
    row.symbol_kind = Some(symbol.kind);
    row.symbol_name = Some(symbol.name);
    row.signature = Some(symbol.signature);
    row.scopes = symbol.scopes;
}

/// The names of the enums that a chunk holds, or is shown under.
fn enums_of(symbols: &[SymbolRow], row: &ChunkRow) -> BTreeSet<String> {
    let is_enum = |kind: &str| kind == SymbolKind::Enum.as_str();
    let held = symbols.iter().filter(|symbol| is_enum(&symbol.kind)).map(|symbol| &symbol.name);
    let shown = row.symbol_name.iter().filter(|_| row.symbol_kind.as_deref().is_some_and(is_enum));
    held.chain(shown).cloned().collect()
}

/// The part of a chunk's text that is a definition's, and its lines.
fn lines_of<'a>(row: &'a ChunkRow, symbol: &SymbolRow) -> Option<(&'a str, LineRange)> {
    let chunk = row.lines();
    let start = (symbol.start_line.max(0) as u32).max(chunk.start);
    let end = (symbol.end_line.max(0) as u32).min(chunk.end);
    if start > end {
        return None;
    }
    let mut ends = row.content.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    });
    let skipped = (start - chunk.start) as usize;
    let from = if skipped == 0 { 0 } else { ends.nth(skipped - 1)? };
    let to = ends.nth((end - start) as usize)?;
    Some((&row.content[from..to], LineRange { start, end }))
}

fn length(symbol: &SymbolRow) -> i32 {
    symbol.end_line - symbol.start_line
}

#[cfg(test)]
mod tests {
    use sconce_rank::{Candidates, LexicalIndex, RankOptions, analyze};

    use super::*;

    const CODE: &str = "def trim_left(value):\n    \"\"\"Drops blanks.\"\"\"\n    return value\n\n\n\
        def slugify_title(value):\n    \"\"\"Makes a title fit for an address.\"\"\"\n    return value\n";

    fn row() -> ChunkRow {
        ChunkRow {
            file_id: 1,
            ordinal: 0,
            path: "texts.py".into(),
            language: Some("python".into()),
            start_line: 10,
            end_line: 17,
            start_byte: 0,
            end_byte: 0,
            content: CODE.into(),
            scopes: vec![],
            symbol_kind: Some("function".into()),
            symbol_name: Some("trim_left".into()),
            signature: None,
        }
    }

    fn symbol(name: &str, start_line: i32, doc: &str) -> SymbolRow {
        SymbolRow {
            file_id: 1,
            path: "texts.py".into(),
            language: None,
            kind: "function".into(),
            name: name.into(),
            scopes: vec![],
            signature: format!("def {name}(value)"),
            start_line,
            end_line: start_line + 2,
            name_line: start_line,
            chunk: 0,
            doc: Some(doc.into()),
        }
    }

    /// What finds the query's lines in an index that holds nothing, to which all words are alike.
    fn matcher(query: &QueryAnalysis) -> LineMatcher {
        let (index, options) = (LexicalIndex::default(), RankOptions::default());
        Candidates::gather(&index, query, &[], &options).line_matcher()
    }

    fn shown(query: &str) -> ChunkRow {
        let (query, filter) = (analyze(query), FilterMatcher::default());
        let matcher = matcher(&query);
        let asked =
            LabelContext { query: &query, filter: &filter, matcher: &matcher, spoken: None };
        let symbols = vec![
            symbol("trim_left", 10, "Drops blanks."),
            symbol("slugify_title", 15, "Makes a title fit for an address."),
        ];
        let mut row = row();
        if let Some(symbol) = asked.choose(symbols, &row) {
            asked.show(symbol, &mut row);
        }
        row
    }

    #[test]
    fn the_definition_that_was_asked_for_is_shown() {
        let row = shown("slugify_title");
        assert_eq!(row.symbol_name.as_deref(), Some("slugify_title"));
        assert_eq!((row.start_line, row.end_line), (15, 17));
        assert!(row.content.starts_with("def slugify_title") && row.content.ends_with("value\n"));
        let row = shown("where is a title made fit for an address");
        assert_eq!(row.symbol_name.as_deref(), Some("slugify_title"));
        assert_eq!(
            (row.start_line, row.end_line),
            (10, 17),
            "what else is there may be meant, too"
        );
        assert_eq!(shown("Texts.Slugify_Title()").start_line, 15);
    }

    #[test]
    fn of_several_of_one_name_the_one_of_the_scope_is_shown() {
        let of = |scope: &str, name: &str, line| SymbolRow {
            scopes: vec![scope.into()],
            ..symbol(name, line, "")
        };
        let chosen = |query: &str, symbols: Vec<SymbolRow>| {
            let (query, filter) = (analyze(query), FilterMatcher::default());
            let matcher = matcher(&query);
            let asked =
                LabelContext { query: &query, filter: &filter, matcher: &matcher, spoken: None };
            asked.choose(symbols, &row()).map(|symbol| (symbol.name, symbol.start_line))
        };
        let weighs = || vec![of("Loaf", "weigh", 10), of("Bun", "weigh", 15)];
        assert_eq!(chosen("Bun.weigh", weighs()), Some(("weigh".into(), 15)));
        assert_eq!(chosen("Loaf::weigh()", weighs()), Some(("weigh".into(), 10)));
        assert_eq!(chosen("why is Bun.weigh slow", weighs()), Some(("weigh".into(), 15)));
        let cases = || vec![symbol("Fold", 10, ""), of("Dough", "fold", 15)];
        assert_eq!(chosen("fold", cases()), Some(("fold".into(), 15)));
        assert_eq!(chosen("Fold", cases()), Some(("Fold".into(), 10)));
    }

    #[test]
    fn an_enum_is_shown_unless_its_member_was_asked_for() {
        let shown = |query: &str| {
            let (query, filter) = (analyze(query), FilterMatcher::default());
            let matcher = matcher(&query);
            let asked =
                LabelContext { query: &query, filter: &filter, matcher: &matcher, spoken: None };
            let of_enum = SymbolRow { kind: "enum".into(), ..symbol("OrderState", 10, "") };
            let member = SymbolRow {
                kind: "constant".into(),
                scopes: vec!["OrderState".into()],
                ..symbol("AWAITING_STOCK", 11, "Nothing is left to send.")
            };
            asked.choose(vec![of_enum, member], &row()).map(|symbol| symbol.name)
        };
        assert_eq!(shown("AWAITING_STOCK").as_deref(), Some("AWAITING_STOCK"));
        assert_eq!(
            shown("states of an order that is awaiting stock").as_deref(),
            Some("OrderState")
        );
        assert_ne!(shown("awaiting stock with nothing left").as_deref(), Some("AWAITING_STOCK"));
    }

    #[test]
    fn without_a_better_one_the_longest_stays() {
        for query in ["trim_left", "value", "nothing of it"] {
            assert_eq!(shown(query).symbol_name.as_deref(), Some("trim_left"), "{query}");
        }
    }
}
