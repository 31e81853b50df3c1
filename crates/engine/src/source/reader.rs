//! The one reader of a project's files: no links, no devices, no FIFOs, never more than is asked for.
//!
//! What a repository holds is whatever its author put there, and may change while it is read. So a
//! file is opened beneath an open directory, component by component or by `openat2`, and what was
//! opened is looked at before a byte is read.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path};

use rustix::fs::{self, Mode, OFlags};

/// The most bytes that a settings file or one of git's may have.
pub const MAX_SMALL_BYTES: u64 = 64 << 10;

/// How a file is opened: a FIFO does not block, and no child inherits it.
const OPEN: OFlags =
    OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);
const OPEN_DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Which file it is, whatever its path: device, inode.
pub(crate) type Identity = (u64, u64);

/// The identity of a file of which the system told this.
pub(crate) fn identity(metadata: &Metadata) -> Identity {
    (metadata.dev(), metadata.ino())
}

/// An open directory, beneath which files are read.
#[derive(Debug)]
pub(crate) struct Beneath {
    directory: OwnedFd,
}

impl Beneath {
    /// Opens a directory whose path is trusted, links in it too.
    pub(crate) fn open(directory: &Path) -> io::Result<Self> {
        Ok(Self { directory: fs::open(directory, OPEN_DIRECTORY, Mode::empty())? })
    }

    /// Opens the regular file at a path below the directory.
    pub(crate) fn file(&self, below: &Path) -> io::Result<(File, Metadata)> {
        let file = File::from(self.opened(below)?);
        let metadata = file.metadata()?;
        if metadata.is_file() { Ok((file, metadata)) } else { Err(not_regular()) }
    }

    /// The bytes of the regular file at a path below the directory; an error where it has more than
    /// the limit.
    pub(crate) fn read(&self, below: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let bytes = self.read_to(below, limit + 1)?;
        if bytes.len() as u64 > limit {
            return Err(io::Error::other(format!("it has more than {} KiB", limit >> 10)));
        }
        Ok(bytes)
    }

    /// The first bytes of the regular file at a path below the directory.
    pub(crate) fn read_to(&self, below: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let (file, metadata) = self.file(below)?;
        let mut bytes = Vec::with_capacity(metadata.len().min(limit) as usize);
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[cfg(target_os = "linux")]
    fn opened(&self, below: &Path) -> io::Result<OwnedFd> {
        use fs::ResolveFlags;
        use rustix::io::Errno;

        /// A rename elsewhere makes the kernel give up, which says nothing of this file.
        const TRIES: usize = 8;
        let beneath = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        for _ in 0..TRIES {
            match fs::openat2(&self.directory, below, OPEN, Mode::empty(), beneath) {
                Ok(file) => return Ok(file),
                Err(Errno::AGAIN | Errno::INTR) => {}
                // A kernel before 5.6, or a container that does not let it through.
                Err(Errno::NOSYS | Errno::PERM | Errno::INVAL | Errno::TOOBIG) => break,
                Err(error) => return Err(told(error)),
            }
        }
        self.step_by_step(below)
    }

    #[cfg(not(target_os = "linux"))]
    fn opened(&self, below: &Path) -> io::Result<OwnedFd> {
        self.step_by_step(below)
    }

    /// Opens each directory on the way without following a link.
    fn step_by_step(&self, below: &Path) -> io::Result<OwnedFd> {
        let mut names = Vec::new();
        for component in below.components() {
            match component {
                Component::Normal(name) => names.push(name),
                Component::CurDir => {}
                _ => return Err(io::Error::from(io::ErrorKind::InvalidInput)),
            }
        }
        let last = names.pop().ok_or(io::ErrorKind::InvalidInput)?;
        let mut directory = None::<OwnedFd>;
        for name in names {
            let at = directory.as_ref().map_or(self.directory.as_fd(), AsFd::as_fd);
            let flags = OPEN_DIRECTORY | OFlags::NOFOLLOW;
            directory = Some(fs::openat(at, name, flags, Mode::empty()).map_err(told)?);
        }
        let at = directory.as_ref().map_or(self.directory.as_fd(), AsFd::as_fd);
        fs::openat(at, last, OPEN, Mode::empty()).map_err(told)
    }
}

/// What the system said, in words where it speaks of links.
fn told(error: rustix::io::Errno) -> io::Error {
    match error {
        rustix::io::Errno::LOOP | rustix::io::Errno::NXIO => not_regular(),
        error => error.into(),
    }
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file, and links are not followed")
}

/// The text of the small regular file `below` the directory; none where there is none. Links are
/// not followed, devices and FIFOs not opened for reading. It blocks.
pub fn read_small(directory: &Path, below: &Path) -> io::Result<Option<String>> {
    read_text(directory, below, MAX_SMALL_BYTES)
}

/// The same of a file of so many bytes at most.
pub fn read_text(directory: &Path, below: &Path, limit: u64) -> io::Result<Option<String>> {
    let read = Beneath::open(directory).and_then(|root| root.read(below, limit));
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = String::from_utf8(bytes);
    text.map(Some).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

/// Whether nothing is there.
pub(crate) fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn both(root: &Beneath, below: &str) -> [io::Result<OwnedFd>; 2] {
        [root.opened(Path::new(below)), root.step_by_step(Path::new(below))]
    }

    #[test]
    fn nothing_but_a_regular_file_beneath_is_opened() {
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "secret").unwrap();
        std::fs::create_dir(dir.path().join("a")).unwrap();
        std::fs::write(dir.path().join("a/b"), "text").unwrap();
        symlink(outside.path(), dir.path().join("out")).unwrap();
        symlink(outside.path().join("secret"), dir.path().join("link")).unwrap();
        symlink("a/b", dir.path().join("inner")).unwrap();
        let root = Beneath::open(dir.path()).unwrap();
        assert!(both(&root, "a/b").into_iter().all(|opened| opened.is_ok()));
        for path in ["out/secret", "link", "inner", "../x", "a/../a/../../x", "/etc/passwd", ""] {
            assert!(both(&root, path).into_iter().all(|opened| opened.is_err()), "{path}");
        }
        assert_eq!(root.read(Path::new("a/b"), 4).unwrap(), b"text");
        assert!(root.read(Path::new("a/b"), 3).is_err());
        assert!(root.read(Path::new("a"), 3).is_err(), "a directory");
    }

    /// Opening one to read would wait for a writer that never comes.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_fifo_does_not_hang() {
        let dir = tempfile::tempdir().unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            dir.path().join("fifo"),
            rustix::fs::FileType::Fifo,
            Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        assert!(read_small(dir.path(), Path::new("fifo")).is_err());
        assert_eq!(read_small(dir.path(), Path::new("none")).unwrap(), None);
    }
}
