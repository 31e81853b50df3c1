//! The element types of products: how operands are encoded, and how their units multiply.

use crate::simd::{Simd, SimdBf16};

/// What turns an encoded row back: `value = scale * code - offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowScale {
    /// The step between two codes.
    pub(crate) scale: f32,
    /// `scale` times the code of zero.
    pub(crate) offset: f32,
}

impl RowScale {
    /// For elements that are floats themselves.
    pub(crate) const ONE: Self = Self { scale: 1.0, offset: 0.0 };
}

/// An element type of products.
///
/// # Safety
/// All functions: the processor has the instruction set `S`; a row's `width` is a multiple of 32;
/// `from` is valid for `width` numbers and `to` for `width / DEPTH` units of four bytes.
pub(crate) trait Element<S: Simd> {
    /// Values of the inner dimension in one 32-bit unit.
    const DEPTH: usize;
    /// Rows of a register tile.
    const ROWS: usize;
    /// Whether four units of a left row are loaded at once ([`Simd::BY_LANE`]).
    const BY_LANE: bool = false;
    /// Whether several steps are written one after another ([`Simd::UNROLLED`]): not where a step needs
    /// a register for itself, since there is none left.
    const UNROLLED: bool = false;
    /// Units after which an accumulator might overflow, and is drained.
    const DRAIN: usize = usize::MAX;
    /// An accumulator of one vector.
    type Acc: Copy;

    unsafe fn zero() -> Self::Acc;
    /// `acc + a * b`, unit by unit.
    unsafe fn step(acc: Self::Acc, a: S::I, b: S::I) -> Self::Acc;
    /// The same with unit `lane` of a vector of four for `a`; only with [`Element::BY_LANE`].
    #[inline(always)]
    unsafe fn step_lane(acc: Self::Acc, four: S::I, lane: usize, b: S::I) -> Self::Acc {
        Self::step(acc, S::splat_lane(four, lane), b)
    }
    unsafe fn to_f32(acc: Self::Acc) -> S::F;

    /// Encodes a row of activations, the left operand of a product.
    unsafe fn encode(from: *const f32, width: usize, to: *mut u8) -> RowScale;
    /// Encodes the weights of one output column, the right operand; returns their scale.
    #[inline(always)]
    unsafe fn encode_weights(from: *const f32, width: usize, to: *mut u8) -> f32 {
        Self::encode(from, width, to).scale
    }
}

/// An element type that attention's own products are made in.
///
/// # Safety
/// As for [`Element`]; `to` is valid for one vector of elements, or of units.
pub(crate) trait FloatElement<S: Simd>: Element<S> {
    /// Stores one vector as elements.
    unsafe fn store(to: *mut u8, v: S::F);
    /// Stores `DEPTH` vectors as units; a `DEPTH` of one ignores the second.
    unsafe fn store_units(to: *mut u32, first: S::F, second: S::F);
}

/// The largest code of int16: the products of a pair, summed over [`DRAIN_I16`] units, fit an i32.
const LARGEST_I16: f32 = 4095.0;
const DRAIN_I16: usize = 64;
/// The largest code of an int8 weight.
const LARGEST_I8: f32 = 127.0;
/// Below this a row counts as zero.
const TINY: f32 = 1e-30;

/// 32-bit floats.
pub(crate) struct F32;
/// 16-bit brain floats, two to a unit.
#[cfg_attr(
    not(target_arch = "x86_64"),
    allow(dead_code, reason = "only AVX-512, AMX and its model multiply bf16 here")
)]
pub(crate) struct Bf16;
/// 16-bit integers, two to a unit.
pub(crate) struct I16;
/// 8-bit integers, four to a unit: activations around a zero of their own, with or without sign as
/// the instruction set wants it ([`Simd::LEAST_I8`]), weights with sign.
pub(crate) struct I8;

impl<S: Simd> Element<S> for F32 {
    const DEPTH: usize = 1;
    const ROWS: usize = S::ROWS;
    const BY_LANE: bool = S::BY_LANE;
    const UNROLLED: bool = S::UNROLLED;
    type Acc = S::F;

