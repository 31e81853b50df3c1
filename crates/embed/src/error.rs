//! What can go wrong between a model's name and a vector.

use std::path::{Path, PathBuf};

/// Every failure of this crate. The message says what was wrong; `EmbedError::remedy` what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// The name is no builtin model's id or alias.
    #[error("unknown model \"{id}\"")]
    UnknownModel {
        /// The name that was asked for.
        id: String,
        /// The ids that would have worked.
        known: Vec<String>,
    },
    /// A setting's value is none of the accepted ones.
    #[error("unknown {setting} \"{value}\"")]
    UnknownChoice {
        /// The setting's name, such as `backend`.
        setting: &'static str,
        /// The value given.
        value: String,
        /// The values that would have worked, separated by commas.
        known: &'static str,
    },
    /// No source on this machine has the model, and downloading it was not allowed or not possible.
    #[error("model {id} is not on this machine")]
    NotFound {
        /// The model's id.
        id: String,
        /// The directories that were searched.
        searched: Vec<PathBuf>,
    },
    /// Every remote source of the model failed.
    #[error("could not download model {id}: {}", reasons.join("; "))]
    Unavailable {
        /// The model's id.
        id: String,
        /// One line for each source that was tried.
        reasons: Vec<String>,
    },
    /// A remote source failed.
    #[error("download of {what} failed: {why}")]
    Download {
        /// The file or package.
        what: String,
        /// What the other side, or the network, said.
        why: String,
    },
    /// A remote source does not answer.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The source's address.
        host: String,
        /// The network's error.
        why: String,
    },
    /// A remote source delivers something that is refused, or its certificate is not trusted.
    #[error(transparent)]
    Fetch(sconce_fetch::FetchError),
    /// A directory or lock could not be used.
    #[error(transparent)]
    Dir(sconce_dirs::DirError),
    /// A file's content is not what its manifest or lock says.
    #[error("{} does not match its checksum: expected sha256 {expected}, found {found}", path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
        /// The sha256 expected, in hex.
        expected: String,
        /// The sha256 found, in hex.
        found: String,
    },
    /// A model file cannot be used: cut short, of another architecture or shape, with NaN, …
    #[error("{} cannot be used: {why}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The device asked for is not there, or not compiled in.
    #[error("device {device} cannot be used: {why}")]
    Device {
        /// The device's name.
        device: &'static str,
        /// Why not.
        why: String,
        /// What would make it usable.
        remedy: &'static str,
    },
    /// The filesystem failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The tokenizer refused a text. It should not happen.
    #[error("tokenizer failed: {0}")]
    Tokenize(String),
    /// A computation failed.
    #[error("model failed: {0}")]
    Failed(String),
    /// The model's thread panicked or has ended.
    #[error("the model stopped: {0}")]
    Stopped(String),
    /// No Ollama server answers.
    #[error("ollama at {host} cannot be reached: {why}")]
    OllamaUnreachable {
        /// The server's base address.
        host: String,
        /// The network's error.
        why: String,
    },
    /// The Ollama server has not got the model.
    #[error("ollama has no model {model}")]
    OllamaModelMissing {
        /// The model's name at Ollama.
        model: String,
    },
    /// The Ollama server answered something that is no list of embeddings.
    #[error("ollama answered {status}: {message}")]
    OllamaAnswer {
        /// The HTTP status.
        status: u16,
        /// The server's own message.
        message: String,
    },
    /// The model behind the backend has another dimension than its manifest.
    #[error("model {model} gave vectors of {found} dimensions, expected {expected}")]
    Dimension {
        /// The model's name.
        model: String,
        /// The manifest's dimension.
        expected: usize,
        /// The dimension that came.
        found: usize,
    },
}

impl EmbedError {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_path_buf(), source }
    }

    pub(crate) fn corrupt(path: &Path, why: impl std::fmt::Display) -> Self {
        Self::Corrupt { path: path.to_path_buf(), why: why.to_string() }
    }

    pub(crate) fn download(what: impl std::fmt::Display, why: impl std::fmt::Display) -> Self {
        Self::Download { what: what.to_string(), why: why.to_string() }
    }

    /// The error for one of several callers that it concerns.
    pub(crate) fn to_caller(&self) -> Self {
        match self {
            Self::Stopped(why) => Self::Stopped(why.clone()),
            Self::Failed(why) => Self::Failed(why.clone()),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<sconce_fetch::FetchError> for EmbedError {
    fn from(error: sconce_fetch::FetchError) -> Self {
        use sconce_fetch::FetchError;
        match error {
            FetchError::Io { path, source } => Self::Io { path, source },
            FetchError::Unreachable { host, why, .. } => Self::Unreachable { host, why },
            error => Self::Fetch(error),
        }
    }
}

impl From<sconce_dirs::DirError> for EmbedError {
    fn from(error: sconce_dirs::DirError) -> Self {
        match error {
            sconce_dirs::DirError::Io { path, source } => Self::Io { path, source },
            error => Self::Dir(error),
        }
    }
}

impl From<candle_core::Error> for EmbedError {
    fn from(error: candle_core::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The crate's result.
pub(crate) type Result<T, E = EmbedError> = std::result::Result<T, E>;
