//! Self-attention over texts laid end to end, a head and a text at a time.

use std::ops::Range;

use crate::attention::{Head, MOST_HEAD_COLUMNS};
use crate::buffer::Buffer;
use crate::matrix::{PackedMatrix, Rows};
use crate::ops::{LeftOperand, ONES, SharedPtr, ZEROS};
use crate::product::{Epilogue, Product, panel_columns};
use crate::rows::Scores;
use crate::table::{AttentionKernels, Format, Kernels};
use crate::team::Team;

/// The shape of attention, as [`Kernels::attention`] computes it.
pub struct Heads<'a> {
    /// Number of heads.
    pub count: usize,
    /// Columns of one head: a multiple of 32, at most 256.
    pub columns: usize,
    /// `[positions, columns / 2]` cosines and sines, where positions are rotations.
    pub rotary: Option<(&'a [f32], &'a [f32])>,
    /// The element type of attention's own products: bf16 where the processor has it, or f32.
    pub format: Format,
}

/// One thread's room for attention; it grows to the largest batch seen.
pub struct AttentionScratch {
    slab: Rows,
    queries: Buffer<u32>,
    keys: Buffer<u32>,
    values: Buffer<u32>,
    scores: Buffer<f32>,
    weights: Buffer<f32>,
    inverse: [f32; ZEROS.len()],
    longest: usize,
    columns: usize,
}

impl Default for AttentionScratch {
    /// Without any room yet.
    fn default() -> Self {
        Self {
            slab: Rows::new(0, 0),
            queries: Buffer::new(0),
            keys: Buffer::new(0),
            values: Buffer::new(0),
            scores: Buffer::new(0),
            weights: Buffer::new(0),
            inverse: [0.0; ZEROS.len()],
            longest: 0,
            columns: 0,
        }
    }
}

impl AttentionScratch {
    /// Makes room for `rows` in all and texts of `longest` tokens, for any element type.
    fn reserve(&mut self, rows: usize, longest: usize, columns: usize) {
        if self.slab.rows() < rows || self.slab.width() != 3 * columns {
            self.slab = Rows::new(rows, 3 * columns);
        }
        if self.longest < longest || self.columns < columns {
            let padded = longest.next_multiple_of(ZEROS.len());
            self.queries = Buffer::new(padded * columns);
            self.keys = Buffer::new(padded * columns);
            self.values = Buffer::new(padded * columns);
            self.scores = Buffer::new(ZEROS.len() * score_stride(longest));
            self.weights = Buffer::new(ZEROS.len() * score_stride(longest));
            (self.longest, self.columns) = (longest, columns);
        }
    }
}

/// Numbers from one row of scores to the next, for any panel width.
fn score_stride(tokens: usize) -> usize {
    tokens.next_multiple_of(ZEROS.len()) + 16
}

impl Kernels {
    /// Self-attention: text `i` is rows `starts[i]..starts[i + 1]` of `left`. `weights` has the
    /// columns of query, key and value of each head, head after head. A head's projection is
    /// followed by its attention at once, so that its slab is still in cache. There is one
    /// `scratch` a thread of the team.
    #[expect(clippy::too_many_arguments, reason = "the operands of attention, each a thing apart")]
    pub fn attention(
        &self,
        team: &mut Team,
        left: LeftOperand<'_>,
        starts: &[usize],
        weights: &PackedMatrix,
        heads: &Heads<'_>,
        scratch: &mut [AttentionScratch],
        out: &mut Rows,
    ) {
        assert!(starts.is_sorted(), "texts that overlap");
        let rows = starts.last().copied().unwrap_or(0);
        let longest = starts.windows(2).map(|text| text[1] - text[0]).max().unwrap_or(0);
        let columns = heads.columns;
        assert!(columns.is_multiple_of(32) && columns <= MOST_HEAD_COLUMNS, "a head of odd width");
        assert_eq!(weights.columns(), 3 * heads.count * columns);
        assert!(rows <= out.rows() && out.width() == heads.count * columns);
        assert!(scratch.len() >= team.threads());
        if let Some((cosines, sines)) = heads.rotary {
            assert!(cosines.len() >= longest * columns / 2 && sines.len() == cosines.len());
        }
        for scratch in scratch.iter_mut() {
            scratch.reserve(rows, longest, columns);
        }
        let call = AttentionCall {
            kernels: match heads.format {
                Format::Bf16 => self.attention_bf16.unwrap_or(self.attention_f32),
                Format::F32 | Format::I16 | Format::I8 => self.attention_f32,
            },
            panel: panel_columns(self.lanes),
            project: self.element(weights.format()).product,
            projection: self.arguments(left, rows, weights, Epilogue::Store, 0),
            heads,
            starts,
            out: out.as_mut_ptr(),
            out_stride: out.stride(),
        };
        let scratch = SharedPtr(scratch.as_mut_ptr());
        team.run(heads.count, &|head, thread| {
            // SAFETY: the sizes were checked and reserved above; each thread has a scratch of its
            // own, and each head writes its own columns of `out`.
            unsafe {
                call.head(head, &mut *scratch.get().add(thread));
                (self.release)();
            }
        });
    }
}

