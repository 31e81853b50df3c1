//! Bodies of requests, which must come within a time, and be messages.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{BoxError, Json};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

use super::events;
use crate::mcp::checked_message;

/// Longest wait for the next part of a body.
const PART_WITHIN: Duration = Duration::from_secs(10);
/// Longest wait for all of it.
const WHOLE_WITHIN: Duration = Duration::from_mins(1);

/// The middleware of `/mcp` that answers a body that is no message with JSON-RPC's error; `longest` bytes are
/// read at most.
pub(super) async fn check(State(longest): State<usize>, request: Request, next: Next) -> Response {
    let is_json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if request.method() != Method::POST || !is_json {
        let is_old = events::is_of_old_client(request.headers(), None);
        let answer = next.run(request).await;
        return if is_old { events::without_empty(answer) } else { answer };
    }
    let (mut parts, body) = request.into_parts();
    let body = match whole(body, longest).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let is_empty = body.trim_ascii().is_empty();
    let refused = match checked_message(body) {
        _ if is_empty => refusal(&no_message("the body is empty", -32700)),
        Err(answer) => refusal(&answer),
        Ok(message) => {
            parts.headers.insert(header::CONTENT_LENGTH, message.len().into());
            let is_old = events::is_of_old_client(&parts.headers, Some(&message));
            let answer = next.run(Request::from_parts(parts, message.into())).await;
            let answer = if is_old { events::without_empty(answer) } else { answer };
            // What is JSON of the right type, and is refused all the same, is no message.
            if answer.status() != StatusCode::UNSUPPORTED_MEDIA_TYPE {
                return answer;
            }
            refusal(&no_message("the body is no message of MCP", -32600))
        }
    };
    refused.into_response()
}

fn refusal(answer: &impl serde::Serialize) -> (StatusCode, Json<serde_json::Value>) {
    (StatusCode::BAD_REQUEST, Json(serde_json::to_value(answer).unwrap_or_default()))
}

fn no_message(message: &str, code: i32) -> serde_json::Value {
    serde_json::json!({ "jsonrpc": "2.0", "id": null, "error": { "code": code, "message": message } })
}

/// All of a body; an answer where it is too long, or does not come.
async fn whole(body: axum::body::Body, longest: usize) -> Result<Vec<u8>, Response> {
    let mut body = std::pin::pin!(body);
    let mut read = Vec::new();
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|error| unread(&error))?;
        let Ok(data) = frame.into_data() else { continue };
        if data.len() > longest - read.len() {
            let said = format!("Payload Too Large: request body exceeds {longest} bytes");
            return Err((StatusCode::PAYLOAD_TOO_LARGE, said).into_response());
        }
        read.extend_from_slice(&data);
    }
    Ok(read)
}

/// The answer to a body that could not be read.
fn unread(error: &axum::Error) -> Response {
    let causes =
        || std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    if causes().any(is_malformed) {
        return refusal(&no_message("the body is not as HTTP has it", -32700)).into_response();
    }
    let is_slow = causes().any(<dyn std::error::Error>::is::<TooSlow>);
    let status =
        if is_slow { StatusCode::REQUEST_TIMEOUT } else { StatusCode::INTERNAL_SERVER_ERROR };
    (status, format!("Failed to read request body: {error}")).into_response()
}

/// Whether a body's chunks are malformed, or their extensions too long.
fn is_malformed(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput};
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| matches!(error.kind(), InvalidData | InvalidInput))
}

/// A body did not come in time.
#[derive(Debug)]
struct TooSlow;

impl std::fmt::Display for TooSlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body did not come in time")
    }
}

impl std::error::Error for TooSlow {}

/// A body that is an error where it does not come in time.
pub(super) struct TimedBody {
    body: Incoming,
    whole_by: Instant,
    part_by: Pin<Box<Sleep>>,
}

impl TimedBody {
    pub(super) fn new(body: Incoming) -> TimedBody {
        let now = Instant::now();
        let part_by = Box::pin(tokio::time::sleep_until(now + PART_WITHIN));
        TimedBody { body, whole_by: now + WHOLE_WITHIN, part_by }
    }
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            let next = (Instant::now() + PART_WITHIN).min(self.whole_by);
            self.part_by.as_mut().reset(next);
            return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)));
        }
        ready!(self.part_by.as_mut().poll(cx));
        Poll::Ready(Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body that ends with an error.
    struct Failing(Option<BoxError>);

    impl Body for Failing {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            Poll::Ready(self.0.take().map(Err))
        }
    }

    #[tokio::test]
    async fn a_client_that_sends_too_slowly_is_told_so() {
        let status = async |error: BoxError| {
            let body = axum::body::Body::new(Failing(Some(error)));
            whole(body, 100).await.unwrap_err().status()
        };
        assert_eq!(status(TooSlow.into()).await, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(status("reset".into()).await, StatusCode::INTERNAL_SERVER_ERROR);
        let malformed = std::io::Error::new(std::io::ErrorKind::InvalidData, "chunk extensions");
        assert_eq!(status(malformed.into()).await, StatusCode::BAD_REQUEST);
    }
}
