//! A lock that one process at a time holds, and that ends with its process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::{DirError, Holder};
use crate::private::open_private;

const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A held lock; released on drop, and by the system where the process dies. The file stays, 0600: a
/// lock that another user could take would keep its owner out for ever.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock; `None` where another process holds it.
    pub fn try_acquire(path: &Path) -> Result<Option<Self>, DirError> {
        let mut file = open(path).map_err(|source| DirError::io(path, source))?;
        match file.try_lock() {
            Ok(()) => {
                // who holds it is told for the sake of the message alone
                let _ = record(&mut file);
                Ok(Some(Self { _file: file }))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(DirError::io(path, source)),
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
}

fn open(path: &Path) -> io::Result<File> {
    open_private(OpenOptions::new().create(true).truncate(false).read(true).write(true), path)
}

fn record(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

/// Who wrote itself into the lock file.
fn holder(path: &Path) -> Option<Holder> {
    let mut text = String::new();
    File::open(path).ok()?.take(32).read_to_string(&mut text).ok()?;
    Some(Holder { pid: text.trim().parse().ok()? })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

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
        assert!(error.hint().is_some());
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
