//! A file that is read where it lies: the only module of this crate with `unsafe`.
#![expect(unsafe_code, reason = "no system says that nobody will change a file that is mapped")]

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

use crate::error::DirError;

/// A whole file, mapped to be read. All processes that map it share the system's copy, and what nobody
/// reads is in no memory.
///
/// The file must be one that is replaced by renaming another into its place, as [`write`](crate::write)
/// does, and never written in place or cut short: a mapping of a file that was replaced keeps the old
/// content, and one of a file that was cut short ends the process that reads beyond its end.
#[derive(Debug)]
pub struct MappedFile(Mmap);

impl MappedFile {
    /// Maps the file at `path`.
    pub fn open(path: &Path) -> Result<Self, DirError> {
        let map = |file: File| {
            // SAFETY: see above; the mapping is read-only and read as plain bytes, of which every
            // pattern is valid.
            unsafe { Mmap::map(&file) }
        };
        let mapped = File::open(path).and_then(map).map_err(|source| DirError::io(path, source))?;
        Ok(Self(mapped))
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Owner;

    #[test]
    fn what_was_mapped_stays_what_it_was_when_the_file_is_replaced_or_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        crate::write(&path, b"one", 0o600, Owner::Own).unwrap();
        let one = MappedFile::open(&path).unwrap();
        crate::write(&path, b"another", 0o600, Owner::Own).unwrap();
        let two = MappedFile::open(&path).unwrap();
        crate::remove_file(&path).unwrap();
        assert_eq!((one.as_ref(), two.as_ref()), (&b"one"[..], &b"another"[..]));
        assert!(MappedFile::open(&path).is_err());
    }
}
