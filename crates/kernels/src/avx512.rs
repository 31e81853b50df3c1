//! AVX-512 (F, BW, DQ, VL), with and without VNNI, and BF16.

#[allow(
    clippy::wildcard_imports,
    reason = "intrinsics are named by prefix, and there are dozens"
)]
use std::arch::x86_64::*;

use crate::math::exp2_of_fraction;
use crate::simd::{Simd, SimdBf16};

/// 512-bit vectors; `VNNI` says whether the integer dot products have instructions of their own.
#[derive(Clone, Copy)]
pub(crate) struct Avx512<const VNNI: bool>;

impl<const VNNI: bool> Simd for Avx512<VNNI> {
    const LANES: usize = 16;
    const ROWS: usize = 14;
    const ROWS_I8: usize = if VNNI { 14 } else { 10 };
    const HAS_I16: bool = true;
    const HAS_I8: bool = VNNI;
    type F = __m512;
    type I = __m512i;

    #[inline(always)]
    unsafe fn splat(value: f32) -> __m512 {
        _mm512_set1_ps(value)
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> __m512 {
        _mm512_loadu_ps(from)
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, v: __m512) {
        _mm512_storeu_ps(to, v);
    }
    #[inline(always)]
    unsafe fn add(a: __m512, b: __m512) -> __m512 {
        _mm512_add_ps(a, b)
    }
    #[inline(always)]
    unsafe fn sub(a: __m512, b: __m512) -> __m512 {
        _mm512_sub_ps(a, b)
    }
    #[inline(always)]
    unsafe fn mul(a: __m512, b: __m512) -> __m512 {
        _mm512_mul_ps(a, b)
    }
    #[inline(always)]
    unsafe fn mul_add(a: __m512, b: __m512, c: __m512) -> __m512 {
        _mm512_fmadd_ps(a, b, c)
    }
    #[inline(always)]
    unsafe fn max(a: __m512, b: __m512) -> __m512 {
        _mm512_max_ps(a, b)
    }
    #[inline(always)]
    unsafe fn min(a: __m512, b: __m512) -> __m512 {
        _mm512_min_ps(a, b)
    }
    #[inline(always)]
    unsafe fn round(v: __m512) -> __m512 {
        _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(v)
    }
    #[inline(always)]
    unsafe fn exp2_whole(v: __m512) -> __m512 {
        _mm512_scalef_ps(_mm512_set1_ps(1.0), v)
    }
    #[inline(always)]
    unsafe fn reciprocal(v: __m512) -> __m512 {
        let near = _mm512_rcp14_ps(v);
        let correction = _mm512_fnmadd_ps(v, near, _mm512_set1_ps(2.0));
        _mm512_mul_ps(near, correction)
    }
    #[inline(always)]
    unsafe fn sum(v: __m512) -> f32 {
        _mm512_reduce_add_ps(v)
    }
    #[inline(always)]
    unsafe fn largest(v: __m512) -> f32 {
        _mm512_reduce_max_ps(v)
    }

    #[inline(always)]
    unsafe fn store_u8(to: *mut u8, v: __m512) {
        let whole = _mm512_max_epi32(_mm512_cvtps_epi32(v), _mm512_setzero_si512());
        _mm_storeu_si128(to.cast(), _mm512_cvtusepi32_epi8(whole));
    }
    #[inline(always)]
    unsafe fn store_i8(to: *mut i8, v: __m512) {
        _mm_storeu_si128(to.cast(), _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(v)));
    }
    #[inline(always)]
    unsafe fn store_i16(to: *mut i16, v: __m512) {
        _mm256_storeu_si256(to.cast(), _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(v)));
    }

    #[inline(always)]
    unsafe fn prefetch(from: *const u32) {
        _mm_prefetch::<_MM_HINT_T0>(from.cast());
    }
    #[inline(always)]
    unsafe fn prefetch_far(from: *const u32) {
        _mm_prefetch::<_MM_HINT_T1>(from.cast());
    }
    #[inline(always)]
    unsafe fn zero_units() -> __m512i {
        _mm512_setzero_si512()
    }
    #[inline(always)]
    unsafe fn load_units(from: *const u32) -> __m512i {
        _mm512_loadu_si512(from.cast())
    }
    #[inline(always)]
    unsafe fn splat_unit(from: *const u8) -> __m512i {
        _mm512_castps_si512(_mm512_set1_ps(from.cast::<f32>().read_unaligned()))
    }
    #[inline(always)]
    unsafe fn units_as_f32(v: __m512i) -> __m512 {
        _mm512_castsi512_ps(v)
    }
    #[inline(always)]
    unsafe fn to_f32(v: __m512i) -> __m512 {
        _mm512_cvtepi32_ps(v)
    }
    #[inline(always)]
    unsafe fn dot_i16(acc: __m512i, a: __m512i, b: __m512i) -> __m512i {
        if VNNI { dot_i16_vnni(acc, a, b) } else { _mm512_add_epi32(acc, _mm512_madd_epi16(a, b)) }
    }
    #[inline(always)]
    unsafe fn dot_i8(acc: __m512i, a: __m512i, b: __m512i) -> __m512i {
        if VNNI {
            _mm512_dpbusd_epi32(acc, a, b)
        } else {
            // Vpmaddubsw saturates, so bytes are widened: even and odd ones apart.
            let a_even = _mm512_and_si512(a, _mm512_set1_epi16(0xff));
            let a_odd = _mm512_srli_epi16::<8>(a);
            let b_even = _mm512_srai_epi16::<8>(_mm512_slli_epi16::<8>(b));
            let b_odd = _mm512_srai_epi16::<8>(b);
            let acc = _mm512_add_epi32(acc, _mm512_madd_epi16(a_even, b_even));
            _mm512_add_epi32(acc, _mm512_madd_epi16(a_odd, b_odd))
        }
    }
}

