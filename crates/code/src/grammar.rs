//! Grammars and their queries, made ready once and shared by all threads.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use tree_sitter::{ParseOptions, Parser, Query, Range, Tree};

use crate::language::SLOTS;
use crate::languages::{Class, Grammar, Parser as GrammarParser};
use crate::time_limit::TimeLimit;
use crate::{Language, SymbolKind};

/// Longer texts are not parsed: generated code, at best.
const MAX_PARSED_BYTES: usize = 8 << 20;

/// Nor are texts whose brackets nest deeper: the parser's and the query's work may grow with the
/// square of the depth, and no person writes so.
const MAX_NESTING: usize = 500;

/// Nor those with a longer run of quotes, or of marks of any kind: within one call that nothing interrupts,
/// a scanner may look from each of them to the end.
const MAX_QUOTES: usize = 2000;
const MAX_MARKS: usize = 20_000;

/// So many bytes of a text are given to a lexer at once: it asks for the next ones within a token too.
const READ_AT_ONCE: usize = 64 << 10;

/// The parser asks whether to go on after every hundred of its steps. Real code takes below one
/// step a byte; ten is a text that the grammar cannot make sense of.
const STEPS_PER_CHECK: usize = 100;
const STEPS_PER_BYTE: usize = 10;
const FREE_STEPS: usize = 100_000;
/// Once it is through the text it balances the tree and asks far more often than that.
const CHECKS_PER_BYTE_AT_END: usize = 2;

/// What a capture of a query means. `queries/README.md` describes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Definition(SymbolKind),
    Declaration(SymbolKind),
    Name,
    Receiver,
    Scope,
    Local,
    Body,
    Signature,
    Embedded,
    Wrapper,
    Wrapped,
    Comment,
    Leading,
    Trailing,
    DocText,
    Documented,
    Doc,
    Import,
    ImportTarget,
    ImportName,
    Injected,
    InjectedLanguage,
    /// A helper of a predicate (`@_keyword`).
    None,
}

impl Role {
    fn parse(capture: &str) -> Option<Role> {
        if let Some(kind) = capture.strip_prefix("definition.") {
            return SymbolKind::ALL.into_iter().find(|k| k.as_str() == kind).map(Role::Definition);
        }
        if let Some(kind) = capture.strip_prefix("declaration.") {
            return SymbolKind::ALL.into_iter().find(|k| k.as_str() == kind).map(Role::Declaration);
        }
        Some(match capture {
            "name" => Role::Name,
            "receiver" => Role::Receiver,
            "scope" => Role::Scope,
            "local" => Role::Local,
            "body" => Role::Body,
            "signature" => Role::Signature,
            "embedded" => Role::Embedded,
            "wrapper" => Role::Wrapper,
            "wrapped" => Role::Wrapped,
            "comment" => Role::Comment,
            "leading" => Role::Leading,
            "trailing" => Role::Trailing,
            "doc.text" => Role::DocText,
            "documented" => Role::Documented,
            "doc" => Role::Doc,
            "import" => Role::Import,
            "import.target" => Role::ImportTarget,
            "import.name" => Role::ImportName,
            "injection.content" => Role::Injected,
            "injection.language" => Role::InjectedLanguage,
            helper if helper.starts_with('_') => Role::None,
            _ => return None,
        })
    }
}

/// A grammar with its query.
pub(crate) struct Syntax {
    language: tree_sitter::Language,
    pub(crate) query: Query,
    /// The role of each capture, by its index in the query.
    pub(crate) roles: Vec<Role>,
    /// What each pattern of the query sets.
    pub(crate) settings: Vec<PatternSettings>,
    /// Neighbouring definitions of one name are clauses of one function.
    pub(crate) clauses: bool,
    /// A text may hold nothing but macros ([`MacroTable`](crate::macro_table::MacroTable)).
    pub(crate) macros: bool,
    /// Definitions are told by statements ([`statements`](crate::statements)), whatever the tree says.
    pub(crate) statements: bool,
    class: Class,
    /// The text as the grammar may read it.
    readable: fn(&str) -> Cow<'_, str>,
}

