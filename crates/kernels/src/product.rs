//! Matrix products: register tiles over packed panels, with the next step fused into the store.

use std::mem::MaybeUninit;
use std::ops::Range;

use crate::element::Element;
use crate::math::{gelu, silu};
use crate::simd::{Simd, SimdBf16};

/// Columns of a panel: two vectors, side by side for each unit of the inner dimension.
pub(crate) const fn panel_columns(lanes: usize) -> usize {
    2 * lanes
}

/// The most rows of any register tile.
const MOST_ROWS: usize = 14;
/// The widest panel: two vectors of AVX-512.
const MOST_COLUMNS: usize = 32;
/// Steps of a tile that are made at once where instructions multiply by one lane of a vector, and that
/// are written one after another where that is faster.
const GROUP: usize = 4;
/// Units of a cache line.
const LINE: usize = 16;

/// Steps ahead of which a panel's units are asked for: a query passes each once, out of memory, and
/// what the processor fetches ahead by itself ends at a page.
const AHEAD: usize = 24;

/// What becomes of a tile of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Epilogue {
    /// `out = x`.
    Store,
    /// `out += x`.
    Add,
    /// `out = gelu(x)`.
    Gelu,
    /// `out = x * silu(gate)`, where a panel's first vector is `x` and its second the gate; `out`
    /// has half the columns.
    SwiGlu,
}

/// One product `out[rows, columns] = left[rows, inner] * right[inner, columns]`.
///
/// The left operand is rows of encoded units with a scale and an offset each; the right one is
/// panels of columns, unit after unit. The value of a cell is
/// `sum * row_scale * column_scale - row_offset * column_sum + bias`.
#[derive(Clone, Copy)]
pub(crate) struct Product {
    pub(crate) rows: usize,
    /// 32-bit units of the inner dimension.
    pub(crate) steps: usize,
    /// Which panels; the first one's columns are the first of `out`.
    pub(crate) panels: (usize, usize),
    pub(crate) left: *const u8,
    /// Bytes from one left row to the next.
    pub(crate) left_stride: usize,
    pub(crate) row_scale: *const f32,
    pub(crate) row_offset: *const f32,
    /// 1, or 0 where all rows share one scale and offset.
    pub(crate) row_step: usize,
    /// Panel 0.
    pub(crate) right: *const u8,
    pub(crate) panel_bytes: usize,
    pub(crate) column_scale: *const f32,
    pub(crate) column_sum: *const f32,
    pub(crate) bias: *const f32,
    /// A panel's columns, or 0 where all panels share their scales, sums and biases.
    pub(crate) column_step: usize,
    pub(crate) out: *mut f32,
    /// Numbers from one row of `out` to the next.
    pub(crate) out_stride: usize,
    pub(crate) epilogue: Epilogue,
    /// Whether results are stored as bf16, never added; `out` is of as many numbers of two bytes then.
    /// Only where products are made by tiles.
    pub(crate) narrow: bool,
}

#[repr(align(64))]
struct Scratch(MaybeUninit<[f32; MOST_ROWS * MOST_COLUMNS]>);

/// The whole product. The outer loop is over panels, the inner one over blocks of rows, so that a
/// panel stays in the nearest cache while all rows pass.
///
/// # Safety
/// The processor has `S`, and all pointers of `p` are valid for what its fields say.
#[inline(always)]
pub(crate) unsafe fn product<S: Simd, E: Element<S>>(p: &Product) {
    let blocks = p.rows.div_ceil(E::ROWS);
    for panel in p.panels.0..p.panels.1 {
        for block in 0..blocks {
            let rows = p.rows * block / blocks..p.rows * (block + 1) / blocks;
            block_of_rows::<S, E>(p, panel, rows);
        }
    }
}

macro_rules! by_rows {
    ($rows:expr, $call:ident, [$($n:literal)+]) => {
        match $rows {
            $($n if $n <= E::ROWS => $call!($n),)+
            _ => {}
        }
    };
}

