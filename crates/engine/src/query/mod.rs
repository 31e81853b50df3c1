//! What a query asks for: its kind, its terms with their forms, the names in it, its filters.
//!
//! [`analyze`] is pure and knows no code base: which of the forms exist is found out when the
//! lexicon is scanned. The weights that a kind of query gets are in
//! [`rank::weights`](crate::rank).

mod filters;
mod inflect;
mod terms;
mod vocabulary;

use sconce_code::filter::FilterText;
use serde::Serialize;

use crate::lexicon::PathClass;

pub use terms::{Form, FormKind, QueryTerm, TermRole};

/// Longer queries are cut here, in bytes: what is asked stands at the start.
const MAX_QUERY: usize = 4096;

/// The kind of a query, found by its shape alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryKind {
    /// One bare name: `ClientSession`, `parse_url`, `distill`.
    Identifier,
    /// One name with its scope: `Session.get`, `std::fs::read`, `Picker:find`.
    QualifiedName,
    /// A path or a part of one: `src/click/core.py`, `web_app.py`.
    Path,
    /// All of it in quotes.
    Phrase,
    /// What a program printed when it failed.
    ErrorMessage,
    /// Words, with at least one name among them.
    SentenceWithIdentifier,
    /// Words alone.
    Sentence,
}

impl QueryKind {
    /// The kind as it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            QueryKind::Identifier => "identifier",
            QueryKind::QualifiedName => "qualified_name",
            QueryKind::Path => "path",
            QueryKind::Phrase => "phrase",
            QueryKind::ErrorMessage => "error_message",
            QueryKind::SentenceWithIdentifier => "sentence_with_identifier",
            QueryKind::Sentence => "sentence",
        }
    }

    /// Whether the query is a name and nothing else.
    pub fn is_symbol(self) -> bool {
        matches!(self, QueryKind::Identifier | QueryKind::QualifiedName)
    }
}

/// A name that the query asks for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuerySymbol {
    /// The name without its scope.
    pub name: String,
    /// The scope's parts, outermost first, lower-cased and without separators.
    pub qualifier: Vec<String>,
    /// How surely it is a name: 1 where its letters say so, less for a word that merely begins
    /// with a capital.
    pub certainty: f32,
}

/// A query, understood.
#[derive(Debug, Clone, Serialize)]
pub struct QueryAnalysis {
    /// The query without its filters; this is what is embedded.
    pub text: String,
    /// Its kind.
    pub kind: QueryKind,
    /// What the words arm looks for.
    pub terms: Vec<QueryTerm>,
    /// The names it asks for.
    pub symbols: Vec<QuerySymbol>,
    /// What stands in quotes.
    pub phrases: Vec<String>,
    /// `lang:go path:src/** kind:function symbol:Foo*`.
    pub filters: FilterText,
    /// Kinds of files that it asks for by name (`tests of …`), which are then not set back.
    #[serde(skip)]
    pub wants: PathClass,
}

/// Takes a query apart; any text is a query.
///
/// ```
/// use sconce_engine::query::{QueryKind, analyze};
/// let query = analyze("where is ClientSession closed lang:python");
/// assert_eq!(query.kind, QueryKind::SentenceWithIdentifier);
/// assert_eq!(query.symbols[0].name, "ClientSession");
/// assert_eq!(query.filters.languages, ["python"]);
/// ```
pub fn analyze(query: &str) -> QueryAnalysis {
    let (text, filters) = filters::split_off(query);
    let mut end = text.len().min(MAX_QUERY);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = &text[..end];
    let phrases = phrases_of(cut);
    let tokens = tokens_of(cut);
    let kind = kind_of(cut, &tokens, &phrases);
    let symbols = symbols_of(kind, &tokens);
    let kind = match kind {
        QueryKind::Sentence if symbols.iter().any(|symbol| symbol.certainty >= 1.0) => {
            QueryKind::SentenceWithIdentifier
        }
        kind => kind,
    };
    let terms = terms::terms_of(&tokens, kind);
    let wants = wants_of(&terms);
    QueryAnalysis { text: cut.to_owned(), kind, terms, symbols, phrases, filters, wants }
}

/// A blank-separated piece of the query.
#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    /// Without the punctuation around it.
    text: &'a str,
    /// It was called: `parse()`; or set in backticks.
    marked: bool,
    /// Punctuation parts it from the next one.
    closed: bool,
}

fn tokens_of(text: &str) -> Vec<Token<'_>> {
    text.split_whitespace()
        .filter_map(|raw| {
            let outer: &[char] = &['"', '\'', ',', ';', '?', '!', '(', ')', '[', ']', '{', '}'];
            let bare = raw.trim_matches(outer);
            let marked = raw.contains("()") || bare.starts_with('`') && bare.ends_with('`');
            let text = bare
                .trim_matches('`')
                .trim_end_matches("()")
                .trim_end_matches(['.', ':', ',', ')'])
                .trim_start_matches(':');
            let closed = raw.ends_with([',', ';', '.', ':', '?', '!', ')']);
            text.contains(|c: char| c.is_alphanumeric()).then_some(Token { text, marked, closed })
        })
        .collect()
}

