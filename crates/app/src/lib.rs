//! Sconce, the binary: command line, MCP, HTTP, settings, logs.
//!
//! The only crate that knows clap, rmcp and axum. Everything it does is asked of `sconce-engine`;
//! here words become requests, and answers become text, JSON or protocol.
#![forbid(unsafe_code)]

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!(
    "Sconce runs on Linux and macOS. On Windows build and run it inside of WSL, or use the container \
     (docker/README.md)."
);

pub mod cli;
mod commands;
mod failure;
mod index_name;
mod lines;
mod local;
mod logging;
pub mod mcp;
mod no_results;
mod output;
mod paths;
mod remedy;
pub mod server;
mod services;
pub mod settings;
mod signals;
mod start;
mod uri;
pub mod warmup;
pub mod watch;
mod work;

pub use failure::{Exit, Failure};
pub use start::main;

/// Version of sconce.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
