//! The safe face of the kernels: whole matrices in, the work split among a team.

use crate::element::RowScale;
use crate::matrix::{Operand, PackedMatrix, Rows};
use crate::product::{Epilogue, Product, panel_columns};
use crate::table::{Format, Kernels};
use crate::team::Team;

/// A layer norm's parameters.
pub struct LayerNorm {
    /// One factor a column.
    pub gain: Vec<f32>,
    /// One term a column.
    pub bias: Vec<f32>,
    /// Added to the variance.
    pub eps: f32,
}

/// The left operand of a product.
#[derive(Clone, Copy)]
pub enum LeftOperand<'a> {
    /// f32 rows as they are.
    Rows(&'a Rows),
    /// Encoded rows.
    Operand(&'a Operand),
}

/// Where a product's results go.
pub enum Output<'a> {
    /// As f32.
    Rows(&'a mut Rows),
    /// As bf16, an encoded operand at once; only where [`Kernels::narrows`] says so.
    Operand(&'a mut Operand),
}

impl Output<'_> {
    /// Rows and columns there are.
    fn shape(&self) -> (usize, usize) {
        match self {
            Self::Rows(rows) => (rows.rows(), rows.width()),
            Self::Operand(operand) => (operand.rows(), operand.width()),
        }
    }

    /// The first row, numbers of four bytes from row to row, and whether results are bf16.
    fn place(self, rows: usize) -> (*mut f32, usize, bool) {
        match self {
            Self::Rows(x) => (x.as_mut_ptr(), x.stride(), false),
            Self::Operand(x) => {
                let (scales, offsets) = x.scales_mut();
                scales[..rows].fill(RowScale::ONE.scale);
                offsets[..rows].fill(RowScale::ONE.offset);
                (x.as_mut_ptr().cast(), x.stride(Format::Bf16) / size_of::<f32>(), true)
            }
        }
    }
}

/// The most rows of a tile, as zeros, for products whose rows have scales but no offsets.
pub(crate) static ZEROS: [f32; 32] = [0.0; 32];
/// The scales of what has none.
pub(crate) static ONES: [f32; 32] = [1.0; 32];

/// A pointer that the parts of one kernel call share; each part writes rows or columns of its own.
pub(crate) struct SharedPtr<T>(pub(super) *mut T);
// SAFETY: whoever makes one sees to it that parts are disjoint.
unsafe impl<T> Sync for SharedPtr<T> {}
// SAFETY: as above.
unsafe impl<T> Send for SharedPtr<T> {}

impl<T> Clone for SharedPtr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for SharedPtr<T> {}

impl<T> SharedPtr<T> {
    /// A method, so that closures capture the whole, which is `Sync`, and not the pointer.
    pub(crate) fn get(self) -> *mut T {
        self.0
    }
}

/// Part `part` of `parts` of `items`.
fn share(items: usize, part: usize, parts: usize) -> std::ops::Range<usize> {
    items * part / parts..items * (part + 1) / parts
}

/// Encodes rows of an operand from several threads.
struct Encoder {
    encode: unsafe fn(*const f32, usize, *mut u8) -> RowScale,
    width: usize,
    stride: usize,
    data: SharedPtr<u8>,
    scales: SharedPtr<f32>,
    offsets: SharedPtr<f32>,
}

impl Encoder {
    fn new(kernels: &Kernels, to: &mut Operand, format: Format, rows: usize, width: usize) -> Self {
        assert!(rows <= to.rows() && width == to.width(), "an operand of another shape");
        assert!(width.is_multiple_of(32), "rows that are no whole pairs of vectors");
        let encode = kernels.element(format).encode;
        let (stride, data) = (to.stride(format), SharedPtr(to.as_mut_ptr()));
        let (scales, offsets) = to.scales_mut();
        let (scales, offsets) = (SharedPtr(scales.as_mut_ptr()), SharedPtr(offsets.as_mut_ptr()));
        Self { encode, width, stride, data, scales, offsets }
    }

    /// # Safety
    /// `from` is valid for the operand's width, `row` is one of its rows, and no other thread's.
    unsafe fn row(&self, from: *const f32, row: usize) {
        let scale = (self.encode)(from, self.width, self.data.get().add(row * self.stride));
        self.scale(row, scale);
    }

    /// # Safety
    /// `row` is one of the operand's rows, and no other thread's.
    unsafe fn scale(&self, row: usize, scale: RowScale) {
        *self.scales.get().add(row) = scale.scale;
        *self.offsets.get().add(row) = scale.offset;
    }
}

impl Kernels {
    /// Layer norm of the first `rows` rows, in place; the result is also encoded into `to`, where
    /// one is given.
    pub fn layer_norm(
        &self,
        team: &mut Team,
        x: &mut Rows,
        rows: usize,
        norm: &LayerNorm,
        to: Option<(&mut Operand, Format)>,
    ) {
        let width = x.width();
        assert!(rows <= x.rows() && norm.gain.len() == width && norm.bias.len() == width);
        assert!(width.is_multiple_of(32), "rows that are no whole pairs of vectors");
        let stride = x.stride();
        let data = SharedPtr(x.as_mut_ptr());
        let encoder = to.map(|(operand, format)| Encoder::new(self, operand, format, rows, width));
        let parts = team.parts(rows);
        team.run(parts, &|part, _| {
            for row in share(rows, part, parts) {
                // SAFETY: `rows` rows of `width` numbers are there, each belongs to one part, and
                // the kernels are this processor's.
                unsafe {
                    let row_start = data.get().add(row * stride);
                    let (gain, bias) = (norm.gain.as_ptr(), norm.bias.as_ptr());
                    (self.layer_norm)(row_start, width, gain, bias, norm.eps);
                    if let Some(encoder) = &encoder {
                        encoder.row(row_start, row);
                    }
                }
            }
        });
    }

    /// Encodes the first `rows` rows.
    pub fn encode(
        &self,
        team: &mut Team,
        from: &Rows,
        rows: usize,
        to: &mut Operand,
        format: Format,
    ) {
        assert!(rows <= from.rows());
        let encoder = Encoder::new(self, to, format, rows, from.width());
        let parts = team.parts(rows);
        team.run(parts, &|part, _| {
            for row in share(rows, part, parts) {
                // SAFETY: the row has as many numbers as the operand's rows, and is one part's.
                unsafe { encoder.row(from.row(row).as_ptr(), row) };
            }
        });
    }

    /// Whether products of operands of this format may leave their results as bf16.
    pub fn narrows(&self, format: Format) -> bool {
        self.encode_narrow.is_some() && matches!(format, Format::I8 | Format::Bf16)
    }

    /// Encodes the first `rows` rows, which a product left as bf16, as bytes.
    pub fn encode_narrow(&self, team: &mut Team, from: &Operand, rows: usize, to: &mut Operand) {
        assert!(rows <= from.rows() && from.width() == to.width());
        assert!(from.width().is_multiple_of(32), "rows that are no whole pairs of vectors");
        let Some(encode) = self.encode_narrow else { return };
        let encoder = Encoder::new(self, to, Format::I8, rows, from.width());
        let parts = team.parts(rows);
        team.run(parts, &|part, _| {
            for row in share(rows, part, parts) {
                // SAFETY: the row has as many numbers as the operand's rows, and is one part's.
                unsafe {
                    let from = from.as_ptr().add(row * from.stride(Format::Bf16)).cast();
                    let to = encoder.data.get().add(row * encoder.stride);
                    encoder.scale(row, encode(from, encoder.width, to));
                }
            }
        });
    }

    /// `out = epilogue(left * weights + bias)` for the first `rows` rows.
    pub fn product(
        &self,
        team: &mut Team,
        left: LeftOperand<'_>,
        rows: usize,
        weights: &PackedMatrix,
        out: Output<'_>,
        epilogue: Epilogue,
    ) {
        let columns = match epilogue {
            Epilogue::SwiGlu => weights.columns() / 2,
            Epilogue::Store | Epilogue::Add | Epilogue::Gelu => weights.columns(),
        };
        let (out_rows, out_columns) = out.shape();
        assert!(rows <= out_rows && out_columns == columns, "a product of another shape");
        let width = panel_columns(self.lanes);
        let panels = weights.columns() / width;
        let panel_out = columns / panels;
        let parts = team.parts(panels);
        let (out, out_stride, narrow) = out.place(rows);
        assert!(!narrow || self.narrows(weights.format()), "results that can't be bf16");
        let base = Product { narrow, ..self.arguments(left, rows, weights, epilogue, out_stride) };
        let (base, out) = (SharedPtr((&raw const base).cast_mut()), SharedPtr(out));
        let product = self.element(weights.format()).product;
        team.run(parts, &|part, _| {
            let panels = share(panels, part, parts);
            // SAFETY: `base` outlives the run and is only read. The part writes the columns of its
            // own panels, which `out` has for `rows` rows.
            unsafe {
                let at = panels.start * panel_out;
                let out = out.get().add(if narrow { at / 2 } else { at });
                product(&Product { panels: (panels.start, panels.end), out, ..*base.get() });
                (self.release)();
            }
        });
    }

    /// A product's arguments but for the panels and where they go.
    pub(crate) fn arguments(
        &self,
        left: LeftOperand<'_>,
        rows: usize,
        weights: &PackedMatrix,
        epilogue: Epilogue,
        out_stride: usize,
    ) -> Product {
        let format = weights.format();
        assert!(weights.fits(self), "weights that were packed for other kernels");
        let width = panel_columns(self.lanes);
        let steps = weights.inner() / self.element(format).depth;
        let (data, left_stride, left_rows, inner) = match left {
            LeftOperand::Rows(x) => {
                assert_eq!(format, Format::F32, "rows are an f32 operand");
                (x.as_ptr().cast(), x.stride() * size_of::<f32>(), x.rows(), x.width())
            }
            LeftOperand::Operand(x) => (x.as_ptr(), x.stride(format), x.rows(), x.width()),
        };
        assert!(rows <= left_rows && inner == weights.inner(), "operands that do not fit");
        let (row_scale, row_offset, row_step) = match left {
            LeftOperand::Rows(_) => (ONES.as_ptr(), ZEROS.as_ptr(), 0),
            LeftOperand::Operand(x) => (x.scales().0.as_ptr(), x.scales().1.as_ptr(), 1),
        };
        let (column_scale, column_sum, bias) = weights.column_terms();
        Product {
            rows,
            steps,
            panels: (0, 0),
            left: data,
            left_stride,
            row_scale,
            row_offset,
            row_step,
            right: weights.data().as_ptr().cast(),
            panel_bytes: steps * width * 4,
            column_scale: column_scale.as_ptr(),
            column_sum: column_sum.as_ptr(),
            bias: bias.as_ptr(),
            column_step: width,
            out: std::ptr::null_mut(),
            out_stride,
            epilogue,
            narrow: false,
        }
    }
}
