//! `search_code`.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use sconce_code::filter::MAX_PATTERN_BYTES;
use sconce_engine::{
    AskedLines, AskedSymbol, ContextOptions, Engine, EngineError, Filter, FilterText, Index,
    MatchType, PatternRequest, SearchMode, SearchRequest, SearchResponse, SearchResult, Sought,
    Unanswered, symbol_asked,
};
use serde::Deserialize;

use super::{Effect, meta, tool};
use crate::mcp::call::{Call, text};
use crate::mcp::errors::ToolError;
use crate::mcp::freshness::{self, Noted};
use crate::mcp::matches::{self, LineQuery, matches};
use crate::mcp::no_results::SearchCall;
use crate::mcp::render::ResponseFormat;
use crate::mcp::uses::{self, Uses};
use crate::mcp::{lenient, remedies};
use crate::no_results;
use crate::output::{Budget, NextCall, compact, counted, cut, escaped};

const DESCRIPTION: &str = "\
Find where something is, by meaning and words: first when you do not know the place. Answers \
with path:lines (`:lines`: of the same file), symbol, and the lines that match: often enough to act on.";

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("search_code", "Search code", Effect::Reads, DESCRIPTION)
        .with_meta(meta("anthropic/maxResultSizeChars", 100_000.into()))
}

/// Arguments of `search_code`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// what the code does, a symbol, or "who calls X"
    #[serde(default, deserialize_with = "lenient::texts")]
    #[schemars(with = "String")]
    pub query: Vec<String>,
    /// up to 8 at once
    #[serde(default)]
    pub queries: Vec<String>,
    /// text of lines to list, like grep
    #[serde(default)]
    pub pattern: Option<String>,
    /// `pattern` is one
    #[serde(default)]
    pub regex: bool,
    /// project, or a directory or file in it
    #[serde(default)]
    pub path: Option<String>,
    #[serde(default)]
    pub index_name: Option<String>,
    #[serde(default)]
    pub index_names: Vec<String>,
    /// "rust,go"
    #[serde(default, deserialize_with = "lenient::words")]
    #[schemars(with = "String")]
    pub language: Vec<String>,
    /// as rg -g
    #[serde(default)]
    pub path_glob: Vec<String>,
    /// function, class, …
    #[serde(default, deserialize_with = "lenient::words")]
    #[schemars(with = "String")]
    pub symbol_type: Vec<String>,
    /// glob
    #[serde(default)]
    pub symbol_name: Option<String>,
    /// files; lines of `pattern`
    #[serde(default = "lenient::ten")]
    pub limit: u32,
    #[serde(default = "lenient::four_thousand")]
    pub max_tokens: u32,
    /// detailed: code too
    #[serde(default)]
    pub response_format: ResponseFormat,
    /// false: by meaning alone
    #[serde(default = "lenient::yes")]
    pub use_hybrid_search: bool,
    #[serde(default)]
    pub context_before: u32,
    #[serde(default)]
    pub context_after: u32,
    /// false: not the whole definition
    #[serde(default = "lenient::yes")]
    pub smart_context: bool,
}

impl Arguments {
    fn has_pattern(&self) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| !pattern.is_empty())
    }
}

/// Most indexes of one search.
const MOST_INDEXES: usize = 32;

/// Most words of a query that are named for standing nowhere.
const MOST_ABSENT: usize = 8;

/// Most lines around each that is found.
const MOST_CONTEXT: u32 = 50;

/// Most queries of one call.
const MOST_QUERIES: usize = 8;

