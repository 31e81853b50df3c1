//! What a search may be narrowed to, parsed once.
//!
//! A [`FilterText`] is what somebody wrote; [`Filter::parse`] checks all of it and knows languages
//! and kinds of symbols by then. From there one filter goes two ways: as regular expressions and
//! names into the database's SQL, and as a [`FilterMatcher`] over files in memory. Both come of the
//! same parse, so that a filter means one thing to both.

mod glob;
mod lists;
mod meaning;
mod readings;
mod translate;

use std::borrow::Cow;

use serde::Serialize;

use crate::{Language, ProjectLanguage, SymbolKind, near, projects};

use meaning::Meaning;

pub use glob::{GlobError, NameGlob, NameGlobs, NameMatcher, PathGlobs, PathMatcher, PatternError};
pub use glob::{MAX_OPEN, MAX_PATTERN_BYTES, MAX_PATTERNS, check_size};
pub use lists::separated;
pub use readings::{GlobTarget, Reading, Readings};

/// A filter as it is written. Several values of one field are alternatives; the fields hold
/// together. An empty field filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FilterText {
    /// Languages by name or alias, such as `rust` or `ts`.
    pub languages: Vec<String>,
    /// Globs of paths below the project's root, such as `src`, `*.rs` or `!tests`; see
    /// [`PathGlobs`].
    pub path_globs: Vec<String>,
    /// Types of symbols, such as `function`, `class`, `method` or `interface`.
    pub symbol_kinds: Vec<String>,
    /// Globs of symbols' names, such as `parse*` or `Backend::*`; see [`NameGlob`].
    pub symbol_names: Vec<String>,
}

impl FilterText {
    /// Whether it filters nothing.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// Languages that a name may be of although none here is called so: nothing is near to them.
const OTHER_LANGUAGES: [&str; 23] = [
    "abap",
    "apex",
    "awk",
    "cobol",
    "coffeescript",
    "crystal",
    "d",
    "haxe",
    "idris",
    "lisp",
    "matlab",
    "mojo",
    "octave",
    "odin",
    "prolog",
    "purescript",
    "racket",
    "reason",
    "scheme",
    "smalltalk",
    "tcl",
    "v",
    "vala",
];

/// What a filter goes by, of those parts whose values are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterField {
    /// The language of a file.
    Language,
    /// The type of a symbol, such as `function`.
    SymbolType,
}

impl std::fmt::Display for FilterField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Language => "language",
            Self::SymbolType => "symbol type",
        })
    }
}

/// A filter that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// No language, or no type of symbol, has this name.
    #[error("unknown {field} '{value}'")]
    Unknown {
        /// What is filtered by.
        field: FilterField,
        /// As it was given.
        value: String,
        /// Near names.
        suggestions: Vec<String>,
    },
    /// Not a glob.
    #[error(transparent)]
    Glob(#[from] GlobError),
}

/// Which chunks a search may answer with; the default lets all through. A chunk passes where its
/// file is of one of the languages, passes the path globs and lies [`within`](Self::within), and
/// where one symbol that starts in it has both one of the kinds and one of the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    languages: Vec<Language>,
    /// The languages as they were asked for: a project may have one of that name.
    language_names: Vec<String>,
    paths: PathGlobs,
    kinds: Vec<SymbolKind>,
    names: NameGlobs,
    /// A directory or a file by its path below the project's root, as it is written: nothing outside
    /// of it passes, whatever the globs say.
    pub within: Option<String>,
}

impl Filter {
    /// Parses a filter.
    pub fn parse(text: &FilterText) -> Result<Self, FilterError> {
        Self::default().and(text)
    }

    /// This filter without what it says of symbols.
    #[must_use]
    pub fn without_symbols(self) -> Self {
        Self { kinds: Vec::new(), names: NameGlobs::default(), ..self }
    }

    /// This filter with what another text adds: alternatives to each field, and globs that win.
    pub fn and(mut self, text: &FilterText) -> Result<Self, FilterError> {
        for name in said(&text.languages) {
            match language(name)? {
                Meaning::All => continue,
                Meaning::One(language) => self.languages.extend(language.with_dialects()),
                Meaning::OfProjects => self.languages.push(Language::of_nothing()),
            }
            self.language_names.push(meaning::without_glob(&meaning::written(name)).to_owned());
        }
        for name in said(&text.symbol_kinds).filter(|name| !meaning::is_all(name)) {
            self.kinds.extend(symbol_kind(name)?.group());
        }
        self.paths = self.paths.and(&text.path_globs)?;
        let names: Vec<String> = said(&text.symbol_names).cloned().collect();
        self.names = self.names.and(&names)?;
        Ok(self)
    }

