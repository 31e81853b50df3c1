//! When a job has done all that it was asked for.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// So often a job walks at most: who asked first does not wait for all who ask later.
const MOST: u32 = 2;

/// The rounds of a job: each walks the directory once and indexes what has changed. A job that is
/// asked for after its walk makes another round.
#[derive(Debug, Default)]
pub(super) struct WalkRequests {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
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

    /// A round has ended; whether another one was asked for. If not, nothing is taken up any more.
    pub(super) fn goes_on(&self) -> bool {
        let mut state = self.lock();
        state.over |= !state.asked;
        !state.over
    }

    /// Ends the job, whatever was asked.
    pub(super) fn end(&self) {
        self.lock().over = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_before_the_walk_needs_no_other_round() {
        let rounds = WalkRequests::default();
        assert!(rounds.ask());
        rounds.begin();
        assert!(!rounds.goes_on());
        assert!(!rounds.ask(), "the job is over");
    }

    #[test]
    fn what_is_asked_for_after_it_does_once() {
        let rounds = WalkRequests::default();
        rounds.begin();
        assert!(rounds.ask() && rounds.ask());
        assert!(rounds.goes_on());
        assert!(rounds.ask(), "its second walk is still to begin");
        rounds.begin();
        assert!(!rounds.ask(), "there is no third one");
        assert!(!rounds.goes_on());
    }

    #[test]
    fn a_job_that_has_failed_takes_nothing_up() {
        let rounds = WalkRequests::default();
        rounds.begin();
        rounds.ask();
        rounds.end();
        assert!(!rounds.ask() && !rounds.goes_on());
    }
}
