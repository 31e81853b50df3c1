//! A lock that one process at a time holds, and that ends with its process.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A lock file that this process holds the lock of. Removed when it is let go of.
#[derive(Debug)]
pub(super) struct FileLock {
    path: PathBuf,
    file: File,
}

impl FileLock {
    /// Takes the lock; `None` where another process holds it.
    pub(super) fn take(path: &Path) -> io::Result<Option<FileLock>> {
        loop {
            let mut options = OpenOptions::new();
            let file = options.create(true).truncate(false).write(true).mode(0o600).open(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // The lock of a file that its last holder has just removed keeps nobody out.
            let mine = file.metadata()?;
            let there = fs::metadata(path).map(|there| (there.dev(), there.ino()));
            if there.is_ok_and(|there| there == (mine.dev(), mine.ino())) {
                return Ok(Some(FileLock { path: path.to_path_buf(), file }));
            }
        }
    }

    /// Writes into the file who holds it, for those who find that it is held.
    pub(super) fn sign(&mut self, text: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all(text.as_bytes())
    }

    /// What whoever holds the lock has written; `None` where nobody holds it.
    pub(super) fn signature(path: &Path) -> io::Result<Option<String>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => fs::read_to_string(path).map(Some),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Before the lock is let go of: afterwards it may be another's.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_and_the_next_one_after_that() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        let mut first = FileLock::take(&path).unwrap().expect("nobody else wants it");
        assert!(FileLock::take(&path).unwrap().is_none());
        first.sign("local 7").unwrap();
        assert_eq!(FileLock::signature(&path).unwrap().as_deref(), Some("local 7"));
        drop(first);
        assert_eq!(FileLock::signature(&path).unwrap(), None);
        assert!(!path.exists());
        assert!(FileLock::take(&path).unwrap().is_some());
    }

    #[test]
    fn what_a_killed_process_left_is_nobodys() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        fs::write(&path, "").unwrap();
        assert!(FileLock::take(&path).unwrap().is_some());
    }
}
