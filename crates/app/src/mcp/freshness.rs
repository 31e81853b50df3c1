//! Keeping a project's index fresh behind searches.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sconce_engine::{Engine, EngineError, IndexReport, Job, Progress, Selector, WatchMode};
use sconce_store::{Index, IndexStatus};

use super::Mcp;
use super::errors::ToolError;
use super::job_state::request_for;
use crate::output::line as progress_line;

/// A project that was looked at so recently is not looked at again.
const FRESH_FOR: Duration = Duration::from_secs(5);
/// Longest wait of a search for changed files to be indexed.
const WAIT_FOR_CHANGES: Duration = Duration::from_secs(2);
/// Longest wait of the first search of a project for its index.
const WAIT_FOR_FIRST: Duration = Duration::from_secs(8);

/// How often a waiting search looks how far the job is.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// When each project was last looked at.
#[derive(Debug, Default)]
pub(super) struct Freshness {
    looked: Mutex<HashMap<PathBuf, Instant>>,
}

impl Freshness {
    /// A project was brought up to date just now.
    pub(super) fn saw(&self, root: &Path) {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.insert(root.to_path_buf(), Instant::now());
    }

    /// Whether a project should be looked at now; counts as a look if so.
    fn due(&self, root: &Path) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let due = looked.get(root).is_none_or(|at| at.elapsed() > FRESH_FOR);
        if due {
            looked.insert(root.to_path_buf(), Instant::now());
        }
        due
    }
}

/// The index of a directory, and what the caller should know about it.
pub(super) struct Fresh {
    /// The index.
    pub index: Index,
    /// Lines for the answer.
    pub notes: Vec<String>,
}

/// The index of the project around `directory`, made or brought up to date first as far as that is
/// quick; what takes longer goes on in the background.
pub(super) async fn of(
    mcp: &Mcp,
    engine: &Engine,
    tool: &str,
    directory: &Path,
) -> Result<Fresh, ToolError> {
    let found = existing(mcp, engine, directory).await?;
    let root = match &found {
        Some(index) => PathBuf::from(&index.root),
        None => mcp.projects().root_of(directory),
    };
    let mut notes = vec![];
    // A search of an index on hold says itself that it may lack something.
    let on_hold = found.as_ref().is_some_and(|index| engine.is_on_hold(index));
    if mcp.config().auto_index && !on_hold && root.is_dir() {
        let first = found.as_ref().is_none_or(|index| index.generation == 0);
        if let Some(index) = found.as_ref().filter(|_| !first)
            && is_followed(engine, index, &root)
        {
            notes.extend(settle(engine, &root).await);
        } else if first || mcp.shared.freshness.due(&root) {
            notes.extend(bring_up_to_date(engine, &root, mcp, first).await?);
        }
    } else if found.is_none() {
        return Err(ToolError::new(format!("{} is not indexed", root.display()))
            .with_hint(format!("index it first, then call {tool} again"))
            .with_call("index_codebase", &serde_json::json!({ "path": root })));
    }
    let Some(index) = existing(mcp, engine, directory).await? else {
        return Err(EngineError::NotIndexed { path: root }.into());
    };
    Ok(Fresh { index, notes })
}

