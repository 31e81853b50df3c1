//! Bodies of requests, which must come within a time.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

/// Longest wait for the next part of a body.
const PART_WITHIN: Duration = Duration::from_secs(10);
/// Longest wait for all of it.
const WHOLE_WITHIN: Duration = Duration::from_mins(1);

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
        Poll::Ready(Some(Err("the body did not come in time".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
