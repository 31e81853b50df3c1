//! The choices a user makes about embedding, as enums that parse and print.

use std::fmt;
use std::str::FromStr;

use crate::error::EmbedError;
use crate::sources::SourceOptions;

macro_rules! choice {
    ($(#[$meta:meta])* $name:ident, $setting:literal, $known:literal,
     { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value as it is written in settings.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = EmbedError;

            fn from_str(text: &str) -> Result<Self, EmbedError> {
                Self::ALL.iter().copied().find(|v| v.as_str().eq_ignore_ascii_case(text.trim())).ok_or_else(
                    || EmbedError::UnknownChoice {
                        setting: $setting,
                        value: text.to_owned(),
                        known: $known,
                    },
                )
            }
        }
    };
}

choice! {
    /// Who computes the vectors.
    BackendChoice, "backend", "auto, candle, ollama", {
        /// candle where it has the weights, else an Ollama server that has the model.
        #[default]
        Auto = "auto",
        /// In this process.
        Candle = "candle",
        /// An Ollama server.
        Ollama = "ollama",
    }
}

choice! {
    /// The arithmetic of the model's products.
    Precision, "precision", "auto, f32, f16, bf16, int16, int8", {
        /// The fastest one of the device that loses no quality.
        #[default]
        Auto = "auto",
        /// 32-bit floats: the reference.
        F32 = "f32",
        /// 16-bit floats, accumulated in 32 bits: of GPUs.
        F16 = "f16",
        /// 16-bit brain floats, accumulated in 32 bits.
        Bf16 = "bf16",
        /// 16-bit integers: as good as `f32`.
        Int16 = "int16",
        /// 8-bit integers.
        Int8 = "int8",
    }
}

choice! {
    /// Where the model runs.
    DeviceChoice, "device", "auto, cpu, cuda, metal", {
        /// A GPU that this binary was built for and that is there, else the processor.
        #[default]
        Auto = "auto",
        /// The processor.
        Cpu = "cpu",
        /// The first NVIDIA GPU; needs the feature `cuda`.
        Cuda = "cuda",
        /// Apple's GPU; needs the feature `metal`.
        Metal = "metal",
    }
}

/// Everything [`crate::Embedder::open`] needs to know.
#[derive(Debug, Clone)]
pub struct EmbedderConfig {
    /// A model's id or alias, or `auto`.
    pub model: String,
    /// Who computes.
    pub backend: BackendChoice,
    /// The products' arithmetic.
    pub precision: Precision,
    /// Where the model runs.
    pub device: DeviceChoice,
    /// Threads of the model; by default one for each core.
    pub threads: Option<usize>,
    /// Where models are looked for and downloaded from.
    pub sources: SourceOptions,
    /// The Ollama server's base address, such as `http://127.0.0.1:11434`.
    pub ollama_host: String,
    /// Whether a model that is not on this machine may be downloaded.
    pub allow_download: bool,
}

impl EmbedderConfig {
    /// The defaults, with models under `sources`.
    pub fn new(sources: SourceOptions) -> Self {
        Self {
            model: "auto".into(),
            backend: BackendChoice::Auto,
            precision: Precision::Auto,
            device: DeviceChoice::Auto,
            threads: None,
            sources,
            ollama_host: "http://127.0.0.1:11434".into(),
            allow_download: true,
        }
    }
}
