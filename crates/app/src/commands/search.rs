//! `sconce search`.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sconce_engine::{
    ContextOptions, Engine, EngineError, Filter, FilterPart, FilterText, Fresh, Freshness,
    FreshnessNotice, Index, Job, SearchMode, SearchRequest, Sought, Unanswered, project_root,
};

use super::index::{brought_up_to_date, end_of};
use super::{Context, directory, working_dir};
use crate::cli::{Mode, SearchArgs};
use crate::failure::{Exit, Failure};
use crate::local;
use crate::no_results::{self, Wording};
use crate::output::{ResultStyle, counted, cut, duration, search_results};
use crate::remedy;

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

pub(super) async fn run(context: &Context, arguments: SearchArgs) -> Result<(), Failure> {
    let query = arguments.query.join(" ");
    if query.trim().is_empty() {
        return Err(Failure::from(EngineError::EmptyQuery));
    }
    let here = working_dir()?;
    let target = Target::new(&arguments, &here)?;
    let engine = context.engine().await?;
    let mut request = request(&arguments, query)?;
    // The index of a new project goes on after the answer.
    let (mut indexes, mut job, mut root) = (Vec::new(), None, None);
    match target {
        Target::Named(names) => {
            for name in &names {
                indexes.push(engine.index_named(name).await?);
            }
        }
        Target::Directory(directory) => {
            let index;
            (index, job) = prepare(context, &engine, &arguments, &directory).await?;
            request.filter.within = within(index.root(), &directory);
            root = Some(index.root().to_path_buf());
            indexes.push(index);
        }
    }
    let mut response = tokio::select! {
        response = engine.search(&indexes, &request) => response?,
        _ = tokio::signal::ctrl_c() => {
            return Err(Failure::new(Exit::Interrupted, "interrupted"));
        }
    };
    if !is_read_at_once(context)
        && let Some(job) = job.take()
    {
        response.notices.push(leave_behind(context, &job).await?);
    }
    if response.results.is_empty() {
        let unanswered = Unanswered {
            indexes: &indexes,
            sought: Sought::Places(&request),
            text: &filter_text(&arguments),
            plain_query: response.plain_query(),
        };
        let notes = no_results::notes(&engine, &unanswered, &Flags(&arguments)).await;
        response.notices.extend(notes);
    }
    if context.output.json {
        return context.output.print_json(&response);
    }
    for notice in &response.notices {
        context.output.notice(notice);
    }
    if let Some(hint) = response.remedy.as_ref().and_then(remedy::hint) {
        context.output.notice(&hint);
    }
    let style = ResultStyle {
        lines: arguments.lines,
        explain: arguments.explain,
        base: root.map(|root| Base { root, here }.prefix()).unwrap_or_default(),
    };
    context.output.print(&search_results(&response, &style, context.output.paint))?;
    match job {
        Some(job) => go_on(context, &job).await,
        None => Ok(()),
    }
}

/// Whether somebody reads the answer as it comes.
fn is_read_at_once(context: &Context) -> bool {
    std::io::stdout().is_terminal() && !context.output.json
}