    /// The same filter in an index whose project has languages of its own: one of them is asked for by its names, and by
    /// that of its base.
    pub fn in_project(&self, own: &[ProjectLanguage]) -> Cow<'_, Self> {
        let is_asked_for = |one: &&ProjectLanguage| {
            one.names().any(|name| self.language_names.contains(name))
                || self
                    .languages
                    .iter()
                    .any(|language| one.base.as_deref() == Some(language.name()))
        };
        let asked_for = own.iter().filter(is_asked_for);
        let more: Vec<Language> = asked_for.filter_map(|one| Language::stored(&one.name)).collect();
        if more.is_empty() {
            return Cow::Borrowed(self);
        }
        let languages = [self.languages.as_slice(), &more].concat();
        Cow::Owned(Self { languages, ..self.clone() })
    }

    /// The languages of which a file's must be one; none lets all through.
    pub fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// The globs that a file's path must pass.
    pub fn paths(&self) -> &PathGlobs {
        &self.paths
    }

    /// The kinds of which a symbol's must be one; none lets all through.
    pub fn kinds(&self) -> &[SymbolKind] {
        &self.kinds
    }

    /// The globs of which one must fit a symbol's name.
    pub fn names(&self) -> &NameGlobs {
        &self.names
    }

    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        !self.narrows_files() && !self.narrows_symbols()
    }

    /// Whether some files do not pass.
    pub fn narrows_files(&self) -> bool {
        !self.languages.is_empty() || !self.paths.is_empty() || self.within.is_some()
    }

    /// Whether some symbols do not pass.
    pub fn narrows_symbols(&self) -> bool {
        !self.kinds.is_empty() || !self.names.is_empty()
    }

    /// The same filter over files in memory.
    pub fn matcher(&self) -> Result<FilterMatcher, FilterError> {
        Ok(FilterMatcher {
            languages: self.languages.clone(),
            paths: (!self.paths.is_empty()).then(|| self.paths.matcher()).transpose()?,
            within: self.within.clone(),
            kinds: self.kinds.clone(),
            names: (!self.names.is_empty()).then(|| self.names.matcher()).transpose()?,
        })
    }
}

/// A [`Filter`] over files in memory; the default lets all through.
#[derive(Debug, Clone, Default)]
pub struct FilterMatcher {
    languages: Vec<Language>,
    paths: Option<PathMatcher>,
    within: Option<String>,
    kinds: Vec<SymbolKind>,
    names: Option<NameMatcher>,
}

impl FilterMatcher {
    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        self.languages.is_empty()
            && self.paths.is_none()
            && self.within.is_none()
            && !self.narrows_symbols()
    }

    /// Whether some symbols do not pass.
    pub fn narrows_symbols(&self) -> bool {
        !self.kinds.is_empty() || self.names.is_some()
    }

    /// Whether a file passes.
    pub fn passes_file(&self, path: &str, language: Option<Language>) -> bool {
        (self.languages.is_empty() || language.is_some_and(|one| self.languages.contains(&one)))
            && self.paths.as_ref().is_none_or(|paths| paths.passes(path))
            && self.within.as_ref().is_none_or(|within| lies_within(path, within))
    }

    /// Whether a symbol passes; its scopes have dots between them.
    pub fn passes_symbol(&self, kind: SymbolKind, name: &str, scopes: &str) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && self.names.as_ref().is_none_or(|names| names.passes(name, scopes))
    }
}

/// The values that are none of those left empty, as forms and templates send them.
fn said(values: &[String]) -> impl Iterator<Item = &String> {
    values.iter().filter(|value| !value.trim().is_empty())
}

