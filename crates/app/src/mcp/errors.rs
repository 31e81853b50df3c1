//! Errors of the tools: what was wrong, what to do, and a call that would work.

use std::path::PathBuf;

use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool};
use sconce_engine::{EngineError, Remedy};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::normalize::value_of;
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
    /// The directory that may be named instead, where a path is wrong.
    pub(super) instead: Option<PathBuf>,
    /// What the engine says to do, where the error is the engine's.
    remedy: Option<Box<Remedy>>,
}

impl ToolError {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> ToolError {
        ToolError { message: message.into(), hint: None, call: None, instead: None, remedy: None }
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

    /// The same error with the directory that may be named in the place of a wrong path.
    #[must_use]
    pub(super) fn with_directory(mut self, directory: impl Into<PathBuf>) -> ToolError {
        self.instead = Some(directory.into());
        self
    }

    /// The same error with a call of the same tool that has one argument otherwise.
    #[must_use]
    pub(super) fn with_argument(
        self,
        tool: &str,
        given: &JsonObject,
        name: &str,
        value: Value,
    ) -> ToolError {
        let mut arguments = given.clone();
        arguments.insert(name.to_owned(), value);
        self.with_call(tool, &shortened(&Value::Object(arguments)))
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
        ToolError {
            message: failure.message,
            hint,
            call: None,
            instead: None,
            remedy: failure.remedy,
        }
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
        let wrong = present.iter().find_map(|(name, value)| {
            let is_known = known.contains(&name.as_str());
            let error = objection::<T>(schema, name, value).filter(|_| is_known)?;
            Some(format!("{tool}: `{name}`: {}", cut(&error)))
        });
        let unknown = present.keys().find(|key| !known.contains(&key.as_str()));
        let message = match (unknown, wrong) {
            (Some(name), _) => format!("{tool} has no argument `{}`", cut(name)),
            (None, Some(wrong)) => wrong,
            (None, None) => format!("{tool}: {}", cut(&error.to_string())),
        };
        let mut hint = format!("{tool} takes {}", known.join(", "));
        if destroys(definition) {
            let failure = ToolError::new(message).with_hint(hint);
            return failure.with_call("list_indexes", &json!({}));
        }
        let Corrected { arguments, left_out } = corrected::<T>(schema, &known, present);
        if !left_out.is_empty() {
            let names: Vec<String> =
                left_out.iter().map(|name| format!("`{}`", cut(name))).collect();
            hint = format!("the call below leaves out {}; {hint}", names.join(", "));
        }
        ToolError::new(message)
            .with_hint(hint)
            .with_call(tool, &shortened(&Value::Object(arguments)))
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

/// A call that was probably meant.
struct Corrected {
    arguments: JsonObject,
    /// Names of what was given and has no place in it.
    left_out: Vec<String>,
}

/// The call that was probably meant: what is called otherwise by its right name, unknown arguments and values of
/// a wrong type left out, required ones filled in.
fn corrected<T: DeserializeOwned>(
    schema: &JsonObject,
    known: &[&str],
    given: JsonObject,
) -> Corrected {
    let (mut fixed, mut left_out) = (JsonObject::new(), vec![]);
    let is_known = |name: &String| known.contains(&name.as_str());
    let (exact, other): (Vec<_>, Vec<_>) = given.into_iter().partition(|(name, _)| is_known(name));
    for (name, value) in exact {
        if objection::<T>(schema, &name, &value).is_none() {
            fixed.insert(name, value);
        } else {
            left_out.push(name);
        }
    }
    for (name, value) in other {
        let meant = synonyms::argument(&name, known);
        let meant = meant.and_then(|meant| {
            let value = meant.manner.applied(value);
            let of_argument = &schema["properties"][meant.name];
            Some((meant.name, value_of(meant.name, of_argument, value, true)?))
        });
        match meant {
            Some((meant, value))
                if !fixed.contains_key(meant)
                    && objection::<T>(schema, meant, &value).is_none() =>
            {
                fixed.insert(meant.to_owned(), value);
            }
            Some((meant, value)) if fixed.get(meant) == Some(&value) => {}
            _ => left_out.push(name),
        }
    }
    for name in required(schema) {
        if !fixed.contains_key(name) {
            fixed.insert(name.to_owned(), example(name));
        }
    }
    // A search has one of the two.
    let asks = ["query", "queries", "pattern"].iter().any(|name| fixed.contains_key(*name));
    if known.contains(&"pattern") && !asks {
        fixed.insert("query".to_owned(), example("query"));
    }
    Corrected { arguments: fixed, left_out }
}

/// Names of the arguments that a call must have.
fn required(schema: &JsonObject) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// What is wrong with the value of one argument, in words that no language of programming has; none
/// where it is taken.
fn objection<T: DeserializeOwned>(
    schema: &JsonObject,
    name: &str,
    value: &Value,
) -> Option<String> {
    let mut alone: JsonObject =
        required(schema).map(|name| (name.to_owned(), example(name))).collect();
    alone.insert(name.to_owned(), value.clone());
    let error = serde_json::from_value::<T>(Value::Object(alone)).err()?;
    Some(match schema["properties"][name]["type"].as_str() {
        Some("integer") => format!("{value} is not a whole number of 0 or more"),
        Some("boolean") => format!("{value} is neither true nor false"),
        _ => error.to_string(),
    })
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
    use crate::mcp::tools;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether they are read matters")]
    struct Arguments {
        query: String,
        #[serde(default)]
        limit: u32,
        #[serde(default)]
        path_glob: Vec<String>,
        #[serde(default)]
        path: Option<String>,
    }

    fn refused(given: Value) -> ToolError {
        let mut tool = tools::all().iter().find(|tool| tool.name == "search_code").unwrap().clone();
        let properties = json!({ "query": {}, "limit": {}, "path_glob": {}, "path": {} });
        let schema = json!({ "properties": properties, "required": ["query"] });
        tool.input_schema = std::sync::Arc::new(schema.as_object().unwrap().clone());
        let Value::Object(given) = given else { panic!("arguments are an object") };
        arguments::<Arguments>(&tool, &given).unwrap_err()
    }

    #[test]
    fn a_corrected_call_keeps_what_was_asked() {
        for (given, expected) in [
            (json!({ "keyword": "lock files" }), json!({ "query": "lock files" })),
            (
                json!({ "query": "x", "file_extensions": ["py"], "topK": 3 }),
                json!({ "query": "x", "path_glob": ["*.py"], "limit": 3 }),
            ),
            (
                json!({ "question": "why", "dirs": ["a"] }),
                json!({ "query": "why", "path_glob": ["a"] }),
            ),
        ] {
            let error = refused(given);
            assert_eq!(error.call.unwrap(), format!("search_code {expected}"));
            assert!(!error.hint.unwrap().contains("leaves out"));
        }
    }

    #[test]
    fn what_a_corrected_call_cannot_keep_is_said() {
        let error = refused(json!({ "query": "x", "keyword": "y", "colour": "red", "limit": 4 }));
        assert_eq!(error.call.unwrap(), r#"search_code {"query":"x","limit":4}"#);
        let hint = error.hint.unwrap();
        assert!(hint.starts_with("the call below leaves out `keyword`, `colour`; "), "{hint}");
    }

    #[test]
    fn an_error_of_a_value_names_the_argument() {
        let error = refused(json!({ "query": "x", "limit": [1] }));
        assert!(error.message.starts_with("search_code: `limit`: "), "{}", error.message);
        assert_eq!(error.call.unwrap(), r#"search_code {"query":"x"}"#);
    }
}
