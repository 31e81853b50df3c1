//! A model as it is packed: what all of its workers read.

use sconce_kernels::Kernels;

use crate::batch::Batch;
use crate::config::ModelConfig;
use crate::error::{EmbedError, Result};

use super::layers::Layers;
use super::plan::Plan;

/// An encoder's shape and weights, and what computes with them.
pub(super) struct Encoder {
    pub(super) config: ModelConfig,
    pub(super) kernels: Kernels,
    pub(super) plan: Plan,
    pub(super) layers: Layers,
}

impl Encoder {
    /// Whether it can take a batch's texts.
    pub(super) fn check(&self, batch: &Batch) -> Result<()> {
        let limit = self.config.max_positions;
        if batch.texts().any(|text| text.is_empty() || text.len() > limit) {
            return Err(EmbedError::Failed(format!("a text of no or more than {limit} tokens")));
        }
        if let Some(id) = batch.ids.iter().find(|id| **id as usize >= self.config.vocab) {
            return Err(EmbedError::Failed(format!("token {id} is not in the vocabulary")));
        }
        Ok(())
    }
}
