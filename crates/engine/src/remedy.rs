//! What to do about an error, as data: a command line writes a command of it, MCP a call.

use std::path::{Path, PathBuf};

use sconce_code::filter::FilterField;
use sconce_embed::ModelRemedy;
use sconce_store::DatabaseRemedy;

use crate::EngineError;

/// What to do about an error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Name a directory that exists.
    NameDirectory,
    /// Name a working tree of a repository that has none around it.
    NameWorkingTree,
    /// Index the directory that a file lies in.
    IndexDirectoryOfFile {
        /// That directory.
        directory: PathBuf,
    },
    /// Give the user the right to read it, or be a user who has it.
    AllowReading,
    /// Write another glob, or none.
    ChangeGlob {
        /// The one that is none; empty where it is about all of them.
        wrong: String,
    },
    /// Include something that there is, or leave the globs out.
    Include {
        /// The directory.
        root: String,
        /// Globs that would match, the most files first.
        there: Vec<String>,
    },
    /// Index a part of a directory.
    Narrow {
        /// The directory.
        root: String,
    },
    /// Name a project, or ask for an index of the whole directory.
    NameProject {
        /// The directory, which holds everything that a user has.
        directory: PathBuf,
    },
    /// Index something: there is no index yet.
    IndexFirst,
    /// Name an index that there is.
    NameIndex {
        /// The name that none has.
        wrong: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// Index a directory.
    Index {
        /// That directory.
        root: PathBuf,
    },
    /// Choose another name for an index.
    ChooseName {
        /// The one that is taken.
        taken: String,
    },
    /// Find the file whose path is not in the index.
    FindFile {
        /// The path.
        path: String,
    },
    /// Wait until an index has all of its vectors.
    AwaitVectors {
        /// Its name.
        index: String,
    },
    /// Wait for the writer of an index.
    AwaitWriter {
        /// Its name.
        index: String,
    },
    /// Say what is looked for.
    WriteQuery,
    /// Ask for less at once.
    ShortenQuery,
    /// Look for one line's text, or for a simpler expression.
    ChangePattern,
    /// Take one of the values that a filter knows.
    ChangeValue {
        /// What is filtered by.
        field: FilterField,
        /// The one that it does not know.
        wrong: String,
        /// Near ones.
        near: Vec<String>,
    },
    /// Go on with a job that was stopped.
    GoOn,
    /// Run it again, and keep the cache of embeddings meanwhile.
    KeepCache,
    /// Embed all of an index with another model.
    ChangeModel {
        /// Its name.
        index: String,
        /// Its directory.
        root: String,
    },
    /// Take the files of a model that the database's vectors were made with, or make all again.
    MatchModelFiles {
        /// The model's id.
        model: String,
    },
    /// Make an index again from its files.
    Rebuild {
        /// Its directory.
        root: String,
    },
    /// Report a defect.
    Report,
    /// What the model's library says.
    Model(ModelRemedy),
    /// What the database's library says.
    Database(DatabaseRemedy),
}

impl EngineError {
    /// What to do next, where there is something to do.
    pub fn remedy(&self) -> Option<Remedy> {
        let remedy = match self {
            Self::NoSuchDirectory { .. } => Remedy::NameDirectory,
            Self::NotADirectory { path } => {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                let directory = parent.unwrap_or(Path::new(".")).to_path_buf();
                Remedy::IndexDirectoryOfFile { directory }
            }
            Self::BareRepository { .. } => Remedy::NameWorkingTree,
            Self::Unreadable { .. } => Remedy::AllowReading,
            Self::Glob { glob, .. } => Remedy::ChangeGlob { wrong: glob.clone() },
            Self::NothingIncluded { root, there, .. } => {
                Remedy::Include { root: root.clone(), there: there.clone() }
            }
            Self::TooManyFiles { root, .. } => Remedy::Narrow { root: root.clone() },
            Self::NoProject { directory } => Remedy::NameProject { directory: directory.clone() },
            Self::NoSuchIndex { known, .. } if known.is_empty() => Remedy::IndexFirst,
            Self::NoSuchIndex { name, known } => {
                Remedy::NameIndex { wrong: name.clone(), known: known.clone() }
            }
            Self::NotIndexed { path } => Remedy::Index { root: path.clone() },
            Self::NameTaken { name, .. } => Remedy::ChooseName { taken: name.clone() },
            Self::NoSuchFile { path, .. } => Remedy::FindFile { path: path.clone() },
            Self::NotEmbedded { index, .. } => Remedy::AwaitVectors { index: index.clone() },
            Self::EmptyQuery => Remedy::WriteQuery,
            Self::QueryTooLong { .. } => Remedy::ShortenQuery,
            Self::Pattern { .. } => Remedy::ChangePattern,
            Self::UnknownValue { field, value, suggestions } => Remedy::ChangeValue {
                field: *field,
                wrong: value.clone(),
                near: suggestions.clone(),
            },
            Self::Busy { name } => Remedy::AwaitWriter { index: name.clone() },
            Self::Cancelled => Remedy::GoOn,
            Self::NoVectors { .. } => Remedy::KeepCache,
            Self::OtherModel { name, root, .. } => {
                Remedy::ChangeModel { index: name.clone(), root: root.clone() }
            }
            Self::OtherModelFiles { model, .. } => Remedy::MatchModelFiles { model: model.clone() },
            Self::Damaged { root, .. } => Remedy::Rebuild { root: root.clone() },
            Self::Embed(error) => Remedy::Model(error.remedy()?),
            Self::Store(error) => Remedy::Database(error.remedy()?),
            Self::Shared(error) => return error.remedy(),
            Self::Dir(_) => return None,
            Self::Task(_) => Remedy::Report,
        };
        Some(remedy)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_remedy_holds_what_a_caller_needs_to_write_it() {
        let known = vec!["shop".to_owned()];
        let error = EngineError::NoSuchIndex { name: "shpo".to_owned(), known: known.clone() };
        let wrong = "shpo".to_owned();
        assert_eq!(error.remedy(), Some(Remedy::NameIndex { wrong, known }));
        let error = EngineError::NotADirectory { path: "a.rs".into() };
        let shared = EngineError::Shared(Arc::new(error));
        assert_eq!(
            shared.remedy(),
            Some(Remedy::IndexDirectoryOfFile { directory: ".".into() }),
            "who shares an error is told the same"
        );
    }
}
