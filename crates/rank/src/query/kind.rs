//! What kind of query it is.

use serde::Serialize;

use super::named_files::is_path;
use super::tokens::Token;

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
            Self::Identifier => "identifier",
            Self::QualifiedName => "qualified_name",
            Self::Path => "path",
            Self::Phrase => "phrase",
            Self::ErrorMessage => "error_message",
            Self::SentenceWithIdentifier => "sentence_with_identifier",
            Self::Sentence => "sentence",
        }
    }

    /// Whether the query is a name and nothing else.
    pub fn is_symbol(self) -> bool {
        matches!(self, Self::Identifier | Self::QualifiedName)
    }
}

pub(super) fn kind_of(text: &str, tokens: &[Token<'_>], phrases: &[String]) -> QueryKind {
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

pub(super) fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '-' | '?' | '!'))
}

/// The parts of `a::b`, `a.b`, `a#b`, `a->b`, `a:b`, `a\b`; one part for a bare name.
pub(super) fn qualified_parts(text: &str) -> Vec<&str> {
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
