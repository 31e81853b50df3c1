//! Model files, mapped into memory.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

use crate::EmbedError;
use crate::error::Result;

/// A file in memory. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Mapping {
    file: Arc<File>,
    bytes: Arc<Mmap>,
}

impl Mapping {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let open = || {
            let file = Arc::new(File::open(path)?);
            let bytes = Arc::new(map(&file)?);
            Ok(Self { file, bytes })
        };
        open().map_err(|err| EmbedError::io(path, err))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Maps the file anew: none of its pages counts as this process's until it is read again.
    pub(crate) fn refresh(&mut self) {
        if let Ok(bytes) = map(&self.file) {
            self.bytes = Arc::new(bytes);
        }
    }
}

#[expect(
    unsafe_code,
    reason = "memmap2 cannot rule out that another process changes the file. Model files are \
              replaced by rename, never written in place, and a private read-only mapping of a \
              replaced file keeps the old content"
)]
fn map(file: &File) -> std::io::Result<Mmap> {
    // SAFETY: see the reason above; the mapping is read-only and read as plain numbers, of which
    // every bit pattern is valid.
    unsafe { Mmap::map(file) }
}
