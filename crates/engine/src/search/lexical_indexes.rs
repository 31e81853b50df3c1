//! The lexical retriever's caches: a lexical index for each index, kept in step with the database by its
//! generation.
//!
//! Of a large index most lies in a segment on disk ([`SegmentFiles`]), which all processes of this
//! user map; what has changed since it was written is held in memory, and written into the next one
//! once that is much. A file of the index that changed is a new one, with a fresh id: so what differs
//! between the database and what is held is told by ids alone. Everything here can be made anew out of
//! the database.

mod build;
mod changes;
mod segment_files;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use sconce_rank::{LexicalIndex, Segment, SegmentKey};
use sconce_store::{Index, IndexId, IndexStatus, Store};
use serde::Serialize;
use tokio::sync::OnceCell;

use self::build::Build;
use self::changes::Refresh;
use self::segment_files::SegmentFiles;
use crate::EngineError;
use crate::sync::lock;

/// Chunks of a file, for a guess at how many those of many files are.
const FILES_TO_CHUNKS: usize = 8;

/// How lexical indexes are kept.
#[derive(Debug, Clone)]
pub struct LexicalOptions {
    /// The directory of their segments; without one they are held in memory.
    pub directory: Option<PathBuf>,
    /// The most chunks that are held in memory beside a segment.
    pub most_unwritten: usize,
    /// The most bytes that words take in memory, segments apart. The index unused for longest goes
    /// first; the one that is searched stays, whatever it takes.
    pub most_bytes: usize,
}

impl Default for LexicalOptions {
    fn default() -> Self {
        Self { directory: None, most_unwritten: 1 << 15, most_bytes: 512 << 20 }
    }
}

impl LexicalOptions {
    /// Whether so many unwritten chunks, of an index of so many, are worth another segment. What few
    /// chunks take in memory is not.
    fn is_due(&self, unwritten: usize, chunks: usize) -> bool {
        let few = (self.most_unwritten / 16).max(1);
        unwritten >= (chunks / 8).clamp(few, self.most_unwritten.max(few))
    }
}

/// A lexical index that searches read and refreshes change.
pub(crate) type SharedLexicalIndex = Arc<RwLock<LexicalIndex>>;

/// The lexical indexes of a process.
#[derive(Debug, Default)]
pub(crate) struct LexicalIndexes {
    slots: Mutex<HashMap<IndexId, Arc<Slot>>>,
    options: LexicalOptions,
    files: Option<Arc<SegmentFiles>>,
    /// What tells this database from others.
    database: OnceCell<String>,
}

#[derive(Debug, Default)]
struct Slot {
    words: SharedLexicalIndex,
    /// Held while the words are brought up to date, so that one refresh serves all who wait.
    synced: tokio::sync::Mutex<Synced>,
    /// A segment that was written and not taken up yet.
    written: Mutex<Option<Arc<Segment>>>,
    is_being_written: AtomicBool,
    /// Whether files are there whose words were not to be had quickly.
    is_partial: AtomicBool,
    used: Mutex<Option<Instant>>,
}

/// What the words of indexes take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct HeldWords {
    /// How many indexes they are of.
    pub indexes: usize,
    /// About how many bytes of memory.
    pub bytes_in_memory: usize,
    /// How many bytes of files. What nobody searches of them is in no memory.
    pub bytes_mapped: usize,
}

/// How far a lexical index has followed its index.
#[derive(Debug, Default)]
struct Synced {
    generation: Option<i64>,
    /// Whether the segment on disk has been looked for.
    looked: bool,
}

impl LexicalIndexes {
    pub(crate) fn new(options: LexicalOptions) -> Self {
        let files = options.directory.clone().map(|directory| SegmentFiles::new(directory).into());
        Self { options, files, ..Self::default() }
    }

    /// The lexical index of `index`, with every file in it that was committed before this call; while
    /// an index is being filled, of very many files with those that are quickly had.
    pub(crate) async fn fresh(
        &self,
        store: &Store,
        index: &Index,
    ) -> Result<SharedLexicalIndex, EngineError> {
        let slot = self.slot(index.id);
        let mut synced = slot.synced.lock().await;
        let generation = store.generation_since(index.id, synced.generation).await?;
        let mut newer = lock(&slot.written).take();
        if !synced.looked {
            newer = self.segment_of(store, index).await?;
            synced.looked = true;
        }
        if newer.is_some() || synced.generation != Some(generation) {
            let is_whole = Box::pin(self.refresh(store, index, &slot, newer)).await?;
            let read = store.generation_read(index.id, generation);
            synced.generation = is_whole.then_some(read);
            slot.is_partial.store(!is_whole, Ordering::Relaxed);
            self.make_room(index.id);
        }
        Ok(Arc::clone(&slot.words))
    }

