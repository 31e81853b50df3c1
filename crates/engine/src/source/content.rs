//! Reading one file: its bytes, whole and unchanging, as text.

use std::io::{self, Read};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::reader::{Beneath, Identity, identity, is_missing};
use super::skip::by_text;
use super::walk::{Candidate, mtime_ns};
use super::{Secrets, SkipReason};

/// How often a file that changes under the reader is read again.
const ATTEMPTS: usize = 3;
/// How far into a file a NUL byte says that it is no text, as git and ripgrep judge.
const BINARY_WINDOW: usize = 8192;

/// A file's text at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// The text. A NUL byte became a space: PostgreSQL takes none.
    pub(crate) text: String,
    /// blake3 of the bytes as they lie on disk.
    pub(crate) hash: [u8; 32],
    /// Bytes on disk.
    pub(crate) size: u64,
    /// Last change, in nanoseconds since 1970.
    pub(crate) mtime_ns: i64,
}

/// Reads a file that a walk of `root` found.
///
/// A file that grows or changes between the first and the last byte is read again, and skipped
/// when it does not come to rest. No more than `max_bytes` are ever held.
pub(crate) fn read(
    root: &Beneath,
    file: &Candidate,
    max_bytes: u64,
    secrets: &Secrets,
) -> Result<Content, SkipReason> {
    let allowed = secrets.allows(&file.path);
    for _ in 0..ATTEMPTS {
        match read_once(root, Path::new(&file.path), file.identity, max_bytes, allowed) {
            Err(SkipReason::ChangedWhileRead) => {}
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
    if (before.len(), mtime_ns(&before)) != (after.len(), mtime_ns(&after))
        || bytes.len() as u64 != after.len()
    {
        return Err(SkipReason::ChangedWhileRead);
    }
    let hash = *blake3::hash(&bytes).as_bytes();
    let text = decode(bytes)?;
    match by_text(path, &text) {
        Some(reason) if !(secrets_allowed && reason == SkipReason::Secret) => Err(reason),
        _ => Ok(Content { text, hash, size: after.len(), mtime_ns: mtime_ns(&after) }),
    }
}

/// Bytes to text: UTF-8, or UTF-16 where a byte-order mark says so. A few stray bytes of an older
/// encoding (an author's name in Latin-1) are replaced; more of them say that it is not UTF-8.
fn decode(bytes: Vec<u8>) -> Result<String, SkipReason> {
    match bytes.as_slice() {
        [] => return Err(SkipReason::Empty),
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        _ => {}
    }
    if bytes[..bytes.len().min(BINARY_WINDOW)].contains(&0) {
        return Err(SkipReason::Binary);
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => lossy(error.as_bytes())?,
    };
    Ok(without_nul(text))
}

fn lossy(bytes: &[u8]) -> Result<String, SkipReason> {
    const ONE_IN: usize = 50;
    let stray = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    if stray > bytes.len() / ONE_IN + 1 {
        return Err(SkipReason::NotUtf8);
    }
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, SkipReason> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.map(without_nul).map_err(|_| SkipReason::NotUtf8)
}

fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', " ") } else { text }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn text(bytes: &[u8]) -> Result<String, SkipReason> {
        decode(bytes.to_vec())
    }

    #[test]
    fn text_comes_in_several_encodings() {
        assert_eq!(text("grün".as_bytes()).unwrap(), "grün");
        assert_eq!(text(&[0xFF, 0xFE, b'h', 0, b'i', 0]).unwrap(), "hi");
        assert_eq!(text(&[0xFE, 0xFF, 0, b'h', 0, b'i']).unwrap(), "hi");
        let latin = text(b"// by Andr\xE9\nint main() { return 0; }\n").unwrap();
        assert_eq!(latin, "// by Andr\u{fffd}\nint main() { return 0; }\n");
        assert_eq!(text(&[0xE9; 40]), Err(SkipReason::NotUtf8));
    }

    #[test]
    fn nul_says_binary_near_the_start_and_is_blanked_far_from_it() {
        assert_eq!(text(b"\x7fELF\0\0"), Err(SkipReason::Binary));
        let mut late = vec![b'a'; BINARY_WINDOW];
        late.push(0);
        assert_eq!(text(&late).unwrap().as_bytes()[BINARY_WINDOW], b' ');
    }

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
            size: 0,
            mtime_ns: 0,
        };
        super::read(&root, &file, max_bytes, &Secrets::default())
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
    fn a_file_that_is_rewritten_all_the_time_is_whole_or_passed_over() {
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
