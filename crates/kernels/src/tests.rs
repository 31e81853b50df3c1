//! Every kernel of every instruction set this processor has, against plain loops in f64.

use super::*;
use crate::instruction_set::InstructionSet;

/// A fixed sequence of numbers in -1..1, and one in twenty ten times larger, as activations are.
fn numbers(seed: u32, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).max(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    let mut number = || {
        let unit = next() as f32 / u32::MAX as f32 * 2.0 - 1.0;
        if next() % 20 == 0 { unit * 10.0 } else { unit }
    };
    (0..count).map(|_| number()).collect()
}

fn every_kernels() -> Vec<Kernels> {
    let here = InstructionSet::ALL.into_iter().filter(|level| level.is_here());
    here.map(Kernels::strongest).chain([Kernels::model_of_tiles()]).collect()
}

pub(crate) fn rows_of(values: &[f32], width: usize) -> Rows {
    let mut rows = Rows::new(values.len() / width, width);
    for (i, row) in values.chunks_exact(width).enumerate() {
        rows.row_mut(i).copy_from_slice(row);
    }
    rows
}

/// The largest difference, in terms of the largest expected value.
pub(crate) fn error(found: &Rows, expected: &[f64]) -> f64 {
    let largest = expected.iter().fold(0.0_f64, |a, x| a.max(x.abs()));
    let rows = expected.chunks_exact(found.width());
    let differences = rows.enumerate().flat_map(|(i, row)| {
        found.row(i).iter().zip(row).map(|(a, b)| (f64::from(*a) - b).abs()).collect::<Vec<_>>()
    });
    differences.fold(0.0_f64, |worst, d| if d.is_nan() { f64::NAN } else { worst.max(d) }) / largest
}

fn formats(kernels: &Kernels) -> Vec<(Format, f64)> {
    let mut formats = vec![(Format::F32, 1e-5), (Format::I16, 2e-3), (Format::I8, 3e-2)];
    if kernels.has(Format::Bf16) {
        formats.push((Format::Bf16, 1e-2));
    }
    formats
}

