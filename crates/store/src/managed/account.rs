//! As whom the server runs: PostgreSQL refuses root.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sconce_dirs::{Owner, process};

use super::error::ManagedError;

/// The user that owns the cluster and runs the server.
#[derive(Debug, Clone)]
pub(super) enum Account {
    /// The user of this process.
    Own { uid: u32 },
    /// Another one, since this process is root.
    Other { name: &'static str, uid: u32, gid: u32 },
}

impl Account {
    /// The user of this process, or for root the first of `postgres` and `nobody` that exists.
    pub(super) fn detect() -> Result<Self, ManagedError> {
        let uid = rustix::process::geteuid();
        if !uid.is_root() {
            return Ok(Self::Own { uid: uid.as_raw() });
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| {
                Some(Self::Other { name, uid: number("-u", name)?, gid: number("-g", name)? })
            })
            .ok_or(ManagedError::NoOtherUser)
    }

    /// Whether the system knows the account by a name, which PostgreSQL asks for; a container that is started under
    /// any number at all has none.
    pub(super) fn has_name(&self) -> bool {
        id("-un", &self.uid().to_string()).is_none_or(|output| output.status.success())
    }

    pub(super) fn uid(&self) -> u32 {
        match self {
            Self::Own { uid } | Self::Other { uid, .. } => *uid,
        }
    }

    /// Whether the server runs as another user than this process.
    pub(super) fn switches(&self) -> bool {
        matches!(self, Self::Other { .. })
    }

    /// A command that runs as this account, from a directory it can be in and with a listed
    /// environment: none of the `PG…` variables that would steer it elsewhere, nor a project's.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = process::command(program);
        if let Self::Other { uid, gid, .. } = self {
            // the group first: without root's rights it could not be changed any more
            command.gid(*gid).uid(*uid);
        }
        command
    }

    /// The owner of what the server keeps.
    pub(super) fn owner(&self) -> Owner {
        match self {
            Self::Own { .. } => Owner::Own,
            Self::Other { uid, gid, .. } => Owner::Other { uid: *uid, gid: *gid },
        }
    }

    /// Checks that the account may enter `dir` and every directory above it.
    pub(super) fn check_reaches(&self, dir: &Path) -> Result<(), ManagedError> {
        let Self::Other { name, .. } = self else { return Ok(()) };
        match self.first_closed(dir) {
            Some(blocked) => Err(ManagedError::Unreachable { user: (*name).to_string(), blocked }),
            None => Ok(()),
        }
    }

    /// The outermost directory of `dir`'s path that is closed to the account.
    pub(super) fn first_closed(&self, dir: &Path) -> Option<PathBuf> {
        let Self::Other { uid, gid, .. } = self else { return None };
        let mut directories: Vec<&Path> = dir.ancestors().collect();
        directories.reverse();
        let closed = directories.into_iter().find(|directory| {
            fs::metadata(directory).is_ok_and(|meta| {
                let bit = match () {
                    () if meta.uid() == *uid => 0o100,
                    () if meta.gid() == *gid => 0o010,
                    () => 0o001,
                };
                meta.mode() & bit == 0
            })
        });
        closed.map(Path::to_path_buf)
    }
}

/// What `id` answers of a user; nothing where it cannot be asked.
fn id(flag: &str, user: &str) -> Option<Output> {
    process::command(&process::find("id")?).args([flag, user]).output().ok()
}

fn number(flag: &str, name: &str) -> Option<u32> {
    let output = id(flag, name).filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}
