//! The directory in which a model is put together.

use std::fs::File;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::events::DownloadEvent;
use super::lockfile::{LockFile, sha256};
use super::options::SourceOptions;
use super::pins::{PinnedFile, Pins};
use crate::error::{EmbedError, Result};
use crate::manifest::{Manifest, ModelFile};

/// Who hears how a download goes.
pub(super) type Progress<'a> = &'a mut dyn FnMut(DownloadEvent);

/// A model that is put together: in a directory of its own, until all of it is there and verified.
pub(super) struct Staging<'a> {
    pub(super) directory: PathBuf,
    pub(super) manifest: &'a Manifest,
    /// What the first download had, where this is a later one.
    pub(super) pins: Option<Pins>,
}

impl Staging<'_> {
    /// A file's sha256 and size as they must be: the manifest's, else those of the first download.
    pub(super) fn expected<'b>(&'b self, file: &'b ModelFile) -> (Option<&'b str>, Option<u64>) {
        let pinned = self.pins.as_ref().and_then(|pins| pins.files.get(&file.name));
        let sha256 = file.sha256.as_deref().or(pinned.map(|pinned| pinned.sha256.as_str()));
        (sha256, file.bytes.or(pinned.map(|pinned| pinned.bytes)))
    }

    /// Records what came, where neither the manifest nor an earlier download has said what must.
    pub(super) fn pin(
        &self,
        revision: Option<String>,
        options: &SourceOptions,
    ) -> Result<Option<PathBuf>> {
        if self.pins.is_some() || self.manifest.files.iter().all(|file| file.sha256.is_some()) {
            return Ok(None);
        }
        let mut pins = Pins { revision, ..Pins::default() };
        for file in &self.manifest.files {
            let path = self.directory.join(&file.name);
            let bytes = path.metadata().map_err(|error| EmbedError::io(&path, error))?.len();
            let sha256 = sha256(&path)?;
            pins.files.insert(file.name.clone(), PinnedFile { bytes, sha256 });
        }
        pins.write(self.manifest, options).map(Some)
    }

    /// Checks a file that has come. One that differs is removed, so that the next try starts again.
    pub(super) fn check(&self, file: &ModelFile, also: Option<&str>) -> Result<()> {
        let path = self.directory.join(&file.name);
        let found = sha256(&path)?;
        match self.expected(file).0.into_iter().chain(also).find(|expected| *expected != found) {
            None => Ok(()),
            Some(expected) => {
                let _ = std::fs::remove_file(&path);
                Err(EmbedError::Checksum { path, expected: expected.to_owned(), found })
            }
        }
    }

    /// Records the checksums and gives the directory its final name.
    pub(super) fn move_in(self, target: &Path, from: String) -> Result<PathBuf> {
        let mut lock = LockFile { from, ..LockFile::default() };
        for file in &self.manifest.files {
            let path = self.directory.join(&file.name);
            lock.add(&self.directory, &file.name, sha256(&path)?)?;
            let synced = File::open(&path).and_then(|file| file.sync_all());
            synced.map_err(|error| EmbedError::io(&path, error))?;
        }
        lock.write(&self.directory)?;
        if target.exists() {
            // Not whole, or it would have been found.
            std::fs::remove_dir_all(target).map_err(|error| EmbedError::io(target, error))?;
        }
        // As private as the data directory is, and no more: an image's models are for every user.
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&self.directory, open)
            .map_err(|error| EmbedError::io(&self.directory, error))?;
        std::fs::rename(&self.directory, target).map_err(|error| EmbedError::io(target, error))?;
        Ok(target.to_path_buf())
    }
}
