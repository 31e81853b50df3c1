//! `index_codebase` and `index_status`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rmcp::model::ProgressNotificationParam;
use schemars::JsonSchema;
use sconce_engine::{Engine, EngineError, IndexRequest, Job, Phase, Progress};
use sconce_store::IndexStatus;
use serde::Serialize;

use super::Mcp;
use super::arguments::{IndexCodebase, Status};
use super::errors::ToolError;
use super::listing::Watch;
use super::tools::Call;
use crate::index_name;
use crate::output::{line as progress_line, word};
use crate::settings::ProjectRequest;

/// Longest wait that a call may ask for.
const LONGEST_WAIT: u32 = 30;
/// Least time between two progress notifications.
const NOTIFY_EVERY: Duration = Duration::from_millis(500);
/// Most time between two of them: files settle in batches, and a client may give up on silence.
const NOTIFY_AT_LEAST: Duration = Duration::from_secs(5);

/// A job's state.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct JobState {
    /// Index that the job fills.
    pub index_name: String,
    /// Folder that it indexes.
    pub root: String,
    /// waiting, walking, reading, indexing, finishing, done, failed or cancelled.
    pub phase: String,
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
    /// How the folder's changes are followed, where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
    /// The state in a sentence, and what to do next.
    pub summary: String,
}

/// The jobs of this server.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct JobStates {
    /// Those that run, then the last one of each folder that ended.
    pub jobs: Vec<JobState>,
}

impl JobState {
    /// The state of a job now.
    pub(super) fn of(job: &Job) -> JobState {
        let progress = job.progress();
        JobState {
            index_name: job.index_name().to_owned(),
            root: job.root().display().to_string(),
            phase: word(&progress.phase),
            files_done: progress.files_done,
            files_total: progress.files_total,
            chunks_done: progress.chunks_done,
            tokens_per_second: progress.tokens_per_second.round(),
            elapsed_seconds: (progress.elapsed_seconds * 10.0).round() / 10.0,
            remaining_seconds: progress.remaining_seconds.map(f64::round),
            error: progress.error.clone(),
            watch: None,
            summary: summary(job.index_name(), &progress),
        }
    }
}

