//! What the tests of several crates share, and no product links: a database of its own for every test,
//! the real model, made-up vectors, a sample project, an HTTP server for the edges of the network, and
//! clients of the binary. Every failure panics.
//!
//! The crates above and below depend on it for development alone. A unit test inside of a crate that
//! this one depends on would meet that crate's types twice: tests that need both lie under `tests/`.
//! Where this crate is linked, `SCONCE_CPU=amx-model` is known (`sconce-kernels`, feature `testing`).
#![forbid(unsafe_code)]

mod clusters;
mod data_dir;
mod database;
pub mod http;
pub mod http_server;
mod lease;
mod mcp_client;
pub mod model;
mod own_cluster;
mod own_data_dir;
mod plain_postgres;
mod process;
pub mod project;
mod replicated;
mod wait;

pub use clusters::Clusters;
pub use data_dir::data_dir;
pub use database::{Held, TestDatabase};
pub use mcp_client::{McpClient, json_rpc, text_of};
pub use own_data_dir::{OwnDataDir, own_data_dir};
pub use plain_postgres::server_without_vector;
pub use process::{RunningProcess, signal};
pub use replicated::Replicated;
pub use wait::wait_until;

use sconce_kernels as _;

/// Longest wait for anything: tests share a small machine.
pub const TIMEOUT: std::time::Duration = std::time::Duration::from_mins(4);
