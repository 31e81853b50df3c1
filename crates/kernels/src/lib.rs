//! The arithmetic under the packed encoders, on slices of plain numbers.
//!
//! Every kernel is written once, over the trait `simd::Simd`, and compiled once for each
//! instruction set inside of functions with that set's target features. [`Kernels::detect`] looks at
//! the processor at run time and hands out one table of functions; one binary runs everywhere. The
//! safe methods of [`Kernels`] check sizes, split the work among a [`Team`] and call the table.
//!
//! The only crate that is made of unsafe code. What it must not know: models, tokenizers, files,
//! tensors.
#![expect(unsafe_code, reason = "vector instructions, and threads that write disjoint columns")]
#![expect(
    unsafe_op_in_unsafe_fn,
    reason = "a kernel is unsafe as a whole; its contract is above it"
)]
#![expect(
    clippy::cast_ptr_alignment,
    reason = "operands are typed views of byte rows, and rows begin at multiples of 64"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a tile's registers are addressed by row and half, and several arrays share the index"
)]
#![expect(clippy::inline_always, reason = "a vector must not cross a call without target features")]

mod attend;
mod attention;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod buffer;
mod element;
mod instruction_set;
mod math;
mod matrix;
#[cfg(target_arch = "aarch64")]
mod neon;
mod ops;
mod portable;
mod product;
mod rows;
mod simd;
mod table;
mod team;
mod tiles;

#[cfg(test)]
mod tests;

pub use attend::{AttentionScratch, Heads};
pub use instruction_set::InstructionSet;
pub use matrix::{Operand, PackedMatrix, Rows};
pub use ops::{LayerNorm, LeftOperand, Output};
pub use product::Epilogue;
pub use table::{Format, Kernels};
pub use team::Team;