/// Runs the searches and writes their answer.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let arguments: Arguments = call.arguments()?;
    let queries = queries(call, &arguments)?;
    let engine = call.mcp.engine().await?;
    let mut request = checked_request(call, &engine, &arguments).await?;
    let (indexes, mut notes) = scope(call, &engine, &arguments, &mut request).await?;
    let parts = queries.len() as u32 + u32::from(arguments.has_pattern());
    let detailed = arguments.response_format.is_detailed();
    let budget = Budget::new(detailed, arguments.max_tokens / parts);
    let budget = if arguments.use_hybrid_search { budget } else { budget.by_meaning() };
    let budget = budget.naming_indexes(call.must_name(&indexes).await);
    // What is too long to look for in lines is a query all the same, and no name that has uses.
    let is_told = |symbol: &AskedSymbol| {
        let is_asked = symbol.lines != AskedLines::Unasked || parts == 1;
        is_asked && symbol.name.len() <= MAX_PATTERN_BYTES
    };
    let symbols = queries.iter().map(|query| symbol_asked(query).filter(is_told));
    // Where a name is common, its uses take longer than the search: they are looked for beside it.
    let (responses, uses) = tokio::try_join!(
        Box::pin(search_each(call, &engine, &indexes, &request, &queries)),
        Box::pin(uses::of_each(call, &indexes, &request.filter, symbols.collect(), budget)),
    )?;
    for (query, response) in queries.iter().zip(&responses) {
        let new = response.notices.iter().filter(|notice| !notes.contains(notice));
        let new: Vec<String> = new.cloned().collect();
        if response.results.is_empty() {
            let request = SearchRequest { query: (*query).to_owned(), ..request.clone() };
            let unanswered = Unanswered {
                indexes: &indexes,
                sought: Sought::Places(&request),
                text: &filter_text(&arguments),
                plain_query: response.plain_query(),
            };
            let wording = SearchCall { tool: call.tool, given: call.given };
            notes.extend(no_results::notes(&engine, &unanswered, &wording).await);
        }
        notes.extend(new.into_iter().chain(response.remedy.as_ref().and_then(remedies::hint)));
    }
    let again = NextCall { tool: call.tool, arguments: call.given };
    let mut answer = match responses.as_slice() {
        [] => String::new(),
        [response] if parts == 1 => {
            let whole: String = uses.iter().map(Uses::text).collect();
            let again = Some(&again).filter(|_| whole.is_empty());
            let (results, vague) = of_name(response);
            let places = compact(&results, &notes, budget.beside(&whole), again);
            let uses = uses.into_iter().map(|uses| uses.beside(&places.lines).text());
            nowhere(response) + &places.text + &counted_line(vague) + &uses.collect::<String>()
        }
        _ => told_apart(&queries, responses, &uses, &notes, budget),
    };
    if arguments.has_pattern() {
        let notes = if queries.is_empty() { notes.as_slice() } else { &[] };
        answer.push_str(&lines(call, &arguments, &indexes, &request.filter, notes, budget).await?);
    }
    Ok(text(answer))
}

/// The answer of each query.
async fn search_each(
    call: &Call<'_>,
    engine: &Engine,
    indexes: &[Index],
    request: &SearchRequest,
    queries: &[&str],
) -> Result<Vec<SearchResponse>, ToolError> {
    let mut responses = Vec::with_capacity(queries.len());
    for query in queries {
        let request = SearchRequest { query: (*query).to_owned(), ..request.clone() };
        responses.push(tokio::select! {
            response = engine.search(indexes, &request) => response?,
            () = call.context.ct.cancelled() => {
                return Err(ToolError::new("the call was cancelled"));
            }
        });
    }
    Ok(responses)
}

/// The queries, which must be some and not too many.
fn queries<'a>(call: &Call<'_>, arguments: &'a Arguments) -> Result<Vec<&'a str>, ToolError> {
    let queries = arguments.query.iter().chain(&arguments.queries).map(|query| query.trim());
    let queries: Vec<&str> = queries.filter(|query| !query.is_empty()).collect();
    if queries.is_empty() && !arguments.has_pattern() {
        return Err(ToolError::new("give a query or a pattern")
            .with_hint("a query says what the code does or names a symbol; a pattern is exact text")
            .with_call(call.tool, &serde_json::json!({ "query": "where are retries scheduled" })));
    }
    if queries.len() > MOST_QUERIES {
        return Err(ToolError::new(format!("{} queries are too many at once", queries.len()))
            .with_hint(format!("ask at most {MOST_QUERIES} in one call")));
    }
    Ok(queries)
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
    let mut request = PatternRequest {
        pattern: arguments.pattern.clone().unwrap_or_default(),
        is_regex: arguments.regex,
        filter: filter.clone(),
        limit: limit as usize,
        before: arguments.context_before.min(MOST_CONTEXT),
        after: arguments.context_after.min(MOST_CONTEXT),
    };
    let engine = call.mcp.engine().await?;
    let mut found = engine.matching_lines(indexes, &request).await?;
    let mut given = call.given.clone();
    let mut notes = notes.to_vec();
    if found.is_empty()
        && let Some(regex) = matches::meant_as_regex(&request)
    {
        let as_regex = engine.matching_lines(indexes, &regex).await?;
        if !as_regex.is_empty() {
            notes.push("no line has it to the letter; as a regular expression:".to_owned());
            given.insert("pattern".to_owned(), regex.pattern.as_str().into());
            given.insert("regex".to_owned(), true.into());
            (found, request) = (as_regex, regex);
        }
    }
    let Budget { max_tokens, names_indexes, .. } = budget;
    let asked = LineQuery { given: &given, limit, max_tokens, names_indexes, above: 0 };
    if found.is_empty() {
        let unanswered = Unanswered {
            indexes,
            sought: Sought::Lines(&request),
            text: &filter_text(arguments),
            plain_query: None,
        };
        let wording = SearchCall { tool: call.tool, given: call.given };
        notes.extend(no_results::notes(&engine, &unanswered, &wording).await);
    }
    if !found.is_empty() {
        let unmatched = engine.unmatched_alternatives(indexes, &request, &found.of_indexes).await?;
        if !unmatched.is_empty() {
            notes.push(format!("no line has {}", escaped(&unmatched.join(", "))));
        }
    }
    notes.extend(found.notices);
    Ok(matches(&found.of_indexes, &notes, asked))
}

