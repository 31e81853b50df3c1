//! Whose turn it is to fill an index: so many jobs at once, and the others in the order in which they
//! came. Those that have still to read their files come before those that only lack vectors, which give
//! up their turn for them: the words of all projects are worth more than the vectors of the first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

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
    to_read: VecDeque<u64>,
    to_embed: VecDeque<u64>,
    next: u64,
}

/// What a job wants its turn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TurnFor {
    /// Both stages.
    Reading,
    /// The rest of the second one.
    Embedding,
}

/// A job's turn, which ends when it is dropped.
#[derive(Debug)]
pub(super) struct Turn(Arc<JobQueue>);

/// A job's place among those that wait, which is given up when it is dropped.
struct Place<'q> {
    queue: &'q JobQueue,
    ticket: u64,
}

impl JobQueue {
    /// A queue of which `at_once` have their turn together, one at least.
    pub(crate) fn new(at_once: usize) -> Arc<Self> {
        let (at_once, state) = (at_once.max(1), Mutex::default());
        Arc::new(Self { at_once, state, moved: watch::Sender::default() })
    }

    /// A turn to read, where nobody need wait for one.
    pub(super) fn turn_now(self: &Arc<Self>) -> Option<Turn> {
        let mut state = lock(&self.state);
        let is_free = state.to_read.is_empty() && state.running < self.at_once;
        is_free.then(|| {
            state.running += 1;
            Turn(Arc::clone(self))
        })
    }

    /// Whether somebody waits to read.
    pub(super) fn is_wanted(&self) -> bool {
        !lock(&self.state).to_read.is_empty()
    }

    /// Waits for a turn; `told` hears the place, from 1, each time that it may have changed.
    pub(super) async fn turn(self: &Arc<Self>, what: TurnFor, told: impl Fn(u64)) -> Turn {
        let place = self.enter(what);
        self.turn_at(place, told).await
    }

    /// Gives a turn to somebody who waits to read, and waits for another one to embed. `told` hears of the place
    /// before anybody else has the turn, so that no more seem to be at work than are.
    pub(super) async fn turn_after(self: &Arc<Self>, turn: Turn, told: impl Fn(u64)) -> Turn {
        let place = self.enter(TurnFor::Embedding);
        told(place.before() as u64 + 1);
        drop(turn);
        self.turn_at(place, told).await
    }

    async fn turn_at(self: &Arc<Self>, place: Place<'_>, told: impl Fn(u64)) -> Turn {
        let mut moved = self.moved.subscribe();
        loop {
            match place.take_turn() {
                Ok(()) => return Turn(Arc::clone(self)),
                Err(before) => told(before as u64 + 1),
            }
            // The sender lives as long as the queue.
            let _ = moved.changed().await;
        }
    }

    fn enter(&self, what: TurnFor) -> Place<'_> {
        let mut state = lock(&self.state);
        let ticket = state.next;
        state.next += 1;
        match what {
            TurnFor::Reading => state.to_read.push_back(ticket),
            TurnFor::Embedding => state.to_embed.push_back(ticket),
        }
        drop(state);
        // Those that wait to embed are further behind now.
        self.moved.send_replace(());
        Place { queue: self, ticket }
    }
}

impl Place<'_> {
    /// How many wait before this one.
    fn before(&self) -> usize {
        self.before_in(&lock(&self.queue.state))
    }

    fn before_in(&self, state: &QueueState) -> usize {
        let all = state.to_read.iter().chain(&state.to_embed);
        all.take_while(|ticket| **ticket != self.ticket).count()
    }

    /// Takes the turn, where there is one and nobody waits before this one; else how many do.
    fn take_turn(&self) -> Result<(), usize> {
        let mut state = lock(&self.queue.state);
        let before = self.before_in(&state);
        if before > 0 || state.running >= self.queue.at_once {
            return Err(before);
        }
        state.running += 1;
        Ok(())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.queue.state);
        state.to_read.retain(|ticket| *ticket != self.ticket);
        state.to_embed.retain(|ticket| *ticket != self.ticket);
        drop(state);
        self.queue.moved.send_replace(());
    }
}

impl Drop for Turn {
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
            queue.turn(TurnFor::Reading, {
                let place = &places[at];
                move |number| place.store(number, Ordering::Relaxed)
            })
        };
        let (mut third, mut fourth) = (Box::pin(wait(0)), Box::pin(wait(1)));
        let now = || places.each_ref().map(|place| place.load(Ordering::Relaxed));
        assert!(still_waits(&mut third).await && still_waits(&mut fourth).await);
        assert_eq!(now(), [1, 2, 0]);
        {
            let mut gives_up = Box::pin(wait(2));
            assert!(still_waits(&mut gives_up).await);
            assert_eq!(now(), [1, 2, 3]);
        }
        drop(first);
        assert!(queue.turn_now().is_none(), "those that wait come first");
        assert!(still_waits(&mut fourth).await);
        let third = third.await;
        assert!(still_waits(&mut fourth).await);
        assert_eq!(now()[1], 1);
        drop((second, third));
        let fourth = fourth.await;
        assert!(queue.turn_now().is_some());
        drop(fourth);
    }

    #[tokio::test]
    async fn those_that_have_still_to_read_come_first() {
        let queue = JobQueue::new(1);
        let first = queue.turn_now().unwrap();
        assert!(!queue.is_wanted());
        let mut embeds = Box::pin(queue.turn(TurnFor::Embedding, |_| ()));
        assert!(still_waits(&mut embeds).await && !queue.is_wanted());
        let mut reads = Box::pin(queue.turn(TurnFor::Reading, |_| ()));
        assert!(still_waits(&mut reads).await && queue.is_wanted());
        drop(first);
        assert!(still_waits(&mut embeds).await, "though it came earlier");
        let second = reads.await;
        assert!(still_waits(&mut embeds).await && !queue.is_wanted());
        drop(second);
        embeds.await;
    }

    #[tokio::test]
    async fn a_turn_that_is_given_away_is_told_before_anybody_has_it() {
        let queue = JobQueue::new(1);
        let first = queue.turn_now().unwrap();
        let mut reads = Box::pin(queue.turn(TurnFor::Reading, |_| ()));
        assert!(still_waits(&mut reads).await);
        let told = Mutex::new(Vec::new());
        let mut embeds = Box::pin(queue.turn_after(first, |place| {
            lock(&told).push((place, lock(&queue.state).running));
        }));
        assert!(still_waits(&mut embeds).await);
        assert_eq!(lock(&told)[0], (2, 1), "its place, and its own turn");
        let second = reads.await;
        assert!(still_waits(&mut embeds).await);
        drop(second);
        embeds.await;
    }

    /// Whether a future still waits after it was looked at.
    async fn still_waits(future: &mut (impl Future + Unpin)) -> bool {
        tokio::select! {
            biased;
            _ = future => false,
            () = std::future::ready(()) => true,
        }
    }
}