/// What stands between double quotes.
fn phrases_of(text: &str) -> Vec<String> {
    let pieces: Vec<&str> = text.split('"').collect();
    let closed = pieces.len() - usize::from(pieces.len().is_multiple_of(2));
    (1..closed)
        .step_by(2)
        .map(|at| pieces[at].trim().to_owned())
        .filter(|phrase| !phrase.is_empty())
        .collect()
}

fn kind_of(text: &str, tokens: &[Token<'_>], phrases: &[String]) -> QueryKind {
    let trimmed = text.trim();
    if let [phrase] = phrases
        && trimmed.len() == phrase.len() + 2
    {
        return QueryKind::Phrase;
    }
    if let [only] = tokens {
        if is_path(only.text) {
            return QueryKind::Path;
        }
        let parts = qualified_parts(only.text);
        if parts.len() > 1 {
            return QueryKind::QualifiedName;
        }
        if is_word(only.text) {
            return QueryKind::Identifier;
        }
    }
    if is_error_message(trimmed) { QueryKind::ErrorMessage } else { QueryKind::Sentence }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '-' | '?' | '!'))
}

/// `a/b`, or a name with the extension of a known language.
fn is_path(text: &str) -> bool {
    let inner = text.trim_matches('/');
    if inner.contains('/') && !inner.contains("//") && !inner.contains('<') {
        return true;
    }
    let extension = text.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.len() > 1
        && sconce_code::Language::all().any(|language| language.extensions().contains(&extension))
}

/// The parts of `a::b`, `a.b`, `a#b`, `a->b`, `a:b`, `a\b`; one part for a bare name.
fn qualified_parts(text: &str) -> Vec<&str> {
    let parts: Vec<&str> = text
        .split(['.', ':', '#', '\\', '>', '/'])
        .map(|part| part.trim_end_matches('-'))
        .filter(|part| !part.is_empty())
        .collect();
    let names = parts.iter().all(|part| {
        is_word(part) && part.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$'))
    });
    if names && !parts.is_empty() { parts } else { vec![text] }
}

/// Marks of a message, wherever they stand in it; in lower case.
const ERROR_MARKS: [&str; 11] = [
    "error: ",
    "exception: ",
    "error[",
    "panicked at",
    "traceback (",
    "fatal: ",
    "warning: ",
    "undefined reference to",
    "segmentation fault",
    "is not a function",
    "stack trace:",
];

/// Words that messages begin with.
const ERROR_STARTS: [&str; 10] = [
    "cannot ",
    "can't ",
    "could not ",
    "couldn't ",
    "failed to ",
    "unable to ",
    "no such ",
    "unexpected ",
    "unknown ",
    "expected ",
];

fn is_error_message(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ERROR_MARKS.iter().any(|mark| lower.contains(mark))
        || ERROR_STARTS.iter().any(|mark| lower.starts_with(mark))
}

/// The names among the tokens.
fn symbols_of(kind: QueryKind, tokens: &[Token<'_>]) -> Vec<QuerySymbol> {
    let mut symbols: Vec<QuerySymbol> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let certainty = if kind.is_symbol() || token.marked || looks_like_name(token.text) {
            1.0
        } else if at > 0 && begins_with_capital(token.text) {
            0.5
        } else {
            continue;
        };
        let mut parts = qualified_parts(token.text);
        let Some(name) = parts.pop() else { continue };
        let symbol = QuerySymbol {
            name: name.to_owned(),
            qualifier: parts.into_iter().map(crate::lexicon::fold_name).collect(),
            certainty,
        };
        if !symbols.iter().any(|known| known.name == symbol.name) {
            symbols.push(symbol);
        }
    }
    symbols.truncate(8);
    symbols
}

/// An inner capital behind a small letter, an inner underscore, a scope.
fn looks_like_name(text: &str) -> bool {
    let inner_capital =
        text.chars().zip(text.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    let several_capitals = text.chars().filter(|c| c.is_uppercase()).count() > 1
        && text.chars().any(char::is_lowercase)
        && is_word(text)
        && !text.contains('-');
    let underscore = text.trim_matches('_').contains('_');
    let scope = text.contains("::") || qualified_parts(text).len() > 1 && !text.contains("..");
    inner_capital || several_capitals && !text.ends_with('s') || underscore || scope
}

/// `Session`, and neither `HTTP` nor `I`.
fn begins_with_capital(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(char::is_uppercase)
        && text.chars().count() > 2
        && chars.all(|c| c.is_lowercase() || c.is_numeric())
}

fn wants_of(terms: &[QueryTerm]) -> PathClass {
    terms
        .iter()
        .filter(|term| term.role != TermRole::Compound)
        .fold(PathClass::default(), |all, term| all.with(PathClass::of_word(&term.text)))
}

#[cfg(test)]
mod tests;
