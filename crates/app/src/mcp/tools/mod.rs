//! The tools: a file each, with its definition, its arguments and its call together.

mod analyze_query;
pub(super) mod clear_index;
mod find_related;
mod index_codebase;
mod index_stats;
mod index_status;
mod list_indexes;
mod read_chunk;
mod search_code;

use std::borrow::Cow;
use std::sync::LazyLock;

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ErrorData, MetaObject, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use schemars::JsonSchema;
use sconce_code::nearest;
use serde_json::Value;

use super::call::Call;
use super::errors::{ToolError, destroys};
use super::normalize::normalized;
use super::{Mcp, schema};
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
        search_code::definition(),
        read_chunk::definition(),
        find_related::definition(),
        index_codebase::definition(),
        index_status::definition(),
        list_indexes::definition(),
        index_stats::definition(),
        clear_index::definition(),
        analyze_query::definition(),
    ]
}

async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    match call.tool {
        "search_code" => search_code::run(call).await,
        "read_chunk" => read_chunk::run(call).await,
        "find_related" => find_related::run(call).await,
        "index_codebase" => index_codebase::run(call).await,
        "index_status" => index_status::run(call).await,
        "list_indexes" => list_indexes::run(call).await,
        "index_stats" => index_stats::run(call).await,
        "clear_index" => clear_index::run(call).await,
        "analyze_query" => analyze_query::run(call).await,
        other => Err(ToolError::new(format!("unknown tool {other}"))),
    }
}

/// Whether a call that may have been carried out can be made again, since doing it twice does
/// nothing new. A tool that does not exist does nothing at all.
pub(crate) fn may_be_repeated(name: &str) -> bool {
    let tool = all().iter().find(|tool| tool.name == name);
    tool.and_then(|tool| tool.annotations.as_ref()).is_none_or(|effect| {
        effect.idempotent_hint == Some(true) && effect.destructive_hint == Some(false)
    })
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

/// Calls a tool. What the model can put right is an error in band; an unknown tool is a protocol error.
pub(super) async fn call(
    mcp: &Mcp,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let Some(tool) = all().iter().find(|tool| tool.name == request.name) else {
        return Err(unknown(&request.name));
    };
    let Cow::Borrowed(name) = tool.name else { return Err(unknown(&request.name)) };
    let given = normalized(tool, request.arguments.unwrap_or_default());
    let call = Call {
        mcp,
        tool: name,
        definition: tool,
        given: &given,
        context,
        input_responses: request.input_responses,
        request_state: request.request_state,
    };
    let started = std::time::Instant::now();
    let cancelled = call.context.ct.clone();
    let result = tokio::select! {
        result = run(&call) => result,
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
            let error = error.with_suggestion(name, &given, destroys(tool));
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
        assert!(crate::mcp::INSTRUCTIONS.len() < 2048, "{}", crate::mcp::INSTRUCTIONS.len());
        for tool in all() {
            let description = tool.description.as_deref().unwrap();
            assert!(description.len() < 1500, "{}: {}", tool.name, description.len());
            assert!(tool.name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            assert!("sconce".len() + tool.name.len() < 60);
            assert!(tool.title.is_some() && tool.annotations.is_some());
        }
    }

    /// Tokens of what a model is told of some tools: every session pays for them.
    fn told(tools: &[&Tool]) -> usize {
        let told = tools.iter().map(|tool| {
            serde_json::json!({
                "name": tool.name, "description": tool.description, "inputSchema": tool.input_schema
            })
        });
        told.map(|told| told.to_string().chars().count()).sum::<usize>() / 4
    }

    #[test]
    fn the_tools_are_told_in_few_words() {
        let tools: Vec<&Tool> = all().iter().collect();
        let each: Vec<_> = tools.iter().map(|tool| (&tool.name, told(&[tool]))).collect();
        assert!(told(&tools) < 1200, "{} tokens: {each:?}", told(&tools));
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