#[inline(always)]
unsafe fn block_of_rows<S: Simd, E: Element<S>>(p: &Product, panel: usize, rows: Range<usize>) {
    let columns = panel_columns(S::LANES);
    let column = (panel - p.panels.0) * columns;
    let mut scratch = Scratch(MaybeUninit::uninit());
    let direct = p.epilogue == Epilogue::Store;
    let (to, stride) = if direct {
        (p.out.add(rows.start * p.out_stride + column), p.out_stride)
    } else {
        (scratch.0.as_mut_ptr().cast::<f32>(), columns)
    };
    macro_rules! tile_of {
        ($n:literal) => {
            tile::<S, E, $n>(p, panel, rows.start, to, stride)
        };
    }
    by_rows!(rows.len(), tile_of, [1 2 3 4 5 6 7 8 9 10 11 12 13 14]);
    if direct {
        return;
    }
    for (r, row) in rows.enumerate() {
        let from = to.add(r * columns);
        finish::<S>(p, panel, row, [S::load(from), S::load(from.add(S::LANES))]);
    }
}

/// The epilogue of a row's results of one panel.
///
/// # Safety
/// As for [`product`].
#[inline(always)]
pub(crate) unsafe fn finish<S: Simd>(p: &Product, panel: usize, row: usize, values: [S::F; 2]) {
    let column = (panel - p.panels.0) * panel_columns(S::LANES);
    let out = p.out.add(row * p.out_stride);
    let [first, second] = values;
    match p.epilogue {
        Epilogue::Store => {
            S::store(out.add(column), first);
            S::store(out.add(column + S::LANES), second);
        }
        Epilogue::Add => {
            let out = out.add(column);
            S::store(out, S::add(S::load(out), first));
            let out = out.add(S::LANES);
            S::store(out, S::add(S::load(out), second));
        }
        Epilogue::Gelu => {
            S::store(out.add(column), gelu::<S>(first));
            S::store(out.add(column + S::LANES), gelu::<S>(second));
        }
        Epilogue::SwiGlu => {
            S::store(out.add(column / 2), S::mul(first, silu::<S>(second)));
        }
    }
}

/// The same where results are stored as bf16.
///
/// # Safety
/// As for [`product`].
#[inline(always)]
pub(crate) unsafe fn finish_narrow<S: SimdBf16>(
    p: &Product,
    panel: usize,
    row: usize,
    values: [S::F; 2],
) {
    let column = (panel - p.panels.0) * panel_columns(S::LANES);
    let out = p.out.add(row * p.out_stride).cast::<u16>();
    let [first, second] = values;
    match p.epilogue {
        Epilogue::Store | Epilogue::Add => S::store_bf16_two(out.add(column), first, second),
        Epilogue::Gelu => {
            S::store_bf16_two(out.add(column), gelu::<S>(first), gelu::<S>(second));
        }
        Epilogue::SwiGlu => {
            S::store_bf16(out.add(column / 2), S::mul(first, silu::<S>(second)));
        }
    }
}

