//! One table of functions for each instruction set, and the choice of one at run time.

use super::attention::{self, Head};
use super::element::{Element, F32, I8, I16, RowScale};
use super::portable::Portable;
use super::product::{self, Product};
use super::rows;
use super::simd::Simd;

/// The element type of a product's operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    /// 32-bit floats.
    F32,
    /// 16-bit brain floats.
    Bf16,
    /// 16-bit integers.
    I16,
    /// 8-bit integers.
    I8,
}

impl Format {
    /// Bytes of one element.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::Bf16 | Self::I16 => 2,
            Self::I8 => 1,
        }
    }
}

/// The functions of one instruction set. Each is unsafe for the reason given where it is defined;
/// that the processor has the instruction set is [`Kernels::detect`]'s part of the contract.
pub(crate) struct Kernels {
    pub(super) name: &'static str,
    /// f32 numbers in a vector.
    pub(super) lanes: usize,
    pub(super) has_i16: bool,
    pub(super) has_i8: bool,
    pub(super) layer_norm: unsafe fn(*mut f32, usize, *const f32, *const f32, f32),
    pub(super) f32: ElementKernels,
    pub(super) i16: ElementKernels,
    pub(super) i8: ElementKernels,
    pub(super) bf16: Option<ElementKernels>,
    pub(super) attention_f32: AttentionKernels,
    pub(super) attention_bf16: Option<AttentionKernels>,
}

/// Products of one element type.
#[derive(Clone, Copy)]
pub(super) struct ElementKernels {
    /// Elements in a 32-bit unit.
    pub(super) depth: usize,
    pub(super) product: unsafe fn(&Product),
    pub(super) encode: unsafe fn(*const f32, usize, *mut u8) -> RowScale,
    pub(super) encode_weights: unsafe fn(*const f32, usize, *mut u8) -> f32,
}

/// Attention in one element type.
#[derive(Clone, Copy)]
pub(super) struct AttentionKernels {
    /// Elements in a 32-bit unit.
    pub(super) depth: usize,
    /// Rows of the products' register tiles.
    pub(super) rows: usize,
    pub(super) prepare: unsafe fn(&Head),
    pub(super) softmax: unsafe fn(*mut f32, usize, *mut u8, usize, *mut f32, usize, usize),
    pub(super) product: unsafe fn(&Product),
}

