//! How fast a worker is of late.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Older work says nothing of now.
const WINDOW: Duration = Duration::from_secs(30);
/// Over less time a rate is chance.
const LEAST: Duration = Duration::from_secs(1);

/// Chunks over time.
#[derive(Debug)]
pub(super) struct Rate {
    since: Instant,
    done: VecDeque<(Instant, u64)>,
}

impl Rate {
    pub(super) fn new(now: Instant) -> Self {
        Self { since: now, done: VecDeque::new() }
    }

    pub(super) fn add(&mut self, now: Instant, chunks: u64) {
        self.done.push_back((now, chunks));
        self.forget(now);
    }

    /// Chunks a second, over the window or since the beginning.
    pub(super) fn per_second(&mut self, now: Instant) -> f64 {
        self.forget(now);
        let chunks: u64 = self.done.iter().map(|(_, chunks)| chunks).sum();
        let over = now.duration_since(self.since).clamp(LEAST, WINDOW);
        chunks as f64 / over.as_secs_f64()
    }

    fn forget(&mut self, now: Instant) {
        let is_old = |at: Instant| now.duration_since(at) > WINDOW;
        while self.done.front().is_some_and(|(at, _)| is_old(*at)) {
            self.done.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_of_the_last_half_minute() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut rate = Rate::new(start);
        rate.add(at(10), 100);
        assert!((rate.per_second(at(10)) - 10.0).abs() < 1e-9);
        rate.add(at(35), 60);
        assert!((rate.per_second(at(39)) - 160.0 / 30.0).abs() < 1e-9);
        assert!((rate.per_second(at(50)) - 2.0).abs() < 1e-9);
        assert!(rate.per_second(at(80)).abs() < 1e-9, "it rests");
    }
}
