//! The tools: their definitions, and the way of a call to its handler.

use std::borrow::Cow;
use std::sync::LazyLock;

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, JsonObject,
    MetaObject, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::arguments as args;
use super::errors::{ToolError, arguments};
use super::{Mcp, clear, indexing, listing, reading, schema, search};
use crate::nearest::nearest;
use crate::output::{cut, escaped};

/// What a tool does to the world.
#[derive(Clone, Copy)]
enum Effect {
    /// Nothing.
    Reads,
    /// It adds, and does nothing new when it is repeated.
    Adds,
    /// It takes away.
    Destroys,
}

/// Every tool, in the order that clients list them.
pub(super) fn all() -> &'static [Tool] {
    static TOOLS: LazyLock<Vec<Tool>> = LazyLock::new(definitions);
    &TOOLS
}

fn tool<T: JsonSchema>(
    name: &'static str,
    title: &str,
    effect: Effect,
    text: &'static str,
) -> Tool {
    let annotations = ToolAnnotations::with_title(title).open_world(false);
    let annotations = match effect {
        Effect::Reads => annotations.read_only(true).destructive(false).idempotent(true),
        Effect::Adds => annotations.read_only(false).destructive(false).idempotent(true),
        Effect::Destroys => annotations.read_only(false).destructive(true).idempotent(true),
    };
    Tool::new(name, text, schema::input::<T>()).with_title(title).with_annotations(annotations)
}

fn definitions() -> Vec<Tool> {
    vec![
        tool::<args::Search>("search_code", "Search code", Effect::Reads, SEARCH_CODE)
            .with_meta(meta("anthropic/maxResultSizeChars", 100_000.into())),
        tool::<args::Read>(
            "read_chunk",
            "Read a definition or an outline",
            Effect::Reads,
            READ_CHUNK,
        ),
        tool::<args::Related>("find_related", "Find related code", Effect::Reads, FIND_RELATED),
        tool::<args::IndexCodebase>(
            "index_codebase",
            "Index a code base",
            Effect::Adds,
            INDEX_CODEBASE,
        )
        .with_raw_output_schema(schema::output::<indexing::JobState>()),
        tool::<args::Status>("index_status", "Status of index jobs", Effect::Adds, INDEX_STATUS)
            .with_raw_output_schema(schema::output::<indexing::JobStates>()),
        tool::<args::Nothing>("list_indexes", "List indexes", Effect::Reads, LIST_INDEXES)
            .with_raw_output_schema(schema::output::<listing::Listing>()),
        tool::<args::Stats>("index_stats", "Statistics of an index", Effect::Reads, INDEX_STATS)
            .with_raw_output_schema(schema::output::<listing::Statistics>()),
        tool::<args::Clear>("clear_index", "Delete an index", Effect::Destroys, CLEAR_INDEX)
            .with_raw_output_schema(schema::output::<clear::Cleared>())
            .with_meta(meta("anthropic/requiresUserInteraction", true.into())),
        tool::<args::Analyze>("analyze_query", "Explain a search", Effect::Reads, ANALYZE_QUERY),
    ]
}

/// Whether a call that may have been carried out can be made again, since doing it twice does
/// nothing new. A tool that does not exist does nothing at all.
pub(crate) fn may_be_repeated(name: &str) -> bool {
    let tool = all().iter().find(|tool| tool.name == name);
    tool.and_then(|tool| tool.annotations.as_ref()).is_none_or(|effect| {
        effect.idempotent_hint == Some(true) && effect.destructive_hint == Some(false)
    })
}

/// Whether a tool takes something away.
pub(super) fn destroys(name: &str) -> bool {
    let tool = all().iter().find(|tool| tool.name == name);
    tool.and_then(|tool| tool.annotations.as_ref())
        .is_some_and(|effect| effect.destructive_hint == Some(true))
}

/// Whether a tool changes nothing, so that a call that nobody waits for need not go on.
fn only_reads(tool: &Tool) -> bool {
    tool.annotations.as_ref().is_some_and(|effect| effect.read_only_hint == Some(true))
}