impl SimdBf16 for Avx512<true> {
    #[inline(always)]
    unsafe fn dot_bf16(acc: __m512, a: __m512i, b: __m512i) -> __m512 {
        _mm512_dpbf16_ps(
            acc,
            std::mem::transmute::<__m512i, __m512bh>(a),
            std::mem::transmute::<__m512i, __m512bh>(b),
        )
    }
    #[inline(always)]
    unsafe fn store_bf16(to: *mut u16, v: __m512) {
        _mm256_storeu_si256(to.cast(), bf16_bits(v));
    }
    #[inline(always)]
    unsafe fn store_bf16_two(to: *mut u16, first: __m512, second: __m512) {
        let both = _mm512_cvtne2ps_pbh(second, first);
        _mm512_storeu_si512(to.cast(), std::mem::transmute::<__m512bh, __m512i>(both));
    }
    #[inline(always)]
    unsafe fn store_bf16_pairs(to: *mut u32, even: __m512, odd: __m512) {
        let low = _mm512_cvtepu16_epi32(bf16_bits(even));
        let high = _mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(bf16_bits(odd)));
        _mm512_storeu_si512(to.cast(), _mm512_or_si512(low, high));
    }
    #[inline(always)]
    unsafe fn load_bf16(from: *const u16) -> __m512 {
        let bits = _mm512_cvtepu16_epi32(_mm256_loadu_si256(from.cast()));
        _mm512_castsi512_ps(_mm512_slli_epi32::<16>(bits))
    }
    #[inline(always)]
    unsafe fn load_bf16_pairs(from: *const u32) -> [__m512; 2] {
        let pairs = _mm512_loadu_si512(from.cast());
        let odd = _mm512_and_si512(pairs, _mm512_set1_epi32(0xffff_0000_u32 as i32));
        [_mm512_castsi512_ps(_mm512_slli_epi32::<16>(pairs)), _mm512_castsi512_ps(odd)]
    }
    #[inline(always)]
    unsafe fn exp2_near(v: __m512) -> __m512 {
        // What is left above the whole number below, which scalef adds again.
        let rest = _mm512_reduce_ps::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(v);
        _mm512_scalef_ps(exp2_of_fraction::<Self>(rest), v)
    }
}

#[inline(always)]
unsafe fn bf16_bits(v: __m512) -> __m256i {
    std::mem::transmute::<__m256bh, __m256i>(_mm512_cvtneps_pbh(v))
}

/// The intrinsic would be split into `vpmaddwd` and `vpaddd` by the compiler, at half the speed.
#[inline]
#[target_feature(enable = "avx512f,avx512vnni")]
unsafe fn dot_i16_vnni(acc: __m512i, a: __m512i, b: __m512i) -> __m512i {
    let mut sum = acc;
    std::arch::asm!(
        "vpdpwssd {0}, {1}, {2}",
        inout(zmm_reg) sum, in(zmm_reg) a, in(zmm_reg) b,
        options(pure, nomem, nostack, preserves_flags)
    );
    sum
}
