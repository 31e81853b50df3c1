//! The models of `candle-transformers`, padded: the reference, and what runs where neither the processor's
//! kernels nor those for NVIDIA's GPUs take a model.
//!
//! Upstream's encoders run as they are. What stands here is what they leave to their caller (tensors by
//! name, padding, pooling, the vectors' length), and what they would get wrong:
//!
//! - `bert::BertModel` makes its mask as `(1 - mask) * f32::MIN`; in f16 that is `0 * -inf`, so that every
//!   vector is NaN. The embeddings and the mask are made here, and `bert::BertEncoder` has the layers.
//! - Both hold the scores of all heads of all texts at once, which for long texts is more than a GPU has. A
//!   batch is cut so that they stay below [`MOST_SCORES`].
//!
//! At `f16` the whole encoder is in `f16`, but for what is summed: norms, softmax and pooling.

mod tensors;

use candle_core::{DType, Device, Tensor};
use candle_nn::{Embedding, LayerNorm, Module as _, VarBuilder};
use candle_transformers::models::bert::{self, BertEncoder};
use candle_transformers::models::nomic_bert::{self, NomicBertModel};

use crate::batch::Batch;
use crate::config::ModelConfig;
use crate::error::Result;
use crate::manifest::{Architecture, Pooling};
use crate::options::Precision;
use crate::weights::Weights;

use tensors::Tensors;

/// The most scores, of all heads of the texts of one pass: half a gigabyte in f32, of which a few copies
/// live at once.
const MOST_SCORES: usize = 128 << 20;
/// Far below every score, and still a number in f16.
const MASKED: f64 = -1e4;

/// A model of `candle-transformers`.
pub struct CandleModel {
    config: ModelConfig,
    device: Device,
    encoder: Encoder,
}

enum Encoder {
    Bert(Bert),
    Nomic(Box<NomicBertModel>),
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
        let dtype = match Self::precision_for(precision) {
            Precision::F16 => DType::F16,
            _ => DType::F32,
        };
        let tensors = Box::new(Tensors(weights.clone()));
        let tensors = VarBuilder::from_backend(tensors, dtype, device.clone());
        let encoder = match config.architecture {
            Architecture::Bert => Encoder::Bert(Bert::load(config, &tensors)?),
            Architecture::NomicBert => {
                Encoder::Nomic(Box::new(NomicBertModel::load(tensors, &nomic_config(config))?))
            }
        };
        Ok(Self { config: config.clone(), device: device.clone(), encoder })
    }

    /// What is computed where `precision` is asked for: itself where candle has it, else one that
    /// loses less. `Auto` is `f32`: `f16` was measured on no GPU that has no kernels of ours.
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
        let texts: Vec<&[u32]> = batch.texts().collect();
        let mut vectors = Vec::with_capacity(texts.len() * self.config.hidden);
        for texts in texts.chunks(texts_at_once(self.config.heads, length)) {
            vectors.extend(self.pass(texts, length)?);
        }
        vectors.chunks_exact_mut(self.config.hidden).for_each(normalise);
        Ok(vectors)
    }

    /// Pooled vectors of some texts.
    fn pass(&self, texts: &[&[u32]], length: usize) -> Result<Vec<f32>> {
        let shape = (texts.len(), length);
        let mut ids = vec![0_u32; shape.0 * shape.1];
        let mut mask = vec![0_f32; shape.0 * shape.1];
        for (row, text) in texts.iter().enumerate() {
            let start = row * length;
            ids[start..start + text.len()].copy_from_slice(text);
            mask[start..start + text.len()].fill(1.0);
        }
        let ids = Tensor::from_vec(ids, shape, &self.device)?;
        let mask = Tensor::from_vec(mask, shape, &self.device)?;
        let hidden = match &self.encoder {
            Encoder::Bert(model) => model.forward(&ids, &mask)?,
            Encoder::Nomic(model) => model.forward(&ids, None, Some(&mask.to_dtype(DType::U8)?))?,
        };
        let hidden = hidden.to_dtype(DType::F32)?;
        let pooled = match self.config.pooling {
            Pooling::Mean => {
                let sum = hidden.broadcast_mul(&mask.unsqueeze(2)?)?.sum(1)?;
                sum.broadcast_div(&mask.sum_keepdim(1)?)?
            }
            Pooling::Cls => hidden.narrow(1, 0, 1)?.squeeze(1)?,
        };
        Ok(pooled.flatten_all()?.to_vec1::<f32>()?)
    }
}

/// How many texts of that length are in one pass.
fn texts_at_once(heads: usize, length: usize) -> usize {
    (MOST_SCORES / (heads * length * length).max(1)).max(1)
}

