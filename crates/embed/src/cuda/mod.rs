//! NVIDIA's GPUs: their libraries, opened when a GPU is asked for, and an encoder for them that packs
//! texts and keeps what lies between the matrix products in few kernels.
//!
//! `candle_transformers` pads every text to the longest of its batch, writes the scores of attention to the
//! GPU's memory, and launches a kernel for each sum, scale and copy. It is what serves every other GPU, `f32`,
//! and shapes that the kernels do not take; docs/performance.md has what the difference is.

mod kernels;
mod libraries;
mod model;
mod texts;

pub(crate) use libraries::load;
pub use model::CudaModel;