/// Of several queries each has so many places whatever is known of them; further ones have a line that matches.
const SURE_PLACES: usize = 5;

/// The answers of several queries, one after another. What stands in an earlier one is not told again:
/// the best place is named without its lines, the others are counted, as are those further down of which the query's
/// words say nothing, and the files that have no place among the best: who wants them asks that query alone.
fn told_apart(
    queries: &[&str],
    responses: Vec<SearchResponse>,
    uses: &[Uses],
    notes: &[String],
    budget: Budget,
) -> String {
    let mut seen = BTreeSet::new();
    let mut answer = String::new();
    for (number, (query, mut response)) in queries.iter().zip(responses).enumerate() {
        let _ = writeln!(answer, "query: {}", escaped(&cut(query)));
        answer.push_str(&nowhere(&response));
        let Untold { repeated, vague, further } = keep_new(&mut response.results, &mut seen);
        let notes = if number == 0 { notes } else { &[] };
        let uses = uses.get(number).map_or_else(String::new, Uses::text);
        let budget = budget.beside(&uses);
        answer.push_str(&compact(&response.results, notes, budget, None).text);
        let rest = [
            (repeated, counted(repeated, "place above", "places above")),
            (vague, places_without_a_line(vague)),
            (further, counted(further, "file further down", "files further down")),
        ];
        let rest = rest.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text);
        let rest: Vec<String> = rest.collect();
        if !rest.is_empty() {
            let _ = writeln!(answer, "and {}", rest.join(", "));
        }
        answer.push_str(&uses);
    }
    answer
}

/// What of a query's places is only counted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Untold {
    /// Those that stand in an earlier answer.
    repeated: u64,
    /// Those further down without a line that matches.
    vague: u64,
    /// The places of files whose others are not among the best.
    further: u64,
}

/// Keeps what is to be told of a query's places; `seen` are those of the queries before it.
fn keep_new(results: &mut Vec<SearchResult>, seen: &mut BTreeSet<(String, String, u32)>) -> Untold {
    let mut untold = Untold::default();
    let mut told = 0;
    results.retain_mut(|result| {
        let has_words = !result.matches.is_empty() || result.match_type == MatchType::Symbol;
        if told >= SURE_PLACES && (!has_words || result.further) {
            let count = if result.further { &mut untold.further } else { &mut untold.vague };
            *count += 1;
            return false;
        }
        let place = (result.index.clone(), result.path.clone(), result.start_line);
        let is_new = seen.insert(place);
        result.further |= !is_new;
        let is_told = is_new || told == 0;
        told += usize::from(is_told);
        untold.repeated += u64::from(!is_told);
        is_told
    });
    untold
}

/// The results of a query that is a name, and whose definition is found, without the places that have none of it, and how
/// many these are; of any other query all results.
fn of_name(response: &SearchResponse) -> (Cow<'_, [SearchResult]>, u64) {
    let results = response.results.as_slice();
    let is_defined = results.first().is_some_and(|best| best.match_type == MatchType::Symbol);
    if !response.query.kind.is_symbol() || !is_defined {
        return (Cow::Borrowed(results), 0);
    }
    let (told, vague): (Vec<_>, Vec<_>) = results
        .iter()
        .cloned()
        .partition(|result| !result.matches.is_empty() || result.match_type == MatchType::Symbol);
    (Cow::Owned(told), vague.len() as u64)
}

fn counted_line(vague: u64) -> String {
    match vague {
        0 => String::new(),
        _ => format!("and {}\n", places_without_a_line(vague)),
    }
}

fn places_without_a_line(vague: u64) -> String {
    counted(vague, "place without a matching line", "places without a matching line")
}

