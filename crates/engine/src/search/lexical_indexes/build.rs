//! Writing a segment: from the last one and from what has changed since, with little in memory.

use std::sync::Arc;

use sconce_dirs::{DirError, FileLock};
use sconce_rank::{LexicalIndex, Segment, SegmentKey};
use sconce_store::{Index, LexicalFile, Store};

use super::LexicalOptions;
use super::changes::{Changes, insert};
use super::segment_files::SegmentFiles;
use crate::EngineError;

/// Files whose words are read from the database at once.
const FILES_AT_ONCE: usize = 1000;

/// What a segment is written from.
#[derive(Debug)]
pub(super) struct Build {
    pub(super) store: Store,
    pub(super) index: Index,
    pub(super) files: Arc<SegmentFiles>,
    pub(super) key: SegmentKey,
    pub(super) options: LexicalOptions,
}

/// The words on their way into a segment: what was written before, runs of files that were written
/// because memory is bounded, and those that come last.
#[derive(Debug)]
struct Parts {
    runs: Vec<LexicalIndex>,
    last: LexicalIndex,
}

impl Build {
    /// Writes a segment and maps it; the one that there is where that holds all but a little. None
    /// where the index is too small for one, or where another process writes one and is not waited for.
    pub(super) async fn run(self, wait: bool) -> Result<Option<Arc<Segment>>, EngineError> {
        let build = Arc::new(self);
        let Some(_lock) = build.lock(wait).await? else { return Ok(None) };
        let written = build.from(build.opened().await?).await?;
        if !written.as_ref().is_some_and(|segment| segment.is_damaged()) {
            return Ok(written);
        }
        // What it was made from is not what was written.
        build.files.remove(&build.key);
        build.from(None).await
    }

    async fn lock(self: &Arc<Self>, wait: bool) -> Result<Option<FileLock>, EngineError> {
        let build = Arc::clone(self);
        let locked = tokio::task::spawn_blocking(move || build.files.lock(&build.key, wait));
        Ok(locked.await??)
    }

    async fn opened(self: &Arc<Self>) -> Result<Option<Arc<Segment>>, EngineError> {
        let build = Arc::clone(self);
        Ok(tokio::task::spawn_blocking(move || build.files.open(&build.key)).await?)
    }

    /// A segment of what the database holds, by way of `base`.
    async fn from(
        self: &Arc<Self>,
        base: Option<Arc<Segment>>,
    ) -> Result<Option<Arc<Segment>>, EngineError> {
        let live = self.store.live_files(self.index.id).await?;
        let (mut parts, changes) = Parts::begin(base, live).await?;
        let mut pages = changes.missing.chunks(FILES_AT_ONCE);
        let mut page = self.page(pages.next()).await?;
        while !page.is_empty() {
            // One page is read while another is taken in.
            let (next, taken) = tokio::join!(self.page(pages.next()), self.take_in(parts, page));
            (page, parts) = (next?, taken?);
        }
        let build = Arc::clone(self);
        Ok(tokio::task::spawn_blocking(move || build.finish(&parts)).await??)
    }

    async fn page(&self, ids: Option<&[i64]>) -> Result<Vec<LexicalFile>, EngineError> {
        let Some(ids) = ids else { return Ok(Vec::new()) };
        Ok(self.store.lexical_files(self.index.id, ids).await?)
    }

    async fn take_in(
        self: &Arc<Self>,
        mut parts: Parts,
        page: Vec<LexicalFile>,
    ) -> Result<Parts, EngineError> {
        let build = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            insert(&mut parts.last, &page, &build.index)?;
            if parts.last.unwritten() >= build.options.most_unwritten.max(1) {
                let run = std::mem::take(&mut parts.last);
                let segment = build.files.write_run(&build.key, &run)?;
                parts.runs.push(segment.map_or(run, LexicalIndex::over));
            }
            Ok(parts)
        });
        work.await?
    }

    fn finish(&self, parts: &Parts) -> Result<Option<Arc<Segment>>, DirError> {
        let base = parts.runs.first();
        let unwritten = parts.all().map(LexicalIndex::unwritten).sum::<usize>();
        let runs = parts.runs.iter().skip(1).map(LexicalIndex::chunks).sum::<usize>();
        let chunks = parts.all().map(LexicalIndex::chunks).sum();
        if !self.options.is_due(unwritten + runs, chunks) {
            return Ok(base.and_then(LexicalIndex::segment).cloned());
        }
        let all: Vec<&LexicalIndex> = parts.all().collect();
        let written = self.files.write(&self.key, &all)?;
        if all.iter().any(|index| index.is_damaged()) {
            return Ok(base.and_then(LexicalIndex::segment).cloned());
        }
        Ok(written)
    }
}

impl Parts {
    /// Begins with what was written before, less what is gone. Returns what is to come, too.
    async fn begin(
        base: Option<Arc<Segment>>,
        live: Vec<i64>,
    ) -> Result<(Self, Changes), EngineError> {
        let work = tokio::task::spawn_blocking(move || {
            let mut base = base.map_or_else(LexicalIndex::new, LexicalIndex::over);
            let changes = Changes::of(&base, &live);
            changes.remove(&mut base);
            (Self { runs: vec![base], last: LexicalIndex::new() }, changes)
        });
        Ok(work.await?)
    }

    fn all(&self) -> impl Iterator<Item = &LexicalIndex> {
        self.runs.iter().chain([&self.last])
    }
}
