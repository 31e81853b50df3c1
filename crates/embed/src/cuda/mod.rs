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

use candle_core::cuda_backend::CudaDevice;
use candle_core::{Device, Result};

pub(crate) use libraries::load;
pub use model::CudaModel;

/// The device, after kernels were loaded on it: a driver that is too old for them shows only then. Those of
/// [`CudaModel`] where it takes them, since the driver compiles candle's for ten seconds.
pub(crate) fn with_kernels(device: Device) -> Result<Device> {
    match &device {
        Device::Cuda(gpu) if has_kernels(gpu) => kernels::check(gpu).map(|()| device),
        _ => crate::device::computes(device),
    }
}

/// Whether the GPU is new enough for our kernels: Ampere's, which were the first with products of `bf16`.
fn has_kernels(gpu: &CudaDevice) -> bool {
    let capability = gpu.cuda_stream().context().compute_capability();
    capability.is_ok_and(|(major, _)| major >= 8)
}
