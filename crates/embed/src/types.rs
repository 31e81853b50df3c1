//! What an open model says of itself and gives: shared by its handle, its loading and its threads.

use std::fmt;
use std::path::PathBuf;

use crate::sources::DownloadEvent;

/// Something the user should know while the model is opened. Displays as one clear line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A model is downloaded.
    Download(DownloadEvent),
    /// Another model or backend than the first choice is used.
    FellBack {
        /// The first choice.
        from: String,
        /// What is used.
        to: String,
        /// Why.
        why: String,
    },
    /// The processor is used although this binary was built for GPUs.
    NoGpu {
        /// Why.
        why: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Download(event) => event.fmt(f),
            Self::NoGpu { why } => write!(f, "using the processor: {why}"),
            Self::FellBack { from, to, why } => write!(
                f,
                "using {to} instead of {from} ({why}); choose with --model or SCONCE_MODEL, or \
                 download it with `sconce model pull {from}`"
            ),
        }
    }
}

/// What a user may want to know about an open model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedderInfo {
    /// The model's id: what an index remembers.
    pub model_id: String,
    /// `candle` or `ollama`.
    pub backend: &'static str,
    /// `cpu`, `cuda`, `metal`, or the Ollama server's address.
    pub device: String,
    /// The arithmetic in use, such as `f32`; empty at Ollama.
    pub precision: String,
    /// The kernels in use, such as `avx512-vnni`; empty at Ollama.
    pub kernels: String,
    /// Where the weights lie; None at Ollama.
    pub path: Option<PathBuf>,
    /// Numbers in a vector.
    pub dimension: usize,
    /// The longest text in tokens.
    pub max_tokens: usize,
    /// Worker threads.
    pub threads: usize,
}

/// What [`crate::Embedder::embed_documents`] gives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Embeddings {
    /// One L2-normalised vector for each text, in order.
    pub vectors: Vec<Vec<f32>>,
    /// Tokens computed.
    pub tokens: u64,
    /// Texts that were longer than the model's limit and were cut.
    pub truncated: u64,
}
