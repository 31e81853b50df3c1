//! Events of a stream that old clients cannot read.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};

use crate::mcp::revision::knows_empty_events;

/// What every client ignores.
const COMMENT: &[u8] = b":\n\n";

/// Whether the client of a request speaks a revision without such events, by its header, or by what it proposes in
/// `initialize`, which has none.
pub(super) fn is_of_old_client(headers: &HeaderMap, message: Option<&[u8]>) -> bool {
    if let Some(revision) = headers.get("mcp-protocol-version") {
        return revision.to_str().is_ok_and(|revision| !knows_empty_events(revision));
    }
    let message: Option<serde_json::Value> =
        message.and_then(|message| serde_json::from_slice(message).ok());
    let proposed =
        message.as_ref().and_then(|message| message["params"]["protocolVersion"].as_str());
    !proposed.is_some_and(knows_empty_events)
}

/// An answer in which events without a message are comments, where it is a stream.
pub(super) fn without_empty(answer: Response) -> Response {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let is_stream = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if is_stream { answer.map(|body| Body::new(Events(body))) } else { answer }
}

/// A stream of events, of which each comes as a frame.
struct Events(Body);

impl HttpBody for Events {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.0).poll_frame(cx);
        frame.map(|frame| frame.map(|frame| frame.map(|frame| frame.map_data(readable))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

fn readable(event: Bytes) -> Bytes {
    if is_empty(&event) { Bytes::from_static(COMMENT) } else { event }
}

/// Whether an event has no data: `data: `, `id: 0` and `retry: 3000` in any order.
fn is_empty(event: &[u8]) -> bool {
    let mut has_data_line = false;
    let lines = event.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for line in lines {
        match line.split(|byte| *byte == b':').next() {
            Some(b"data") if line[b"data:".len().min(line.len())..].trim_ascii().is_empty() => {
                has_data_line = true;
            }
            Some(b"id" | b"retry") => {}
            _ => return false,
        }
    }
    has_data_line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_without_data_is_empty() {
        for empty in ["data: \nid: 0\nretry: 3000\n\n", "id: 1\ndata:\n\n", "data\n\n"] {
            assert!(is_empty(empty.as_bytes()), "{empty}");
        }
        for full in ["data: {}\n\n", "data: \ndata: {}\nid: 3\n\n", ":\n\n", "retry: 3\n\n", ""] {
            assert!(!is_empty(full.as_bytes()), "{full}");
        }
    }

    #[test]
    fn the_revision_of_a_client_is_in_its_header_or_its_handshake() {
        let headers = |revision: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("mcp-protocol-version", revision.parse().unwrap());
            headers
        };
        assert!(is_of_old_client(&headers("2025-06-18"), None));
        assert!(!is_of_old_client(&headers("2025-11-25"), None));
        let hello =
            |revision: &str| format!("{{\"params\":{{\"protocolVersion\":\"{revision}\"}}}}");
        let none = HeaderMap::new();
        assert!(is_of_old_client(&none, Some(hello("2024-11-05").as_bytes())));
        assert!(!is_of_old_client(&none, Some(hello("2026-07-28").as_bytes())));
        assert!(is_of_old_client(&none, None) && is_of_old_client(&none, Some(b"{}")));
    }
}