pub(crate) struct Case {
    pub(crate) rows: usize,
    pub(crate) inner: usize,
    pub(crate) columns: usize,
    pub(crate) left: Vec<f32>,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Case {
    pub(crate) fn new(rows: usize, inner: usize, columns: usize) -> Self {
        Self {
            rows,
            inner,
            columns,
            left: numbers(1, rows * inner),
            weights: numbers(2, columns * inner),
            bias: numbers(3, columns),
        }
    }

    pub(crate) fn pack(&self, kernels: &Kernels, format: Format) -> PackedMatrix {
        PackedMatrix::pack(kernels, format, self.inner, self.columns, |c| {
            (&self.weights[c * self.inner..][..self.inner], self.bias[c])
        })
    }

    /// Cell (`row`, `column`) before the epilogue.
    pub(crate) fn cell(&self, row: usize, column: usize) -> f64 {
        let left = &self.left[row * self.inner..][..self.inner];
        let right = &self.weights[column * self.inner..][..self.inner];
        let products = left.iter().zip(right).map(|(a, b)| f64::from(*a) * f64::from(*b));
        products.sum::<f64>() + f64::from(self.bias[column])
    }

    /// The product by the kernels, added to or stored over ones.
    pub(crate) fn run(
        &self,
        kernels: &Kernels,
        format: Format,
        epilogue: Epilogue,
        threads: usize,
    ) -> Rows {
        let mut team = Team::new(threads);
        let weights = self.pack(kernels, format);
        let left = rows_of(&self.left, self.inner);
        let columns = if epilogue == Epilogue::SwiGlu { self.columns / 2 } else { self.columns };
        let mut out = rows_of(&vec![1.0; self.rows * columns], columns);
        let mut operand = Operand::new(self.rows, self.inner);
        kernels.encode(&mut team, &left, self.rows, &mut operand, format);
        let left = LeftOperand::Operand(&operand);
        kernels.product(&mut team, left, self.rows, &weights, Output::Rows(&mut out), epilogue);
        out
    }
}

fn silu(x: f64) -> f64 {
    x / (1.0 + (-x).exp())
}

/// The error function by its series, good to 1e-12 for the arguments here.
fn erf(x: f64) -> f64 {
    if x.abs() > 5.0 {
        return x.signum();
    }
    let mut term = x;
    let mut sum = x;
    for n in 1..200 {
        let n = f64::from(n);
        term *= -x * x / n;
        sum += term / (2.0 * n + 1.0);
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI
}

fn gelu(x: f64) -> f64 {
    0.5 * x * (1.0 + erf(x / std::f64::consts::SQRT_2))
}

#[test]
fn products_of_every_number_of_rows() {
    for kernels in every_kernels() {
        for (format, tolerance) in formats(&kernels) {
            for rows in (1..=15).chain([29, 57]) {
                let case = Case::new(rows, 96, 64);
                let cell = |i: usize| case.cell(i / 64, i % 64);
                let stored: Vec<f64> = (0..rows * 64).map(cell).collect();
                let found = case.run(&kernels, format, Epilogue::Store, 1);
                let e = error(&found, &stored);
                assert!(e < tolerance, "{} {format:?}, {rows} rows: {e}", kernels.name());
            }
        }
    }
}

#[test]
fn deep_products_do_not_overflow() {
    for kernels in every_kernels() {
        for (format, tolerance) in formats(&kernels) {
            let mut case = Case::new(3, 3072, 32);
            case.left.fill(5.0);
            case.weights.fill(-3.0);
            let expected: Vec<f64> = (0..96).map(|i| case.cell(i / 32, i % 32)).collect();
            let e = error(&case.run(&kernels, format, Epilogue::Store, 1), &expected);
            assert!(e < tolerance, "{} {format:?}: {e}", kernels.name());
        }
    }
}

/// Whole numbers whose codes are themselves: activations from end to end of 8 bits, around several
/// zeros, and weights up to both of their ends: all of them together, and, for instruction sets that
/// limit the sum of two neighbours, in pairs as large as they may be.
#[test]
fn products_of_bytes_are_exact() {
    let (rows, inner, columns) = (23, 96, 64);
    let whole = |seed: u32, count: usize, below: u32| -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        (0..count).map(|_| next() as f32).collect()
    };
    for (lowest, in_pairs) in
        [0.0, -128.0, -255.0].into_iter().flat_map(|lowest| [(lowest, false), (lowest, true)])
    {
        let mut case = Case::new(rows, inner, columns);
        case.left = whole(1, rows * inner, 256).iter().map(|x| x + lowest).collect();
        for row in case.left.chunks_exact_mut(inner) {
            row[..8].copy_from_slice(&[lowest, lowest + 255.0].repeat(4));
        }
        case.weights = whole(2, columns * inner, 255).iter().map(|x| x - 127.0).collect();
        for column in case.weights.chunks_exact_mut(inner) {
            column[..4].fill(127.0);
            column[4..8].fill(-127.0);
            if in_pairs {
                for pair in column.chunks_exact_mut(2) {
                    pair[1] = pair[1].clamp(-127.0 - pair[0].min(0.0), 127.0 - pair[0].max(0.0));
                }
                column[8..12].copy_from_slice(&[63.0, 64.0, -64.0, -63.0]);
                column[12..14].copy_from_slice(&[-127.0, 127.0]);
            }
        }
        case.bias.fill(0.0);
        for kernels in every_kernels().into_iter().filter(|k| in_pairs || k.name() != "avx2") {
            let found = case.run(&kernels, Format::I8, Epilogue::Store, 1);
            for (row, column) in (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c))) {
                let (found, expected) = (f64::from(found.row(row)[column]), case.cell(row, column));
                assert!(
                    (found - expected).abs() < 0.5,
                    "{} from {lowest}, cell {row}, {column}: {found}, not {expected}",
                    kernels.name()
                );
            }
        }
    }
}

