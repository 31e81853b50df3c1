//! A server with the fixtures that the official conformance suite calls, such as the tool
//! `test_simple_text`, on the transport of `sconce serve`: the same routes, guard and sessions.
//!
//! `cargo run --example conformance_fixtures` prints the line `SCONCE_READY URL`, and serves until
//! it is killed. `tests/it/conformance.rs` runs the suite on it.

#![expect(deprecated, reason = "old clients have sampling, roots and logging")]

mod answers;
mod asking;
mod changes;
mod prompts;
mod resources;
mod rounds;
mod server;
mod tasks;
mod tools;

use std::io::Write as _;

use axum::Router;
use sconce::server::{Access, mcp_router, serve};
use sconce::settings::{Config, Layers, Settings};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use server::Fixtures;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::new(&Settings::resolve(&Layers::default())?)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let shutdown = CancellationToken::new();
    let mcp = mcp_router(Fixtures::default(), &config.server, Access::open(), address, &shutdown);
    writeln!(std::io::stdout(), "SCONCE_READY http://{address}")?;
    serve(listener, Router::new().nest("/mcp", mcp), &shutdown).await?;
    Ok(())
}
