//! What a model's shape asks of its tensors.

use super::{Weights, numbers};
use crate::config::ModelConfig;
use crate::error::{EmbedError, Result};
use crate::manifest::Architecture;

impl Weights {
    /// Whether every tensor of the shape is there, of the right shape, and finite.
    pub(super) fn check(&self, config: &ModelConfig) -> Result<()> {
        for (name, shape) in expected(config) {
            let entry = self.entry(&name)?;
            let corrupt = |why: String| Err(EmbedError::corrupt(&self.path, why));
            if entry.shape != shape {
                let found = &entry.shape;
                return corrupt(format!("tensor {name} has shape {found:?}, expected {shape:?}"));
            }
            if !numbers::all_finite(entry.dtype, &self.mapping.bytes()[entry.bytes.clone()]) {
                return corrupt(format!("tensor {name} holds NaN or infinite numbers"));
            }
        }
        Ok(())
    }
}

/// Every tensor that a model of this shape reads, with its shape.
fn expected(config: &ModelConfig) -> Vec<(String, Vec<usize>)> {
    let mut list = Expected { tensors: Vec::new(), biases: config.biases };
    let (hidden, inner) = (config.hidden, config.intermediate);
    list.add("embeddings.word_embeddings.weight", &[config.vocab, hidden]);
    if config.type_vocab > 0 {
        list.add("embeddings.token_type_embeddings.weight", &[config.type_vocab, hidden]);
    }
    match config.architecture {
        Architecture::Bert => {
            list.add("embeddings.position_embeddings.weight", &[config.max_positions, hidden]);
            list.norm("embeddings.LayerNorm", hidden);
            for layer in 0..config.layers {
                let at = |name: &str| format!("encoder.layer.{layer}.{name}");
                for part in ["query", "key", "value"] {
                    list.linear(&at(&format!("attention.self.{part}")), hidden, hidden);
                }
                list.linear(&at("attention.output.dense"), hidden, hidden);
                list.norm(&at("attention.output.LayerNorm"), hidden);
                list.linear(&at("intermediate.dense"), inner, hidden);
                list.linear(&at("output.dense"), hidden, inner);
                list.norm(&at("output.LayerNorm"), hidden);
            }
        }
        Architecture::NomicBert => {
            list.norm("emb_ln", hidden);
            for layer in 0..config.layers {
                let at = |name: &str| format!("encoder.layers.{layer}.{name}");
                list.linear(&at("attn.Wqkv"), 3 * hidden, hidden);
                list.linear(&at("attn.out_proj"), hidden, hidden);
                list.linear(&at("mlp.fc11"), inner, hidden);
                list.linear(&at("mlp.fc12"), inner, hidden);
                list.linear(&at("mlp.fc2"), hidden, inner);
                list.norm(&at("norm1"), hidden);
                list.norm(&at("norm2"), hidden);
            }
        }
    }
    list.tensors
}

struct Expected {
    tensors: Vec<(String, Vec<usize>)>,
    biases: bool,
}

impl Expected {
    fn add(&mut self, name: &str, shape: &[usize]) {
        self.tensors.push((name.to_owned(), shape.to_vec()));
    }

    fn linear(&mut self, name: &str, out: usize, inner: usize) {
        self.add(&format!("{name}.weight"), &[out, inner]);
        if self.biases {
            self.add(&format!("{name}.bias"), &[out]);
        }
    }

    fn norm(&mut self, name: &str, width: usize) {
        self.add(&format!("{name}.weight"), &[width]);
        self.add(&format!("{name}.bias"), &[width]);
    }
}
