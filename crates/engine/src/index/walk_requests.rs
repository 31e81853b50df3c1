//! When a job has done all that it was asked for.

use std::sync::{Mutex, MutexGuard};

use tokio::sync::Notify;

use crate::sync::lock;

/// So often a job walks at most before it embeds, and so often again from each walk that its embedding makes way
/// for: who asked first does not wait for all who ask later.
const MOST: u32 = 2;

/// Who asks for what a job does, and whether a walk is still to begin that serves them. A job that is
/// asked for after its walk walks once more.
#[derive(Debug, Default)]
pub(super) struct WalkRequests {
    state: Mutex<WalkState>,
    /// Somebody has asked.
    came: Notify,
}

#[derive(Debug, Default)]
struct WalkState {
    /// Walks that have begun.
    begun: u32,
    /// Whether somebody has asked since the last one began.
    asked: bool,
    /// Whether the job has long to embed, and walks as often as it is asked to meanwhile.
    embedding: bool,
    /// Nothing is taken up any more.
    over: bool,
}

impl WalkRequests {
    /// Asks for a walk that is still to begin; whether there will be one.
    pub(super) fn ask(&self) -> bool {
        let mut state = self.lock();
        state.asked = !state.over && (state.embedding || state.begun < MOST);
        self.came.notify_one();
        state.asked
    }

    /// Whether somebody has asked since the last walk began.
    pub(super) fn is_asked(&self) -> bool {
        self.lock().asked
    }

    /// Waits until somebody has asked.
    pub(super) async fn asked(&self) {
        while !self.is_asked() {
            self.came.notified().await;
        }
    }

    /// The job has long to embed from now on.
    pub(super) fn embedding_begins(&self) {
        self.lock().embedding = true;
    }

    /// It has embedded all, or makes way for a walk that was asked for, after which it has to go on anyway.
    pub(super) fn embedding_ends(&self) {
        let mut state = self.lock();
        if std::mem::take(&mut state.embedding) && state.asked {
            state.begun = 0;
        }
    }

    /// A walk begins.
    pub(super) fn begin(&self) {
        let mut state = self.lock();
        state.begun += 1;
        state.asked = false;
    }

    /// What a walk has found is indexed; whether another one was asked for. If not, nothing is taken up any more.
    pub(super) fn goes_on(&self) -> bool {
        let mut state = self.lock();
        state.over |= !state.asked;
        !state.over
    }

    /// Ends the job, whatever was asked.
    pub(super) fn end(&self) {
        self.lock().over = true;
    }

    fn lock(&self) -> MutexGuard<'_, WalkState> {
        lock(&self.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_before_the_walk_needs_no_other_round() {
        let requests = WalkRequests::default();
        assert!(requests.ask());
        requests.begin();
        assert!(!requests.goes_on());
        assert!(!requests.ask(), "the job is over");
    }

    #[test]
    fn what_is_asked_for_after_it_does_once() {
        let requests = WalkRequests::default();
        requests.begin();
        assert!(requests.ask() && requests.ask());
        assert!(requests.goes_on());
        assert!(requests.ask(), "its second walk is still to begin");
        requests.begin();
        assert!(!requests.ask(), "there is no third one");
        assert!(!requests.goes_on());
    }

    #[test]
    fn a_job_that_embeds_walks_as_often_as_it_is_asked_to() {
        let requests = WalkRequests::default();
        for _ in 0..5 {
            requests.begin();
            requests.embedding_begins();
            assert!(requests.ask() && requests.is_asked());
            requests.embedding_ends();
            assert!(requests.goes_on());
        }
        requests.begin();
        assert!(!requests.is_asked());
        requests.embedding_begins();
        requests.embedding_ends();
        assert!(requests.ask() && requests.goes_on(), "one more at its end");
        requests.begin();
        assert!(!requests.ask() && !requests.goes_on(), "and no other");
    }

    #[tokio::test]
    async fn who_waits_for_a_request_is_woken_by_it() {
        let requests = WalkRequests::default();
        requests.begin();
        let ((), asked) = tokio::join!(requests.asked(), async { requests.ask() });
        assert!(asked);
    }

    #[test]
    fn a_job_that_has_failed_takes_nothing_up() {
        let requests = WalkRequests::default();
        requests.begin();
        requests.ask();
        requests.end();
        assert!(!requests.ask() && !requests.goes_on());
    }
}
