//! The models on candle's own operators, padded: the reference, and the path of every GPU.
//!
//! Low precision stops at the products' operands: weights, and what is multiplied with them. Norms,
//! softmax, activations, the residual stream, pooling and the vectors' length are made in f32.
//!
//! BERT and `NomicBERT` differ in their positions (learnt or rotary), their feed-forward network and
//! their tensors' names; the rest is one encoder. `candle-transformers` has both, but with a hundred
//! models more: minutes of every build for these two hundred lines.

use candle_core::{D, DType, Device, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};
use candle_nn::rotary_emb::rope;

use crate::batch::Batch;
use crate::config::ModelConfig;
use crate::error::Result;
use crate::manifest::{Architecture, Pooling};
use crate::options::Precision;
use crate::weights::Weights;

/// A model on candle's operators.
pub struct CandleModel {
    config: ModelConfig,
    device: Device,
    /// What the products' operands are rounded to.
    operands: DType,
    words: Tensor,
    /// Added to every token: row 0 of the token types.
    token_type: Option<Tensor>,
    positions: Positions,
    norm: Norm,
    layers: Vec<Layer>,
}

/// How a token's place in its text enters.
enum Positions {
    /// `[positions, hidden]`, added to the words.
    Learnt(Tensor),
    /// Cosines and sines, `[positions, head / 2]` each, that rotate queries and keys.
    Rotary(Tensor, Tensor),
}

struct Layer {
    qkv: Linear,
    out: Linear,
    attention_norm: Norm,
    up: Linear,
    gate: Option<Linear>,
    down: Linear,
    output_norm: Norm,
}

/// A projection; the weight is `[out, in]` as it is stored, in the operands' type. The bias is f32.
struct Linear {
    weight: Tensor,
    bias: Option<Tensor>,
}

struct Norm {
    scale: Tensor,
    shift: Tensor,
    eps: f32,
}

impl CandleModel {
    /// Builds the model on a device. Of the precisions there are `f32` and `f16`; see
    /// [`CandleModel::precision_for`].
    pub fn load(
        config: &ModelConfig,
        weights: &Weights,
        device: &Device,
        precision: Precision,
    ) -> Result<Self> {
        let operands = match Self::precision_for(precision) {
            Precision::F16 => DType::F16,
            _ => DType::F32,
        };
        let load = Loader { config, weights, device, operands };
        let token_type = if config.type_vocab > 0 {
            Some(load.tensor("embeddings.token_type_embeddings.weight")?.get(0)?)
        } else {
            None
        };
        let positions = match config.rotary_base {
            Some(base) => rotary(config, base, device)?,
            None => Positions::Learnt(load.tensor("embeddings.position_embeddings.weight")?),
        };
        let norm = match config.architecture {
            Architecture::Bert => "embeddings.LayerNorm",
            Architecture::NomicBert => "emb_ln",
        };
        let layers = (0..config.layers).map(|layer| load.layer(layer)).collect::<Result<_>>()?;
        Ok(Self {
            words: load.tensor("embeddings.word_embeddings.weight")?,
            norm: load.norm(norm)?,
            token_type,
            positions,
            layers,
            config: config.clone(),
            device: device.clone(),
            operands,
        })
    }

    /// What is computed where `precision` is asked for: itself where candle has it, else one that
    /// loses less. `Auto` is `f32` for as long as `f16` was not measured on a GPU.
    pub fn precision_for(precision: Precision) -> Precision {
        match precision {
            Precision::F16 | Precision::Bf16 | Precision::Int8 => Precision::F16,
            Precision::Auto | Precision::F32 | Precision::Int16 => Precision::F32,
        }
    }

    /// Vectors of all texts end to end: `batch.len() * hidden` numbers, pooled and L2-normalised.
    pub fn forward(&self, batch: &Batch) -> Result<Vec<f32>> {
        let longest = batch.texts().map(<[u32]>::len).max().unwrap_or(0);
        if longest == 0 {
            return Ok(Vec::new());
        }
        self.forward_padded(batch, longest)
    }

