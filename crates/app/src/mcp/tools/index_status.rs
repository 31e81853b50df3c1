//! `index_status`: how far jobs are, or an end to one.

use std::time::Duration;

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use sconce_engine::{Engine, IndexStatus, Job, Worker};
use serde::{Deserialize, Serialize};

use super::{Effect, tool};
use crate::mcp::call::{Call, structured};
use crate::mcp::errors::ToolError;
use crate::mcp::job_state::{self, JobState};
use crate::mcp::schema;
use crate::mcp::statistics::{Watch, by_name};

const DESCRIPTION: &str = "\
How far index jobs are; wait for one, or cancel it: what is indexed stays.";

/// Longest wait for a job that was told to stop.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("index_status", "Status of index jobs", Effect::Adds, DESCRIPTION)
        .with_raw_output_schema(schema::output::<JobStates>())
}

/// Arguments of `index_status`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// default: all jobs
    #[serde(default)]
    pub index_name: Option<String>,
    #[serde(default)]
    pub cancel: bool,
    /// 30 at most
    #[serde(default)]
    pub wait_seconds: u32,
}

/// The jobs of this server.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct JobStates {
    /// Those that run, then the last one of each directory that ended.
    pub jobs: Vec<JobState>,
    /// Those who embed for this database, on any machine: index jobs and workers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workers: Vec<WorkerState>,
}

/// One who gives chunks their vectors.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct WorkerState {
    /// Machine and process.
    pub name: String,
    /// index, worker or serve.
    pub role: String,
    /// What its model runs on.
    pub device: String,
    /// Model.
    pub model: String,
    /// Index that it works on, or worked on last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_name: Option<String>,
    /// Chunks that it has embedded.
    pub chunks: i64,
    /// Chunks a second, of late.
    pub chunks_per_second: f64,
    /// Seconds since it began.
    pub elapsed_seconds: f64,
}

impl From<Worker> for WorkerState {
    fn from(worker: Worker) -> Self {
        let tenths = |number: f64| (number * 10.0).round() / 10.0;
        Self {
            name: worker.name,
            role: worker.role,
            device: worker.device,
            model: worker.model,
            index_name: worker.index,
            chunks: worker.chunks,
            chunks_per_second: tenths(worker.chunks_per_second.into()),
            elapsed_seconds: tenths(worker.seconds),
        }
    }
}

/// Waits where that is asked for, and tells of the jobs.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let mut states = status(call, call.arguments()?).await?;
    let engine = call.mcp.engine().await?;
    states.workers = workers(call, &engine).await?;
    structured(&states)
}

/// The workers of the database; an index that is not this server's to know is not named.
async fn workers(call: &Call<'_>, engine: &Engine) -> Result<Vec<WorkerState>, ToolError> {
    let workers = engine.workers().await?;
    if workers.is_empty() {
        return Ok(Vec::new());
    }
    let indexes = call.mcp.indexes(engine).await?;
    let is_known = |name: &String| indexes.iter().any(|index| index.name() == name);
    let states = workers.into_iter().map(|worker| {
        let index = worker.index.clone().filter(is_known);
        WorkerState::from(Worker { index, ..worker })
    });
    Ok(states.collect())
}

async fn status(call: &Call<'_>, arguments: Arguments) -> Result<JobStates, ToolError> {
    let engine = call.mcp.engine().await?;
    let Some(name) = arguments.index_name else {
        let jobs = call.mcp.jobs(&engine);
        return Ok(states(jobs.iter().map(|job| watched(&engine, job)).collect()));
    };
    let job = call.mcp.jobs(&engine).into_iter().find(|job| job.index_name() == name);
    let Some(job) = job else {
        return without_job(call, &engine, &name, arguments.cancel).await;
    };
    if arguments.cancel && job.is_finished() && is_indexing(call, &engine, &name).await? {
        return without_job(call, &engine, &name, true).await;
    }
    if arguments.cancel {
        job.cancel();
        // However it ends, it has ended.
        let _ = tokio::time::timeout(STOPS_WITHIN, job.wait()).await;
    } else {
        job_state::wait(call, &job, arguments.wait_seconds).await;
    }
    Ok(states(vec![watched(&engine, &job)]))
}

/// Whether a job fills an index or waits to, in whichever process.
async fn is_indexing(call: &Call<'_>, engine: &Engine, name: &str) -> Result<bool, ToolError> {
    let index = call.mcp.index_named(engine, name).await?;
    Ok(index.row().state.status.has_job())
}

fn states(jobs: Vec<JobState>) -> JobStates {
    JobStates { jobs, workers: Vec::new() }
}

/// A job's state, with how its directory is followed.
fn watched(engine: &Engine, job: &Job) -> JobState {
    let state = JobState::of(job);
    JobState { watch: Watch::of(engine, job.root()), ..state }
}

/// The state of an index that no job of this process fills; where that is to be cancelled, after the one
/// of another process has stopped.
async fn without_job(
    call: &Call<'_>,
    engine: &Engine,
    name: &str,
    cancel: bool,
) -> Result<JobStates, ToolError> {
    let mut index = call.mcp.index_named(engine, name).await?;
    if cancel && index.row().state.status.has_job() {
        index.stop_job(STOPS_WITHIN).await?;
        index = call.mcp.index_named(engine, name).await?;
    }
    let watch = Watch::of(engine, index.root());
    let skipped = index.skipped_files().await?;
    let encodings = index.encodings().await?;
    let index = index.into_row();
    let files = index.files.max(0) as u64;
    let status = index.state.status;
    let summary = match status {
        IndexStatus::Ready => format!("{} is indexed: {files} files", index.name),
        IndexStatus::Indexing => format!("another process is indexing {}", index.name),
        IndexStatus::Queued => format!("{} waits for its turn in another process", index.name),
        IndexStatus::Empty | IndexStatus::Failed | IndexStatus::Interrupted => {
            format!("{} is {status}; index_codebase completes it", index.name)
        }
    };
    let state = JobState {
        files_done: files,
        files_total: files,
        chunks_done: index.chunks.max(0) as u64,
        error: index.state.error,
        skipped: by_name(&skipped.counts),
        encodings,
        watch,
        ..JobState::without_job(index.name, index.root, status, summary)
    };
    Ok(states(vec![state]))
}
