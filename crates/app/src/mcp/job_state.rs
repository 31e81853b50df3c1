//! A job of indexing as the tools tell of it, and waiting for one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rmcp::model::ProgressNotificationParam;
use schemars::JsonSchema;
use sconce_engine::{EngineError, IndexRequest, IndexStatus, Job, Phase, Progress};
use serde::Serialize;

use super::Mcp;
use super::call::Call;
use super::errors::ToolError;
use super::statistics::{Watch, by_name};
use crate::output::line as progress_line;
use crate::settings::{Config, ProjectRequest};

/// Longest wait that a call may ask for.
const LONGEST_WAIT: u32 = 30;
/// Least time between two progress notifications.
const NOTIFY_EVERY: Duration = Duration::from_millis(500);
/// Most time between two of them: files are written in batches, and a client may give up on silence.
const NOTIFY_AT_LEAST: Duration = Duration::from_secs(5);

/// How far a job is; of an index that no job of this server fills, how it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum JobPhase {
    #[default]
    Waiting,
    Queued,
    Walking,
    Reading,
    Indexing,
    Finishing,
    Done,
    Failed,
    Cancelled,
    Ready,
    Empty,
    Interrupted,
}

impl From<Phase> for JobPhase {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Waiting => Self::Waiting,
            Phase::Queued => Self::Queued,
            Phase::Walking => Self::Walking,
            Phase::Reading => Self::Reading,
            Phase::Indexing => Self::Indexing,
            Phase::Finishing => Self::Finishing,
            Phase::Done => Self::Done,
            Phase::Failed => Self::Failed,
            Phase::Cancelled => Self::Cancelled,
        }
    }
}

impl From<IndexStatus> for JobPhase {
    fn from(status: IndexStatus) -> Self {
        match status {
            IndexStatus::Empty => Self::Empty,
            IndexStatus::Queued => Self::Queued,
            IndexStatus::Indexing => Self::Indexing,
            IndexStatus::Ready => Self::Ready,
            IndexStatus::Failed => Self::Failed,
            IndexStatus::Interrupted => Self::Interrupted,
        }
    }
}

/// A job's state.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(super) struct JobState {
    /// Index that the job fills.
    pub index_name: String,
    /// Directory that it indexes.
    pub root: String,
    /// How far it is; of an index that no job of this server fills, its status.
    pub phase: JobPhase,
    /// Its place among the jobs that wait for their turn, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_place: Option<u64>,
    /// Files that are settled, vectors included.
    pub files_done: u64,
    /// Files that there are.
    pub files_total: u64,
    /// Chunks written.
    pub chunks_done: u64,
    /// Tokens embedded a second.
    pub tokens_per_second: f64,
    /// Seconds that it has run.
    pub elapsed_seconds: f64,
    /// Estimate of the seconds that it still takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining_seconds: Option<f64>,
    /// What ended it, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Files and whole directories that were skipped, by reason; `index_stats` names them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub skipped: BTreeMap<String, u64>,
    /// Files that are not in UTF-8, by encoding.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub encodings: BTreeMap<String, u64>,
    /// What its user should know of how the index was made, such as what is wrong in `languages.toml`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// How the directory's changes are followed, where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
    /// The state in a sentence, and what to do next.
    pub summary: String,
}

impl JobState {
    /// The state of a job now.
    pub(super) fn of(job: &Job) -> JobState {
        let progress = job.progress();
        JobState {
            index_name: job.index_name().to_owned(),
            root: job.root().display().to_string(),
            phase: progress.phase.into(),
            queue_place: progress.queue_place,
            files_done: progress.files_done,
            files_total: progress.files_total,
            chunks_done: progress.chunks_done,
            tokens_per_second: progress.tokens_per_second.round(),
            elapsed_seconds: (progress.elapsed_seconds * 10.0).round() / 10.0,
            remaining_seconds: progress.remaining_seconds.map(f64::round),
            error: progress.error.clone(),
            skipped: by_name(&progress.skipped),
            encodings: progress.encodings.clone(),
            notices: progress.notices.clone(),
            watch: None,
            summary: summary(job.index_name(), &progress),
        }
    }

    /// The state of an index that no job of this server fills.
    pub(super) fn without_job(
        index_name: String,
        root: String,
        status: IndexStatus,
        summary: String,
    ) -> JobState {
        JobState { index_name, root, phase: status.into(), summary, ..JobState::default() }
    }
}

