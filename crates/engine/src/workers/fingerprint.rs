//! What tells a model's files from others that go by the same name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sconce_embed::{Catalog, Embedder, EmbedderInfo, checksum};
use sconce_store::Store;

use crate::EngineError;
use crate::sync::lock;

/// The fingerprints of open models, each made once: it may be made of hundreds of megabytes.
///
/// It is a hash of the files' checksums, which are known of what was downloaded.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints {
    by_model: Mutex<HashMap<String, String>>,
}

impl Fingerprints {
    /// A hash of all files that a model's vectors are made of. An Ollama server does not show its
    /// files: it is as good as its name.
    pub(crate) async fn of(&self, embedder: &Embedder) -> Result<String, EngineError> {
        let info = embedder.info().clone();
        if let Some(known) = lock(&self.by_model).get(&info.model_id) {
            return Ok(known.clone());
        }
        let id = info.model_id.clone();
        let made = tokio::task::spawn_blocking(move || fingerprint(&info)).await??;
        lock(&self.by_model).insert(id, made.clone());
        Ok(made)
    }
}

fn fingerprint(info: &EmbedderInfo) -> Result<String, EngineError> {
    let Some(weights) = &info.path else { return Ok(info.backend.to_owned()) };
    let mut hasher = blake3::Hasher::new();
    for path in files(&info.model_id, weights) {
        hasher.update(checksum(&path)?.as_bytes());
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// The model's files: one, or all that its manifest names beside the weights.
fn files(model: &str, weights: &Path) -> Vec<PathBuf> {
    let is_one_of_many = weights.extension().is_some_and(|extension| extension == "safetensors");
    let manifest = Catalog::builtin().get(model).filter(|_| is_one_of_many);
    let named = manifest.map(|manifest| &manifest.files).into_iter().flatten();
    let named: Vec<PathBuf> = named.map(|file| weights.with_file_name(&file.name)).collect();
    if named.is_empty() { vec![weights.to_path_buf()] } else { named }
}

/// Fails where the vectors of the database were made with other files than this model's.
pub(crate) async fn check_model(
    store: &Store,
    fingerprints: &Fingerprints,
    embedder: &Embedder,
) -> Result<(), EngineError> {
    let model = embedder.model_id();
    let here = fingerprints.of(embedder).await?;
    let there = store.model_fingerprint(model, &here).await?;
    if here == there {
        return Ok(());
    }
    Err(EngineError::OtherModelFiles { model: model.to_owned(), here, there })
}
