//! Text to vectors: model manifests, weights, tokenizer, models on candle, batching, Ollama.
//!
//! The only crate that knows candle; on the processor `sconce-kernels` computes. Callers hold an
//! [`Embedder`], a cheap handle; the model lives on threads of its own, and ends with the last handle.

mod batch;
mod config;
#[cfg(feature = "cuda")]
mod cuda;
mod device;
mod embedder;
mod error;
mod load;
mod manifest;
mod model;
mod ollama;
mod options;
mod packed;
mod queue;
mod reference;
mod remedy;
mod request;
mod resolve;
mod sources;
mod system;
mod tokenizer;
mod types;
mod weights;
mod workers;

pub use batch::Batch;
pub use config::{Activation, ModelConfig};
#[cfg(feature = "cuda")]
pub use cuda::CudaModel;
pub use device::open_device;
pub use embedder::Embedder;
pub use error::EmbedError;
pub use manifest::{Architecture, Catalog, Hub, Manifest, ModelFile, Package, Pooling};
pub use model::Model;
pub use ollama::without_credentials;
pub use options::{BackendChoice, DeviceChoice, EmbedderConfig, Precision};
pub use packed::PackedModel;
pub use reference::CandleModel;
pub use remedy::ModelRemedy;
pub use sconce_dirs::DirRemedy;
pub use sconce_fetch::FetchRemedy;
pub use sources::{
    DownloadEvent, FileReport, FileStatus, Located, PinnedFile, Pins, Source, SourceOptions,
    VerifyReport, WeightFormat, checksum, download, locate, verify,
};
pub use types::{EmbedderInfo, Embeddings, Notice};
pub use weights::Weights;
