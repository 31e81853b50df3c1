//! Rate limits: a bucket of requests a caller, filled again at a steady rate. And log lines that
//! do not become more where their causes do.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
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
        self.with_bucket(caller, now, |bucket| bucket.tokens -= 1.0)
    }

    /// The same without taking any.
    pub(super) fn check(&self, caller: &str, now: Instant) -> Result<(), Duration> {
        self.with_bucket(caller, now, |_| ())
    }

    fn with_bucket(
        &self,
        caller: &str,
        now: Instant,
        take: impl FnOnce(&mut Bucket),
    ) -> Result<(), Duration> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let capacity = f64::from(self.per_minute);
        let per_second = capacity / 60.0;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            let minute = Duration::from_mins(1);
            buckets.retain(|_, bucket| now.duration_since(bucket.filled) < minute);
            if buckets.len() >= REMEMBERED {
                buckets.clear();
            }
        }
        let bucket =
            buckets.entry(caller.to_owned()).or_insert(Bucket { tokens: capacity, filled: now });
        let seconds = now.duration_since(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + seconds * per_second).min(capacity);
        bucket.filled = now;
        if bucket.tokens >= 1.0 {
            take(bucket);
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - bucket.tokens) / per_second))
    }
}

/// Whether a line is worth logging: one a second, however often its cause comes.
#[derive(Debug, Default)]
pub(super) struct LogLimit {
    last: Mutex<Option<Instant>>,
    left_out: AtomicU64,
}

impl LogLimit {
    /// How many were left out since the last one, where this one is to be logged.
    pub(super) fn next(&self, now: Instant) -> Option<u64> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| now.duration_since(last) < Duration::from_secs(1)) {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        *last = Some(now);
        Some(self.left_out.swap(0, Ordering::Relaxed))
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
    fn a_look_takes_nothing_and_an_empty_bucket_is_seen() {
        let (limit, now) = (RateLimit::new(1), Instant::now());
        for _ in 0..3 {
            limit.check("a", now).unwrap();
        }
        limit.take("a", now).unwrap();
        assert!(limit.check("a", now).is_err() && limit.check("b", now).is_ok());
    }

    #[test]
    fn a_line_a_second_is_logged_and_the_others_are_counted() {
        let (limit, now) = (LogLimit::default(), Instant::now());
        assert_eq!(limit.next(now), Some(0));
        assert_eq!((limit.next(now), limit.next(now)), (None, None));
        assert_eq!(limit.next(now + Duration::from_secs(1)), Some(2));
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = RateLimit::new(0);
        let now = Instant::now();
        assert!((0..100_000).all(|_| limit.take("a", now).is_ok()));
    }
}
