//! Languages that projects add, each for its own files alone: two of them may have one name and be read in two ways.

use std::collections::HashSet;
use std::sync::{LazyLock, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::{NewLanguage, detect};

/// The most names that are known of projects' languages. Where they are more, all are forgotten: whoever opens an index
/// makes known what its project has.
const MOST_NAMES: usize = 16_384;

static NAMES: LazyLock<RwLock<HashSet<String>>> = LazyLock::new(RwLock::default);

/// A language of a project, as its index remembers it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectLanguage {
    /// Under which its files are stored.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Its files' extensions, without the dot, lower case.
    pub extensions: Vec<String>,
    /// Whole names of files.
    pub file_names: Vec<String>,
    /// The name of the language whose grammar reads it.
    pub base: Option<String>,
    /// What tells its query from another one.
    pub query: Option<String>,
}

impl ProjectLanguage {
    /// What is to be remembered of a language with such a base and such a mark of its query.
    pub fn new(new: &NewLanguage, base: Option<&str>, query: Option<String>) -> Self {
        Self {
            name: new.name.clone(),
            aliases: new.aliases.clone(),
            extensions: new.extensions.iter().map(|extension| extension.to_lowercase()).collect(),
            file_names: new.file_names.clone(),
            base: base.map(str::to_owned),
            query,
        }
    }

    /// What a filter may call it: its name, the other ones, and the extensions of its files.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.name).chain(&self.aliases).chain(&self.extensions)
    }

    /// Whether the file at a path is one of its own by its name, or by its extension.
    pub fn takes(&self, path: &str) -> bool {
        let name = detect::file_name(path);
        self.takes_name(name) || self.takes_extension(name)
    }

    /// The place among these languages of the one in which the file at a path is: by its name, then by its extension.
    pub fn place_of(own: &[Self], path: &str) -> Option<usize> {
        let name = detect::file_name(path);
        let by_name = own.iter().position(|language| language.takes_name(name));
        by_name.or_else(|| own.iter().position(|language| language.takes_extension(name)))
    }

    /// Whether a file of this name is one of its own by all of that.
    pub fn takes_name(&self, name: &str) -> bool {
        self.file_names.iter().any(|pattern| detect::is_called(name, pattern))
    }

    fn takes_extension(&self, name: &str) -> bool {
        let extension = detect::extension(name);
        extension.is_some_and(|extension| self.extensions.contains(&extension))
    }
}

/// Makes the names of these languages known to filters: that such a language is asked for is no mistake, also
/// where the index that is searched has none of that name.
pub fn know_languages(of_project: &[ProjectLanguage]) {
    let all = || of_project.iter().flat_map(ProjectLanguage::names);
    if all().all(|name| is_known(name)) {
        return;
    }
    let mut names = NAMES.write().unwrap_or_else(PoisonError::into_inner);
    if names.len() + all().count() > MOST_NAMES {
        names.clear();
    }
    names.extend(all().take(MOST_NAMES).cloned());
}

/// What filters know of projects' languages.
pub(crate) fn known_names() -> Vec<String> {
    NAMES.read().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
}

/// Whether a language of some project has this name.
pub(crate) fn is_known(name: &str) -> bool {
    NAMES.read().unwrap_or_else(PoisonError::into_inner).contains(name)
}
