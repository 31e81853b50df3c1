//! A model as it is packed: what all of its workers read.

use sconce_kernels::Kernels;

use crate::config::ModelConfig;

use super::layers::Layers;
use super::plan::Plan;

/// An encoder's shape and weights, and what computes with them.
pub(super) struct Encoder {
    pub(super) config: ModelConfig,
    pub(super) kernels: Kernels,
    pub(super) plan: Plan,
    pub(super) layers: Layers,
}
