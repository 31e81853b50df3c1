//! How far a job is, and what it did in the end.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Serialize;
use tokio::sync::watch;

use crate::source::SkipReason;

/// The stage that a job is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// For the database, the model or the job before.
    #[default]
    Waiting,
    /// Finding the files.
    Walking,
    /// Parsing, and writing the words of all files, so that they answer while the vectors are made.
    Reading,
    /// Parsing, embedding and writing.
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
    /// Files that the walk found.
    pub files_total: u64,
    /// Files that are settled: unchanged, passed over or written.
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
    /// Estimate of the seconds to go, from the bytes done and to do.
    pub remaining_seconds: Option<f64>,
    /// What ended the job.
    pub error: Option<String>,
    #[serde(skip)]
    bytes_done: u64,
    #[serde(skip)]
    bytes_total: u64,
    #[serde(skip)]
    indexing_since: Option<Instant>,
    #[serde(skip)]
    bytes_before: u64,
    #[serde(skip)]
    tokens_before: u64,
}

impl Progress {
    /// Whether every file answers by its words at least, though not every one by its vectors.
    pub fn words_answer(&self) -> bool {
        self.phase == Phase::Indexing && self.files_to_embed > 0
    }

    fn settle(&mut self, files: u64) {
        self.files_done += files;
        if self.phase == Phase::Indexing {
            self.files_to_embed = self.files_to_embed.saturating_sub(files);
        }
    }
}

/// What a job did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct IndexReport {
    /// The index's name.
    pub index: String,
    /// The folder.
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
    /// Tokens embedded.
    pub tokens: u64,
    /// Chunks longer than the model's limit, of which the beginning alone is embedded.
    pub truncated: u64,
    /// Files passed over, by reason.
    pub skipped: BTreeMap<SkipReason, u64>,
    /// Seconds that it took.
    pub seconds: f64,
    /// What the user should know.
    pub notices: Vec<String>,
}

impl IndexReport {
    /// Adds what another round of the same job did.
    pub(super) fn add(&mut self, round: IndexReport) {
        self.files = round.files;
        self.files_changed += round.files_changed;
        self.files_removed += round.files_removed;
        // What stayed in every round.
        self.files_unchanged = self.files_unchanged.min(round.files_unchanged);
        self.chunks += round.chunks;
        self.chunks_embedded += round.chunks_embedded;
        self.chunks_cached += round.chunks_cached;
        self.tokens += round.tokens;
        self.truncated += round.truncated;
        self.skipped = round.skipped;
        self.notices = round.notices;
        self.seconds = round.seconds;
    }
}

/// What one written batch adds to the progress.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Step {
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) chunks: u64,
    pub(super) chunks_cached: u64,
    pub(super) tokens: u64,
    pub(super) truncated: u64,
}

/// The writing end of a job's progress.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    started: Instant,
    sender: watch::Sender<Progress>,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self { started: Instant::now(), sender: watch::Sender::new(Progress::default()) }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Progress> {
        self.sender.subscribe()
    }

    pub(super) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    pub(super) fn phase(&self, phase: Phase) {
        self.update(|progress| {
            progress.phase = phase;
            if phase == Phase::Indexing {
                progress.indexing_since = Some(Instant::now());
                progress.bytes_before = progress.bytes_done;
                progress.tokens_before = progress.tokens;
            }
        });
    }

    pub(super) fn fail(&self, phase: Phase, error: String) {
        self.update(|progress| {
            progress.phase = phase;
            progress.error = Some(error);
        });
    }

    /// The walk is done: `total` files, of which `changed` with `bytes` are to be looked into.
    pub(super) fn found(&self, total: u64, changed: u64, bytes: u64) {
        self.update(|progress| {
            progress.files_total = total;
            progress.files_done = total - changed;
            progress.files_to_embed = 0;
            (progress.bytes_done, progress.bytes_total) = (0, bytes);
        });
    }

    /// A file was parsed into `chunks`.
    pub(super) fn parsed(&self, chunks: u64) {
        self.update(|progress| {
            progress.files_changed += 1;
            progress.chunks_total += chunks;
        });
    }

    /// The words of so many files are written, and their vectors are to come.
    pub(super) fn by_words(&self, files: u64) {
        self.update(|progress| progress.files_to_embed += files);
    }

    /// A file of `bytes` is settled without being written.
    pub(super) fn passed(&self, bytes: u64) {
        self.update(|progress| {
            progress.settle(1);
            progress.bytes_done += bytes;
        });
    }

    pub(super) fn written(&self, step: Step) {
        self.update(|progress| {
            progress.settle(step.files);
            progress.bytes_done += step.bytes;
            progress.chunks_done += step.chunks;
        });
    }

    pub(super) fn embedded(&self, step: Step) {
        self.update(|progress| {
            progress.chunks_cached += step.chunks_cached;
            progress.tokens += step.tokens;
        });
    }

    fn update(&self, change: impl FnOnce(&mut Progress)) {
        self.sender.send_modify(|progress| {
            change(progress);
            progress.elapsed_seconds = self.seconds();
            let Some(since) = progress.indexing_since else { return };
            let seconds = since.elapsed().as_secs_f64().max(1e-3);
            if progress.tokens > progress.tokens_before {
                let tokens = progress.tokens - progress.tokens_before;
                progress.tokens_per_second = tokens as f64 / seconds;
            }
            let to_do = progress.bytes_total.saturating_sub(progress.bytes_done) as f64;
            let done = progress.bytes_done.saturating_sub(progress.bytes_before) as f64;
            progress.remaining_seconds =
                (done > 0.0 && !progress.phase.is_final()).then(|| seconds * to_do / done);
        });
    }
}