    /// The same with every text padded to `length` tokens, at least the longest one's.
    pub fn forward_padded(&self, batch: &Batch, length: usize) -> Result<Vec<f32>> {
        let shape = (batch.len(), length);
        let mut ids = vec![0_u32; shape.0 * shape.1];
        let mut mask = vec![0_f32; shape.0 * shape.1];
        for (row, text) in batch.texts().enumerate() {
            let start = row * length;
            ids[start..start + text.len()].copy_from_slice(text);
            mask[start..start + text.len()].fill(1.0);
        }
        let ids = Tensor::from_vec(ids, shape.0 * shape.1, &self.device)?;
        let mask = Tensor::from_vec(mask, shape, &self.device)?;
        let hidden = self.encode(&ids, &mask)?;
        let pooled = match self.config.pooling {
            Pooling::Mean => {
                let sum = hidden.broadcast_mul(&mask.unsqueeze(2)?)?.sum(1)?;
                sum.broadcast_div(&mask.sum_keepdim(1)?)?
            }
            Pooling::Cls => hidden.narrow(1, 0, 1)?.squeeze(1)?,
        };
        let mut vectors = pooled.flatten_all()?.to_vec1::<f32>()?;
        vectors.chunks_exact_mut(self.config.hidden).for_each(normalise);
        Ok(vectors)
    }

    /// The last layer's `[texts, length, hidden]`.
    fn encode(&self, ids: &Tensor, mask: &Tensor) -> Result<Tensor> {
        let (texts, length) = mask.dims2()?;
        let words = self.words.index_select(ids, 0)?;
        let mut x = words.reshape((texts, length, self.config.hidden))?;
        if let Some(token_type) = &self.token_type {
            x = x.broadcast_add(token_type)?;
        }
        if let Positions::Learnt(positions) = &self.positions {
            x = x.broadcast_add(&positions.narrow(0, 0, length)?)?;
        }
        x = self.norm.apply(&x)?;
        // 0 where a text is, far below every score where it is padded: [texts, 1, 1, length]
        let scores_mask = ((mask - 1.0)? * 1e9)?.reshape((texts, 1, 1, length))?;
        for layer in &self.layers {
            let attended = self.attend(layer, &x, &scores_mask)?;
            x = layer.attention_norm.apply(&(x + attended)?)?;
            let fed = layer.feed_forward(&x)?;
            x = layer.output_norm.apply(&(x + fed)?)?;
        }
        Ok(x)
    }

    fn attend(&self, layer: &Layer, x: &Tensor, scores_mask: &Tensor) -> Result<Tensor> {
        let (texts, length, hidden) = x.dims3()?;
        let heads = self.config.heads;
        let width = hidden / heads;
        let qkv = layer.qkv.apply(x)?.reshape((texts, length, 3, heads, width))?;
        let part = |index: usize| -> candle_core::Result<Tensor> {
            qkv.narrow(2, index, 1)?.squeeze(2)?.transpose(1, 2)?.contiguous()
        };
        let (mut q, mut k, v) = (part(0)?, part(1)?, part(2)?);
        if let Positions::Rotary(cos, sin) = &self.positions {
            q = rope(&q, cos, sin)?;
            k = rope(&k, cos, sin)?;
        }
        // Scaled before they are multiplied: the sums stay far from f16's largest number
        q = (q * (1.0 / (width as f64).sqrt()))?;
        let scores = self.product(&q, &k.t()?)?;
        let weights = softmax_last_dim(&scores.broadcast_add(scores_mask)?)?;
        let mixed = self.product(&weights, &v)?.transpose(1, 2)?;
        let mixed = mixed.reshape((texts, length, hidden))?;
        layer.out.apply(&mixed)
    }

    /// `a b` of two f32 tensors in the operands' type, as f32.
    fn product(&self, a: &Tensor, b: &Tensor) -> Result<Tensor> {
        let (a, b) = (a.to_dtype(self.operands)?, b.to_dtype(self.operands)?);
        Ok(a.matmul(&b)?.to_dtype(DType::F32)?)
    }
}

impl Layer {
    fn feed_forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = x.to_dtype(self.up.weight.dtype())?;
        let up = self.up.apply(&x)?;
        let inner = match &self.gate {
            Some(gate) => (up * gate.apply(&x)?.silu()?)?,
            None => up.gelu_erf()?,
        };
        self.down.apply(&inner)
    }
}

