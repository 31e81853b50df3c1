//! Vectors of zeros, kept from one query to the next: of a million chunks they are megabytes that the
//! system would clear anew for each query, which costs more than what the query writes into them.

use std::sync::{Mutex, PoisonError};

/// How many are kept: those of two queries at once.
const KEPT: usize = 10;

/// Vectors that hold nothing but zeros.
#[derive(Debug, Default)]
pub(super) struct Zeros(Mutex<Vec<Vec<f32>>>);

impl Zeros {
    /// One of that length.
    pub(super) fn take(&self, length: usize) -> Vec<f32> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // Zeros come from the system in one piece; a short vector that grows is copied.
        match kept.filter(|kept| kept.capacity() >= length) {
            Some(mut kept) => {
                kept.resize(length, 0.0);
                kept
            }
            None => vec![0.0; length],
        }
    }

    /// How many bytes are kept.
    pub(super) fn bytes(&self) -> usize {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().map(|zeros| zeros.capacity() * size_of::<f32>()).sum()
    }

    /// Gives one back, which holds nothing but zeros.
    pub(super) fn give_back(&self, zeros: Vec<f32>) {
        debug_assert!(zeros.iter().all(|&zero| zero == 0.0), "what is given back is cleared");
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT && !zeros.is_empty() {
            kept.push(zeros);
        }
    }
}
