//! BERT and `NomicBERT` on a GPU, over packed texts.

use candle_core::cuda_backend::CudaDevice;
use candle_core::{DType, Device, Tensor};

use crate::batch::Batch;
use crate::config::{Activation, ModelConfig};
use crate::error::Result;
use crate::manifest::{Architecture, Pooling};
use crate::options::Precision;
use crate::reference::normalise;
use crate::weights::Weights;

use super::kernels::{Kernels, Norm, Tables};
use super::texts::Texts;

/// An encoder on a GPU, in `f16` or `bf16`; what is summed is `f32`.
pub struct CudaModel {
    config: ModelConfig,
    device: Device,
    kernels: Kernels,
    tables: Tables,
    norm: Norm,
    /// Cosines and sines, where positions are rotated.
    angles: Option<Tensor>,
    layers: Vec<Layer>,
}

/// One encoder layer, post-norm.
struct Layer {
    /// Queries, keys, values.
    qkv: Linear,
    output: Linear,
    attention_norm: Norm,
    /// With SwiGLU the columns of up and then those of gate.
    up: Linear,
    down: Linear,
    output_norm: Norm,
}

/// `[out, in]`, and a bias, which the kernel that follows adds, in `f32`.
struct Linear {
    weight: Tensor,
    bias: Option<Tensor>,
}

impl Linear {
    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        x.matmul(&self.weight.t()?)
    }
}

impl CudaModel {
    /// The precision that it has for what is asked, `f16` or `bf16`; None where `f32` is asked for, where the
    /// kernels do not take the model's shape, and on GPUs older than Ampere's, which have no products of
    /// `bf16`.
    pub fn takes(config: &ModelConfig, gpu: &CudaDevice, asked: Precision) -> Option<Precision> {
        let precision = match asked {
            Precision::F32 | Precision::Int16 => return None,
            Precision::Bf16 => Precision::Bf16,
            Precision::Auto | Precision::F16 | Precision::Int8 => Precision::F16,
        };
        (super::has_kernels(gpu) && Self::supports(config)).then_some(precision)
    }

    /// Whether there are kernels for the model's shape.
    fn supports(config: &ModelConfig) -> bool {
        let is_bert = config.architecture == Architecture::Bert;
        let known = match config.activation {
            Activation::Gelu => is_bert && config.rotary_base.is_none(),
            Activation::SwiGlu => !is_bert && config.rotary_base.is_some() && !config.biases,
        };
        known && Kernels::take(config.hidden, config.hidden / config.heads, config.intermediate)
    }

    /// Puts the weights on a GPU, in `bf16` where that is asked for and else in `f16`.
    pub fn load(
        config: &ModelConfig,
        weights: &Weights,
        device: &CudaDevice,
        precision: Precision,
    ) -> Result<Self> {
        let dtype = if precision == Precision::Bf16 { DType::BF16 } else { DType::F16 };
        let kernels = Kernels::load(device, dtype, config.hidden / config.heads)?;
        let device = Device::Cuda(device.clone());
        let loader = Loader { config, weights, device: &device, dtype };
        Ok(Self {
            kernels,
            tables: loader.tables()?,
            norm: loader.norm(match config.architecture {
                Architecture::Bert => "embeddings.LayerNorm",
                Architecture::NomicBert => "emb_ln",
            })?,
            angles: config.rotary_base.map(|base| loader.angles(base)).transpose()?,
            layers: (0..config.layers).map(|index| loader.layer(index)).collect::<Result<_>>()?,
            config: config.clone(),
            device,
        })
    }

    /// Vectors of all texts end to end: `batch.len() * hidden` numbers, pooled and L2-normalised.
    pub fn forward(&self, batch: &Batch) -> Result<Vec<f32>> {
        batch.check(&self.config)?;
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let mut vectors = self.pass(batch)?;
        vectors.chunks_exact_mut(self.config.hidden).for_each(normalise);
        Ok(vectors)
    }

    fn pass(&self, batch: &Batch) -> candle_core::Result<Vec<f32>> {
        let kernels = &self.kernels;
        let texts = Texts::send(batch, &self.device)?;
        let mut x = kernels.embed(&texts, &self.tables, &self.norm)?;
        for layer in &self.layers {
            let qkv = layer.qkv.forward(&x)?;
            let (added, angles) = (layer.qkv.bias.as_ref(), self.angles.as_ref());
            let mixed = kernels.attention(&texts, &qkv, added, angles, self.config.heads)?;
            let delta = layer.output.forward(&mixed)?;
            x = kernels.add_norm(&x, &delta, layer.output.bias.as_ref(), &layer.attention_norm)?;
            let up = layer.up.forward(&x)?;
            let inner = match self.config.activation {
                Activation::Gelu => kernels.gelu(&up, layer.up.bias.as_ref())?,
                Activation::SwiGlu => kernels.swiglu(&up)?,
            };
            let delta = layer.down.forward(&inner)?;
            x = kernels.add_norm(&x, &delta, layer.down.bias.as_ref(), &layer.output_norm)?;
        }
        let pooled = kernels.pool(&texts, &x, self.config.pooling == Pooling::Cls)?;
        pooled.flatten_all()?.to_vec1::<f32>()
    }
}

