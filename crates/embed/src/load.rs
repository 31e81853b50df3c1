//! A located model, loaded.

use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;

use candle_core::Device;
#[cfg(feature = "cuda")]
use candle_core::cuda_backend::CudaDevice;

use crate::config::ModelConfig;
#[cfg(feature = "cuda")]
use crate::cuda::CudaModel;
use crate::device::choose;
use crate::error::{EmbedError, Result};
use crate::manifest::Manifest;
use crate::model::Model;
use crate::options::{EmbedderConfig, Precision};
use crate::packed::PackedModel;
use crate::queue::BatchLimit;
use crate::reference::CandleModel;
use crate::sources::{Located, check_unchanged, weights_file};
use crate::tokenizer::TextTokenizer;
use crate::types::{EmbedderInfo, Notice};
use crate::weights::Weights;
use crate::workers::{LoadedModel, REST_AFTER};

/// Tokens of a batch on a processor: more would leave the cache.
const CPU_BATCH_TOKENS: usize = 512;
/// Padded tokens of a batch on a GPU: fewer would leave it waiting.
const GPU_BATCH_TOKENS: usize = 16 * 1024;
/// The same without padding, at 30 KB of the GPU's memory each. Twice as many are 2 % faster on an H100, half
/// as many 4 % slower.
#[cfg(feature = "cuda")]
const GPU_PACKED_TOKENS: usize = 32 * 1024;

/// Loads a model and everything its threads need.
pub(crate) fn load(
    manifest: &Manifest,
    located: &Located,
    options: &EmbedderConfig,
    tell: &mut dyn FnMut(Notice),
) -> Result<(LoadedModel, EmbedderInfo)> {
    check_unchanged(manifest, located, &options.sources)?;
    let path = weights_file(located);
    let (weights, mut config) = Weights::open(&path)?;
    config.pooling = manifest.pooling;
    check_fits(manifest, &config, &path)?;
    let max_tokens = manifest.max_tokens.min(config.max_positions);
    let tokenizer = TextTokenizer::load(&weights, config.vocab, max_tokens)?;
    let built = build(&config, weights, options, tell)?;
    let info = EmbedderInfo {
        model_id: manifest.id.clone(),
        backend: "candle",
        device: built.device.to_owned(),
        precision: built.precision.to_string(),
        kernels: built.kernels.to_owned(),
        path: Some(path),
        dimension: config.hidden,
        max_tokens,
        threads: built.workers,
    };
    let loaded = LoadedModel {
        model: built.model,
        tokenizer,
        dimension: config.hidden,
        prefix_document: manifest.prefix_document.clone(),
        prefix_query: manifest.prefix_query.clone(),
        workers: built.workers,
        tokenizers: built.tokenizers,
        limit: built.limit,
        rest_after: REST_AFTER,
    };
    Ok((loaded, info))
}

fn check_fits(manifest: &Manifest, config: &ModelConfig, path: &Path) -> Result<()> {
    let why = if config.architecture != manifest.architecture {
        format!("its architecture is {:?}, not {:?}", config.architecture, manifest.architecture)
    } else if config.hidden != manifest.dimension {
        format!("it has {} dimensions, not {}", config.hidden, manifest.dimension)
    } else {
        return Ok(());
    };
    Err(EmbedError::corrupt(path, format!("it is not {}: {why}", manifest.id)))
}

struct Built {
    model: Model,
    device: &'static str,
    precision: Precision,
    kernels: &'static str,
    workers: usize,
    tokenizers: usize,
    limit: BatchLimit,
}

fn build(
    config: &ModelConfig,
    weights: Weights,
    options: &EmbedderConfig,
    tell: &mut dyn FnMut(Notice),
) -> Result<Built> {
    let device = choose(options.device, &mut |why| tell(Notice::NoGpu { why }))?;
    match &device {
        Device::Cpu if PackedModel::supports(config) => return packed(config, weights, options),
        #[cfg(feature = "cuda")]
        Device::Cuda(gpu) => {
            if let Some(precision) = CudaModel::takes(config, gpu, options.precision) {
                return on_gpu(config, &weights, gpu, precision);
            }
        }
        _ => {}
    }
    let (name, tokens) = match device {
        Device::Cpu => ("cpu", CPU_BATCH_TOKENS),
        Device::Cuda(_) => ("cuda", GPU_BATCH_TOKENS),
        Device::Metal(_) => ("metal", GPU_BATCH_TOKENS),
    };
    // candle's f16 products on a processor are slower than those of f32
    let asked = if device.is_cpu() { Precision::F32 } else { options.precision };
    Ok(Built {
        device: name,
        precision: CandleModel::precision_for(asked),
        kernels: "candle",
        model: Model::Candle(Arc::new(CandleModel::load(config, &weights, &device, asked)?)),
        workers: 1, // candle's operators use all threads themselves
        tokenizers: if device.is_cpu() { 1 } else { tokenizers() },
        limit: BatchLimit { tokens, padded: true },
    })
}

#[cfg(feature = "cuda")]
fn on_gpu(
    config: &ModelConfig,
    weights: &Weights,
    gpu: &CudaDevice,
    precision: Precision,
) -> Result<Built> {
    Ok(Built {
        device: "cuda",
        precision,
        kernels: "packed",
        model: Model::Cuda(Arc::new(CudaModel::load(config, weights, gpu, precision)?)),
        workers: 1, // one stream keeps a GPU busy
        tokenizers: tokenizers(),
        limit: BatchLimit { tokens: GPU_PACKED_TOKENS, padded: false },
    })
}

fn packed(config: &ModelConfig, weights: Weights, options: &EmbedderConfig) -> Result<Built> {
    let threads = options.threads.filter(|&threads| threads > 0);
    let model = PackedModel::load(config, weights, options.precision)?;
    Ok(Built {
        device: "cpu",
        precision: model.precision(),
        kernels: model.kernels(),
        model: Model::Packed(model),
        workers: threads.unwrap_or_else(cores),
        tokenizers: 1,
        limit: BatchLimit { tokens: CPU_BATCH_TOKENS, padded: false },
    })
}

fn cores() -> usize {
    available_parallelism().map_or(1, Into::into)
}

/// Threads that tokenise for a GPU, which takes in what four of them give.
fn tokenizers() -> usize {
    (cores() / 2).clamp(1, 8)
}
