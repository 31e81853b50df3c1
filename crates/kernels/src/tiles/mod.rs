//! Products by tiles: registers of 16 rows of 64 bytes, one instruction for 16 × 16 sums of products.
//!
//! The panels of the vector kernels are what tiles want: 16 units of a panel are two right tiles, one
//! beside the other, and rows of a left operand are a left tile. Four tiles hold sums, of two left
//! tiles by a panel's two, or of one left tile by two panels' four.
//!
//! Tiles are multiplied beside the vectors' instructions. So what becomes of one block of sums is
//! computed between the tile instructions of the next.
//!
//! The loop is written over [`Tiles`]: the processor's instructions (`amx`), and a model of them in
//! plain numbers (`model`), with which every machine tests it.

#[cfg(target_arch = "x86_64")]
pub(crate) mod amx;
pub(crate) mod instructions;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod model;
mod pending;
#[cfg(all(test, target_arch = "x86_64", target_os = "linux"))]
mod refusals;
#[cfg(test)]
mod tests;

use crate::product::{Epilogue, Product};
use crate::simd::SimdBf16;
use instructions::{COLUMNS, Shape, TILE, Tiles, UNIT_BYTES};
use pending::{Pending, PendingSums, SumsBuffers};

/// A cache line.
const LINE: usize = 64;
/// Bytes ahead of which a panel is asked for where it is passed once, out of memory.
const AHEAD: usize = 4096;
/// Lines of the next panel that are asked for in one step where a panel is passed many times.
const LINES: usize = 2;

/// The whole product.
///
/// # Safety
/// The processor has `S`, of 16 lanes, and `T`; all pointers of `p` are valid for what its fields
/// say, and its steps are a multiple of 8. Rows that share scales have those of floats: ones.
#[inline(always)]
pub(crate) unsafe fn product<S: SimdBf16, T: Tiles>(p: &Product) {
    const { assert!(S::LANES == TILE, "a tile's row is a vector") };
    match p.rows {
        0 => {}
        1..=TILE => few_rows::<S, T>(p),
        _ => many_rows::<S, T>(p),
    }
}

/// Units of a tile's depth: the most that divides the inner dimension.
fn depth(steps: usize) -> usize {
    if steps.is_multiple_of(TILE) { TILE } else { TILE / 2 }
}

/// Whether sums are results already, which go where they belong without an epilogue.
fn is_plain<T: Tiles>(p: &Product) -> bool {
    let unscaled = p.row_step == 0 && p.column_step == 0;
    !T::WHOLE && unscaled && p.epilogue == Epilogue::Store && !p.narrow
}

/// Rows of one tile: by two panels at a time, each passed once.
#[inline(always)]
unsafe fn few_rows<S: SimdBf16, T: Tiles>(p: &Product) {
    let depth = depth(p.steps);
    let steps = p.steps / depth;
    let mut tiles = T::configure(Shape { upper: p.rows, lower: 0, depth });
    let (mut buffers, mut pending) = (SumsBuffers::new(), Pending::default());
    let rows_a_step = (2 * p.rows).div_ceil(steps);
    let mut panel = p.panels.0;
    while panel < p.panels.1 {
        let is_pair = panel + 1 < p.panels.1;
        let first = p.right.add(panel * p.panel_bytes);
        let second = if is_pair { first.add(p.panel_bytes) } else { first };
        tiles.zero();
        for step in 0..steps {
            let right = [first, second].map(|right| right.add(step * depth * UNIT_BYTES));
            for line in (0..depth * UNIT_BYTES).step_by(LINE) {
                for panel in right {
                    S::prefetch(panel.wrapping_add(AHEAD + line).cast());
                }
            }
            tiles.wide_step(p.left.add(step * depth * 4), p.left_stride, right);
            pending.finish::<S, T>(p, rows_a_step);
        }
        if is_pair && is_plain::<T>(p) {
            let out = p.out.add((panel - p.panels.0) * COLUMNS).cast::<u32>();
            tiles.store([out, out.add(COLUMNS)], p.out_stride * 4);
        } else {
            pending.finish::<S, T>(p, usize::MAX);
            let sums = buffers.next();
            tiles.store(sums, UNIT_BYTES);
            let part =
                |i: usize| PendingSums { sums: sums[i], panel: panel + i, start: 0, end: p.rows };
            pending = Pending([part(0), if is_pair { part(1) } else { PendingSums::default() }]);
        }
        panel += 2;
    }
    pending.finish::<S, T>(p, usize::MAX);
}

/// Two tiles of rows by one panel at a time, so that a panel stays in cache while all rows pass. The
/// blocks of rows have one shape, so that tiles are configured once; the last one may repeat some
/// rows of the one before, whose sums are dropped.
#[inline(always)]
unsafe fn many_rows<S: SimdBf16, T: Tiles>(p: &Product) {
    let depth = depth(p.steps);
    let steps = p.steps / depth;
    let each = p.rows.div_ceil(p.rows.div_ceil(2 * TILE));
    let mut tiles = T::configure(Shape { upper: TILE, lower: each - TILE, depth });
    let (mut buffers, mut pending) = (SumsBuffers::new(), Pending::default());
    let rows_a_step = each.div_ceil(steps);
    for panel in p.panels.0..p.panels.1 {
        let right = p.right.add(panel * p.panel_bytes);
        let mut ahead = right.wrapping_add(p.panel_bytes);
        for start in (0..p.rows).step_by(each) {
            let first = start.min(p.rows - each);
            let left = p.left.add(first * p.left_stride);
            tiles.zero();
            for step in 0..steps {
                let left = left.add(step * depth * 4);
                let right = right.add(step * depth * UNIT_BYTES);
                tiles.step([left, left.add(TILE * p.left_stride)], p.left_stride, right);
                for line in 0..LINES {
                    S::prefetch_far(ahead.wrapping_add(line * LINE).cast());
                }
                ahead = ahead.wrapping_add(LINES * LINE);
                pending.finish::<S, T>(p, rows_a_step);
            }
            if is_plain::<T>(p) {
                let out = p.out.add(first * p.out_stride + (panel - p.panels.0) * COLUMNS);
                tiles.store(
                    [out, out.add(TILE * p.out_stride)].map(<*mut f32>::cast),
                    p.out_stride * 4,
                );
                continue;
            }
            let halves = buffers.next();
            tiles.store(halves, UNIT_BYTES);
            let sums = halves[0].add((start - first) * COLUMNS);
            let end = (first + each).min(p.rows);
            pending = Pending([PendingSums { sums, panel, start, end }, PendingSums::default()]);
        }
    }
    pending.finish::<S, T>(p, usize::MAX);
}
