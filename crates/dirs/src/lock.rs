//! A lock that one process at a time holds, and that ends with its process.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{DirError, Holder};
use crate::private::open_private;

const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A held lock; released on drop, and by the system where the process dies. Its file is 0600: a lock
/// that another user could take would keep its owner out for ever.
#[derive(Debug)]
pub struct FileLock {
    file: File,
    /// The file, where it goes with the lock.
    transient: Option<PathBuf>,
}

impl FileLock {
    /// Takes the lock; `None` where another process holds it. The file stays when it is released.
    pub fn try_acquire(path: &Path) -> Result<Option<Self>, DirError> {
        try_lock(path).map_err(|source| DirError::io(path, source))
    }

    /// The same of a lock whose file is removed when it is released.
    pub fn try_acquire_transient(path: &Path) -> Result<Option<Self>, DirError> {
        let mut lock = Self::try_acquire(path)?;
        if let Some(lock) = &mut lock {
            lock.transient = Some(path.to_path_buf());
        }
        Ok(lock)
    }

    /// Writes into the file who holds the lock, in the place of the process id.
    pub fn sign(&mut self, text: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())
    }

    /// What whoever holds the lock has written; `None` where nobody holds it.
    pub fn signature(path: &Path) -> io::Result<Option<String>> {
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

    /// Takes the lock, and waits for at most `limit`; `waiting` is called once if that is needed,
    /// with the process that holds it.
    pub fn acquire(
        path: &Path,
        limit: Duration,
        waiting: impl FnOnce(Option<Holder>),
    ) -> Result<Self, DirError> {
        if let Some(lock) = Self::try_acquire(path)? {
            return Ok(lock);
        }
        waiting(holder(path));
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            std::thread::sleep(POLL_INTERVAL);
            if let Some(lock) = Self::try_acquire(path)? {
                return Ok(lock);
            }
        }
        let (path_buf, secs) = (path.to_path_buf(), limit.as_secs());
        Err(DirError::Locked { path: path_buf, secs, holder: holder(path) })
    }

    /// [`acquire`](Self::acquire) for a lock whose file is removed when it is released.
    pub fn acquire_transient(
        path: &Path,
        limit: Duration,
        waiting: impl FnOnce(Option<Holder>),
    ) -> Result<Self, DirError> {
        let mut lock = Self::acquire(path, limit, waiting)?;
        lock.transient = Some(path.to_path_buf());
        Ok(lock)
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Before the lock is released: afterwards it may be another's.
        if let Some(path) = &self.transient {
            let _ = fs::remove_file(path);
        }
    }
}

fn try_lock(path: &Path) -> io::Result<Option<FileLock>> {
    loop {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        let file = open_private(&mut options, path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // The lock of a file that its last holder has just removed keeps nobody out.
        let mine = file.metadata()?;
        let there = fs::metadata(path).map(|there| (there.dev(), there.ino()));
        if there.is_ok_and(|there| there == (mine.dev(), mine.ino())) {
            let mut lock = FileLock { file, transient: None };
            // Who holds it is told for the sake of the message alone.
            let _ = lock.sign(&format!("{}\n", std::process::id()));
            return Ok(Some(lock));
        }
    }
}

/// Who wrote itself into the lock file.
fn holder(path: &Path) -> Option<Holder> {
    let mut text = String::new();
    File::open(path).ok()?.take(32).read_to_string(&mut text).ok()?;
    Some(Holder { pid: text.trim().parse().ok()? })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn one_holds_it_and_the_next_one_after_that() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = FileLock::try_acquire(&path).unwrap().expect("nobody else wants it");
        assert!(FileLock::try_acquire(&path).unwrap().is_none());
        drop(first);
        assert!(FileLock::try_acquire(&path).unwrap().is_some());
    }

    #[test]
    fn the_file_of_a_transient_lock_goes_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        // What a killed process left is nobody's.
        fs::write(&path, "").unwrap();
        let mut first = FileLock::try_acquire_transient(&path).unwrap().expect("nobody holds it");
        assert!(FileLock::try_acquire_transient(&path).unwrap().is_none());
        first.sign("local 7").unwrap();
        assert_eq!(FileLock::signature(&path).unwrap().as_deref(), Some("local 7"));
        drop(first);
        assert_eq!(FileLock::signature(&path).unwrap(), None);
        assert!(!path.exists());
        assert!(FileLock::try_acquire_transient(&path).unwrap().is_some());
    }

    #[test]
    fn the_wait_has_an_end_that_names_the_holder() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let _held = FileLock::try_acquire(&path).unwrap().unwrap();
        let mut told = Vec::new();
        let error =
            FileLock::acquire(&path, Duration::ZERO, |holder| told.push(holder)).unwrap_err();
        let own = Some(Holder { pid: std::process::id() });
        assert_eq!(told, [own]);
        assert!(matches!(&error, DirError::Locked { holder, .. } if *holder == own), "{error}");
        assert!(error.to_string().contains(&format!("process {}", std::process::id())));
        assert!(error.remedy().is_some());
    }

    #[test]
    fn nobody_else_may_open_a_lock_also_where_an_earlier_version_allowed_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let _held = FileLock::try_acquire(&path).unwrap().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }
}
