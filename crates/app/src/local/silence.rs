//! A server that says nothing while a request waits: whether it works, or has been stopped.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

/// Silence of a server under a request after which it is asked whether it is there. A server that
/// works on a request answers that at once.
const ASK_AFTER: Duration = Duration::from_secs(2);
/// Silence after which it is lost: stopped, or stuck.
pub(super) const LOST_AFTER: Duration = Duration::from_secs(9);
/// The id of that question, which no client has.
pub(super) const QUESTION: &str = "sconce-relay-ping";

/// How long a server has said nothing under a request.
pub(super) struct Silence {
    since: Instant,
    /// Whether the server was asked since.
    pub(super) is_asked: bool,
}

impl Default for Silence {
    fn default() -> Silence {
        Silence { since: Instant::now(), is_asked: false }
    }
}

impl Silence {
    /// When something is to be done about it.
    pub(super) fn next(&self) -> Instant {
        self.since + if self.is_asked { LOST_AFTER } else { ASK_AFTER }
    }
}

/// The question whether a server is there.
pub(super) fn question() -> Vec<u8> {
    json!({ "jsonrpc": "2.0", "id": QUESTION, "method": "ping" }).to_string().into_bytes()
}
