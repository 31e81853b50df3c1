//! What every part that keeps files needs: private directories, file locks with a limit to the
//! wait, files that are written whole or not at all or read where they lie, and child processes that no project can steer.
//! Unix only.

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!(
    "Sconce runs on Linux and macOS. On Windows build and run it inside of WSL, or use the container \
     (docker/README.md)."
);

mod atomic;
mod error;
mod lock;
mod mapped;
mod private;
pub mod process;

pub use atomic::{remove_dir, remove_file, write, write_with};
pub use error::{DirError, DirRemedy, Holder};
pub use lock::FileLock;
pub use mapped::MappedFile;
pub use private::{Owner, open_private_log, private_dir};
