//! `sconce search`.

mod call;
mod in_server;

use std::path::Path;
use std::time::Duration;

use sconce_engine::{Engine, Fresh, Freshness, FreshnessNotice, Index, Job};

use self::call::Target;
use super::Context;
use super::index::{brought_up_to_date, end_of};
use crate::cli::{Mode, SearchArgs};
use crate::failure::{Exit, Failure};
use crate::local;
use crate::output::{counted, duration};
use crate::signals;

pub(crate) use self::call::{SearchAnswer, SearchCall};
pub(crate) use self::in_server::answered;

/// How long a program waits for all of an index: it has a limit of its own, and cannot say that it would
/// rather have an answer by words.
const PATIENCE: Duration = Duration::from_secs(10);

/// The user asks, sees how far the job is, and can end it: so nothing else ends the waiting.
const FRESHNESS: Freshness = Freshness {
    may_index: true,
    even_on_hold: true,
    fresh_for: Duration::ZERO,
    wait_for_first: Duration::MAX,
    wait_for_changes: Duration::MAX,
    words_suffice: false,
};

/// What is said where somebody else writes the index.
const BUSY: &str = "another process is indexing: answering from what is there";

pub(super) async fn run(context: &Context, arguments: SearchArgs) -> Result<(), Failure> {
    let call = SearchCall::new(context, arguments)?;
    // Filters that cannot be taken are told by this process in any case.
    call.check()?;
    tokio::select! {
        answer = local::search(&context.settings, &context.config, &call) => {
            if let Some(answer) = answer {
                return tell(context, &answer);
            }
        }
        () = signals::end() => return Err(interrupted()),
    }
    search_here(context, &call).await
}

/// Searches in this process.
async fn search_here(context: &Context, call: &SearchCall) -> Result<(), Failure> {
    let engine = context.engine().await?;
    // The index of a new project goes on after the answer.
    let (mut indexes, mut within, mut job) = (Vec::new(), None, None);
    match &call.target {
        Target::Named(names) => {
            for name in names {
                indexes.push(engine.index_named(name).await?);
            }
        }
        Target::Directory(directory) => {
            let index;
            (index, job) = prepare(context, &engine, call, directory).await?;
            within = call::within(index.root(), directory);
            indexes.push(index);
        }
    }
    // By now filters know the languages of the indexes.
    let mut request = call.request()?;
    request.filter.within = within;
    let mut response = tokio::select! {
        response = engine.search(&indexes, &request) => response?,
        () = signals::end() => return Err(interrupted()),
    };
    if !call.is_read_at_once
        && let Some(job) = job.take()
    {
        response.notices.push(leave_behind(context, &job).await?);
    }
    tell(context, &call.answer(&engine, &indexes, &request, response).await?)?;
    match job {
        Some(job) => go_on(context, &job).await,
        None => Ok(()),
    }
}

fn interrupted() -> Failure {
    Failure::new(Exit::Interrupted, "interrupted")
}

fn tell(context: &Context, answer: &SearchAnswer) -> Result<(), Failure> {
    answer.notices.iter().for_each(|notice| context.output.notice(notice));
    context.output.print(&answer.text)
}

/// Leaves a job to a process that goes on when this one has answered. Returns what to say of it.
async fn leave_behind(context: &Context, job: &Job) -> Result<String, Failure> {
    job.cancel();
    // However it ends: what was written is whole, and the next job goes on from there.
    let _ = job.wait().await;
    Ok(left_behind(local::index_behind(&context.settings, &context.config, job.root())?))
}

/// What is said of a job that goes on in another process.
fn left_behind(process: u32) -> String {
    format!(
        "the rest is indexed in the background (process {process}): the same search finds more later"
    )
}

/// Indexes the rest after an answer that came early.
async fn go_on(context: &Context, job: &Job) -> Result<(), Failure> {
    let output = &context.output;
    output
        .notice("now the vectors are made, for searches by meaning; Ctrl-C leaves them for later");
    let report = end_of(job, output).await?;
    let files = counted(report.files, "file", "files");
    output.notice(&format!("{files} indexed in {}: search again", duration(report.seconds)));
    Ok(())
}

/// The index of a directory, brought up to date, and the job that goes on.
async fn prepare(
    context: &Context,
    engine: &Engine,
    call: &SearchCall,
    directory: &Path,
) -> Result<(Index, Option<Job>), Failure> {
    if call.arguments.no_index {
        return Ok((engine.index_covering(directory).await?, None));
    }
    let output = context.output;
    // Where somebody reads the answer as it comes, the words of all files do for it, and the job that
    // makes their vectors goes on. A program gets the better answer, if that comes in time.
    let freshness = match call.arguments.mode {
        Mode::Vectors => FRESHNESS,
        _ if call.is_read_at_once => Freshness { words_suffice: true, ..FRESHNESS },
        _ => Freshness { wait_for_first: PATIENCE, wait_for_changes: PATIENCE, ..FRESHNESS },
    };
    let project = engine.project_of(directory, |_| true).await?;
    engine.check_project(&project, directory).await?;
    let request = context.index_requests();
    let refresh = engine.refresh(&project, directory, &freshness, request).await?;
    let Fresh { index, notice } = brought_up_to_date(refresh, &freshness, &output).await?;
    let job = match notice {
        Some(FreshnessNotice::Running(job)) => Some(job),
        Some(FreshnessNotice::Failed(error)) => return Err(error.into()),
        Some(FreshnessNotice::Busy) => {
            output.notice(BUSY);
            None
        }
        Some(FreshnessNotice::Indexed(report)) => {
            report.notices.iter().for_each(|notice| output.notice(notice));
            None
        }
        None => None,
    };
    Ok((index, job))
}
