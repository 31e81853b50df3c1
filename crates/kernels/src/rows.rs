//! Passes over rows: layer norm and softmax.

use crate::math::exp;
use crate::simd::{Simd, SimdBf16};

/// Layer norm of one row in place: `(x - mean) / sqrt(variance + eps) * gain + bias`. A row is summed
/// in two vectors by turns, since a sum waits for the last one.
///
/// # Safety
/// The processor has `S`; `row`, `gain` and `bias` are valid for `width` numbers, a multiple of 32.
#[inline(always)]
pub(crate) unsafe fn layer_norm<S: Simd>(
    row: *mut f32,
    width: usize,
    gain: *const f32,
    bias: *const f32,
    eps: f32,
) {
    let mut sums = [S::splat(0.0); 2];
    for i in (0..width).step_by(2 * S::LANES) {
        sums[0] = S::add(sums[0], S::load(row.add(i)));
        sums[1] = S::add(sums[1], S::load(row.add(i + S::LANES)));
    }
    let mean = S::splat(S::sum(S::add(sums[0], sums[1])) / width as f32);
    let mut squares = [S::splat(0.0); 2];
    for i in (0..width).step_by(2 * S::LANES) {
        let first = S::sub(S::load(row.add(i)), mean);
        let second = S::sub(S::load(row.add(i + S::LANES)), mean);
        squares[0] = S::mul_add(first, first, squares[0]);
        squares[1] = S::mul_add(second, second, squares[1]);
    }
    let squares = S::sum(S::add(squares[0], squares[1]));
    let inverse = S::splat(1.0 / (squares / width as f32 + eps).sqrt());
    for i in (0..width).step_by(S::LANES) {
        let normal = S::mul(S::sub(S::load(row.add(i)), mean), inverse);
        let y = S::mul_add(normal, S::load(gain.add(i)), S::load(bias.add(i)));
        S::store(row.add(i), y);
    }
}

/// Rows of attention's scores, and where their softmax goes.
pub(crate) struct Scores {
    pub(crate) data: *mut f32,
    /// Numbers from row to row.
    pub(crate) stride: usize,
    pub(crate) rows: usize,
    pub(crate) length: usize,
    /// Out: `exp(score - largest)` as bf16, `2 * stride` numbers from row to row. Where attention's
    /// elements are f32, the scores are overwritten instead.
    pub(crate) weights: *mut u16,
    /// Out: one over each row's sum.
    pub(crate) inverse: *mut f32,
}

/// Unnormalised softmax in place.
///
/// # Safety
/// The processor has `S`. Each row of the scores is valid for `length` rounded up to whole vectors,
/// and `inverse` for one number a row.
#[inline(always)]
pub(crate) unsafe fn softmax<S: Simd>(scores: &Scores) {
    let padded = scores.length.next_multiple_of(S::LANES);
    for r in 0..scores.rows {
        let row = scores.data.add(r * scores.stride);
        let length = scores.length;
        for i in length..padded {
            *row.add(i) = -1e30;
        }
        let mut largest = S::load(row);
        for i in (S::LANES..padded).step_by(S::LANES) {
            largest = S::max(largest, S::load(row.add(i)));
        }
        let largest = S::splat(S::largest(largest));
        let mut sum = S::splat(0.0);
        for i in (0..padded).step_by(S::LANES) {
            let weight = exp::<S>(S::sub(S::load(row.add(i)), largest));
            sum = S::add(sum, weight);
            S::store(row.add(i), weight);
        }
        *scores.inverse.add(r) = 1.0 / S::sum(sum);
    }
}

/// Unnormalised softmax as bf16, by an `exp` that is as good as bf16 needs. Weights are filled up with
/// zeros to whole pairs of vectors.
///
/// # Safety
/// As for [`softmax`], for pairs of vectors; `weights` is valid for as many numbers.
#[inline(always)]
pub(crate) unsafe fn softmax_bf16<S: SimdBf16>(scores: &Scores) {
    let padded = scores.length.next_multiple_of(2 * S::LANES);
    let rate = S::splat(std::f32::consts::LOG2_E);
    for r in 0..scores.rows {
        let row = scores.data.add(r * scores.stride);
        for i in scores.length..padded {
            *row.add(i) = -1e30;
        }
        let (mut most, mut others) = (S::load(row), S::load(row.add(S::LANES)));
        for i in (2 * S::LANES..padded).step_by(2 * S::LANES) {
            most = S::max(most, S::load(row.add(i)));
            others = S::max(others, S::load(row.add(i + S::LANES)));
        }
        let largest = S::largest(S::max(most, others));
        let shift = S::splat(-largest * std::f32::consts::LOG2_E);
        let (mut sum, mut other_sum) = (S::splat(0.0), S::splat(0.0));
        for i in (0..padded).step_by(2 * S::LANES) {
            let first = S::exp2_near(S::mul_add(S::load(row.add(i)), rate, shift));
            let second = S::exp2_near(S::mul_add(S::load(row.add(i + S::LANES)), rate, shift));
            sum = S::add(sum, first);
            other_sum = S::add(other_sum, second);
            S::store_bf16_two(scores.weights.add(2 * r * scores.stride + i), first, second);
        }
        *scores.inverse.add(r) = 1.0 / S::sum(S::add(sum, other_sum));
    }
}