fn summary(name: &str, progress: &Progress) -> String {
    match progress.phase {
        Phase::Done if progress.emptiness.is_some() => {
            let cause = progress.emptiness.as_deref().unwrap_or_default();
            format!(
                "{name} is empty: {cause}. index_stats with skipped names all that is left out."
            )
        }
        Phase::Done => {
            format!(
                "{name} is up to date: {} files. search_code answers from it.",
                progress.files_total
            )
        }
        Phase::Failed => {
            let error = progress.error.as_deref().unwrap_or("unknown error");
            format!("indexing {name} failed: {error}. index_codebase tries again.")
        }
        Phase::Cancelled => {
            format!(
                "indexing {name} was cancelled; what was indexed answers. index_codebase goes on."
            )
        }
        _ => format!(
            "indexing {name}: {}. It goes on in the background; search_code answers from what is \
             there, and index_status {{\"index_name\": \"{name}\", \"wait_seconds\": 20}} waits for it.",
            progress_line(progress)
        ),
    }
}

/// A request to index `root` as the user's settings and the project's own file say.
pub(super) async fn request_for(mcp: &Mcp, root: &Path) -> Result<IndexRequest, ToolError> {
    let (config, root) = (Arc::clone(&mcp.shared.config), root.to_path_buf());
    let read = tokio::task::spawn_blocking(move || request_of(&config, &root));
    read.await.map_err(EngineError::Task)?
}

/// The same on a thread that may block: it reads a file, and a file system may stand still.
pub(super) fn request_of(config: &Config, root: &Path) -> Result<IndexRequest, ToolError> {
    let ProjectRequest { request, ignored } = config.projects.request(root)?;
    for ignored in &ignored {
        tracing::warn!("{ignored}");
    }
    Ok(IndexRequest { max_files: Some(config.max_files), ..request })
}

/// Waits for a job's end, and tells a caller who asked for it how far it is. The job does not depend on
/// the caller: one that disconnects stops the waiting alone.
pub(super) async fn wait(call: &Call<'_>, job: &Job, seconds: u32) {
    let until = tokio::time::Instant::now() + Duration::from_secs(seconds.min(LONGEST_WAIT).into());
    let token = call.context.meta.get_progress_token();
    let mut throttled = ThrottledProgress::default();
    while !job.is_finished() {
        if let Some(token) = &token {
            let progress = job.progress();
            let now = tokio::time::Instant::now();
            if let Some(done) = throttled.next(progress.files_done as f64, now) {
                let mut event = ProgressNotificationParam::new(token.clone(), done)
                    .with_message(progress_line(&progress));
                if progress.files_total > 0 {
                    event = event.with_total(progress.files_total as f64);
                }
                // Nobody hears it: then nobody needs it.
                let _ = call.context.peer.notify_progress(event).await;
            }
        }
        let pause = tokio::time::Instant::now() + NOTIFY_EVERY;
        tokio::select! {
            _ = job.wait() => {}
            () = tokio::time::sleep_until(pause.min(until)) => {}
            () = call.context.ct.cancelled() => return,
        }
        if tokio::time::Instant::now() >= until {
            return;
        }
    }
}

/// What was sent last of a job, and when.
#[derive(Default)]
struct ThrottledProgress {
    last: Option<(f64, tokio::time::Instant)>,
}

impl ThrottledProgress {
    /// What to tell now, if anything. It must grow from one notification to the next, so one that
    /// only says that the job lives tells of a part of the file to come.
    fn next(&mut self, done: f64, now: tokio::time::Instant) -> Option<f64> {
        let next = match self.last {
            None => done,
            Some((sent, _)) if done > sent => done,
            Some((sent, at)) if now.duration_since(at) >= NOTIFY_AT_LEAST => {
                f64::midpoint(sent, sent.floor() + 1.0)
            }
            Some(_) => return None,
        };
        self.last = Some((next, now));
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_grows_and_is_told_of_also_while_no_file_settles() {
        let start = tokio::time::Instant::now();
        let mut throttled = ThrottledProgress::default();
        let mut next = |done, seconds| throttled.next(done, start + Duration::from_secs(seconds));
        assert_eq!(next(0.0, 0), Some(0.0));
        assert_eq!(next(0.0, 1), None);
        assert_eq!(next(0.0, 5), Some(0.5));
        assert_eq!(next(0.0, 9), None);
        assert_eq!(next(0.0, 10), Some(0.75));
        assert_eq!(next(1.0, 11), Some(1.0));
        assert_eq!(next(128.0, 12), Some(128.0));
    }
}