/// Upstream's layers below embeddings and a mask of ours.
struct Bert {
    words: Embedding,
    /// `[positions, hidden]`.
    positions: Tensor,
    /// Added to every token: row 0 of the token types.
    token_type: Option<Tensor>,
    norm: LayerNorm,
    layers: BertEncoder,
}

impl Bert {
    fn load(config: &ModelConfig, tensors: &VarBuilder) -> Result<Self> {
        let hidden = config.hidden;
        let embeddings = tensors.pp("embeddings");
        let table = |name: &str, rows: usize| embeddings.pp(name).get((rows, hidden), "weight");
        let token_type = match config.type_vocab {
            0 => None,
            rows => Some(table("token_type_embeddings", rows)?.get(0)?),
        };
        let eps = f64::from(config.layer_norm_eps);
        Ok(Self {
            words: Embedding::new(table("word_embeddings", config.vocab)?, hidden),
            positions: table("position_embeddings", config.max_positions)?,
            token_type,
            norm: candle_nn::layer_norm(hidden, eps, embeddings.pp("LayerNorm"))?,
            layers: BertEncoder::load(tensors.pp("encoder"), &bert_config(config))?,
        })
    }

    /// The last layer's `[texts, length, hidden]`; the mask is 1 where a text is.
    fn forward(&self, ids: &Tensor, mask: &Tensor) -> candle_core::Result<Tensor> {
        let (texts, length) = ids.dims2()?;
        let mut x = self.words.forward(ids)?;
        if let Some(token_type) = &self.token_type {
            x = x.broadcast_add(token_type)?;
        }
        x = x.broadcast_add(&self.positions.narrow(0, 0, length)?)?;
        let mask = ((mask.neg()? + 1.0)? * MASKED)?.reshape((texts, 1, 1, length))?;
        self.layers.forward(&self.norm.forward(&x)?, &mask.to_dtype(x.dtype())?)
    }
}

fn bert_config(config: &ModelConfig) -> bert::Config {
    bert::Config {
        vocab_size: config.vocab,
        hidden_size: config.hidden,
        num_hidden_layers: config.layers,
        num_attention_heads: config.heads,
        intermediate_size: config.intermediate,
        hidden_act: bert::HiddenAct::Gelu,
        max_position_embeddings: config.max_positions,
        type_vocab_size: config.type_vocab,
        layer_norm_eps: f64::from(config.layer_norm_eps),
        ..bert::Config::default()
    }
}

fn nomic_config(config: &ModelConfig) -> nomic_bert::Config {
    let defaults = nomic_bert::Config::default();
    nomic_bert::Config {
        vocab_size: config.vocab,
        n_embd: config.hidden,
        n_head: config.heads,
        n_layer: config.layers,
        n_inner: config.intermediate,
        n_positions: config.max_positions,
        type_vocab_size: config.type_vocab,
        layer_norm_epsilon: f64::from(config.layer_norm_eps),
        rotary_emb_base: config.rotary_base.map_or(defaults.rotary_emb_base, f64::from),
        qkv_proj_bias: config.biases,
        mlp_fc1_bias: config.biases,
        mlp_fc2_bias: config.biases,
        // The tensors have no such prefix.
        model_type: None,
        ..defaults
    }
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use candle_transformers::models::bert::BertModel;

    use super::*;

    /// Once this fails upstream's whole model does, and [`Bert`] can go.
    #[test]
    fn upstreams_mask_is_no_number_in_f16() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let (weights, config) =
            Weights::open(&fixtures.join("small-bert/model.safetensors")).unwrap();
        let tensors = Box::new(Tensors(weights));
        let tensors = VarBuilder::from_backend(tensors, DType::F16, Device::Cpu);
        let model = BertModel::load(tensors, &bert_config(&config)).unwrap();
        let ids = Tensor::from_vec(vec![1_u32, 2, 3], (1, 3), &Device::Cpu).unwrap();
        let types = ids.zeros_like().unwrap();
        let hidden = model.forward(&ids, &types, Some(&ids.ones_like().unwrap())).unwrap();
        let hidden = hidden.to_dtype(DType::F32).unwrap().flatten_all().unwrap();
        assert!(hidden.to_vec1::<f32>().unwrap().iter().all(|number| number.is_nan()));
    }

    #[test]
    fn a_pass_of_long_texts_has_fewer() {
        assert_eq!(texts_at_once(12, 512), 42);
        assert_eq!(texts_at_once(12, 2048), 2);
        assert_eq!(texts_at_once(12, 100_000), 1);
    }
}
