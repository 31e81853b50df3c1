//! What a walk leaves out on its way, and what it has to say.

use std::sync::{Arc, Mutex};

use super::Skipped;
use crate::sync::lock;

/// The most warnings of a walk that are told one by one.
const MAX_WARNINGS: usize = 20;

/// What a walk leaves out and warns of. Clones write the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct WalkLog {
    shared: Arc<Mutex<Entries>>,
}

#[derive(Debug, Default)]
struct Entries {
    skipped: Vec<Skipped>,
    warnings: Vec<String>,
    more_warnings: usize,
}

impl WalkLog {
    pub(super) fn skip(&self, skipped: Skipped) {
        lock(&self.shared).skipped.push(skipped);
    }

    pub(super) fn warn(&self, warning: String) {
        let mut shared = lock(&self.shared);
        if shared.warnings.len() < MAX_WARNINGS {
            shared.warnings.push(warning);
        } else {
            shared.more_warnings += 1;
        }
    }

    /// All that was left out, and which lines of ignore files do not apply, in a sentence each.
    pub(super) fn take(&self) -> (Vec<Skipped>, Vec<String>) {
        let Entries { skipped, mut warnings, more_warnings } =
            std::mem::take(&mut *lock(&self.shared));
        if more_warnings > 0 {
            let lines = if more_warnings == 1 { "line" } else { "lines" };
            let verb = if more_warnings == 1 { "does" } else { "do" };
            warnings.push(format!("{more_warnings} more {lines} of ignore files {verb} not apply"));
        }
        (skipped, warnings)
    }
}
