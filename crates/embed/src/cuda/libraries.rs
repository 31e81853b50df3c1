//! CUDA's libraries, opened when a GPU is asked for, so that a binary with the feature `cuda` starts
//! where there is no driver.
//!
//! candle 0.11 links them (cudarc's `dynamic-linking`, which no other feature turns off), and such a
//! binary would not start without a driver, not even for `--device cpu`. `system/cuda_entries.rs`
//! stands in for the linked functions. This is done on Linux on x86-64; elsewhere they are linked as
//! candle does it.

use std::fmt;

/// A library that cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    what: &'static str,
    remedy: &'static str,
    /// The linker's words for each file that was tried.
    why: Vec<String>,
}

impl Missing {
    /// What the user can do about it.
    pub(crate) fn remedy(&self) -> &'static str {
        self.remedy
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be loaded ({})", self.what, self.why.join("; "))
    }
}

/// Opens the libraries, once. Before this, and where it fails, each of their functions gives an
/// error and does nothing.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub(crate) fn load() -> Result<(), Missing> {
    static LOADED: std::sync::OnceLock<Result<(), Missing>> = std::sync::OnceLock::new();
    LOADED.get_or_init(linux::load).clone()
}

/// Elsewhere the system has opened them by now.
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
pub(crate) fn load() -> Result<(), Missing> {
    Ok(())
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod linux {
    use std::sync::atomic::Ordering;

    use super::Missing;
    use crate::system::cuda_entries::{CUBLAS, CUBLAS_LT, CURAND, DRIVER, Library, NVRTC, of};
    use crate::system::{find_function, open_library};

    const DRIVER_REMEDY: &str =
        "install NVIDIA's driver, and give a container its GPUs (`--gpus all`)";
    const LIBRARY_REMEDY: &str = "name the directory of CUDA's libraries in LD_LIBRARY_PATH (the PyPI packages nvidia-cublas and \
         nvidia-curand have them)";

    pub(super) fn load() -> Result<(), Missing> {
        for (library, what, remedy) in [
            (DRIVER, "NVIDIA's driver", DRIVER_REMEDY),
            (CUBLAS, "cuBLAS", LIBRARY_REMEDY),
            (CURAND, "cuRAND", LIBRARY_REMEDY),
        ] {
            open(&library).map_err(|why| Missing { what, remedy, why })?;
        }
        // candle makes an encoder of ready kernels and without these two
        for library in [CUBLAS_LT, NVRTC] {
            if let Err(why) = open(&library) {
                tracing::debug!(?why, "a library of CUDA's is not there");
            }
        }
        Ok(())
    }

    /// Opens the first of the library's files that is there, for good, and leads its entries to it.
    fn open(library: &Library) -> Result<(), Vec<String>> {
        let mut why = Vec::new();
        for file in library.files {
            match open_library(file) {
                Ok(handle) => {
                    for (function, entry) in library.functions.iter().zip(of(library)) {
                        // One that this version of the library has not keeps giving an error
                        if let Some(address) = find_function(handle, function) {
                            entry.store(address, Ordering::Release);
                        }
                    }
                    return Ok(());
                }
                Err(error) => why.push(error),
            }
        }
        Err(why)
    }
}