    /// Whether the words of an index were partly left out when they were last brought up to date.
    pub(crate) fn is_partial(&self, id: IndexId) -> bool {
        let slot = lock(&self.slots).get(&id).cloned();
        slot.is_some_and(|slot| slot.is_partial.load(Ordering::Relaxed))
    }

    /// Writes the segment of an index whose words are in, if that is worth it, and takes it up. Whoever
    /// searches next finds it.
    pub(crate) async fn write(&self, store: &Store, index: &Index) -> Result<(), EngineError> {
        let now = store.index_by_id(index.id).await?;
        if !now.is_some_and(|now| self.options.is_due(now.chunks as usize, now.chunks as usize)) {
            return Ok(());
        }
        let Some(build) = self.build(store, index).await else { return Ok(()) };
        if let Some(segment) = build.run(true).await? {
            let slot = lock(&self.slots).get(&index.id).cloned();
            slot.inspect(|slot| *lock(&slot.written) = Some(segment));
        }
        Ok(())
    }

    /// Lets go of an index's words.
    pub(crate) fn forget(&self, id: IndexId) {
        lock(&self.slots).remove(&id);
    }

    /// Lets go of an index's words, and of its segment: because the index is gone, or because what was
    /// in the segment is not what was written.
    pub(crate) async fn discard(&self, store: &Store, index: &Index) -> Result<(), EngineError> {
        self.forget(index.id);
        if let Some((files, key)) = self.place(store, index).await {
            tokio::task::spawn_blocking(move || files.remove(&key)).await?;
        }
        Ok(())
    }

    /// What all words take, or those of one index.
    pub(crate) fn held(&self, id: Option<IndexId>) -> HeldWords {
        let slots = lock(&self.slots).clone();
        let asked = slots.into_iter().filter(|(of, _)| id.is_none_or(|id| id == *of));
        asked.fold(HeldWords::default(), |held, (_, slot)| held.with(&slot))
    }

    fn slot(&self, id: IndexId) -> Arc<Slot> {
        let mut slots = lock(&self.slots);
        let slot = slots.entry(id).or_default();
        *lock(&slot.used) = Some(Instant::now());
        Arc::clone(slot)
    }

    /// Lets go of the words that were unused for longest while all take more than they may; not of
    /// those that are being searched.
    fn make_room(&self, searched: IndexId) {
        loop {
            let slots = lock(&self.slots).clone();
            let held = slots.values().fold(HeldWords::default(), |held, slot| held.with(slot));
            let others = slots.into_iter().filter(|(id, _)| *id != searched);
            let Some((oldest, _)) = others.min_by_key(|(_, slot)| slot.last_used()) else { return };
            if held.bytes_in_memory <= self.options.most_bytes {
                return;
            }
            tracing::debug!(?held, "the words of an index are let go of");
            self.forget(oldest);
        }
    }

    /// Takes in the files that came, and lets go of those that went; over a newer segment, if there is
    /// one. Returns whether that is all of them.
    async fn refresh(
        &self,
        store: &Store,
        index: &Index,
        slot: &Arc<Slot>,
        newer: Option<Arc<Segment>>,
    ) -> Result<bool, EngineError> {
        let mut refresh = Refresh::new(Arc::clone(&slot.words));
        if let Some(segment) = newer {
            refresh = refresh.over(segment).await?;
        }
        let (mut refresh, mut changes) = refresh.changes(store.live_files(index.id).await?).await?;
        let few = self.options.most_unwritten / FILES_TO_CHUNKS;
        // A job would be behind by the time that all it has written so far is on disk.
        let is_being_filled = index.state.status == IndexStatus::Indexing && self.files.is_some();
        if changes.missing.len() > few
            && !is_being_filled
            && let Some(segment) = self.written_now(store, index).await
        {
            refresh = refresh.over(segment).await?;
            (refresh, changes) = refresh.changes(store.live_files(index.id).await?).await?;
        }
        let all = changes.missing.len();
        if is_being_filled {
            let is_full = changes.unwritten > self.options.most_unwritten;
            changes.missing.truncate(if is_full { 0 } else { few.max(1) });
        }
        let is_whole = changes.missing.len() == all;
        let added = store.lexical_files(index.id, &changes.missing).await?;
        let (unwritten, chunks) = refresh.apply(changes, added, index).await?;
        if !is_whole || self.options.is_due(unwritten, chunks) {
            self.write_behind(store, index, slot).await;
        }
        Ok(is_whole)
    }

    /// A segment of what the database holds now, which may take a while; none where it cannot be
    /// written, and the words must be held in memory.
    async fn written_now(&self, store: &Store, index: &Index) -> Option<Arc<Segment>> {
        let build = self.build(store, index).await?;
        build.run(true).await.unwrap_or_else(|error| {
            tracing::warn!(index = index.name, %error, "its words stay in memory");
            None
        })
    }

