//! Stored numbers to f32.

use std::borrow::Cow;

use half::slice::{HalfBitsSliceExt, HalfFloatSliceExt};
use half::{bf16, f16};

use super::entry::WeightType;

/// Numbers in a block of `Q8_0`, and the block's bytes: an f16 scale, then signed bytes.
const Q8_NUMBERS: usize = 32;
const Q8_BYTES: usize = 2 + Q8_NUMBERS;

/// The bytes that `count` numbers take. A `Q8_0` row is made of whole blocks.
pub(super) fn bytes_for(dtype: WeightType, count: usize) -> usize {
    match dtype {
        WeightType::F32 => count * 4,
        WeightType::F16 | WeightType::Bf16 => count * 2,
        WeightType::Q8_0 => count / Q8_NUMBERS * Q8_BYTES,
    }
}

/// The numbers of `bytes`; borrowed where they are f32 and aligned already.
pub(super) fn to_f32(dtype: WeightType, bytes: &[u8]) -> Cow<'_, [f32]> {
    match dtype {
        WeightType::F32 => match bytemuck::try_cast_slice(bytes) {
            Ok(slice) => Cow::Borrowed(slice),
            Err(_) => Cow::Owned(bytemuck::allocation::pod_collect_to_vec(bytes)),
        },
        WeightType::F16 => Cow::Owned(halves(bytes).reinterpret_cast::<f16>().to_f32_vec()),
        WeightType::Bf16 => Cow::Owned(halves(bytes).reinterpret_cast::<bf16>().to_f32_vec()),
        WeightType::Q8_0 => Cow::Owned(
            bytes
                .chunks_exact(Q8_BYTES)
                .flat_map(|block| {
                    let scale = q8_scale(block).to_f32();
                    block[2..].iter().map(move |&q| f32::from(q.cast_signed()) * scale)
                })
                .collect(),
        ),
    }
}

fn halves(bytes: &[u8]) -> Cow<'_, [u16]> {
    match bytemuck::try_cast_slice(bytes) {
        Ok(slice) => Cow::Borrowed(slice),
        Err(_) => Cow::Owned(bytemuck::allocation::pod_collect_to_vec(bytes)),
    }
}

fn q8_scale(block: &[u8]) -> f16 {
    f16::from_le_bytes([block[0], block[1]])
}

/// Whether no number is NaN or infinite: none has all bits of the exponent set. Counting, which
/// does not stop at the first, is what the compiler vectorises.
pub(super) fn all_finite(dtype: WeightType, bytes: &[u8]) -> bool {
    const EXPONENT: u32 = 0x7f80_0000;
    match dtype {
        WeightType::F32 => {
            let values = to_f32(dtype, bytes);
            values.iter().filter(|value| value.to_bits() & EXPONENT == EXPONENT).count() == 0
        }
        WeightType::F16 => halves_finite(bytes, 0x7c00),
        WeightType::Bf16 => halves_finite(bytes, 0x7f80),
        WeightType::Q8_0 => bytes.chunks_exact(Q8_BYTES).all(|block| q8_scale(block).is_finite()),
    }
}

fn halves_finite(bytes: &[u8], exponent: u16) -> bool {
    halves(bytes).iter().filter(|bits| *bits & exponent == exponent).count() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_reads_what_was_written() {
        let values = [0.0_f32, 1.0, -2.5, 0.125];
        let f32s: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let f16s: Vec<u8> = values.iter().flat_map(|v| f16::from_f32(*v).to_le_bytes()).collect();
        let bf16s: Vec<u8> = values.iter().flat_map(|v| bf16::from_f32(*v).to_le_bytes()).collect();
        assert_eq!(*to_f32(WeightType::F32, &f32s), values);
        assert_eq!(*to_f32(WeightType::F16, &f16s), values);
        assert_eq!(*to_f32(WeightType::Bf16, &bf16s), values);

        let mut block = f16::from_f32(0.5).to_le_bytes().to_vec();
        block.extend((0..32_i8).map(|v| (v - 16).cast_unsigned()));
        let expected: Vec<f32> = (0..32_i8).map(|v| f32::from(v - 16) * 0.5).collect();
        assert_eq!(*to_f32(WeightType::Q8_0, &block), *expected);
    }

    #[test]
    fn an_unaligned_slice_is_copied_and_right() {
        let mut bytes = vec![0];
        bytes.extend([1.5_f32, -3.0].iter().flat_map(|v| v.to_le_bytes()));
        assert_eq!(*to_f32(WeightType::F32, &bytes[1..]), [1.5, -3.0]);
    }

    #[test]
    fn nan_and_infinity_are_seen_in_every_type() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let f16s = f16::from_f32(bad).to_le_bytes();
            let bf16s = bf16::from_f32(bad).to_le_bytes();
            let mut block = f16s.to_vec();
            block.extend([1; 32]);
            assert!(!all_finite(WeightType::F32, &bad.to_le_bytes()));
            assert!(!all_finite(WeightType::F16, &f16s));
            assert!(!all_finite(WeightType::Bf16, &bf16s));
            assert!(!all_finite(WeightType::Q8_0, &block));
        }
        assert!(all_finite(WeightType::F32, &f32::MAX.to_le_bytes()));
    }
}
