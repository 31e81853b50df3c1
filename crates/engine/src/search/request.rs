//! What a search is asked.

use std::fmt;
use std::str::FromStr;

use sconce_code::{Language, SymbolKind};

use crate::EngineError;
use crate::engine::Selector;
use crate::lexicon::{DocFilter, FilterError};
use crate::query::QueryFilters;
use crate::rank::Signal;

/// The most characters a query may have.
pub(crate) const MAX_QUERY_CHARACTERS: usize = 10_000;
/// The most results one search gives.
pub(crate) const MAX_LIMIT: usize = 200;

/// Which of the two arms finds candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arm {
    /// Both.
    #[default]
    Hybrid,
    /// BM25 alone; no model is needed.
    Words,
    /// Vectors alone.
    Vectors,
}

impl Arm {
    /// The arm as it is written, such as `hybrid`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hybrid => "hybrid",
            Self::Words => "words",
            Self::Vectors => "vectors",
        }
    }
}

impl fmt::Display for Arm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Arm {
    type Err = EngineError;

    fn from_str(text: &str) -> Result<Self, EngineError> {
        [Self::Hybrid, Self::Words, Self::Vectors]
            .into_iter()
            .find(|arm| arm.as_str() == text)
            .ok_or_else(|| EngineError::UnknownValue {
                what: "arm",
                value: text.to_owned(),
                suggestions: vec!["hybrid".into(), "words".into(), "vectors".into()],
            })
    }
}

/// Which chunks are looked at. Several values of one field are alternatives; the fields hold
/// together. An empty field filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchFilter {
    /// Languages by name or alias, such as `rust` or `ts`.
    pub languages: Vec<String>,
    /// Globs of paths below the project's root, such as `src`, `*.rs` or `!tests`. Of several that
    /// fit a path the last one decides.
    pub path_globs: Vec<String>,
    /// A directory or a file below the project's root, as its path is written: nothing outside of it
    /// is found, whatever the globs say.
    pub within: Option<String>,
    /// Symbol types, such as `function`, `class`, `method` or `interface`.
    pub symbol_kinds: Vec<String>,
    /// Globs of symbol names, such as `parse*`.
    pub symbol_names: Vec<String>,
}

impl SearchFilter {
    /// Checks every value, and writes each as the index has it.
    pub(crate) fn resolve(&self) -> Result<Self, EngineError> {
        let languages = self.languages.iter().map(|name| language(name));
        let kinds = self.symbol_kinds.iter().map(|name| symbol_kind(name));
        Ok(Self {
            languages: languages.collect::<Result<_, _>>()?,
            symbol_kinds: kinds.collect::<Result<Vec<_>, _>>()?.concat(),
            path_globs: self.path_globs.clone(),
            within: self.within.clone(),
            symbol_names: self.symbol_names.clone(),
        })
    }

    /// The same filter for the words arm. The values are the resolved ones.
    pub(crate) fn to_doc_filter(&self) -> Result<DocFilter, EngineError> {
        let (languages, kinds) = (&self.languages, &self.symbol_kinds);
        let filter = DocFilter::new(languages, &self.path_globs, kinds, &self.symbol_names);
        let filter = filter.map(|filter| filter.within(self.within.clone()));
        filter.map_err(|error| match error {
            FilterError::Glob { pattern, reason } => EngineError::Glob { glob: pattern, reason },
            FilterError::Unknown(value) => {
                EngineError::UnknownValue { what: "filter", value, suggestions: Vec::new() }
            }
        })
    }

    /// This filter with the one that is written into the query.
    pub(crate) fn and(mut self, other: &QueryFilters) -> Self {
        self.languages.extend(other.languages.iter().cloned());
        self.path_globs.extend(other.path_globs.iter().cloned());
        self.symbol_kinds.extend(other.symbol_kinds.iter().cloned());
        self.symbol_names.extend(other.symbol_names.iter().cloned());
        self
    }
}

