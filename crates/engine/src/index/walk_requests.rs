//! When a job has done all that it was asked for.

use std::sync::{Mutex, MutexGuard};

use crate::sync::lock;

/// So often a job walks at most: who asked first does not wait for all who ask later.
const MOST: u32 = 2;

/// Who asks for what a job does, and whether a walk is still to begin that serves them. A job that is
/// asked for after its walk walks once more.
#[derive(Debug, Default)]
pub(super) struct WalkRequests {
    state: Mutex<WalkState>,
}

#[derive(Debug, Default)]
struct WalkState {
    /// Walks that have begun.
    begun: u32,
    /// Whether somebody has asked since the last one began.
    asked: bool,
    /// Nothing is taken up any more.
    over: bool,
}

impl WalkRequests {
    /// Asks for a walk that is still to begin; whether there will be one.
    pub(super) fn ask(&self) -> bool {
        let mut state = self.lock();
        state.asked = !state.over && state.begun < MOST;
        state.asked
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
    fn a_job_that_has_failed_takes_nothing_up() {
        let requests = WalkRequests::default();
        requests.begin();
        requests.ask();
        requests.end();
        assert!(!requests.ask() && !requests.goes_on());
    }
}
