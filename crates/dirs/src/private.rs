//! Directories and logs that only one user enters.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Result as IoResult};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::OFlags;

use crate::error::DirError;

/// Whose a directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The user of this process.
    Own,
    /// Another one, to whom root gives it.
    Other {
        /// The user's number.
        uid: u32,
        /// The number of the user's group.
        gid: u32,
    },
}

impl Owner {
    /// The user's number.
    pub fn uid(self) -> u32 {
        match self {
            Self::Own => rustix::process::geteuid().as_raw(),
            Self::Other { uid, .. } => uid,
        }
    }

    /// Makes it the owner of a file or directory; of a link itself, not of what it leads to.
    pub fn give(self, path: &Path) -> Result<(), DirError> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => std::os::unix::fs::lchown(path, Some(uid), Some(gid))
                .map_err(|source| DirError::io(path, source)),
        }
    }
}

/// Makes a directory that only its owner enters (0700). One that another user made, or a link, is
/// refused: whoever owns it could put files or a socket of theirs there.
pub fn private_dir(dir: &Path, owner: Owner) -> Result<(), DirError> {
    let fail = |source| DirError::io(dir, source);
    match DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => owner.give(dir)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(fail(error)),
    }
    let meta = fs::symlink_metadata(dir).map_err(fail)?;
    if !meta.is_dir() || meta.uid() != owner.uid() {
        return Err(DirError::Foreign { path: dir.to_path_buf() });
    }
    if meta.mode() & 0o777 != 0o700 {
        fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(fail)?;
    }
    Ok(())
}

/// Opens a log for appending that only its owner reads (0600), and makes it if need be. A link is
/// refused.
pub fn open_private_log(path: &Path, owner: Owner) -> Result<File, DirError> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    let file = open_private(&mut options, path).map_err(|source| DirError::io(path, source))?;
    owner.give(path)?;
    Ok(file)
}

/// Opens or makes a file of mode 0600, also where an earlier version made it readable for others.
pub(crate) fn open_private(options: &mut OpenOptions, path: &Path) -> IoResult<File> {
    let file = options.mode(0o600).custom_flags(OFlags::NOFOLLOW.bits() as i32).open(path)?;
    if file.metadata()?.mode() & 0o777 != 0o600 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_private_directory_is_closed_also_where_it_was_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("private");
        private_dir(&path, Owner::Own).unwrap();
        assert_eq!(mode(&path), 0o700);
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        private_dir(&path, Owner::Own).unwrap();
        assert_eq!(mode(&path), 0o700);
    }

    #[test]
    fn a_link_is_no_private_directory_and_no_log() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert!(matches!(private_dir(&link, Owner::Own), Err(DirError::Foreign { .. })));
        let (file, log) = (dir.path().join("file"), dir.path().join("log"));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, &log).unwrap();
        assert!(open_private_log(&log, Owner::Own).is_err());
    }

    #[test]
    fn a_log_that_others_could_read_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        fs::write(&path, "before\n").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        open_private_log(&path, Owner::Own).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\n");
    }

    #[test]
    fn a_directory_of_another_user_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("theirs");
        fs::create_dir(&path).unwrap();
        let other = Owner::Other { uid: Owner::Own.uid() + 1, gid: 0 };
        assert!(matches!(private_dir(&path, other), Err(DirError::Foreign { .. })));
    }
}
