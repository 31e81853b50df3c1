//! Who may call `/mcp`, and read the details of `/health`: token, user, rate, sessions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::access::Access;
use super::connections::{Peer, origin_of};
use super::error;
use super::limits::{LogLimit, RateLimit};
use super::peers;
use super::sessions::Sessions;
use crate::mcp::revision::{SESSIONLESS, is_sessionless};
use crate::settings::ServerConfig;

/// Wrong tokens of one address in a minute, before any further one is looked at.
const WRONG_TOKENS: u32 = 30;

/// What every request to `/mcp` must pass.
pub(super) struct Guard {
    access: Access,
    rate: RateLimit,
    wrong_tokens: RateLimit,
    log: LogLimit,
    sessions: Sessions,
}

/// What a request shows of its caller.
enum Credential {
    /// The token.
    Token,
    /// That it comes of a process that needs none.
    Nothing,
}

impl Guard {
    pub(super) fn new(config: &ServerConfig, access: Access, sessions: Sessions) -> Guard {
        let rate = RateLimit::new(config.rate_limit);
        let wrong_tokens = RateLimit::new(WRONG_TOKENS);
        Guard { access, rate, wrong_tokens, log: LogLimit::default(), sessions }
    }

    async fn refusal(&self, headers: &HeaderMap, peer: &Peer) -> Option<Response> {
        let from = origin_of(peer.address).to_string();
        // Behind a token all its users share one rate; without one each address has its own.
        let caller = match self.shown(headers, peer, &from).await {
            Ok(Credential::Token) => "token",
            Ok(Credential::Nothing) => from.as_str(),
            Err(refusal) => return Some(refusal),
        };
        let wait = self.rate.take(caller, Instant::now()).err()?;
        self.tell(peer, "request beyond the rate limit");
        Some(too_many("too many requests", "or raise SCONCE_RATE_LIMIT", wait))
    }

    async fn shown(
        &self,
        headers: &HeaderMap,
        peer: &Peer,
        from: &str,
    ) -> Result<Credential, Response> {
        let tried = self.wrong_tokens.check(from, Instant::now());
        let given = bearer(headers);
        if tried.is_ok() && given.is_some_and(|given| self.is_token(given)) {
            return Ok(Credential::Token);
        }
        if self.access.is_open() || (self.access.same_user() && is_ours(headers, peer).await) {
            return Ok(Credential::Nothing);
        }
        if let (Err(wait), true) = (tried, given.is_some()) {
            self.tell(peer, "too many wrong tokens");
            return Err(too_many("too many wrong tokens", "and read the token again", wait));
        }
        if given.is_some() {
            // That it is the last one is seen by the next one.
            let _ = self.wrong_tokens.take(from, Instant::now());
            self.tell(peer, "request with a wrong token");
        } else {
            self.tell(peer, "request without the token");
        }
        Err(unauthorized(given.is_some()))
    }

    fn is_token(&self, given: &str) -> bool {
        self.access.token().is_some_and(|token| token.matches(given))
    }

    fn tell(&self, peer: &Peer, what: &str) {
        if let Some(left_out) = self.log.next(Instant::now()) {
            tracing::warn!(from = %peer.address, left_out, "{what}");
        }
    }

    /// Whether a request may see more of the server's state than that it has one. `is_own` says
    /// that it calls this machine by a name that no web page can have.
    pub(super) async fn sees_details(
        &self,
        headers: &HeaderMap,
        peer: &Peer,
        is_own: bool,
    ) -> bool {
        let from = origin_of(peer.address).to_string();
        if let Some(given) = bearer(headers)
            && self.wrong_tokens.check(&from, Instant::now()).is_ok()
        {
            if self.is_token(given) {
                return true;
            }
            let _ = self.wrong_tokens.take(&from, Instant::now());
        }
        is_own && peers::are_known() && is_ours(headers, peer).await
    }
}

/// Whether a request comes straight from a process of this user.
async fn is_ours(headers: &HeaderMap, peer: &Peer) -> bool {
    !peers::is_forwarded(headers) && peer.is_same_user().await
}

/// The middleware of `/mcp`.
pub(super) async fn check(
    State(guard): State<Arc<Guard>>,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    // The body is not `Sync`, so that nothing of the request but this may be held on to.
    let headers = request.headers().clone();
    if let Some(refusal) = guard.refusal(&headers, &peer).await {
        return refusal;
    }
    if opens_session(&request) && guard.sessions.full().await {
        guard.tell(&peer, "no session is free");
        return later(
            StatusCode::SERVICE_UNAVAILABLE,
            "no session is free",
            &format!("close a client, raise SCONCE_MAX_SESSIONS, or speak revision {SESSIONLESS}"),
            30,
        );
    }
    next.run(request).await
}

/// Whether a request may make a session: one of a revision that has them, without having one.
fn opens_session(request: &Request) -> bool {
    let headers = request.headers();
    let is_sessionless = headers
        .get("mcp-protocol-version")
        .and_then(|version| version.to_str().ok())
        .is_some_and(is_sessionless);
    request.method() == axum::http::Method::POST
        && !headers.contains_key("mcp-session-id")
        && !is_sessionless
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
        "send `Authorization: Bearer TOKEN`; the server's data directory holds the token, or \
         SCONCE_TOKEN sets it",
    );
    let challenge = HeaderValue::from_static("Bearer realm=\"sconce\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

fn too_many(message: &str, more: &str, wait: Duration) -> Response {
    let hint = format!("wait as long as Retry-After says, {more}");
    later(StatusCode::TOO_MANY_REQUESTS, message, &hint, wait.as_secs() + 1)
}

fn later(status: StatusCode, message: &str, hint: &str, seconds: u64) -> Response {
    let mut response = error(status, message, hint);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}