/// What a pattern of a query sets (`#set!`).
#[derive(Default)]
pub(crate) struct PatternSettings {
    /// The pattern's names are joined by this to one.
    pub(crate) join: Option<String>,
    /// The language of what it captures.
    pub(crate) injection: Option<String>,
    /// Where what it defines belongs.
    pub(crate) standing: Standing,
}

/// How a definition stands among the others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Standing {
    /// As the tree has it.
    #[default]
    InTree,
    /// It goes on until the next of its like.
    UntilNext,
    /// It ends before the next one on its level, or on a higher one, which is a lower number.
    OnLevel {
        level: u8,
        /// Whether it goes on until then, and does not end where the tree has it end before.
        goes_on: bool,
    },
    /// It is a member of the type around the function that it is in.
    OfType,
}

impl Standing {
    pub(crate) fn goes_on(self) -> bool {
        matches!(self, Standing::OnLevel { goes_on: true, .. })
    }
}

impl PatternSettings {
    fn of(query: &Query, pattern: usize) -> Self {
        let value = |key: &str| {
            let mut all = query.property_settings(pattern).iter();
            all.find(|setting| &*setting.key == key)?.value.as_deref().map(str::to_owned)
        };
        let goes_on = value("ends").as_deref() == Some("next");
        let standing = if let Some(level) = value("level").and_then(|level| level.parse().ok()) {
            Standing::OnLevel { level, goes_on }
        } else if goes_on {
            Standing::UntilNext
        } else if value("member.of").as_deref() == Some("type") {
            Standing::OfType
        } else {
            Standing::InTree
        };
        Self { join: value("name.join"), injection: value("injection.language"), standing }
    }
}

impl Syntax {
    /// The syntax for a file in `language` at `path`; `None` if it has no grammar.
    pub(crate) fn of(language: Language, path: &str) -> Option<&'static Syntax> {
        const SLOTS_PER_LANGUAGE: usize = 3;
        static READY: [OnceLock<Option<Syntax>>; SLOTS * SLOTS_PER_LANGUAGE] =
            [const { OnceLock::new() }; SLOTS * SLOTS_PER_LANGUAGE];

