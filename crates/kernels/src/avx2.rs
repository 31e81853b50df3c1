//! AVX2 and FMA, with and without AVX-VNNI.

#[allow(
    clippy::wildcard_imports,
    reason = "intrinsics are named by prefix, and there are dozens"
)]
use std::arch::x86_64::*;

use crate::simd::Simd;

/// 256-bit vectors; `VNNI` says whether the byte dot product has an instruction of its own.
#[derive(Clone, Copy)]
pub(crate) struct Avx2<const VNNI: bool>;

impl<const VNNI: bool> Simd for Avx2<VNNI> {
    const LANES: usize = 8;
    const UNROLLED: bool = true;
    const ROWS: usize = 6;
    const ROWS_I8: usize = if VNNI { 6 } else { 5 };
    const HAS_I16: bool = true;
    const HAS_I8: bool = true;
    /// Two products of a byte, `255 * code`, are added in an i16.
    const PAIR_I8: f32 = if VNNI { f32::INFINITY } else { 128.0 };
    type F = __m256;
    type I = __m256i;

    #[inline(always)]
    unsafe fn splat(value: f32) -> __m256 {
        _mm256_set1_ps(value)
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> __m256 {
        _mm256_loadu_ps(from)
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, v: __m256) {
        _mm256_storeu_ps(to, v);
    }
    #[inline(always)]
    unsafe fn add(a: __m256, b: __m256) -> __m256 {
        _mm256_add_ps(a, b)
    }
    #[inline(always)]
    unsafe fn sub(a: __m256, b: __m256) -> __m256 {
        _mm256_sub_ps(a, b)
    }
    #[inline(always)]
    unsafe fn mul(a: __m256, b: __m256) -> __m256 {
        _mm256_mul_ps(a, b)
    }
    #[inline(always)]
    unsafe fn mul_add(a: __m256, b: __m256, c: __m256) -> __m256 {
        _mm256_fmadd_ps(a, b, c)
    }
    #[inline(always)]
    unsafe fn max(a: __m256, b: __m256) -> __m256 {
        _mm256_max_ps(a, b)
    }
    #[inline(always)]
    unsafe fn min(a: __m256, b: __m256) -> __m256 {
        _mm256_min_ps(a, b)
    }
    #[inline(always)]
    unsafe fn round(v: __m256) -> __m256 {
        _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(v)
    }
    #[inline(always)]
    unsafe fn exp2_whole(v: __m256) -> __m256 {
        let biased = _mm256_add_epi32(_mm256_cvtps_epi32(v), _mm256_set1_epi32(127));
        _mm256_castsi256_ps(_mm256_slli_epi32::<23>(biased))
    }
    #[inline(always)]
    unsafe fn reciprocal(v: __m256) -> __m256 {
        _mm256_div_ps(_mm256_set1_ps(1.0), v)
    }
    #[inline(always)]
    unsafe fn sum(v: __m256) -> f32 {
        let four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps::<1>(v));
        let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
    }
    #[inline(always)]
    unsafe fn largest(v: __m256) -> f32 {
        let four = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps::<1>(v));
        let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps::<1>(two, two)))
    }

    #[inline(always)]
    unsafe fn store_u8(to: *mut u8, v: __m256) {
        let words = words(v);
        _mm_storel_epi64(to.cast(), _mm_packus_epi16(words, words));
    }
    #[inline(always)]
    unsafe fn store_i8(to: *mut i8, v: __m256) {
        let words = words(v);
        _mm_storel_epi64(to.cast(), _mm_packs_epi16(words, words));
    }
    #[inline(always)]
    unsafe fn store_i16(to: *mut i16, v: __m256) {
        _mm_storeu_si128(to.cast(), words(v));
    }

    #[inline(always)]
    unsafe fn prefetch(from: *const u32) {
        _mm_prefetch::<_MM_HINT_T0>(from.cast());
    }
    #[inline(always)]
    unsafe fn zero_units() -> __m256i {
        _mm256_setzero_si256()
    }
    #[inline(always)]
    unsafe fn load_units(from: *const u32) -> __m256i {
        _mm256_loadu_si256(from.cast())
    }
    #[inline(always)]
    unsafe fn splat_unit(from: *const u8) -> __m256i {
        _mm256_castps_si256(_mm256_set1_ps(from.cast::<f32>().read_unaligned()))
    }
    #[inline(always)]
    unsafe fn units_as_f32(v: __m256i) -> __m256 {
        _mm256_castsi256_ps(v)
    }
    #[inline(always)]
    unsafe fn to_f32(v: __m256i) -> __m256 {
        _mm256_cvtepi32_ps(v)
    }
    #[inline(always)]
    unsafe fn dot_i16(acc: __m256i, a: __m256i, b: __m256i) -> __m256i {
        if VNNI { dot_i16_vnni(acc, a, b) } else { _mm256_add_epi32(acc, _mm256_madd_epi16(a, b)) }
    }
    #[inline(always)]
    unsafe fn dot_i8(acc: __m256i, a: __m256i, b: __m256i) -> __m256i {
        if VNNI {
            _mm256_dpbusd_avx_epi32(acc, a, b)
        } else {
            let pairs = _mm256_maddubs_epi16(a, b);
            _mm256_add_epi32(acc, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))
        }
    }
}

/// Rounds to eight i16, saturating.
#[inline(always)]
unsafe fn words(v: __m256) -> __m128i {
    let whole = _mm256_cvtps_epi32(v);
    _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256::<1>(whole))
}

/// In assembly for the reason given beside its AVX-512 twin.
#[inline]
#[target_feature(enable = "avx2,avxvnni")]
unsafe fn dot_i16_vnni(acc: __m256i, a: __m256i, b: __m256i) -> __m256i {
    let mut sum = acc;
    std::arch::asm!(
        "{{vex}} vpdpwssd {0}, {1}, {2}",
        inout(ymm_reg) sum, in(ymm_reg) a, in(ymm_reg) b,
        options(pure, nomem, nostack, preserves_flags)
    );
    sum
}
