//! Products by tiles: the model against vectors on any machine, the processor against the model where
//! it has tiles.

use crate::instruction_set::InstructionSet;
use crate::tests::Case;
use crate::{Epilogue, Format, Kernels, LeftOperand, Operand, Output, Rows, Team};

const EPILOGUES: [Epilogue; 4] = [Epilogue::Store, Epilogue::Add, Epilogue::Gelu, Epilogue::SwiGlu];

/// Every number of rows of one, two and more blocks, with inner dimensions of whole and half tiles
/// and odd and even numbers of panels.
fn each_shape(mut check: impl FnMut(&Case)) {
    for rows in (1..=70).chain([95, 96, 97, 130]) {
        let inner = 32 * (1 + rows % 7);
        for columns in [32, 64, 96, 160] {
            check(&Case::new(rows, inner, columns));
        }
    }
    for rows in [1, 16, 17, 32, 33] {
        for inner in (32..=512).step_by(32) {
            check(&Case::new(rows, inner, 64));
        }
    }
}

fn bits(rows: &Rows) -> Vec<u32> {
    (0..rows.rows()).flat_map(|row| rows.row(row)).map(|x| x.to_bits()).collect()
}

fn has_tiles() -> bool {
    let here = InstructionSet::Amx.is_here();
    if !here {
        eprintln!("skipped: no AMX here, or no permission; only the model of it is tested");
    }
    here
}

#[test]
fn the_model_of_bytes_is_what_vectors_compute() {
    let (vectors, model) =
        (Kernels::strongest(InstructionSet::Portable), Kernels::model_of_tiles());
    each_shape(|case| {
        // Panels are of another width, which SwiGLU's columns depend on.
        for epilogue in &EPILOGUES[..3] {
            let one = case.run(&vectors, Format::I8, *epilogue, 1);
            let other = case.run(&model, Format::I8, *epilogue, 1);
            assert_eq!(bits(&one), bits(&other), "{} {} {epilogue:?}", case.rows, case.inner);
        }
    });
}

#[test]
fn the_model_of_pairs_is_near_the_exact_product() {
    let model = Kernels::model_of_tiles();
    each_shape(|case| {
        let found = case.run(&model, Format::Bf16, Epilogue::Store, 1);
        let (rows, columns) = (case.rows, case.columns);
        let cell = |i: usize| case.cell(i / columns, i % columns);
        let expected: Vec<f64> = (0..rows * columns).map(cell).collect();
        let e = crate::tests::error(&found, &expected);
        assert!(e < 1e-2, "{rows} {} {columns}: {e}", case.inner);
    });
}

/// The same sums of whole numbers, and so all that follows.
#[cfg(target_arch = "x86_64")]
#[test]
fn tiles_of_bytes_are_vnni_to_the_bit() {
    if !has_tiles() {
        return;
    }
    let (vnni, amx) =
        (Kernels::strongest(InstructionSet::Avx512Vnni), Kernels::strongest(InstructionSet::Amx));
    each_shape(|case| {
        for epilogue in EPILOGUES {
            for threads in [1, 2] {
                let one = case.run(&vnni, Format::I8, epilogue, threads);
                let other = case.run(&amx, Format::I8, epilogue, threads);
                assert_eq!(bits(&one), bits(&other), "{} {} {epilogue:?}", case.rows, case.inner);
            }
        }
    });
}

/// The order of bf16's sums and their rounding, too.
#[cfg(target_arch = "x86_64")]
#[test]
fn tiles_are_their_model_to_the_bit() {
    if !has_tiles() {
        return;
    }
    let (model, amx) = (Kernels::model_beside_vectors(), Kernels::strongest(InstructionSet::Amx));
    each_shape(|case| {
        for format in [Format::I8, Format::Bf16] {
            for epilogue in EPILOGUES {
                let one = case.run(&model, format, epilogue, 1);
                let other = case.run(&amx, format, epilogue, 1);
                let what = format!("{} {} {format:?} {epilogue:?}", case.rows, case.inner);
                assert_eq!(bits(&one), bits(&other), "{what}");
            }
        }
    });
}

