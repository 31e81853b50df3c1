//! Checking a model's files against their checksums.

use super::locate::{locate, searched};
use super::located::{Located, WeightFormat};
use super::lockfile::{LockFile, sha256};
use super::options::SourceOptions;
use super::pins::Pins;
use crate::error::{EmbedError, Result};
use crate::manifest::Manifest;

/// The state of one file of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileStatus {
    /// It matches the manifest's, or the first download's, checksum.
    Verified,
    /// It is there, and nothing is known to check it against.
    Unknown,
    /// It is not there.
    Missing,
    /// It differs.
    Mismatch {
        /// The checksum expected.
        expected: String,
    },
}

/// One line of a [`VerifyReport`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The file's name.
    pub name: String,
    /// Its sha256 as it is on disk, where it is there.
    pub sha256: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
    /// What the check said.
    pub status: FileStatus,
}

/// What [`verify()`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// Where the model was found.
    pub located: Located,
    /// Its files.
    pub files: Vec<FileReport>,
}

impl VerifyReport {
    /// Whether nothing is missing and nothing differs.
    pub fn ok(&self) -> bool {
        let good = |f: &FileReport| matches!(f.status, FileStatus::Verified | FileStatus::Unknown);
        self.files.iter().all(good)
    }
}

/// Checks a model's files against the manifest's checksums, or, where it has none, against those
/// recorded when the files came.
pub fn verify(manifest: &Manifest, options: &SourceOptions) -> Result<VerifyReport> {
    let located = locate(manifest, options).ok_or_else(|| EmbedError::NotFound {
        id: manifest.id.clone(),
        searched: searched(manifest, options),
    })?;
    let files = match located.format {
        WeightFormat::Safetensors => {
            let lock = LockFile::read(&located.path).unwrap_or_default();
            let pins = Pins::read(manifest, options)?.unwrap_or_default();
            let expected = |name: &str, known: Option<&String>| {
                let pinned = || Some(pins.files.get(name)?.sha256.clone());
                let locked = || Some(lock.files.get(name)?.sha256.clone());
                known.cloned().or_else(pinned).or_else(locked)
            };
            manifest
                .files
                .iter()
                .map(|f| report(&located, &f.name, expected(&f.name, f.sha256.as_ref())))
                .collect::<Result<Vec<_>>>()?
        }
        WeightFormat::Gguf => {
            let name = located.path.file_name().unwrap_or_default().to_string_lossy();
            // Ollama's blobs are named after their content
            let expected = name.strip_prefix("sha256-").map(str::to_owned);
            vec![report(&located, &name, expected)?]
        }
    };
    Ok(VerifyReport { located, files })
}

fn report(located: &Located, name: &str, expected: Option<String>) -> Result<FileReport> {
    let path = match located.format {
        WeightFormat::Safetensors => located.path.join(name),
        WeightFormat::Gguf => located.path.clone(),
    };
    let name = name.to_owned();
    let Ok(metadata) = path.metadata() else {
        return Ok(FileReport { name, sha256: None, bytes: None, status: FileStatus::Missing });
    };
    let found = sha256(&path)?;
    let status = match expected {
        None => FileStatus::Unknown,
        Some(expected) if expected == found => FileStatus::Verified,
        Some(expected) => FileStatus::Mismatch { expected },
    };
    Ok(FileReport { name, sha256: Some(found), bytes: Some(metadata.len()), status })
}
