//! Tools that ask a client with a session, in the middle of their call: its model, its user.

use rmcp::RoleServer;
use rmcp::model::{CallToolResult, ErrorData, JsonObject};
use rmcp::service::{RequestContext, ServiceError};
use serde_json::{Value, json};

use crate::answers::{from_json, text};

type Context = RequestContext<RoleServer>;

/// Calls one of the tools; `None` for any other.
pub(crate) async fn call(
    name: &str,
    arguments: &JsonObject,
    context: &Context,
) -> Result<Option<CallToolResult>, ErrorData> {
    let given = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
    let result = match name {
        "test_sampling" => model(context, given("prompt")).await?,
        "test_elicitation" => {
            let answer = user(context, given("message"), person()).await?;
            text(format!("User response: {answer}"))
        }
        "test_elicitation_sep1034_defaults" => {
            let answer = user(context, "Are these values right?", with_defaults()).await?;
            text(format!("Elicitation completed: {answer}"))
        }
        "test_elicitation_sep1330_enums" => {
            let answer = user(context, "Which ones?", with_choices()).await?;
            text(format!("Elicitation completed: {answer}"))
        }
        _ => return Ok(None),
    };
    Ok(Some(result))
}

/// What the client's model says to a prompt.
async fn model(context: &Context, prompt: &str) -> Result<CallToolResult, ErrorData> {
    let message = json!({ "role": "user", "content": { "type": "text", "text": prompt } });
    let request = from_json(json!({ "messages": [message], "maxTokens": 100 }))?;
    let answer = context.peer.create_message(request).await.map_err(|error| failed(&error))?;
    let answer = serde_json::to_value(&answer.message.content).unwrap_or_default();
    // One block, or a list of them.
    let said = answer["text"].as_str().or(answer[0]["text"].as_str()).unwrap_or_default();
    Ok(text(format!("LLM response: {said}")))
}

/// What the client's user answers.
async fn user(context: &Context, message: &str, schema: Value) -> Result<String, ErrorData> {
    let question = json!({ "mode": "form", "message": message, "requestedSchema": schema });
    let asked = context.peer.create_elicitation(from_json(question)?).await;
    let answer = asked.map_err(|error| failed(&error))?;
    let entered = answer.content.unwrap_or_default();
    let action = serde_json::to_value(&answer.action).unwrap_or_default();
    Ok(format!("action={}, content={entered}", action.as_str().unwrap_or_default()))
}

fn failed(error: &ServiceError) -> ErrorData {
    ErrorData::internal_error(format!("the client did not answer: {error}"), None)
}

fn person() -> Value {
    json!({
        "type": "object",
        "properties": {
            "username": { "type": "string", "description": "User's response" },
            "email": { "type": "string", "description": "User's email address" }
        },
        "required": ["username", "email"]
    })
}

fn with_defaults() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "default": "John Doe" },
            "age": { "type": "integer", "default": 30 },
            "score": { "type": "number", "default": 95.5 },
            "status": {
                "type": "string",
                "enum": ["active", "inactive", "pending"],
                "default": "active"
            },
            "verified": { "type": "boolean", "default": true }
        }
    })
}

fn with_choices() -> Value {
    let plain = json!(["option1", "option2", "option3"]);
    let titled = json!([
        { "const": "value1", "title": "First" },
        { "const": "value2", "title": "Second" },
        { "const": "value3", "title": "Third" }
    ]);
    json!({
        "type": "object",
        "properties": {
            "untitledSingle": { "type": "string", "enum": plain },
            "titledSingle": { "type": "string", "oneOf": titled },
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"]
            },
            "untitledMulti": { "type": "array", "items": { "type": "string", "enum": plain } },
            "titledMulti": { "type": "array", "items": { "anyOf": titled } }
        }
    })
}
