//! How far a job is, and what it did in the end.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Serialize;
use tokio::sync::watch;

use sconce_store::Extent;

use crate::{SkipReason, Skipped};

/// The stage that a job is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// For the database, the model or the job before.
    #[default]
    Waiting,
    /// For its turn: so many jobs fill an index at once.
    Queued,
    /// Finding the files.
    Walking,
    /// The first stage: parsing, and writing the words of all files, so that they answer while the
    /// vectors are made.
    Reading,
    /// The second stage: embedding, and writing the vectors.
    Indexing,
    /// Statistics and vector index.
    Finishing,
    /// Done.
    Done,
    /// Ended by an error.
    Failed,
    /// Ended by the user.
    Cancelled,
}

impl Phase {
    /// Whether the job has ended.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// A snapshot of a running job.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Progress {
    /// The stage.
    pub phase: Phase,
    /// Its place among the jobs that wait for their turn, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_place: Option<u64>,
    /// Files that the walk found.
    pub files_total: u64,
    /// Files that are settled: unchanged, skipped or written.
    pub files_done: u64,
    /// Files that answer by their words and wait for their vectors.
    pub files_to_embed: u64,
    /// Files that are new or changed.
    pub files_changed: u64,
    /// Chunks written, with their vectors.
    pub chunks_done: u64,
    /// Chunks parsed so far.
    pub chunks_total: u64,
    /// Chunks whose vector came from the cache.
    pub chunks_cached: u64,
    /// Tokens embedded.
    pub tokens: u64,
    /// Tokens a second while embedding.
    pub tokens_per_second: f64,
    /// Seconds since the job began.
    pub elapsed_seconds: f64,
    /// Estimate of the seconds to go, from the bytes embedded and to embed.
    pub remaining_seconds: Option<f64>,
    /// What ended the job.
    pub error: Option<String>,
    /// Files and whole directories that were skipped, by reason.
    pub skipped: BTreeMap<SkipReason, u64>,
    /// Files of the index that are not in UTF-8, by their encoding.
    pub encodings: BTreeMap<String, u64>,
    /// Why the index is empty, where it is.
    pub emptiness: Option<String>,
    /// What the user should know of how it was made.
    pub notices: Vec<String>,
    /// Bytes of the files that wait for their vectors, now and when the second stage began.
    #[serde(skip)]
    bytes_to_embed: u64,
    #[serde(skip)]
    bytes_to_embed_at_first: u64,
    #[serde(skip)]
    embedding_since: Option<Instant>,
    #[serde(skip)]
    tokens_before: u64,
}

/// From so many bytes to embed on a search need not wait for their vectors: that takes seconds.
const WORTH_NO_WAIT: u64 = 64 << 10;

impl Progress {
    /// Whether every file answers by its words at least, and waiting for the vectors takes long.
    pub fn words_answer(&self) -> bool {
        self.phase == Phase::Indexing && self.bytes_to_embed >= WORTH_NO_WAIT
    }

    fn attach(&mut self, attached: Extent) {
        self.chunks_done += attached.chunks;
        // Beside another walk, the files are counted when that has read them.
        if self.phase == Phase::Indexing {
            // What others have done may have been counted with it.
            self.files_done = (self.files_done + attached.files).min(self.files_total);
            self.chunks_done = self.chunks_done.min(self.chunks_total);
            self.files_to_embed = self.files_to_embed.saturating_sub(attached.files);
            self.bytes_to_embed = self.bytes_to_embed.saturating_sub(attached.bytes);
        }
    }

    /// The seconds to go, if what is left goes as what is done went.
    fn remaining(&self, seconds: f64) -> Option<f64> {
        let done = self.bytes_to_embed_at_first.saturating_sub(self.bytes_to_embed);
        let is_known = done > 0 && !self.phase.is_final();
        is_known.then(|| seconds * self.bytes_to_embed as f64 / done as f64)
    }
}

/// What a job did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct IndexReport {
    /// The index's name.
    pub index: String,
    /// The directory.
    pub root: String,
    /// The model's id.
    pub model: String,
    /// Files in the index.
    pub files: u64,
    /// Files that were new or changed.
    pub files_changed: u64,
    /// Files that are gone.
    pub files_removed: u64,
    /// Files that stayed as they were.
    pub files_unchanged: u64,
    /// Chunks written.
    pub chunks: u64,
    /// Chunks embedded.
    pub chunks_embedded: u64,
    /// Chunks whose vector came from the cache.
    pub chunks_cached: u64,
    /// Chunks that other workers gave their vectors.
    #[serde(skip_serializing_if = "is_zero")]
    pub chunks_by_others: u64,
    /// Tokens embedded.
    pub tokens: u64,
    /// Chunks longer than the model's limit, of which the beginning alone is embedded.
    pub truncated: u64,
    /// Files and whole directories that were skipped, by reason.
    pub skipped: BTreeMap<SkipReason, u64>,
    /// Files of the index that are not in UTF-8, by their encoding.
    pub encodings: BTreeMap<String, u64>,
    /// What was skipped, until it is written down.
    #[serde(skip)]
    pub(super) skipped_files: Vec<Skipped>,
    /// Seconds that it took.
    pub seconds: f64,
    /// What the user should know.
    pub notices: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl IndexReport {
    /// Adds what another round of the same job did.
    pub(super) fn add(&mut self, round: Self) {
        self.files = round.files;
        self.files_changed += round.files_changed;
        self.files_removed += round.files_removed;
        // What stayed in every round.
        self.files_unchanged = self.files_unchanged.min(round.files_unchanged);
        self.chunks += round.chunks;
        self.chunks_embedded += round.chunks_embedded;
        self.chunks_cached += round.chunks_cached;
        self.chunks_by_others += round.chunks_by_others;
        self.tokens += round.tokens;
        self.truncated += round.truncated;
        self.skipped = round.skipped;
        self.encodings = round.encodings;
        self.notices = round.notices;
        self.seconds = round.seconds;
    }
}

