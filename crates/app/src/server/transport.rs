//! The way of a request to a handler of MCP: socket, guard, sessions, streamable HTTP.
//!
//! It is the same for every handler, so that the conformance suite can meet it with fixtures that
//! the product does not have (`examples/conformance_fixtures`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Router, middleware};
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::tower::StreamableHttpService;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::guard::{self, Guard};
use super::sessions::Sessions;
use super::token::Token;
use crate::settings::ServerConfig;

/// Longest wait for requests, and then for jobs, to end after a signal.
pub(super) const GRACE: Duration = Duration::from_secs(3);

/// The routes of `/mcp`: each request passes the guard and reaches a clone of `handler`. `address`
/// is the one that is listened on.
#[doc(hidden)]
pub fn mcp_router<H: ServerHandler + Clone>(
    handler: H,
    config: &ServerConfig,
    token: Option<Token>,
    address: SocketAddr,
    shutdown: &CancellationToken,
) -> Router {
    let sessions = Sessions::new(config);
    let transport = transport(config, address, token.is_some(), shutdown);
    let service =
        StreamableHttpService::new(move || Ok(handler.clone()), sessions.manager(), transport);
    let guard = Guard::new(config, token, sessions);
    Router::new()
        .fallback_service(service)
        .layer(middleware::from_fn_with_state(Arc::new(guard), guard::check))
}

fn transport(
    config: &ServerConfig,
    address: SocketAddr,
    token: bool,
    shutdown: &CancellationToken,
) -> StreamableHttpServerConfig {
    let transport = StreamableHttpServerConfig::default()
        .with_cancellation_token(shutdown.child_token())
        .with_max_request_body_bytes(config.max_body_bytes)
        .with_allowed_origins(guard::origins(config))
        .enforce_origin_validation();
    match guard::hosts(config, address, token) {
        Some(hosts) => transport.with_allowed_hosts(hosts),
        None => transport.disable_allowed_hosts(),
    }
}

/// Serves routes on a listener until the shutdown.
#[doc(hidden)]
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: &CancellationToken,
) -> std::io::Result<()> {
    let ending = shutdown.clone();
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move { ending.cancelled().await });
    tokio::select! {
        ended = serving => ended,
        // Streams that clients hold open do not keep a server from ending.
        () = after(shutdown, GRACE) => Ok(()),
    }
}

async fn after(token: &CancellationToken, pause: Duration) {
    token.cancelled().await;
    tokio::time::sleep(pause).await;
}
