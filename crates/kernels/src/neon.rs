//! NEON, with and without the dot product of bytes (`sdot`).

#[allow(
    clippy::wildcard_imports,
    reason = "intrinsics are named by prefix, and there are dozens"
)]
use std::arch::aarch64::*;

use crate::simd::Simd;

/// 128-bit vectors; `DOTPROD` says whether the byte dot product has an instruction of its own.
///
/// A tile of 10 rows takes 20 of the 32 registers, and four steps of a panel 8; rows pass through
/// what is left, four units in a register, and each instruction multiplies by one of them. In f32
/// the compiler has two rows under way, and keeps all of 9 in registers, but not of 10. The whole
/// loop over four steps is then 72 `fmla` (80 `sdot`) and 17 (18) vectors loaded.
///
/// There is no dot product of 16-bit pairs. Made of four instructions it does half as much in each
/// as `fmla` does, so that f32 stands in for int16 wherever there is a choice.
#[derive(Clone, Copy)]
pub(crate) struct Neon<const DOTPROD: bool>;

impl<const DOTPROD: bool> Simd for Neon<DOTPROD> {
    const LANES: usize = 4;
    const ROWS: usize = 9;
    const ROWS_I8: usize = 10;
    const BY_LANE: bool = true;
    const HAS_I16: bool = false;
    const HAS_I8: bool = DOTPROD;
    const LEAST_I8: f32 = -128.0;
    type F = float32x4_t;
    type I = uint32x4_t;