fn lies_within(path: &str, within: &str) -> bool {
    path.strip_prefix(within).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn language(name: &str) -> Result<Meaning, FilterError> {
    meaning::of(name).ok_or_else(|| {
        let mut known = projects::known_names();
        known.extend(Language::all().map(|language| language.name().to_owned()));
        let is_other = OTHER_LANGUAGES.iter().any(|other| other.eq_ignore_ascii_case(name.trim()));
        let known = known.iter().map(String::as_str).filter(|_| !is_other);
        let suggestions = owned(near(name, known));
        FilterError::Unknown { field: FilterField::Language, value: name.to_owned(), suggestions }
    })
}

fn symbol_kind(name: &str) -> Result<SymbolKind, FilterError> {
    SymbolKind::parse(name).ok_or_else(|| FilterError::Unknown {
        field: FilterField::SymbolType,
        value: name.to_owned(),
        suggestions: owned(near(name, SymbolKind::ALL.iter().map(|kind| kind.as_str()))),
    })
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(list: &[&str]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    fn parse(languages: &[&str], paths: &[&str], kinds: &[&str], names: &[&str]) -> Filter {
        let text = FilterText {
            languages: own(languages),
            path_globs: own(paths),
            symbol_kinds: own(kinds),
            symbol_names: own(names),
        };
        Filter::parse(&text).unwrap()
    }

    #[test]
    fn an_unknown_language_names_its_neighbours() {
        let text = FilterText { languages: own(&["pyton"]), ..FilterText::default() };
        let error = Filter::parse(&text).unwrap_err();
        assert_eq!(error.to_string(), "unknown language 'pyton'");
        let FilterError::Unknown { suggestions, .. } = error else { panic!("{error}") };
        assert!(suggestions.contains(&"python".to_owned()), "{suggestions:?}");
        let text = FilterText { symbol_kinds: own(&["klass"]), ..FilterText::default() };
        assert_eq!(Filter::parse(&text).unwrap_err().to_string(), "unknown symbol type 'klass'");
    }

    #[test]
    fn aliases_become_names_and_kinds_their_groups() {
        let filter = parse(&["RS", " ts "], &[], &["class"], &[]);
        let names: Vec<&str> = filter.languages().iter().map(|language| language.name()).collect();
        assert_eq!(names, ["rust", "astro", "svelte", "typescript", "vue"]);
        assert_eq!(filter.kinds(), [SymbolKind::Class, SymbolKind::Struct]);
    }

    fn own_language(name: &str, alias: &str, base: Option<&str>) -> ProjectLanguage {
        ProjectLanguage {
            name: name.into(),
            aliases: vec![alias.into()],
            extensions: vec![format!("{alias}x")],
            base: base.map(str::to_owned),
            ..ProjectLanguage::default()
        }
    }

    #[test]
    fn a_projects_language_is_asked_for_in_its_index_alone() {
        let text = FilterText { languages: own(&["chores"]), ..FilterText::default() };
        assert!(Filter::parse(&text).is_err(), "nobody has it");
        let here = [own_language("chores", "ch", Some("python"))];
        let there = [own_language("chores", "todo", Some("ruby"))];
        crate::know_languages(&here);
        let stored = Language::stored("chores");
        assert!(stored.is_some() && Language::by_name("chores").is_none());
        let passes = |asked: &str, own_languages: &[ProjectLanguage]| {
            let filter = parse(&[asked], &[], &[], &[]);
            filter.in_project(own_languages).matcher().unwrap().passes_file("a", stored)
        };
        assert!(passes("chores", &here) && passes("CH", &here) && passes("py", &here));
        assert!(passes("chx", &here) && passes("*.chx", &here) && passes(".CHX", &here));
        assert!(passes("ruby", &there) && !passes("python", &there) && !passes("ch", &there));
        assert!(!passes("chores", &[]) && !passes("ruby", &here));
        let nothing = parse(&["chores"], &[], &[], &[]).matcher().unwrap();
        assert!(!nothing.passes_file("a.py", Language::by_name("python")));
        assert!(!nothing.passes_file("a", None));
        let all = Filter::default();
        assert!(matches!(all.in_project(&here), Cow::Borrowed(_)), "it narrows nothing");
    }

    #[test]
    fn what_is_added_is_an_alternative_and_the_last_glob_wins() {
        let more = FilterText {
            languages: own(&["go"]),
            path_globs: own(&["!src/b"]),
            ..FilterText::default()
        };
        let filter = parse(&["rust"], &["src"], &[], &[]).and(&more).unwrap();
        assert_eq!(filter, parse(&["rust", "go"], &["src", "!src/b"], &[], &[]));
        let matcher = filter.matcher().unwrap();
        let passes = |path: &str| matcher.passes_file(path, Language::by_name("go"));
        assert!(passes("src/a.go") && !passes("src/b/a.go") && !passes("a.go"));
        assert!(!matcher.passes_file("src/a.py", Language::by_name("python")));
        assert!(!matcher.passes_file("src/a", None));
    }

    #[test]
    fn what_is_left_empty_filters_nothing() {
        assert_eq!(parse(&[""], &[], &[" "], &[""]), Filter::default());
        assert!(parse(&[], &[""], &[], &[]).matcher().unwrap().passes_file("a.rs", None));
        assert_eq!(parse(&["", "go"], &[], &[], &[]), parse(&["go"], &[], &[], &[]));
    }

    #[test]
    fn within_is_a_path_and_no_glob() {
        let filter = Filter { within: Some("app/[id]".into()), ..Filter::default() };
        let matcher = filter.matcher().unwrap();
        assert!(
            matcher.passes_file("app/[id]/a.ts", None) && matcher.passes_file("app/[id]", None)
        );
        assert!(
            !matcher.passes_file("app/i/a.ts", None) && !matcher.passes_file("app/[id]x", None)
        );
        assert!(!filter.is_empty() && !matcher.is_empty() && !matcher.narrows_symbols());
    }

    #[test]
    fn a_symbol_has_both_one_of_the_kinds_and_one_of_the_names() {
        let matcher = parse(&[], &[], &["class"], &["open*", "Close*"]).matcher().unwrap();
        assert!(matcher.passes_symbol(SymbolKind::Struct, "OpenFile", ""));
        assert!(!matcher.passes_symbol(SymbolKind::Struct, "closeFile", ""));
        assert!(!matcher.passes_symbol(SymbolKind::Function, "open", ""));
    }
}