/// A row that is no number stays alone with it, though tiles and blocks are shared.
#[test]
fn not_a_number_spoils_its_own_row_only() {
    let here = [Kernels::model_of_tiles(), Kernels::strongest(InstructionSet::Amx)];
    for kernels in here {
        for format in [Format::I8, Format::Bf16].into_iter().filter(|f| kernels.has(*f)) {
            let good = Case::new(37, 64, 64);
            let mut bad = Case::new(37, 64, 64);
            bad.left[20 * 64..21 * 64].fill(f32::NAN);
            bad.left[36 * 64 + 3] = f32::INFINITY;
            let good = good.run(&kernels, format, Epilogue::Gelu, 1);
            let bad = bad.run(&kernels, format, Epilogue::Gelu, 1);
            for row in (0..37).filter(|row| ![20, 36].contains(row)) {
                assert_eq!(good.row(row), bad.row(row), "{} {format:?} {row}", kernels.name());
            }
        }
    }
}

/// Results as bf16, and the bytes that they are encoded to.
fn narrow(case: &Case, kernels: &Kernels, format: Format, epilogue: Epilogue) -> (Rows, Vec<u8>) {
    let mut team = Team::new(2);
    let weights = case.pack(kernels, format);
    let columns = if epilogue == Epilogue::SwiGlu { case.columns / 2 } else { case.columns };
    let left = crate::tests::rows_of(&case.left, case.inner);
    let mut operand = Operand::new(case.rows, case.inner);
    kernels.encode(&mut team, &left, case.rows, &mut operand, format);
    let (mut out, mut bytes) = (Operand::new(case.rows, columns), Operand::new(case.rows, columns));
    let left = LeftOperand::Operand(&operand);
    kernels.product(&mut team, left, case.rows, &weights, Output::Operand(&mut out), epilogue);
    kernels.encode_narrow(&mut team, &out, case.rows, &mut bytes);
    let mut rows = Rows::new(case.rows, columns);
    let mut codes = Vec::new();
    for row in 0..case.rows {
        // SAFETY: the operands have as many rows, of this width.
        unsafe {
            let from = out.as_ptr().add(row * out.stride(Format::Bf16)).cast::<u16>();
            for (i, to) in rows.row_mut(row).iter_mut().enumerate() {
                *to = f32::from_bits(u32::from(*from.add(i)) << 16);
            }
            let from = bytes.as_ptr().add(row * bytes.stride(Format::I8));
            codes.extend_from_slice(std::slice::from_raw_parts(from, columns));
        }
    }
    (rows, codes)
}

#[test]
fn narrow_results_are_rounded_wide_ones() {
    for kernels in [Kernels::model_of_tiles(), Kernels::strongest(InstructionSet::Amx)] {
        for format in [Format::I8, Format::Bf16].into_iter().filter(|f| kernels.narrows(*f)) {
            for rows in [1, 12, 17, 40] {
                let case = Case::new(rows, 96, 192);
                for epilogue in [Epilogue::Store, Epilogue::Gelu, Epilogue::SwiGlu] {
                    let wide = case.run(&kernels, format, epilogue, 1);
                    let (found, codes) = narrow(&case, &kernels, format, epilogue);
                    for row in 0..rows {
                        let rounded =
                            wide.row(row).iter().map(|x| half::bf16::from_f32(*x).to_f32());
                        let rounded: Vec<f32> = rounded.collect();
                        assert_eq!(
                            rounded,
                            found.row(row),
                            "{} {format:?} {epilogue:?}",
                            kernels.name()
                        );
                        let codes = &codes[row * rounded.len()..][..rounded.len()];
                        let low = rounded.iter().fold(0.0_f32, |a, x| a.min(*x));
                        let high = rounded.iter().fold(0.0_f32, |a, x| a.max(*x));
                        let scale = (high - low) / 255.0;
                        let zero = (-low / scale + 0.5).floor();
                        for (code, x) in codes.iter().zip(&rounded) {
                            let exact = (x / scale + zero).min(255.0);
                            assert!((f32::from(*code) - exact).abs() < 0.51, "{code} {exact}");
                        }
                    }
                }
            }
        }
    }
}
