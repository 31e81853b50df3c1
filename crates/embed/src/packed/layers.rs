//! A model's weights, packed for the kernels, from tensors by their Hugging Face names.

use std::borrow::Cow;
use std::thread;

use sconce_kernels::{Epilogue, Format, Kernels, LayerNorm, PackedMatrix};

use crate::config::{Activation, ModelConfig};
use crate::error::{EmbedError, Result};
use crate::manifest::Architecture;
use crate::weights::Weights;

use super::rotary::Rotary;

/// One encoder layer, post-norm.
pub(super) struct Layer {
    /// Columns of query, key and value of each head, head after head.
    pub(super) qkv: PackedMatrix,
    pub(super) output: PackedMatrix,
    /// After attention and its residual.
    pub(super) attention_norm: LayerNorm,
    /// With SwiGLU, vectors of up and gate columns take turns.
    pub(super) up: PackedMatrix,
    pub(super) down: PackedMatrix,
    /// After the feed-forward network and its residual.
    pub(super) output_norm: LayerNorm,
}

/// Everything between token ids and the last layer's rows.
pub(super) struct Layers {
    /// The embedding tables stay where they are mapped; rows are read one by one.
    weights: Weights,
    words: &'static str,
    positions: Option<&'static str>,
    token_type: Vec<f32>,
    pub(super) rotary: Option<Rotary>,
    pub(super) embedding_norm: LayerNorm,
    pub(super) blocks: Vec<Layer>,
    /// What follows the up projection.
    pub(super) activation: Epilogue,
}

impl Layers {
    /// Puts the packed encoder layers together with what is read from `weights` as it lies.
    pub(super) fn new(config: &ModelConfig, weights: Weights, blocks: Vec<Layer>) -> Result<Self> {
        let norm = match config.architecture {
            Architecture::Bert => "embeddings.LayerNorm",
            Architecture::NomicBert => "emb_ln",
        };
        let mut token_type = vec![0.0; config.hidden];
        if config.type_vocab > 0 {
            weights.row("embeddings.token_type_embeddings.weight", 0, &mut token_type);
        }
        let columns = config.hidden / config.heads;
        let rotary = config.rotary_base.map(|b| Rotary::new(b, columns, config.max_positions));
        let learnt = config.rotary_base.is_none();
        Ok(Self {
            embedding_norm: read_norm(config, &weights, norm)?,
            words: "embeddings.word_embeddings.weight",
            positions: learnt.then_some("embeddings.position_embeddings.weight"),
            token_type,
            rotary,
            blocks,
            activation: match config.activation {
                Activation::Gelu => Epilogue::Gelu,
                Activation::SwiGlu => Epilogue::SwiGlu,
            },
            weights,
        })
    }

    /// The sum of a token's embeddings, before the norm. `scratch` is a row's room.
    pub(super) fn embed(&self, id: u32, position: usize, out: &mut [f32], scratch: &mut [f32]) {
        self.weights.row(self.words, id as usize, out);
        add(out, &self.token_type);
        if let Some(positions) = self.positions {
            self.weights.row(positions, position, scratch);
            add(out, scratch);
        }
    }
}

fn add(out: &mut [f32], other: &[f32]) {
    out.iter_mut().zip(other).for_each(|(a, b)| *a += b);
}

/// Packs the encoder layers, on all cores: each takes the next layer that nobody has.
pub(super) fn pack(
    config: &ModelConfig,
    weights: &Weights,
    format: Format,
    kernels: &Kernels,
) -> Result<Vec<Layer>> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(config.layers.max(1));
    let packer = Packer { config, weights, kernels, format };
    let some = |first: usize| -> Result<Vec<(usize, Layer)>> {
        let mine = (first..config.layers).step_by(threads);
        mine.map(|i| Ok((i, packer.layer(i)?))).collect()
    };
    let parts: Vec<Result<Vec<(usize, Layer)>>> = thread::scope(|scope| {
        let spawn = |first| scope.spawn(move || some(first));
        let workers: Vec<_> = (0..threads).map(spawn).collect();
        let panicked = |_| Err(EmbedError::Failed("packing the weights panicked".into()));
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(panicked)).collect()
    });
    let mut layers = Vec::with_capacity(config.layers);
    for part in parts {
        layers.extend(part?);
    }
    layers.sort_by_key(|(index, _)| *index);
    Ok(layers.into_iter().map(|(_, layer)| layer).collect())
}

fn read_norm(config: &ModelConfig, weights: &Weights, name: &str) -> Result<LayerNorm> {
    Ok(LayerNorm {
        gain: weights.f32(&format!("{name}.weight"))?.into_owned(),
        bias: weights.f32(&format!("{name}.bias"))?.into_owned(),
        eps: config.layer_norm_eps,
    })
}

