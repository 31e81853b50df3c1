//! Models on this machine.

use std::path::{Path, PathBuf};

use super::located::{Located, Source, WeightFormat};
use super::ollama_store;
use super::options::SourceOptions;
use crate::config::ModelConfig;
use crate::manifest::Manifest;

/// Finds a model on this machine: in the directory given, the data directory, the image, Ollama's store,
/// Hugging Face's cache, in this order.
pub fn locate(manifest: &Manifest, options: &SourceOptions) -> Option<Located> {
    let given = options.model_dir.iter().flat_map(|given| {
        let named = given.join(&manifest.id);
        [named, given.clone()].map(|path| (Source::ModelDir, path))
    });
    let kept = [
        (Source::Data, options.models_dir().join(&manifest.id)),
        (Source::Image, options.image_dir.join(&manifest.id)),
    ];
    given
        .chain(kept)
        .find_map(|(source, path)| in_directory(manifest, source, &path))
        .or_else(|| ollama_store::find(manifest, options))
        .or_else(|| in_hub_cache(manifest, options))
}

/// The directories that [`locate`] looks into.
pub(crate) fn searched(manifest: &Manifest, options: &SourceOptions) -> Vec<PathBuf> {
    let mut directories: Vec<_> = options.model_dir.iter().cloned().collect();
    directories.push(options.models_dir().join(&manifest.id));
    directories.push(options.image_dir.join(&manifest.id));
    directories.extend(ollama_store::roots(options));
    directories.extend(hub_cache(manifest, options));
    directories
}

/// The file that holds a located model's weights.
pub(crate) fn weights_file(located: &Located) -> PathBuf {
    match located.format {
        WeightFormat::Safetensors => located.path.join("model.safetensors"),
        WeightFormat::Gguf => located.path.clone(),
    }
}

fn in_directory(manifest: &Manifest, source: Source, path: &Path) -> Option<Located> {
    let gguf = |path: PathBuf| Located { path, source, format: WeightFormat::Gguf };
    if is_gguf(path) && path.is_file() {
        return Some(gguf(path.to_path_buf()));
    }
    if manifest.files.iter().all(|file| path.join(&file.name).is_file()) {
        let located =
            Located { path: path.to_path_buf(), source, format: WeightFormat::Safetensors };
        // Several models share a shape, so only the given directory can hold another one than its name
        return (source != Source::ModelDir || fits(manifest, path)).then_some(located);
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

/// Whether a directory's configuration is the manifest's. One that cannot be read is said to fit, so
/// that loading it says what is wrong with it.
fn fits(manifest: &Manifest, directory: &Path) -> bool {
    let text = std::fs::read(directory.join("config.json")).unwrap_or_default();
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
    let directory = repo.join("snapshots").join(commit);
    let whole = manifest.files.iter().all(|file| directory.join(&file.name).is_file());
    whole.then_some(Located {
        path: directory,
        source: Source::HubCache,
        format: WeightFormat::Safetensors,
    })
}
