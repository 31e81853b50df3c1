//! What every part that keeps files needs: private directories, file locks with a limit to the
//! wait, files that are written whole or not at all, and child processes that no project can steer.
//! Unix only.

#[cfg(not(unix))]
compile_error!("sconce keeps its files as Unix does: build it for Linux or macOS");

mod atomic;
mod error;
mod lock;
mod private;
pub mod process;

pub use atomic::{remove_dir, remove_file, write};
pub use error::DirError;
pub use lock::{FileLock, Holder};
pub use private::{Owner, open_private_log, private_dir};
