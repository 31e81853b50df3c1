//! The terms of a query and the forms in which code may hold them.

use std::collections::HashSet;

use sconce_code::words;
use serde::Serialize;

use super::kind::QueryKind;
use super::tokens::Token;
use super::{inflect, vocabulary};
use crate::term::term_hash;

/// More terms are not looked up.
const MAX_TERMS: usize = 64;

/// A prefix of a query's word this long may name a path (`auth` for `authentication`).
const SHORTEST_PREFIX: usize = 4;

/// What a term is in its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TermRole {
    /// A word.
    Word,
    /// A word that questions are made of (`handles`, `implementation`).
    Frame,
    /// An identifier as a whole.
    Whole,
    /// A part of an identifier.
    Part,
    /// Two words that follow one another, joined: `rate limiter` as `rate_limiter`.
    Compound,
}

/// How a form comes from its term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// It is the term.
    Exact,
    /// The same word in plural, past, …
    Inflected,
    /// A word of the same family, `parser` of `parse`, or another for the same thing.
    Derived,
    /// What programmers write for it: `config` of `configuration`.
    Abbreviated,
    /// Its start; for paths alone.
    Prefix,
}

/// A spelling under which a term is looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// Its hash in the lexical index.
    #[serde(skip)]
    pub hash: u32,
    /// Its letters.
    pub text: String,
    /// How it comes from the term.
    pub kind: FormKind,
}

impl Form {
    fn new(text: String, kind: FormKind) -> Self {
        Self { hash: term_hash(&text), text, kind }
    }
}

/// A term of a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueryTerm {
    /// Lower-cased.
    pub text: String,
    /// What it is in the query.
    pub role: TermRole,
    /// The spellings it is looked up by; the first is its own.
    #[serde(skip)]
    pub forms: Vec<Form>,
    /// Further ones for paths.
    #[serde(skip)]
    pub path_forms: Vec<Form>,
    /// Whether it is two characters of a text without blanks, which need not be a word.
    #[serde(skip)]
    pub is_pair: bool,
}

impl QueryTerm {
    /// Whether a text without it covers less of the query.
    pub fn counts_for_cover(&self) -> bool {
        matches!(self.role, TermRole::Word | TermRole::Frame | TermRole::Part)
    }

    /// Whether paths are looked up for it.
    pub fn counts_for_path(&self) -> bool {
        self.role != TermRole::Frame
    }
}

/// The terms of a query's tokens: stop words go unless nothing else is there.
pub(super) fn terms_of(tokens: &[Token<'_>], kind: QueryKind) -> Vec<QueryTerm> {
    let keep_stop_words = kind.is_symbol()
        || tokens.iter().all(|token| vocabulary::is_stop_word(&token.text.to_lowercase()));
    let mut terms = Terms::default();
    let mut before: Option<String> = None;
    for token in tokens {
        for segment in token.text.split(|c| !words::is_word(c)) {
            let word = segment.trim_matches('_').to_lowercase();
            if word.is_empty() || !keep_stop_words && vocabulary::is_stop_word(&word) {
                before = None;
                continue;
            }
            let parts: Vec<String> =
                words::split_identifier(segment).into_iter().map(str::to_lowercase).collect();
            if parts.len() > 1 || words::pairs(&word).next().is_some() {
                terms.push_identifier(&segment.to_lowercase(), &parts);
                before = None;
                continue;
            }
            if let Some(before) = before.take() {
                terms.push_compound(&before, &word);
            }
            terms.push_word(&word, kind);
            before = Some(word);
        }
        if token.closed {
            before = None;
        }
    }
    terms.list.truncate(MAX_TERMS);
    terms.list
}

#[derive(Default)]
struct Terms {
    list: Vec<QueryTerm>,
    known: HashSet<String>,
}

impl Terms {
    fn push(&mut self, text: &str, role: TermRole, forms: Vec<Form>, path_forms: Vec<Form>) {
        if self.known.insert(text.to_owned()) {
            let text = text.to_owned();
            self.list.push(QueryTerm { text, role, forms, path_forms, is_pair: false });
        }
    }

    fn push_word(&mut self, word: &str, kind: QueryKind) {
        let role = if !kind.is_symbol() && vocabulary::is_frame_word(word) {
            TermRole::Frame
        } else {
            TermRole::Word
        };
        self.push(word, role, forms_of(word), prefixes_of(word));
    }

    fn push_identifier(&mut self, whole: &str, parts: &[String]) {
        let mut forms = vec![Form::new(whole.to_owned(), FormKind::Exact)];
        let mut others = vec![parts.concat(), parts.join("_")];
        // `inlayHint` is also `inlayHints`, and the other way round.
        if let Some((last, first)) = parts.split_last()
            && let Some(other) = inflect::number(last)
        {
            let parts = [first, &[other]].concat();
            others.extend([parts.concat(), parts.join("_")]);
        }
        for other in others {
            if forms.iter().all(|form| form.text != other) {
                forms.push(Form::new(other, FormKind::Inflected));
            }
        }
        self.push(whole, TermRole::Whole, forms, Vec::new());
        for part in parts {
            self.push(part, TermRole::Part, forms_of(part), Vec::new());
            // Where words are not set apart, any two characters may be one.
            for pair in words::pairs(part) {
                self.push_pair(pair);
            }
        }
    }

    fn push_pair(&mut self, pair: &str) {
        let known = self.list.len();
        self.push(pair, TermRole::Word, forms_of(pair), Vec::new());
        self.list[known..].iter_mut().for_each(|term| term.is_pair = true);
    }

    /// `rate limiters`: `ratelimiters`, `rate_limiters`, `ratelimiter`, `rate_limiter`.
    fn push_compound(&mut self, first: &str, second: &str) {
        let mut forms = vec![Form::new(format!("{first}{second}"), FormKind::Exact)];
        forms.push(Form::new(format!("{first}_{second}"), FormKind::Exact));
        if let Some(singular) = inflect::singular(second) {
            forms.push(Form::new(format!("{first}{singular}"), FormKind::Exact));
            forms.push(Form::new(format!("{first}_{singular}"), FormKind::Exact));
        }
        self.push(&format!("{first}_{second}"), TermRole::Compound, forms, Vec::new());
    }
}

/// A word and what code may say in its place.
fn forms_of(word: &str) -> Vec<Form> {
    let mut forms = vec![Form::new(word.to_owned(), FormKind::Exact)];
    let add = |text: String, kind: FormKind, forms: &mut Vec<Form>| {
        if !forms.iter().any(|form| form.text == text) {
            forms.push(Form::new(text, kind));
        }
    };
    for text in inflect::inflections(word) {
        add(text, FormKind::Inflected, &mut forms);
    }
    for other in vocabulary::abbreviations(word) {
        add(other.to_owned(), FormKind::Abbreviated, &mut forms);
    }
    for text in inflect::derivations(word) {
        add(text, FormKind::Derived, &mut forms);
    }
    for other in vocabulary::synonyms(word) {
        add(other.to_owned(), FormKind::Derived, &mut forms);
    }
    forms
}

fn prefixes_of(word: &str) -> Vec<Form> {
    let ends = word.char_indices().map(|(at, _)| at).filter(|&at| at >= SHORTEST_PREFIX);
    ends.map(|end| Form::new(word[..end].to_owned(), FormKind::Prefix)).collect()
}
