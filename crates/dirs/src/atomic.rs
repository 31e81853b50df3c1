//! Files that are there whole or not at all, and the removal of what was left over.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::error::DirError;
use crate::private::Owner;

/// Writes a file beside its place and renames it into that, so that a reader finds the old content
/// or the new one. A link at its place is replaced and never written through.
pub fn write(path: &Path, bytes: &[u8], mode: u32, owner: Owner) -> Result<(), DirError> {
    write_with(path, mode, owner, |file| file.write_all(bytes))
}

/// The same of what `content` writes.
pub fn write_with(
    path: &Path,
    mode: u32,
    owner: Owner,
    content: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), DirError> {
    let partial = beside(path);
    let written = write_new(&partial, mode, content)
        .map_err(|source| DirError::io(&partial, source))
        .and_then(|()| owner.give(&partial))
        .and_then(|()| fs::rename(&partial, path).map_err(|source| DirError::io(path, source)));
    if written.is_err() {
        // the error says more than a failure to clean up would
        let _ = fs::remove_file(&partial);
    }
    written
}

fn write_new(
    path: &Path,
    mode: u32,
    content: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    // whatever the umask is
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    content(&mut file)?;
    file.sync_all()
}

fn beside(path: &Path) -> PathBuf {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}-{count}.partial", std::process::id()));
    path.with_file_name(name)
}

/// Removes a directory with all that is in it; one that is not there is as good.
pub fn remove_dir(path: &Path) -> Result<(), DirError> {
    gone(path, fs::remove_dir_all(path))
}

/// Removes a file; one that is not there is as good.
pub fn remove_file(path: &Path) -> Result<(), DirError> {
    gone(path, fs::remove_file(path))
}

fn gone(path: &Path, result: io::Result<()>) -> Result<(), DirError> {
    match result {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(DirError::io(path, source)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        write(&path, b"one", 0o600, Owner::Own).unwrap();
        write(&path, b"two", 0o644, Owner::Own).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o644);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_at_its_place_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (victim, path) = (dir.path().join("victim"), dir.path().join("file"));
        fs::write(&victim, "untouched").unwrap();
        std::os::unix::fs::symlink(&victim, &path).unwrap();
        write(&path, b"new", 0o600, Owner::Own).unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"untouched");
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
    }

    #[test]
    fn what_is_not_there_is_as_good_as_removed() {
        let dir = tempfile::tempdir().unwrap();
        remove_file(&dir.path().join("none")).unwrap();
        remove_dir(&dir.path().join("none")).unwrap();
    }
}
