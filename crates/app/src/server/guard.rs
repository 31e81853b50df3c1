//! Who may call `/mcp`: token, rate, sessions; and which hosts and origins count as ours.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::error;
use super::limits::RateLimit;
use super::sessions::Sessions;
use super::token::Token;
use crate::settings::ServerConfig;

/// What every request to `/mcp` must pass.
pub(super) struct Guard {
    token: Option<Token>,
    rate: RateLimit,
    sessions: Sessions,
}

impl Guard {
    pub(super) fn new(config: &ServerConfig, token: Option<Token>, sessions: Sessions) -> Guard {
        Guard { token, rate: RateLimit::new(config.rate_limit), sessions }
    }

    fn refusal(&self, headers: &HeaderMap, from: SocketAddr) -> Option<Response> {
        let given = bearer(headers);
        if let Some(token) = &self.token
            && !given.is_some_and(|given| token.matches(given))
        {
            tracing::warn!(%from, given = given.is_some(), "request without the bearer token");
            return Some(unauthorized(given.is_some()));
        }
        // Behind a token all its users share one rate; without one each address has its own.
        let caller = given.map_or_else(|| from.ip().to_string(), |_| "token".to_owned());
        if let Err(wait) = self.rate.take(&caller, Instant::now()) {
            tracing::warn!(%from, "request beyond the rate limit");
            return Some(later(
                StatusCode::TOO_MANY_REQUESTS,
                "too many requests",
                "wait as long as Retry-After says, or raise SCONCE_RATE_LIMIT",
                wait.as_secs() + 1,
            ));
        }
        None
    }
}

/// The middleware of `/mcp`.
pub(super) async fn check(
    State(guard): State<Arc<Guard>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if let Some(refusal) = guard.refusal(request.headers(), from) {
        return refusal;
    }
    if opens_session(&request) && guard.sessions.full().await {
        tracing::warn!(%from, "no session is free");
        return later(
            StatusCode::SERVICE_UNAVAILABLE,
            "no session is free",
            "close a client, raise SCONCE_MAX_SESSIONS, or speak revision 2026-07-28",
            30,
        );
    }
    next.run(request).await
}

/// Whether a request may make a session: one of a revision that has them, without having one.
fn opens_session(request: &Request) -> bool {
    let headers = request.headers();
    let modern = headers
        .get("mcp-protocol-version")
        .and_then(|version| version.to_str().ok())
        .is_some_and(|version| version >= "2026-07-28");
    request.method() == axum::http::Method::POST
        && !headers.contains_key("mcp-session-id")
        && !modern
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthorized(given: bool) -> Response {
    let message = if given { "the bearer token is wrong" } else { "a bearer token is required" };
    let mut response = error(
        StatusCode::UNAUTHORIZED,
        message,
        "send `Authorization: Bearer TOKEN`; the server's data folder holds the token, or \
         SCONCE_TOKEN sets it",
    );
    let challenge = HeaderValue::from_static("Bearer realm=\"sconce\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

fn later(status: StatusCode, message: &str, hint: &str, seconds: u64) -> Response {
    let mut response = error(status, message, hint);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Origins of web pages that may call: this machine's own, and those of the settings.
pub(super) fn origins(config: &ServerConfig) -> Vec<String> {
    let own = ["http", "https"].into_iter().flat_map(|scheme| {
        ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{scheme}://{host}:*"))
    });
    own.chain(config.allowed_origins.iter().cloned()).collect()
}

/// Names that a request's `Host` may carry. `None` where any may: behind a token a page that has
/// rebound its name to this machine gets nowhere, and a container's name is not known here.
pub(super) fn hosts(
    config: &ServerConfig,
    address: SocketAddr,
    token: bool,
) -> Option<Vec<String>> {
    if !config.host.is_loopback() && token && config.allowed_hosts.is_empty() {
        return None;
    }
    let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let bound = (!address.ip().is_unspecified()).then(|| address.ip().to_string());
    Some(own.into_iter().chain(bound).chain(config.allowed_hosts.iter().cloned()).collect())
}
