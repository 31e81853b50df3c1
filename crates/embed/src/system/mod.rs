//! What is asked of the system that the compiler cannot check: the only module of this crate with
//! `unsafe`.
//!
//! A file is mapped, since a copy of a model's weights would be hundreds of megabytes in every process.
//! What was freed is given back when a model rests, since glibc keeps it for the next time otherwise.
//! With the feature `cuda`, on Linux on x86-64, libraries are opened at run time (`cuda` says why).
#![expect(unsafe_code, reason = "calls of the system's, and symbols written in assembler")]

use std::fs::File;

use memmap2::Mmap;

#[cfg(all(feature = "cuda", target_os = "linux", target_arch = "x86_64"))]
pub(crate) mod cuda_entries;
#[cfg(all(feature = "cuda", target_os = "linux", target_arch = "x86_64"))]
mod library;

#[cfg(all(feature = "cuda", target_os = "linux", target_arch = "x86_64"))]
pub(crate) use library::{find_function, open_library};

/// Maps a whole file, to be read.
///
/// memmap2 cannot rule out that another process changes the file. Model files are replaced by rename,
/// never written in place, and a private read-only mapping of a replaced file keeps the old content.
pub(crate) fn map_file(file: &File) -> std::io::Result<Mmap> {
    // SAFETY: see above; the mapping is read-only and read as plain numbers, of which every bit
    // pattern is valid.
    unsafe { Mmap::map(file) }
}

/// Gives memory that was freed back to the system, where the allocator would keep it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn give_back_memory() {
    // SAFETY: glibc's own, for any thread at any time; it touches what is free alone.
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators give it back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn give_back_memory() {}
