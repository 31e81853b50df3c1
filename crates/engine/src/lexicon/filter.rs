//! Which chunks a search may answer with.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use sconce_code::{Language, SymbolKind};

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
    paths: Option<GlobSet>,
    kinds: Vec<SymbolKind>,
    names: Option<GlobSet>,
}

impl DocFilter {
    /// Names are those of [`Language::by_name`] and [`SymbolKind::parse`]. Lists that are empty let all through; otherwise one of each list must match. A path glob
    /// matches the path from the root on (`src/**`), or, without a `/`, the file's name (`*.rs`). A
    /// chunk has the kind and name of a definition that starts in it, both of the same one.
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
            paths: glob_set(path_globs, path_glob)?,
            kinds: kinds.collect::<Result<_, _>>()?,
            names: glob_set(name_globs, name_glob)?,
        })
    }

    /// Whether all is let through.
    pub fn is_empty(&self) -> bool {
        self.languages.is_empty()
            && self.paths.is_none()
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
            && self.paths.as_ref().is_none_or(|paths| paths.is_match(&file.path))
            && self.allows_symbol(lexicon, doc)
    }

    fn allows_symbol(&self, lexicon: &Lexicon, doc: u32) -> bool {
        if self.kinds.is_empty() && self.names.is_none() {
            return true;
        }
        lexicon.symbols_of(doc).iter().any(|symbol| {
            (self.kinds.is_empty()
                || self.kinds.iter().any(|&wanted| kind_matches(wanted, symbol.kind)))
                && self.names.as_ref().is_none_or(|names| names.is_match(&*symbol.name))
        })
    }
}

fn glob_set(
    patterns: &[String],
    build: fn(&str) -> Result<Glob, globset::Error>,
) -> Result<Option<GlobSet>, FilterError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(build(pattern).map_err(|error| FilterError::Glob {
            pattern: pattern.clone(),
            reason: error.kind().to_string(),
        })?);
    }
    let set = set.build().map_err(|error| FilterError::Glob {
        pattern: patterns.join(", "),
        reason: error.kind().to_string(),
    })?;
    Ok(Some(set))
}

fn path_glob(pattern: &str) -> Result<Glob, globset::Error> {
    let trimmed = pattern.trim_start_matches("./").trim_start_matches('/');
    let whole = if !trimmed.contains('/') {
        format!("**/{trimmed}")
    } else if trimmed.ends_with('/') {
        format!("{trimmed}**")
    } else {
        trimmed.to_owned()
    };
    GlobBuilder::new(&whole).literal_separator(true).build()
}

/// Names are matched as written; a glob all in lower case matches any case.
fn name_glob(pattern: &str) -> Result<Glob, globset::Error> {
    let lower = !pattern.chars().any(char::is_uppercase);
    GlobBuilder::new(pattern).case_insensitive(lower).build()
}
