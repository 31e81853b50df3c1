//! The local server: one model and one set of caches for all stdio processes of a user.
//!
//! - **Found.** A Unix socket in a directory that only the user enters. Its name is a fingerprint of
//!   the binary and of the settings that decide what a server answers, so that another version or
//!   another configuration has a server of its own.
//! - **Owned.** Whoever holds the lock beside the socket serves on it, and nobody else. A server
//!   that was killed has let go of its lock; the next one replaces its socket.
//! - **Ended.** By itself when nobody has used it for some time and no index job runs; by SIGTERM
//!   or `sconce local stop`. A `sconce serve` of the same settings serves on the socket too, as
//!   long as it runs.
//!
//! `sconce mcp` relays between its client and the local server (`relay.rs`). The first line that it
//! sends says which projects its client means; after the server's answer the lines are MCP, served
//! by the code that serves stdin and stdout. A server that is lost is replaced, and the client
//! notices nothing.

mod address;
mod behind;
mod find;
mod handshake;
mod relay;
mod search;
mod server;
mod session;
mod silence;

pub(crate) use address::Address;
pub(crate) use behind::index_behind;
pub(crate) use find::{LocalServerConnector, Stopped, log_file, start, status, stop};
pub(crate) use handshake::{ServerKind, ServerStatus};
pub(crate) use relay::{InProcessServer, relay};
pub(crate) use search::search;
pub(crate) use server::{LocalServer, beside};
