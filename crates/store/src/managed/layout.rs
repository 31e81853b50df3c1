//! Where the managed PostgreSQL keeps its things in the data directory.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sconce_dirs::private_dir;

use super::account::Account;
use super::error::ManagedError;

/// The longest directory whose socket still fits `sockaddr_un` on every system (macOS: 104 bytes with
/// the closing NUL, and `/.s.PGSQL.5432` takes 14).
const MAX_SOCKET_DIR_BYTES: usize = 89;

/// The paths of one data directory.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) data_dir: PathBuf,
}

impl Layout {
    /// The layout of a directory that need not exist yet.
    pub(super) fn of(data_dir: &Path) -> Self {
        let absolute = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_path_buf());
        Self { data_dir: fs::canonicalize(&absolute).unwrap_or(absolute) }
    }

    /// Makes the data directory, and checks that the account can reach it.
    pub(super) fn create(data_dir: &Path, account: &Account) -> Result<Self, ManagedError> {
        let fail = |source| io_error(data_dir, source);
        if !data_dir.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(fail)?;
            if account.switches() {
                // whatever root's umask is
                fs::set_permissions(data_dir, Permissions::from_mode(0o755)).map_err(fail)?;
            }
        }
        let layout = Self::of(data_dir);
        if account.switches() {
            account.check_reaches(&layout.data_dir)?;
        }
        Ok(layout)
    }

    /// The cluster: PostgreSQL's own data directory.
    pub(super) fn cluster(&self) -> PathBuf {
        self.data_dir.join("cluster")
    }

    /// Downloaded binaries, a directory a version.
    pub(super) fn downloads(&self) -> PathBuf {
        self.data_dir.join("postgres")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.data_dir.join("postgres.log")
    }

    /// Held while the server is downloaded, made, started or stopped.
    pub(super) fn lock(&self) -> PathBuf {
        self.data_dir.join("postgres.lock")
    }

    /// The directory for the socket, 0700: in the data directory, or a short one where that is too
    /// deep.
    pub(super) fn create_socket_dir(&self, account: &Account) -> Result<PathBuf, ManagedError> {
        let inside = self.data_dir.join("run");
        let dir = if fits(&inside) { inside } else { self.short_socket_dir(account) };
        private_dir(&dir, account.owner())?;
        Ok(dir)
    }

    fn short_socket_dir(&self, account: &Account) -> PathBuf {
        let name = sconce_fetch::sha256(self.data_dir.as_os_str().as_encoded_bytes());
        let name = &name[..12];
        // root's runtime directory is closed to the account that the server runs as
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let runtime = runtime.filter(|dir| !account.switches() && dir.is_dir());
        runtime
            .map(|dir| dir.join(format!("sconce-{name}")))
            .filter(|dir| fits(dir))
            .unwrap_or_else(|| PathBuf::from(format!("/tmp/sconce-{}-{name}", account.uid())))
    }
}

fn fits(dir: &Path) -> bool {
    dir.as_os_str().len() <= MAX_SOCKET_DIR_BYTES
}

/// An error of the file system with its path; a full disk under its own name.
pub(super) fn io_error(path: &Path, source: std::io::Error) -> ManagedError {
    if source.kind() == std::io::ErrorKind::StorageFull {
        return ManagedError::DiskFull { step: "writing".into(), path: path.to_path_buf() };
    }
    ManagedError::Io { path: path.to_path_buf(), source }
}