/// Where products of two bytes meet in 16 bits, weights are encoded lower rather than cut off.
#[test]
fn products_of_bytes_at_their_limits_do_not_saturate() {
    for sign in [1.0, -1.0] {
        let mut case = Case::new(5, 64, 64);
        case.left
            .iter_mut()
            .enumerate()
            .for_each(|(i, x)| *x = if i % 64 == 63 { 0.0 } else { 255.0 });
        case.weights.iter_mut().enumerate().for_each(|(i, w)| *w = sign * (i % 7 + 120) as f32);
        case.bias.fill(0.0);
        let expected: Vec<f64> = (0..5 * 64).map(|i| case.cell(i / 64, i % 64)).collect();
        for kernels in every_kernels() {
            let e = error(&case.run(&kernels, Format::I8, Epilogue::Store, 1), &expected);
            assert!(e < 0.01, "{}: {e}", kernels.name());
        }
    }
}

#[test]
fn epilogues_and_threads() {
    let case = Case::new(17, 64, 192);
    for kernels in every_kernels() {
        for (format, tolerance) in formats(&kernels) {
            for threads in [1, 2, 3] {
                let all = |f: &dyn Fn(f64) -> f64| -> Vec<f64> {
                    (0..17 * 192).map(|i| f(case.cell(i / 192, i % 192))).collect()
                };
                let found = case.run(&kernels, format, Epilogue::Add, threads);
                let e = error(&found, &all(&|x| x + 1.0));
                assert!(e < tolerance, "{} {format:?} add: {e}", kernels.name());
                let found = case.run(&kernels, format, Epilogue::Gelu, threads);
                let e = error(&found, &all(&gelu));
                assert!(e < tolerance, "{} {format:?} gelu: {e}", kernels.name());
            }
        }
    }
}

#[test]
fn swiglu_takes_its_gate_from_a_panels_second_vector() {
    let case = Case::new(17, 64, 192);
    for kernels in every_kernels() {
        let lanes = kernels.lanes();
        for (format, tolerance) in formats(&kernels) {
            let expected: Vec<f64> = (0..17 * 96)
                .map(|i| {
                    let (row, at) = (i / 96, i % 96);
                    let column = at / lanes * 2 * lanes + at % lanes;
                    case.cell(row, column) * silu(case.cell(row, column + lanes))
                })
                .collect();
            let e = error(&case.run(&kernels, format, Epilogue::SwiGlu, 2), &expected);
            assert!(e < tolerance, "{} {format:?} swiglu: {e}", kernels.name());
        }
    }
}

#[test]
fn layer_norms_encode_what_they_write() {
    let (rows, width) = (9, 96);
    let values = numbers(7, rows * width);
    let norm = LayerNorm { gain: numbers(8, width), bias: numbers(9, width), eps: 1e-12 };
    let expected: Vec<f64> = values
        .chunks_exact(width)
        .flat_map(|row| {
            let mean = row.iter().copied().map(f64::from).sum::<f64>() / width as f64;
            let square = |x: &f32| (f64::from(*x) - mean).powi(2);
            let deviation = (row.iter().map(square).sum::<f64>() / width as f64 + 1e-12).sqrt();
            let normal = move |(i, x): (usize, &f32)| (i, (f64::from(*x) - mean) / deviation);
            let affine =
                |(i, y): (usize, f64)| y * f64::from(norm.gain[i]) + f64::from(norm.bias[i]);
            row.iter().enumerate().map(normal).map(affine).collect::<Vec<_>>()
        })
        .collect();
    for kernels in every_kernels() {
        for threads in [1, 2] {
            let mut team = Team::new(threads);
            let mut x = rows_of(&values, width);
            let mut operand = Operand::new(rows, width);
            let to = Some((&mut operand, Format::I8));
            kernels.layer_norm(&mut team, &mut x, rows, &norm, to);
            let e = error(&x, &expected);
            assert!(e < 1e-5, "{}: {e}", kernels.name());
            // An identity matrix shows what was encoded.
            let mut identity = vec![0.0; width * width];
            (0..width).for_each(|i| identity[i * width + i] = 1.0);
            let weights = PackedMatrix::pack(&kernels, Format::I8, width, width, |c| {
                (&identity[c * width..][..width], 0.0)
            });
            let mut out = Rows::new(rows, width);
            let left = LeftOperand::Operand(&operand);
            kernels.product(
                &mut team,
                left,
                rows,
                &weights,
                Output::Rows(&mut out),
                Epilogue::Store,
            );
            let e = error(&out, &expected);
            assert!(e < 1.0 / 127.0, "{} encoded: {e}", kernels.name());
        }
    }
}