/// What all heads of one call have in common.
struct AttentionCall<'a> {
    kernels: AttentionKernels,
    /// Columns of a panel.
    panel: usize,
    project: unsafe fn(&Product),
    projection: Product,
    heads: &'a Heads<'a>,
    starts: &'a [usize],
    out: *mut f32,
    out_stride: usize,
}

// SAFETY: the operands are only read, and `out` is written by head, a part's own.
unsafe impl Sync for AttentionCall<'_> {}

impl AttentionCall<'_> {
    /// # Safety
    /// The call's pointers are valid, `scratch` has room for its texts, and no other thread does
    /// the same head.
    unsafe fn head(&self, head: usize, scratch: &mut AttentionScratch) {
        let panels = 3 * self.heads.columns / self.panel;
        (self.project)(&Product {
            panels: (head * panels, (head + 1) * panels),
            out: scratch.slab.as_mut_ptr(),
            out_stride: scratch.slab.stride(),
            ..self.projection
        });
        for text in self.starts.windows(2) {
            self.text(head, text[0]..text[1], scratch);
        }
    }

    /// # Safety
    /// As for [`Self::head`], whose projection lies in the scratch's slab.
    unsafe fn text(&self, head: usize, text: Range<usize>, scratch: &mut AttentionScratch) {
        let (tokens, columns) = (text.len(), self.heads.columns);
        let slab_stride = scratch.slab.stride();
        let null = std::ptr::null();
        let (cosines, sines) =
            self.heads.rotary.map_or((null, null), |(c, s)| (c.as_ptr(), s.as_ptr()));
        (self.kernels.prepare)(&Head {
            slab: scratch.slab.as_ptr().add(text.start * slab_stride),
            slab_stride,
            tokens,
            columns,
            cosines,
            sines,
            scale: 1.0 / (columns as f32).sqrt(),
            queries: scratch.queries.as_mut_ptr().cast(),
            keys: scratch.keys.as_mut_ptr(),
            values: scratch.values.as_mut_ptr(),
            value_units: self.value_units(tokens),
        });
        let out = self.out.add(text.start * self.out_stride + head * columns);
        let blocks = tokens.div_ceil(self.kernels.rows);
        for block in 0..blocks {
            let mut rows = tokens * block / blocks..tokens * (block + 1) / blocks;
            if self.kernels.whole_steps > 1 {
                // Blocks of one shape, for which tiles are configured once: some rows are done twice.
                rows.start = rows.end - tokens.div_ceil(blocks).min(rows.end);
                rows.end = rows.start + tokens.div_ceil(blocks);
            }
            self.block(tokens, rows, out, scratch);
        }
    }

    /// Units of the inner dimension of a text's values.
    fn value_units(&self, tokens: usize) -> usize {
        tokens.div_ceil(self.kernels.depth).next_multiple_of(self.kernels.whole_steps)
    }

    /// Scores, softmax and the weighted sum of values for a few rows of one text.
    ///
    /// # Safety
    /// As for [`Self::head`]; queries, keys and values are prepared.
    unsafe fn block(
        &self,
        tokens: usize,
        rows: Range<usize>,
        out: *mut f32,
        scratch: &mut AttentionScratch,
    ) {
        let kernels = &self.kernels;
        let (columns, depth) = (self.heads.columns, kernels.depth);
        let stride = score_stride(tokens);
        let scores = scratch.scores.as_mut_ptr();
        let units = columns / depth;
        let whole = Product {
            rows: rows.len(),
            steps: units,
            panels: (0, tokens.div_ceil(self.panel)),
            left: scratch.queries.as_ptr().add(rows.start * units).cast(),
            left_stride: units * 4,
            row_scale: ONES.as_ptr(),
            row_offset: ZEROS.as_ptr(),
            row_step: 0,
            right: scratch.keys.as_ptr().cast(),
            panel_bytes: units * self.panel * 4,
            column_scale: ONES.as_ptr(),
            column_sum: ZEROS.as_ptr(),
            bias: ZEROS.as_ptr(),
            column_step: 0,
            out: scores,
            out_stride: stride,
            epilogue: Epilogue::Store,
            narrow: false,
        };
        (kernels.product)(&whole);
        let weights = scratch.weights.as_mut_ptr();
        let inverse = scratch.inverse.as_mut_ptr();
        (kernels.softmax)(&Scores {
            data: scores,
            stride,
            rows: rows.len(),
            length: tokens,
            weights: weights.cast(),
            inverse,
        });
        let steps = self.value_units(tokens);
        (kernels.product)(&Product {
            steps,
            panels: (0, columns / self.panel),
            left: if depth == 1 { scores.cast() } else { weights.cast() },
            left_stride: stride * 4,
            row_scale: inverse,
            row_step: 1,
            right: scratch.values.as_ptr().cast(),
            panel_bytes: steps * self.panel * 4,
            out: out.add(rows.start * self.out_stride),
            out_stride: self.out_stride,
            ..whole
        });
    }
}