    #[inline(always)]
    unsafe fn zero() -> S::F {
        S::splat(0.0)
    }
    #[inline(always)]
    unsafe fn step(acc: S::F, a: S::I, b: S::I) -> S::F {
        S::mul_add(S::units_as_f32(a), S::units_as_f32(b), acc)
    }
    #[inline(always)]
    unsafe fn to_f32(acc: S::F) -> S::F {
        acc
    }
    #[inline(always)]
    unsafe fn encode(from: *const f32, width: usize, to: *mut u8) -> RowScale {
        from.cast::<u8>().copy_to_nonoverlapping(to, width * size_of::<f32>());
        RowScale::ONE
    }
}

impl<S: Simd> FloatElement<S> for F32 {
    #[inline(always)]
    unsafe fn store(to: *mut u8, v: S::F) {
        S::store(to.cast(), v);
    }
    #[inline(always)]
    unsafe fn store_units(to: *mut u32, first: S::F, _second: S::F) {
        S::store(to.cast(), first);
    }
}

impl<S: SimdBf16> Element<S> for Bf16 {
    const DEPTH: usize = 2;
    const ROWS: usize = S::ROWS;
    type Acc = S::F;

    #[inline(always)]
    unsafe fn zero() -> S::F {
        S::splat(0.0)
    }
    #[inline(always)]
    unsafe fn step(acc: S::F, a: S::I, b: S::I) -> S::F {
        S::dot_bf16(acc, a, b)
    }
    #[inline(always)]
    unsafe fn to_f32(acc: S::F) -> S::F {
        acc
    }
    #[inline(always)]
    unsafe fn encode(from: *const f32, width: usize, to: *mut u8) -> RowScale {
        for i in (0..width).step_by(S::LANES) {
            S::store_bf16(to.cast::<u16>().add(i), S::load(from.add(i)));
        }
        RowScale::ONE
    }
}

impl<S: SimdBf16> FloatElement<S> for Bf16 {
    #[inline(always)]
    unsafe fn store(to: *mut u8, v: S::F) {
        S::store_bf16(to.cast(), v);
    }
    #[inline(always)]
    unsafe fn store_units(to: *mut u32, first: S::F, second: S::F) {
        S::store_bf16_pairs(to, first, second);
    }
}

impl<S: Simd> Element<S> for I16 {
    const DEPTH: usize = 2;
    const ROWS: usize = S::ROWS;
    const DRAIN: usize = DRAIN_I16;
    type Acc = S::I;

    #[inline(always)]
    unsafe fn zero() -> S::I {
        S::zero_units()
    }
    #[inline(always)]
    unsafe fn step(acc: S::I, a: S::I, b: S::I) -> S::I {
        S::dot_i16(acc, a, b)
    }
    #[inline(always)]
    unsafe fn to_f32(acc: S::I) -> S::F {
        S::to_f32(acc)
    }
    #[inline(always)]
    unsafe fn encode(from: *const f32, width: usize, to: *mut u8) -> RowScale {
        let (low, high) = extremes::<S>(from, width);
        let scale = high.max(-low).max(TINY) / LARGEST_I16;
        let inverse = S::splat(1.0 / scale);
        for i in (0..width).step_by(S::LANES) {
            S::store_i16(to.cast::<i16>().add(i), S::mul(S::load(from.add(i)), inverse));
        }
        RowScale { scale, offset: 0.0 }
    }
}

impl<S: Simd> Element<S> for I8 {
    const DEPTH: usize = 4;
    const ROWS: usize = S::ROWS_I8;
    const BY_LANE: bool = S::BY_LANE && S::HAS_I8;
    type Acc = S::I;

