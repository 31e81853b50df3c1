//! The kernels trust their operands' sizes, so the safe methods around them refuse what does not fit.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sconce_kernels::{
    AttentionScratch, Epilogue, Format, Heads, InstructionSet, Kernels, LayerNorm, LeftOperand,
    Operand, Output, PackedMatrix, Rows, Team,
};

fn is_refused(call: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(call)).is_err()
}

/// A matrix of `inner` rows whose weights are all one half.
fn matrix(kernels: &Kernels, format: Format, inner: usize, columns: usize) -> PackedMatrix {
    let weights = vec![0.5; inner];
    PackedMatrix::pack(kernels, format, inner, columns, |_| (&weights, 0.0))
}

#[test]
fn weights_that_were_packed_for_other_kernels_are_refused() {
    let (portable, wide) =
        (Kernels::strongest(InstructionSet::Portable), Kernels::strongest(InstructionSet::Amx));
    if portable.lanes() == wide.lanes() {
        eprintln!("skipped: the vectors of all kernels here are of one width");
        return;
    }
    let (left, weights) = (Rows::new(4, 64), matrix(&portable, Format::F32, 64, 64));
    let mut out = Rows::new(4, 64);
    let mut multiply = |kernels: &Kernels| {
        let (left, out) = (LeftOperand::Rows(&left), Output::Rows(&mut out));
        kernels.product(&mut Team::new(1), left, 4, &weights, out, Epilogue::Store);
    };
    assert!(!is_refused(|| multiply(&portable)));
    assert!(is_refused(|| multiply(&wide)));
}

#[test]
fn rows_that_are_no_whole_pairs_of_vectors_are_refused() {
    let kernels = Kernels::detect();
    let mut team = Team::new(1);
    for (width, refused) in [(20, true), (48, true), (64, false)] {
        let norm = LayerNorm { gain: vec![1.0; width], bias: vec![0.0; width], eps: 1e-12 };
        let mut rows = Rows::new(2, width);
        let mut operand = Operand::new(2, width);
        let mut norms = || kernels.layer_norm(&mut team, &mut rows, 2, &norm, None);
        assert_eq!(is_refused(&mut norms), refused, "{width}");
        let encodes = || kernels.encode(&mut team, &rows, 2, &mut operand, Format::I8);
        assert_eq!(is_refused(encodes), refused, "{width}");
    }
}

#[test]
fn a_scratch_serves_heads_of_another_width() {
    let kernels = Kernels::detect();
    let mut scratch = [AttentionScratch::default()];
    for columns in [32, 64, 32] {
        let (left, weights) = (Rows::new(40, 64), matrix(&kernels, Format::F32, 64, 3 * columns));
        let mut out = Rows::new(40, columns);
        let heads = Heads { count: 1, columns, rotary: None, format: Format::F32 };
        let mut attend = |starts: &[usize]| {
            let left = LeftOperand::Rows(&left);
            let team = &mut Team::new(1);
            kernels.attention(team, left, starts, &weights, &heads, &mut scratch, &mut out);
        };
        attend(&[0, 3, 40]);
        assert!(is_refused(|| attend(&[0, 30, 3, 40])), "texts that overlap");
    }
}

#[test]
fn matrices_beyond_the_address_space_are_refused() {
    assert!(is_refused(|| drop(Rows::new(usize::MAX / 8, 1 << 20))));
    assert!(is_refused(|| drop(Operand::new(1 << 20, usize::MAX / 8))));
}
