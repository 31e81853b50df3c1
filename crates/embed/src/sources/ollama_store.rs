//! Ollama's own store: a model's manifest names the blob that is its GGUF file.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::located::{Located, Source, WeightFormat};
use super::options::SourceOptions;
use crate::manifest::Manifest;

const MODEL_LAYER: &str = "application/vnd.ollama.image.model";

#[derive(Deserialize)]
struct Image {
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
struct Layer {
    #[serde(rename = "mediaType")]
    media_type: String,
    digest: String,
    size: u64,
}

/// The stores to look into: the one given, or the user's and the system's.
pub(super) fn roots(options: &SourceOptions) -> Vec<PathBuf> {
    if let Some(root) = &options.ollama_models {
        return vec![root.clone()];
    }
    let home = std::env::home_dir().map(|home| home.join(".ollama/models"));
    home.into_iter().chain([PathBuf::from("/usr/share/ollama/.ollama/models")]).collect()
}

/// The model's blob in one of the stores, if it is all there.
pub(super) fn find(manifest: &Manifest, options: &SourceOptions) -> Option<Located> {
    let name = manifest.ollama.as_deref()?;
    let (name, tag) = name.split_once(':').unwrap_or((name, "latest"));
    roots(options).iter().find_map(|root| {
        let path = blob(root, name, tag)?;
        Some(Located { path, source: Source::Ollama, format: WeightFormat::Gguf })
    })
}

fn blob(root: &Path, name: &str, tag: &str) -> Option<PathBuf> {
    let tags = root.join("manifests/registry.ollama.ai/library").join(name);
    let text = std::fs::read(tags.join(tag)).ok()?;
    let image: Image = serde_json::from_slice(&text).ok()?;
    let layer = image.layers.into_iter().find(|layer| layer.media_type == MODEL_LAYER)?;
    let path = root.join("blobs").join(layer.digest.replace(':', "-"));
    // A pull that is under way has a shorter blob, under another name at that
    (path.metadata().ok()?.len() == layer.size).then_some(path)
}
