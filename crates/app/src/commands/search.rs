//! `sconce search`.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use sconce_engine::{
    ContextOptions, Engine, EngineError, Filter, FilterText, Job, SearchMode, SearchRequest,
    Selector,
};

use super::index::{end_of, index, index_words};
use super::{Context, directory, working_dir};
use crate::cli::{Mode, SearchArgs};
use crate::failure::{Exit, Failure};
use crate::output::{ResultStyle, counted, duration, search_results};

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
    let mut job = None;
    let root = match target {
        Target::Named(names) => {
            request.indexes = names.into_iter().map(Selector::Name).collect();
            None
        }
        Target::Directory(directory) => {
            let root;
            (root, job) = prepare(context, &engine, &arguments, &directory).await?;
            request.filter.within = within(&root, &directory);
            request.indexes = vec![Selector::Root(root.clone())];
            Some(root)
        }
    };
    let response = tokio::select! {
        response = engine.search(&request) => response?,
        _ = tokio::signal::ctrl_c() => {
            return Err(Failure::new(crate::failure::Exit::Interrupted, "interrupted"));
        }
    };
    if context.output.json {
        return context.output.print_json(&response);
    }
    for notice in &response.notices {
        context.output.notice(notice);
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

/// Brings the index of a directory up to date and returns its root: the nearest indexed directory at or
/// above it, else the project around it. Where somebody reads the answer as it comes, the words of
/// all files do for it, and the job that makes their vectors goes on.
async fn prepare(
    context: &Context,
    engine: &Engine,
    arguments: &SearchArgs,
    directory: &Path,
) -> Result<(PathBuf, Option<Job>), Failure> {
    let project = sconce_engine::project_root(directory);
    let root = match engine.find_index(&Selector::Root(directory.to_path_buf())).await {
        // An index of something far above, such as a home directory, is not this project's.
        Ok(found) if Path::new(&found.root).starts_with(&project) => PathBuf::from(found.root),
        Ok(_) | Err(EngineError::NotIndexed { .. }) if !arguments.no_index => project,
        Ok(found) => PathBuf::from(found.root),
        Err(error) => return Err(error.into()),
    };
    if arguments.no_index {
        return Ok((root, None));
    }
    let request = context.index_request(&root)?;
    // A program waits for the end anyway, so it gets the better answer.
    let is_read_at_once = std::io::stdout().is_terminal() && !context.output.json;
    let job = if is_read_at_once && arguments.mode != Mode::Vectors {
        index_words(engine, request, &context.output).await
    } else {
        index(engine, request, &context.output).await.map(|_| None)
    };
    match job {
        Err(failure) if failure.exit == Exit::Busy => {
            context.output.notice("another process is indexing: answering from what is there");
            Ok((root, None))
        }
        job => Ok((root, job?)),
    }
}

/// Where below `root` a search of `directory` is kept to.
fn within(root: &Path, directory: &Path) -> Option<String> {
    let inside = directory.strip_prefix(root).ok()?.to_str()?;
    (!inside.is_empty()).then(|| inside.to_owned())
}

fn request(arguments: &SearchArgs, query: String) -> Result<SearchRequest, EngineError> {
    let filter = FilterText {
        languages: arguments.language.clone(),
        path_globs: arguments.glob.clone(),
        symbol_kinds: arguments.kind.clone(),
        symbol_names: arguments.symbol.clone(),
    };
    Ok(SearchRequest {
        query,
        limit: usize::from(arguments.limit),
        filter: Filter::parse(&filter)?,
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