/// The writing end of a job's progress.
#[derive(Debug, Clone)]
pub(super) struct ProgressTracker {
    started: Instant,
    sender: watch::Sender<Progress>,
}

impl ProgressTracker {
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), sender: watch::Sender::new(Progress::default()) }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Progress> {
        self.sender.subscribe()
    }

    pub(super) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// See [`Progress::words_answer`].
    pub(super) fn words_answer(&self) -> bool {
        self.sender.borrow().words_answer()
    }

    pub(super) fn phase(&self, phase: Phase) {
        self.update(|progress| {
            progress.phase = phase;
            progress.queue_place = None;
            if phase == Phase::Indexing {
                progress.embedding_since = Some(Instant::now());
                progress.tokens_before = progress.tokens;
            }
        });
    }

    /// It waits for its turn, at this place.
    pub(super) fn queued(&self, place: u64) {
        self.update(|progress| {
            progress.phase = Phase::Queued;
            progress.queue_place = Some(place);
        });
    }

    /// It waits for another turn, at this place, or has it again.
    pub(super) fn paused(&self, place: Option<u64>) {
        self.update(|progress| progress.queue_place = place);
    }

    pub(super) fn fail(&self, phase: Phase, error: String) {
        self.update(|progress| {
            progress.phase = phase;
            progress.queue_place = None;
            progress.error = Some(error);
        });
    }

    /// The walk is done: `total` files, of which `changed` are to be looked into.
    pub(super) fn found(&self, total: u64, changed: u64) {
        self.update(|progress| {
            progress.files_total = total;
            progress.files_done = total - changed;
            (progress.files_to_embed, progress.bytes_to_embed) = (0, 0);
        });
    }

    /// What of the directory is not in the index, or was not in UTF-8, and why nothing is in it.
    pub(super) fn noticed(&self, report: &IndexReport, emptiness: Option<String>) {
        self.update(|progress| {
            progress.skipped.clone_from(&report.skipped);
            progress.encodings.clone_from(&report.encodings);
            progress.notices.clone_from(&report.notices);
            progress.emptiness = emptiness;
        });
    }

    /// A file was parsed into `chunks`.
    pub(super) fn parsed(&self, chunks: u64) {
        self.update(|progress| {
            progress.files_changed += 1;
            progress.chunks_total += chunks;
        });
    }

    /// So many files are settled without being written.
    pub(super) fn settled(&self, files: u64) {
        self.update(|progress| progress.files_done += files);
    }

    /// The first stage is done, and this is what it leaves to the second.
    pub(super) fn to_embed(&self, pending: Extent) {
        self.update(|progress| {
            progress.files_done = progress.files_total.saturating_sub(pending.files);
            progress.files_to_embed = pending.files;
            progress.chunks_total = progress.chunks_done + pending.chunks;
            progress.bytes_to_embed = pending.bytes;
            progress.bytes_to_embed_at_first = pending.bytes;
        });
    }

    /// This is what the second stage has left, whoever did the rest.
    pub(super) fn left(&self, pending: Extent) {
        self.update(|progress| {
            progress.files_done = progress.files_total.saturating_sub(pending.files);
            progress.files_to_embed = pending.files;
            progress.chunks_done = progress.chunks_total.saturating_sub(pending.chunks);
            progress.bytes_to_embed = pending.bytes;
        });
    }

    /// So many tokens were embedded.
    pub(super) fn embedded(&self, tokens: u64) {
        self.update(|progress| progress.tokens += tokens);
    }

    /// So much was written, and had its vectors in the cache.
    pub(super) fn cached(&self, cached: Extent) {
        self.update(|progress| {
            progress.files_done += cached.files;
            progress.chunks_done += cached.chunks;
            progress.chunks_cached += cached.chunks;
        });
    }

    /// So much has got its vectors.
    pub(super) fn attached(&self, attached: Extent) {
        self.update(|progress| progress.attach(attached));
    }

    fn update(&self, change: impl FnOnce(&mut Progress)) {
        self.sender.send_modify(|progress| {
            change(progress);
            progress.elapsed_seconds = self.seconds();
            let Some(since) = progress.embedding_since else { return };
            let seconds = since.elapsed().as_secs_f64().max(1e-3);
            if progress.tokens > progress.tokens_before {
                let tokens = progress.tokens - progress.tokens_before;
                progress.tokens_per_second = tokens as f64 / seconds;
            }
            progress.remaining_seconds = progress.remaining(seconds);
        });
    }
}
