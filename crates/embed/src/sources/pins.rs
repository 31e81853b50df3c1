//! `models.lock` in the data directory: which files a model had when it was first downloaded.
//!
//! A manifest that knows its files' checksums needs none of this. The others are trusted at their
//! first download, and from then on held to it: another download, also after the model's directory
//! was deleted, must deliver the same files of the same commit.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use sconce_dirs::{FileLock, Owner};
use serde::{Deserialize, Serialize};

use super::options::SourceOptions;
use crate::error::{EmbedError, Result};
use crate::manifest::Manifest;

const NAME: &str = "models.lock";
const HEAD: &str = "# Written by sconce at the first download of a model whose files it does not know by itself.\n\
                    # Later downloads must bring the same. To trust other files, delete the model's entry.\n\n";

/// What is known of a model's files, and since when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// The hub's commit, where it told one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The files by name.
    #[serde(default)]
    pub files: BTreeMap<String, PinnedFile>,
}

/// One file as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedFile {
    /// Its size.
    pub bytes: u64,
    /// Its sha256, in hex.
    pub sha256: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Document {
    #[serde(default)]
    models: BTreeMap<String, Pins>,
}

impl Pins {
    /// What the data directory's `models.lock` says of a model, if anything.
    pub fn read(manifest: &Manifest, options: &SourceOptions) -> Result<Option<Self>> {
        Ok(document(options)?.models.remove(&manifest.id))
    }

    /// Records a model's first download.
    pub(super) fn write(self, manifest: &Manifest, options: &SourceOptions) -> Result<PathBuf> {
        let path = path(options);
        // Two models may be downloaded at the same time
        let lock = options.models_dir().join(".models.lock.lock");
        let _lock = FileLock::acquire(&lock, Duration::from_mins(1), |_| ())?;
        let mut document = document(options)?;
        document.models.insert(manifest.id.clone(), self);
        let text = toml::to_string(&document)
            .map_err(|error| EmbedError::io(&path, std::io::Error::other(error)))?;
        sconce_dirs::write(&path, format!("{HEAD}{text}").as_bytes(), 0o644, Owner::Own)?;
        Ok(path)
    }
}

fn path(options: &SourceOptions) -> PathBuf {
    options.data_dir.join(NAME)
}

/// One that cannot be read is an error: as if it were not there, everything would be trusted again.
fn document(options: &SourceOptions) -> Result<Document> {
    let path = path(options);
    match std::fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text)
            .map_err(|error| EmbedError::corrupt(&path, error.message().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Document::default()),
        Err(error) => Err(EmbedError::io(&path, error)),
    }
}