fn summary(name: &str, progress: &Progress) -> String {
    match progress.phase {
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
    // It reads a file, and a file system may stand still.
    let read = tokio::task::spawn_blocking(move || config.projects.request(&root));
    let ProjectRequest { request, refused } = read.await.map_err(EngineError::Task)??;
    for refused in &refused {
        tracing::warn!("{refused}");
    }
    Ok(request)
}

/// `index_codebase`.
pub(super) async fn index(
    call: &Call<'_>,
    arguments: IndexCodebase,
) -> Result<JobState, ToolError> {
    let place = call.locate(arguments.path.as_deref()).await?;
    if let Some(file) = &place.file {
        let folder = place.folder.display();
        return Err(ToolError::new(format!("{file} is a file, and an index is made of a folder"))
            .with_hint("name its folder, or the project's")
            .with_call(call.tool, &serde_json::json!({ "path": folder.to_string() })));
    }
    if let Some(name) = &arguments.index_name {
        index_name::check(name)?;
    }
    let engine = call.mcp.engine().await?;
    let root = index_root(call, arguments.path.as_deref(), &place.folder);
    let mut request = request_for(call.mcp, &root).await?;
    request.name = arguments.index_name;
    request.rebuild = arguments.rebuild;
    if !arguments.include.is_empty() {
        request.include = arguments.include;
    }
    if !arguments.exclude.is_empty() {
        request.exclude = arguments.exclude;
    }
    let job = match engine.start_index(request).await {
        Ok(job) => job,
        Err(EngineError::Busy { name }) => return Ok(busy(&name, &root)),
        // Where the other index is of, is not said to those who may not use it.
        Err(EngineError::NameTaken { name, root }) if !call.mcp.may_use(&root) => {
            return Err(ToolError::new(format!("the name '{name}' is taken"))
                .with_hint("choose another name, or leave it out"));
        }
        Err(error) => return Err(error.into()),
    };
    watch(call, &job, arguments.wait_seconds).await;
    if job.is_finished() {
        call.mcp.shared.freshness.saw(job.root());
    }
    Ok(JobState::of(&job))
}

/// A folder that a call names is indexed as it is; the default one is its project.
fn index_root(call: &Call<'_>, given: Option<&str>, folder: &Path) -> PathBuf {
    match given {
        Some(_) => folder.to_path_buf(),
        None => call.mcp.projects().root_of(folder),
    }
}

fn busy(name: &str, root: &Path) -> JobState {
    JobState {
        index_name: name.to_owned(),
        root: root.display().to_string(),
        phase: "indexing".to_owned(),
        files_done: 0,
        files_total: 0,
        chunks_done: 0,
        tokens_per_second: 0.0,
        elapsed_seconds: 0.0,
        remaining_seconds: None,
        error: None,
        watch: None,
        summary: format!(
            "another process is indexing {name}; search_code answers from what is there"
        ),
    }
}

/// Waits for a job's end, telling a caller who asked for it how far it is. The job does not depend
/// on the caller: one that goes away stops the waiting alone.
async fn watch(call: &Call<'_>, job: &Job, seconds: u32) {
    let until = tokio::time::Instant::now() + Duration::from_secs(seconds.min(LONGEST_WAIT).into());
    let token = call.context.meta.get_progress_token();
    let mut telling = Telling::default();
    while !job.is_finished() {
        if let Some(token) = &token {
            let progress = job.progress();
            let now = tokio::time::Instant::now();
            if let Some(done) = telling.next(progress.files_done as f64, now) {
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

/// What was told last of a job, and when.
#[derive(Default)]
struct Telling {
    last: Option<(f64, tokio::time::Instant)>,
}

impl Telling {
    /// What to tell now, if anything. It must grow from one notification to the next, so one that
    /// only says that the job lives tells of a part of the file to come.
    fn next(&mut self, done: f64, now: tokio::time::Instant) -> Option<f64> {
        let next = match self.last {
            None => done,
            Some((told, _)) if done > told => done,
            Some((told, at)) if now.duration_since(at) >= NOTIFY_AT_LEAST => {
                f64::midpoint(told, told.floor() + 1.0)
            }
            Some(_) => return None,
        };
        self.last = Some((next, now));
        Some(next)
    }
}

/// `index_status`.
pub(super) async fn status(call: &Call<'_>, arguments: Status) -> Result<JobStates, ToolError> {
    let engine = call.mcp.engine().await?;
    let Some(name) = arguments.index_name else {
        let jobs = call.mcp.jobs(&engine);
        return Ok(JobStates { jobs: jobs.iter().map(|job| watched(&engine, job)).collect() });
    };
    let job = call.mcp.jobs(&engine).into_iter().find(|job| job.index_name() == name);
    let Some(job) = job else { return without_job(call, &engine, &name).await };
    if arguments.cancel {
        job.cancel();
        // However it ends, it has ended.
        let _ = tokio::time::timeout(Duration::from_secs(10), job.wait()).await;
    } else {
        watch(call, &job, arguments.wait_seconds).await;
    }
    Ok(JobStates { jobs: vec![watched(&engine, &job)] })
}

/// A job's state, with how its folder is followed.
fn watched(engine: &Engine, job: &Job) -> JobState {
    let state = JobState::of(job);
    JobState { watch: Watch::of(engine, &state.root), ..state }
}

/// The state of an index that no job of this process fills.
async fn without_job(call: &Call<'_>, engine: &Engine, name: &str) -> Result<JobStates, ToolError> {
    let index = call.mcp.index_named(engine, name).await?;
    let files = index.files.max(0) as u64;
    let status = index.state.status;
    let summary = match status {
        IndexStatus::Ready => format!("{} is indexed: {files} files", index.name),
        IndexStatus::Indexing => format!("another process is indexing {}", index.name),
        IndexStatus::Empty | IndexStatus::Failed | IndexStatus::Interrupted => {
            format!("{} is {status}; index_codebase completes it", index.name)
        }
    };
    let watch = Watch::of(engine, &index.root);
    let state = JobState {
        index_name: index.name,
        root: index.root,
        phase: status.to_string(),
        files_done: files,
        files_total: files,
        chunks_done: index.chunks.max(0) as u64,
        tokens_per_second: 0.0,
        elapsed_seconds: 0.0,
        remaining_seconds: None,
        error: index.state.error,
        watch,
        summary,
    };
    Ok(JobStates { jobs: vec![state] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_grows_and_is_told_of_also_while_no_file_settles() {
        let start = tokio::time::Instant::now();
        let mut telling = Telling::default();
        let mut next = |done, seconds| telling.next(done, start + Duration::from_secs(seconds));
        assert_eq!(next(0.0, 0), Some(0.0));
        assert_eq!(next(0.0, 1), None);
        assert_eq!(next(0.0, 5), Some(0.5));
        assert_eq!(next(0.0, 9), None);
        assert_eq!(next(0.0, 10), Some(0.75));
        assert_eq!(next(1.0, 11), Some(1.0));
        assert_eq!(next(128.0, 12), Some(128.0));
    }
}
