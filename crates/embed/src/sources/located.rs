//! A model that was found on this machine.

use std::path::PathBuf;

/// What a model's weights are stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightFormat {
    /// A directory with `config.json`, `tokenizer.json` and `model.safetensors`.
    Safetensors,
    /// One GGUF file with everything in it.
    Gguf,
}

/// Which source has a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The directory given.
    ModelDir,
    /// The data directory.
    Data,
    /// The container image.
    Image,
    /// Ollama's store.
    Ollama,
    /// Hugging Face's cache.
    HubCache,
}

/// A model on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The directory (safetensors) or the file (GGUF).
    pub path: PathBuf,
    /// Which source it is.
    pub source: Source,
    /// How the weights are stored.
    pub format: WeightFormat,
}
