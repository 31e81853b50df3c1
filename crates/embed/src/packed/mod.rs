//! The packed forward pass: texts end to end without padding, one large product for each
//! projection, weights packed once for this processor's kernels.
//!
//! `plan` decides which product is made in which element type, `layers` packs the weights into an
//! `encoder`, `pass` runs a batch through it in a `workspace` that is allocated once a worker, and
//! `pool` makes vectors of the last layer's rows. What it must not know: files, tokenizers, queues.

mod encoder;
mod layers;
mod pass;
mod plan;
mod pool;
mod rotary;
#[cfg(test)]
mod tests;
mod workspace;

use std::sync::Arc;

use sconce_kernels::{Kernels, Team};

use crate::batch::Batch;
use crate::config::ModelConfig;
use crate::error::{EmbedError, Result};
use crate::options::Precision;
use crate::weights::Weights;

use encoder::Encoder;
use layers::Layers;
use plan::Plan;
use workspace::{TOKENS, Workspace};

/// A model with its weights packed for this processor's kernels. Each worker thread has one; the
/// weights are shared, the workspace is the worker's own.
pub struct PackedModel {
    encoder: Arc<Encoder>,
    workspace: Workspace,
    alone: Team,
    team: Option<Team>,
}

impl PackedModel {
    /// Whether a model of this shape can be packed; others run on candle's operators.
    pub(crate) fn supports(config: &ModelConfig) -> bool {
        let head = config.hidden.checked_div(config.heads).unwrap_or(0);
        config.hidden.is_multiple_of(32)
            && config.intermediate.is_multiple_of(32)
            && head * config.heads == config.hidden
            && head.is_multiple_of(32)
            && (32..=256).contains(&head)
    }

    /// Packs the weights for a precision; `Auto` is the fastest that loses no quality here. Fails
    /// where [`PackedModel::supports`] is false, or a tensor is missing.
    pub fn load(config: &ModelConfig, weights: Weights, precision: Precision) -> Result<Self> {
        Self::load_with(config, weights, precision, Kernels::detect())
    }

    fn load_with(
        config: &ModelConfig,
        mut weights: Weights,
        precision: Precision,
        kernels: Kernels,
    ) -> Result<Self> {
        if !Self::supports(config) {
            let why = "its layers are of a shape that the packed kernels do not know";
            return Err(EmbedError::corrupt(weights.path(), why));
        }
        let plan = Plan::new(precision, &kernels);
        let packed = layers::pack(config, &weights, plan.products, &kernels)?;
        weights.release_pages();
        let layers = Layers::new(config, weights, packed)?;
        Ok(Self::of(Arc::new(Encoder { config: config.clone(), kernels, plan, layers })))
    }

    fn of(encoder: Arc<Encoder>) -> Self {
        Self { encoder, workspace: Workspace::new(), alone: Team::new(1), team: None }
    }

    /// Another worker's model: the same packed weights, a workspace of its own.
    #[must_use]
    pub fn worker(&self) -> Self {
        Self::of(Arc::clone(&self.encoder))
    }

    /// Vectors of all texts end to end: `batch.len() * dimension` numbers, pooled, L2-normalised.
    /// One thread computes. No text is empty, none is longer than the model's positions.
    pub fn forward(&mut self, batch: &Batch) -> Result<Vec<f32>> {
        forward(&self.encoder, &mut self.workspace, &mut self.alone, batch)
    }

    /// The same for a small batch that somebody waits for: up to `threads` threads share each
    /// product.
    pub fn forward_query(&mut self, batch: &Batch, threads: usize) -> Result<Vec<f32>> {
        if threads <= 1 {
            return self.forward(batch);
        }
        let team = match &mut self.team {
            Some(team) if team.threads() == threads => team,
            team => team.insert(Team::new(threads)),
        };
        forward(&self.encoder, &mut self.workspace, team, batch)
    }

    /// The precision in use; never `Auto`.
    pub fn precision(&self) -> Precision {
        self.encoder.plan.precision
    }

    /// The kernels in use, such as `avx512-vnni`.
    pub fn kernels(&self) -> &'static str {
        self.encoder.kernels.name()
    }
}

/// Checks the batch and runs it through the layers, [`TOKENS`] at a time.
fn forward(
    encoder: &Encoder,
    workspace: &mut Workspace,
    team: &mut Team,
    batch: &Batch,
) -> Result<Vec<f32>> {
    batch.check(&encoder.config)?;
    let mut vectors = vec![0.0; batch.len() * encoder.config.hidden];
    let mut out = vectors.chunks_exact_mut(encoder.config.hidden);
    let mut first = 0;
    while first < batch.len() {
        let fits = |last: &usize| batch.starts[*last] - batch.starts[first] <= TOKENS;
        let last = (first + 1..=batch.len()).take_while(fits).last().unwrap_or(first + 1);
        let starts = &batch.starts[first..=last];
        let ids = &batch.ids[starts[0]..starts[last - first]];
        let starts: Vec<usize> = starts.iter().map(|start| start - starts[0]).collect();
        let rows = pass::run(encoder, workspace, team, ids, &starts);
        for (text, vector) in starts.windows(2).zip(&mut out) {
            pool::pool(encoder.config.pooling, rows, text[0]..text[1], vector);
        }
        first = last;
    }
    Ok(vectors)
}