/// A linear layer as it is stored: `[out, in]`, and a bias where there is one.
struct Linear<'a> {
    weights: Cow<'a, [f32]>,
    bias: Option<Cow<'a, [f32]>>,
    inner: usize,
}

impl Linear<'_> {
    fn column(&self, column: usize) -> (&[f32], f32) {
        let weights = &self.weights[column * self.inner..][..self.inner];
        (weights, self.bias.as_ref().map_or(0.0, |bias| bias[column]))
    }
}

/// Packs one layer after the other.
struct Packer<'a> {
    config: &'a ModelConfig,
    weights: &'a Weights,
    kernels: &'a Kernels,
    format: Format,
}

impl Packer<'_> {
    fn layer(&self, index: usize) -> Result<Layer> {
        match self.config.architecture {
            Architecture::Bert => self.bert(&format!("encoder.layer.{index}")),
            Architecture::NomicBert => self.nomic(&format!("encoder.layers.{index}")),
        }
    }

    fn bert(&self, prefix: &str) -> Result<Layer> {
        let hidden = self.config.hidden;
        let part = |name| self.linear(&format!("{prefix}.attention.self.{name}"), hidden);
        let parts = [part("query")?, part("key")?, part("value")?];
        let output = self.linear(&format!("{prefix}.attention.output.dense"), hidden)?;
        let up = self.linear(&format!("{prefix}.intermediate.dense"), hidden)?;
        let down = self.linear(&format!("{prefix}.output.dense"), self.config.intermediate)?;
        Ok(Layer {
            qkv: self.qkv(|part, column| parts[part].column(column)),
            output: self.plain(&output, hidden),
            attention_norm: self.norm(&format!("{prefix}.attention.output.LayerNorm"))?,
            up: self.plain(&up, self.config.intermediate),
            down: self.plain(&down, hidden),
            output_norm: self.norm(&format!("{prefix}.output.LayerNorm"))?,
        })
    }

    fn nomic(&self, prefix: &str) -> Result<Layer> {
        let hidden = self.config.hidden;
        let qkv = self.linear(&format!("{prefix}.attn.Wqkv"), hidden)?;
        let output = self.linear(&format!("{prefix}.attn.out_proj"), hidden)?;
        let up = self.linear(&format!("{prefix}.mlp.fc11"), hidden)?;
        let gate = self.linear(&format!("{prefix}.mlp.fc12"), hidden)?;
        let down = self.linear(&format!("{prefix}.mlp.fc2"), self.config.intermediate)?;
        Ok(Layer {
            qkv: self.qkv(|part, column| qkv.column(part * hidden + column)),
            output: self.plain(&output, hidden),
            attention_norm: self.norm(&format!("{prefix}.norm1"))?,
            up: self.gated(&up, &gate),
            down: self.plain(&down, hidden),
            output_norm: self.norm(&format!("{prefix}.norm2"))?,
        })
    }

    fn linear(&self, name: &str, inner: usize) -> Result<Linear<'_>> {
        let bias = format!("{name}.bias");
        Ok(Linear {
            weights: self.weights.f32(&format!("{name}.weight"))?,
            bias: if self.config.biases { Some(self.weights.f32(&bias)?) } else { None },
            inner,
        })
    }

    fn norm(&self, name: &str) -> Result<LayerNorm> {
        read_norm(self.config, self.weights, name)
    }

    fn plain(&self, linear: &Linear<'_>, columns: usize) -> PackedMatrix {
        PackedMatrix::pack(self.kernels, self.format, linear.inner, columns, |c| linear.column(c))
    }

    /// `column(part, c)` is column `c` of the query (0), key (1) or value (2) projection.
    fn qkv<'a>(&self, column: impl Fn(usize, usize) -> (&'a [f32], f32)) -> PackedMatrix {
        let hidden = self.config.hidden;
        let width = hidden / self.config.heads;
        PackedMatrix::pack(self.kernels, self.format, hidden, 3 * hidden, |c| {
            let (head, at) = (c / (3 * width), c % (3 * width));
            column(at / width, head * width + at % width)
        })
    }

    /// A panel's first vector of columns is up's, its second the gate's.
    fn gated(&self, up: &Linear<'_>, gate: &Linear<'_>) -> PackedMatrix {
        let lanes = self.kernels.lanes();
        let columns = 2 * self.config.intermediate;
        PackedMatrix::pack(self.kernels, self.format, up.inner, columns, |c| {
            let (panel, at) = (c / (2 * lanes), c % (2 * lanes));
            let linear = if at < lanes { up } else { gate };
            linear.column(panel * lanes + at % lanes)
        })
    }
}
