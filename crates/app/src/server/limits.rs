//! Rate limits: a bucket of requests a caller, filled again at a steady rate.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Callers whose buckets are remembered; beyond it full ones are forgotten.
const REMEMBERED: usize = 10_000;

/// Limits requests a minute and a caller.
#[derive(Debug)]
pub(super) struct RateLimit {
    per_minute: u32,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl RateLimit {
    /// `per_minute` of 0 limits nothing.
    pub(super) fn new(per_minute: u32) -> RateLimit {
        RateLimit { per_minute, buckets: Mutex::default() }
    }

    /// Takes one request of a caller at this time, or says how long to wait for the next one.
    pub(super) fn take(&self, caller: &str, now: Instant) -> Result<(), Duration> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let capacity = f64::from(self.per_minute);
        let per_second = capacity / 60.0;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            let minute = Duration::from_mins(1);
            buckets.retain(|_, bucket| now.duration_since(bucket.filled) < minute);
        }
        let bucket =
            buckets.entry(caller.to_owned()).or_insert(Bucket { tokens: capacity, filled: now });
        let seconds = now.duration_since(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + seconds * per_second).min(capacity);
        bucket.filled = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - bucket.tokens) / per_second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_beyond_the_limit_waits_and_another_does_not() {
        let limit = RateLimit::new(60);
        let start = Instant::now();
        for _ in 0..60 {
            limit.take("a", start).unwrap();
        }
        assert_eq!(limit.take("a", start), Err(Duration::from_secs(1)));
        limit.take("b", start).unwrap();
        limit.take("a", start + Duration::from_secs(1)).unwrap();
        assert!(limit.take("a", start + Duration::from_secs(1)).is_err());
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = RateLimit::new(0);
        let now = Instant::now();
        assert!((0..100_000).all(|_| limit.take("a", now).is_ok()));
    }
}
