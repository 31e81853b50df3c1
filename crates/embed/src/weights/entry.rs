//! Where a tensor lies in its file, and what its numbers are stored as.

use std::ops::Range;

/// What a tensor's numbers are stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WeightType {
    /// 32-bit floats.
    F32,
    /// 16-bit floats.
    F16,
    /// 16-bit brain floats.
    Bf16,
    /// GGUF's 8-bit blocks: 32 numbers with one scale.
    Q8_0,
}

/// Where a tensor lies in its file.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) dtype: WeightType,
    pub(super) shape: Vec<usize>,
    pub(super) bytes: Range<usize>,
}
