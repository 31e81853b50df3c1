//! The tile instructions in plain numbers, as Intel's manual defines them, to the bit.

use crate::tiles::instructions::{Shape, TILE, Tiles, UNIT_BYTES};

type Tile = [[u32; TILE]; TILE];

/// A model of the instructions for bytes (u8 by i8) where `WHOLE`, else for pairs of bf16.
pub(crate) struct Model<const WHOLE: bool> {
    shape: Shape,
    sums: [Tile; 4],
}

/// A tile of `rows` rows of `units` units.
///
/// # Safety
/// `from` is valid for `rows` rows at `stride` bytes.
unsafe fn load(from: *const u8, stride: usize, rows: usize, units: usize) -> Tile {
    let mut tile = [[0; TILE]; TILE];
    for (r, row) in tile[..rows].iter_mut().enumerate() {
        let from = from.add(r * stride).cast::<u32>();
        row[..units].iter_mut().enumerate().for_each(|(i, to)| *to = from.add(i).read_unaligned());
    }
    tile
}

/// A panel's two right tiles.
unsafe fn load_right(from: *const u8, depth: usize) -> [Tile; 2] {
    [from, from.add(TILE * 4)].map(|from| load(from, UNIT_BYTES, depth, TILE))
}

/// Denormal numbers are zero, before and after each operation.
fn flushed(x: f32) -> f32 {
    if x.is_subnormal() { 0.0_f32.copysign(x) } else { x }
}

/// `sum + a * b` of bf16 halves, rounded once: products of two bf16 are f32 without rounding.
fn fused(sum: f32, a: u32, b: u32) -> f32 {
    let [a, b] = [a, b].map(|half| flushed(f32::from_bits(half)));
    flushed(sum + a * b)
}

const UPPER: u32 = 0xffff_0000;

impl<const WHOLE: bool> Model<WHOLE> {
    /// `sums[at] += left * right`.
    fn multiply(&mut self, at: usize, rows: usize, left: &Tile, right: &Tile) {
        for (sums, left) in self.sums[at][..rows].iter_mut().zip(left) {
            if WHOLE {
                for (unit, right) in left[..self.shape.depth].iter().zip(right) {
                    dot_bytes(sums, *unit, right);
                }
            } else {
                dot_pairs(sums, &left[..self.shape.depth], right);
            }
        }
    }
}

fn dot_bytes(sums: &mut [u32; TILE], left: u32, right: &[u32; TILE]) {
    let left = left.to_ne_bytes().map(i32::from);
    for (sum, right) in sums.iter_mut().zip(right) {
        let right = right.to_ne_bytes().map(|byte| i32::from(byte as i8));
        let dot: i32 = (0..4).map(|i| left[i] * right[i]).sum();
        *sum = sum.wrapping_add(dot as u32);
    }
}

/// Even and odd elements are summed apart over the whole depth, and then added.
fn dot_pairs(sums: &mut [u32; TILE], left: &[u32], right: &Tile) {
    let (mut even, mut odd) = ([0.0; TILE], [0.0; TILE]);
    for (&a, row) in left.iter().zip(right) {
        for (column, &b) in row.iter().enumerate() {
            even[column] = fused(even[column], a << 16, b << 16);
            odd[column] = fused(odd[column], a & UPPER, b & UPPER);
        }
    }
    for (column, sum) in sums.iter_mut().enumerate() {
        let dot = flushed(even[column] + odd[column]);
        *sum = flushed(flushed(f32::from_bits(*sum)) + dot).to_bits();
    }
}

impl<const WHOLE: bool> Tiles for Model<WHOLE> {
    const WHOLE: bool = WHOLE;

    unsafe fn configure(shape: Shape) -> Self {
        let is_possible = |n: usize| (1..=TILE).contains(&n);
        let lower = if shape.lower == 0 { shape.upper } else { shape.lower };
        assert!([shape.upper, lower, shape.depth].into_iter().all(is_possible), "{shape:?}");
        // Sums that are not made zero show.
        Self { shape: Shape { lower, ..shape }, sums: [[[0x7f7f_7f7f; TILE]; TILE]; 4] }
    }

    unsafe fn zero(&mut self) {
        self.sums = [[[0; TILE]; TILE]; 4];
    }

    unsafe fn step(&mut self, left: [*const u8; 2], left_stride: usize, right: *const u8) {
        let Shape { upper, lower, depth } = self.shape;
        let right = load_right(right, depth);
        for (i, rows) in [upper, lower].into_iter().enumerate() {
            let left = load(left[i], left_stride, rows, depth);
            for (j, right) in right.iter().enumerate() {
                self.multiply(2 * i + j, rows, &left, right);
            }
        }
    }

    unsafe fn wide_step(&mut self, left: *const u8, left_stride: usize, right: [*const u8; 2]) {
        let Shape { upper, depth, .. } = self.shape;
        let left = load(left, left_stride, upper, depth);
        for (i, right) in right.into_iter().enumerate() {
            for (j, right) in load_right(right, depth).iter().enumerate() {
                self.multiply(2 * i + j, upper, &left, right);
            }
        }
    }

    unsafe fn store(&self, to: [*mut u32; 2], stride: usize) {
        for (at, tile) in self.sums.iter().enumerate() {
            let rows = if at < 2 { self.shape.upper } else { self.shape.lower };
            for (r, row) in tile[..rows].iter().enumerate() {
                let to = to[at / 2].cast::<u8>().add(r * stride + at % 2 * TILE * 4);
                to.cast::<[u32; TILE]>().write_unaligned(*row);
            }
        }
    }

    unsafe fn release() {}
}