        let grammar = language.row().grammar.as_ref()?;
        let extension = path.rsplit('.').next().unwrap_or_default().to_lowercase();
        let dialect = grammar
            .dialects
            .iter()
            .position(|dialect| dialect.extensions.contains(&extension.as_str()));
        let slot = dialect.map_or(0, |index| index + 1);
        debug_assert!(slot < SLOTS_PER_LANGUAGE);
        let (parser, readable) = match dialect.map(|index| &grammar.dialects[index]) {
            Some(dialect) => (dialect.parser, dialect.readable),
            None => (grammar.parser, grammar.readable),
        };
        READY[language.index() * SLOTS_PER_LANGUAGE + slot]
            // A query that does not compile is caught by the test below, before any user meets it.
            .get_or_init(|| Syntax::compile(language.row().class, grammar, parser, readable).ok())
            .as_ref()
    }

    /// A grammar's syntax, or what is wrong with its query.
    pub(crate) fn of_grammar(class: Class, grammar: &Grammar) -> Result<Syntax, String> {
        Syntax::compile(class, grammar, grammar.parser, grammar.readable)
    }

    fn compile(
        class: Class,
        grammar: &Grammar,
        parser: GrammarParser,
        readable: fn(&str) -> Cow<'_, str>,
    ) -> Result<Syntax, String> {
        let language = parser.language();
        let query = Query::new(&language, grammar.query).map_err(|error| error.to_string())?;
        let roles = query
            .capture_names()
            .iter()
            .map(|name| Role::parse(name).ok_or_else(|| format!("unknown capture @{name}")))
            .collect::<Result<_, _>>()?;
        let settings = (0..query.pattern_count()).map(|at| PatternSettings::of(&query, at));
        let settings = settings.collect();
        let Grammar { clauses, macros, statements, .. } = *grammar;
        Ok(Syntax {
            language,
            query,
            roles,
            settings,
            clauses,
            macros,
            statements,
            class,
            readable,
        })
    }

    /// Whether names are taken as they are written, and keys are no definitions of weight.
    pub(crate) fn is_plain(&self) -> bool {
        self.class != Class::Code
    }

    /// Whether what is code in it is an example.
    pub(crate) fn is_prose(&self) -> bool {
        self.class == Class::Prose
    }

    /// The tree of what is between the braces at `braces`; `None` if that is not plain code.
    pub(crate) fn parse_within(
        &self,
        text: &str,
        mut braces: Range,
        limit: &TimeLimit,
    ) -> Option<Tree> {
        let inside = text.get(braces.start_byte..braces.end_byte)?;
        inside.strip_prefix('{')?.strip_suffix('}')?;
        braces.start_byte += 1;
        braces.start_point.column += 1;
        braces.end_byte -= 1;
        braces.end_point.column = braces.end_point.column.checked_sub(1)?;
        let tree = self.parse_part(text, braces, limit)?;
        (!tree.root_node().has_error()).then_some(tree)
    }

    /// The tree of a part of a text that is in this language.
    pub(crate) fn parse_range(&self, text: &str, range: Range, limit: &TimeLimit) -> Option<Tree> {
        let inside = text.get(range.start_byte..range.end_byte)?;
        is_sane(inside).then(|| self.parse_part(text, range, limit)).flatten()
    }

    /// The tree of a text, and the text as the grammar reads it; `None` if it is too long or takes more
    /// work than any sane text.
    pub(crate) fn parse<'text>(
        &self,
        text: &'text str,
        limit: &TimeLimit,
    ) -> Option<(Tree, Cow<'text, str>)> {
        if text.len() > MAX_PARSED_BYTES || !is_sane(text) {
            return None;
        }
        let readable = (self.readable)(text);
        Some((self.parse_readable(&readable, 0, &[], limit)?, readable))
    }

    /// The tree of a range of a text.
    fn parse_part(&self, text: &str, range: Range, limit: &TimeLimit) -> Option<Tree> {
        let readable = (self.readable)(text.get(range.start_byte..range.end_byte)?);
        self.parse_readable(&readable, range.start_byte, &[range], limit)
    }

    /// The tree of what begins at a byte of a text, and is the range or all of it.
    fn parse_readable(
        &self,
        text: &str,
        start: usize,
        ranges: &[Range],
        limit: &TimeLimit,
    ) -> Option<Tree> {
        let mut parser = Parser::new();
        parser.set_language(&self.language).ok()?;
        parser.set_included_ranges(ranges).ok()?;
        let end = start + text.trim_end().len();
        let mut left = (FREE_STEPS + text.len() * STEPS_PER_BYTE) / STEPS_PER_CHECK;
        let mut left_at_end = FREE_STEPS + text.len() * CHECKS_PER_BYTE_AT_END;
        let mut go_on = |state: &tree_sitter::ParseState| {
            let at_end = state.current_byte_offset() >= end;
            let left = if at_end { &mut left_at_end } else { &mut left };
            *left = left.saturating_sub(1);
            if *left > 0 && !limit.is_over() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        let options = ParseOptions::new().progress_callback(&mut go_on);
        // A scanner may read all of a text for each of its tokens: then it finds the end here.
        let mut ends_early = false;
        let mut window = |at: usize, _| {
            ends_early |= limit.is_over();
            let from = at.checked_sub(start).filter(|_| !ends_early);
            let rest = from.and_then(|from| text.as_bytes().get(from..)).unwrap_or_default();
            &rest[..rest.len().min(READ_AT_ONCE)]
        };
        let tree = parser.parse_with_options(&mut window, None, Some(options))?;
        (!ends_early).then_some(tree)
    }
}

