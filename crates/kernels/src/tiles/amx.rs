//! Intel's AMX: the tile instructions, and the permission to use them.
//!
//! The intrinsics are not stable yet, so instructions are assembly, with tiles by name: the compiler
//! knows of none and uses none. Tiles 0 to 3 are sums, 4 and 5 left, 6 and 7 right.

use std::arch::asm;
use std::cell::Cell;
use std::sync::OnceLock;

use crate::tiles::instructions::{Shape, Tiles, UNIT_BYTES};

/// Whether processor and system have tiles, and let this process use them. Asked once a process.
pub(crate) fn is_here() -> bool {
    static HERE: OnceLock<bool> = OnceLock::new();
    *HERE.get_or_init(|| {
        let known = std::arch::x86_64::__cpuid(0).eax;
        let flags = if known < 7 { 0 } else { std::arch::x86_64::__cpuid_count(7, 0).edx };
        // AMX-BF16, AMX-TILE, AMX-INT8.
        if [22, 24, 25].iter().any(|bit| flags >> bit & 1 == 0) {
            return false;
        }
        permitted()
            .inspect_err(|error| {
                tracing::warn!(%error, "the processor has AMX, but the system does not let it be used");
            })
            .is_ok()
    })
}

/// Asks the system for the tiles' state, for all threads of this process. It says no where it is
/// older than they are, where a filter of system calls forbids the question, and where a thread has a
/// signal stack that is too small for them.
#[cfg(target_os = "linux")]
fn permitted() -> std::io::Result<()> {
    const ARCH_REQ_XCOMP_PERM: libc::c_int = 0x1023;
    const XFEATURE_XTILEDATA: libc::c_ulong = 18;
    // SAFETY: asks for a permission, and changes nothing else.
    let answer =
        unsafe { libc::syscall(libc::SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) };
    if answer == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

#[cfg(not(target_os = "linux"))]
fn permitted() -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// What `ldtilecfg` reads.
#[repr(C, align(64))]
struct TileConfig {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    /// Bytes of each tile's rows.
    bytes: [u16; 16],
    rows: [u8; 16],
}

impl TileConfig {
    fn new(shape: Shape) -> Self {
        let [upper, lower, depth] = [shape.upper, shape.lower, shape.depth].map(|n| n as u8);
        // One left tile's sums are all of its rows.
        let lower = if lower == 0 { upper } else { lower };
        let (mut rows, mut bytes) = ([0; 16], [0; 16]);
        rows[..8].copy_from_slice(&[upper, upper, lower, lower, upper, lower, depth, depth]);
        let left = u16::from(depth) * 4;
        bytes[..8].copy_from_slice(&[64, 64, 64, 64, left, left, 64, 64]);
        Self { palette: 1, start: 0, reserved: [0; 14], bytes, rows }
    }
}

thread_local! {
    /// The shape that this thread's tiles have.
    static CURRENT: Cell<Option<Shape>> = const { Cell::new(None) };
}

/// The instructions for bytes (u8 by i8) where `WHOLE`, else for pairs of bf16.
pub(crate) struct Amx<const WHOLE: bool>;

macro_rules! step {
    ($dot:literal, $left:expr, $left_stride:expr, $right:expr) => {
        asm!(
            "tileloadd tmm6, [{right} + {unit}*1]",
            "tileloadd tmm4, [{upper} + {stride}*1]",
            concat!($dot, " tmm0, tmm4, tmm6"),
            "tileloadd tmm7, [{right} + {unit}*1 + 64]",
            concat!($dot, " tmm1, tmm4, tmm7"),
            "tileloadd tmm5, [{lower} + {stride}*1]",
            concat!($dot, " tmm2, tmm5, tmm6"),
            concat!($dot, " tmm3, tmm5, tmm7"),
            upper = in(reg) $left[0], lower = in(reg) $left[1], stride = in(reg) $left_stride,
            right = in(reg) $right, unit = in(reg) UNIT_BYTES,
            options(nostack, preserves_flags, readonly)
        )
    };
}

macro_rules! wide_step {
    ($dot:literal, $left:expr, $left_stride:expr, $right:expr) => {
        asm!(
            "tileloadd tmm4, [{left} + {stride}*1]",
            "tileloadd tmm6, [{first} + {unit}*1]",
            concat!($dot, " tmm0, tmm4, tmm6"),
            "tileloadd tmm7, [{first} + {unit}*1 + 64]",
            concat!($dot, " tmm1, tmm4, tmm7"),
            "tileloadd tmm6, [{second} + {unit}*1]",
            concat!($dot, " tmm2, tmm4, tmm6"),
            "tileloadd tmm7, [{second} + {unit}*1 + 64]",
            concat!($dot, " tmm3, tmm4, tmm7"),
            left = in(reg) $left, stride = in(reg) $left_stride,
            first = in(reg) $right[0], second = in(reg) $right[1], unit = in(reg) UNIT_BYTES,
            options(nostack, preserves_flags, readonly)
        )
    };
}

impl<const WHOLE: bool> Tiles for Amx<WHOLE> {
    const WHOLE: bool = WHOLE;

    #[inline(always)]
    unsafe fn configure(shape: Shape) -> Self {
        if CURRENT.get() != Some(shape) {
            let config = TileConfig::new(shape);
            asm!("ldtilecfg [{}]", in(reg) &raw const config,
                options(nostack, preserves_flags, readonly));
            CURRENT.set(Some(shape));
        }
        Self
    }

    #[inline(always)]
    unsafe fn zero(&mut self) {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            options(nostack, preserves_flags, nomem)
        );
    }

    #[inline(always)]
    unsafe fn step(&mut self, left: [*const u8; 2], left_stride: usize, right: *const u8) {
        if WHOLE {
            step!("tdpbusd", left, left_stride, right);
        } else {
            step!("tdpbf16ps", left, left_stride, right);
        }
    }

    #[inline(always)]
    unsafe fn wide_step(&mut self, left: *const u8, left_stride: usize, right: [*const u8; 2]) {
        if WHOLE {
            wide_step!("tdpbusd", left, left_stride, right);
        } else {
            wide_step!("tdpbf16ps", left, left_stride, right);
        }
    }

    #[inline(always)]
    unsafe fn store(&self, to: [*mut u32; 2], stride: usize) {
        asm!(
            "tilestored [{upper} + {stride}*1], tmm0",
            "tilestored [{upper} + {stride}*1 + 64], tmm1",
            "tilestored [{lower} + {stride}*1], tmm2",
            "tilestored [{lower} + {stride}*1 + 64], tmm3",
            upper = in(reg) to[0], lower = in(reg) to[1], stride = in(reg) stride,
            options(nostack, preserves_flags)
        );
    }

    /// The system need not save them then when it takes the core away.
    unsafe fn release() {
        if CURRENT.take().is_some() {
            asm!("tilerelease", options(nostack, preserves_flags, nomem));
        }
    }
}
