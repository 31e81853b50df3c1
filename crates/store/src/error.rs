//! What can go wrong between Sconce and PostgreSQL.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::index::IndexId;

/// The longest wait for a connection of the pool, in seconds.
pub(crate) const ACQUIRE_SECS: u64 = 10;

/// The result of every call of this crate.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// An error of the store. The message says what was wrong; [`StoreError::remedy`] what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database can't be reached, or went away and did not come back in time.
    #[error("the database is not reachable: {reason}")]
    Unavailable {
        /// What the last attempt met.
        reason: String,
        /// Whether it is the PostgreSQL that Sconce manages itself.
        managed: bool,
    },
    /// Every connection of the pool was in use for too long.
    #[error("no database connection became free within {waited_secs} s")]
    Exhausted {
        /// Seconds waited.
        waited_secs: u64,
    },
    /// `DATABASE_URL` is not a PostgreSQL address.
    #[error("the database address is not valid: {reason}")]
    BadUrl {
        /// What the parser said; never the address, which may hold a password.
        reason: String,
    },
    /// The server refused the user or the password.
    #[error("the database refused the login: {reason}")]
    LoginRefused {
        /// The server's words.
        reason: String,
    },
    /// The server has no pgvector, or the role may not enable it.
    #[error("{reason}")]
    NoVector {
        /// What is missing.
        reason: String,
        /// Major version of the server, for the remedy.
        server_major: u32,
    },
    /// pgvector is too old to know `halfvec`.
    #[error("pgvector {found} is too old: version {needed} or newer is needed")]
    VectorTooOld {
        /// The version found.
        found: String,
        /// The version needed.
        needed: &'static str,
        /// Major version of the server, for the remedy.
        server_major: u32,
    },
    /// The server is older than the oldest version supported.
    #[error("PostgreSQL {found} is too old: version {needed} or newer is needed")]
    ServerTooOld {
        /// Major version found.
        found: u32,
        /// Major version needed.
        needed: u32,
    },
    /// The database was migrated by a newer `sconce`.
    #[error("the database schema is at version {found}, and this sconce knows only up to {known}")]
    SchemaTooNew {
        /// Version of the newest migration applied.
        found: i64,
        /// Newest version this binary knows.
        known: i64,
    },
    /// A migration failed.
    #[error("migrating the database failed: {reason}")]
    Migration {
        /// The server's words.
        reason: String,
    },
    /// An index of this name exists already.
    #[error("an index named `{name}` exists already")]
    IndexExists {
        /// The name asked for.
        name: String,
    },
    /// The index is not there (any more).
    #[error("there is no index {id}")]
    NoSuchIndex {
        /// The id asked for.
        id: i64,
    },
    /// A vector's dimension is not the index's.
    #[error("a vector of {found} dimensions was given, and the index has {expected}")]
    Dimension {
        /// Dimensions of the index.
        expected: usize,
        /// Dimensions given.
        found: usize,
    },
    /// The index lock is held by another writer, or was lost to it.
    #[error("another process is writing this index")]
    LockLost,
    /// A disk is full: the database's or the data directory's.
    #[error("no space is left on the disk: {reason}")]
    DiskFull {
        /// What could not be written.
        reason: String,
    },
    /// A statement ran longer than it may.
    #[error("the database took too long to answer")]
    TimedOut,
    /// The server answered with an error that has no name of its own here.
    #[error("the database answered with an error: {0}")]
    Database(sqlx::Error),
    /// The managed PostgreSQL could not be downloaded, made, started or stopped.
    #[error(transparent)]
    Managed(#[from] crate::managed::ManagedError),
    /// A directory or file of ours could not be used.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let unavailable = |reason: String| Self::Unavailable { reason, managed: false };
        match error {
            sqlx::Error::Database(database) => Self::from_server(database),
            sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                Self::DiskFull { reason: error.to_string() }
            }
            sqlx::Error::Io(error) => unavailable(error.to_string()),
            sqlx::Error::Tls(error) => unavailable(error.to_string()),
            // a connection that broke in the middle of a message
            sqlx::Error::Protocol(reason) => unavailable(reason),
            sqlx::Error::WorkerCrashed | sqlx::Error::PoolClosed => unavailable(error.to_string()),
            sqlx::Error::PoolTimedOut => Self::Exhausted { waited_secs: ACQUIRE_SECS },
            sqlx::Error::Configuration(error) => Self::BadUrl { reason: error.to_string() },
            error => Self::Database(error),
        }
    }
}

impl StoreError {
    /// Names an error of the server by its SQLSTATE.
    fn from_server(error: Box<dyn sqlx::error::DatabaseError>) -> Self {
        let reason = error.message().to_string();
        match error.code().as_deref() {
            // shutting down, crashed, starting up, terminated; connection exceptions
            Some("57P01" | "57P02" | "57P03" | "08000" | "08003" | "08006") => {
                Self::Unavailable { reason, managed: false }
            }
            Some("53300") => Self::Exhausted { waited_secs: ACQUIRE_SECS },
            Some("53100") => Self::DiskFull { reason },
            Some("57014") => Self::TimedOut,
            Some("28000" | "28P01" | "3D000") => Self::LoginRefused { reason },
            _ => Self::Database(sqlx::Error::Database(error)),
        }
    }

    /// The same error of a statement on one index: its tables are gone when the index is.
    pub(crate) fn on_index(error: sqlx::Error, id: IndexId) -> Self {
        let gone = sqlstate(&error).is_some_and(|code| code == "42P01");
        if gone { Self::NoSuchIndex { id: id.0 } } else { error.into() }
    }

    /// Whether the same work may succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Exhausted { .. } => true,
            // Two transactions that waited for each other: one of them was undone for the other.
            Self::Database(error) => matches!(sqlstate(error).as_deref(), Some("40001" | "40P01")),
            _ => false,
        }
    }
}

/// PostgreSQL's five-letter code of an error.
pub(crate) fn sqlstate(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}