/// `N` rows by one panel, in registers over the whole inner dimension.
#[inline(always)]
unsafe fn tile<S: Simd, E: Element<S>, const N: usize>(
    p: &Product,
    panel: usize,
    row: usize,
    to: *mut f32,
    stride: usize,
) {
    let left = p.left.add(row * p.left_stride);
    let right = p.right.add(panel * p.panel_bytes);
    let columns = panel_columns(S::LANES);
    let mut sums = [[S::splat(0.0); 2]; N];
    let mut at = 0;
    loop {
        let steps = E::DRAIN.min(p.steps - at);
        let mut acc = [[E::zero(); 2]; N];
        let mut a = left.add(at * 4);
        let mut b = right.cast::<u32>().add(at * columns);
        let mut alone = steps;
        if E::BY_LANE {
            for _ in 0..steps / GROUP {
                group::<S, E, N>(&mut acc, a, p.left_stride, b);
                a = a.add(GROUP * 4);
                b = b.add(GROUP * columns);
            }
            alone %= GROUP;
        }
        if E::UNROLLED {
            for _ in 0..alone / GROUP {
                step::<S, E, N>(&mut acc, a, p.left_stride, b);
                step::<S, E, N>(&mut acc, a.add(4), p.left_stride, b.add(columns));
                step::<S, E, N>(&mut acc, a.add(8), p.left_stride, b.add(2 * columns));
                step::<S, E, N>(&mut acc, a.add(12), p.left_stride, b.add(3 * columns));
                a = a.add(GROUP * 4);
                b = b.add(GROUP * columns);
            }
            alone %= GROUP;
        }
        for _ in 0..alone {
            step::<S, E, N>(&mut acc, a, p.left_stride, b);
            a = a.add(4);
            b = b.add(columns);
        }
        at += steps;
        for r in 0..N {
            for half in 0..2 {
                let drained = E::to_f32(acc[r][half]);
                sums[r][half] =
                    if E::DRAIN == usize::MAX { drained } else { S::add(sums[r][half], drained) };
            }
        }
        if at >= p.steps {
            break;
        }
    }
    let column = panel * p.column_step;
    for half in 0..2 {
        let from = column + half * S::LANES;
        let scale = S::load(p.column_scale.add(from));
        let sum = S::load(p.column_sum.add(from));
        let bias = S::load(p.bias.add(from));
        for r in 0..N {
            let at = (row + r) * p.row_step;
            let row_offset = S::splat(-*p.row_offset.add(at));
            let shift = S::mul_add(sum, row_offset, bias);
            let scale = S::mul(scale, S::splat(*p.row_scale.add(at)));
            S::store(to.add(r * stride + half * S::LANES), S::mul_add(sums[r][half], scale, shift));
        }
    }
}

/// One step of a tile: every row's unit times the panel's.
#[inline(always)]
unsafe fn step<S: Simd, E: Element<S>, const N: usize>(
    acc: &mut [[E::Acc; 2]; N],
    a: *const u8,
    left_stride: usize,
    b: *const u32,
) {
    let columns = panel_columns(S::LANES);
    for line in (0..columns).step_by(LINE) {
        S::prefetch(b.wrapping_add(AHEAD * columns + line));
    }
    let (first, second) = (S::load_units(b), S::load_units(b.add(S::LANES)));
    for r in 0..N {
        let unit = S::splat_unit(a.add(r * left_stride));
        acc[r][0] = E::step(acc[r][0], unit, first);
        acc[r][1] = E::step(acc[r][1], unit, second);
    }
}

/// [`GROUP`] steps of a tile: the panel's units for them all, then row by row one load of the left
/// operand, each of whose lanes is one step. Rows and steps are written out, since the compiler would
/// leave a loop around so many instructions a loop, and the accumulators in memory.
#[inline(always)]
unsafe fn group<S: Simd, E: Element<S>, const N: usize>(
    acc: &mut [[E::Acc; 2]; N],
    a: *const u8,
    left_stride: usize,
    b: *const u32,
) {
    let columns = panel_columns(S::LANES);
    for line in (0..GROUP * columns).step_by(LINE) {
        S::prefetch(b.wrapping_add(AHEAD * columns + line));
    }
    let right: [[S::I; 2]; GROUP] = std::array::from_fn(|step| {
        let b = b.add(step * columns);
        [S::load_units(b), S::load_units(b.add(S::LANES))]
    });
    macro_rules! rows {
        ($($r:literal)+) => {$(
            if $r < N {
                let left = S::load_units(a.add($r * left_stride).cast());
                steps!($r, left, [0 1 2 3]);
            }
        )+};
    }
    macro_rules! steps {
        ($r:literal, $left:ident, [$($step:literal)+]) => {$(
            acc[$r][0] = E::step_lane(acc[$r][0], $left, $step, right[$step][0]);
            acc[$r][1] = E::step_lane(acc[$r][1], $left, $step, right[$step][1]);
        )+};
    }
    rows!(0 1 2 3 4 5 6 7 8 9 10 11 12 13);
}
