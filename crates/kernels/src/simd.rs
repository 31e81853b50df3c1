//! What the kernels ask of an instruction set: vectors of f32, integer dot products, narrow stores.

/// A vector instruction set. Every kernel is written once over this trait and compiled once for
/// each implementation, inside of a function that has the instruction set's target features on.
///
/// # Safety
/// All methods: the processor has the instruction set, and pointers are valid for one vector
/// (`LANES` numbers of the method's type; no alignment is asked for).
pub(crate) trait Simd: Copy + 'static {
    /// f32 numbers in a vector.
    const LANES: usize;
    /// Rows of a register tile of two vectors each that leaves registers for the operands.
    const ROWS: usize;
    /// The same for 8-bit integers, whose dot product may need registers of its own.
    const ROWS_I8: usize;
    /// Whether instructions multiply by one lane of a vector, so that four units of a left row can be
    /// loaded at once, and none of them needs to be in every lane.
    const BY_LANE: bool = false;
    /// Whether steps of a tile are written one after another, which saves counting and addressing. The
    /// compiler keeps the accumulators of a small tile in registers then, and those of a large one not.
    const UNROLLED: bool = false;
    /// Whether products of i16 pairs have an instruction.
    const HAS_I16: bool;
    /// Whether products of four bytes are faster than those of i16 pairs.
    const HAS_I8: bool;
    /// What the codes of two neighbouring weights (an even one and the next), added, must not exceed
    /// on either side of zero, lest [`Simd::dot_i8`] saturate; infinite where it never does.
    const PAIR_I8: f32 = f32::INFINITY;
    /// The least code of an activation of 8 bits: 0 where [`Simd::dot_i8`] takes u8 by i8, -128 where
    /// it takes i8 by i8.
    const LEAST_I8: f32 = 0.0;
    /// `LANES` f32 numbers.
    type F: Copy;
    /// `LANES` 32-bit units: one i32, two i16 or bf16, or four bytes each.
    type I: Copy;

    unsafe fn splat(value: f32) -> Self::F;
    unsafe fn load(from: *const f32) -> Self::F;
    unsafe fn store(to: *mut f32, v: Self::F);
    unsafe fn add(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn sub(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn mul(a: Self::F, b: Self::F) -> Self::F;
    /// `a * b + c`.
    unsafe fn mul_add(a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    unsafe fn max(a: Self::F, b: Self::F) -> Self::F;
    unsafe fn min(a: Self::F, b: Self::F) -> Self::F;
    /// To the nearest whole number.
    unsafe fn round(v: Self::F) -> Self::F;
    /// `2^v` for whole `v` in `-126..=127`.
    unsafe fn exp2_whole(v: Self::F) -> Self::F;
    /// `1 / v`, within 2 ulp.
    unsafe fn reciprocal(v: Self::F) -> Self::F;
    unsafe fn sum(v: Self::F) -> f32;
    unsafe fn largest(v: Self::F) -> f32;

    /// Rounds and saturates to 0..=255.
    unsafe fn store_u8(to: *mut u8, v: Self::F);
    /// Rounds and saturates to -128..=127.
    unsafe fn store_i8(to: *mut i8, v: Self::F);
    /// Rounds and saturates to the range of i16.
    unsafe fn store_i16(to: *mut i16, v: Self::F);

    /// Asks for the cache line at an address, which may be any.
    #[inline(always)]
    unsafe fn prefetch(_from: *const u32) {}
    /// The same, for what is not needed at once: into a cache that is not the nearest.
    #[inline(always)]
    unsafe fn prefetch_far(_from: *const u32) {}

    unsafe fn zero_units() -> Self::I;
    unsafe fn load_units(from: *const u32) -> Self::I;
    /// One unit, at any address, in every lane.
    unsafe fn splat_unit(from: *const u8) -> Self::I;
    /// Unit `lane`, a constant, of a vector of four in every lane; only with [`Simd::BY_LANE`].
    #[inline(always)]
    unsafe fn splat_lane(_four: Self::I, _lane: usize) -> Self::I {
        unreachable!("vectors of units are not taken apart here")
    }
    unsafe fn units_as_f32(v: Self::I) -> Self::F;
    /// i32 to f32.
    unsafe fn to_f32(v: Self::I) -> Self::F;
    /// `acc + a.0 * b.0 + a.1 * b.1` of i16 in each lane, wrapping.
    unsafe fn dot_i16(acc: Self::I, a: Self::I, b: Self::I) -> Self::I;
    /// `acc +` the sum of four products of codes of activations (`a`) and weights (`b`, i8, not
    /// -128, pairs within [`Simd::PAIR_I8`]) in each lane; exact.
    unsafe fn dot_i8(acc: Self::I, a: Self::I, b: Self::I) -> Self::I;
    /// The same with unit `lane`, a constant, of a vector of four for `a`.
    #[inline(always)]
    unsafe fn dot_i8_lane(acc: Self::I, four: Self::I, lane: usize, b: Self::I) -> Self::I {
        Self::dot_i8(acc, Self::splat_lane(four, lane), b)
    }
}

/// An instruction set with products of bf16 pairs.
///
/// # Safety
/// As for [`Simd`].
#[cfg_attr(
    not(target_arch = "x86_64"),
    allow(dead_code, reason = "only AVX-512, AMX and its model multiply bf16 here")
)]
pub(crate) trait SimdBf16: Simd {
    /// `acc + a.0 * b.0 + a.1 * b.1` of bf16 in each lane.
    unsafe fn dot_bf16(acc: Self::F, a: Self::I, b: Self::I) -> Self::F;
    /// Rounds to bf16.
    unsafe fn store_bf16(to: *mut u16, v: Self::F);
    /// Rounds both to bf16 and stores one after the other.
    unsafe fn store_bf16_two(to: *mut u16, first: Self::F, second: Self::F);
    /// Rounds both to bf16 and stores units of (`even`, `odd`).
    unsafe fn store_bf16_pairs(to: *mut u32, even: Self::F, odd: Self::F);
    /// One vector of bf16 numbers.
    unsafe fn load_bf16(from: *const u16) -> Self::F;
    /// Both halves of a vector of units: the even numbers and the odd ones.
    unsafe fn load_bf16_pairs(from: *const u32) -> [Self::F; 2];
    /// `2^v` within a part in 13,000, a twentieth of what bf16 rounds; 0 for `v` far below.
    unsafe fn exp2_near(v: Self::F) -> Self::F;
}
