//! Passes over rows: layer norm and softmax.

use super::element::FloatElement;
use super::math::exp;
use super::simd::Simd;

/// Layer norm of one row in place: `(x - mean) / sqrt(variance + eps) * gain + bias`.
///
/// # Safety
/// The processor has `S`; `row`, `gain` and `bias` are valid for `width` numbers, a multiple of 16.
#[inline(always)]
pub(super) unsafe fn layer_norm<S: Simd>(
    row: *mut f32,
    width: usize,
    gain: *const f32,
    bias: *const f32,
    eps: f32,
) {
    let mut sum = S::splat(0.0);
    for i in (0..width).step_by(S::LANES) {
        sum = S::add(sum, S::load(row.add(i)));
    }
    let mean = S::splat(S::sum(sum) / width as f32);
    let mut squares = S::splat(0.0);
    for i in (0..width).step_by(S::LANES) {
        let centred = S::sub(S::load(row.add(i)), mean);
        squares = S::mul_add(centred, centred, squares);
    }
    let inverse = S::splat(1.0 / (S::sum(squares) / width as f32 + eps).sqrt());
    for i in (0..width).step_by(S::LANES) {
        let normal = S::mul(S::sub(S::load(row.add(i)), mean), inverse);
        let y = S::mul_add(normal, S::load(gain.add(i)), S::load(bias.add(i)));
        S::store(row.add(i), y);
    }
}

/// Unnormalised softmax of rows of scores: writes `exp(score - largest)` as elements of `E`, and
/// one over each row's sum to `inverse`.
///
/// # Safety
/// The processor has `S`. Each row of `scores` is valid for `length` rounded up to whole vectors,
/// and each row of `weights` for as many elements; `inverse` for one number a row. `weights` may be
/// `scores` itself where the elements are f32.
#[inline(always)]
pub(super) unsafe fn softmax<S: Simd, E: FloatElement<S>>(
    scores: *mut f32,
    scores_stride: usize,
    weights: *mut u8,
    weights_stride: usize,
    inverse: *mut f32,
    rows: usize,
    length: usize,
) {
    let padded = length.next_multiple_of(S::LANES);
    let element = size_of::<f32>() / E::DEPTH;
    for r in 0..rows {
        let row = scores.add(r * scores_stride);
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
            E::store(weights.add(r * weights_stride + i * element), weight);
        }
        *inverse.add(r) = 1.0 / S::sum(sum);
    }
}
