//! What is known of the files in the data directory: `sconce.lock`, written beside them when they came.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::located::{Located, Source, WeightFormat};
use super::options::SourceOptions;
use super::pins::Pins;
use crate::error::{EmbedError, Result};
use crate::manifest::Manifest;

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
    /// The record in a directory, if there is one.
    pub(super) fn read(directory: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(directory.join(NAME)).ok()?).ok()
    }

    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        let path = directory.join(NAME);
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| EmbedError::io(&path, std::io::Error::other(error)))?;
        Ok(sconce_dirs::write(&path, &text, 0o644, sconce_dirs::Owner::Own)?)
    }

    /// What is known of a file that is as it was then.
    fn known(&self, path: &Path) -> Option<&str> {
        let locked = self.files.get(path.file_name()?.to_str()?)?;
        let is_same = stamp(path).ok()? == (locked.bytes, locked.modified_ns);
        is_same.then_some(locked.sha256.as_str())
    }

    /// Adds a file whose checksum is known.
    pub(super) fn add(&mut self, directory: &Path, name: &str, sha256: String) -> Result<()> {
        let (bytes, modified_ns) = stamp(&directory.join(name))?;
        self.files.insert(name.to_owned(), LockedFile { sha256, bytes, modified_ns });
        Ok(())
    }
}

/// Compares the data directory's files with what is known of them, before they are loaded: their
/// record, and the manifest's checksums or those of the first download. Only a file whose size or
/// time stamp changed is hashed. Files of other sources are their owners' affair.
pub(crate) fn check_unchanged(
    manifest: &Manifest,
    located: &Located,
    options: &SourceOptions,
) -> Result<()> {
    if !matches!(located.source, Source::Data | Source::Image)
        || located.format != WeightFormat::Safetensors
    {
        return Ok(());
    }
    let lock = LockFile::read(&located.path).unwrap_or_default();
    if located.source == Source::Data {
        check_pins(manifest, located, options, &lock)?;
    }
    for (name, locked) in &lock.files {
        let path = located.path.join(name);
        if lock.known(&path).is_some() {
            continue;
        }
        let found = sha256(&path)?;
        if found != locked.sha256 {
            return Err(EmbedError::Checksum { path, expected: locked.sha256.clone(), found });
        }
    }
    Ok(())
}

/// A record that was exchanged together with its files, or was removed, does not hide that.
fn check_pins(
    manifest: &Manifest,
    located: &Located,
    options: &SourceOptions,
    lock: &LockFile,
) -> Result<()> {
    let pins = Pins::read(manifest, options)?.unwrap_or_default();
    for file in &manifest.files {
        let pinned = pins.files.get(&file.name).map(|pinned| &pinned.sha256);
        let Some(expected) = file.sha256.as_ref().or(pinned) else { continue };
        let path = located.path.join(&file.name);
        let found = match lock.files.get(&file.name) {
            Some(locked) => locked.sha256.clone(),
            None => sha256(&path)?,
        };
        if found != *expected {
            return Err(EmbedError::Checksum { path, expected: expected.clone(), found });
        }
    }
    Ok(())
}

/// The sha256 of a model's file, in hex. One that is as it was when it came is not read for it.
///
/// # Errors
/// Where the file cannot be read.
pub fn checksum(path: &Path) -> Result<String> {
    let lock = path.parent().and_then(LockFile::read).unwrap_or_default();
    match lock.known(path) {
        Some(known) => Ok(known.to_owned()),
        None => sha256(path),
    }
}

fn stamp(path: &Path) -> Result<(u64, u64)> {
    let metadata = path.metadata().map_err(|error| EmbedError::io(path, error))?;
    let modified = metadata.modified().map_err(|error| EmbedError::io(path, error))?;
    let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok((metadata.len(), since.as_nanos() as u64))
}

/// A file's sha256, in hex.
pub(super) fn sha256(path: &Path) -> Result<String> {
    Ok(sconce_fetch::sha256_file(path)?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_hashed_where_it_is_not_as_it_came() {
        let directory = tempfile::tempdir().unwrap();
        let (path, beside) = (directory.path().join("weights"), directory.path().join("other"));
        fs::write(&path, "weights").unwrap();
        fs::write(&beside, "other").unwrap();
        let mut lock = LockFile::default();
        lock.add(directory.path(), "weights", "known".to_owned()).unwrap();
        lock.write(directory.path()).unwrap();
        assert_eq!(checksum(&path).unwrap(), "known", "it was not read");
        assert_eq!(checksum(&beside).unwrap(), sha256(&beside).unwrap(), "nothing is known of it");
        fs::write(&path, "WEIGHTS and more").unwrap();
        assert_eq!(checksum(&path).unwrap(), sha256(&path).unwrap(), "it has changed");
        fs::remove_file(directory.path().join(NAME)).unwrap();
        assert_eq!(checksum(&beside).unwrap(), sha256(&beside).unwrap());
    }
}
