//! `search_code`.

use std::collections::BTreeSet;
use std::path::Path;

use sconce_engine::{
    ContextOptions, Engine, EngineError, Filter, FilterText, SearchMode, SearchRequest, Selector,
};

use super::arguments::{ResponseFormat, Search};
use super::errors::ToolError;
use super::freshness;
use super::render::{Budget, results};
use super::tools::Call;

/// Bounds of an answer's tokens: below, nothing useful fits; above, clients cut.
const TOKENS: std::ops::RangeInclusive<u32> = 200..=20_000;

/// Most indexes of one search.
const MOST_INDEXES: usize = 32;

/// Runs the search and writes its answer.
pub(super) async fn run(call: &Call<'_>, arguments: Search) -> Result<String, ToolError> {
    if arguments.query.trim().is_empty() {
        return Err(ToolError::new("the query is empty")
            .with_hint("say what the code does, or name a symbol")
            .with_call(call.tool, &serde_json::json!({ "query": "where are retries scheduled" })));
    }
    let engine = call.mcp.engine().await?;
    let mut request = request(&arguments)?;
    let mut notes = scope(call, &engine, &arguments, &mut request).await?;
    let response = tokio::select! {
        response = engine.search(&request) => response?,
        () = call.context.ct.cancelled() => return Err(ToolError::new("the call was cancelled")),
    };
    notes.extend(response.notices);
    Ok(results(&response.results, &notes, budget(&arguments)))
}

/// The budget of an answer.
pub(super) fn bounded(format: ResponseFormat, max_tokens: u32, limit: u32) -> Budget {
    Budget { format, max_tokens: max_tokens.clamp(*TOKENS.start(), *TOKENS.end()), limit }
}

fn budget(arguments: &Search) -> Budget {
    bounded(arguments.response_format, arguments.max_tokens, arguments.limit)
}

fn request(arguments: &Search) -> Result<SearchRequest, EngineError> {
    let filter = FilterText {
        languages: arguments.language.clone(),
        path_globs: arguments.path_glob.clone(),
        symbol_kinds: arguments.symbol_type.clone(),
        symbol_names: arguments.symbol_name.iter().cloned().collect(),
    };
    Ok(SearchRequest {
        query: arguments.query.clone(),
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

/// Says where to search, and returns what the caller should know about it.
async fn scope(
    call: &Call<'_>,
    engine: &Engine,
    arguments: &Search,
    request: &mut SearchRequest,
) -> Result<Vec<String>, ToolError> {
    let names: BTreeSet<&String> =
        arguments.index_name.iter().chain(&arguments.index_names).collect();
    if names.len() > MOST_INDEXES {
        return Err(ToolError::new(format!("{} indexes are too many at once", names.len()))
            .with_hint(format!(
                "name at most {MOST_INDEXES}; list_indexes says what they are of"
            )));
    }
    for name in names {
        request.indexes.push(Selector::Name(call.mcp.index_named(engine, name).await?.name));
    }
    if !request.indexes.is_empty() {
        return Ok(unfinished(engine, &request.indexes));
    }
    let place = call.locate(arguments.path.as_deref()).await?;
    let fresh = freshness::of(call.mcp, engine, call.tool, &place.folder).await?;
    let root = Path::new(&fresh.index.root);
    if let Some(inside) = place.folder.strip_prefix(root).ok().and_then(Path::to_str) {
        request.filter.within = match (&place.file, inside) {
            (Some(file), "") => Some(file.clone()),
            (Some(file), inside) => Some(format!("{inside}/{file}")),
            (None, "") => None,
            (None, inside) => Some(inside.to_owned()),
        };
    }
    request.indexes = vec![Selector::Name(fresh.index.name)];
    Ok(fresh.notes)
}

/// Notes on the indexes among these whose job runs.
fn unfinished(engine: &Engine, indexes: &[Selector]) -> Vec<String> {
    let running = engine.jobs().into_iter().filter(|job| {
        !job.is_finished() && indexes.contains(&Selector::Name(job.index_name().to_owned()))
    });
    running.map(|job| freshness::running(&job)).collect()
}
