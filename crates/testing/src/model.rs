//! The real model that tests embed with, and what a small made-up one is called.

use sconce_embed::{
    Architecture, Catalog, EmbedderConfig, Located, Manifest, Pooling, SourceOptions, download,
};

use crate::data_dir;

/// The id of the model that tests use: the package index alone has it.
pub const MODEL: &str = "all-MiniLM-L6-v2";

/// Sources that keep to the shared directory and to nothing else on this machine.
pub fn sources() -> SourceOptions {
    SourceOptions {
        model_dir: None,
        image_dir: data_dir().join("no-image"),
        ollama_models: Some(data_dir().join("no-ollama")),
        hf_home: None,
        ..SourceOptions::from_env(data_dir())
    }
}

/// The test model's manifest.
pub fn manifest() -> &'static Manifest {
    Catalog::builtin().get(MODEL).expect("the test model is builtin")
}

/// Downloads the test model, or finds it. Panics with the reason if it cannot be had.
pub fn model() -> Located {
    let result = download(manifest(), &sources(), &mut |_| ());
    result.unwrap_or_else(|error| panic!("the tests need {MODEL}: {error}"))
}

/// A configuration with the test model, which is at hand when this returns.
pub fn config() -> EmbedderConfig {
    model();
    EmbedderConfig { model: MODEL.into(), ..EmbedderConfig::new(sources()) }
}

/// The manifest of a small random model of 64 dimensions and tokens, which no source has.
pub fn small_manifest(id: &str, architecture: Architecture, pooling: Pooling) -> Manifest {
    Manifest {
        id: id.into(),
        title: "a small random model".into(),
        aliases: Vec::new(),
        architecture,
        dimension: 64,
        max_tokens: 64,
        pooling,
        prefix_document: String::new(),
        prefix_query: String::new(),
        licence: "MIT".into(),
        files: Vec::new(),
        hub: None,
        wheel: None,
        ollama: Some("small".into()),
    }
}
