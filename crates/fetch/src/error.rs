//! What can go wrong with a download, and what the user can do about it.

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

    /// What the user can do about it, as one sentence without a full stop.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreachable { .. } => "check the network and the proxy (HTTPS_PROXY)".into(),
            Self::Untrusted { .. } => {
                "name your company's certificate authority in SSL_CERT_FILE or PIP_CERT".into()
            }
            Self::Status { status: 401 | 403 | 407, .. } => {
                "give the index's credentials in its address (PIP_INDEX_URL) or in ~/.netrc".into()
            }
            Self::NotFound { .. } | Self::Status { .. } => {
                "check the package index that pip is configured with (PIP_INDEX_URL, pip.conf)"
                    .into()
            }
            Self::Broken { .. } => "run the same command again: the download is resumed".into(),
            Self::TooLarge { .. } | Self::WrongHash { .. } | Self::Archive { .. } => {
                "the server delivers something else than was published: check the package index \
                 (PIP_INDEX_URL, pip.conf) or the mirror (HF_ENDPOINT)"
                    .into()
            }
            Self::Setting { .. } => "correct it, or remove it".into(),
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                "free some disk space and run it again".into()
            }
            Self::Io { .. } => return None,
        })
    }
}
