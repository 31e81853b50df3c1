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

    /// What to do next, as one sentence without a full stop.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Foreign { .. } => Some(
                "run sconce as that user, or set SCONCE_DATA_DIR to a directory of yours".into(),
            ),
            Self::Locked { holder: Some(holder), .. } => {
                Some(format!("wait for process {} to end, or end it", holder.pid))
            }
            Self::Locked { path, .. } => {
                Some(format!("find the process with `fuser {}`, and end it", path.display()))
            }
            Self::Io { .. } => None,
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
