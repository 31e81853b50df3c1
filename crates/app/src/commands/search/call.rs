//! A search as the command line asks it: all that another process needs to answer it alike.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use sconce_engine::{
    ContextOptions, Engine, EngineError, Filter, FilterPart, FilterText, Index, SearchRequest,
    SearchResponse, Sought, Unanswered,
};
use serde::{Deserialize, Serialize};

use crate::cli::SearchArgs;
use crate::commands::index::chosen_model;
use crate::commands::{Context, directory, working_dir};
use crate::failure::Failure;
use crate::no_results::{self, Wording};
use crate::output::{Paint, ResultStyle, cut, escaped, json_text, search_results};
use crate::remedy;

/// A search that was checked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SearchCall {
    pub(super) arguments: SearchArgs,
    pub(super) target: Target,
    /// The directory in which the user stands.
    here: PathBuf,
    /// The model that the command line names.
    model: Option<String>,
    /// Whether a program gets one JSON document.
    json: bool,
    has_colours: bool,
    /// Whether somebody reads the answer as it comes.
    pub(super) is_read_at_once: bool,
}

/// What is searched.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Target {
    /// Indexes by name, as they are.
    Named(Vec<String>),
    /// A directory, which is brought up to date first.
    Directory(PathBuf),
}

/// What is written: on stderr what the user should know, and on stdout the answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SearchAnswer {
    pub(super) notices: Vec<String>,
    pub(super) text: String,
}

impl SearchCall {
    pub(super) fn new(context: &Context, arguments: SearchArgs) -> Result<SearchCall, Failure> {
        if arguments.query.join(" ").trim().is_empty() {
            return Err(Failure::from(EngineError::EmptyQuery));
        }
        let here = working_dir()?;
        let target = if arguments.index.is_empty() {
            Target::Directory(directory(arguments.path.as_deref().unwrap_or(&here))?)
        } else {
            Target::Named(arguments.index.clone())
        };
        let output = context.output;
        Ok(SearchCall {
            arguments,
            target,
            here,
            model: chosen_model(context),
            json: output.json,
            has_colours: output.paint.is_on(),
            is_read_at_once: std::io::stdout().is_terminal() && !output.json,
        })
    }

    /// Refuses what cannot be asked before anything is opened. A language that nobody knows may be one of the project;
    /// those of an index that is named are known once that is open.
    pub(super) fn check(&self) -> Result<(), EngineError> {
        match (self.request(), &self.target) {
            (Err(error), Target::Named(_)) if error.is_of_language() => Ok(()),
            (Err(error), Target::Directory(directory)) if error.is_of_language() => {
                sconce_engine::know_languages(directory);
                self.request().map(drop)
            }
            (checked, _) => checked.map(drop),
        }
    }

    /// What the engine is asked.
    pub(super) fn request(&self) -> Result<SearchRequest, EngineError> {
        let arguments = &self.arguments;
        Ok(SearchRequest {
            query: arguments.query.join(" "),
            limit: usize::from(arguments.limit),
            filter: Filter::parse(&filter_text(arguments))?,
            mode: arguments.mode.into(),
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

    /// What is written of a response. `indexes` are those that were searched, the only one where it is a
    /// directory's.
    pub(super) async fn answer(
        &self,
        engine: &Engine,
        indexes: &[Index],
        request: &SearchRequest,
        mut response: SearchResponse,
    ) -> Result<SearchAnswer, Failure> {
        if response.results.is_empty() {
            let unanswered = Unanswered {
                indexes,
                sought: Sought::Places(request),
                text: &filter_text(&self.arguments),
                plain_query: response.plain_query(),
            };
            let notes = no_results::notes(engine, &unanswered, &Flags(&self.arguments)).await;
            response.notices.extend(notes);
        }
        response.notices.extend(indexes.first().and_then(|index| self.narrowing(index.root())));
        response.notices.extend(indexes.iter().filter_map(|index| self.other_model(index)));
        if self.json {
            return Ok(SearchAnswer { notices: Vec::new(), text: json_text(&response)? });
        }
        let root = indexes.first().filter(|_| matches!(self.target, Target::Directory(_)));
        let style = ResultStyle {
            lines: self.arguments.lines,
            explain: self.arguments.explain,
            base: root.map(|index| prefix(index.root(), &self.here)).unwrap_or_default(),
        };
        let text = search_results(&response, &style, Paint::new(self.has_colours));
        let hint = response.remedy.as_ref().and_then(remedy::hint);
        Ok(SearchAnswer { notices: response.notices.into_iter().chain(hint).collect(), text })
    }

    /// What is said where an index was made with another model than the one that is asked for.
    fn other_model(&self, index: &Index) -> Option<String> {
        let asked = self.model.as_deref().filter(|model| !index.is_made_with(model))?;
        let (name, root, model) = (index.name(), index.root().display(), &index.row().model);
        Some(format!(
            "the index '{}' was made with {model}, which answers; sconce index {root} --model {} --rebuild \
             makes it anew",
            escaped(name),
            cut(asked)
        ))
    }

    /// What is said where the user has not named the directory that the search is kept to.
    fn narrowing(&self, root: &Path) -> Option<String> {
        let Target::Directory(directory) = &self.target else { return None };
        let within = within(root, directory).filter(|_| self.arguments.path.is_none())?;
        let all = prefix(root, &self.here);
        Some(format!("searched {} alone: --path {all} is all of the project", escaped(&within)))
    }
}

/// Where below `root` a search of `directory` is kept to.
pub(super) fn within(root: &Path, directory: &Path) -> Option<String> {
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

/// What to put before a result's path, so that a terminal can open it from where the user stands.
fn prefix(root: &Path, here: &Path) -> String {
    let here = here.canonicalize().unwrap_or_else(|_| here.to_path_buf());
    if here == root {
        return String::new();
    }
    if let Ok(below) = root.strip_prefix(&here) {
        return format!("{}/", below.display());
    }
    if let Ok(above) = here.strip_prefix(root) {
        return "../".repeat(above.components().count());
    }
    format!("{}/", root.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_where_the_user_stands() {
        let prefix = |root: &str, here: &str| prefix(Path::new(root), Path::new(here));
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
