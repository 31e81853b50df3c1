//! The names that a query asks for.

use serde::Serialize;

use super::kind::{QueryKind, is_word, qualified_parts};
use super::named_files::has_known_ending;
use super::tokens::Token;
use crate::name::fold_name;

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

/// The names among the tokens.
pub(super) fn symbols_of(kind: QueryKind, tokens: &[Token<'_>]) -> Vec<QuerySymbol> {
    let asked_for = asked_for(tokens);
    let mut symbols: Vec<QuerySymbol> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        // The ending of a file is no name in a scope.
        if has_known_ending(token.text) {
            continue;
        }
        let is_name = token.marked || looks_like_name(token.text) || asked_for == Some(at);
        let certainty = if kind.is_symbol() || is_name {
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
            qualifier: parts.into_iter().map(fold_name).collect(),
            certainty,
        };
        if !symbols.iter().any(|known| known.name == symbol.name) {
            symbols.push(symbol);
        }
    }
    symbols.truncate(8);
    symbols
}

/// Words that languages define things with.
pub(super) const KEYWORDS: [&str; 14] = [
    "class",
    "const",
    "def",
    "defmodule",
    "enum",
    "fn",
    "func",
    "function",
    "interface",
    "macro",
    "method",
    "struct",
    "trait",
    "typedef",
];

/// The word whose definition the query asks for, where it is otherwise that word: `def total`, `definition of total`,
/// `where is total defined`.
fn asked_for(tokens: &[Token<'_>]) -> Option<usize> {
    let is = |at: usize, words: &[&str]| {
        let token: &Token<'_> = &tokens[at];
        words.iter().any(|word| token.text.eq_ignore_ascii_case(word))
    };
    match tokens.len() {
        2 if is(0, &KEYWORDS) => Some(1),
        3 if is(0, &["pub"]) && is(1, &KEYWORDS) => Some(2),
        3 if is(0, &["definition"]) && is(1, &["of"]) => Some(2),
        4 if is(0, &["where"])
            && is(1, &["is"])
            && is(3, &["defined", "implemented", "declared"]) =>
        {
            Some(2)
        }
        _ => None,
    }
}

/// An inner capital behind a small letter, an inner underscore, a scope.
pub(super) fn looks_like_name(text: &str) -> bool {
    let inner_capital =
        text.chars().zip(text.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    let several_capitals = text.chars().filter(|c| c.is_uppercase()).count() > 1
        && text.chars().any(char::is_lowercase)
        && is_word(text)
        && !text.contains('-');
    let is_private = text.starts_with('_') && text.trim_matches('_').len() > 1;
    let underscore = is_private || text.trim_matches('_').contains('_');
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