fn language(name: &str) -> Result<String, EngineError> {
    let found = Language::by_name(name.trim());
    found.map(|language| language.name().to_owned()).ok_or_else(|| EngineError::UnknownValue {
        what: "language",
        value: name.to_owned(),
        suggestions: near(name, Language::all().map(Language::name)),
    })
}

/// The kinds that a filter for `name` lets through, as the index has them.
fn symbol_kind(name: &str) -> Result<Vec<String>, EngineError> {
    let found = SymbolKind::parse(name.trim());
    let stored = |kind: SymbolKind| kind.group().iter().map(|kind| kind.as_str().to_owned());
    found.map(|kind| stored(kind).collect()).ok_or_else(|| EngineError::UnknownValue {
        what: "symbol type",
        value: name.to_owned(),
        suggestions: near(name, SymbolKind::ALL.iter().map(|kind| kind.as_str())),
    })
}

/// The known names nearest to `name`; all of them where none is near.
fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let known: Vec<&str> = known.collect();
    let name = name.to_lowercase();
    let mut ranked: Vec<(usize, &str)> =
        known.iter().map(|candidate| (distance(&name, candidate), *candidate)).collect();
    ranked.sort_unstable();
    let close: Vec<String> = ranked
        .iter()
        .filter(|(distance, candidate)| {
            *distance <= 2 || (name.len() > 2 && candidate.starts_with(&name))
        })
        .take(3)
        .map(|(_, candidate)| (*candidate).to_owned())
        .collect();
    let all = || known.iter().take(12).map(|candidate| (*candidate).to_owned()).collect();
    if close.is_empty() { all() } else { close }
}

/// Edits between two short words (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// How much is shown around a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContextOptions {
    /// Lines before.
    pub before: u32,
    /// Lines after.
    pub after: u32,
    /// Whether a hit is widened to the definition that it is a part of.
    pub smart: bool,
    /// The most lines that a widened hit has.
    pub max_lines: u32,
}

impl ContextOptions {
    /// Whether a hit is shown alone.
    pub(super) fn is_bare(&self) -> bool {
        !self.smart && self.before == 0 && self.after == 0
    }
}

impl Default for ContextOptions {
    fn default() -> Self {
        Self { before: 0, after: 0, smart: true, max_lines: 50 }
    }
}

/// A search. The query may hold filters: `lang:go path:src/** kind:function symbol:parse*`.
#[derive(Debug, Clone)]
pub struct SearchRequest {
    /// What is looked for: a sentence, an identifier, a path, an error message.
    pub query: String,
    /// Where: one or several indexes.
    pub indexes: Vec<Selector>,
    /// The most results, over all indexes.
    pub limit: usize,
    /// Which chunks are looked at.
    pub filter: SearchFilter,
    /// Which arms find candidates.
    pub arm: Arm,
    /// How much is shown around a hit.
    pub context: ContextOptions,
    /// Ranking signals to leave out, to see what each is worth.
    pub without: Vec<Signal>,
    /// Whether each result says why it ranks where it does.
    pub explain: bool,
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: String::new(),
            indexes: Vec::new(),
            limit: 10,
            filter: SearchFilter::default(),
            arm: Arm::default(),
            context: ContextOptions::default(),
            without: Vec::new(),
            explain: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_edits() {
        assert_eq!(distance("pyton", "python"), 1);
        assert_eq!(distance("", "go"), 2);
        assert_eq!(distance("rust", "rust"), 0);
    }

    #[test]
    fn an_unknown_language_names_its_neighbours() {
        let filter = SearchFilter { languages: vec!["pyton".into()], ..SearchFilter::default() };
        let error = filter.resolve().unwrap_err();
        assert_eq!(error.to_string(), "unknown language 'pyton'");
        assert!(error.hint().unwrap().contains("python"), "{:?}", error.hint());
    }

    #[test]
    fn aliases_become_names() {
        let filter = SearchFilter { languages: vec!["RS".into()], ..SearchFilter::default() };
        assert_eq!(filter.resolve().unwrap().languages, ["rust"]);
    }
}
