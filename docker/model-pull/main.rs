//! `model-pull MODEL DIRECTORY`: downloads a model to `DIRECTORY/models/MODEL`, verified, and prints how.
//!
//! It is `sconce model pull` without the rest of the binary: the sources of `sconce-embed` that bring
//! a model, and nothing that knows how to use one. docker/Dockerfile says why.
#![allow(dead_code, unused_imports, reason = "the part of sconce-embed that is not called here")]

use std::path::PathBuf;
use std::process::ExitCode;

#[path = "../../crates/embed/src/config.rs"]
mod config;
#[path = "../../crates/embed/src/error.rs"]
mod error;
#[path = "../../crates/embed/src/manifest.rs"]
mod manifest;
#[path = "../../crates/embed/src/sources/mod.rs"]
mod sources;

/// `EmbedError` can be made of candle's error, and this program has no candle.
extern crate self as candle_core;
type Error = std::fmt::Error;

use error::EmbedError;
use manifest::Catalog;
use sources::{DownloadEvent, SourceOptions};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(model), Some(directory)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: model-pull MODEL DIRECTORY");
        return ExitCode::from(2);
    };
    match pull(&model, &directory) {
        Ok(path) => {
            eprintln!("{model} is in {}", path.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn pull(model: &str, directory: &str) -> Result<PathBuf, EmbedError> {
    let catalog = Catalog::builtin();
    let manifest = catalog.get(model).ok_or_else(|| EmbedError::UnknownModel {
        id: model.to_owned(),
        known: catalog.iter().map(|manifest| manifest.id.clone()).collect(),
    })?;
    let options = SourceOptions::from_env(directory);
    let mut tell = |event: DownloadEvent| {
        if !matches!(event, DownloadEvent::Progress { .. }) {
            eprintln!("{event}");
        }
    };
    Ok(sources::download(manifest, &options, &mut tell)?.path)
}
