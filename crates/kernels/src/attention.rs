//! Attention of one head over one text: queries, keys and values laid out for the products.

use crate::element::FloatElement;
use crate::product::panel_columns;
use crate::simd::Simd;

/// The widest head.
pub(crate) const MOST_HEAD_COLUMNS: usize = 256;

/// One head of one text, before attention.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    /// `[tokens, 3 * columns]`: query, key and value of each token.
    pub(crate) slab: *const f32,
    pub(crate) slab_stride: usize,
    pub(crate) tokens: usize,
    pub(crate) columns: usize,
    /// `[tokens, columns / 2]` each; null where positions are learnt.
    pub(crate) cosines: *const f32,
    pub(crate) sines: *const f32,
    /// What queries are multiplied by.
    pub(crate) scale: f32,
    /// Out: rows of elements, `[tokens, columns]`.
    pub(crate) queries: *mut u8,
    /// Out: panels whose columns are tokens; the last one is filled up with zeros.
    pub(crate) keys: *mut u32,
    /// Out: panels whose inner dimension is tokens, filled up with zeros.
    pub(crate) values: *mut u32,
    /// Units of that dimension, of all tokens at least.
    pub(crate) value_units: usize,
}

/// Rotates queries and keys by their positions, scales queries, and lays all three out.
///
/// # Safety
/// The processor has `S`; the pointers of `head` are valid for what its fields say; `columns` is a
/// multiple of 32 and at most [`MOST_HEAD_COLUMNS`].
#[inline(always)]
pub(crate) unsafe fn prepare<S: Simd, E: FloatElement<S>>(head: &Head) {
    let width = panel_columns(S::LANES);
    let units = head.columns / E::DEPTH;
    let mut key = [0_u32; MOST_HEAD_COLUMNS];
    for token in 0..head.tokens {
        let row = head.slab.add(token * head.slab_stride);
        let query = head.queries.add(token * units * 4);
        rotate::<S, E>(head, row, token, head.scale, query);
        rotate::<S, E>(head, row.add(head.columns), token, 1.0, key.as_mut_ptr().cast());
        let panel = head.keys.add(token / width * units * width + token % width);
        for (unit, &value) in key[..units].iter().enumerate() {
            *panel.add(unit * width) = value;
        }
    }
    for token in head.tokens..head.tokens.next_multiple_of(width) {
        let panel = head.keys.add(token / width * units * width + token % width);
        for unit in 0..units {
            *panel.add(unit * width) = 0;
        }
    }
    values::<S, E>(head);
}

/// One query or key, rotated (halves, as GPT-NeoX), scaled, as elements.
#[inline(always)]
unsafe fn rotate<S: Simd, E: FloatElement<S>>(
    head: &Head,
    from: *const f32,
    token: usize,
    scale: f32,
    to: *mut u8,
) {
    let element = 4 / E::DEPTH;
    let scale = S::splat(scale);
    if head.cosines.is_null() {
        for i in (0..head.columns).step_by(S::LANES) {
            E::store(to.add(i * element), S::mul(S::load(from.add(i)), scale));
        }
        return;
    }
    let half = head.columns / 2;
    for i in (0..half).step_by(S::LANES) {
        let cosine = S::mul(S::load(head.cosines.add(token * half + i)), scale);
        let sine = S::mul(S::load(head.sines.add(token * half + i)), scale);
        let (low, high) = (S::load(from.add(i)), S::load(from.add(half + i)));
        let first = S::sub(S::mul(low, cosine), S::mul(high, sine));
        let second = S::mul_add(high, cosine, S::mul(low, sine));
        E::store(to.add(i * element), first);
        E::store(to.add((half + i) * element), second);
    }
}

#[inline(always)]
unsafe fn values<S: Simd, E: FloatElement<S>>(head: &Head) {
    let width = panel_columns(S::LANES);
    let units = head.value_units;
    let full = head.tokens.div_ceil(E::DEPTH);
    for unit in full..units {
        for i in (0..head.columns).step_by(S::LANES) {
            let to = head.values.add((i / width * units + unit) * width + i % width);
            E::store_units(to, S::splat(0.0), S::splat(0.0));
        }
    }
    for unit in 0..full {
        let token = unit * E::DEPTH;
        let row = head.slab.add(token * head.slab_stride + 2 * head.columns);
        let paired = E::DEPTH == 2 && token + 1 < head.tokens;
        for i in (0..head.columns).step_by(S::LANES) {
            let first = S::load(row.add(i));
            let second =
                if paired { S::load(row.add(head.slab_stride + i)) } else { S::splat(0.0) };
            let to = head.values.add((i / width * units + unit) * width + i % width);
            E::store_units(to, first, second);
        }
    }
}
