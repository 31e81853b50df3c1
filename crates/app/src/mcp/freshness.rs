//! How fresh an index is for the tools, and what they say of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sconce_engine::{
    Engine, EngineError, Fresh, Freshness, FreshnessNotice, Index, IndexRequest, Job, is_marked,
};
use tokio::task::JoinSet;

use super::Mcp;
use super::call::Call;
use super::errors::ToolError;
use super::job_state::request_of;
use super::remedies;
use crate::output::line as progress_line;

/// A client gives up on a call that takes long, and searches several times in a row.
const FRESHNESS: Freshness = Freshness {
    may_index: true,
    even_on_hold: false,
    fresh_for: Duration::from_secs(1),
    wait_for_first: Duration::from_secs(8),
    wait_for_changes: Duration::from_secs(2),
    words_suffice: true,
};

/// An index, and what the caller should know of it.
pub(super) struct Noted {
    /// The index.
    pub index: Index,
    /// Lines for the answer.
    pub notes: Vec<String>,
}

/// The index of the project around `directory`, made or brought up to date first as far as that is
/// quick; what takes longer goes on in the background.
pub(super) async fn of(
    call: &Call<'_>,
    engine: &Engine,
    directory: &Path,
) -> Result<Noted, ToolError> {
    let Call { mcp, tool, .. } = call;
    let may_index = mcp.config().auto_index;
    let freshness = Freshness { may_index, ..FRESHNESS };
    let (project, config) =
        (project_of(mcp, engine, directory).await?, Arc::clone(&mcp.shared.config));
    if may_index {
        engine.check_project(&project, directory).await.map_err(|error| refused(call, error))?;
        if mcp.projects().is_above_own(&project)
            && engine.index_within(&project, directory).await?.is_none()
        {
            return Err(above_own(call, &project));
        }
    }
    let request =
        move |root: &Path| -> Result<IndexRequest, ToolError> { request_of(&config, root) };
    let refresh = engine.refresh(&project, directory, &freshness, request).await?;
    match refresh.wait().await {
        Ok(Fresh { index, notice }) => Ok(Noted { index, notes: notice.map_or(vec![], notes) }),
        Err(EngineError::NotIndexed { path }) if !may_index => {
            Err(ToolError::new(format!("{} is not indexed", path.display()))
                .with_hint(format!("index it first, then call {tool} again"))
                .with_call("index_codebase", &serde_json::json!({ "path": path })))
        }
        Err(error) => Err(error.into()),
    }
}

/// The same for a call that only reads a file of the directory: it indexes what is the call's own project or
/// is marked as one, and no other directory, of which nobody has said that it is meant.
pub(super) async fn of_file(
    call: &Call<'_>,
    engine: &Engine,
    directory: &Path,
) -> Result<Noted, ToolError> {
    let mcp = call.mcp;
    let directory = mcp.projects().around(directory);
    let project = project_of(mcp, engine, directory).await?;
    let is_meant = is_marked(&project) || mcp.projects().default_project() == Some(&project);
    if is_meant || existing(mcp, engine, directory).await?.is_some() {
        return of(call, engine, directory).await;
    }
    engine.check_project(&project, directory).await.map_err(|error| refused(call, error))?;
    Err(ToolError::new(format!("{} is not indexed", project.display()))
        .with_hint(
            "nothing marks it as a project (.git, sconce.toml), so reading a file does not index it; \
             index_codebase does, if it is meant",
        )
        .with_call("index_codebase", &serde_json::json!({ "path": project })))
}

/// The index that covers a directory, as it is, unless it is of something beyond its project or the
/// roots.
pub(super) async fn existing(
    mcp: &Mcp,
    engine: &Engine,
    directory: &Path,
) -> Result<Option<Index>, ToolError> {
    let project = project_of(mcp, engine, directory).await?;
    Ok(engine.index_within(&project, directory).await?)
}

/// The project around a directory: what marks one on the disk, or an index above it that may be used.
async fn project_of(mcp: &Mcp, engine: &Engine, directory: &Path) -> Result<PathBuf, ToolError> {
    let project = engine.project_of(directory, |root| mcp.may_use(root)).await?;
    Ok(mcp.projects().within_roots(project, directory))
}