/// Reads tensors by their Hugging Face names. The processor converts and joins them: candle's kernels for
/// that would first have to be compiled by the driver, which takes ten seconds.
struct Loader<'a> {
    config: &'a ModelConfig,
    weights: &'a Weights,
    device: &'a Device,
    dtype: DType,
}

impl Loader<'_> {
    fn floats(&self, name: &str) -> Result<Tensor> {
        self.weights.tensor(name, &Device::Cpu)
    }

    fn narrow(&self, name: &str) -> Result<Tensor> {
        Ok(self.floats(name)?.to_dtype(self.dtype)?)
    }

    fn send(&self, tensor: &Tensor) -> Result<Tensor> {
        Ok(tensor.contiguous()?.to_device(self.device)?)
    }

    fn tables(&self) -> Result<Tables> {
        let table = |name: &str| self.narrow(&format!("embeddings.{name}.weight"));
        let token_type = match self.config.type_vocab {
            0 => None,
            _ => Some(self.send(&table("token_type_embeddings")?.get(0)?)?),
        };
        let learnt = self.config.rotary_base.is_none();
        let positions = learnt.then(|| self.send(&table("position_embeddings")?)).transpose()?;
        Ok(Tables { words: self.send(&table("word_embeddings")?)?, token_type, positions })
    }

    fn norm(&self, name: &str) -> Result<Norm> {
        Ok(Norm {
            weight: self.send(&self.floats(&format!("{name}.weight"))?)?,
            bias: self.send(&self.floats(&format!("{name}.bias"))?)?,
            eps: self.config.layer_norm_eps,
        })
    }

    /// Cosines and sines of each position, of the halves of a head (as GPT-NeoX turns them).
    fn angles(&self, base: f32) -> Result<Tensor> {
        let head = self.config.hidden / self.config.heads;
        let turns = (0..head / 2).map(|i| base.powf(-(2.0 * i as f32) / head as f32));
        let turns: Vec<f32> = turns.collect();
        let rows = (0..self.config.max_positions).flat_map(|position| {
            let angles = turns.iter().map(move |turn| position as f32 * turn);
            angles.clone().map(f32::cos).chain(angles.map(f32::sin))
        });
        let rows: Vec<f32> = rows.collect();
        Ok(Tensor::from_vec(rows, (self.config.max_positions, head), self.device)?)
    }

    /// Linear layers of the same input, their columns one after the other.
    fn linear(&self, names: &[String]) -> Result<Linear> {
        let joined = |part: &str, read: &dyn Fn(&str) -> Result<Tensor>| {
            let tensors = names.iter().map(|name| read(&format!("{name}.{part}")));
            self.send(&Tensor::cat(&tensors.collect::<Result<Vec<_>>>()?, 0)?)
        };
        let biases = || joined("bias", &|name| self.floats(name));
        Ok(Linear {
            weight: joined("weight", &|name| self.narrow(name))?,
            bias: self.config.biases.then(biases).transpose()?,
        })
    }

    fn layer(&self, index: usize) -> Result<Layer> {
        match self.config.architecture {
            Architecture::Bert => {
                let name = |part: &str| format!("encoder.layer.{index}.{part}");
                let qkv = ["query", "key", "value"].map(|p| name(&format!("attention.self.{p}")));
                Ok(Layer {
                    qkv: self.linear(&qkv)?,
                    output: self.linear(&[name("attention.output.dense")])?,
                    attention_norm: self.norm(&name("attention.output.LayerNorm"))?,
                    up: self.linear(&[name("intermediate.dense")])?,
                    down: self.linear(&[name("output.dense")])?,
                    output_norm: self.norm(&name("output.LayerNorm"))?,
                })
            }
            Architecture::NomicBert => {
                let name = |part: &str| format!("encoder.layers.{index}.{part}");
                Ok(Layer {
                    qkv: self.linear(&[name("attn.Wqkv")])?,
                    output: self.linear(&[name("attn.out_proj")])?,
                    attention_norm: self.norm(&name("norm1"))?,
                    up: self.linear(&[name("mlp.fc11"), name("mlp.fc12")])?,
                    down: self.linear(&[name("mlp.fc2")])?,
                    output_norm: self.norm(&name("norm2"))?,
                })
            }
        }
    }
}
