//! Reading one file: its bytes, whole and unchanging, as text. This is the one way from a file to what
//! the index holds of it.

use std::borrow::Cow;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::encoding::{Decoded, decode};
use super::minified::is_large_and_generated;
use super::notebook::{Cells, cells_of};
use super::reader::{Beneath, Identity, identity, is_missing};
use super::skip::by_text;
use super::walk::{Candidate, Times};
use super::{SkipReason, WalkOptions};

/// How often a file that changes under the reader is read again.
const ATTEMPTS: usize = 3;
/// A file's text at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// The text; of a notebook that of its cells.
    pub(crate) text: String,
    /// The encoding that it was in, where that is not UTF-8 without a fault.
    pub(crate) encoding: Option<Cow<'static, str>>,
    /// The cells, where it is a notebook.
    pub(crate) notebook: Option<Cells>,
    /// blake3 of the bytes as they lie on disk.
    pub(crate) hash: [u8; 32],
    /// Bytes on disk.
    pub(crate) size: u64,
    /// When it changed last.
    pub(crate) times: Times,
}

/// Reads a file that a walk of `root` found.
///
/// A file that grows or changes between the first and the last byte is read again, and skipped
/// when it does not come to rest. No more bytes than the options allow are ever held.
pub(crate) fn read(
    root: &Beneath,
    file: &Candidate,
    options: &WalkOptions,
) -> Result<Content, SkipReason> {
    let allowed = options.secrets.allow(&file.path);
    let max_bytes = options.limit(&file.path);
    // Who sets a limit of their own wants what is below it.
    let reads_generated = options.max_file_bytes.is_some();
    for _ in 0..ATTEMPTS {
        match read_once(root, file.on_disk(), file.identity, max_bytes, allowed) {
            Err(SkipReason::ChangedWhileRead) => {}
            Ok(content) if !reads_generated && is_large_and_generated(&content.text) => {
                return Err(SkipReason::Minified);
            }
            other => return other,
        }
    }
    Err(SkipReason::ChangedWhileRead)
}

fn read_once(
    root: &Beneath,
    path: &Path,
    seen: Identity,
    max_bytes: u64,
    secrets_allowed: bool,
) -> Result<Content, SkipReason> {
    let unreadable = |error: io::Error| {
        // One that went since it was walked is no news: a branch may have been switched.
        if !is_missing(&error) {
            tracing::warn!(path = %path.display(), %error, "a file cannot be read");
        }
        SkipReason::Unreadable
    };
    let (mut file, before) = root.file(path).map_err(unreadable)?;
    // Editors put a new file in an old one's place. One that has another name too may be anybody's.
    if identity(&before) != seen && (before.nlink() > 1 || before.dev() != seen.0) {
        return Err(SkipReason::ChangedWhileRead);
    }
    let mut bytes = Vec::with_capacity(before.len().min(max_bytes) as usize + 1);
    // One byte more than allowed tells a file that outgrew the limit since it was walked.
    (&mut file).take(max_bytes + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let after = file.metadata().map_err(unreadable)?;
    if bytes.len() as u64 > max_bytes {
        return Err(SkipReason::TooLarge);
    }
    let times = Times::of(&after);
    if (before.len(), Times::of(&before)) != (after.len(), times)
        || bytes.len() as u64 != after.len()
    {
        return Err(SkipReason::ChangedWhileRead);
    }
    let hash = *blake3::hash(&bytes).as_bytes();
    let Decoded { text, encoding } = decode(bytes)?;
    let (text, notebook) = cells_of(path, text)?;
    match by_text(path, &text) {
        Some(reason) if !(secrets_allowed && reason == SkipReason::Secret) => Err(reason),
        _ => Ok(Content { text, encoding, notebook, hash, size: after.len(), times }),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Reads one file by its path, as one that a walk has just seen.
    fn read(path: &Path, max_bytes: u64) -> Result<Content, SkipReason> {
        let seen = fs::symlink_metadata(path).map_err(|_| SkipReason::Unreadable)?;
        read_as(path, identity(&seen), max_bytes)
    }

    fn read_as(path: &Path, seen: Identity, max_bytes: u64) -> Result<Content, SkipReason> {
        let root = Beneath::open(path.parent().unwrap()).unwrap();
        let file = Candidate {
            path: path.file_name().unwrap().to_str().unwrap().to_owned(),
            identity: seen,
            ..Candidate::default()
        };
        let options = WalkOptions { max_file_bytes: Some(max_bytes), ..WalkOptions::default() };
        super::read(&root, &file, &options)
    }

    /// Between the walk and the read a file is exchanged for another one.
    #[test]
    fn what_the_walk_did_not_see_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let (path, foreign) = (dir.path().join("a.rs"), outside.path().join("shadow"));
        fs::write(&foreign, "secret").unwrap();
        fs::write(&path, "text").unwrap();
        let seen = identity(&fs::metadata(&path).unwrap());
        for exchange in [
            |from: &Path, to: &Path| std::os::unix::fs::symlink(from, to).unwrap(),
            |from: &Path, to: &Path| fs::hard_link(from, to).unwrap(),
        ] {
            fs::remove_file(&path).unwrap();
            exchange(&foreign, &path);
            assert!(read_as(&path, seen, 100).is_err());
        }
        fs::remove_file(&path).unwrap();
        fs::write(&path, "saved again").unwrap();
        assert_eq!(read_as(&path, (seen.0, 0), 100).unwrap().text, "saved again");
    }

    #[test]
    fn a_file_over_the_limit_is_not_held() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), vec![b'a'; 100]).unwrap();
        assert_eq!(read(file.path(), 99), Err(SkipReason::TooLarge));
        assert_eq!(read(file.path(), 100).unwrap().size, 100);
        assert_eq!(read(Path::new("/nowhere"), 10), Err(SkipReason::Unreadable));
    }

    /// A writer that never stops must neither hang the reader nor tear a file in two.
    #[test]
    fn a_file_that_is_rewritten_all_the_time_is_whole_or_skipped() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_path_buf();
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut n = 0usize;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    n += 1;
                    let byte = if n.is_multiple_of(2) { b'a' } else { b'b' };
                    let _ = fs::write(&path, vec![byte; 1000 + n % 7]);
                }
            });
            for _ in 0..200 {
                if let Ok(content) = read(file.path(), 1 << 20) {
                    assert_eq!(content.text.len() as u64, content.size);
                }
            }
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    }
}
