//! Products by tiles: the model against vectors on any machine, the processor against the model where
//! it has tiles.

use super::super::level::Level;
use super::super::tests::Case;
use super::super::{Epilogue, Format, Kernels, Rows};

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
    let here = Level::Amx.is_here();
    if !here {
        eprintln!("skipped: no AMX here, or no permission; only the model of it is tested");
    }
    here
}

#[test]
fn the_model_of_bytes_is_what_vectors_compute() {
    let (vectors, model) = (Kernels::strongest(Level::Portable), Kernels::model_of_tiles());
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
        let e = super::super::tests::error(&found, &expected);
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
    let (vnni, amx) = (Kernels::strongest(Level::Avx512Vnni), Kernels::strongest(Level::Amx));
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
    let (model, amx) = (Kernels::model_beside_vectors(), Kernels::strongest(Level::Amx));
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
    let here = [Kernels::model_of_tiles(), Kernels::strongest(Level::Amx)];
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
