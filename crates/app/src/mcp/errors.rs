//! Errors of the tools: what was wrong, what to do, and a call that would work.

use std::sync::Arc;

use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
use sconce_engine::EngineError;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::mending::{Mended, mended};
use crate::failure::Failure;
use crate::nearest::nearest;

/// An error that the agent sees and can act on.
#[derive(Debug, Clone)]
pub struct ToolError {
    /// What was wrong.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// A call that would work.
    pub call: Option<String>,
    /// What the engine said, where it was the engine.
    engine: Option<Arc<EngineError>>,
}

impl ToolError {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> ToolError {
        ToolError { message: message.into(), hint: None, call: None, engine: None }
    }

    /// The same error with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> ToolError {
        self.hint = Some(hint.into());
        self
    }

    /// The same error with a call that would work.
    #[must_use]
    pub fn with_call(mut self, tool: &str, arguments: &Value) -> ToolError {
        self.call = Some(format!("{tool} {arguments}"));
        self
    }

    /// The same error with a call in the place of the one that the engine refused, if it is the
    /// call that is wrong.
    #[must_use]
    pub(super) fn mended(mut self, tool: &str, given: &JsonObject) -> ToolError {
        let found = self.engine.take().and_then(|error| mended(&error, tool, given));
        let Some(Mended { hint, tool, arguments }) = found else { return self };
        self.hint = hint.or(self.hint);
        if self.call.is_none() { self.with_call(&tool, &arguments) } else { self }
    }

    /// The tool's result: an error in band, which the model reads.
    pub fn into_result(self) -> CallToolResult {
        let mut text = format!("error: {}", self.message);
        if let Some(hint) = self.hint {
            text.push_str("\nhint: ");
            text.push_str(&hint);
        }
        if let Some(call) = self.call {
            text.push_str("\ntry: ");
            text.push_str(&call);
        }
        CallToolResult::error(vec![ContentBlock::text(text)])
    }
}

impl From<Failure> for ToolError {
    fn from(failure: Failure) -> ToolError {
        ToolError { message: failure.message, hint: failure.hint, call: None, engine: None }
    }
}

impl From<EngineError> for ToolError {
    fn from(error: EngineError) -> ToolError {
        let failure = Failure::from(&error);
        ToolError { engine: Some(Arc::new(error)), ..failure.into() }
    }
}

/// Reads a tool's arguments; an error names the argument and shows a call that would work.
pub(super) fn arguments<T: DeserializeOwned>(
    tool: &str,
    schema: &JsonObject,
    given: &JsonObject,
) -> Result<T, ToolError> {
    // `null` is what some agents send for an argument they leave out.
    let present: JsonObject =
        given.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect();
    serde_json::from_value(Value::Object(present.clone())).map_err(|error| {
        let known: Vec<&str> = schema["properties"]
            .as_object()
            .map(|properties| properties.keys().map(String::as_str).collect())
            .unwrap_or_default();
        let corrected = corrected(schema, &known, present);
        let unknown = given.keys().find(|key| !known.contains(&key.as_str()));
        let message = match unknown {
            Some(name) => format!("{tool} has no argument `{name}`"),
            None => format!("{tool}: {error}"),
        };
        ToolError::new(message)
            .with_hint(format!("{tool} takes {}", known.join(", ")))
            .with_call(tool, &Value::Object(corrected))
    })
}

/// The call that was probably meant: misspelt names put right, unknown ones and values of a wrong
/// type left out, required ones filled in.
fn corrected(schema: &JsonObject, known: &[&str], given: JsonObject) -> JsonObject {
    let mut fixed = JsonObject::new();
    for (name, value) in given {
        let meant = if known.contains(&name.as_str()) {
            Some(name.as_str())
        } else {
            nearest(&name, known.iter().copied())
        };
        if let Some(meant) = meant
            && fits(&schema["properties"][meant], &value)
        {
            fixed.entry(meant.to_owned()).or_insert(value);
        }
    }
    for required in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        let name = required.as_str().unwrap_or_default();
        if !fixed.contains_key(name) {
            fixed.insert(name.to_owned(), example(name));
        }
    }
    fixed
}

fn fits(schema: &Value, value: &Value) -> bool {
    let words = schema.get("enum").and_then(Value::as_array);
    if let Some(words) = words {
        return words.contains(value);
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => value.is_string(),
        Some("integer") => {
            value.is_u64() || value.as_str().is_some_and(|t| t.parse::<u32>().is_ok())
        }
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array() || value.is_string(),
        _ => true,
    }
}

fn example(name: &str) -> Value {
    match name {
        "query" => json!("where is the connection pool created"),
        "path" => json!("src/main.rs"),
        "index_name" => json!("my-project"),
        _ => json!(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mcp::arguments::{ResponseFormat, Search};
    use crate::mcp::schema;

    fn read(given: &Value) -> Result<Search, ToolError> {
        let given = given.as_object().unwrap();
        arguments("search_code", &schema::input::<Search>(), given)
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
