//! Errors of the tools: what was wrong, what to do, and a call that would work.

use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool};
use sconce_engine::{EngineError, Remedy};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::remedies;
use super::suggestions::{Suggestion, suggestion};
use super::synonyms;
use crate::failure::Failure;
use crate::output::{ascii, cut, escaped};

/// Most characters of a message or a hint, whatever it tells of.
const LONGEST: usize = 1000;
/// Most bytes of a path or a name: the longest path that systems take. A query has a limit of its own.
pub(super) const LONGEST_NAME: usize = 4096;
/// Most items of a list that are told back.
const MOST_ITEMS: usize = 8;

/// An error that the agent sees and can act on.
#[derive(Debug, Clone)]
pub struct ToolError {
    /// What was wrong.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// A call that would work.
    pub call: Option<String>,
    /// What the engine says to do, where the error is the engine's.
    remedy: Option<Box<Remedy>>,
}

impl ToolError {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> ToolError {
        ToolError { message: message.into(), hint: None, call: None, remedy: None }
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
    pub(super) fn with_suggestion(
        mut self,
        tool: &str,
        given: &JsonObject,
        destroys: bool,
    ) -> ToolError {
        let remedy = self.remedy.take();
        let found = remedy.and_then(|remedy| suggestion(&remedy, tool, given, destroys));
        for text in given.values().flat_map(texts) {
            let short = cut(text);
            if short.len() < text.len() {
                self.message = self.message.replace(text, &short);
                self.hint = self.hint.map(|hint| hint.replace(text, &short));
            }
        }
        let Some(Suggestion { hint, tool, arguments }) = found else { return self };
        self.hint = hint.or(self.hint);
        if self.call.is_none() { self.with_call(&tool, &shortened(&arguments)) } else { self }
    }

    /// The tool's result: an error in band, which the model reads.
    pub fn into_result(self) -> CallToolResult {
        let line = |text: &str| escaped(&text.chars().take(LONGEST).collect::<String>());
        let mut text = format!("error: {}", line(&self.message));
        if let Some(hint) = self.hint {
            text.push_str("\nhint: ");
            text.push_str(&line(&hint));
        }
        if let Some(call) = self.call {
            text.push_str("\ntry: ");
            text.push_str(&ascii(&call));
        }
        CallToolResult::error(vec![ContentBlock::text(text)])
    }
}

impl From<Failure> for ToolError {
    fn from(failure: Failure) -> ToolError {
        let hint = match &failure.remedy {
            Some(remedy) => remedies::hint(remedy),
            None => failure.hint,
        };
        ToolError { message: failure.message, hint, call: None, remedy: failure.remedy }
    }
}

impl From<EngineError> for ToolError {
    fn from(error: EngineError) -> ToolError {
        Failure::from(error).into()
    }
}

/// The texts in a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => vec![],
    }
}

/// A value that a caller sent, short enough to be told back.
fn shortened(value: &Value) -> Value {
    match value {
        Value::String(text) => cut(text).into(),
        Value::Array(items) => items.iter().take(MOST_ITEMS).map(shortened).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (cut(name), shortened(value))).collect()
        }
        other => other.clone(),
    }
}

/// Whether a tool takes something away.
pub(super) fn destroys(tool: &Tool) -> bool {
    tool.annotations.as_ref().is_some_and(|effect| effect.destructive_hint == Some(true))
}

/// Reads a tool's arguments; an error names the argument and shows a call that would work.
pub(super) fn arguments<T: DeserializeOwned>(
    definition: &Tool,
    given: &JsonObject,
) -> Result<T, ToolError> {
    let (tool, schema) = (&definition.name, &definition.input_schema);
    // `null` is what some agents send for an argument they leave out.
    let present: JsonObject =
        given.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect();
    if let Some(failure) = unreadable(tool, &present) {
        return Err(failure);
    }
    serde_json::from_value(Value::Object(present.clone())).map_err(|error| {
        let known: Vec<&str> = schema["properties"]
            .as_object()
            .map(|properties| properties.keys().map(String::as_str).collect())
            .unwrap_or_default();
        let corrected = corrected(schema, &known, present);
        let unknown = given.keys().find(|key| !known.contains(&key.as_str()));
        let message = match unknown {
            Some(name) => format!("{tool} has no argument `{}`", cut(name)),
            None => format!("{tool}: {}", cut(&error.to_string())),
        };
        let failure =
            ToolError::new(message).with_hint(format!("{tool} takes {}", known.join(", ")));
        if destroys(definition) {
            return failure.with_call("list_indexes", &json!({}));
        }
        failure.with_call(tool, &shortened(&Value::Object(corrected)))
    })
}

/// What no path, name or text of code can be, and what the database would stumble over.
fn unreadable(tool: &str, given: &JsonObject) -> Option<ToolError> {
    for (name, value) in given {
        let texts = texts(value);
        let shown = cut(name);
        if name.contains('\0') || texts.iter().any(|text| text.contains('\0')) {
            let failure = ToolError::new(format!("{tool}: `{shown}` holds a NUL character"));
            return Some(failure.with_hint("no path, name or text of code has one"));
        }
        if name != "query" && texts.iter().any(|text| text.len() > LONGEST_NAME) {
            let failure = ToolError::new(format!("{tool}: `{shown}` is too long"));
            return Some(failure.with_hint(format!("at most {LONGEST_NAME} bytes are taken")));
        }
    }
    None
}

/// The call that was probably meant: misspelt names put right, unknown ones and values of a wrong
/// type left out, required ones filled in.
fn corrected(schema: &JsonObject, known: &[&str], given: JsonObject) -> JsonObject {
    let mut fixed = JsonObject::new();
    for (name, value) in given {
        let meant = if known.contains(&name.as_str()) {
            Some(name.as_str())
        } else {
            synonyms::argument(&name, known)
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
    // A search has one of the two.
    if known.contains(&"pattern")
        && !["query", "pattern"].iter().any(|name| fixed.contains_key(*name))
    {
        fixed.insert("query".to_owned(), example("query"));
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
