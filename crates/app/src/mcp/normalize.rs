//! Arguments as clients send them, put into the form that a tool's schema says.
//!
//! Clients send lists and objects as JSON text, numbers and booleans as text, `"null"` and `""` for
//! what they leave out, and names of other servers' arguments. What can mean one thing alone is
//! read so; all else is left as it is, for the error that shows a corrected call. What comes after
//! this takes values of the schema's types alone.

use std::path::Path;

use rmcp::model::{CallToolRequestParams, CustomRequest, ErrorData, JsonObject, Tool};
use sconce_engine::separated;
use serde_json::Value;

use super::{file_location, synonyms};
use crate::output::cut;
use crate::paths::{lines_of_uri, meanings};

/// Arguments of tools of `CocoSearch` and others that change nothing here.
const IGNORED: [&str; 10] = [
    "include_deps",
    "rewrite_query",
    "no_cache",
    "custom_extensions",
    "dep_type",
    "depth",
    "include_failures",
    "use_cache",
    "_meta",
    "random_string",
];
/// Names that some clients wrap the arguments in.
const WRAPPERS: [&str; 7] =
    ["arguments", "args", "input", "params", "parameters", "kwargs", "tool_input"];

/// The arguments as the tool's schema has them.
pub(super) fn normalized(tool: &Tool, given: JsonObject) -> JsonObject {
    let properties = tool.input_schema.get("properties").and_then(Value::as_object);
    let Some(properties) = properties else { return given };
    let required = tool.input_schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let mut arguments = JsonObject::new();
    // What is called as the schema has it goes before what is called otherwise.
    let (exact, other): (Vec<_>, Vec<_>) = unwrapped(properties, given)
        .into_iter()
        .map(|(name, value)| (exact_name(properties, &name), name, value))
        .partition(|(known, ..)| known.is_some());
    let add = |known: &str, value: Value, arguments: &mut JsonObject| {
        let (value, end_line) = if known == "line" { lines_of(value) } else { (value, None) };
        let value = value_of(known, &properties[known], value, is_required(known));
        // Where there is a project besides, `path` is a file's.
        let is_file = known == "path" && properties.contains_key("project");
        let value = value.map(|value| if is_file { file_path(value) } else { value });
        if let Some(value) = value {
            arguments.entry(known.to_owned()).or_insert(value);
        }
        if let Some(end_line) = end_line.filter(|_| properties.contains_key("end_line")) {
            arguments.entry("end_line".to_owned()).or_insert(end_line);
        }
    };
    for (known, name, value) in exact {
        add(known.unwrap_or(&name), value, &mut arguments);
    }
    for (_, name, value) in other {
        if IGNORED.contains(&synonyms::snake(&name).as_str()) {
            continue;
        }
        match sure_name(properties, &name, &value) {
            Some(known) if arguments.get(known).is_none_or(|there| *there == value) => {
                add(known, value, &mut arguments);
            }
            Some("path") if below(&mut arguments, &value) => {}
            _ => {
                arguments.insert(name, value);
            }
        }
    }
    arguments
}

/// A project's directory beside a path in it, which are one path; false where they cannot be.
fn below(arguments: &mut JsonObject, project: &Value) -> bool {
    let (Some(project), Some(path)) =
        (project.as_str(), arguments.get("path").and_then(Value::as_str))
    else {
        return false;
    };
    let is_below = Path::new(project).is_absolute() && Path::new(path).is_relative();
    if is_below {
        let path = Path::new(project).join(path).to_string_lossy().into_owned();
        arguments.insert("path".to_owned(), path.into());
    }
    is_below
}

/// A line, and the last one where several are given: `"12-40"`, `[12, 40]`.
fn lines_of(value: Value) -> (Value, Option<Value>) {
    match &value {
        Value::String(text) => {
            match file_location::lines(text.trim().trim_matches(['[', ']', '"'])) {
                Some((first, last)) => (first.into(), last.map(Value::from)),
                None => (value, None),
            }
        }
        Value::Array(items) => match items.as_slice() {
            [first] => (first.clone(), None),
            [first, last] => (first.clone(), Some(number(last.clone()))),
            _ => (value, None),
        },
        _ => (value, None),
    }
}

