//! Which chunks a search may answer with.

use sconce_code::{Language, SymbolKind};
use sconce_store::glob::shortened;
use sconce_store::glob::{NameMatcher, PathGlobs, PathMatcher, PatternError, check, check_sizes};

use super::{Lexicon, kind_matches};

/// A filter that cannot be.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// No language, or no kind of symbol, has this name.
    #[error("`{0}` is neither a language nor a kind of symbol")]
    Unknown(String),
    /// Not a glob.
    #[error("`{pattern}` is not a glob: {reason}")]
    Glob {
        /// As given.
        pattern: String,
        /// What the parser says.
        reason: String,
    },
}

/// Which chunks a search may answer with; the default lets all through.
#[derive(Debug, Default, Clone)]
pub struct DocFilter {
    languages: Vec<Language>,
    paths: Option<PathMatcher>,
    within: Option<String>,
    kinds: Vec<SymbolKind>,
    names: Option<NameMatcher>,
}

impl DocFilter {
    /// Names are those of [`Language::by_name`] and [`SymbolKind::parse`]. Lists that are empty let
    /// all through; otherwise one of each list must match. Path globs are read as [`PathGlobs`]
    /// says. A chunk has the kind and name of a definition that starts in it, both of the same one.
    pub fn new(
        languages: &[String],
        path_globs: &[String],
        kinds: &[String],
        name_globs: &[String],
    ) -> Result<DocFilter, FilterError> {
        let unknown = |name: &String| FilterError::Unknown(name.clone());
        let languages =
            languages.iter().map(|name| Language::by_name(name).ok_or_else(|| unknown(name)));
        let kinds = kinds.iter().map(|name| SymbolKind::parse(name).ok_or_else(|| unknown(name)));
        Ok(DocFilter {
            languages: languages.collect::<Result<_, _>>()?,
            paths: built(path_globs, |globs| PathGlobs::parse(globs).matcher())?,
            within: None,
            kinds: kinds.collect::<Result<_, _>>()?,
            names: built(name_globs, NameMatcher::parse)?,
        })
    }

    /// Lets through only what lies in a directory, or one file: its path below the root.
    #[must_use]
    pub fn within(self, within: Option<String>) -> DocFilter {
        DocFilter { within, ..self }
    }

    /// Whether all is let through.
    pub fn is_empty(&self) -> bool {
        self.languages.is_empty()
            && self.paths.is_none()
            && self.within.is_none()
            && self.kinds.is_empty()
            && self.names.is_none()
    }

    /// Whether the chunk is let through.
    pub fn allows(&self, lexicon: &Lexicon, doc: u32) -> bool {
        if self.is_empty() {
            return true;
        }
        let file = lexicon.file(lexicon.doc(doc).file);
        (self.languages.is_empty()
            || file.language.is_some_and(|language| self.languages.contains(&language)))
            && self.paths.as_ref().is_none_or(|paths| paths.passes(&file.path))
            && self.within.as_ref().is_none_or(|within| lies_within(&file.path, within))
            && self.allows_symbol(lexicon, doc)
    }

    fn allows_symbol(&self, lexicon: &Lexicon, doc: u32) -> bool {
        if self.kinds.is_empty() && self.names.is_none() {
            return true;
        }
        lexicon.symbols_of(doc).iter().any(|symbol| {
            (self.kinds.is_empty()
                || self.kinds.iter().any(|&wanted| kind_matches(wanted, symbol.kind)))
                && self.names.as_ref().is_none_or(|names| names.passes(&symbol.name))
        })
    }
}

/// Checks the patterns, then builds them.
fn built<T>(
    patterns: &[String],
    build: impl FnOnce(&[String]) -> Result<T, PatternError>,
) -> Result<Option<T>, FilterError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let wrong = |pattern: String, error: PatternError| FilterError::Glob {
        pattern,
        reason: error.to_string(),
    };
    check_sizes(patterns).map_err(|(pattern, error)| wrong(pattern, error))?;
    for pattern in patterns {
        check(pattern).map_err(|error| wrong(shortened(pattern), error))?;
    }
    build(patterns).map(Some).map_err(|error| wrong(String::new(), error))
}

fn lies_within(path: &str, within: &str) -> bool {
    path.strip_prefix(within).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
