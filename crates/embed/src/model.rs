//! The seam of inference: token ids in, vectors out, synchronous.

use std::sync::Arc;

use crate::batch::Batch;
#[cfg(feature = "cuda")]
use crate::cuda::CudaModel;
use crate::error::Result;
use crate::packed::PackedModel;
use crate::reference::CandleModel;

/// A loaded model. Each worker thread owns one; they share the weights.
#[expect(clippy::large_enum_variant, reason = "there is one model a worker, and it stays there")]
pub enum Model {
    /// candle's operators, padded: the reference, and what the others do not take.
    Candle(Arc<CandleModel>),
    /// Our own kernels for NVIDIA's GPUs, packed.
    #[cfg(feature = "cuda")]
    Cuda(Arc<CudaModel>),
    /// Our own kernels, packed: processors.
    Packed(PackedModel),
}

impl Model {
    /// Vectors of all texts end to end: `batch.len() * dimension` numbers, pooled, L2-normalised.
    /// No text is empty, none is longer than the model's positions. One thread computes.
    pub fn forward(&mut self, batch: &Batch) -> Result<Vec<f32>> {
        match self {
            Self::Candle(model) => model.forward(batch),
            #[cfg(feature = "cuda")]
            Self::Cuda(model) => model.forward(batch),
            Self::Packed(model) => model.forward(batch),
        }
    }

    /// The same for a small batch that somebody waits for: up to `threads` threads share each
    /// product.
    pub fn forward_query(&mut self, batch: &Batch, threads: usize) -> Result<Vec<f32>> {
        match self {
            Self::Candle(model) => model.forward(batch),
            #[cfg(feature = "cuda")]
            Self::Cuda(model) => model.forward(batch),
            Self::Packed(model) => model.forward_query(batch, threads),
        }
    }

    /// Another worker's model: the same weights, a workspace of its own.
    #[must_use]
    pub fn worker(&self) -> Self {
        match self {
            Self::Candle(model) => Self::Candle(Arc::clone(model)),
            #[cfg(feature = "cuda")]
            Self::Cuda(model) => Self::Cuda(Arc::clone(model)),
            Self::Packed(model) => Self::Packed(model.worker()),
        }
    }
}
