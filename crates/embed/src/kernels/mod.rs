//! The arithmetic under the packed model, on slices of plain numbers.
//!
//! Every kernel is written once, over the trait `simd::Simd`, and compiled once for each
//! instruction set inside of functions with that set's target features. `Kernels::detect` looks at
//! the processor at run time and hands out one table of functions; one binary runs everywhere. The
//! safe functions of `ops` check sizes, split the work among a `Team` and call the table.
//!
//! The only module with unsafe code. What it must not know: models, files, tensors.
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
mod level;
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

pub(crate) use attend::{AttentionScratch, Heads};
#[cfg(test)]
pub(crate) use level::Level;
pub(crate) use matrix::{Operand, PackedMatrix, Rows};
pub(crate) use ops::{Left, Norm, Out};
pub(crate) use product::Epilogue;
pub(crate) use table::{Format, Kernels};
pub(crate) use team::Team;

#[cfg(test)]
mod tests;