/// The index that covers a directory, unless it is of something beyond its project or the roots.
pub(super) async fn existing(
    mcp: &Mcp,
    engine: &Engine,
    directory: &Path,
) -> Result<Option<Index>, ToolError> {
    let project = mcp.projects().root_of(directory);
    match engine.find_index(&Selector::Root(directory.to_path_buf())).await {
        Ok(index) if Path::new(&index.root).starts_with(&project) => Ok(Some(index)),
        Ok(_) | Err(EngineError::NotIndexed { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether the watch of a project is to be relied on, so that nobody need look for changes. One
/// that scans, or whose job failed or was cancelled, is behind for longer than a search would be.
fn is_followed(engine: &Engine, index: &Index, root: &Path) -> bool {
    let whole = matches!(index.state.status, IndexStatus::Ready | IndexStatus::Indexing);
    let status = engine.watches().status(root);
    whole && status.is_some_and(|status| status.mode == WatchMode::Events && !status.troubled)
}

/// Has the watch bring what it has heard of into the index, as far as that is quick.
async fn settle(engine: &Engine, root: &Path) -> Option<String> {
    if engine.watches().status(root)?.settled {
        return None;
    }
    let mut settling = engine.watches().hurry(root)?;
    let begin = Instant::now();
    while tokio::time::timeout(POLL_INTERVAL, settling.wait()).await.is_err() {
        let mut jobs = engine.jobs().into_iter();
        let job = jobs.find(|job| job.root() == root && !job.is_finished());
        let progress = job.as_ref().map(Job::progress).unwrap_or_default();
        let Progress { elapsed_seconds, remaining_seconds, .. } = progress;
        if progress.words_answer()
            || !is_worth_it(WAIT_FOR_CHANGES, begin.elapsed(), elapsed_seconds, remaining_seconds)
        {
            return job.as_ref().map(running);
        }
    }
    None
}

async fn bring_up_to_date(
    engine: &Engine,
    root: &Path,
    mcp: &Mcp,
    first: bool,
) -> Result<Vec<String>, ToolError> {
    let job = match engine.start_index(request_for(mcp, root).await?).await {
        Ok(job) => job,
        // Another process is at it: answer from what is there.
        Err(EngineError::Busy { .. }) => {
            return Ok(vec![
                "another process is indexing this project; this is what is there".into(),
            ]);
        }
        Err(error) => return Err(error.into()),
    };
    let wait = if first { WAIT_FOR_FIRST } else { WAIT_FOR_CHANGES };
    Ok(match end_of(&job, wait).await {
        Some(Ok(report)) => report.notices,
        Some(Err(error)) => vec![trouble(&error)],
        None => vec![running(&job)],
    })
}

/// How a job ended, if it does so while waiting is worth it: no longer than until every file answers
/// by its words.
async fn end_of(job: &Job, limit: Duration) -> Option<Result<IndexReport, EngineError>> {
    let begin = Instant::now();
    loop {
        if let Ok(end) = tokio::time::timeout(POLL_INTERVAL, job.wait()).await {
            return Some(end);
        }
        let progress = job.progress();
        let Progress { elapsed_seconds, remaining_seconds, .. } = progress;
        if progress.words_answer()
            || !is_worth_it(limit, begin.elapsed(), elapsed_seconds, remaining_seconds)
        {
            return None;
        }
    }
}

/// Whether a caller that has `waited` should wait on, for a job that has run for `elapsed` seconds
/// and will run for `remaining` more: a long job holds up its first caller alone.
fn is_worth_it(limit: Duration, waited: Duration, elapsed: f64, remaining: Option<f64>) -> bool {
    let left = limit.saturating_sub(waited).as_secs_f64();
    let is_long = elapsed > limit.as_secs_f64() && remaining.is_some_and(|rest| rest > left);
    left > 0.0 && !is_long
}

fn trouble(error: &EngineError) -> String {
    let hint = error.hint().map_or(String::new(), |hint| format!(" ({hint})"));
    format!("the index could not be brought up to date: {error}{hint}")
}

/// A note that a job goes on.
pub(super) fn running(job: &Job) -> String {
    let progress = job.progress();
    let answers = if progress.words_answer() {
        "Every file answers by its words already, and soon by its meaning"
    } else {
        "This is what is there already; the same call gives more in some seconds"
    };
    let (name, line) = (job.index_name(), progress_line(&progress));
    format!("{name} is being indexed: {line}. {answers}; index_status tells how far it is.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_job_holds_up_its_first_caller_alone() {
        let worth = |waited, elapsed, remaining| {
            is_worth_it(WAIT_FOR_FIRST, Duration::from_secs_f64(waited), elapsed, remaining)
        };
        assert!(worth(0.0, 0.0, None));
        assert!(worth(5.0, 5.0, Some(60.0)), "the first caller waits on");
        assert!(!worth(8.0, 8.0, Some(60.0)), "but not for ever");
        assert!(!worth(0.1, 20.0, Some(40.0)), "a later one does not wait");
        assert!(worth(0.1, 59.0, Some(1.0)), "unless the end is near");
        assert!(worth(0.1, 20.0, None), "or nobody knows");
    }
}
