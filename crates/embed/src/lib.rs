//! Text to vectors: model manifests, weights, tokenizer, models on candle, batching, Ollama.
//!
//! The only crate that knows candle. Callers hold an [`Embedder`], a cheap handle; the model lives
//! on threads of its own, and ends with the last handle.

mod batch;
mod config;
#[cfg(feature = "cuda")]
mod cuda;
mod device;
mod embedder;
mod error;
pub mod kernels;
mod load;
mod manifest;
mod model;
mod ollama;
mod options;
pub mod packed;
mod queue;
mod reference;
mod request;
mod resolve;
mod sources;
#[cfg(feature = "testing")]
pub mod testing;
mod tokenizer;
mod weights;
mod workers;

pub use batch::Batch;
pub use config::{Activation, ModelConfig};
pub use device::open_device;
pub use embedder::{Embedder, EmbedderInfo, Embeddings, Notice};
pub use error::EmbedError;
pub use manifest::{Architecture, Catalog, Hub, Manifest, ModelFile, Package, Pooling};
pub use model::Model;
pub use ollama::without_credentials;
pub use options::{BackendChoice, DeviceChoice, EmbedderConfig, Precision};
pub use reference::CandleModel;
pub use sources::{
    FileReport, FileStatus, Located, PinnedFile, Pins, PullEvent, Source, SourceOptions,
    VerifyReport, WeightFormat, locate, pull, searched, verify,
};
pub use weights::{WeightType, Weights};
