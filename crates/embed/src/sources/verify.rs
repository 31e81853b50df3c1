//! Checking a model's files against their checksums.

use super::lockfile::{LockFile, sha256};
use super::{
    FileReport, FileStatus, Located, Pins, SourceOptions, VerifyReport, WeightFormat, locate,
};
use crate::EmbedError;
use crate::error::Result;
use crate::manifest::Manifest;
use crate::sources::searched;

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
