//! Tools: `test_…` that answer with every kind of content, and the way of a call to its fixture.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, ContentBlock,
    ErrorData, JsonObject, LoggingLevel, LoggingMessageNotificationParam,
    ProgressNotificationParam, ProtocolVersion, Tool,
};
use rmcp::service::RequestContext;
use serde_json::{Value, json};

use crate::answers::{WAV, embedded, png, text};
use crate::changes::{Changed, Changes};
use crate::server::Shared;
use crate::{asking, tasks};

type Context = RequestContext<RoleServer>;

/// Time between two notifications.
const PAUSE: Duration = Duration::from_millis(50);

/// Name, description, and the arguments by name and type.
type Fixture = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Every tool; those with more to their arguments have a schema of their own.
const TOOLS: [Fixture; 36] = [
    ("test_simple_text", "Answers with text", &[]),
    ("test_image_content", "Answers with an image", &[]),
    ("test_audio_content", "Answers with sound", &[]),
    ("test_embedded_resource", "Answers with a resource", &[]),
    ("test_multiple_content_types", "Answers with text, an image and a resource", &[]),
    ("test_error_handling", "Fails", &[]),
    ("test_tool_with_logging", "Logs while it runs", &[]),
    ("test_tool_with_progress", "Tells how far it is", &[]),
    ("test_logging_tool", "Logs if the call asks for it", &[]),
    ("test_missing_capability", "Needs a client with a model", &[]),
    ("test_reconnection", "Takes a moment", &[]),
    ("test_trigger_tool_change", "Changes the list of tools", &[]),
    ("test_trigger_prompt_change", "Changes the list of prompts", &[]),
    ("test_sampling", "Asks the client's model", &[("prompt", "string")]),
    ("test_elicitation", "Asks the user", &[("message", "string")]),
    ("test_elicitation_sep1034_defaults", "Asks with defaults", &[]),
    ("test_elicitation_sep1330_enums", "Asks with choices", &[]),
    ("test_streaming_elicitation", "Asks by its result", &[]),
    ("test_input_required_result_elicitation", "Asks for a name", &[]),
    ("test_input_required_result_sampling", "Asks the client's model", &[]),
    ("test_input_required_result_list_roots", "Asks for the roots", &[]),
    ("test_input_required_result_request_state", "Asks, with a state", &[]),
    ("test_input_required_result_tampered_state", "Asks, with a sealed state", &[]),
    ("test_input_required_result_multiple_inputs", "Asks three things at once", &[]),
    ("test_input_required_result_multi_round", "Asks twice", &[]),
    ("test_input_required_result_capabilities", "Asks what the client can answer", &[]),
    ("greet", "Greets at once", &[("name", "string")]),
    ("slow_compute", "Takes some seconds", &[("seconds", "number"), ("label", "string")]),
    ("failing_job", "Fails in the background", &[]),
    ("protocol_error_job", "Breaks in the background", &[]),
    ("confirm_delete", "Asks in the background", &[("filename", "string")]),
    ("multi_input", "Asks twice in the background", &[]),
    ("test_tool_with_task", "Asks, then goes to the background", &[]),
    ("json_schema_2020_12_tool", "Has every keyword of a schema", &[]),
    ("test_custom_header", "Takes an argument that a header repeats", &[]),
    ("test_passing_tool", "Is there at times", &[]),
];

pub(crate) fn all(changes: &Changes) -> Vec<Tool> {
    let there = |name: &str| name != "test_passing_tool" || changes.is_there(Changed::Tools);
    let tools = TOOLS.into_iter().filter(|(name, ..)| there(name));
    tools
        .map(|(name, description, arguments)| {
            let schema = match name {
                "json_schema_2020_12_tool" => every_keyword(),
                "test_custom_header" => with_header(),
                _ => plain(arguments),
            };
            Tool::new(name, description, schema)
        })
        .collect()
}

fn object(value: Value) -> Arc<JsonObject> {
    match value {
        Value::Object(object) => Arc::new(object),
        _ => Arc::default(),
    }
}

fn plain(arguments: &[(&str, &str)]) -> Arc<JsonObject> {
    let properties: JsonObject = arguments
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), json!({ "type": kind })))
        .collect();
    object(json!({ "type": "object", "properties": properties }))
}

fn with_header() -> Arc<JsonObject> {
    object(json!({
        "type": "object",
        "properties": { "region": { "type": "string", "x-mcp-header": "Region" } },
        "required": ["region"]
    }))
}

