//! Plain arrays of four, for any processor. The compiler turns them into its baseline's vectors
//! (SSE2 on x86-64); they are also what the other instruction sets are tested against.

#[cfg(any(test, feature = "testing"))]
use crate::math::exp2_of_fraction;
use crate::simd::Simd;
#[cfg(any(test, feature = "testing"))]
use crate::simd::SimdBf16;

/// Vectors as arrays: of four, or of as many as the model of tiles wants.
#[derive(Clone, Copy)]
pub(crate) struct Portable<const LANES: usize = 4>;

#[inline(always)]
fn each<const LANES: usize>(f: impl Fn(usize) -> f32) -> [f32; LANES] {
    std::array::from_fn(f)
}

/// All numbers into one, halves first.
#[inline(always)]
fn fold<const LANES: usize>(mut v: [f32; LANES], f: impl Fn(f32, f32) -> f32) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            v[i] = f(v[i], v[i + half]);
        }
        half /= 2;
    }
    v[0]
}

/// The nearest whole number of a value below 2^22, by way of a float without fraction bits: `round`
/// is a library call without SSE4.1.
#[inline(always)]
fn nearest(v: f32) -> f32 {
    const WHOLE: f32 = 12_582_912.0;
    (v + WHOLE) - WHOLE
}

impl<const LANES: usize> Simd for Portable<LANES> {
    const LANES: usize = LANES;
    const ROWS: usize = 6;
    const ROWS_I8: usize = 4;
    const HAS_I16: bool = false;
    const HAS_I8: bool = false;
    type F = [f32; LANES];
    type I = [u32; LANES];

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self::F {
        [value; LANES]
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self::F {
        from.cast::<Self::F>().read_unaligned()
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, v: Self::F) {
        to.cast::<Self::F>().write_unaligned(v);
    }
    #[inline(always)]
    unsafe fn add(a: Self::F, b: Self::F) -> Self::F {
        each(|i| a[i] + b[i])
    }
    #[inline(always)]
    unsafe fn sub(a: Self::F, b: Self::F) -> Self::F {
        each(|i| a[i] - b[i])
    }
    #[inline(always)]
    unsafe fn mul(a: Self::F, b: Self::F) -> Self::F {
        each(|i| a[i] * b[i])
    }
    #[inline(always)]
    unsafe fn mul_add(a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        // Without an instruction for it, `f32::mul_add` is a slow library call.
        if cfg!(any(target_arch = "aarch64", target_feature = "fma")) {
            each(|i| a[i].mul_add(b[i], c[i]))
        } else {
            each(|i| a[i] * b[i] + c[i])
        }
    }
    #[inline(always)]
    unsafe fn max(a: Self::F, b: Self::F) -> Self::F {
        each(|i| if a[i] > b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    unsafe fn min(a: Self::F, b: Self::F) -> Self::F {
        each(|i| if a[i] < b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    unsafe fn round(v: Self::F) -> Self::F {
        each(|i| nearest(v[i]))
    }
    #[inline(always)]
    unsafe fn exp2_whole(v: Self::F) -> Self::F {
        each(|i| f32::from_bits(((v[i] as i32 + 127) << 23) as u32))
    }
    #[inline(always)]
    unsafe fn reciprocal(v: Self::F) -> Self::F {
        each(|i| 1.0 / v[i])
    }
    #[inline(always)]
    unsafe fn sum(v: Self::F) -> f32 {
        fold(v, |a, b| a + b)
    }
    #[inline(always)]
    unsafe fn largest(v: Self::F) -> f32 {
        fold(v, f32::max)
    }

    #[inline(always)]
    unsafe fn store_u8(to: *mut u8, v: Self::F) {
        to.cast::<[u8; LANES]>().write_unaligned(v.map(|x| nearest(x) as u8));
    }
    #[inline(always)]
    unsafe fn store_i8(to: *mut i8, v: Self::F) {
        to.cast::<[i8; LANES]>().write_unaligned(v.map(|x| nearest(x) as i8));
    }
    #[inline(always)]
    unsafe fn store_i16(to: *mut i16, v: Self::F) {
        to.cast::<[i16; LANES]>().write_unaligned(v.map(|x| nearest(x) as i16));
    }

    #[inline(always)]
    unsafe fn zero_units() -> Self::I {
        [0; LANES]
    }
    #[inline(always)]
    unsafe fn load_units(from: *const u32) -> Self::I {
        from.cast::<Self::I>().read_unaligned()
    }
    #[inline(always)]
    unsafe fn splat_unit(from: *const u8) -> Self::I {
        [from.cast::<u32>().read_unaligned(); LANES]
    }
    #[inline(always)]
    unsafe fn units_as_f32(v: Self::I) -> Self::F {
        v.map(f32::from_bits)
    }
    #[inline(always)]
    unsafe fn to_f32(v: Self::I) -> Self::F {
        v.map(|x| x as i32 as f32)
    }
    #[inline(always)]
    unsafe fn dot_i16(acc: Self::I, a: Self::I, b: Self::I) -> Self::I {
        std::array::from_fn(|i| {
            let low = i32::from(a[i] as i16) * i32::from(b[i] as i16);
            let high = (a[i] as i32 >> 16) * (b[i] as i32 >> 16);
            (acc[i] as i32).wrapping_add(low).wrapping_add(high) as u32
        })
    }
    #[inline(always)]
    unsafe fn dot_i8(acc: Self::I, a: Self::I, b: Self::I) -> Self::I {
        std::array::from_fn(|i| {
            let (left, right) = (a[i].to_ne_bytes(), b[i].to_ne_bytes());
            let products = (0..4).map(|j| i32::from(left[j]) * i32::from(right[j] as i8));
            (acc[i] as i32).wrapping_add(products.sum()) as u32
        })
    }
}

#[cfg(any(test, feature = "testing"))]
impl<const LANES: usize> SimdBf16 for Portable<LANES> {
    unsafe fn dot_bf16(acc: Self::F, a: Self::I, b: Self::I) -> Self::F {
        let half = |unit: u32, odd: bool| {
            f32::from_bits(if odd { unit & 0xffff_0000 } else { unit << 16 })
        };
        let product = |i: usize, odd| half(a[i], odd) * half(b[i], odd);
        each(|i| acc[i] + product(i, true) + product(i, false))
    }
    unsafe fn store_bf16(to: *mut u16, v: Self::F) {
        to.cast::<[u16; LANES]>().write_unaligned(v.map(|x| half::bf16::from_f32(x).to_bits()));
    }
    unsafe fn store_bf16_two(to: *mut u16, first: Self::F, second: Self::F) {
        Self::store_bf16(to, first);
        Self::store_bf16(to.add(LANES), second);
    }
    unsafe fn store_bf16_pairs(to: *mut u32, even: Self::F, odd: Self::F) {
        let bits = |x| u32::from(half::bf16::from_f32(x).to_bits());
        let units: Self::I = std::array::from_fn(|i| bits(even[i]) | bits(odd[i]) << 16);
        to.cast::<Self::I>().write_unaligned(units);
    }
    unsafe fn load_bf16(from: *const u16) -> Self::F {
        let bits = from.cast::<[u16; LANES]>().read_unaligned();
        bits.map(|bits| f32::from_bits(u32::from(bits) << 16))
    }
    unsafe fn load_bf16_pairs(from: *const u32) -> [Self::F; 2] {
        let units = from.cast::<Self::I>().read_unaligned();
        [
            units.map(|unit| f32::from_bits(unit << 16)),
            units.map(|unit| f32::from_bits(unit & 0xffff_0000)),
        ]
    }
    unsafe fn exp2_near(v: Self::F) -> Self::F {
        let v = v.map(|x| x.max(-126.0));
        let whole = v.map(f32::floor);
        let fraction = exp2_of_fraction::<Self>(Self::sub(v, whole));
        Self::mul(fraction, Self::exp2_whole(whole))
    }
}
