//! What a repository tracks, by git's own index: no rule of an ignore file holds for that.
//!
//! Only names are read. The format is git's `index-format`, versions 2 to 4; a split index is read with
//! the one that it shares.

use std::io;
use std::ops::Range;
use std::path::Path;

use super::reader::{Beneath, is_missing};
use crate::repository::GitDir;

/// The most bytes of an index that are read, and of the names in it: some hundred thousand files.
const MAX_BYTES: u64 = 64 << 20;
/// Bytes of an entry before its object's name.
const STAT: usize = 40;
const EXTENDED: u16 = 0x4000;

/// The paths that a repository tracks, in the order of their bytes.
#[derive(Debug, Default)]
pub(super) struct Tracked {
    names: Vec<u8>,
    ranges: Vec<Range<u32>>,
}

impl Tracked {
    /// What the working tree of that repository tracks, as far as its index can be read, and what is wrong
    /// with that.
    pub(super) fn of(git: &GitDir) -> (Self, Option<io::Error>) {
        let mut tracked = Self::default();
        let error = match tracked.read(git) {
            Err(error) if !is_missing(&error) => Some(error),
            _ => None,
        };
        let Self { names, ranges } = &mut tracked;
        ranges.sort_unstable_by(|a, b| name(names, a).cmp(name(names, b)));
        (tracked, error)
    }

    fn read(&mut self, git: &GitDir) -> io::Result<()> {
        let directory = Beneath::open(&git.own)?;
        let hash = if git.config().says("objectformat", "sha256") { 32 } else { 20 };
        let mut file = Some("index".to_owned());
        while let Some(name) = file {
            let bytes = directory.read(Path::new(&name), MAX_BYTES)?;
            let damaged = || io::Error::other(format!("git's {name} is damaged"));
            let rest = self.parse(&bytes, hash).ok_or_else(damaged)?;
            // The one that is shared shares none.
            file = shared_index(rest, hash).filter(|_| name == "index");
        }
        Ok(())
    }

    /// Whether a file, or a submodule, is tracked.
    pub(super) fn holds(&self, path: &[u8]) -> bool {
        self.ranges.binary_search_by(|range| name(&self.names, range).cmp(path)).is_ok()
    }

    /// Whether something in a directory is tracked.
    pub(super) fn holds_below(&self, directory: &[u8]) -> bool {
        let below = [directory, b"/"].concat();
        let at = self.ranges.partition_point(|range| name(&self.names, range) < below.as_slice());
        self.ranges.get(at).is_some_and(|range| name(&self.names, range).starts_with(&below))
    }

    /// Takes the names of an index, and returns what follows them; nothing where it is damaged, which ends
    /// it.
    fn parse<'a>(&mut self, bytes: &'a [u8], hash: usize) -> Option<&'a [u8]> {
        let (header, mut rest) = bytes.split_at_checked(12)?;
        let (magic, header) = header.split_first_chunk::<4>()?;
        let (version, count) = header.split_first_chunk::<4>()?;
        let (version, count) = (u32::from_be_bytes(*version), number(count)?);
        if magic != b"DIRC" || !(2..=4).contains(&version) {
            return None;
        }
        let mut last = Vec::new();
        for _ in 0..count {
            let flags = u16::from_be_bytes(*rest.get(STAT + hash..)?.first_chunk::<2>()?);
            let is_extended = version >= 3 && flags & EXTENDED != 0;
            let fixed = STAT + hash + if is_extended { 4 } else { 2 };
            let after = rest.get(fixed..)?;
            if version == 4 {
                let (stripped, after) = variable_width(after)?;
                let end = after.iter().position(|byte| *byte == 0)?;
                last.truncate(last.len().checked_sub(stripped)?);
                last.extend_from_slice(&after[..end]);
                rest = &after[end + 1..];
            } else {
                let end = after.iter().position(|byte| *byte == 0)?;
                last.clear();
                last.extend_from_slice(&after[..end]);
                rest = rest.get((fixed + end + 8) / 8 * 8..)?;
            }
            if (self.names.len() + last.len()) as u64 > MAX_BYTES {
                return None;
            }
            self.push(&last);
        }
        Some(rest)
    }

    fn push(&mut self, name: &[u8]) {
        let begin = self.names.len() as u32;
        self.names.extend_from_slice(name);
        self.ranges.push(begin..self.names.len() as u32);
    }
}

fn name<'a>(names: &'a [u8], range: &Range<u32>) -> &'a [u8] {
    &names[range.start as usize..range.end as usize]
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.first_chunk::<4>()?))
}

/// A number in git's variable-width encoding, and what follows it.
fn variable_width(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    for (at, byte) in bytes.iter().enumerate().take(8) {
        value = (value << 7) | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
        value += 1;
    }
    None
}

/// The file of the index that this one shares, by its extension `link`.
fn shared_index(mut rest: &[u8], hash: usize) -> Option<String> {
    loop {
        let (signature, after) = rest.split_first_chunk::<4>()?;
        let size = number(after)? as usize;
        let data = after.get(4..4 + size)?;
        if signature == b"link" {
            let id = data.get(..hash)?;
            let hex = id.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            return id.iter().any(|byte| *byte != 0).then(|| format!("sharedindex.{hex}"));
        }
        rest = &after[4 + size..];
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn git(root: &Path, arguments: &[&str]) {
        let mut command = Command::new("git");
        let done = command.arg("-C").arg(root).args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
    }

    #[test]
    fn every_version_of_the_index_is_read() {
        for arguments in [
            ["-c", "index.version=2", "add", "-f", "-A"].as_slice(),
            &["-c", "index.version=4", "add", "-f", "-A"],
            &["-c", "core.splitIndex=true", "add", "-f", "-A"],
            &["-c", "index.version=3", "add", "-f", "-N", "."],
        ] {
            let dir = tempfile::tempdir().unwrap();
            git(dir.path(), &["init", "-q"]);
            for path in ["a.rs", "lib/pay.py", "lib/deep/er.py", "lib-2/x", "ü.md"] {
                sconce_testing::project::write(dir.path(), path, "text");
            }
            git(dir.path(), arguments);
            let own = dir.path().join(".git");
            let (tracked, error) = Tracked::of(&GitDir { common: own.clone(), own });
            assert_eq!(tracked.ranges.len(), 5, "{arguments:?}");
            assert!(error.is_none(), "{error:?}");
            assert!(tracked.holds("ü.md".as_bytes()) && tracked.holds(b"lib/deep/er.py"));
            assert!(!tracked.holds(b"lib/deep") && tracked.holds_below(b"lib/deep"));
            assert!(!tracked.holds(b"lib/none") && !tracked.holds_below(b"li"));
        }
    }

    #[test]
    fn a_damaged_index_tracks_what_it_can_tell() {
        for bytes in [&b""[..], b"DIRC", b"DIRC\0\0\0\x02\xff\xff\xff\xff", &[0xff; 200]] {
            let mut tracked = Tracked::default();
            assert_eq!(tracked.parse(bytes, 20), None);
            assert!(!tracked.holds(b"a") && !tracked.holds_below(b"a"));
        }
        assert_eq!(variable_width(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]), None);
    }
}
