//! Threads that share the parts of one kernel call.

use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle, Thread};

type Task<'a> = dyn Fn(usize, usize) + Sync + 'a;

/// One thread, or several that spin for the next piece of work while a forward pass is under way
/// and sleep otherwise.
///
/// Parts are claimed one by one, so a helper that the system gives no time to holds nobody up: the
/// caller does the parts itself.
pub struct Team {
    dispatcher: Arc<Dispatcher>,
    helpers: Vec<JoinHandle<()>>,
}

/// Parts for each thread: enough that an unlucky thread's last part is short.
const PARTS_PER_THREAD: usize = 4;
/// How often a helper looks for work before it gives its core to others, and before it sleeps.
const SPINS: usize = 4_000;
const YIELDS: usize = 200;

struct Dispatcher {
    /// Run number (32 bits), parts of the run (16), next part to claim (16).
    claims: AtomicU64,
    done: AtomicUsize,
    /// The run's task. Written by the caller between runs; read by whoever claimed a part, which
    /// keeps the run alive.
    task: UnsafeCell<Option<*const Task<'static>>>,
    failed: AtomicBool,
    stop: AtomicBool,
    sleeping: Vec<AtomicBool>,
}

// SAFETY: `task` is only written while no part is claimed, and what it points to is `Sync`.
unsafe impl Sync for Dispatcher {}
// SAFETY: the pointer is only followed during the run that it belongs to.
unsafe impl Send for Dispatcher {}

impl Team {
    /// `threads` in all: the caller and `threads - 1` helpers.
    pub fn new(threads: usize) -> Self {
        let helpers = threads.saturating_sub(1);
        let dispatcher = Arc::new(Dispatcher {
            claims: AtomicU64::new(0),
            done: AtomicUsize::new(0),
            task: UnsafeCell::new(None),
            failed: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            sleeping: (0..helpers).map(|_| AtomicBool::new(false)).collect(),
        });
        let spawn = |index| {
            let dispatcher = Arc::clone(&dispatcher);
            thread::Builder::new()
                .name(format!("embed-helper-{index}"))
                .spawn(move || dispatcher.help(index))
                .ok()
        };
        // A thread that cannot be started is one helper less.
        let helpers = (0..helpers).filter_map(spawn).collect();
        Self { dispatcher, helpers }
    }

    /// Threads, the caller among them.
    #[inline]
    pub fn threads(&self) -> usize {
        self.helpers.len() + 1
    }

    /// Into how many parts `items` should be split.
    pub(crate) fn parts(&self, items: usize) -> usize {
        let wanted = if self.helpers.is_empty() { 1 } else { self.threads() * PARTS_PER_THREAD };
        wanted.min(items)
    }

    /// Calls `task(part, thread)` for each of `parts`, each once; returns when all are done. No two
    /// calls at the same time have the same `thread`, a number below [`Team::threads`].
    pub(crate) fn run(&mut self, parts: usize, task: &Task<'_>) {
        if self.helpers.is_empty() || parts <= 1 {
            (0..parts).for_each(|part| task(part, 0));
            return;
        }
        assert!(u16::try_from(parts).is_ok(), "too many parts");
        let dispatcher = &*self.dispatcher;
        let task: *const Task<'_> = task;
        #[expect(
            clippy::transmute_ptr_to_ptr,
            reason = "a cast can't lengthen a trait object's life"
        )]
        // SAFETY: only the lifetime changes. The pointer is followed by threads that claimed a part
        // of this run, and this function returns after all claimed parts are done.
        let task: *const Task<'static> = unsafe { std::mem::transmute(task) };
        // SAFETY: the last run is over, so nobody reads the cell.
        unsafe { *dispatcher.task.get() = Some(task) };
        dispatcher.done.store(0, Ordering::Relaxed);
        let run = (dispatcher.claims.load(Ordering::Relaxed) >> 32).wrapping_add(1);
        dispatcher.claims.store(run << 32 | (parts as u64) << 16, Ordering::SeqCst);
        for (helper, sleeping) in self.helpers.iter().zip(&dispatcher.sleeping) {
            if sleeping.load(Ordering::SeqCst) {
                Thread::unpark(helper.thread());
            }
        }
        let wait = WaitForAll { dispatcher, parts };
        while dispatcher.work(self.helpers.len()) {}
        drop(wait);
        assert!(!dispatcher.failed.load(Ordering::Relaxed), "a kernel panicked on a helper thread");
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.dispatcher.stop.store(true, Ordering::SeqCst);
        for helper in self.helpers.drain(..) {
            helper.thread().unpark();
            // A panic was reported by the run it happened in.
            let _ = helper.join();
        }
    }
}

