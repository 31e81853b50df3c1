//! What can go wrong with a download, and what to do about it.

use std::path::{Path, PathBuf};

/// Every failure of this crate. No message holds credentials.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The other side does not answer.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The server's address.
        host: String,
        /// The network's error.
        why: String,
        /// Whether the same may work a moment later.
        transient: bool,
    },
    /// The other side's certificate is not trusted.
    #[error("{host} is not trusted: {why}")]
    Untrusted {
        /// The server's address.
        host: String,
        /// What is wrong with its certificate.
        why: String,
    },
    /// The other side answered with an error.
    #[error("{url} answered {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The connection ended, or the other side sent something else than was asked for.
    #[error("{what} broke off: {why}")]
    Broken {
        /// What was downloaded.
        what: String,
        /// What happened.
        why: String,
    },
    /// The file is larger than it may be, or than was announced.
    #[error("{what} is larger than the {limit} bytes that it may have")]
    TooLarge {
        /// What was downloaded.
        what: String,
        /// The most bytes allowed.
        limit: u64,
    },
    /// The file is not the one that was published.
    #[error("{what} has sha256 {found}, and {expected} was expected")]
    WrongHash {
        /// What was downloaded.
        what: String,
        /// sha256 expected, in hex.
        expected: String,
        /// sha256 found, in hex.
        found: String,
    },
    /// No package index has the file.
    #[error("no package index has {file}: {}", reasons.join("; "))]
    NotFound {
        /// The file's name.
        file: String,
        /// What each place said.
        reasons: Vec<String>,
    },
    /// An archive cannot be unpacked.
    #[error("{} cannot be unpacked: {why}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A setting of pip's or a proxy's is not usable.
    #[error("{setting} is not usable: {why}")]
    Setting {
        /// The setting's name.
        setting: String,
        /// What is wrong with it.
        why: String,
    },
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl FetchError {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_path_buf(), source }
    }

    pub(crate) fn broken(what: &str, why: impl std::fmt::Display) -> Self {
        Self::Broken { what: what.to_owned(), why: why.to_string() }
    }

    /// Whether the same may work a moment later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { transient, .. } => *transient,
            Self::Status { status, .. } => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
            Self::Broken { .. } => true,
            _ => false,
        }
    }

    /// What to do next, where there is something to do.
    pub fn remedy(&self) -> Option<FetchRemedy> {
        Some(match self {
            Self::Unreachable { .. } => FetchRemedy::CheckNetwork,
            Self::Untrusted { .. } => FetchRemedy::NameAuthority,
            Self::Status { status: 401 | 403 | 407, .. } => FetchRemedy::GiveCredentials,
            Self::NotFound { .. } | Self::Status { .. } => FetchRemedy::CheckPackageIndex,
            Self::Broken { .. } => FetchRemedy::Resume,
            Self::TooLarge { .. } | Self::WrongHash { .. } | Self::Archive { .. } => {
                FetchRemedy::CheckSource
            }
            Self::Setting { .. } => FetchRemedy::CorrectSetting,
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                FetchRemedy::FreeSpace
            }
            Self::Io { .. } => return None,
        })
    }
}

/// What to do about a [`FetchError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchRemedy {
    /// Check the network and the proxy.
    CheckNetwork,
    /// Name the certificate authority that the other side's certificate is of.
    NameAuthority,
    /// Give the package index's credentials.
    GiveCredentials,
    /// Check which package index is asked.
    CheckPackageIndex,
    /// Run it again: the download is resumed.
    Resume,
    /// Check the package index or the mirror: it delivers something else than was published.
    CheckSource,
    /// Correct the setting, or remove it.
    CorrectSetting,
    /// Free space on the disk.
    FreeSpace,
}
