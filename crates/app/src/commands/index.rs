//! `sconce index`.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use sconce_engine::{Engine, Fresh, Freshness, IndexReport, IndexRequest, Job, Progress, Refresh};

use super::{Context, directory, working_dir};
use crate::cli::IndexArgs;
use crate::failure::{Exit, Failure};
use crate::index_name;
use crate::output::{Output, counted, duration, escaped, follow, grouped};
use crate::settings::Source;
use crate::signals;

/// Longest wait for a job that was told to end: it looks every other second.
const STOPS_WITHIN: Duration = Duration::from_secs(20);

pub(super) async fn run(context: &Context, arguments: IndexArgs) -> Result<(), Failure> {
    let root = match &arguments.path {
        Some(path) => directory(path)?,
        None => sconce_engine::project_root(&directory(&working_dir()?)?),
    };
    if let Some(name) = &arguments.name {
        index_name::check(name)?;
    }
    let engine = context.engine().await?;
    if arguments.cancel {
        return cancel(&engine, &root, arguments.name.as_deref(), &context.output).await;
    }
    if arguments.path.is_none() {
        engine.check_project(&root, &root).await?;
    }
    let mut request = context.index_request(&root)?;
    request.name = arguments.name;
    request.rebuild = arguments.rebuild;
    request.model = chosen_model(context).or(request.model);
    let report = index(&engine, request, &context.output).await?;
    if matches!(context.settings.get("no_ignore").source, Source::Flag(_)) {
        context.output.notice(
            "ignored files are in the index until the next run without --no-ignore; \
             `no_ignore = true` in sconce.toml keeps them",
        );
    }
    if context.output.json {
        return context.output.print_json(&report);
    }
    context.output.print(&summary(&report))
}

/// Ends the job that fills an index.
async fn cancel(
    engine: &Engine,
    root: &Path,
    name: Option<&str>,
    output: &Output,
) -> Result<(), Failure> {
    let index = match name {
        Some(name) => engine.index_named(name).await?,
        None => engine.index_covering(root).await?,
    };
    let name = escaped(index.name());
    if !index.row().state.status.has_job() {
        return Err(Failure::not_found(format!("no job fills the index '{name}'")));
    }
    if index.stop_job(STOPS_WITHIN).await?.has_job() {
        let still =
            format!("the job of '{name}' has not ended within {} s", STOPS_WITHIN.as_secs());
        return Err(Failure::new(Exit::Busy, still)
            .with_hint("it was told to, and ends where it can: `sconce list` shows its state"));
    }
    output.print(&format!("{name}: its job has ended, and what was indexed answers\n"))
}

/// The model, where the command line names it: an index keeps its own otherwise, also where the
/// environment says which model new ones get.
pub(super) fn chosen_model(context: &Context) -> Option<String> {
    let value = context.settings.get("model");
    let chosen = matches!(value.source, Source::Flag(_));
    let model = value.items.first().filter(|model| chosen && *model != "auto")?;
    Some(model.clone())
}

/// Indexes with progress on stderr; Ctrl-C ends the job cleanly.
pub(super) async fn index(
    engine: &Engine,
    request: IndexRequest,
    output: &Output,
) -> Result<IndexReport, Failure> {
    let job = engine.start_index(request).await?;
    end_of(&job, output).await
}

/// Waits until an index is as fresh as that, with progress on stderr; Ctrl-C ends the job cleanly.
pub(super) async fn brought_up_to_date(
    refresh: Refresh,
    freshness: &Freshness,
    output: &Output,
) -> Result<Fresh, Failure> {
    let job = refresh.job().cloned();
    let longest = freshness.wait_for_first.max(freshness.wait_for_changes);
    let begun = Instant::now();
    let is_enough = |progress: &Progress| {
        freshness.words_suffice && progress.words_answer() || begun.elapsed() >= longest
    };
    let shown = async {
        match &job {
            Some(job) => until(job, output, is_enough).await,
            None => Ok(()),
        }
    };
    let ((), fresh) = tokio::try_join!(shown, async { Ok(refresh.wait().await?) })?;
    Ok(fresh)
}

/// Shows a job's progress until it is far enough; Ctrl-C and other signals end the job cleanly.
async fn until(
    job: &Job,
    output: &Output,
    is_enough: impl Fn(&Progress) -> bool,
) -> Result<(), Failure> {
    tokio::select! {
        () = follow(job, *output, is_enough) => Ok(()),
        () = signals::end() => {
            job.cancel();
            // However it ends: what was written so far is whole.
            let _ = job.wait().await;
            Err(Failure::new(Exit::Interrupted, "interrupted")
                .with_hint("what was indexed is kept and answers; run it again to go on"))
        }
    }
}

/// Shows a job's progress until its end.
pub(super) async fn end_of(job: &Job, output: &Output) -> Result<IndexReport, Failure> {
    until(job, output, |_| false).await?;
    let report = job.wait().await?;
    for notice in &report.notices {
        output.notice(notice);
    }
    Ok(report)
}

fn summary(report: &IndexReport) -> String {
    let mut text = format!(
        "{}: {} in {} from {}\n",
        escaped(&report.index),
        counted(report.files, "file", "files"),
        duration(report.seconds),
        escaped(&report.root)
    );
    let _ = writeln!(
        text,
        "  files   {} changed, {} unchanged, {} removed",
        grouped(report.files_changed),
        grouped(report.files_unchanged),
        grouped(report.files_removed)
    );
    let _ = writeln!(
        text,
        "  chunks  {} written, {} embedded ({} tokens), {} known already",
        grouped(report.chunks),
        grouped(report.chunks_embedded),
        grouped(report.tokens),
        grouped(report.chunks_cached)
    );
    if report.chunks_by_others > 0 {
        let others = grouped(report.chunks_by_others);
        let _ = writeln!(text, "  workers {others} chunks embedded by other workers");
    }
    let skipped: Vec<String> = report
        .skipped
        .iter()
        .map(|(reason, files)| format!("{} {}", grouped(*files), reason.as_str()))
        .collect();
    if !skipped.is_empty() {
        let name = escaped(&report.index);
        let how = format!("`sconce stats {name} --skipped` names them");
        let _ = writeln!(text, "  skipped {} ({how})", skipped.join(", "));
    }
    if !report.encodings.is_empty() {
        let encodings: Vec<String> = report
            .encodings
            .iter()
            .map(|(encoding, files)| format!("{} {encoding}", grouped(*files)))
            .collect();
        let _ = writeln!(text, "  decoded {}", encodings.join(", "));
    }
    let _ = writeln!(text, "  model   {}", report.model);
    text
}