/// `{"arguments": {…}}`, with an object or its text.
fn unwrapped(properties: &JsonObject, given: JsonObject) -> JsonObject {
    let Some((name, value)) = given.iter().next().filter(|_| given.len() == 1) else {
        return given;
    };
    if properties.contains_key(name) || !WRAPPERS.contains(&name.as_str()) {
        return given;
    }
    object(value).unwrap_or(given)
}

fn object(value: &Value) -> Option<JsonObject> {
    match value {
        Value::Object(object) => Some(object.clone()),
        Value::String(text) => serde_json::from_str(text).ok(),
        _ => None,
    }
}

/// The schema's name of an argument: `indexName` and `index-name` are `index_name`.
fn exact_name<'a>(properties: &'a JsonObject, name: &str) -> Option<&'a str> {
    let known = properties.get_key_value(name);
    let known = known.or_else(|| properties.get_key_value(&synonyms::snake(name)));
    known.map(|(known, _)| known.as_str())
}

/// The argument that another name can mean alone.
fn sure_name<'a>(properties: &'a JsonObject, name: &str, value: &Value) -> Option<&'a str> {
    let known: Vec<&str> = properties.keys().map(String::as_str).collect();
    let meant = synonyms::argument(name, &known).filter(|meant| meant.is_sure)?;
    // `startLine: 3` is a line, `show_line: true` is none; a path is a text.
    let is_fit = match meant.name {
        "line" | "end_line" => value.is_number() || value.is_string() || value.is_array(),
        _ => value.is_string() || value.is_array(),
    };
    known.into_iter().find(|known| is_fit && *known == meant.name)
}

/// A value as its schema has it; none where it says that the argument is left out.
pub(super) fn value_of(
    name: &str,
    schema: &Value,
    value: Value,
    is_required: bool,
) -> Option<Value> {
    if value.is_null() || (!is_required && says_nothing(name, &value)) {
        return None;
    }
    Some(match schema.get("type").and_then(Value::as_str) {
        // A query may hold commas.
        Some("array") if name == "queries" => plain_list(value),
        Some("array") => list(value),
        Some("integer") => number(value),
        Some("boolean") => flag(value),
        Some("string") if is_free(name) => only(plain(value)),
        Some("string") => match schema.get("enum").and_then(Value::as_array) {
            Some(words) => word(value, words),
            None => text(value),
        },
        _ => value,
    })
}

/// Whether an argument is free text, in which nothing stands for anything else.
fn is_free(name: &str) -> bool {
    matches!(name, "query" | "pattern")
}

fn says_nothing(name: &str, value: &Value) -> bool {
    let Some(text) = value.as_str().map(str::trim) else { return false };
    let is_name = name == "symbol_name";
    if is_free(name) {
        // Somebody may look for `null`.
        return text.is_empty();
    }
    text.is_empty()
        || ["null", "undefined", "\"\"", "''"].iter().any(|word| text.eq_ignore_ascii_case(word))
        || (!is_name && ["none", "nil"].iter().any(|word| text.eq_ignore_ascii_case(word)))
}

/// A list of texts, of JSON text, or of texts separated by commas.
fn list(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().flat_map(items_of).collect(),
        Value::String(text) => items_of(Value::String(text)).into(),
        other => other,
    }
}

/// A list of texts, or of JSON text, each as it is.
fn plain_list(value: Value) -> Value {
    let items = match value {
        Value::Array(items) => items,
        Value::String(text) => json_list(&text).unwrap_or_else(|| vec![text.into()]),
        other => return other,
    };
    let is_blank = |item: &Value| item.as_str().is_some_and(|text| text.trim().is_empty());
    items.into_iter().filter(|item| !item.is_null() && !is_blank(item)).map(plain).collect()
}

fn items_of(item: Value) -> Vec<Value> {
    match item {
        Value::String(text) => match json_list(&text) {
            Some(items) => items.into_iter().flat_map(items_of).collect(),
            None => separated(&text).into_iter().map(Value::from).collect(),
        },
        Value::Null => vec![],
        Value::Number(number) => vec![number.to_string().into()],
        other => vec![other],
    }
}