    #[inline(always)]
    unsafe fn splat(value: f32) -> float32x4_t {
        vdupq_n_f32(value)
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> float32x4_t {
        vld1q_f32(from)
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, v: float32x4_t) {
        vst1q_f32(to, v);
    }
    #[inline(always)]
    unsafe fn add(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        vaddq_f32(a, b)
    }
    #[inline(always)]
    unsafe fn sub(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        vsubq_f32(a, b)
    }
    #[inline(always)]
    unsafe fn mul(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        vmulq_f32(a, b)
    }
    #[inline(always)]
    unsafe fn mul_add(a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        vfmaq_f32(c, a, b)
    }
    #[inline(always)]
    unsafe fn max(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        vmaxq_f32(a, b)
    }
    #[inline(always)]
    unsafe fn min(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        vminq_f32(a, b)
    }
    #[inline(always)]
    unsafe fn round(v: float32x4_t) -> float32x4_t {
        vrndnq_f32(v)
    }
    #[inline(always)]
    unsafe fn exp2_whole(v: float32x4_t) -> float32x4_t {
        let biased = vaddq_s32(vcvtnq_s32_f32(v), vdupq_n_s32(127));
        vreinterpretq_f32_s32(vshlq_n_s32::<23>(biased))
    }
    #[inline(always)]
    unsafe fn reciprocal(v: float32x4_t) -> float32x4_t {
        vdivq_f32(vdupq_n_f32(1.0), v)
    }
    #[inline(always)]
    unsafe fn sum(v: float32x4_t) -> f32 {
        vaddvq_f32(v)
    }
    #[inline(always)]
    unsafe fn largest(v: float32x4_t) -> f32 {
        vmaxvq_f32(v)
    }

    #[inline(always)]
    unsafe fn store_u8(to: *mut u8, v: float32x4_t) {
        let words = vqmovun_s32(vcvtnq_s32_f32(v));
        let bytes = vqmovn_u16(vcombine_u16(words, words));
        to.cast::<u32>().write_unaligned(vget_lane_u32::<0>(vreinterpret_u32_u8(bytes)));
    }
    #[inline(always)]
    unsafe fn store_i8(to: *mut i8, v: float32x4_t) {
        let words = vqmovn_s32(vcvtnq_s32_f32(v));
        let bytes = vqmovn_s16(vcombine_s16(words, words));
        to.cast::<u32>().write_unaligned(vget_lane_u32::<0>(vreinterpret_u32_s8(bytes)));
    }
    #[inline(always)]
    unsafe fn store_i16(to: *mut i16, v: float32x4_t) {
        vst1_s16(to, vqmovn_s32(vcvtnq_s32_f32(v)));
    }

    #[inline(always)]
    unsafe fn prefetch(from: *const u32) {
        // The intrinsic is not stable. An address, since nothing behind it is read or written.
        std::arch::asm!(
            "prfm pldl1keep, [{0}]",
            in(reg) from.addr(),
            options(nomem, nostack, preserves_flags)
        );
    }
    #[inline(always)]
    unsafe fn zero_units() -> uint32x4_t {
        vdupq_n_u32(0)
    }
    #[inline(always)]
    unsafe fn load_units(from: *const u32) -> uint32x4_t {
        vld1q_u32(from)
    }
    #[inline(always)]
    unsafe fn splat_unit(from: *const u8) -> uint32x4_t {
        vdupq_n_u32(from.cast::<u32>().read_unaligned())
    }
    #[inline(always)]
    unsafe fn splat_lane(four: uint32x4_t, lane: usize) -> uint32x4_t {
        match lane {
            0 => vdupq_laneq_u32::<0>(four),
            1 => vdupq_laneq_u32::<1>(four),
            2 => vdupq_laneq_u32::<2>(four),
            _ => vdupq_laneq_u32::<3>(four),
        }
    }
    #[inline(always)]
    unsafe fn units_as_f32(v: uint32x4_t) -> float32x4_t {
        vreinterpretq_f32_u32(v)
    }
    #[inline(always)]
    unsafe fn to_f32(v: uint32x4_t) -> float32x4_t {
        vcvtq_f32_s32(vreinterpretq_s32_u32(v))
    }
    #[inline(always)]
    unsafe fn dot_i16(acc: uint32x4_t, a: uint32x4_t, b: uint32x4_t) -> uint32x4_t {
        let (a, b) = (vreinterpretq_s16_u32(a), vreinterpretq_s16_u32(b));
        let low = vmull_s16(vget_low_s16(a), vget_low_s16(b));
        let high = vmull_high_s16(a, b);
        vaddq_u32(acc, vreinterpretq_u32_s32(vpaddq_s32(low, high)))
    }
    #[inline(always)]
    unsafe fn dot_i8(acc: uint32x4_t, a: uint32x4_t, b: uint32x4_t) -> uint32x4_t {
        if DOTPROD {
            sdot(acc, a, b)
        } else {
            // Weights end at -127, so that two products fit 16 bits.
            let (a, b) = (vreinterpretq_s8_u32(a), vreinterpretq_s8_u32(b));
            let low = vmull_s8(vget_low_s8(a), vget_low_s8(b));
            let high = vmull_high_s8(a, b);
            vreinterpretq_u32_s32(vpadalq_s16(vreinterpretq_s32_u32(acc), vpaddq_s16(low, high)))
        }
    }
    #[inline(always)]
    unsafe fn dot_i8_lane(
        acc: uint32x4_t,
        four: uint32x4_t,
        lane: usize,
        b: uint32x4_t,
    ) -> uint32x4_t {
        match lane {
            _ if !DOTPROD => Self::dot_i8(acc, Self::splat_lane(four, lane), b),
            0 => sdot_lane::<0>(acc, four, b),
            1 => sdot_lane::<1>(acc, four, b),
            2 => sdot_lane::<2>(acc, four, b),
            _ => sdot_lane::<3>(acc, four, b),
        }
    }
}

/// In assembly because the intrinsics are not stable in the oldest Rust that builds this.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn sdot(acc: uint32x4_t, a: uint32x4_t, b: uint32x4_t) -> uint32x4_t {
    let mut sum = acc;
    std::arch::asm!(
        "sdot {0:v}.4s, {1:v}.16b, {2:v}.16b",
        inout(vreg) sum, in(vreg) a, in(vreg) b,
        options(pure, nomem, nostack, preserves_flags)
    );
    sum
}

/// The same with unit `LANE` of four for every unit of `b`.
#[inline]
#[target_feature(enable = "neon,dotprod")]
unsafe fn sdot_lane<const LANE: usize>(
    acc: uint32x4_t,
    four: uint32x4_t,
    b: uint32x4_t,
) -> uint32x4_t {
    let mut sum = acc;
    std::arch::asm!(
        "sdot {0:v}.4s, {1:v}.16b, {2:v}.4b[{lane}]",
        inout(vreg) sum, in(vreg) b, in(vreg) four, lane = const LANE,
        options(pure, nomem, nostack, preserves_flags)
    );
    sum
}
