//! Which element type the products are made in.

use sconce_kernels::{Format, Kernels};

use crate::options::Precision;

/// The element types of a model's products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    /// What it is called; never `Auto`.
    pub(super) precision: Precision,
    /// The projections: weights and activations.
    pub(super) products: Format,
    /// Attention's own products: scores, and sums of values.
    pub(super) attention: Format,
}

impl Plan {
    /// The plan for a precision on a processor.
    pub(super) fn new(precision: Precision, kernels: &Kernels) -> Self {
        let precision = match precision {
            Precision::Auto => fastest(kernels),
            // No processor's kernels are of f16, and an emulation would be slower than what it stands
            // for; int16 loses less than either.
            Precision::F16 => stand_in(kernels),
            Precision::Bf16 if !kernels.has(Format::Bf16) => stand_in(kernels),
            asked => asked,
        };
        let products = match precision {
            Precision::Auto | Precision::F32 | Precision::F16 => Format::F32,
            Precision::Bf16 => Format::Bf16,
            Precision::Int16 => Format::I16,
            Precision::Int8 => Format::I8,
        };
        // bf16 loses little beside int8; int16 is for those who want f32's accuracy.
        let narrow = matches!(products, Format::Bf16 | Format::I8) && kernels.has(Format::Bf16);
        let attention = if narrow { Format::Bf16 } else { Format::F32 };
        Self { precision, products, attention }
    }
}

/// What stands in for floats of 16 bits: it loses less than they do.
fn stand_in(kernels: &Kernels) -> Precision {
    if kernels.has(Format::I16) { Precision::Int16 } else { Precision::F32 }
}

/// The fastest precision that holds the gates of docs/performance.md, which they all do: bytes where
/// the processor multiplies them the fastest, else pairs of 16 bits, else floats.
fn fastest(kernels: &Kernels) -> Precision {
    if kernels.has(Format::I8) {
        Precision::Int8
    } else if kernels.has(Format::I16) {
        Precision::Int16
    } else {
        Precision::F32
    }
}

#[cfg(test)]
mod tests {
    use sconce_kernels::InstructionSet;

    use super::*;

    #[test]
    fn auto_takes_what_the_processor_has_instructions_for() {
        for level in InstructionSet::ALL.into_iter().filter(|level| level.is_here()) {
            let expected = match level {
                InstructionSet::Portable | InstructionSet::Neon => Precision::F32,
                InstructionSet::Avx512 => Precision::Int16,
                InstructionSet::Avx2
                | InstructionSet::NeonDotprod
                | InstructionSet::AvxVnni
                | InstructionSet::Avx512Vnni
                | InstructionSet::Avx512Bf16
                | InstructionSet::Amx => Precision::Int8,
            };
            let plan = Plan::new(Precision::Auto, &Kernels::strongest(level));
            assert_eq!(plan.precision, expected, "{level:?}");
        }
    }

    #[test]
    fn f16_on_a_processor_is_what_loses_less() {
        for level in InstructionSet::ALL.into_iter().filter(|level| level.is_here()) {
            let expected = match level {
                InstructionSet::Portable | InstructionSet::Neon | InstructionSet::NeonDotprod => {
                    Precision::F32
                }
                _ => Precision::Int16,
            };
            let plan = Plan::new(Precision::F16, &Kernels::strongest(level));
            assert_eq!(plan.precision, expected, "{level:?}");
        }
    }

    #[test]
    fn bf16_without_instructions_is_what_loses_less() {
        for level in InstructionSet::ALL.into_iter().filter(|level| level.is_here()) {
            let expected = match level {
                InstructionSet::Portable | InstructionSet::Neon | InstructionSet::NeonDotprod => {
                    Precision::F32
                }
                InstructionSet::Avx512Bf16 | InstructionSet::Amx => Precision::Bf16,
                _ => Precision::Int16,
            };
            let plan = Plan::new(Precision::Bf16, &Kernels::strongest(level));
            assert_eq!(plan.precision, expected, "{level:?}");
        }
    }
}