/// The query's words that stand nowhere, so that nobody looks for them further; nothing where an answer by
/// meaning alone says so of all of them.
fn nowhere(response: &SearchResponse) -> String {
    let by_words = |result: &SearchResult| result.match_type != MatchType::Vectors;
    if response.absent_words.is_empty() || !response.results.iter().any(by_words) {
        return String::new();
    }
    let (told, rest) = response.absent_words.split_at(response.absent_words.len().min(MOST_ABSENT));
    let words: Vec<_> = told.iter().map(|word| escaped(word)).collect();
    let rest = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    format!("nowhere here: {}{rest}\n", words.join(", "))
}

fn filter_text(arguments: &Arguments) -> FilterText {
    FilterText {
        languages: arguments.language.clone(),
        path_globs: arguments.path_glob.clone(),
        symbol_kinds: arguments.symbol_type.clone(),
        symbol_names: arguments.symbol_name.iter().cloned().collect(),
    }
}

fn request(arguments: &Arguments) -> Result<SearchRequest, EngineError> {
    Ok(SearchRequest {
        limit: arguments.limit.clamp(1, 100) as usize,
        filter: Filter::parse(&filter_text(arguments))?,
        mode: if arguments.use_hybrid_search { SearchMode::Hybrid } else { SearchMode::Vectors },
        context: ContextOptions {
            before: arguments.context_before.min(MOST_CONTEXT),
            after: arguments.context_after.min(MOST_CONTEXT),
            smart: arguments.smart_context,
            ..ContextOptions::default()
        },
        ..SearchRequest::default()
    })
}

/// The same; a language that nobody knows may be one of a project that this server has not met yet.
async fn checked_request(
    call: &Call<'_>,
    engine: &Engine,
    arguments: &Arguments,
) -> Result<SearchRequest, ToolError> {
    match request(arguments) {
        Err(error) if error.is_of_language() => {
            let place = call.locate("path", arguments.path.as_deref()).await.ok();
            engine.know_languages(place.as_ref().map(|place| place.directory.as_path())).await?;
            Ok(request(arguments)?)
        }
        checked => Ok(checked?),
    }
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
        let notes = freshness::of_named(&indexes).await;
        return Ok((indexes, notes));
    }
    let place = call.locate("path", arguments.path.as_deref()).await?;
    let Noted { index, notes } = freshness::of(call, engine, &place.directory).await?;
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

    use sconce_engine::MatchedLine;

    use super::*;
    use crate::mcp::errors;
    use crate::mcp::normalize::normalized;

    /// A place, found by words if it has a line that matches.
    fn place(start_line: u32, has_line: bool) -> SearchResult {
        let line = MatchedLine { line: start_line, text: "a pool".to_owned(), share: 0.5 };
        SearchResult {
            index: "shop".to_owned(),
            path: "src/pool.rs".to_owned(),
            language: None,
            start_line,
            end_line: start_line + 4,
            kind: None,
            symbol: None,
            symbol_line: None,
            scopes: vec![],
            signature: None,
            score: 0.5,
            further: false,
            match_type: MatchType::Both,
            matches: if has_line { vec![line] } else { vec![] },
            content: String::new(),
            content_start_line: start_line,
            explanation: None,
        }
    }

    #[test]
    fn of_several_queries_each_place_is_told_once_and_vague_ones_only_among_the_first() {
        let mut seen = BTreeSet::new();
        let lines = |results: &[SearchResult]| {
            results.iter().map(|result| (result.start_line, result.further)).collect::<Vec<_>>()
        };
        let mut first: Vec<SearchResult> = (1..=9).map(|at| place(at * 10, at % 2 == 0)).collect();
        assert_eq!(keep_new(&mut first, &mut seen), Untold { vague: 2, ..Untold::default() });
        let expected = [10, 20, 30, 40, 50, 60, 80].map(|line| (line, false));
        assert_eq!(lines(&first), expected);
        // The best of the second is named whatever stands above; what was not told there is new.
        let mut second = vec![place(20, true), place(40, true), place(70, true), place(10, false)];
        assert_eq!(keep_new(&mut second, &mut seen), Untold { repeated: 2, ..Untold::default() });
        assert_eq!(lines(&second), [(20, true), (70, false)]);
        // A file without a place among the best is one of these only where those are few.
        let further = |at: u32| SearchResult { further: true, ..place(at, true) };
        let mut third = vec![further(101), place(102, true), place(103, true), place(104, true)];
        third.extend([place(105, true), further(106), further(107)]);
        assert_eq!(keep_new(&mut third, &mut seen), Untold { further: 2, ..Untold::default() });
        assert_eq!(third.len(), 5);
    }

    fn read(given: &Value) -> Result<Arguments, ToolError> {
        let given = normalized(&definition(), given.as_object().unwrap().clone());
        errors::arguments(&definition(), &given)
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
}
