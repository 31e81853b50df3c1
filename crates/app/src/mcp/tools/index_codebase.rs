//! `index_codebase`: starts a job, or joins the one that runs.

use std::path::{Path, PathBuf};

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use sconce_engine::{EngineError, IndexStatus, Remedy};
use serde::Deserialize;

use super::{Effect, tool};
use crate::index_name;
use crate::mcp::call::{Call, structured};
use crate::mcp::errors::ToolError;
use crate::mcp::job_state::{self, JobState};
use crate::mcp::{freshness, lenient, schema};

const DESCRIPTION: &str = "\
Index another directory than the current project (search_code indexes that), or start over. It goes \
on in the background.";

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("index_codebase", "Index a project", Effect::Adds, DESCRIPTION)
        .with_raw_output_schema(schema::output::<JobState>())
}

/// Arguments of `index_codebase`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// default: the current project
    #[serde(default)]
    pub path: Option<String>,
    /// default: the directory's name
    #[serde(default)]
    pub index_name: Option<String>,
    /// unchanged files too
    #[serde(default)]
    pub rebuild: bool,
    /// globs, e.g. `src/**`; left out: all files
    #[serde(default)]
    pub include: Vec<String>,
    #[serde(default)]
    pub exclude: Vec<String>,
    #[serde(default = "lenient::ten")]
    pub wait_seconds: u32,
}

/// Indexes, and answers with the job's state.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    structured(&index(call, call.arguments()?).await?)
}

async fn index(call: &Call<'_>, arguments: Arguments) -> Result<JobState, ToolError> {
    let place = call.locate("path", arguments.path.as_deref()).await?;
    if let Some(file) = &place.file {
        let directory = place.directory.display();
        return Err(ToolError::new(format!(
            "{file} is a file, and an index is made of a directory"
        ))
        .with_hint("name its directory, or the project's")
        .with_argument(call.tool, call.given, "path", directory.to_string().into()));
    }
    if let Some(name) = &arguments.index_name {
        index_name::check(name)?;
    }
    let engine = call.mcp.engine().await?;
    let root = index_root(call, arguments.path.as_deref(), &place.directory);
    freshness::check_project(call, &engine, &root).await?;
    let mut request = job_state::request_for(call.mcp, &root).await?;
    request.name = arguments.index_name;
    request.rebuild = arguments.rebuild;
    // A search keeps an index as it is; who asks for an index says what it is to be of.
    let index = engine.index_covering(&root).await.ok();
    request.replaces_globs = index.is_some_and(|index| index.root() == root && index.has_globs());
    if !arguments.include.is_empty() {
        request.include = arguments.include;
    }
    if !arguments.exclude.is_empty() {
        request.exclude = arguments.exclude;
    }
    let job = match engine.start_index(request).await {
        Ok(job) => job,
        Err(EngineError::Busy { name }) => return Ok(busy(name, &root)),
        // Where the other index is of, is not said to those who may not use it.
        Err(EngineError::NameTaken { name, root }) if !call.mcp.may_use(Path::new(&root)) => {
            return Err(ToolError::new(format!("the name '{name}' is taken"))
                .with_hint("choose another name, or leave it out"));
        }
        Err(error) => return Err(error.into()),
    };
    job_state::wait(call, &job, arguments.wait_seconds).await;
    if job.is_finished() {
        if let Err(error) = job.wait().await
            && matches!(error.remedy(), Some(Remedy::Include { .. } | Remedy::Narrow { .. }))
        {
            return Err(error.into());
        }
        engine.note_fresh(job.root());
    }
    Ok(JobState::of(&job))
}

/// A directory that a call names is indexed as it is; the default one is its project.
fn index_root(call: &Call<'_>, given: Option<&str>, directory: &Path) -> PathBuf {
    match given {
        Some(_) => directory.to_path_buf(),
        None => call.mcp.projects().root_of(directory),
    }
}

fn busy(name: String, root: &Path) -> JobState {
    let summary =
        format!("another process is indexing {name}; search_code answers from what is there");
    JobState::without_job(name, root.display().to_string(), IndexStatus::Indexing, summary)
}