impl Linear {
    fn apply(&self, x: &Tensor) -> Result<Tensor> {
        let (texts, length, inner) = x.dims3()?;
        let rows = x.reshape((texts * length, inner))?.to_dtype(self.weight.dtype())?;
        let rows = rows.matmul(&self.weight.t()?)?.to_dtype(DType::F32)?;
        let rows = match &self.bias {
            Some(bias) => rows.broadcast_add(bias)?,
            None => rows,
        };
        Ok(rows.reshape((texts, length, rows.dim(D::Minus1)?))?)
    }
}

impl Norm {
    fn apply(&self, x: &Tensor) -> Result<Tensor> {
        Ok(layer_norm(&x.contiguous()?, &self.scale, &self.shift, self.eps)?)
    }
}

struct Loader<'a> {
    config: &'a ModelConfig,
    weights: &'a Weights,
    device: &'a Device,
    operands: DType,
}

impl Loader<'_> {
    fn tensor(&self, name: &str) -> Result<Tensor> {
        self.weights.tensor(name, self.device)
    }

    fn norm(&self, name: &str) -> Result<Norm> {
        Ok(Norm {
            scale: self.tensor(&format!("{name}.weight"))?,
            shift: self.tensor(&format!("{name}.bias"))?,
            eps: self.config.layer_norm_eps,
        })
    }

    fn linear(&self, name: &str) -> Result<Linear> {
        let bias = self.config.biases.then(|| self.tensor(&format!("{name}.bias"))).transpose()?;
        let weight = self.tensor(&format!("{name}.weight"))?.to_dtype(self.operands)?;
        Ok(Linear { weight, bias })
    }

    fn layer(&self, layer: usize) -> Result<Layer> {
        match self.config.architecture {
            Architecture::Bert => {
                let at = |name: &str| format!("encoder.layer.{layer}.{name}");
                let parts = ["query", "key", "value"]
                    .map(|part| self.linear(&at(&format!("attention.self.{part}"))));
                Ok(Layer {
                    qkv: stacked(parts)?,
                    out: self.linear(&at("attention.output.dense"))?,
                    attention_norm: self.norm(&at("attention.output.LayerNorm"))?,
                    up: self.linear(&at("intermediate.dense"))?,
                    gate: None,
                    down: self.linear(&at("output.dense"))?,
                    output_norm: self.norm(&at("output.LayerNorm"))?,
                })
            }
            Architecture::NomicBert => {
                let at = |name: &str| format!("encoder.layers.{layer}.{name}");
                Ok(Layer {
                    qkv: self.linear(&at("attn.Wqkv"))?,
                    out: self.linear(&at("attn.out_proj"))?,
                    attention_norm: self.norm(&at("norm1"))?,
                    up: self.linear(&at("mlp.fc11"))?,
                    gate: Some(self.linear(&at("mlp.fc12"))?),
                    down: self.linear(&at("mlp.fc2"))?,
                    output_norm: self.norm(&at("norm2"))?,
                })
            }
        }
    }
}

/// Three projections of the same rows as one.
fn stacked(parts: [Result<Linear>; 3]) -> Result<Linear> {
    let parts = parts.into_iter().collect::<Result<Vec<_>>>()?;
    let weights: Vec<_> = parts.iter().map(|part| &part.weight).collect();
    let biases: Vec<_> = parts.iter().filter_map(|part| part.bias.as_ref()).collect();
    let bias = (!biases.is_empty()).then(|| Tensor::cat(&biases, 0)).transpose()?;
    Ok(Linear { weight: Tensor::cat(&weights, 0)?, bias })
}

fn rotary(config: &ModelConfig, base: f32, device: &Device) -> Result<Positions> {
    let half = config.hidden / config.heads / 2;
    let angles: Vec<f32> = (0..config.max_positions)
        .flat_map(|position| {
            (0..half).map(move |i| position as f32 / base.powf(i as f32 / half as f32))
        })
        .collect();
    let angles = Tensor::from_vec(angles, (config.max_positions, half), device)?;
    Ok(Positions::Rotary(angles.cos()?, angles.sin()?))
}

/// Scales a vector to length 1; a zero vector stays.
pub(crate) fn normalise(vector: &mut [f32]) {
    let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    if norm > 0.0 {
        for value in vector {
            *value /= norm;
        }
    }
}