/// Leaves a job to a process that goes on when this one has answered. Returns what to say of it.
async fn leave_behind(context: &Context, job: &Job) -> Result<String, Failure> {
    job.cancel();
    // However it ends: what was written is whole, and the next job goes on from there.
    let _ = job.wait().await;
    let process = local::index_behind(&context.settings, &context.config, job.root())?;
    Ok(format!(
        "the rest is indexed in the background (process {process}): the same search finds more later"
    ))
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

/// What is searched.
enum Target {
    /// Indexes by name, as they are.
    Named(Vec<String>),
    /// A directory, which is brought up to date first.
    Directory(PathBuf),
}

impl Target {
    fn new(arguments: &SearchArgs, here: &Path) -> Result<Target, Failure> {
        if !arguments.index.is_empty() {
            return Ok(Target::Named(arguments.index.clone()));
        }
        directory(arguments.path.as_deref().unwrap_or(here)).map(Target::Directory)
    }
}

/// The index of a directory, brought up to date, and the job that goes on.
async fn prepare(
    context: &Context,
    engine: &Engine,
    arguments: &SearchArgs,
    directory: &Path,
) -> Result<(Index, Option<Job>), Failure> {
    if arguments.no_index {
        return Ok((engine.index_covering(directory).await?, None));
    }
    let output = context.output;
    // Where somebody reads the answer as it comes, the words of all files do for it, and the job that
    // makes their vectors goes on. A program gets the better answer, if that comes in time.
    let freshness = match arguments.mode {
        Mode::Vectors => FRESHNESS,
        _ if is_read_at_once(context) => Freshness { words_suffice: true, ..FRESHNESS },
        _ => Freshness { wait_for_first: PATIENCE, wait_for_changes: PATIENCE, ..FRESHNESS },
    };
    let project = match engine.unmarked_project(directory).await? {
        Some(project) => project,
        None => project_root(directory),
    };
    let request = context.index_requests();
    let refresh = engine.refresh(&project, directory, &freshness, request).await?;
    let Fresh { index, notice } = brought_up_to_date(refresh, &freshness, &output).await?;
    let job = match notice {
        Some(FreshnessNotice::Running(job)) => Some(job),
        Some(FreshnessNotice::Failed(error)) => return Err(error.into()),
        Some(FreshnessNotice::Busy) => {
            output.notice("another process is indexing: answering from what is there");
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

/// Where below `root` a search of `directory` is kept to.
fn within(root: &Path, directory: &Path) -> Option<String> {
    let inside = directory.strip_prefix(root).ok()?.to_str()?;
    (!inside.is_empty()).then(|| inside.to_owned())
}

fn filter_text(arguments: &SearchArgs) -> FilterText {
    // The last ones win.
    let left_out = arguments.left_out.iter().map(|glob| format!("!{glob}"));
    FilterText {
        languages: arguments.language.clone(),
        path_globs: arguments.glob.iter().cloned().chain(left_out).collect(),
        symbol_kinds: arguments.kind.clone(),
        symbol_names: arguments.symbol.clone(),
    }
}

/// The search as its flags say it.
struct Flags<'a>(&'a SearchArgs);

impl Flags<'_> {
    fn directory(&self) -> String {
        let directory = self.0.path.as_deref().unwrap_or(Path::new("."));
        directory.display().to_string()
    }
}

impl Wording for Flags<'_> {
    fn named(&self, part: FilterPart) -> String {
        let (flag, values) = match part {
            FilterPart::Languages => ("--language", self.0.language.join(",")),
            FilterPart::Paths => ("--glob", self.0.glob.join(" ")),
            FilterPart::Kinds => ("--kind", self.0.kind.join(",")),
            FilterPart::Names => ("--symbol", self.0.symbol.join(" ")),
            FilterPart::Within => ("the directory", self.directory()),
        };
        format!("{flag} {}", cut(&values))
    }

    fn on_empty(&self, index: &str) -> String {
        format!("sconce stats {index} --skipped says what was left out, and why")
    }

    fn without(&self, _: &[FilterPart], query: Option<&str>) -> Option<String> {
        query.map(cut)
    }
}

fn request(arguments: &SearchArgs, query: String) -> Result<SearchRequest, EngineError> {
    Ok(SearchRequest {
        query,
        limit: usize::from(arguments.limit),
        filter: Filter::parse(&filter_text(arguments))?,
        mode: match arguments.mode {
            Mode::Hybrid => SearchMode::Hybrid,
            Mode::Words => SearchMode::Words,
            Mode::Vectors => SearchMode::Vectors,
        },
        context: ContextOptions {
            before: arguments.context,
            after: arguments.context,
            smart: !arguments.no_smart,
            ..ContextOptions::default()
        },
        explain: arguments.explain,
        ..SearchRequest::default()
    })
}

/// What to put before a result's path, so that a terminal can open it from where the user stands.
struct Base {
    root: PathBuf,
    here: PathBuf,
}

impl Base {
    fn prefix(&self) -> String {
        let here = self.here.canonicalize().unwrap_or_else(|_| self.here.clone());
        if here == self.root {
            return String::new();
        }
        if let Ok(below) = self.root.strip_prefix(&here) {
            return format!("{}/", below.display());
        }
        if let Ok(above) = here.strip_prefix(&self.root) {
            return "../".repeat(above.components().count());
        }
        format!("{}/", self.root.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_where_the_user_stands() {
        let prefix = |root: &str, here: &str| {
            Base { root: PathBuf::from(root), here: PathBuf::from(here) }.prefix()
        };
        assert_eq!(prefix("/a/b", "/a/b"), "");
        assert_eq!(prefix("/a/b/c", "/a"), "b/c/");
        assert_eq!(prefix("/a", "/a/b/c"), "../../");
        assert_eq!(prefix("/x", "/a"), "/x/");
    }

    #[test]
    fn a_directory_inside_of_a_project_narrows_the_search() {
        let inside = |root: &str, directory: &str| within(Path::new(root), Path::new(directory));
        assert_eq!(inside("/a", "/a"), None);
        assert_eq!(inside("/a", "/a/src/db").as_deref(), Some("src/db"));
    }
}
