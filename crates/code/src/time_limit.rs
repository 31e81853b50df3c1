//! How long the work on a text may take.

use std::cell::Cell;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// So long for a MiB, and for any text below one: more than twice what any of four thousand files above 60 KB in fifty
/// projects took on a busy machine. With what is left of the work on a text that is given up, a MiB takes a second.
const FOR_A_MIB: Duration = Duration::from_millis(750);

/// The clock of the processor is asked so often: that of the wall costs less.
const ASK_EVERY: Duration = Duration::from_millis(2);

/// A bound on the time that this thread may have a processor for: what waits for its turn on a busy machine is no
/// slower text than on an idle one.
#[derive(Debug)]
pub(crate) struct TimeLimit {
    /// On the thread's clock.
    end: Duration,
    asked: Cell<Instant>,
    is_over: Cell<bool>,
}

impl TimeLimit {
    /// From now on for all of a text of so many bytes.
    pub(crate) fn of(bytes: usize) -> Self {
        let kib = u32::try_from(bytes >> 10).unwrap_or(u32::MAX).max(1024);
        Self::after(FOR_A_MIB.saturating_mul(kib) / 1024)
    }

    pub(crate) fn after(time: Duration) -> Self {
        let end = on_processor().saturating_add(time);
        Self { end, asked: Cell::new(Instant::now()), is_over: Cell::new(time.is_zero()) }
    }

    /// Whether the time is over.
    pub(crate) fn is_over(&self) -> bool {
        if !self.is_over.get() && self.asked.get().elapsed() >= ASK_EVERY {
            self.asked.set(Instant::now());
            self.is_over.set(on_processor() >= self.end);
        }
        self.is_over.get()
    }
}

/// For how long this thread has had a processor.
fn on_processor() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_grows_with_the_bytes_and_not_in_steps() {
        let from_now = |bytes| TimeLimit::of(bytes).end.saturating_sub(on_processor());
        let about = |bytes, time: Duration| {
            let found = from_now(bytes);
            assert!(
                found <= time && found + Duration::from_millis(20) > time,
                "{bytes}: {found:?}"
            );
        };
        about(0, FOR_A_MIB);
        about(1 << 20, FOR_A_MIB);
        about((1 << 20) + 300, FOR_A_MIB);
        about(3 << 19, FOR_A_MIB * 3 / 2);
        about(8 << 20, FOR_A_MIB * 8);
        assert!(from_now(usize::MAX) > FOR_A_MIB * 1000);
    }

    #[test]
    fn what_waits_takes_no_time_and_what_works_does() {
        let limit = TimeLimit::after(Duration::from_millis(20));
        std::thread::sleep(Duration::from_millis(60));
        assert!(!limit.is_over());
        // It ends.
        while !limit.is_over() {}
        assert!(TimeLimit::after(Duration::ZERO).is_over());
    }
}
