//! The operands of products: rows of f32, encoded rows, packed weights.

use crate::buffer::Buffer;
use crate::product::panel_columns;
use crate::table::{Format, Kernels};

/// Numbers between a row's end and the next row: rows of a power of two would meet in the same few
/// sets of the cache.
const GAP: usize = 16;

/// Of `rows` rows; the kernels trust it, so that it must not wrap.
fn area(rows: usize, stride: usize) -> usize {
    rows.checked_mul(stride).expect("a matrix within the address space")
}

/// A matrix of f32, row after row, a gap between them.
#[expect(clippy::struct_field_names, reason = "a matrix of rows has a number of rows")]
pub struct Rows {
    data: Buffer<f32>,
    rows: usize,
    width: usize,
}

impl Rows {
    /// `rows` by `width` zeros.
    pub fn new(rows: usize, width: usize) -> Self {
        Self { data: Buffer::new(area(rows, width.saturating_add(GAP))), rows, width }
    }

    /// How many rows there are.
    #[inline]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Numbers in a row.
    #[inline]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Numbers from one row to the next.
    #[inline]
    pub(crate) fn stride(&self) -> usize {
        self.width + GAP
    }

    /// One row.
    #[inline]
    pub fn row(&self, row: usize) -> &[f32] {
        &self.data[row * self.stride()..][..self.width]
    }

    /// One row, to be written.
    #[inline]
    pub fn row_mut(&mut self, row: usize) -> &mut [f32] {
        let start = row * self.stride();
        &mut self.data[start..][..self.width]
    }

    pub(crate) fn as_ptr(&self) -> *const f32 {
        self.data.as_ptr()
    }

    pub(crate) fn as_mut_ptr(&mut self) -> *mut f32 {
        self.data.as_mut_ptr()
    }
}

/// Rows encoded as the left operand of a product, with a scale and an offset each.
pub struct Operand {
    data: Buffer<u8>,
    rows: usize,
    width: usize,
    scales: Vec<f32>,
    offsets: Vec<f32>,
}

impl Operand {
    /// Room for `rows` of `width` numbers of any format.
    pub fn new(rows: usize, width: usize) -> Self {
        let stride = width.saturating_add(GAP).saturating_mul(Format::F32.bytes());
        let data = Buffer::new(area(rows, stride));
        Self { data, rows, width, scales: vec![1.0; rows], offsets: vec![0.0; rows] }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Bytes from one row to the next.
    pub(crate) fn stride(&self, format: Format) -> usize {
        self.width * format.bytes() + GAP * Format::F32.bytes()
    }

    pub(crate) fn as_ptr(&self) -> *const u8 {
        self.data.as_ptr()
    }

    pub(crate) fn as_mut_ptr(&mut self) -> *mut u8 {
        self.data.as_mut_ptr()
    }

    pub(crate) fn scales(&self) -> (&[f32], &[f32]) {
        (&self.scales, &self.offsets)
    }

    pub(crate) fn scales_mut(&mut self) -> (&mut [f32], &mut [f32]) {
        (&mut self.scales, &mut self.offsets)
    }
}

/// Weights as the right operand of a product: panels of two vectors of output columns, each panel
/// unit after unit of the inner dimension.
pub struct PackedMatrix {
    data: Buffer<u32>,
    format: Format,
    /// Of the vectors, and of a unit: those of the kernels that it was packed for.
    lanes: usize,
    depth: usize,
    inner: usize,
    columns: usize,
    scales: Vec<f32>,
    sums: Vec<f32>,
    bias: Vec<f32>,
}

impl PackedMatrix {
    /// Packs `columns` output columns of `inner` weights each; `column` gives a column's weights and
    /// bias. Both dimensions are multiples of 32.
    pub fn pack<'a>(
        kernels: &Kernels,
        format: Format,
        inner: usize,
        columns: usize,
        column: impl Fn(usize) -> (&'a [f32], f32),
    ) -> Self {
        let width = panel_columns(kernels.lanes());
        assert!(inner.is_multiple_of(32) && columns.is_multiple_of(width), "unpackable shape");
        let element = kernels.element(format);
        let units = inner / element.depth;
        let mut data = Buffer::<u32>::new(area(units, columns));
        let mut code = Buffer::<u32>::new(units);
        let (mut scales, mut sums) = (vec![1.0; columns], vec![0.0; columns]);
        let mut bias = vec![0.0; columns];
        for (index, panel) in data.chunks_exact_mut(units * width).enumerate() {
            for lane in 0..width {
                let at = index * width + lane;
                let (weights, b) = column(at);
                assert_eq!(weights.len(), inner, "a column of another length");
                // SAFETY: `weights` has `inner` numbers, `code` as many elements; the kernels are
                // this processor's.
                let scale = unsafe {
                    (element.encode_weights)(weights.as_ptr(), inner, code.as_mut_ptr().cast())
                };
                if format == Format::I8 {
                    let codes = code.iter().flat_map(|unit| unit.to_ne_bytes());
                    sums[at] = scale * codes.map(|c| i32::from(c as i8)).sum::<i32>() as f32;
                }
                (scales[at], bias[at]) = (scale, b);
                for (unit, &value) in code.iter().enumerate() {
                    panel[unit * width + lane] = value;
                }
            }
        }
        let (lanes, depth) = (kernels.lanes(), element.depth);
        Self { data, format, lanes, depth, inner, columns, scales, sums, bias }
    }

    /// Whether it was packed for kernels of this layout.
    pub(crate) fn fits(&self, kernels: &Kernels) -> bool {
        self.lanes == kernels.lanes() && self.depth == kernels.element(self.format).depth
    }

    /// The element type.
    #[inline]
    pub fn format(&self) -> Format {
        self.format
    }

    pub(crate) fn inner(&self) -> usize {
        self.inner
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn data(&self) -> &[u32] {
        &self.data
    }

    /// Scale, sum of weights and bias of each column.
    pub(crate) fn column_terms(&self) -> (&[f32], &[f32], &[f32]) {
        (&self.scales, &self.sums, &self.bias)
    }
}
