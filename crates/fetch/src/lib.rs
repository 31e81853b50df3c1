//! Downloads: bounded, resumed, retried, checked by sha256. They trust what the machine trusts (its
//! certificates, proxies and `netrc`), and speak the Python package index's simple API, found as pip
//! finds it. Archives are unpacked within bounds.
//!
//! No process is run, and nothing in the working directory is read.
#![forbid(unsafe_code)]

mod address;
mod archive;
mod client;
mod download;
mod error;
mod hash;
pub mod index;
mod settings;

pub use address::Address;
pub use archive::{Archive, ArchiveLimits};
pub use client::Client;
pub use download::{Download, Progress};
pub use error::{FetchError, FetchRemedy};
pub use hash::{sha256, sha256_file};
pub use settings::{Environment, PipSettings};

/// The crate's result.
pub(crate) type Result<T, E = FetchError> = std::result::Result<T, E>;
