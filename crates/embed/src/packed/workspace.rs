//! A worker's room for one pass, allocated once and grown to the largest batch seen.

use sconce_kernels::{AttentionScratch, Operand, Rows};

use crate::config::ModelConfig;

/// Tokens of the batches that a forward pass is cut into: larger ones leave the cache, smaller ones
/// read the weights more often than they need to.
pub(super) const TOKENS: usize = 512;

/// Activations of one batch.
pub(super) struct Workspace {
    /// The residual stream, `[tokens, hidden]`.
    pub(super) x: Rows,
    /// Attention's output, `[tokens, hidden]`.
    pub(super) context: Rows,
    /// Inside of the feed-forward network, `[tokens, intermediate]`.
    pub(super) wide: Rows,
    /// The same as bf16, where products leave it so; then there are no rows in `wide`.
    pub(super) wide_results: Operand,
    /// `x` or `context`, encoded.
    pub(super) narrow_operand: Operand,
    /// `wide`, encoded.
    pub(super) wide_operand: Operand,
    /// One a thread.
    pub(super) attention: Vec<AttentionScratch>,
}

impl Workspace {
    /// A workspace without room.
    pub(super) fn new() -> Self {
        Self {
            x: Rows::new(0, 0),
            context: Rows::new(0, 0),
            wide: Rows::new(0, 0),
            wide_results: Operand::new(0, 0),
            narrow_operand: Operand::new(0, 0),
            wide_operand: Operand::new(0, 0),
            attention: Vec::new(),
        }
    }

    /// Makes room for `tokens` and `threads`; `narrow` says whether products leave bf16.
    pub(super) fn reserve(
        &mut self,
        config: &ModelConfig,
        narrow: bool,
        tokens: usize,
        threads: usize,
    ) {
        if self.x.rows() < tokens || self.x.width() != config.hidden {
            let tokens = tokens.max(TOKENS);
            self.x = Rows::new(tokens, config.hidden);
            self.context = Rows::new(tokens, config.hidden);
            let wide = |is_here| if is_here { tokens } else { 0 };
            self.wide = Rows::new(wide(!narrow), config.intermediate);
            self.wide_results = Operand::new(wide(narrow), config.intermediate);
            self.narrow_operand = Operand::new(tokens, config.hidden);
            self.wide_operand = Operand::new(tokens, config.intermediate);
        }
        if self.attention.len() < threads {
            self.attention.resize_with(threads, AttentionScratch::default);
        }
    }
}