/// Attention of one text in f64, the textbook's way.
fn attention_of(
    slab: &[Vec<f64>],
    columns: usize,
    rotary: Option<(&[f32], &[f32])>,
) -> Vec<Vec<f64>> {
    let rotate = |v: &[f64], position: usize| -> Vec<f64> {
        let Some((cosines, sines)) = rotary else { return v.to_vec() };
        let half = columns / 2;
        (0..columns)
            .map(|i| {
                let at = position * half + i % half;
                let (c, s) = (f64::from(cosines[at]), f64::from(sines[at]));
                if i < half { v[i] * c - v[i + half] * s } else { v[i] * c + v[i - half] * s }
            })
            .collect()
    };
    let part = |token: usize, part: usize| &slab[token][part * columns..][..columns];
    let tokens = slab.len();
    let keys: Vec<_> = (0..tokens).map(|t| rotate(part(t, 1), t)).collect();
    (0..tokens)
        .map(|t| {
            let query = rotate(part(t, 0), t);
            let score = |key: &Vec<f64>| {
                query.iter().zip(key).map(|(a, b)| a * b).sum::<f64>() / (columns as f64).sqrt()
            };
            let scores: Vec<f64> = keys.iter().map(score).collect();
            let largest = scores.iter().copied().fold(f64::MIN, f64::max);
            let weights: Vec<f64> = scores.iter().map(|s| (s - largest).exp()).collect();
            let sum: f64 = weights.iter().sum();
            (0..columns)
                .map(|c| (0..tokens).map(|k| weights[k] / sum * part(k, 2)[c]).sum())
                .collect()
        })
        .collect()
}

#[test]
fn attention_of_texts_of_many_lengths() {
    let lengths = [1, 2, 15, 16, 17, 31, 33, 64, 70];
    let starts: Vec<usize> = std::iter::once(0)
        .chain(lengths.iter().scan(0, |sum, n| {
            *sum += n;
            Some(*sum)
        }))
        .collect();
    let rows = starts[lengths.len()];
    for (columns, rotated) in [(32, false), (64, true), (64, false), (32, true)] {
        let (count, hidden) = (3, 3 * columns);
        let mut case = Case::new(rows, hidden, 3 * hidden);
        case.weights.iter_mut().for_each(|w| *w *= 0.1);
        let angles = numbers(11, 70 * columns / 2);
        let cosines: Vec<f32> = angles.iter().map(|a| a.cos()).collect();
        let sines: Vec<f32> = angles.iter().map(|a| a.sin()).collect();
        let rotary = rotated.then_some((cosines.as_slice(), sines.as_slice()));
        let mut expected = vec![0.0; rows * hidden];
        for text in starts.windows(2) {
            for head in 0..count {
                let row = |t: usize| -> Vec<f64> {
                    (0..3 * columns).map(|c| case.cell(t, head * 3 * columns + c)).collect()
                };
                let slab: Vec<_> = (text[0]..text[1]).map(row).collect();
                for (t, values) in attention_of(&slab, columns, rotary).into_iter().enumerate() {
                    let at = (text[0] + t) * hidden + head * columns;
                    expected[at..at + columns].copy_from_slice(&values);
                }
            }
        }
        for kernels in every_kernels() {
            for (format, tolerance) in [(Format::F32, 1e-5), (Format::Bf16, 3e-2)] {
                for threads in [1, 2] {
                    let mut team = Team::new(threads);
                    let weights = case.pack(&kernels, Format::F32);
                    let left = rows_of(&case.left, hidden);
                    let mut out = Rows::new(rows, hidden);
                    let heads = Heads { count, columns, rotary, format };
                    let mut scratch: Vec<_> =
                        (0..threads).map(|_| AttentionScratch::default()).collect();
                    let left = LeftOperand::Rows(&left);
                    kernels.attention(
                        &mut team,
                        left,
                        &starts,
                        &weights,
                        &heads,
                        &mut scratch,
                        &mut out,
                    );
                    let e = error(&out, &expected);
                    let name = kernels.name();
                    assert!(e < tolerance, "{name} {format:?} {columns} {rotated}: {e}");
                }
            }
        }
    }
}