fn every_keyword() -> Arc<JsonObject> {
    object(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": { "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": { "street": { "type": "string" }, "city": { "type": "string" } }
        } },
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" }
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": {
            "properties": { "contactMethod": { "const": "phone" } },
            "required": ["contactMethod"]
        },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false
    }))
}

/// Calls a tool.
pub(crate) async fn call(
    shared: &Shared,
    request: CallToolRequestParams,
    context: Context,
) -> Result<CallToolResponse, ErrorData> {
    if let Some(response) = shared.rounds.call(&request, &context)? {
        return Ok(response);
    }
    if let Some(response) = tasks::call(&shared.tasks, &request, &context).await? {
        return Ok(response);
    }
    let arguments = request.arguments.unwrap_or_default();
    if let Some(result) = asking::call(&request.name, &arguments, &context).await? {
        return Ok(result.into());
    }
    answer(shared, request.name, &context).await.map(CallToolResponse::from)
}

async fn answer(
    shared: &Shared,
    name: Cow<'static, str>,
    context: &Context,
) -> Result<CallToolResult, ErrorData> {
    let blocks = match name.as_ref() {
        "test_simple_text" => {
            vec![ContentBlock::text("This is a simple text response for testing.")]
        }
        "test_image_content" => vec![png()],
        "test_audio_content" => vec![ContentBlock::audio(WAV, "audio/wav")],
        "test_embedded_resource" => {
            let text = "This is an embedded resource content.";
            vec![embedded("test://embedded-resource", "text/plain", text)]
        }
        "test_multiple_content_types" => vec![
            ContentBlock::text("Multiple content types test:"),
            png(),
            embedded(
                "test://mixed-content-resource",
                "application/json",
                r#"{"test":"data","value":123}"#,
            ),
        ],
        "test_error_handling" => {
            let text = "This tool intentionally returns an error for testing";
            return Ok(CallToolResult::error(vec![ContentBlock::text(text)]));
        }
        "test_tool_with_logging" => return logged(context, true).await,
        "test_logging_tool" => return logged(context, context.meta.log_level().is_some()).await,
        "test_tool_with_progress" => return with_progress(context).await,
        "test_missing_capability" => return with_sampling(context),
        "test_reconnection" => {
            tokio::time::sleep(PAUSE).await;
            vec![ContentBlock::text("Still here.")]
        }
        "test_trigger_tool_change" => return change(shared, Changed::Tools, context).await,
        "test_trigger_prompt_change" => return change(shared, Changed::Prompts, context).await,
        "json_schema_2020_12_tool" | "test_custom_header" | "test_passing_tool" => {
            vec![ContentBlock::text(format!("{name} was called."))]
        }
        other => return Err(ErrorData::invalid_params(format!("unknown tool {other}"), None)),
    };
    Ok(CallToolResult::success(blocks))
}

/// Logs three times, where the client wants to hear it.
async fn logged(context: &Context, wanted: bool) -> Result<CallToolResult, ErrorData> {
    for line in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
        if wanted {
            let event = LoggingMessageNotificationParam::new(LoggingLevel::Info, json!(line));
            context.peer.notify_logging_message(event).await.map_err(|error| unheard(&error))?;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(text("Logged."))
}

async fn with_progress(context: &Context) -> Result<CallToolResult, ErrorData> {
    for done in [0.0, 50.0, 100.0] {
        if let Some(token) = context.meta.get_progress_token() {
            let event = ProgressNotificationParam::new(token, done).with_total(100.0);
            context.peer.notify_progress(event).await.map_err(|error| unheard(&error))?;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(text("Done."))
}

fn unheard(error: &rmcp::ServiceError) -> ErrorData {
    ErrorData::internal_error(format!("a notification was not sent: {error}"), None)
}

fn with_sampling(context: &Context) -> Result<CallToolResult, ErrorData> {
    if context.client_capabilities().is_some_and(|able| able.sampling.is_some()) {
        return Ok(text("The client has a model."));
    }
    let needed = ClientCapabilities::builder().enable_sampling().build();
    Err(ErrorData::missing_required_client_capability(needed))
}

/// Changes a list: those who listen hear it, and an old client by its session.
async fn change(
    shared: &Shared,
    of: Changed,
    context: &Context,
) -> Result<CallToolResult, ErrorData> {
    shared.changes.toggle(of);
    let old = context
        .protocol_version()
        .is_none_or(|version| version.as_str() < ProtocolVersion::V_2026_07_28.as_str());
    if old {
        let told = match of {
            Changed::Tools => context.peer.notify_tool_list_changed().await,
            Changed::Prompts => context.peer.notify_prompt_list_changed().await,
        };
        told.map_err(|error| unheard(&error))?;
    }
    Ok(text("Changed."))
}
