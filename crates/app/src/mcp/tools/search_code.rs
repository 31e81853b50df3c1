//! `search_code`.

use std::collections::BTreeSet;
use std::path::Path;

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use sconce_engine::{
    ContextOptions, Engine, EngineError, Filter, FilterText, Index, PatternRequest, SearchMode,
    SearchRequest,
};
use serde::Deserialize;

use super::{Effect, meta, tool};
use crate::mcp::call::{Call, text};
use crate::mcp::errors::ToolError;
use crate::mcp::freshness::{self, Noted};
use crate::mcp::matches::{self, Asked, matches};
use crate::mcp::render::{Budget, ResponseFormat, results};
use crate::mcp::{lenient, remedies};

const DESCRIPTION: &str = "\
Search a project by meaning and by words at once. Use it first when you do not know where \
something is: how a feature works, where a behaviour lives, code like a description. Ask in a \
sentence, or by an identifier. For every occurrence of an exact string use grep.

Answers with `path:start-end  kind symbol  score` and the code, each line after its number \
(`  120| `), results of one file together, and a last line that says how to see more. A project that is not indexed yet is indexed in the \
background; the answer says so and holds what is there already.

Examples: {\"query\": \"where are retries scheduled\"}; {\"query\": \"parse config file\", \
\"language\": \"rust\", \"symbol_type\": \"function\"}; {\"query\": \"connection pool\", \
\"path_glob\": [\"src/db/**\"], \"response_format\": \"concise\", \"limit\": 20}. Filters may stand \
in the query too: lang:go path:src/** kind:class.";

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("search_code", "Search code", Effect::Reads, DESCRIPTION)
        .with_meta(meta("anthropic/maxResultSizeChars", 100_000.into()))
}

/// Arguments of `search_code`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// What the code does, in a sentence or some words, or a symbol's name.
    #[serde(default)]
    pub query: Option<String>,
    /// instead of `query`: text of lines to list, like grep
    #[serde(default)]
    pub pattern: Option<String>,
    /// `pattern` is a regular expression
    #[serde(default, deserialize_with = "lenient::flag")]
    pub regex: bool,
    /// Directory of the project to search, or a directory inside of it. Left out: the current project.
    #[serde(default)]
    pub path: Option<String>,
    /// Index to search instead of a path, as `list_indexes` names it.
    #[serde(default)]
    pub index_name: Option<String>,
    /// Several indexes to search at once.
    #[serde(default, deserialize_with = "lenient::texts")]
    #[schemars(with = "Vec<String>")]
    pub index_names: Vec<String>,
    /// Only these languages, separated by commas, e.g. "rust,python".
    #[serde(default, deserialize_with = "lenient::words")]
    #[schemars(with = "String")]
    pub language: Vec<String>,
    /// Only files whose path matches, as ripgrep's -g: `src`, `*.rs`, `!tests`; later ones win.
    #[serde(default, deserialize_with = "lenient::texts")]
    #[schemars(with = "Vec<String>")]
    pub path_glob: Vec<String>,
    /// Only symbols of these kinds, separated by commas: function, method, class, interface, enum, …
    #[serde(default, deserialize_with = "lenient::words")]
    #[schemars(with = "String")]
    pub symbol_type: Vec<String>,
    /// Only symbols whose name matches this glob, e.g. "*Store".
    #[serde(default)]
    pub symbol_name: Option<String>,
    /// Most results.
    #[serde(default = "lenient::ten", deserialize_with = "lenient::number")]
    #[schemars(range(min = 1, max = 100))]
    pub limit: u32,
    /// Most tokens of the answer.
    #[serde(default = "lenient::four_thousand", deserialize_with = "lenient::number")]
    #[schemars(range(min = 200, max = 20000))]
    pub max_tokens: u32,
    /// "concise": locations and signatures; "detailed": the code too.
    #[serde(default)]
    pub response_format: ResponseFormat,
    /// false: by meaning alone, without matching words.
    #[serde(default = "lenient::yes", deserialize_with = "lenient::flag")]
    pub use_hybrid_search: bool,
    /// Lines of context before a result.
    #[serde(default, deserialize_with = "lenient::number")]
    #[schemars(range(max = 50))]
    pub context_before: u32,
    /// Lines of context after a result.
    #[serde(default, deserialize_with = "lenient::number")]
    #[schemars(range(max = 50))]
    pub context_after: u32,
    /// Widen a result to the whole function or class around it (50 lines at most).
    #[serde(default = "lenient::yes", deserialize_with = "lenient::flag")]
    pub smart_context: bool,
}

/// Most indexes of one search.
const MOST_INDEXES: usize = 32;

/// Runs the search and writes its answer.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let arguments: Arguments = call.arguments()?;
    let has_query = arguments.query.as_ref().is_some_and(|query| !query.trim().is_empty());
    let has_pattern = arguments.pattern.as_ref().is_some_and(|pattern| !pattern.is_empty());
    if !has_query && !has_pattern {
        return Err(ToolError::new("give a query or a pattern")
            .with_hint("a query says what the code does or names a symbol; a pattern is exact text")
            .with_call(call.tool, &serde_json::json!({ "query": "where are retries scheduled" })));
    }
    let engine = call.mcp.engine().await?;
    let mut request = request(&arguments)?;
    let (indexes, mut notes) = scope(call, &engine, &arguments, &mut request).await?;
    if !has_query {
        let budget = budget(&arguments);
        return Ok(text(lines(call, &arguments, &indexes, &request.filter, &notes, budget).await?));
    }
    let response = tokio::select! {
        response = engine.search(&indexes, &request) => response?,
        () = call.context.ct.cancelled() => return Err(ToolError::new("the call was cancelled")),
    };
    notes.extend(response.notices);
    notes.extend(response.remedy.as_ref().and_then(remedies::hint));
    let budget = budget(&arguments);
    if !has_pattern {
        return Ok(text(results(&response.results, &notes, budget)));
    }
    let half = Budget { max_tokens: budget.max_tokens / 2, ..budget };
    let lines = lines(call, &arguments, &indexes, &request.filter, &[], half).await?;
    Ok(text(results(&response.results, &notes, half) + "\n" + &lines))
}

