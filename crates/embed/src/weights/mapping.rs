//! Model files, mapped into memory.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

use crate::error::{EmbedError, Result};
use crate::system::map_file;

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
            let bytes = Arc::new(map_file(&file)?);
            Ok(Self { file, bytes })
        };
        open().map_err(|error| EmbedError::io(path, error))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Maps the file again: none of its pages counts as this process's until it is read again.
    pub(crate) fn refresh(&mut self) {
        if let Ok(bytes) = map_file(&self.file) {
            self.bytes = Arc::new(bytes);
        }
    }
}