/// Whether a parser may be given a text: its brackets nest no deeper than people write, those of strings and comments
/// counted too, and it has no such run of quotes or marks that a scanner reads to its end from each of them.
fn is_sane(text: &str) -> bool {
    let (mut depth, mut marks, mut alike, mut last) = (0_usize, 0, 0, 0);
    for byte in text.bytes() {
        if !byte.is_ascii_punctuation() {
            (marks, last) = (0, 0);
            continue;
        }
        marks += 1;
        alike = if byte == last { alike + 1 } else { 1 };
        last = byte;
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' | b'`' if alike > MAX_QUOTES => return false,
            _ => {}
        }
        if depth > MAX_NESTING || marks > MAX_MARKS {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages::LANGUAGES;

    #[test]
    fn a_text_nests_as_deep_as_its_brackets_and_has_no_endless_run_of_marks() {
        let nested = |depth: usize| format!("{}{}", "(a[".repeat(depth), "])".repeat(depth));
        assert!(is_sane(&nested(MAX_NESTING / 2)) && !is_sane(&nested(MAX_NESTING / 2 + 1)));
        assert!(
            is_sane(&format!("){}", nested(MAX_NESTING / 2))),
            "what is closed and was not open"
        );
        assert!(is_sane(&"(a)".repeat(MAX_NESTING + 1)));
        let quotes = "`".repeat(MAX_QUOTES);
        assert!(is_sane(&format!("{quotes}\"{quotes}\n{quotes}")));
        assert!(!is_sane(&format!("a{quotes}`")));
        assert!(is_sane(&"-".repeat(MAX_MARKS)) && !is_sane(&"-=".repeat(MAX_MARKS)));
        assert!(is_sane(&format!("{0} {0}", "-".repeat(MAX_MARKS))));
    }

    #[test]
    fn a_token_may_be_longer_than_what_is_read_at_once() {
        let syntax = Language::by_name("python").and_then(|it| Syntax::of(it, "x.py")).expect("it");
        let limit = TimeLimit::after(std::time::Duration::from_mins(1));
        let name = "\u{8a9e}".repeat(READ_AT_ONCE);
        // Its characters of three bytes are cut at each place.
        for before in ["#\n", "##\n", "###\n"] {
            let text = format!("{before}{name} = 1\n");
            let (tree, _) = syntax.parse(&text, &limit).expect("a tree");
            assert!(!tree.root_node().has_error(), "{before:?}");
            let at = before.len() + 1;
            let found = tree.root_node().descendant_for_byte_range(at, at).expect("a node");
            assert_eq!(found.byte_range(), before.len()..before.len() + name.len());
        }
    }

    #[test]
    fn every_query_compiles_against_every_grammar_it_is_for() {
        let (mut queries, mut errors) = (0, Vec::new());
        for row in LANGUAGES.iter() {
            let Some(grammar) = &row.grammar else { continue };
            let dialects = grammar.dialects.iter().map(|dialect| dialect.parser);
            for parser in std::iter::once(grammar.parser).chain(dialects) {
                queries += 1;
                let syntax = match Syntax::compile(row.class, grammar, parser, grammar.readable) {
                    Ok(syntax) => syntax,
                    Err(error) => {
                        errors.push(format!("{}.scm: {error}", row.name));
                        continue;
                    }
                };
                let defines = |role: &Role| matches!(role, Role::Definition(_) | Role::Scope);
                assert!(syntax.roles.iter().any(defines), "{}.scm defines nothing", row.name);
            }
        }
        assert_eq!(errors, [""; 0]);
        assert!(queries >= 70, "only {queries} queries");
    }
}
