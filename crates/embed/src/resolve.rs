//! From what the user asked for to a model: `auto`, downloads, fall-backs.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::error::{EmbedError, Result};
use crate::manifest::{Catalog, Manifest};
use crate::ollama::Ollama;
use crate::options::{BackendChoice, EmbedderConfig};
use crate::sources::{Located, SourceOptions, download, locate, searched};
use crate::types::Notice;

/// What `auto` wants.
const FIRST_CHOICE: &str = "nomic-embed-text-v1.5";
/// What `auto` ends with: the package index alone has it.
const LAST_CHOICE: &str = "all-MiniLM-L6-v2";
/// How long a failed try to download the first choice is remembered.
const RETRY_AFTER: Duration = Duration::from_hours(24);

/// A model, and who computes it.
pub(crate) enum Resolved {
    /// Weights on this machine.
    Local(&'static Manifest, Located),
    /// A server that has the model.
    Ollama(Ollama),
}

type Tell<'a> = &'a mut dyn FnMut(Notice);

/// Finds the model that the configuration asks for, and downloads it if that is allowed.
pub(crate) fn resolve(config: &EmbedderConfig, tell: Tell<'_>) -> Result<Resolved> {
    if config.model.trim().eq_ignore_ascii_case("auto") {
        return resolve_auto(config, tell);
    }
    let manifest = known(config.model.trim())?;
    match config.backend {
        BackendChoice::Ollama => Ok(Resolved::Ollama(Ollama::connect(manifest, config)?)),
        BackendChoice::Candle => {
            Ok(Resolved::Local(manifest, locate_or_download(manifest, config, tell)?))
        }
        BackendChoice::Auto => match locate_or_download(manifest, config, tell) {
            Ok(located) => Ok(Resolved::Local(manifest, located)),
            Err(error) => match Ollama::connect(manifest, config) {
                Ok(ollama) => {
                    tell(fell_back("candle", "ollama", &error.to_string()));
                    Ok(Resolved::Ollama(ollama))
                }
                Err(_) => Err(error),
            },
        },
    }
}

fn resolve_auto(config: &EmbedderConfig, tell: Tell<'_>) -> Result<Resolved> {
    let first = known(FIRST_CHOICE)?;
    if config.backend == BackendChoice::Ollama {
        return Ok(Resolved::Ollama(Ollama::connect(first, config)?));
    }
    if let Some(located) = locate(first, &config.sources) {
        return Ok(Resolved::Local(first, located));
    }
    let last = known(LAST_CHOICE)?;
    let remembered = Remembered::read(&config.sources).filter(Remembered::is_fresh);
    if let Some(remembered) = &remembered
        && let Some(located) = locate(last, &config.sources)
    {
        tell(fell_back(FIRST_CHOICE, LAST_CHOICE, &remembered.why));
        return Ok(Resolved::Local(last, located));
    }
    let error = match remembered {
        Some(remembered) => {
            EmbedError::Unavailable { id: FIRST_CHOICE.into(), reasons: vec![remembered.why] }
        }
        None => match locate_or_download(first, config, tell) {
            Ok(located) => return Ok(Resolved::Local(first, located)),
            // Not another model's fault, and another model would not help
            Err(error @ EmbedError::Io { .. }) => return Err(error),
            Err(error) => error,
        },
    };
    if config.backend == BackendChoice::Auto
        && let Ok(ollama) = Ollama::connect(first, config)
    {
        return Ok(Resolved::Ollama(ollama));
    }
    let located = locate_or_download(last, config, tell)?;
    let why = match &error {
        EmbedError::Unavailable { reasons, .. } => reasons.join("; "),
        error => error.to_string(),
    };
    if config.allow_download && !config.sources.offline {
        Remembered::now(why.clone()).write(&config.sources);
    }
    tell(fell_back(FIRST_CHOICE, LAST_CHOICE, &why));
    Ok(Resolved::Local(last, located))
}

fn locate_or_download(
    manifest: &Manifest,
    config: &EmbedderConfig,
    tell: Tell<'_>,
) -> Result<Located> {
    if config.allow_download {
        return download(manifest, &config.sources, &mut |event| tell(Notice::Download(event)));
    }
    locate(manifest, &config.sources).ok_or_else(|| EmbedError::NotFound {
        id: manifest.id.clone(),
        searched: searched(manifest, &config.sources),
    })
}

fn known(id: &str) -> Result<&'static Manifest> {
    let catalog = Catalog::builtin();
    catalog.get(id).ok_or_else(|| EmbedError::UnknownModel {
        id: id.to_owned(),
        known: catalog.iter().map(|manifest| manifest.id.clone()).collect(),
    })
}

fn fell_back(from: &str, to: &str, why: &str) -> Notice {
    Notice::FellBack { from: from.into(), to: to.into(), why: why.into() }
}

/// Why `auto` did not get its first choice, so that not every start waits for the network.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    model: String,
    why: String,
    /// Seconds since 1970.
    at: u64,
}

impl Remembered {
    fn path(options: &SourceOptions) -> PathBuf {
        options.models_dir().join("auto.json")
    }

    fn now(why: String) -> Self {
        Self { model: LAST_CHOICE.into(), why, at: seconds_now() }
    }

    fn is_fresh(&self) -> bool {
        seconds_now().saturating_sub(self.at) < RETRY_AFTER.as_secs()
    }

    fn read(options: &SourceOptions) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(Self::path(options)).ok()?).ok()
    }

    /// It only saves time, so a directory that cannot be written to is no error.
    fn write(&self, options: &SourceOptions) {
        let text = serde_json::to_vec_pretty(self).expect("a memory is plain JSON");
        if let Err(error) = std::fs::write(Self::path(options), text) {
            tracing::debug!(%error, "the choice of model was not remembered");
        }
    }
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
