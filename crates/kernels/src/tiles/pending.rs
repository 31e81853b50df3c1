//! Blocks of sums that wait for what becomes of them.

use std::mem::MaybeUninit;
use std::ptr;

use crate::product::{self, Product};
use crate::simd::SimdBf16;
use crate::tiles::instructions::{COLUMNS, TILE, Tiles};

/// Room for the sums of four tiles.
#[repr(align(64))]
struct SumsBuffer(MaybeUninit<[u32; 2 * TILE * COLUMNS]>);

/// Two of them, in turns: one that is written, and one that waits.
pub(crate) struct SumsBuffers {
    buffers: [SumsBuffer; 2],
    turn: usize,
}

impl SumsBuffers {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self { buffers: [const { SumsBuffer(MaybeUninit::uninit()) }; 2], turn: 0 }
    }

    /// Both halves of the buffer whose turn it is: [`TILE`] rows of a panel's columns each.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> [*mut u32; 2] {
        self.turn ^= 1;
        let buffer = self.buffers[self.turn].0.as_mut_ptr().cast::<u32>();
        [buffer, buffer.wrapping_add(TILE * COLUMNS)]
    }
}

/// Sums of rows `start..end` of a panel, a panel's columns each.
#[derive(Clone, Copy)]
pub(crate) struct PendingSums {
    /// Those of row `start`.
    pub(crate) sums: *const u32,
    pub(crate) panel: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Default for PendingSums {
    fn default() -> Self {
        Self { sums: ptr::null(), panel: 0, start: 0, end: 0 }
    }
}

impl PendingSums {
    /// The next `rows` rows at most; what is left of `rows`.
    ///
    /// # Safety
    /// As for [`Pending::finish`].
    #[inline(always)]
    unsafe fn finish<S: SimdBf16, T: Tiles>(&mut self, p: &Product, rows: usize) -> usize {
        let now = rows.min(self.end - self.start);
        if now == 0 {
            return rows;
        }
        let column = self.panel * p.column_step;
        // Written out, since a closure has no target features, and its vectors would pass by memory.
        let scales = load_two::<S>(p.column_scale.add(column));
        let terms = load_two::<S>(p.column_sum.add(column));
        let biases = load_two::<S>(p.bias.add(column));
        for row in self.start..self.start + now {
            let at = row * p.row_step;
            let scale = S::splat(*p.row_scale.add(at));
            let offset = S::splat(-*p.row_offset.add(at));
            let values = [
                S::mul_add(
                    sums::<S, T>(self.sums),
                    S::mul(scales[0], scale),
                    S::mul_add(terms[0], offset, biases[0]),
                ),
                S::mul_add(
                    sums::<S, T>(self.sums.add(TILE)),
                    S::mul(scales[1], scale),
                    S::mul_add(terms[1], offset, biases[1]),
                ),
            ];
            if p.narrow {
                product::finish_narrow::<S>(p, self.panel, row, values);
            } else {
                product::finish::<S>(p, self.panel, row, values);
            }
            self.sums = self.sums.add(COLUMNS);
        }
        self.start += now;
        rows - now
    }
}

/// A panel's columns of f32.
#[inline(always)]
unsafe fn load_two<S: SimdBf16>(from: *const f32) -> [S::F; 2] {
    [S::load(from), S::load(from.add(TILE))]
}

/// One tile's row of sums.
#[inline(always)]
unsafe fn sums<S: SimdBf16, T: Tiles>(from: *const u32) -> S::F {
    let sums = S::load_units(from);
    if T::WHOLE { S::to_f32(sums) } else { S::units_as_f32(sums) }
}

/// Up to two panels' sums.
#[derive(Clone, Copy, Default)]
pub(crate) struct Pending(pub(super) [PendingSums; 2]);

impl Pending {
    /// The epilogue of the next `rows` rows, or of as many as there are.
    ///
    /// # Safety
    /// The processor has `S`; the parts' sums are valid, and all pointers of `p` for their rows.
    #[inline(always)]
    pub(crate) unsafe fn finish<S: SimdBf16, T: Tiles>(&mut self, p: &Product, rows: usize) {
        let [first, second] = &mut self.0;
        let rows = first.finish::<S, T>(p, rows);
        second.finish::<S, T>(p, rows);
    }
}
