//! What a product by tiles asks of the instructions, and how large tiles and panels are.

/// Rows of a tile, and 32-bit units in one of its rows.
pub(crate) const TILE: usize = 16;
/// Columns of a panel.
pub(crate) const COLUMNS: usize = 2 * TILE;
/// Bytes from one unit of a panel's inner dimension to the next.
pub(crate) const UNIT_BYTES: usize = COLUMNS * 4;

/// How large the tiles are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Rows of the first left tile.
    pub(crate) upper: usize,
    /// Rows of the second; 0 where one left tile meets two panels.
    pub(crate) lower: usize,
    /// Units of the inner dimension in a left tile's row: the rows of a right tile.
    pub(crate) depth: usize,
}

/// The instructions: four tiles of sums, and those that a step loads.
///
/// # Safety
/// All functions: the processor has the instructions, the process may use them, and pointers are
/// valid for the rows of the shape, at the strides that are given.
pub(crate) trait Tiles {
    /// Whether sums are whole numbers (of bytes) or floats (of bf16 pairs).
    const WHOLE: bool;

    /// Tiles of a shape, of unknown content.
    unsafe fn configure(shape: Shape) -> Self;
    /// Makes all sums zero.
    unsafe fn zero(&mut self);
    /// Adds the products of two left tiles with a panel's two.
    unsafe fn step(&mut self, left: [*const u8; 2], left_stride: usize, right: *const u8);
    /// Adds the products of one left tile with two panels' four.
    unsafe fn wide_step(&mut self, left: *const u8, left_stride: usize, right: [*const u8; 2]);
    /// Stores the sums: the first two tiles side by side at `to[0]`, the others at `to[1]`;
    /// `stride` bytes from row to row.
    unsafe fn store(&self, to: [*mut u32; 2], stride: usize);
    /// Ends the use of tiles by this thread, whatever their shape and type.
    unsafe fn release();
}