/// An error where an index of a directory would be the first of all that a user has, which no agent
/// decides on: only who has configured it as a root of the server does, or who indexes it in a terminal.
pub(super) async fn check_project(
    call: &Call<'_>,
    engine: &Engine,
    directory: &Path,
) -> Result<(), ToolError> {
    if is_root(call.mcp, directory) {
        return Ok(());
    }
    engine.check_project(directory, directory).await.map_err(|error| refused(call, error))
}

/// Whether a directory is configured as one of the server's.
fn is_root(mcp: &Mcp, directory: &Path) -> bool {
    mcp.projects().roots().iter().any(|root| root == directory)
}

/// What to do where a search does not index a directory that may be meant.
fn index_all_of_it(tool: &str) -> String {
    format!(
        "name a project in it; if all of it is meant, which may take long, index_codebase with this \
         path indexes it first, and {tool} answers then"
    )
}

/// Refuses to index the directory around the call's own project because of a search.
fn above_own(call: &Call<'_>, directory: &Path) -> ToolError {
    let Call { mcp, tool, given, .. } = call;
    let shown = directory.display();
    let failure = ToolError::new(format!(
        "{shown} is not indexed, and lies around this project without being marked as one"
    ))
    .with_hint(index_all_of_it(tool));
    match mcp.projects().default_project() {
        Some(own) => failure.with_argument(tool, given, "path", own.display().to_string().into()),
        None => failure,
    }
}

/// What [`Engine::check_project`] refuses, with a call that would work.
fn refused(call: &Call<'_>, error: EngineError) -> ToolError {
    let EngineError::NoProject { directory } = &error else { return error.into() };
    let Call { mcp, tool, given, .. } = call;
    let (is_meant, project) = (is_root(mcp, directory), directory.join("project"));
    let mut failure = ToolError::from(error);
    if is_meant {
        failure = failure.with_hint(index_all_of_it(tool));
    }
    if call.is_file("path") {
        return failure.with_call("list_indexes", &serde_json::json!({}));
    }
    failure.with_argument(tool, given, "path", project.display().to_string().into())
}

fn notes(notice: FreshnessNotice) -> Vec<String> {
    match notice {
        FreshnessNotice::Indexed(report) => report.notices,
        FreshnessNotice::Running(job) => vec![running(&job)],
        FreshnessNotice::Busy => {
            vec!["another process is indexing this project; this is what is there".to_owned()]
        }
        FreshnessNotice::Failed(error) => vec![trouble(&error)],
    }
}

fn trouble(error: &EngineError) -> String {
    let hint = error.remedy().as_ref().and_then(remedies::hint);
    let hint = hint.map_or(String::new(), |hint| format!(" ({hint})"));
    format!("the index could not be brought up to date: {error}{hint}")
}

/// Has what the watches of these indexes have heard of answer, as far as that is quick, and says which jobs go on.
pub(super) async fn of_named(indexes: &[Index]) -> Vec<String> {
    let mut settling = JoinSet::new();
    for index in indexes {
        let index = index.clone();
        settling.spawn(async move { index.settle(FRESHNESS.wait_for_changes).await });
    }
    settling.join_all().await;
    let jobs = indexes.iter().filter_map(Index::running_job).map(|job| running(&job));
    let gone = indexes.iter().filter(|index| index.root_is_gone()).map(|index| {
        let (name, root) = (index.name(), index.root().display());
        format!("the directory of {name}, {root}, is gone: this is what was in it")
    });
    jobs.chain(gone).collect()
}

/// A note that a job goes on.
pub(super) fn running(job: &Job) -> String {
    let progress = job.progress();
    let answers = if progress.words_answer() {
        "Every file answers by its words already, and soon by its meaning"
    } else if progress.queue_place.is_some() {
        "This is what is there already"
    } else {
        "This is what is there already; the same call gives more in some seconds"
    };
    let (name, line) = (job.index_name(), progress_line(&progress));
    format!("{name} is being indexed: {line}. {answers}; index_status tells how far it is.")
}
