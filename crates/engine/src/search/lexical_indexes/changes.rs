//! Bringing a lexical index up to what the database holds.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError};

use sconce_rank::{LexicalIndex, Segment};
use sconce_store::{Index, LexicalFile};

use super::SharedLexicalIndex;
use crate::EngineError;

/// What a lexical index lacks, and what it has that is gone.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Ascending.
    pub(super) missing: Vec<i64>,
    removed: Vec<i64>,
    /// How many chunks it holds in memory.
    pub(super) unwritten: usize,
}

impl Changes {
    /// Those of `words` where these files are there.
    pub(super) fn of(words: &LexicalIndex, live: &[i64]) -> Self {
        let missing = live.iter().copied().filter(|&file| !words.contains(file)).collect();
        let live: HashSet<i64> = live.iter().copied().collect();
        let removed = words.file_ids().filter(|file| !live.contains(file)).collect();
        Self { missing, removed, unwritten: words.unwritten() }
    }

    /// Lets go of what is gone.
    pub(super) fn remove(&self, words: &mut LexicalIndex) {
        for &file in &self.removed {
            words.remove(file);
        }
    }
}

/// Takes files in.
pub(super) fn insert(
    words: &mut LexicalIndex,
    files: &[LexicalFile],
    index: &Index,
) -> Result<(), EngineError> {
    for file in files {
        let inserted =
            words.insert(file.file_id, &file.path, file.language.as_deref(), &file.lexical);
        inserted.map_err(|error| EngineError::Damaged {
            name: index.name.clone(),
            root: index.root.clone(),
            path: file.path.clone(),
            reason: error.to_string(),
        })?;
    }
    Ok(())
}

/// A lexical index that searches read, on its way to the database's state.
pub(super) struct Refresh {
    shared: SharedLexicalIndex,
    /// What takes the place of what is shared, once it is complete.
    next: Option<LexicalIndex>,
}

impl Refresh {
    pub(super) fn new(shared: SharedLexicalIndex) -> Self {
        Self { shared, next: None }
    }

    /// Goes on from a segment.
    pub(super) async fn over(mut self, segment: Arc<Segment>) -> Result<Self, EngineError> {
        let work = tokio::task::spawn_blocking(move || {
            self.next = Some(LexicalIndex::over(segment));
            self
        });
        Ok(work.await?)
    }

    /// What is to be done, where these files are there.
    pub(super) async fn changes(self, live: Vec<i64>) -> Result<(Self, Changes), EngineError> {
        let work = tokio::task::spawn_blocking(move || {
            let changes = if let Some(next) = &self.next {
                Changes::of(next, &live)
            } else {
                let words = self.shared.read().unwrap_or_else(PoisonError::into_inner);
                Changes::of(&words, &live)
            };
            (self, changes)
        });
        Ok(work.await?)
    }

    /// Does it. Returns how many chunks are unwritten then, and how many there are.
    pub(super) async fn apply(
        self,
        changes: Changes,
        added: Vec<LexicalFile>,
        index: &Index,
    ) -> Result<(usize, usize), EngineError> {
        let index = index.clone();
        let work = tokio::task::spawn_blocking(move || {
            let Self { shared, next } = self;
            let bring_up = |words: &mut LexicalIndex| {
                changes.remove(words);
                insert(words, &added, &index)
            };
            let words = if let Some(mut next) = next {
                // Nobody waits for that.
                bring_up(&mut next)?;
                let mut words = shared.write().unwrap_or_else(PoisonError::into_inner);
                *words = next;
                words
            } else {
                let mut words = shared.write().unwrap_or_else(PoisonError::into_inner);
                bring_up(&mut words)?;
                words
            };
            Ok((words.unwritten(), words.chunks()))
        });
        work.await?
    }
}