    /// Has a segment written in the background, unless that is done already.
    async fn write_behind(&self, store: &Store, index: &Index, slot: &Arc<Slot>) {
        let Some(build) = self.build(store, index).await else { return };
        if slot.is_being_written.swap(true, Ordering::Relaxed) {
            return;
        }
        let (slot, name) = (Arc::clone(slot), index.name.clone());
        tokio::spawn(async move {
            match build.run(false).await {
                Ok(Some(segment)) => *lock(&slot.written) = Some(segment),
                // Another process is at it.
                Ok(None) => {}
                Err(error) => tracing::warn!(index = name, %error, "its words stay in memory"),
            }
            slot.is_being_written.store(false, Ordering::Relaxed);
        });
    }

    /// The segment on disk, if there is one.
    async fn segment_of(
        &self,
        store: &Store,
        index: &Index,
    ) -> Result<Option<Arc<Segment>>, EngineError> {
        let Some((files, key)) = self.place(store, index).await else { return Ok(None) };
        Ok(tokio::task::spawn_blocking(move || files.open(&key)).await?)
    }

    async fn build(&self, store: &Store, index: &Index) -> Option<Build> {
        let (files, key) = self.place(store, index).await?;
        let (store, index, options) = (store.clone(), index.clone(), self.options.clone());
        Some(Build { store, index, files, key, options })
    }

    /// Where the index's segment is, and what it is called among those of all indexes of all databases.
    async fn place(&self, store: &Store, index: &Index) -> Option<(Arc<SegmentFiles>, SegmentKey)> {
        let files = self.files.clone()?;
        let database = self.database.get_or_try_init(|| store.identity()).await;
        let told = database.inspect_err(|error| {
            tracing::warn!(%error, "the database does not say which one it is: words stay in memory");
        });
        let name = format!("{} {} {}", told.ok()?, index.id.0, index.created_at_ms);
        Some((files, *blake3::hash(name.as_bytes()).as_bytes()))
    }
}

impl crate::Engine {
    /// What the words of all indexes take in this process.
    pub fn held_words(&self) -> HeldWords {
        self.state.lexical_indexes.held(None)
    }
}

impl crate::Index {
    /// What its words take in this process; nothing where nobody has searched it yet.
    pub fn held_words(&self) -> HeldWords {
        self.engine.state.lexical_indexes.held(Some(self.id()))
    }

    /// The index's words as they are now.
    pub(super) async fn words(&self) -> Result<SharedLexicalIndex, EngineError> {
        self.engine.state.lexical_indexes.fresh(self.store(), self.row()).await
    }

    /// What `look` finds in these words; in others where they turn out not to be what was written.
    pub(super) async fn in_these_words<T: Send + 'static>(
        &self,
        words: SharedLexicalIndex,
        look: impl Fn(&LexicalIndex) -> T + Send + Sync + 'static,
    ) -> Result<T, EngineError> {
        let look = Arc::new(look);
        if let Some(found) = look_into(words, &look).await? {
            return Ok(found);
        }
        tracing::warn!(index = self.name(), "its words on disk are damaged, and are made anew");
        let kept = &self.engine.state.lexical_indexes;
        kept.discard(self.store(), self.row()).await?;
        let words = kept.fresh(self.store(), self.row()).await?;
        look_into(words, &look).await?.ok_or_else(|| EngineError::Damaged {
            name: self.name().to_owned(),
            root: self.root().to_string_lossy().into_owned(),
            path: "its words on disk".to_owned(),
            reason: "they changed twice while they were read".to_owned(),
        })
    }
}

/// What `look` finds; nothing where the words are not what was written.
async fn look_into<T: Send + 'static>(
    words: SharedLexicalIndex,
    look: &Arc<impl Fn(&LexicalIndex) -> T + Send + Sync + 'static>,
) -> Result<Option<T>, EngineError> {
    let look = Arc::clone(look);
    let looked = tokio::task::spawn_blocking(move || {
        let words = words.read().unwrap_or_else(PoisonError::into_inner);
        let found = look(&words);
        (!words.is_damaged()).then_some(found)
    });
    Ok(looked.await?)
}

impl HeldWords {
    fn with(self, slot: &Slot) -> Self {
        // Those that are being changed are counted the next time.
        let Ok(words) = slot.words.try_read() else { return self };
        Self {
            indexes: self.indexes + 1,
            bytes_in_memory: self.bytes_in_memory + words.bytes(),
            bytes_mapped: self.bytes_mapped + words.segment().map_or(0, |segment| segment.bytes()),
        }
    }
}

impl Slot {
    fn last_used(&self) -> Option<Instant> {
        *lock(&self.used)
    }
}
