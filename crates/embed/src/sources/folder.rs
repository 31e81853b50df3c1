//! Models on this machine.

use std::path::{Path, PathBuf};

use super::{Located, Source, SourceOptions, WeightFormat, ollama_store};
use crate::config::ModelConfig;
use crate::manifest::Manifest;

/// Finds a model on this machine: in the folder given, the data folder, the image, Ollama's store,
/// Hugging Face's cache, in this order.
pub fn locate(manifest: &Manifest, options: &SourceOptions) -> Option<Located> {
    let given = options.folder.iter().flat_map(|folder| {
        let named = folder.join(&manifest.id);
        [named, folder.clone()].map(|path| (Source::Folder, path))
    });
    let kept = [
        (Source::Data, options.models_dir().join(&manifest.id)),
        (Source::Image, options.image_dir.join(&manifest.id)),
    ];
    given
        .chain(kept)
        .find_map(|(source, path)| in_folder(manifest, source, &path))
        .or_else(|| ollama_store::find(manifest, options))
        .or_else(|| in_hub_cache(manifest, options))
}

/// The folders [`locate`] looks into.
pub fn searched(manifest: &Manifest, options: &SourceOptions) -> Vec<PathBuf> {
    let mut folders: Vec<_> = options.folder.iter().cloned().collect();
    folders.push(options.models_dir().join(&manifest.id));
    folders.push(options.image_dir.join(&manifest.id));
    folders.extend(ollama_store::roots(options));
    folders.extend(hub_cache(manifest, options));
    folders
}

/// The file that holds a located model's weights.
pub(crate) fn weights_file(located: &Located) -> PathBuf {
    match located.format {
        WeightFormat::Safetensors => located.path.join("model.safetensors"),
        WeightFormat::Gguf => located.path.clone(),
    }
}

fn in_folder(manifest: &Manifest, source: Source, path: &Path) -> Option<Located> {
    let gguf = |path: PathBuf| Located { path, source, format: WeightFormat::Gguf };
    if is_gguf(path) && path.is_file() {
        return Some(gguf(path.to_path_buf()));
    }
    if manifest.files.iter().all(|file| path.join(&file.name).is_file()) {
        let located =
            Located { path: path.to_path_buf(), source, format: WeightFormat::Safetensors };
        // several models share a shape, so only the given folder can hold another one than its name
        return (source != Source::Folder || fits(manifest, path)).then_some(located);
    }
    let mut files: Vec<_> = std::fs::read_dir(path)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| is_gguf(file))
        .collect();
    files.sort();
    files.into_iter().next().map(gguf)
}

fn is_gguf(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gguf"))
}

/// Whether a folder's configuration is the manifest's. One that cannot be read is said to fit, so
/// that loading it says what is wrong with it.
fn fits(manifest: &Manifest, folder: &Path) -> bool {
    let text = std::fs::read(folder.join("config.json")).unwrap_or_default();
    ModelConfig::from_json(&text).map_or(true, |config| {
        config.architecture == manifest.architecture && config.hidden == manifest.dimension
    })
}

fn hub_cache(manifest: &Manifest, options: &SourceOptions) -> Option<PathBuf> {
    let (home, hub) = (options.hf_home.as_ref()?, manifest.hub.as_ref()?);
    Some(home.join("hub").join(format!("models--{}", hub.repo.replace('/', "--"))))
}

fn in_hub_cache(manifest: &Manifest, options: &SourceOptions) -> Option<Located> {
    let repo = hub_cache(manifest, options)?;
    let revision = &manifest.hub.as_ref()?.revision;
    let commit = std::fs::read_to_string(repo.join("refs").join(revision));
    let commit = commit.as_deref().map_or(revision.as_str(), str::trim);
    let folder = repo.join("snapshots").join(commit);
    let whole = manifest.files.iter().all(|file| folder.join(&file.name).is_file());
    whole.then_some(Located {
        path: folder,
        source: Source::HubCache,
        format: WeightFormat::Safetensors,
    })
}
