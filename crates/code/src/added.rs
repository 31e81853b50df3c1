//! Languages that a user adds: names and extensions of their own, read by a grammar that is here.

use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::Language;
use crate::grammar::Syntax;
use crate::languages::{Class, Grammar, LANGUAGES, Row};
use crate::named::MAX_NAME_BYTES;

/// So many may be added.
pub(crate) const MOST: usize = 64;

/// A language as a user describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewLanguage {
    /// What it is called in filters: lower case.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Its files' extensions, without the dot.
    pub extensions: Vec<String>,
    /// Whole names of files.
    pub file_names: Vec<String>,
    /// The language whose grammar reads it; none for text.
    pub base: Option<String>,
    /// What is looked for in its trees before what the base's query finds.
    pub query: Option<String>,
}

/// A language that cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NewLanguageError {
    /// A name of letters, digits, `-`, `_`, `+`, `.` and `#` is needed.
    #[error("'{0}' is no name of a language")]
    Name(String),
    /// Another language has this name.
    #[error("'{0}' is a language already")]
    Taken(String),
    /// Neither extensions nor names of files are given.
    #[error("'{0}' has neither extensions nor file names")]
    NoFiles(String),
    /// An extension that no file has.
    #[error("'{0}' is no extension: it is written without its dot, and has none within")]
    Extension(String),
    /// Its base has no grammar.
    #[error("no language '{0}' is parsed here, so that it can be no base")]
    Base(String),
    /// A query stands without a base, or does not fit it.
    #[error("its query is wrong: {0}")]
    Query(String),
    /// There are enough.
    #[error("more than {MOST} languages are added")]
    TooMany,
}

struct Added {
    row: &'static Row,
    definition: &'static NewLanguage,
}

static ADDED: RwLock<Vec<Added>> = RwLock::new(Vec::new());

/// Adds a language for as long as this process lives; its files are told before those of all others.
pub fn add_language(new: &NewLanguage) -> Result<Language, NewLanguageError> {
    check(new)?;
    let grammar = new.base.as_deref().map(|base| grammar(new, base)).transpose()?;
    let mut added = ADDED.write().unwrap_or_else(PoisonError::into_inner);
    if added.len() >= MOST {
        return Err(NewLanguageError::TooMany);
    }
    let definition: &'static NewLanguage = Box::leak(Box::new(new.clone()));
    added.push(Added { row: Box::leak(Box::new(row(definition, grammar))), definition });
    Ok(Language::at(LANGUAGES.len() + added.len() - 1))
}

/// The language that was added in just these words, or is added now: for a process that parses what others ask for.
pub fn language_as(new: &NewLanguage) -> Result<Language, NewLanguageError> {
    match Language::all().find(|language| language.definition() == Some(new)) {
        Some(language) => Ok(language),
        None => add_language(new),
    }
}

/// Checks a language that a project adds for its own files, and gives its base. Whether its query fits that is not looked
/// at: it is a stranger's, and compiled in a process with limits alone ([`language_as`]).
pub fn check_language(new: &NewLanguage) -> Result<Option<Language>, NewLanguageError> {
    check(new)?;
    let Some(base) = &new.base else { return Ok(None) };
    let parsed = |language: &Language| language.is_of_table() && language.has_grammar();
    let language = Language::by_name(base).filter(parsed);
    language.map(Some).ok_or_else(|| NewLanguageError::Base(base.clone()))
}

fn check(new: &NewLanguage) -> Result<(), NewLanguageError> {
    let is_name = |name: &str| {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_+.#".contains(c);
        !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.chars().all(fits)
    };
    for name in std::iter::once(&new.name).chain(&new.aliases) {
        if !is_name(name) {
            return Err(NewLanguageError::Name(name.clone()));
        }
        if Language::by_name(name).is_some() {
            return Err(NewLanguageError::Taken(name.clone()));
        }
    }
    if new.extensions.is_empty() && new.file_names.is_empty() {
        return Err(NewLanguageError::NoFiles(new.name.clone()));
    }
    let mut extensions = new.extensions.iter();
    if let Some(wrong) = extensions.find(|one| one.is_empty() || one.contains(['.', '/'])) {
        return Err(NewLanguageError::Extension(wrong.clone()));
    }
    match (&new.base, &new.query) {
        (None, Some(_)) => Err(NewLanguageError::Query("it has no base".to_owned())),
        _ => Ok(()),
    }
}

/// The base's grammar, with what the new language looks for first.
fn grammar(new: &NewLanguage, base: &str) -> Result<(Language, Grammar), NewLanguageError> {
    let unknown = || NewLanguageError::Base(base.to_owned());
    let language = Language::by_name(base).ok_or_else(unknown)?;
    let of_base = language.row().grammar.as_ref().ok_or_else(unknown)?;
    let mut grammar = Grammar { dialects: &[], ..*of_base };
    if let Some(query) = &new.query {
        grammar.query = String::leak(format!("{query}\n{}", of_base.query));
        // What a query says of a tree counts where it has one of its own.
        grammar.statements = false;
    }
    match Syntax::of_grammar(language.row().class, &grammar) {
        Ok(_) => Ok((language, grammar)),
        Err(error) => Err(NewLanguageError::Query(error)),
    }
}

fn row(new: &'static NewLanguage, grammar: Option<(Language, Grammar)>) -> Row {
    let strings = |list: &'static [String]| -> &'static [&'static str] {
        Vec::leak(list.iter().map(String::as_str).collect())
    };
    let lower = |list: &'static [String]| -> &'static [&'static str] {
        let lower = |one: &String| -> &'static str { String::leak(one.to_lowercase()) };
        Vec::leak(list.iter().map(lower).collect())
    };
    let base = grammar.as_ref().map(|(base, _)| *base);
    Row {
        name: &new.name,
        title: &new.name,
        aliases: strings(&new.aliases),
        extensions: lower(&new.extensions),
        file_names: strings(&new.file_names),
        interpreters: &[],
        class: base.map_or(Class::Data, |base| base.row().class),
        passes: base.map_or(&[], |base| Vec::leak(vec![base.name()])),
        grammar: grammar.map(|(_, grammar)| grammar),
        lines: None,
    }
}

/// How many languages were added.
pub(crate) fn count() -> usize {
    ADDED.read().unwrap_or_else(PoisonError::into_inner).len()
}

/// The row of an added language.
pub(crate) fn row_at(index: usize) -> Option<&'static Row> {
    ADDED.read().unwrap_or_else(PoisonError::into_inner).get(index).map(|added| added.row)
}

/// An added language as its user described it.
pub(crate) fn definition_at(index: usize) -> Option<&'static NewLanguage> {
    ADDED.read().unwrap_or_else(PoisonError::into_inner).get(index).map(|added| added.definition)
}
