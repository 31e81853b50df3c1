//! The lexical retriever's caches: a lexical index for each index, kept in step with the database by its
//! generation.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use sconce_rank::LexicalIndex;
use sconce_store::{Index, IndexId, Store};

use crate::EngineError;
use crate::sync::lock;

/// Indexes whose words are kept in memory at once; the one unused for longest goes first.
const KEPT: usize = 16;

/// A lexical index that searches read and refreshes change.
pub(crate) type SharedLexicalIndex = Arc<RwLock<LexicalIndex>>;

/// The lexical indexes of a process.
#[derive(Debug, Default)]
pub(crate) struct LexicalIndexes {
    slots: Mutex<HashMap<IndexId, Arc<Slot>>>,
}

#[derive(Debug)]
struct Slot {
    words: SharedLexicalIndex,
    /// Held while the words are brought up to date, so that one refresh serves all who wait.
    synced: tokio::sync::Mutex<Synced>,
    used: Mutex<Instant>,
}

/// How far a lexical index has followed its index.
#[derive(Debug, Default)]
struct Synced {
    generation: Option<i64>,
    last_file_id: i64,
}

impl LexicalIndexes {
    /// The lexical index of `index`, with every file in it that was committed before this call.
    pub(crate) async fn fresh(
        &self,
        store: &Store,
        index: &Index,
    ) -> Result<SharedLexicalIndex, EngineError> {
        let slot = self.slot(index.id);
        let mut synced = slot.synced.lock().await;
        let generation = store.generation(index.id).await?;
        if synced.generation != Some(generation) {
            refresh(store, index, &slot.words, &mut synced).await?;
            synced.generation = Some(generation);
        }
        Ok(Arc::clone(&slot.words))
    }

    /// Lets go of an index's words.
    pub(crate) fn forget(&self, id: IndexId) {
        lock(&self.slots).remove(&id);
    }

    fn slot(&self, id: IndexId) -> Arc<Slot> {
        let mut slots = lock(&self.slots);
        if !slots.contains_key(&id) && slots.len() >= KEPT {
            let oldest = slots.iter().min_by_key(|(_, slot)| slot.last_used()).map(|(id, _)| *id);
            oldest.map(|id| slots.remove(&id));
        }
        let slot = slots.entry(id).or_insert_with(|| {
            Arc::new(Slot {
                words: SharedLexicalIndex::default(),
                synced: tokio::sync::Mutex::default(),
                used: Mutex::new(Instant::now()),
            })
        });
        *lock(&slot.used) = Instant::now();
        Arc::clone(slot)
    }
}

impl Slot {
    fn last_used(&self) -> Instant {
        *lock(&self.used)
    }
}

/// Takes in the files that came since the last time, and lets go of those that went. A file that
/// changed is a new one: its id is fresh.
async fn refresh(
    store: &Store,
    index: &Index,
    words: &SharedLexicalIndex,
    synced: &mut Synced,
) -> Result<(), EngineError> {
    let added = store.lexical_files(index.id, synced.last_file_id).await?;
    let live: HashSet<i64> = store.live_files(index.id).await?.into_iter().collect();
    synced.last_file_id = added.iter().map(|file| file.file_id).fold(synced.last_file_id, i64::max);
    let (words, name) = (Arc::clone(words), index.name.clone());
    let root = index.root.clone();
    let work = tokio::task::spawn_blocking(move || {
        let mut words = words.write().unwrap_or_else(PoisonError::into_inner);
        let removed: Vec<i64> = words.file_ids().filter(|file| !live.contains(file)).collect();
        for file in removed {
            words.remove(file);
        }
        for file in added.iter().filter(|file| live.contains(&file.file_id)) {
            let inserted =
                words.insert(file.file_id, &file.path, file.language.as_deref(), &file.lexical);
            inserted.map_err(|error| EngineError::Damaged {
                name: name.clone(),
                root: root.clone(),
                path: file.path.clone(),
                reason: error.to_string(),
            })?;
        }
        Ok(())
    });
    work.await?
}
