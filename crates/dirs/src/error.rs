//! What can go wrong with a directory or a lock.

use std::path::{Path, PathBuf};

/// An error of this crate. The message says what was wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirError {
    /// The directory or file belongs to another user, or is a link.
    #[error("{} belongs to another user, or is a link", path.display())]
    Foreign {
        /// The directory or file.
        path: PathBuf,
    },
    /// Another process did not release a lock in time.
    #[error("{} is still locked after {secs} s by {}", path.display(), held_by(holder.as_ref()))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Seconds waited.
        secs: u64,
        /// Who holds it, where that is known.
        holder: Option<Holder>,
    },
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl DirError {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_path_buf(), source }
    }

    /// What to do next, where there is something to do.
    pub fn remedy(&self) -> Option<DirRemedy> {
        match self {
            Self::Foreign { .. } => Some(DirRemedy::OwnDirectory),
            Self::Locked { holder: Some(holder), .. } => {
                Some(DirRemedy::AwaitProcess { pid: holder.pid })
            }
            Self::Locked { path, .. } => Some(DirRemedy::FindHolder { path: path.clone() }),
            Self::Io { .. } => None,
        }
    }
}

/// What to do about a [`DirError`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DirRemedy {
    /// Be the directory's owner, or take a directory of one's own.
    OwnDirectory,
    /// Wait for a process to end, or end it.
    AwaitProcess {
        /// Its process id.
        pid: u32,
    },
    /// Find the process that holds a lock, and end it.
    FindHolder {
        /// The lock file.
        path: PathBuf,
    },
}

impl From<DirError> for std::io::Error {
    fn from(error: DirError) -> Self {
        match error {
            DirError::Io { source, .. } => source,
            error => Self::other(error),
        }
    }
}

fn held_by(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "another process".to_owned(), |holder| format!("process {}", holder.pid))
}

/// The process that holds a lock, as it wrote into the lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
}