fn meta(key: &str, value: Value) -> MetaObject {
    let mut meta = MetaObject::new();
    meta.0.insert(key.to_owned(), value);
    meta
}

const SEARCH_CODE: &str = "\
Search a code base by meaning and by words at once. Use it first when you do not know where \
something is: how a feature works, where a behaviour lives, code like a description. Ask in a \
sentence, or by an identifier. For every occurrence of an exact string use grep.

Answers with `path:start-end  kind symbol  score` and the code, each line after its number \
(`  120| `), results of one file together, and a last line that says how to see more. A project that is not indexed yet is indexed in the \
background; the answer says so and holds what is there already.

Examples: {\"query\": \"where are retries scheduled\"}; {\"query\": \"parse config file\", \
\"language\": \"rust\", \"symbol_type\": \"function\"}; {\"query\": \"connection pool\", \
\"path_glob\": [\"src/db/**\"], \"response_format\": \"concise\", \"limit\": 20}. Filters may stand \
in the query too: lang:go path:src/** kind:class.";

const READ_CHUNK: &str = "\
Read code without reading the whole file. With a line: the whole definition (function, class, …) \
at it. Without: the file's outline, one line a symbol with its lines and signature.

Examples: {\"path\": \"src/store.rs\", \"line\": 120}; {\"path\": \"src/store.rs:120\"}; \
{\"path\": \"src/store.rs\"}.";

const FIND_RELATED: &str = "\
Find code like the chunk at a path and line: other implementations of the same idea, copies, \
tests, code that has to change with it. Answers like search_code.

Example: {\"path\": \"src/store.rs\", \"line\": 120}.";

const INDEX_CODEBASE: &str = "\
Index a folder, or bring its index up to date: only what changed is read and embedded. Starts a \
job or joins the running one, waits at most wait_seconds, and answers with the job's state; the \
job goes on in the background, also when the connection is lost. Ask index_status how far it is. \
search_code answers while it runs.

Not needed before search_code, which indexes the current project by itself. Example: \
{\"path\": \"/home/me/project\"}.";

const INDEX_STATUS: &str = "\
How far the index jobs of this server are, or cancel one. Example: {\"index_name\": \"my-project\", \
\"wait_seconds\": 20} waits for its end; {\"index_name\": \"my-project\", \"cancel\": true} cancels \
it, and what was indexed is kept.";

const LIST_INDEXES: &str = "\
List the indexes: name, folder, status, model, files and chunks.";

const INDEX_STATS: &str = "\
What an index holds: files, chunks, languages, symbols, parse health, size, and whether the folder \
has moved on to another commit or branch since. Example: {\"index_name\": \"my-project\"}.";

const CLEAR_INDEX: &str = "\
Delete an index. The files it was made from stay; searching the project again means indexing it \
again. The user is asked to confirm, unless confirm is true. Example: {\"index_name\": \
\"my-project\", \"confirm\": true}.";

const ANALYZE_QUERY: &str = "\
Explain a search: how the query was understood, what each stage took, and for each result what \
found it and which signals moved it. Use it when a result is missing or ranks oddly. Example: \
{\"query\": \"where are retries scheduled\"}.";

/// A call in progress.
pub(super) struct Call<'a> {
    /// The server.
    pub mcp: &'a Mcp,
    /// The tool's name, for its errors.
    pub tool: &'static str,
    /// The request: its peer, its metadata, its cancellation.
    pub context: RequestContext<RoleServer>,
    /// Answers of the user to a question of the round before.
    pub input_responses: Option<rmcp::model::InputResponses>,
    /// What the round before sealed.
    pub request_state: Option<String>,
}

/// Calls a tool. What the model can mend is an error in band; an unknown tool is a protocol error.
pub(super) async fn call(
    mcp: &Mcp,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let Some(tool) = all().iter().find(|tool| tool.name == request.name) else {
        return Err(unknown(&request.name));
    };
    let Cow::Borrowed(name) = tool.name else { return Err(unknown(&request.name)) };
    let given = request.arguments.unwrap_or_default();
    let call = Call {
        mcp,
        tool: name,
        context,
        input_responses: request.input_responses,
        request_state: request.request_state,
    };
    let started = std::time::Instant::now();
    let cancelled = call.context.ct.clone();
    let result = tokio::select! {
        result = dispatch(call, &tool.input_schema, &given) => result,
        () = cancelled.cancelled(), if only_reads(tool) => {
            Err(ToolError::new("the call was cancelled"))
        }
    };
    let elapsed_ms = started.elapsed().as_millis() as u64;
    match result {
        Ok(response) => {
            tracing::info!(tool = name, elapsed_ms, "called");
            Ok(response)
        }
        Err(error) => {
            let error = error.mended(name, &given);
            tracing::info!(tool = name, elapsed_ms, error = error.message, "refused");
            Ok(error.into_result().into())
        }
    }
}

fn unknown(name: &str) -> ErrorData {
    let known: Vec<&str> = all().iter().map(|tool| tool.name.as_ref()).collect();
    let near = nearest(name, known.iter().copied());
    let near = near.map_or(".".to_owned(), |near| format!("; did you mean {near}?"));
    let name = escaped(&cut(name));
    ErrorData::invalid_params(
        format!("unknown tool {name}{near} There are {}", known.join(", ")),
        None,
    )
}

async fn dispatch(
    call: Call<'_>,
    schema: &JsonObject,
    given: &JsonObject,
) -> Result<CallToolResponse, ToolError> {
    let tool = call.tool;
    match tool {
        "search_code" => search::run(&call, arguments(tool, schema, given)?).await.map(text),
        "read_chunk" => reading::read(&call, arguments(tool, schema, given)?).await.map(text),
        "find_related" => reading::related(&call, arguments(tool, schema, given)?).await.map(text),
        "analyze_query" => reading::analyze(&call, arguments(tool, schema, given)?).await.map(text),
        "index_codebase" => {
            structured(&indexing::index(&call, arguments(tool, schema, given)?).await?)
        }
        "index_status" => {
            structured(&indexing::status(&call, arguments(tool, schema, given)?).await?)
        }
        "list_indexes" => {
            let args::Nothing {} = arguments(tool, schema, given)?;
            structured(&listing::list(&call).await?)
        }
        "index_stats" => structured(&listing::stats(&call, arguments(tool, schema, given)?).await?),
        "clear_index" => clear::run(&call, arguments(tool, schema, given)?).await,
        other => Err(ToolError::new(format!("unknown tool {other}"))),
    }
}

fn text(text: String) -> CallToolResponse {
    CallToolResult::success(vec![ContentBlock::text(text)]).into()
}

/// Structured content, with the same as text: some clients forward the one, some the other.
pub(super) fn structured(value: &impl Serialize) -> Result<CallToolResponse, ToolError> {
    let value = serde_json::to_value(value)
        .map_err(|error| ToolError::new(format!("cannot write the answer: {error}")))?;
    Ok(CallToolResult::structured(value).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_takes_every_schema() {
        for tool in all() {
            let schemas = [Some(&tool.input_schema), tool.output_schema.as_ref()];
            for schema in schemas.into_iter().flatten() {
                assert_eq!(schema::objection(schema), None, "{}", tool.name);
            }
        }
    }

    #[test]
    fn descriptions_and_names_fit_their_limits() {
        assert!(super::super::INSTRUCTIONS.len() < 2048, "{}", super::super::INSTRUCTIONS.len());
        for tool in all() {
            let description = tool.description.as_deref().unwrap();
            assert!(description.len() < 1500, "{}: {}", tool.name, description.len());
            assert!(tool.name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            assert!("sconce".len() + tool.name.len() < 60);
            assert!(tool.title.is_some() && tool.annotations.is_some());
        }
    }

    #[test]
    fn only_small_listings_have_structured_content() {
        let without = ["search_code", "read_chunk", "find_related", "analyze_query"];
        for tool in all() {
            assert_eq!(
                tool.output_schema.is_none(),
                without.contains(&&*tool.name),
                "{}",
                tool.name
            );
        }
    }

    #[test]
    fn a_misspelt_tool_is_corrected() {
        assert!(unknown("serch_code").message.contains("did you mean search_code?"));
    }
}
