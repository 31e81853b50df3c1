//! Instruction sets, and which of them the processor, the system and the user allow.

/// Instruction sets, weakest first. `SCONCE_CPU` names the strongest that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstructionSet {
    /// Plain Rust, on any processor.
    Portable,
    /// Arm's vectors of 128 bits.
    Neon,
    /// The same with dot products of bytes.
    NeonDotprod,
    /// Vectors of 256 bits.
    Avx2,
    /// The same with dot products of integers.
    AvxVnni,
    /// Vectors of 512 bits: F, BW, DQ and VL.
    Avx512,
    /// The same with dot products of integers.
    Avx512Vnni,
    /// The same with dot products of bf16.
    Avx512Bf16,
    /// The same with Intel's tiles, of bytes and of bf16.
    Amx,
}

impl InstructionSet {
    /// All of them, weakest first.
    pub const ALL: [Self; 9] = [
        Self::Portable,
        Self::Neon,
        Self::NeonDotprod,
        Self::Avx2,
        Self::AvxVnni,
        Self::Avx512,
        Self::Avx512Vnni,
        Self::Avx512Bf16,
        Self::Amx,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Neon => "neon",
            Self::NeonDotprod => "neon-dotprod",
            Self::Avx2 => "avx2",
            Self::AvxVnni => "avx-vnni",
            Self::Avx512 => "avx512",
            Self::Avx512Vnni => "avx512-vnni",
            Self::Avx512Bf16 => "avx512-bf16",
            Self::Amx => "amx",
        }
    }

    /// Whether there are processors of this architecture that have it.
    fn is_of_this_architecture(self) -> bool {
        match self {
            Self::Portable => true,
            Self::Neon | Self::NeonDotprod => cfg!(target_arch = "aarch64"),
            Self::Avx2
            | Self::AvxVnni
            | Self::Avx512
            | Self::Avx512Vnni
            | Self::Avx512Bf16
            | Self::Amx => cfg!(target_arch = "x86_64"),
        }
    }

    /// Whether this processor has it. For `Amx` the system is asked for a permission, which the
    /// process then keeps.
    #[cfg(target_arch = "x86_64")]
    pub fn is_here(self) -> bool {
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
            Self::Amx => Self::Avx512Bf16.is_here() && crate::tiles::amx::is_here(),
        }
    }

    /// Whether this processor has it.
    #[cfg(target_arch = "aarch64")]
    pub fn is_here(self) -> bool {
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
    pub fn is_here(self) -> bool {
        self == Self::Portable
    }

    /// The strongest instruction set that may be used, by `SCONCE_CPU`.
    pub(crate) fn allowed() -> Self {
        let limit = std::env::var("SCONCE_CPU").ok();
        let limit = limit.as_deref().and_then(parse_limit);
        // The strongest of all keeps nothing from being used.
        limit.filter(|limit| *limit != Self::Amx).unwrap_or_else(fastest)
    }
}

/// The strongest instruction set that is worth it here. Intel's processors multiply pairs of bf16 in
/// vectors at half the speed of floats (measured on the fifth Xeon generation), AMD's at twice the
/// speed.
#[cfg(target_arch = "x86_64")]
fn fastest() -> InstructionSet {
    let vendor = std::arch::x86_64::__cpuid(0);
    let is_intel = [vendor.ebx, vendor.edx, vendor.ecx]
        == [*b"Genu", *b"ineI", *b"ntel"].map(u32::from_le_bytes);
    if InstructionSet::Amx.is_here() {
        InstructionSet::Amx
    } else if is_intel {
        InstructionSet::Avx512Vnni
    } else {
        InstructionSet::Avx512Bf16
    }
}

/// The strongest instruction set there is; [`crate::Kernels::strongest`] takes what is here.
#[cfg(not(target_arch = "x86_64"))]
fn fastest() -> InstructionSet {
    InstructionSet::NeonDotprod
}

fn parse_limit(text: &str) -> Option<InstructionSet> {
    match text.trim().to_ascii_lowercase().as_str() {
        "avx512" => Some(InstructionSet::Avx512Bf16),
        name => InstructionSet::ALL
            .into_iter()
            .find(|level| level.name() == name && level.is_of_this_architecture()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kernels;

    #[test]
    fn limits_are_levels_of_this_architecture() {
        for level in InstructionSet::ALL {
            let limit = parse_limit(&level.name().to_uppercase());
            if level == InstructionSet::Avx512 || !level.is_of_this_architecture() {
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
        for level in InstructionSet::ALL.into_iter().filter(|level| level.is_here()) {
            assert_eq!(Kernels::strongest(level).name(), level.name());
        }
    }
}