/// The items of a list that is written as JSON, or as Python writes it.
fn json_list(text: &str) -> Option<Vec<Value>> {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('"').and_then(|_| serde_json::from_str(text).ok()) {
        return Some(vec![Value::String(inner)]);
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    if let Ok(items) = serde_json::from_str(text) {
        return Some(items);
    }
    let quoted = inner.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    Some(quoted.split("',").map(|item| item.trim().trim_matches('\'').into()).collect())
}

/// A whole number, or the text of one: `5`, `5.0`, `"5"`.
fn number(value: Value) -> Value {
    let number = match &value {
        Value::String(text) => text.trim().trim_matches('"').parse::<f64>().ok(),
        other => other.as_f64(),
    };
    match number {
        Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => (number as i64).into(),
        _ => value,
    }
}

fn flag(value: Value) -> Value {
    let meant = match &value {
        Value::String(text) => match text.trim().trim_matches('"').to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        },
        Value::Number(number) => match number.as_i64() {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        },
        _ => None,
    };
    meant.map_or(value, Value::Bool)
}

/// A file's path as it is below a project or absolute, however it is written.
fn file_path(value: Value) -> Value {
    if let Value::Array(paths) = value {
        return paths.into_iter().map(file_path).collect();
    }
    let Some(text) = value.as_str() else { return value };
    // The index tells whether backslashes are of its directories or of an escaped name.
    let has_drive = text.as_bytes().get(1) == Some(&b':');
    if text.contains('\\') && !has_drive {
        return value;
    }
    let meanings = meanings(text, None);
    match meanings.last().filter(|_| has_drive).or(meanings.first()) {
        // The lines may be the URI's fragment.
        Some(path) => (path.to_string_lossy() + lines_of_uri(text)).into(),
        None => value,
    }
}

/// A number or a boolean where a text is meant.
fn plain(value: Value) -> Value {
    match value {
        Value::Number(number) => number.to_string().into(),
        Value::Bool(flag) => flag.to_string().into(),
        other => other,
    }
}

/// The one item of a list; several may each be meant, which the argument's type tells.
fn only(value: Value) -> Value {
    match value {
        Value::Array(mut items) if items.len() == 1 => plain(items.remove(0)),
        other => other,
    }
}

/// A text, or a list of texts where words separated by commas are meant; quotes around it are none of it.
fn text(value: Value) -> Value {
    match plain(value) {
        Value::String(text) => match json_list(&text) {
            Some(items) if items.len() == 1 => items.into_iter().next().map_or(text.into(), plain),
            Some(items) if !items.is_empty() => items.into(),
            _ => text.into(),
        },
        Value::Array(mut items) if items.len() == 1 => text(items.remove(0)),
        other => other,
    }
}

/// One of the words of an enumeration, in any case.
fn word(value: Value, words: &[Value]) -> Value {
    let Value::String(given) = text(value.clone()) else { return value };
    let is_meant =
        |word: &&Value| word.as_str().is_some_and(|word| word.eq_ignore_ascii_case(given.trim()));
    let format = synonyms::format(&given).map(Value::from).filter(|format| words.contains(format));
    words.iter().find(is_meant).cloned().or(format).unwrap_or(value)
}