    #[inline(always)]
    unsafe fn zero() -> S::I {
        S::zero_units()
    }
    #[inline(always)]
    unsafe fn step(acc: S::I, a: S::I, b: S::I) -> S::I {
        S::dot_i8(acc, a, b)
    }
    #[inline(always)]
    unsafe fn step_lane(acc: S::I, four: S::I, lane: usize, b: S::I) -> S::I {
        S::dot_i8_lane(acc, four, lane, b)
    }
    #[inline(always)]
    unsafe fn to_f32(acc: S::I) -> S::F {
        S::to_f32(acc)
    }
    #[inline(always)]
    unsafe fn encode(from: *const f32, width: usize, to: *mut u8) -> RowScale {
        let (low, high) = extremes::<S>(from, width);
        let (scale, zero) = code_of(low, high);
        let zero = zero + S::LEAST_I8;
        let (inverse, shift) = (S::splat(1.0 / scale), S::splat(zero));
        for i in (0..width).step_by(S::LANES) {
            let code = S::mul_add(S::load(from.add(i)), inverse, shift);
            if S::LEAST_I8 < 0.0 {
                S::store_i8(to.add(i).cast(), code);
            } else {
                S::store_u8(to.add(i), code);
            }
        }
        RowScale { scale, offset: scale * zero }
    }
    #[inline(always)]
    unsafe fn encode_weights(from: *const f32, width: usize, to: *mut u8) -> f32 {
        let (low, high) = extremes::<S>(from, width);
        let mut scale = high.max(-low).max(TINY) / LARGEST_I8;
        if S::PAIR_I8.is_finite() {
            // Each of two codes may be rounded up by a half, and their sum is whole
            let pair = largest_pair(std::slice::from_raw_parts(from, width));
            scale = scale.max(pair / (S::PAIR_I8 - 0.5));
        }
        let inverse = S::splat(1.0 / scale);
        for i in (0..width).step_by(S::LANES) {
            S::store_i8(to.cast::<i8>().add(i), S::mul(S::load(from.add(i)), inverse));
        }
        scale
    }
}

impl I8 {
    /// [`Element::encode`] of a row of bf16.
    ///
    /// # Safety
    /// As for [`Element`]; `from` is valid for `width` numbers, a multiple of 32.
    #[inline(always)]
    pub(crate) unsafe fn encode_narrow<S: SimdBf16>(
        from: *const u16,
        width: usize,
        to: *mut u8,
    ) -> RowScale {
        let mut extremes = [S::splat(0.0); 4];
        for i in (0..width).step_by(2 * S::LANES) {
            // In no order, which extremes do not mind.
            let [even, odd] = S::load_bf16_pairs(from.add(i).cast());
            extremes[0] = S::min(extremes[0], even);
            extremes[1] = S::min(extremes[1], odd);
            extremes[2] = S::max(extremes[2], even);
            extremes[3] = S::max(extremes[3], odd);
        }
        let lowest = S::min(extremes[0], extremes[1]);
        let lowest = -S::largest(S::sub(S::splat(0.0), lowest));
        let (scale, zero) = code_of(lowest, S::largest(S::max(extremes[2], extremes[3])));
        let (inverse, shift) = (S::splat(1.0 / scale), S::splat(zero));
        for i in (0..width).step_by(S::LANES) {
            S::store_u8(to.add(i), S::mul_add(S::load_bf16(from.add(i)), inverse, shift));
        }
        RowScale { scale, offset: scale * zero }
    }
}

/// The step between codes of a row of these extremes, and the code of zero, from 0 on.
#[inline(always)]
fn code_of(lowest: f32, highest: f32) -> (f32, f32) {
    let scale = (highest - lowest).max(TINY) / 255.0;
    (scale, (-lowest / scale + 0.5) as i32 as f32)
}

/// The largest sum of an even weight and the next, to either side of zero.
#[inline(always)]
fn largest_pair(weights: &[f32]) -> f32 {
    // As many maxima as pairs of 16 weights, so that they are vectors
    let mut most = [0.0_f32; 8];
    for some in weights.chunks_exact(16) {
        for (most, pair) in most.iter_mut().zip(some.chunks_exact(2)) {
            let sum = (pair[0] + pair[1]).abs();
            *most = if sum > *most { sum } else { *most };
        }
    }
    most.into_iter().fold(0.0, f32::max)
}

/// The smallest and the largest value of a row, zero among them; two vectors of each by turns, since
/// one waits for the last.
#[inline(always)]
unsafe fn extremes<S: Simd>(from: *const f32, width: usize) -> (f32, f32) {
    let (mut low, mut high) = ([S::splat(0.0); 2], [S::splat(0.0); 2]);
    for i in (0..width).step_by(2 * S::LANES) {
        let [first, second] = [S::load(from.add(i)), S::load(from.add(i + S::LANES))];
        low = [S::min(low[0], first), S::min(low[1], second)];
        high = [S::max(high[0], first), S::max(high[1], second)];
    }
    let lowest = -S::largest(S::sub(S::splat(0.0), S::min(low[0], low[1])));
    (lowest, S::largest(S::max(high[0], high[1])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn int16_sums_fit_between_drains() {
        let largest = LARGEST_I16 as i64;
        assert!(largest * largest * 2 * DRAIN_I16 as i64 <= i64::from(i32::MAX));
    }
}
