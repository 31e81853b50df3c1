//! One table of functions for each instruction set, and the choice of one at run time.

use crate::attention::{self, Head};
use crate::element::{Bf16, Element, F32, I8, I16, RowScale};
use crate::instruction_set::InstructionSet;
use crate::portable::Portable;
use crate::product::{self, Product};
use crate::rows::{self, Scores};
use crate::simd::Simd;
use crate::tiles;
use crate::tiles::instructions::{TILE, Tiles};

/// The element type of a product's operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
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
pub struct Kernels {
    pub(crate) name: &'static str,
    /// f32 numbers in a vector.
    pub(crate) lanes: usize,
    pub(crate) has_i16: bool,
    pub(crate) has_i8: bool,
    pub(crate) layer_norm: unsafe fn(*mut f32, usize, *const f32, *const f32, f32),
    pub(crate) f32: ElementKernels,
    pub(crate) i16: ElementKernels,
    pub(crate) i8: ElementKernels,
    pub(crate) bf16: Option<ElementKernels>,
    pub(crate) attention_f32: AttentionKernels,
    pub(crate) attention_bf16: Option<AttentionKernels>,
    /// Encodes rows of bf16, as products may leave them, as bytes.
    pub(crate) encode_narrow: Option<EncodeNarrow>,
    /// Ends a thread's part of a call: what it holds of the processor is given back.
    pub(crate) release: unsafe fn(),
}

type EncodeNarrow = unsafe fn(*const u16, usize, *mut u8) -> RowScale;

/// Holds nothing.
unsafe fn release_nothing() {}

/// Products of one element type.
#[derive(Clone, Copy)]
pub(crate) struct ElementKernels {
    /// Elements in a 32-bit unit.
    pub(crate) depth: usize,
    pub(crate) product: unsafe fn(&Product),
    pub(crate) encode: unsafe fn(*const f32, usize, *mut u8) -> RowScale,
    pub(crate) encode_weights: unsafe fn(*const f32, usize, *mut u8) -> f32,
}

