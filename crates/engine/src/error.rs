//! What can go wrong in the engine.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use sconce_code::filter::{FilterError, FilterField, GlobError};
use sconce_dirs::DirError;
use sconce_embed::EmbedError;
use sconce_store::StoreError;

/// The kinds of errors that a caller treats differently: exit codes, HTTP status, MCP errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The index, file or definition that was asked for does not exist.
    NotFound,
    /// The caller's words are off; the remedy says what would do.
    InvalidInput,
    /// The database or the model cannot be used now.
    Unavailable,
    /// Another writer holds the index.
    Busy,
    /// The job was cancelled.
    Cancelled,
    /// A defect, or a machine in trouble.
    Internal,
}

/// An error of the engine. Its message says what was wrong, [`EngineError::remedy`] what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A path that is not there.
    #[error("no such directory: {}", path.display())]
    NoSuchDirectory {
        /// As it was given.
        path: PathBuf,
    },
    /// A file where a directory is needed.
    #[error("{} is a file, and an index is made of a directory", path.display())]
    NotADirectory {
        /// As it was given.
        path: PathBuf,
    },
    /// A repository of git's without files beside it.
    #[error("{} is a git repository without a working tree: there is no code in it to read", path.display())]
    BareRepository {
        /// As it was given.
        path: PathBuf,
    },
    /// A directory that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A glob that is none.
    #[error("{}", glob_message(glob, reason))]
    Glob {
        /// As it was given; empty where it is about all of them.
        glob: String,
        /// What is wrong in it.
        reason: String,
    },
    /// Globs that leave nothing of a directory that has files.
    #[error("nothing in {root} matches include {}; there is {}", include.join(", "), there.join(", "))]
    NothingIncluded {
        /// The directory.
        root: String,
        /// The globs.
        include: Vec<String>,
        /// Globs that would match, the most files first.
        there: Vec<String>,
    },
    /// More files than a project without an index may have.
    #[error("{root} has more than {limit} files")]
    TooManyFiles {
        /// The directory.
        root: String,
        /// The most that it may have.
        limit: u64,
    },
    /// The user's home directory or the file system's root, without an index and not named by its user.
    #[error("{} is no project: it holds everything that a user or the machine has", directory.display())]
    NoProject {
        /// The directory.
        directory: PathBuf,
    },
    /// No index of that name.
    #[error("there is no index named '{name}'")]
    NoSuchIndex {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// No index that covers that directory.
    #[error("{} is not indexed yet", path.display())]
    NotIndexed {
        /// The directory asked for.
        path: PathBuf,
    },
    /// The name belongs to the index of another directory.
    #[error("the name '{name}' belongs to the index of {root}")]
    NameTaken {
        /// The name asked for.
        name: String,
        /// The directory that has it.
        root: String,
    },
    /// A file that is not in the index.
    #[error("{path} is not in the index '{index}'")]
    NoSuchFile {
        /// The index.
        index: String,
        /// The path asked for.
        path: String,
    },
    /// A file whose words are indexed and whose vectors are still to come.
    #[error("{path} is in the index '{index}' by its words alone so far")]
    NotEmbedded {
        /// The index.
        index: String,
        /// The path asked for.
        path: String,
    },
    /// Nothing was asked.
    #[error("the query is empty")]
    EmptyQuery,
    /// More than a query can be.
    #[error("the query has {characters} characters, and at most {limit} are taken")]
    QueryTooLong {
        /// How many it has.
        characters: usize,
        /// How many are taken.
        limit: usize,
    },
    /// No text or regular expression that lines can be looked through for.
    #[error("`{pattern}` is no pattern: {reason}")]
    Pattern {
        /// As it was given; of a long one its beginning.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A filter that names no language, symbol type or the like.
    #[error("unknown {field} '{value}'")]
    UnknownValue {
        /// What was filtered by.
        field: FilterField,
        /// As it was given.
        value: String,
        /// Near names.
        suggestions: Vec<String>,
    },
    /// Another process writes this index.
    #[error("another process is indexing '{name}'")]
    Busy {
        /// The index.
        name: String,
    },
    /// Vectors left the cache as fast as they were made.
    #[error("{chunks} chunks could not be given their vectors")]
    NoVectors {
        /// Chunks without one.
        chunks: u64,
    },
    /// The job was told to stop.
    #[error("indexing was cancelled")]
    Cancelled,
    /// The index was made with another model than the one asked for.
    #[error("the index '{name}' was made with {made_with}, not with {asked}")]
    OtherModel {
        /// The index.
        name: String,
        /// Its directory.
        root: String,
        /// The model it keeps.
        made_with: String,
        /// The model asked for.
        asked: String,
    },
    /// The vectors of the database were made with other files of the same model.
    #[error(
        "the vectors of this database were made with other files of {model}: the hash of those is \
         {there:.12}, of the ones here {here:.12}"
    )]
    OtherModelFiles {
        /// The model's id.
        model: String,
        /// The fingerprint of this machine's files.
        here: String,
        /// That of the database's vectors.
        there: String,
    },
    /// The lexical part of a stored file cannot be read.
    #[error("the index '{name}' holds a damaged entry for {path}: {reason}")]
    Damaged {
        /// The index.
        name: String,
        /// Its directory.
        root: String,
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A file of this machine's own that holds words could not be written.
    #[error(transparent)]
    Dir(#[from] DirError),
    /// From the model.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// From the database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An error that several waiters share.
    #[error("{0}")]
    Shared(Arc<EngineError>),
    /// A task of the engine panicked.
    #[error("a task of the engine ended unexpectedly: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl From<GlobError> for EngineError {
    fn from(error: GlobError) -> Self {
        Self::Glob { glob: error.glob, reason: error.reason.to_string() }
    }
}

impl EngineError {
    /// Whether it is that no language has the name that a filter gives.
    pub fn is_of_language(&self) -> bool {
        matches!(self, Self::UnknownValue { field: FilterField::Language, .. })
    }
}

impl From<FilterError> for EngineError {
    fn from(error: FilterError) -> Self {
        match error {
            FilterError::Unknown { field, value, suggestions } => {
                Self::UnknownValue { field, value, suggestions }
            }
            FilterError::Glob(error) => error.into(),
        }
    }
}

fn glob_message(glob: &str, reason: &str) -> String {
    if glob.is_empty() {
        format!("the globs cannot be taken: {reason}")
    } else {
        format!("'{glob}' is no glob: {reason}")
    }
}

impl EngineError {
    /// Which kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoSuchIndex { .. } | Self::NotIndexed { .. } | Self::NoSuchFile { .. } => {
                ErrorKind::NotFound
            }
            Self::NoSuchDirectory { .. }
            | Self::NotADirectory { .. }
            | Self::BareRepository { .. }
            | Self::Unreadable { .. }
            | Self::Glob { .. }
            | Self::NothingIncluded { .. }
            | Self::TooManyFiles { .. }
            | Self::NoProject { .. }
            | Self::NameTaken { .. }
            | Self::EmptyQuery
            | Self::QueryTooLong { .. }
            | Self::Pattern { .. }
            | Self::UnknownValue { .. }
            | Self::OtherModel { .. }
            | Self::OtherModelFiles { .. } => ErrorKind::InvalidInput,
            Self::Embed(_) | Self::Store(_) | Self::NotEmbedded { .. } => ErrorKind::Unavailable,
            Self::Busy { .. } => ErrorKind::Busy,
            Self::Cancelled => ErrorKind::Cancelled,
            Self::Shared(error) => error.kind(),
            Self::Damaged { .. } | Self::NoVectors { .. } | Self::Dir(_) | Self::Task(_) => {
                ErrorKind::Internal
            }
        }
    }
}
