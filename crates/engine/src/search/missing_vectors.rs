//! How many chunks of an index have no vector yet. Counting those of a million takes the database
//! longer than a search by words, and each search asks: so a count that was slow is believed for a while.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use sconce_store::{IndexId, Store};

use crate::EngineError;
use crate::sync::lock;

/// A quicker count is made anew each time.
const QUICK: Duration = Duration::from_millis(5);

/// Counting takes at most one part in so many of the time.
const SHARE: u32 = 50;

/// The last slow counts of a process.
#[derive(Debug, Default)]
pub(crate) struct MissingVectors(Mutex<HashMap<IndexId, SlowCount>>);

#[derive(Debug, Clone, Copy)]
struct SlowCount {
    chunks: u64,
    believed_until: Instant,
}

impl MissingVectors {
    /// How many chunks have no vector, or had none a moment ago.
    pub(crate) async fn count(&self, store: &Store, id: IndexId) -> Result<u64, EngineError> {
        let started = Instant::now();
        let known = lock(&self.0).get(&id).copied();
        if let Some(known) = known.filter(|known| started < known.believed_until) {
            return Ok(known.chunks);
        }
        let chunks = store.pending(id).await?.chunks;
        let took = started.elapsed();
        if took > QUICK {
            let believed_until = Instant::now() + took * SHARE;
            lock(&self.0).insert(id, SlowCount { chunks, believed_until });
        }
        Ok(chunks)
    }
}