macro_rules! element_kernels {
    ($simd:ty, $element:ty $(, $features:literal)?) => {{
        $(#[target_feature(enable = $features)])?
        unsafe fn product(p: &Product) {
            product::product::<$simd, $element>(p);
        }
        $(#[target_feature(enable = $features)])?
        unsafe fn encode(from: *const f32, width: usize, to: *mut u8) -> RowScale {
            <$element as Element<$simd>>::encode(from, width, to)
        }
        $(#[target_feature(enable = $features)])?
        unsafe fn encode_weights(from: *const f32, width: usize, to: *mut u8) -> f32 {
            <$element as Element<$simd>>::encode_weights(from, width, to)
        }
        let depth = <$element as Element<$simd>>::DEPTH;
        ElementKernels { depth, product, encode, encode_weights }
    }};
}

macro_rules! attention_kernels {
    ($product:expr, $simd:ty, $element:ty $(, $features:literal)?) => {{
        $(#[target_feature(enable = $features)])?
        unsafe fn prepare(head: &Head) {
            attention::prepare::<$simd, $element>(head);
        }
        $(#[target_feature(enable = $features)])?
        unsafe fn softmax(
            scores: *mut f32,
            scores_stride: usize,
            weights: *mut u8,
            weights_stride: usize,
            inverse: *mut f32,
            rows: usize,
            length: usize,
        ) {
            rows::softmax::<$simd, $element>(
                scores, scores_stride, weights, weights_stride, inverse, rows, length,
            );
        }
        let depth = <$element as Element<$simd>>::DEPTH;
        let rows = <$element as Element<$simd>>::ROWS;
        AttentionKernels { depth, rows, prepare, softmax, product: $product }
    }};
}

/// The table of one instruction set, without bf16.
macro_rules! kernels {
    ($name:literal, $simd:ty $(, $features:literal)?) => {{
        $(#[target_feature(enable = $features)])?
        unsafe fn layer_norm(x: *mut f32, width: usize, gain: *const f32, bias: *const f32, eps: f32) {
            rows::layer_norm::<$simd>(x, width, gain, bias, eps);
        }
        let f32 = element_kernels!($simd, F32 $(, $features)?);
        Kernels {
            name: $name,
            lanes: <$simd>::LANES,
            has_i16: <$simd>::HAS_I16,
            has_i8: <$simd>::HAS_I8,
            layer_norm,
            attention_f32: attention_kernels!(f32.product, $simd, F32 $(, $features)?),
            f32,
            i16: element_kernels!($simd, I16 $(, $features)?),
            i8: element_kernels!($simd, I8 $(, $features)?),
            bf16: None,
            attention_bf16: None,
        }
    }};
}

/// Instruction sets, weakest first. `SCONCE_CPU` names the strongest that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Portable,
    Neon,
    NeonDotprod,
    Avx2,
    AvxVnni,
    Avx512,
    Avx512Vnni,
    Avx512Bf16,
}

impl Level {
    pub(crate) const ALL: [Self; 8] = [
        Self::Portable,
        Self::Neon,
        Self::NeonDotprod,
        Self::Avx2,
        Self::AvxVnni,
        Self::Avx512,
        Self::Avx512Vnni,
        Self::Avx512Bf16,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Neon => "neon",
            Self::NeonDotprod => "neon-dotprod",
            Self::Avx2 => "avx2",
            Self::AvxVnni => "avx-vnni",
            Self::Avx512 => "avx512",
            Self::Avx512Vnni => "avx512-vnni",
            Self::Avx512Bf16 => "avx512-bf16",
        }
    }

    /// Whether there are processors of this architecture that have it.
    fn is_of_this_architecture(self) -> bool {
        match self {
            Self::Portable => true,
            Self::Neon | Self::NeonDotprod => cfg!(target_arch = "aarch64"),
            Self::Avx2 | Self::AvxVnni | Self::Avx512 | Self::Avx512Vnni | Self::Avx512Bf16 => {
                cfg!(target_arch = "x86_64")
            }
        }
    }

    /// Whether this processor has it.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn is_here(self) -> bool {
        let avx2 = || is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        let avx512 = || {
            is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
        };
        match self {
            Self::Portable => true,
            Self::Neon | Self::NeonDotprod => false,
            Self::Avx2 => avx2(),
            Self::AvxVnni => avx2() && is_x86_feature_detected!("avxvnni"),
            Self::Avx512 => avx512(),
            Self::Avx512Vnni => avx512() && is_x86_feature_detected!("avx512vnni"),
            Self::Avx512Bf16 => {
                Self::Avx512Vnni.is_here() && is_x86_feature_detected!("avx512bf16")
            }
        }
    }

    /// Whether this processor has it.
    #[cfg(target_arch = "aarch64")]
    pub(crate) fn is_here(self) -> bool {
        use std::arch::is_aarch64_feature_detected;
        let neon = || is_aarch64_feature_detected!("neon");
        match self {
            Self::Portable => true,
            Self::Neon => neon(),
            Self::NeonDotprod => neon() && is_aarch64_feature_detected!("dotprod"),
            _ => false,
        }
    }

    /// Whether this processor has it.
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    pub(crate) fn is_here(self) -> bool {
        self == Self::Portable
    }
}

impl Kernels {
    /// The fastest kernels for this processor. `SCONCE_CPU` (`portable`; `avx2`, `avx-vnni`,
    /// `avx512`, `avx512-vnni`, `avx512-bf16`; `neon`, `neon-dotprod`) keeps stronger ones from
    /// being used, for tests and benchmarks; `avx512` stands for all of AVX-512, and another
    /// architecture's names for nothing.
    pub(crate) fn detect() -> Self {
        let limit = std::env::var("SCONCE_CPU").ok();
        Self::strongest(limit.as_deref().and_then(parse_limit).unwrap_or_else(fastest))
    }

    /// The strongest kernels of this processor that are not above `limit`.
    pub(crate) fn strongest(limit: Level) -> Self {
        let allowed = Level::ALL.into_iter().rev().filter(|level| *level <= limit);
        let level = allowed.into_iter().find(|level| level.is_here());
        Self::at(level.unwrap_or(Level::Portable))
    }

    #[cfg(target_arch = "x86_64")]
    fn at(level: Level) -> Self {
        use super::avx2::Avx2;
        use super::avx512::Avx512;
        match level {
            Level::Portable | Level::Neon | Level::NeonDotprod => kernels!("portable", Portable),
            Level::Avx2 => kernels!("avx2", Avx2<false>, "avx2,fma"),
            Level::AvxVnni => kernels!("avx-vnni", Avx2<true>, "avx2,fma,avxvnni"),
            Level::Avx512 => {
                kernels!("avx512", Avx512<false>, "avx512f,avx512bw,avx512dq,avx512vl")
            }
            Level::Avx512Vnni => kernels!(
                "avx512-vnni",
                Avx512<true>,
                "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"
            ),
            Level::Avx512Bf16 => Self::at(Level::Avx512Vnni).with_bf16(),
        }
    }

    #[cfg(target_arch = "aarch64")]
    fn at(level: Level) -> Self {
        use super::neon::Neon;
        match level {
            Level::Neon => kernels!("neon", Neon<false>, "neon"),
            Level::NeonDotprod => kernels!("neon-dotprod", Neon<true>, "neon,dotprod"),
            _ => kernels!("portable", Portable),
        }
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn at(_level: Level) -> Self {
        kernels!("portable", Portable)
    }

    #[cfg(target_arch = "x86_64")]
    fn with_bf16(self) -> Self {
        use super::element::Bf16;
        type Simd = super::avx512::Avx512<true>;
        let bf16 = element_kernels!(Simd, Bf16, "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16");
        let attention = attention_kernels!(
            bf16.product,
            Simd,
            Bf16,
            "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"
        );
        Self { name: "avx512-bf16", bf16: Some(bf16), attention_bf16: Some(attention), ..self }
    }

    /// The instruction set's name.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// f32 numbers in a vector.
    pub(crate) fn lanes(&self) -> usize {
        self.lanes
    }

    /// Whether the processor has instructions of its own for products of this element type; each is
    /// then about twice as fast as the next larger one.
    pub(crate) fn has(&self, format: Format) -> bool {
        match format {
            Format::F32 => true,
            Format::Bf16 => self.bf16.is_some(),
            Format::I16 => self.has_i16,
            Format::I8 => self.has_i8,
        }
    }

    /// The functions of an element type; of f32 for bf16 where there is none.
    pub(super) fn element(&self, format: Format) -> &ElementKernels {
        match format {
            Format::F32 => &self.f32,
            Format::Bf16 => self.bf16.as_ref().unwrap_or(&self.f32),
            Format::I16 => &self.i16,
            Format::I8 => &self.i8,
        }
    }
}

/// The strongest instruction set that is worth it here. Intel's processors multiply pairs of bf16 at
/// half the speed of floats (measured on the fifth Xeon generation), AMD's at twice the speed.
#[cfg(target_arch = "x86_64")]
fn fastest() -> Level {
    let vendor = std::arch::x86_64::__cpuid(0);
    let is_intel = [vendor.ebx, vendor.edx, vendor.ecx]
        == [*b"Genu", *b"ineI", *b"ntel"].map(u32::from_le_bytes);
    if is_intel { Level::Avx512Vnni } else { Level::Avx512Bf16 }
}

/// The strongest instruction set there is; [`Kernels::strongest`] takes what is here.
#[cfg(not(target_arch = "x86_64"))]
fn fastest() -> Level {
    Level::NeonDotprod
}

fn parse_limit(text: &str) -> Option<Level> {
    match text.trim().to_ascii_lowercase().as_str() {
        "avx512" => Some(Level::Avx512Bf16),
        name => Level::ALL
            .into_iter()
            .find(|level| level.name() == name && level.is_of_this_architecture()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_levels_of_this_architecture() {
        for level in Level::ALL {
            let limit = parse_limit(&level.name().to_uppercase());
            if level == Level::Avx512 || !level.is_of_this_architecture() {
                assert_ne!(limit, Some(level));
            } else {
                assert_eq!(limit, Some(level));
            }
            assert!(!level.is_here() || level.is_of_this_architecture(), "{level:?}");
        }
        assert_eq!(parse_limit("a name of none"), None);
    }

    #[test]
    fn kernels_are_called_after_their_level() {
        for level in Level::ALL.into_iter().filter(|level| level.is_here()) {
            assert_eq!(Kernels::strongest(level).name(), level.name());
        }
    }
}
