//! Transcendental functions on vectors.

use crate::simd::Simd;

/// `e^x` within 2 ulp for `x` in -87..=88; beyond, the value at the border.
///
/// # Safety
/// The processor has the instruction set `S`; so for all functions here.
#[inline(always)]
pub(crate) unsafe fn exp<S: Simd>(x: S::F) -> S::F {
    // Ln 2 in two parts, so that the reduced argument keeps its last bits.
    const LN2_HIGH: f32 = 0.693_145_75;
    const LN2_LOW: f32 = 1.428_606_8e-6;
    const POLYNOMIAL: [f32; 5] =
        [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    let x = S::max(S::min(x, S::splat(88.0)), S::splat(-87.0));
    let whole = S::round(S::mul(x, S::splat(std::f32::consts::LOG2_E)));
    let rest = S::mul_add(whole, S::splat(-LN2_HIGH), x);
    let rest = S::mul_add(whole, S::splat(-LN2_LOW), rest);
    let mut p = S::splat(1.987_569_1e-4);
    for coefficient in POLYNOMIAL {
        p = S::mul_add(p, rest, S::splat(coefficient));
    }
    let fraction = S::mul_add(S::mul(p, rest), rest, S::add(rest, S::splat(1.0)));
    S::mul(fraction, S::exp2_whole(whole))
}

/// `2^x` for `x` in 0..=1, within 7.5e-5 of itself.
#[inline(always)]
pub(crate) unsafe fn exp2_of_fraction<S: Simd>(x: S::F) -> S::F {
    const POLYNOMIAL: [f32; 3] = [0.226_067_7, 0.695_833_3, 0.999_925_26];
    let mut p = S::splat(0.078_024_136);
    for coefficient in POLYNOMIAL {
        p = S::mul_add(p, x, S::splat(coefficient));
    }
    p
}

/// `x * sigmoid(x)`.
#[inline(always)]
pub(crate) unsafe fn silu<S: Simd>(x: S::F) -> S::F {
    let e = exp::<S>(S::sub(S::splat(0.0), x));
    S::mul(x, S::reciprocal(S::add(e, S::splat(1.0))))
}

/// `x * Φ(x)`, by the error function.
#[inline(always)]
pub(crate) unsafe fn gelu<S: Simd>(x: S::F) -> S::F {
    let half = S::mul(x, S::splat(0.5));
    S::mul_add(half, erf::<S>(S::mul(x, S::splat(std::f32::consts::FRAC_1_SQRT_2))), half)
}

/// The error function within 3e-7, as a ratio of polynomials (the one of Eigen and XLA).
#[inline(always)]
unsafe fn erf<S: Simd>(x: S::F) -> S::F {
    const ABOVE: [f32; 6] = [
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_3e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    const BELOW: [f32; 4] = [-2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];
    let x = S::max(S::min(x, S::splat(4.0)), S::splat(-4.0));
    let square = S::mul(x, x);
    let mut above = S::splat(-2.726_142_3e-10);
    for coefficient in ABOVE {
        above = S::mul_add(above, square, S::splat(coefficient));
    }
    let mut below = S::splat(-1.456_607_2e-5);
    for coefficient in BELOW {
        below = S::mul_add(below, square, S::splat(coefficient));
    }
    S::mul(S::mul(x, above), S::reciprocal(below))
}
