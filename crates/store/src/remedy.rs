//! What to do about an error of the database, as data: each face of the program words it.

use sconce_fetch::FetchRemedy;

use crate::error::StoreError;
use crate::managed::ManagedError;

/// What to do about a [`StoreError`] or a [`ManagedError`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseRemedy {
    /// Look at the log of the PostgreSQL that Sconce manages.
    ReadServerLog,
    /// Check that the server of `DATABASE_URL` runs, or leave it for the managed one.
    CheckServer,
    /// Wait for a free connection, or allow more.
    AwaitConnection,
    /// Write `DATABASE_URL` as an address.
    CorrectUrl,
    /// Correct the user, the password or the database's name.
    CheckLogin,
    /// Install pgvector beside the server.
    InstallVector {
        /// Major version of the server.
        server_major: u32,
    },
    /// Use a newer server, or the managed one.
    UpgradeServer,
    /// Update Sconce, or give this one another database.
    UpdateSconce,
    /// Search with the model that the index was made with, or make it again.
    ChangeModel,
    /// Choose another name for an index.
    ChooseName,
    /// Wait for the other writer of an index.
    AwaitWriter,
    /// Free space on the disk, and go on.
    FreeSpace,
    /// Ask for less at once.
    NarrowSearch,
    /// Install PostgreSQL, or correct what its download needs.
    InstallPostgres {
        /// What would let the download succeed.
        fetch: Option<FetchRemedy>,
    },
    /// Allow the download of PostgreSQL once, or install it.
    AllowDownload,
    /// End the process that holds the managed PostgreSQL's lock, if it hangs.
    EndHolder,
    /// Install the major version that made the cluster, or take another data directory.
    InstallMajor {
        /// That version.
        found: u32,
    },
    /// Move what is there away, or take another data directory.
    ClearDirectory,
    /// Take a data directory that the server's user can enter, or be an ordinary user.
    OpenDirectory,
    /// Be an ordinary user, or make one that the server can run as.
    UseOrdinaryUser,
    /// Give the user a name, be another one, or use a server of one's own.
    NameUser,
    /// Be the directory's owner, or take another data directory.
    OwnDirectory,
    /// Look into the log of the managed PostgreSQL.
    ReadLog,
}

impl StoreError {
    /// What to do next, where there is something to do.
    pub fn remedy(&self) -> Option<DatabaseRemedy> {
        Some(match self {
            Self::Unavailable { managed: true, .. } => DatabaseRemedy::ReadServerLog,
            Self::Unavailable { managed: false, .. } => DatabaseRemedy::CheckServer,
            Self::Exhausted { .. } => DatabaseRemedy::AwaitConnection,
            Self::BadUrl { .. } => DatabaseRemedy::CorrectUrl,
            Self::LoginRefused { .. } => DatabaseRemedy::CheckLogin,
            Self::NoVector { server_major, .. } | Self::VectorTooOld { server_major, .. } => {
                DatabaseRemedy::InstallVector { server_major: *server_major }
            }
            Self::ServerTooOld { .. } => DatabaseRemedy::UpgradeServer,
            Self::SchemaTooNew { .. } => DatabaseRemedy::UpdateSconce,
            Self::Dimension { .. } => DatabaseRemedy::ChangeModel,
            Self::IndexExists { .. } => DatabaseRemedy::ChooseName,
            Self::LockLost => DatabaseRemedy::AwaitWriter,
            Self::DiskFull { .. } => DatabaseRemedy::FreeSpace,
            Self::TimedOut => DatabaseRemedy::NarrowSearch,
            Self::Managed(error) => return error.remedy(),
            Self::NoSuchIndex { .. }
            | Self::Migration { .. }
            | Self::Database(_)
            | Self::Io { .. } => return None,
        })
    }
}

impl ManagedError {
    /// What to do next, where there is something to do.
    pub fn remedy(&self) -> Option<DatabaseRemedy> {
        Some(match self {
            Self::NoBinaries { remedy, .. } => DatabaseRemedy::InstallPostgres { fetch: *remedy },
            Self::Offline { .. } => DatabaseRemedy::AllowDownload,
            Self::Locked(_) => DatabaseRemedy::EndHolder,
            Self::OtherMajor { found, .. } => DatabaseRemedy::InstallMajor { found: *found },
            Self::NotACluster { .. } => DatabaseRemedy::ClearDirectory,
            Self::Unreachable { .. } => DatabaseRemedy::OpenDirectory,
            Self::NoOtherUser => DatabaseRemedy::UseOrdinaryUser,
            Self::NamelessUser { .. } => DatabaseRemedy::NameUser,
            Self::Foreign { .. } => DatabaseRemedy::OwnDirectory,
            Self::DiskFull { .. } => DatabaseRemedy::FreeSpace,
            Self::Failed { .. } | Self::TooSlow { .. } => DatabaseRemedy::ReadLog,
            Self::Io { .. } => return None,
        })
    }
}
