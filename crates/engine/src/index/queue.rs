//! Whose turn it is to fill an index: so many jobs at once, and the others in the order in which they
//! came.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::sync::watch;

use crate::sync::lock;

/// The jobs of a process that fill indexes, and those that wait for that.
#[derive(Debug)]
pub(crate) struct JobQueue {
    at_once: usize,
    state: Mutex<QueueState>,
    /// Told whenever a place becomes another one.
    moved: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct QueueState {
    running: usize,
    waiting: VecDeque<u64>,
    next: u64,
}

/// A job's turn, which ends when it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'q>(&'q JobQueue);

/// A job's place among those that wait, which is given up when it is dropped.
struct Place<'q> {
    queue: &'q JobQueue,
    ticket: u64,
}

impl JobQueue {
    /// A queue of which `at_once` have their turn together, one at least.
    pub(crate) fn new(at_once: usize) -> Self {
        let (at_once, state) = (at_once.max(1), Mutex::default());
        Self { at_once, state, moved: watch::Sender::default() }
    }

    /// A turn, where nobody need wait for one.
    pub(super) fn turn_now(&self) -> Option<Turn<'_>> {
        let mut state = lock(&self.state);
        let is_free = state.waiting.is_empty() && state.running < self.at_once;
        is_free.then(|| {
            state.running += 1;
            Turn(self)
        })
    }

    /// Waits for a turn; `told` hears how many have to have theirs first, each time that this changes.
    pub(super) async fn turn(&self, told: impl Fn(u64)) -> Turn<'_> {
        let mut moved = self.moved.subscribe();
        let place = self.enter();
        loop {
            let before = place.before();
            if before == 0 && place.take_turn() {
                return Turn(self);
            }
            told(before as u64 + 1);
            // The sender lives as long as the queue.
            let _ = moved.changed().await;
        }
    }

    fn enter(&self) -> Place<'_> {
        let mut state = lock(&self.state);
        let ticket = state.next;
        state.next += 1;
        state.waiting.push_back(ticket);
        Place { queue: self, ticket }
    }
}

impl Place<'_> {
    /// How many wait before this one.
    fn before(&self) -> usize {
        let state = lock(&self.queue.state);
        state.waiting.iter().take_while(|ticket| **ticket != self.ticket).count()
    }

    /// Whether there is a turn for the first of those that wait, which has it then.
    fn take_turn(&self) -> bool {
        let mut state = lock(&self.queue.state);
        let is_free = state.running < self.queue.at_once;
        if is_free {
            state.running += 1;
        }
        is_free
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        lock(&self.queue.state).waiting.retain(|ticket| *ticket != self.ticket);
        self.queue.moved.send_replace(());
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).running -= 1;
        self.0.moved.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[tokio::test]
    async fn turns_are_had_in_order_and_so_many_at_once() {
        let queue = JobQueue::new(2);
        let (first, second) = (queue.turn_now().unwrap(), queue.turn_now().unwrap());
        assert!(queue.turn_now().is_none());
        let places = [AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0)];
        let wait = |at: usize| {
            queue.turn({
                let place = &places[at];
                move |number| place.store(number, Ordering::Relaxed)
            })
        };
        let (mut third, mut fourth) = (Box::pin(wait(0)), Box::pin(wait(1)));
        let now = || places.each_ref().map(|place| place.load(Ordering::Relaxed));
        assert!(futures_pending(&mut third).await && futures_pending(&mut fourth).await);
        assert_eq!(now(), [1, 2, 0]);
        {
            let mut gives_up = Box::pin(wait(2));
            assert!(futures_pending(&mut gives_up).await);
            assert_eq!(now(), [1, 2, 3]);
        }
        drop(first);
        assert!(queue.turn_now().is_none(), "those that wait come first");
        assert!(futures_pending(&mut fourth).await);
        let third = third.await;
        assert!(futures_pending(&mut fourth).await);
        assert_eq!(now()[1], 1);
        drop((second, third));
        let fourth = fourth.await;
        assert!(queue.turn_now().is_some());
        drop(fourth);
    }

    /// Whether a future still waits after it was looked at.
    async fn futures_pending(future: &mut (impl Future + Unpin)) -> bool {
        tokio::select! {
            biased;
            _ = future => false,
            () = std::future::ready(()) => true,
        }
    }
}