/// Attention in one element type.
#[derive(Clone, Copy)]
pub(crate) struct AttentionKernels {
    /// Elements in a 32-bit unit.
    pub(crate) depth: usize,
    /// Rows of the products' register tiles.
    pub(crate) rows: usize,
    /// What the steps of a product must be a multiple of.
    pub(crate) whole_steps: usize,
    pub(crate) prepare: unsafe fn(&Head),
    pub(crate) softmax: unsafe fn(&Scores),
    pub(crate) product: unsafe fn(&Product),
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
    ($product:expr, $softmax:ident, $simd:ty, $element:ty $(, $features:literal)?) => {{
        $(#[target_feature(enable = $features)])?
        unsafe fn prepare(head: &Head) {
            attention::prepare::<$simd, $element>(head);
        }
        $(#[target_feature(enable = $features)])?
        unsafe fn softmax(scores: &Scores) {
            rows::$softmax::<$simd>(scores);
        }
        let depth = <$element as Element<$simd>>::DEPTH;
        let rows = <$element as Element<$simd>>::ROWS;
        AttentionKernels { depth, rows, whole_steps: 1, prepare, softmax, product: $product }
    }};
}

/// Products by tiles.
#[derive(Clone, Copy)]
struct TileKernels {
    name: &'static str,
    i8: unsafe fn(&Product),
    bf16: unsafe fn(&Product),
    encode_narrow: EncodeNarrow,
    release: unsafe fn(),
}

macro_rules! tile_kernels {
    ($name:literal, $simd:ty, $bytes:ty, $pairs:ty $(, $features:literal)?) => {{
        $(#[target_feature(enable = $features)])?
        unsafe fn i8(p: &Product) {
            tiles::product::<$simd, $bytes>(p);
        }
        $(#[target_feature(enable = $features)])?
        unsafe fn bf16(p: &Product) {
            tiles::product::<$simd, $pairs>(p);
        }
        $(#[target_feature(enable = $features)])?
        unsafe fn encode_narrow(from: *const u16, width: usize, to: *mut u8) -> RowScale {
            I8::encode_narrow::<$simd>(from, width, to)
        }
        TileKernels { name: $name, i8, bf16, encode_narrow, release: <$bytes>::release }
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
            attention_f32: attention_kernels!(f32.product, softmax, $simd, F32 $(, $features)?),
            f32,
            i16: element_kernels!($simd, I16 $(, $features)?),
            i8: element_kernels!($simd, I8 $(, $features)?),
            bf16: None,
            attention_bf16: None,
            encode_narrow: None,
            release: release_nothing,
        }
    }};
}

impl Kernels {
    /// The fastest kernels for this processor. `SCONCE_CPU` (`portable`; `avx2`, `avx-vnni`,
    /// `avx512`, `avx512-vnni`, `avx512-bf16`, `amx`; `neon`, `neon-dotprod`) keeps stronger ones
    /// from being used, for tests and benchmarks; `avx512` stands for all of AVX-512 without AMX, and
    /// another architecture's names for nothing.
    pub fn detect() -> Self {
        #[cfg(any(test, feature = "testing"))]
        if std::env::var_os("SCONCE_CPU").is_some_and(|limit| limit == "amx-model") {
            return Self::model_of_tiles();
        }
        Self::strongest(InstructionSet::allowed())
    }

    /// What AMX computes, by a model of its instructions in plain numbers: for tests, on any machine.
    #[cfg(any(test, feature = "testing"))]
    pub fn model_of_tiles() -> Self {
        use crate::tiles::model::Model;
        type Simd = Portable<16>;
        let bf16 = element_kernels!(Simd, Bf16);
        let attention = attention_kernels!(bf16.product, softmax_bf16, Simd, Bf16);
        let plain =
            Self { bf16: Some(bf16), attention_bf16: Some(attention), ..kernels!("", Simd) };
        let tiles = tile_kernels!("amx-model", Simd, Model<true>, Model<false>);
        Self { has_i16: true, has_i8: true, ..plain.with_tiles(tiles) }
    }

    /// The strongest kernels of this processor that are not above `limit`.
    pub fn strongest(limit: InstructionSet) -> Self {
        let allowed = InstructionSet::ALL.into_iter().rev().filter(|level| *level <= limit);
        let level = allowed.into_iter().find(|level| level.is_here());
        Self::at(level.unwrap_or(InstructionSet::Portable))
    }

    #[cfg(target_arch = "x86_64")]
    fn at(level: InstructionSet) -> Self {
        use crate::avx2::Avx2;
        use crate::avx512::Avx512;
        use crate::tiles::amx::Amx;
        match level {
            InstructionSet::Portable | InstructionSet::Neon | InstructionSet::NeonDotprod => {
                kernels!("portable", Portable)
            }
            InstructionSet::Avx2 => kernels!("avx2", Avx2<false>, "avx2,fma"),
            InstructionSet::AvxVnni => kernels!("avx-vnni", Avx2<true>, "avx2,fma,avxvnni"),
            InstructionSet::Avx512 => {
                kernels!("avx512", Avx512<false>, "avx512f,avx512bw,avx512dq,avx512vl")
            }
            InstructionSet::Avx512Vnni => kernels!(
                "avx512-vnni",
                Avx512<true>,
                "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"
            ),
            InstructionSet::Avx512Bf16 => Self::at(InstructionSet::Avx512Vnni).with_bf16(),
            InstructionSet::Amx => Self::at(InstructionSet::Avx512Bf16).with_tiles(tile_kernels!(
                "amx",
                Avx512<true>,
                Amx<true>,
                Amx<false>,
                "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16"
            )),
        }
    }

    #[cfg(target_arch = "aarch64")]
    fn at(level: InstructionSet) -> Self {
        use crate::neon::Neon;
        match level {
            InstructionSet::Neon => kernels!("neon", Neon<false>, "neon"),
            InstructionSet::NeonDotprod => kernels!("neon-dotprod", Neon<true>, "neon,dotprod"),
            _ => kernels!("portable", Portable),
        }
    }

    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn at(_level: InstructionSet) -> Self {
        kernels!("portable", Portable)
    }

    #[cfg(target_arch = "x86_64")]
    fn with_bf16(self) -> Self {
        type Simd = crate::avx512::Avx512<true>;
        let bf16 = element_kernels!(Simd, Bf16, "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16");
        let attention = attention_kernels!(
            bf16.product,
            softmax_bf16,
            Simd,
            Bf16,
            "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"
        );
        Self { name: "avx512-bf16", bf16: Some(bf16), attention_bf16: Some(attention), ..self }
    }

    /// This processor's vectors with the model of tiles, whose results differ from AMX's by the tiles
    /// alone.
    #[cfg(all(test, target_arch = "x86_64"))]
    pub(crate) fn model_beside_vectors() -> Self {
        use crate::tiles::model::Model;
        let vectors = Self::at(InstructionSet::Avx512Bf16);
        vectors.with_tiles(tile_kernels!(
            "amx-model",
            crate::avx512::Avx512<true>,
            Model<true>,
            Model<false>,
            "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16"
        ))
    }

    /// The same with products by tiles.
    fn with_tiles(self, tiles: TileKernels) -> Self {
        let attention = |kernels| AttentionKernels {
            rows: 2 * TILE,
            whole_steps: TILE,
            product: tiles.bf16,
            ..kernels
        };
        Self {
            name: tiles.name,
            i8: ElementKernels { product: tiles.i8, ..self.i8 },
            bf16: self.bf16.map(|kernels| ElementKernels { product: tiles.bf16, ..kernels }),
            attention_bf16: self.attention_bf16.map(attention),
            encode_narrow: Some(tiles.encode_narrow),
            release: tiles.release,
            ..self
        }
    }

    /// The instruction set's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// f32 numbers in a vector.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Whether the processor has instructions of its own for products of this element type; each is
    /// then about twice as fast as the next larger one.
    pub fn has(&self, format: Format) -> bool {
        match format {
            Format::F32 => true,
            Format::Bf16 => self.bf16.is_some(),
            Format::I16 => self.has_i16,
            Format::I8 => self.has_i8,
        }
    }

    /// The functions of an element type; of bf16 only where [`Kernels::has`] it.
    pub(crate) fn element(&self, format: Format) -> &ElementKernels {
        match format {
            Format::F32 => &self.f32,
            Format::Bf16 => self.bf16.as_ref().expect("bf16 only where the kernels have it"),
            Format::I16 => &self.i16,
            Format::I8 => &self.i8,
        }
    }
}
