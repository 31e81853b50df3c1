//! Waiting for what another process or another thread does.

use std::time::{Duration, Instant};

use crate::TIMEOUT;

/// Waits until `is_so`, which is asked again and again; panics with `what` where that takes too long.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + TIMEOUT;
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
