//! What is known of the files in the data folder: `sconce.lock`, written beside them when they came.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Located, Source};
use crate::EmbedError;
use crate::error::Result;

const NAME: &str = "sconce.lock";

/// The record of a download.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct LockFile {
    /// Where the files came from, for people.
    pub(super) from: String,
    /// The files by name.
    pub(super) files: BTreeMap<String, LockedFile>,
}

/// A file as it was when its checksum was found right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LockedFile {
    pub(super) sha256: String,
    pub(super) bytes: u64,
    /// Its time stamp then: a file that still has it is not hashed again.
    pub(super) modified_ns: u64,
}

impl LockFile {
    /// The record in a folder, if there is one.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(folder.join(NAME)).ok()?).ok()
    }

    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(NAME);
        let text = serde_json::to_vec_pretty(self).expect("a lock file is plain JSON");
        std::fs::write(&path, text).map_err(|err| EmbedError::io(&path, err))
    }

    /// Adds a file whose checksum is known.
    pub(super) fn add(&mut self, folder: &Path, name: &str, sha256: String) -> Result<()> {
        let (bytes, modified_ns) = stamp(&folder.join(name))?;
        self.files.insert(name.to_owned(), LockedFile { sha256, bytes, modified_ns });
        Ok(())
    }
}

/// Compares the data folder's files with their record, before they are loaded. Only a file whose
/// size or time stamp changed is hashed. Files of other sources are their owners' affair.
pub(crate) fn check_unchanged(located: &Located) -> Result<()> {
    if !matches!(located.source, Source::Data | Source::Image) {
        return Ok(());
    }
    let Some(lock) = LockFile::read(&located.path) else { return Ok(()) };
    for (name, locked) in &lock.files {
        let path = located.path.join(name);
        let (bytes, modified_ns) = stamp(&path)?;
        if bytes == locked.bytes && modified_ns == locked.modified_ns {
            continue;
        }
        let found = sha256(&path)?;
        if found != locked.sha256 {
            return Err(EmbedError::Checksum { path, expected: locked.sha256.clone(), found });
        }
    }
    Ok(())
}

fn stamp(path: &Path) -> Result<(u64, u64)> {
    let metadata = path.metadata().map_err(|err| EmbedError::io(path, err))?;
    let modified = metadata.modified().map_err(|err| EmbedError::io(path, err))?;
    let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok((metadata.len(), since.as_nanos() as u64))
}

/// A file's sha256, in hex.
pub(super) fn sha256(path: &Path) -> Result<String> {
    let hash = || {
        let mut file = File::open(path)?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                return Ok(hex(&hasher.finalize()));
            }
            hasher.update(&buffer[..read]);
        }
    };
    hash().map_err(|err| EmbedError::io(path, err))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