/// Waits on drop, so that a panic of the caller's own part leaves no helper with a stale task.
struct WaitForAll<'a> {
    dispatcher: &'a Dispatcher,
    parts: usize,
}

impl Drop for WaitForAll<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            // Nobody claims the parts that are left.
            let claims = self.dispatcher.claims.load(Ordering::SeqCst);
            let claimed =
                self.dispatcher.claims.swap(claims & !0xffff_ffff, Ordering::SeqCst) & 0xffff;
            self.parts = claimed as usize;
        }
        let mut spins = 0;
        while self.dispatcher.done.load(Ordering::Acquire) < self.parts {
            spin_or_yield(&mut spins);
        }
    }
}

/// Counts a part as done, whether its task returns or panics.
struct PartGuard<'a>(&'a Dispatcher);

impl Drop for PartGuard<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.failed.store(true, Ordering::Relaxed);
        }
        self.0.done.fetch_add(1, Ordering::Release);
    }
}

impl Dispatcher {
    /// Claims one part and does it; false where none is left.
    fn work(&self, thread: usize) -> bool {
        let mut claims = self.claims.load(Ordering::SeqCst);
        loop {
            let (parts, next) = (claims >> 16 & 0xffff, claims & 0xffff);
            if next >= parts {
                return false;
            }
            let claim = self.claims.compare_exchange(
                claims,
                claims + 1,
                Ordering::SeqCst,
                Ordering::SeqCst,
            );
            if let Err(now) = claim {
                claims = now;
                continue;
            }
            let _guard = PartGuard(self);
            // SAFETY: the claimed part belongs to the current run, which cannot end before the part
            // is done; the task was written before the run's claims were published.
            if let Some(task) = unsafe { *self.task.get() } {
                // SAFETY: as above, the task outlives its run.
                unsafe { (*task)(next as usize, thread) };
            }
            return true;
        }
    }

    fn help(&self, index: usize) {
        let mut spins = 0;
        while !self.stop.load(Ordering::SeqCst) {
            if self.work(index) {
                spins = 0;
            } else if spins < SPINS + YIELDS {
                spin_or_yield(&mut spins);
            } else {
                self.sleep(index);
                spins = 0;
            }
        }
    }

    fn sleep(&self, index: usize) {
        self.sleeping[index].store(true, Ordering::SeqCst);
        let claims = self.claims.load(Ordering::SeqCst);
        let idle = claims & 0xffff >= claims >> 16 & 0xffff;
        if idle && !self.stop.load(Ordering::SeqCst) {
            thread::park();
        }
        self.sleeping[index].store(false, Ordering::SeqCst);
    }
}

fn spin_or_yield(spins: &mut usize) {
    *spins += 1;
    if *spins < SPINS {
        std::hint::spin_loop();
    } else {
        thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_runs_once_in_every_run() {
        for threads in [1, 2, 3] {
            let mut team = Team::new(threads);
            for run in 0..500 {
                let parts = run % 23;
                let counts: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
                team.run(parts, &|part, thread| {
                    assert!(thread < threads);
                    counts[part].fetch_add(1, Ordering::Relaxed);
                });
                assert!(counts.iter().all(|c| c.load(Ordering::Relaxed) == 1));
            }
        }
    }

    #[test]
    fn a_team_wakes_after_a_sleep() {
        let mut team = Team::new(2);
        let count = AtomicUsize::new(0);
        for _ in 0..3 {
            thread::sleep(std::time::Duration::from_millis(20));
            team.run(8, &|_, _| {
                count.fetch_add(1, Ordering::Relaxed);
            });
        }
        assert_eq!(count.into_inner(), 24);
    }

    #[test]
    fn a_panic_reaches_the_caller() {
        let mut team = Team::new(2);
        let run = std::panic::AssertUnwindSafe(|| {
            team.run(8, &|part, _| assert!(part != 5, "as planned"));
        });
        assert!(std::panic::catch_unwind(run).is_err());
    }
}