/// A call of a tool whose arguments are JSON text, or no object at all.
pub(super) fn call_of(request: &CustomRequest) -> Result<CallToolRequestParams, ErrorData> {
    if request.method != "tools/call" {
        let message = format!("unknown method {}", cut(&request.method));
        return Err(ErrorData::new(rmcp::model::ErrorCode::METHOD_NOT_FOUND, message, None));
    }
    let wrong = |message: &str| ErrorData::invalid_params(message.to_owned(), None);
    let mut params = request.params.clone().unwrap_or_default();
    if let Some(text) = params.as_str() {
        params = serde_json::from_str(text).map_err(|_| wrong("params must be an object"))?;
    }
    let Some(fields) = params.as_object_mut() else {
        return Err(wrong("params must be an object with `name` and `arguments`"));
    };
    let arguments = match fields.get("arguments") {
        None | Some(Value::Null) => JsonObject::new(),
        Some(Value::String(text)) if text.trim().is_empty() => JsonObject::new(),
        Some(value) => object(value).ok_or_else(|| {
            wrong(
                "arguments must be an object, such as {\"query\": \"where are retries scheduled\"}",
            )
        })?,
    };
    fields.insert("arguments".to_owned(), arguments.into());
    serde_json::from_value(params).map_err(|error| wrong(&cut(&error.to_string())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mcp::tools;

    fn read(tool: &str, given: &Value) -> Value {
        let tool = tools::all().iter().find(|one| one.name == tool).unwrap();
        normalized(tool, given.as_object().unwrap().clone()).into()
    }

    #[test]
    fn lists_numbers_and_flags_come_as_text() {
        assert_eq!(
            read(
                "search_code",
                &json!({
                    "query": "x", "path_glob": "[\"src/**\", \"{a,b}/*.rs\"]", "limit": " 5 ",
                    "smart_context": "False", "use_hybrid_search": 1, "language": "[\"go\", \"rust\"]",
                    "index_names": "a, b", "response_format": "Concise", "symbol_type": ["class"]
                })
            ),
            json!({
                "query": "x", "path_glob": ["src/**", "{a,b}/*.rs"], "limit": 5,
                "smart_context": false, "use_hybrid_search": true, "language": ["go", "rust"],
                "index_names": ["a", "b"], "response_format": "concise", "symbol_type": "class"
            })
        );
        for (given, expected) in [
            (json!("src/**,{a,b}/*"), json!(["src/**", "{a,b}/*"])),
            (json!("['src/**', 'docs']"), json!(["src/**", "docs"])),
            (json!(["[\"a\"]", null, "b"]), json!(["a", "b"])),
            (json!("\"src\""), json!(["src"])),
            (json!("app/[id]/**"), json!(["app/[id]/**"])),
            (json!(["a", " "]), json!(["a"])),
        ] {
            assert_eq!(
                read("index_codebase", &json!({ "include": given })),
                json!({ "include": expected })
            );
        }
    }

    #[test]
    fn a_value_that_is_sure_gets_the_schemas_type() {
        for (tool, given, expected) in [
            ("search_code", json!({ "limit": 5.0 }), json!({ "limit": 5 })),
            ("search_code", json!({ "limit": 5.5 }), json!({ "limit": 5.5 })),
            ("search_code", json!({ "regex": "yes" }), json!({ "regex": true })),
            ("search_code", json!({ "queries": ["a", " ", 4] }), json!({ "queries": ["a", "4"] })),
            (
                "read_chunk",
                json!({ "path": " [\"a.rs:1-4\", \"b.rs\"]" }),
                json!({ "path": ["a.rs:1-4", "b.rs"] }),
            ),
            (
                "read_chunk",
                json!({ "path": ["[\"a.rs\", \"b.rs\"]"] }),
                json!({ "path": ["a.rs", "b.rs"] }),
            ),
            ("read_chunk", json!({ "path": "[id]/page.tsx" }), json!({ "path": "[id]/page.tsx" })),
        ] {
            assert_eq!(read(tool, &given), expected);
        }
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        let given = json!({
            "query": "", "path": "", "index_name": "null", "language": "None", "path_glob": "",
            "symbol_name": " ", "symbol_type": null, "limit": "undefined"
        });
        assert_eq!(read("search_code", &given), json!({}));
        assert_eq!(
            read("search_code", &json!({ "query": "null", "symbol_name": "None" })),
            json!({ "query": "null", "symbol_name": "None" })
        );
    }

    #[test]
    fn free_text_is_searched_as_it_is() {
        for text in ["null", "None", "undefined", "[3, 4]", "[\"cold\",\"warm\"]", "\"quoted\""] {
            let given = json!({ "query": "x", "pattern": text, "regex": true });
            assert_eq!(read("search_code", &given), given);
            let given = json!({ "query": text });
            assert_eq!(read("search_code", &given), given);
        }
        let given = json!({ "pattern": ["one"], "query": " " });
        assert_eq!(read("search_code", &given), json!({ "pattern": "one" }));
        let given = json!({ "pattern": 404, "query": "x" });
        assert_eq!(read("search_code", &given), json!({ "pattern": "404", "query": "x" }));
    }

    #[test]
    fn names_of_other_servers_and_styles_are_known() {
        let given = json!({
            "query": 404, "include_deps": true, "rewrite_query": false, "no_cache": true,
            "projectPath": "/a", "indexName": "b", "max-tokens": "300"
        });
        assert_eq!(
            read("search_code", &given),
            json!({ "query": "404", "path": "/a", "index_name": "b", "max_tokens": 300 })
        );
        assert_eq!(
            read("read_chunk", &json!({ "path": "a.rs", "project_path": "/b" })),
            json!({ "path": "a.rs", "project": "/b" })
        );
        assert_eq!(
            read("search_code", &json!({ "arguments": "{\"query\": \"x\"}" })),
            json!({ "query": "x" })
        );
        for (given, expected) in [
            ("file:///a/my%20b.rs", "/a/my b.rs"),
            // The index tells what the backslash is.
            ("src\\a.rs", "src\\a.rs"),
            ("src/a.rs:12", "src/a.rs:12"),
            ("file:///a/b.rs#L12-L20", "/a/b.rs#L12-L20"),
            ("file:///a/b.rs#main", "/a/b.rs"),
        ] {
            assert_eq!(read("read_chunk", &json!({ "path": given })), json!({ "path": expected }));
        }
        assert_eq!(read("search_code", &json!({ "q": "x" })), json!({ "q": "x" }));
    }

    #[test]
    fn names_that_can_mean_one_argument_are_taken_for_it() {
        for (tool, given, expected) in [
            ("search_code", json!({ "queryText": "x" }), json!({ "query": "x" })),
            (
                "search_code",
                json!({ "repo_path": "/a", "query": "x" }),
                json!({ "query": "x", "path": "/a" }),
            ),
            (
                "search_code",
                json!({ "workspace_path": "/a", "path": "src", "query": "x" }),
                json!({ "path": "/a/src", "query": "x" }),
            ),
            (
                "read_chunk",
                json!({ "filePath": "a.rs", "startLine": 12, "endLine": "20" }),
                json!({ "path": "a.rs", "line": 12, "end_line": 20 }),
            ),
            (
                "read_chunk",
                json!({ "path": "a.rs", "from_line": 2, "to_line": 4 }),
                json!({ "path": "a.rs", "line": 2, "end_line": 4 }),
            ),
            (
                "read_chunk",
                json!({ "files": ["a.rs:3", "b.rs"] }),
                json!({ "path": ["a.rs:3", "b.rs"] }),
            ),
        ] {
            assert_eq!(read(tool, &given), expected);
        }
        for range in [json!("12-40"), json!([12, 40]), json!("[12, 40]"), json!("L12-L40")] {
            assert_eq!(
                read("read_chunk", &json!({ "path": "a.rs", "line": range })),
                json!({ "path": "a.rs", "line": 12, "end_line": 40 })
            );
            assert_eq!(
                read("find_related", &json!({ "path": "a.rs", "lines": range })),
                json!({ "path": "a.rs", "line": 12 })
            );
        }
        // Two that say different things are told.
        let both = json!({ "query": "x", "search_query": "y" });
        assert_eq!(read("search_code", &both), both);
    }

    #[test]
    fn a_call_may_have_its_arguments_as_text() {
        let call = |arguments: Value| {
            let params = json!({ "name": "search_code", "arguments": arguments });
            call_of(&CustomRequest::new("tools/call", Some(params)))
        };
        let called = call(json!("{\"query\":\"clamp\"}")).unwrap();
        assert_eq!(called.arguments.unwrap()["query"], "clamp");
        assert!(call(json!("")).unwrap().arguments.unwrap().is_empty());
        for wrong in [json!("clamp"), json!([1]), json!(3)] {
            assert_eq!(call(wrong).unwrap_err().code.0, -32602);
        }
        let other = call_of(&CustomRequest::new("tools/other", None)).unwrap_err();
        assert_eq!(other.code.0, -32601);
    }
}