/// The lines that match the pattern.
async fn lines(
    call: &Call<'_>,
    arguments: &Arguments,
    indexes: &[Index],
    filter: &Filter,
    notes: &[String],
    budget: Budget,
) -> Result<String, ToolError> {
    let is_given = call.given.get("limit").is_some_and(|limit| !limit.is_null());
    let limit = if is_given { arguments.limit } else { matches::LINES };
    let limit = limit.clamp(1, matches::MOST_LINES);
    let request = PatternRequest {
        pattern: arguments.pattern.clone().unwrap_or_default(),
        is_regex: arguments.regex,
        filter: filter.clone(),
        limit: limit as usize,
    };
    let mut found = Vec::with_capacity(indexes.len());
    for index in indexes {
        found.push(index.matching_lines(&request).await?);
    }
    let asked = Asked { given: call.given, limit, max_tokens: budget.max_tokens };
    Ok(matches(&found, notes, asked))
}

fn budget(arguments: &Arguments) -> Budget {
    Budget::new(arguments.response_format, arguments.max_tokens, arguments.limit)
}

fn request(arguments: &Arguments) -> Result<SearchRequest, EngineError> {
    let filter = FilterText {
        languages: arguments.language.clone(),
        path_globs: arguments.path_glob.clone(),
        symbol_kinds: arguments.symbol_type.clone(),
        symbol_names: arguments.symbol_name.iter().cloned().collect(),
    };
    Ok(SearchRequest {
        query: arguments.query.clone().unwrap_or_default(),
        limit: arguments.limit.clamp(1, 100) as usize,
        filter: Filter::parse(&filter)?,
        mode: if arguments.use_hybrid_search { SearchMode::Hybrid } else { SearchMode::Vectors },
        context: ContextOptions {
            before: arguments.context_before.min(50),
            after: arguments.context_after.min(50),
            smart: arguments.smart_context,
            ..ContextOptions::default()
        },
        ..SearchRequest::default()
    })
}

/// Where to search, and what the caller should know about it.
async fn scope(
    call: &Call<'_>,
    engine: &Engine,
    arguments: &Arguments,
    request: &mut SearchRequest,
) -> Result<(Vec<Index>, Vec<String>), ToolError> {
    let names: BTreeSet<&String> =
        arguments.index_name.iter().chain(&arguments.index_names).collect();
    if names.len() > MOST_INDEXES {
        return Err(ToolError::new(format!("{} indexes are too many at once", names.len()))
            .with_hint(format!(
                "name at most {MOST_INDEXES}; list_indexes says what they are of"
            )));
    }
    let mut indexes = Vec::with_capacity(names.len());
    for name in names {
        indexes.push(call.mcp.index_named(engine, name).await?);
    }
    if !indexes.is_empty() {
        let jobs = indexes.iter().filter_map(Index::running_job);
        let notes = jobs.map(|job| freshness::running(&job)).collect();
        return Ok((indexes, notes));
    }
    let place = call.locate(arguments.path.as_deref()).await?;
    let Noted { index, notes } =
        freshness::of(call.mcp, engine, call.tool, &place.directory).await?;
    if let Some(inside) = place.directory.strip_prefix(index.root()).ok().and_then(Path::to_str) {
        request.filter.within = match (&place.file, inside) {
            (Some(file), "") => Some(file.clone()),
            (Some(file), inside) => Some(format!("{inside}/{file}")),
            (None, "") => None,
            (None, inside) => Some(inside.to_owned()),
        };
    }
    Ok((vec![index], notes))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::mcp::errors;

    fn read(given: &Value) -> Result<Arguments, ToolError> {
        errors::arguments(&definition(), given.as_object().unwrap())
    }

    #[test]
    fn sloppy_arguments_are_understood() {
        let search = read(&json!({
            "query": "x", "limit": "5", "language": ["rust", "go"], "symbol_type": "class, method",
            "path_glob": "src/**", "response_format": "concise", "smart_context": "false",
            "path": null, "max_tokens": null
        }))
        .unwrap();
        assert_eq!((search.limit, search.max_tokens), (5, 4000));
        assert_eq!(search.language, ["rust", "go"]);
        assert_eq!(search.symbol_type, ["class", "method"]);
        assert_eq!(search.path_glob, ["src/**"]);
        assert_eq!(search.response_format, ResponseFormat::Concise);
        assert!(!search.smart_context && search.path.is_none());
    }

    #[test]
    fn a_misspelt_argument_comes_back_corrected() {
        let error = read(&json!({"query": "x", "langauge": "rust"})).unwrap_err();
        assert_eq!(error.message, "search_code has no argument `langauge`");
        assert_eq!(error.call.unwrap(), r#"search_code {"query":"x","language":"rust"}"#);
    }

    #[test]
    fn a_missing_query_comes_back_with_an_example() {
        let error = read(&json!({"limit": -3})).unwrap_err();
        assert_eq!(
            error.call.unwrap(),
            r#"search_code {"query":"where is the connection pool created"}"#
        );
    }
}
