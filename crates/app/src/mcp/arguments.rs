//! The tools' arguments: what an agent may send, read leniently.
//!
//! Agents send numbers as text, one value where a list is meant, and `null` for what they leave
//! out. All of that is understood; a name or a value that is not, is an error that shows a
//! corrected call.

use schemars::JsonSchema;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

/// How much of each result is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResponseFormat {
    /// `path:start-end`, kind, name, score and the signature.
    Concise,
    /// The code too.
    #[default]
    Detailed,
}

/// Arguments of `search_code`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// What the code does, in a sentence or some words, or a symbol's name.
    pub query: String,
    /// Folder of the project to search, or a folder inside of it. Left out: the current project.
    #[serde(default)]
    pub path: Option<String>,
    /// Index to search instead of a path, as `list_indexes` names it.
    #[serde(default)]
    pub index_name: Option<String>,
    /// Several indexes to search at once.
    #[serde(default, deserialize_with = "texts")]
    #[schemars(with = "Vec<String>")]
    pub index_names: Vec<String>,
    /// Only these languages, separated by commas, e.g. "rust,python".
    #[serde(default, deserialize_with = "words")]
    #[schemars(with = "String")]
    pub language: Vec<String>,
    /// Only files whose path matches, as ripgrep's -g: `src`, `*.rs`, `!tests`; later ones win.
    #[serde(default, deserialize_with = "texts")]
    #[schemars(with = "Vec<String>")]
    pub path_glob: Vec<String>,
    /// Only symbols of these kinds, separated by commas: function, method, class, interface, enum, …
    #[serde(default, deserialize_with = "words")]
    #[schemars(with = "String")]
    pub symbol_type: Vec<String>,
    /// Only symbols whose name matches this glob, e.g. "*Store".
    #[serde(default)]
    pub symbol_name: Option<String>,
    /// Most results.
    #[serde(default = "ten", deserialize_with = "number")]
    #[schemars(range(min = 1, max = 100))]
    pub limit: u32,
    /// Most tokens of the answer.
    #[serde(default = "four_thousand", deserialize_with = "number")]
    #[schemars(range(min = 200, max = 20000))]
    pub max_tokens: u32,
    /// "concise": locations and signatures; "detailed": the code too.
    #[serde(default)]
    pub response_format: ResponseFormat,
    /// false: by meaning alone, without matching words.
    #[serde(default = "yes", deserialize_with = "flag")]
    pub use_hybrid_search: bool,
    /// Lines of context before a result.
    #[serde(default, deserialize_with = "number")]
    #[schemars(range(max = 50))]
    pub context_before: u32,
    /// Lines of context after a result.
    #[serde(default, deserialize_with = "number")]
    #[schemars(range(max = 50))]
    pub context_after: u32,
    /// Widen a result to the whole function or class around it (50 lines at most).
    #[serde(default = "yes", deserialize_with = "flag")]
    pub smart_context: bool,
}

/// Arguments of `find_related`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Related {
    /// File, relative to the project's root, e.g. "src/store.rs"; "src/store.rs:120" names the line too.
    pub path: String,
    /// Line in the file, counted from 1.
    #[serde(default, deserialize_with = "optional_number")]
    pub line: Option<u32>,
    /// Folder of the project. Left out: the current project.
    #[serde(default)]
    pub project: Option<String>,
    /// Index instead of a project, as `list_indexes` names it.
    #[serde(default)]
    pub index_name: Option<String>,
    /// Most results.
    #[serde(default = "ten", deserialize_with = "number")]
    #[schemars(range(min = 1, max = 100))]
    pub limit: u32,
    /// Most tokens of the answer.
    #[serde(default = "four_thousand", deserialize_with = "number")]
    #[schemars(range(min = 200, max = 20000))]
    pub max_tokens: u32,
    /// "concise": locations and signatures; "detailed": the code too.
    #[serde(default)]
    pub response_format: ResponseFormat,
}

/// Arguments of `read_chunk`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// File, relative to the project's root, e.g. "src/store.rs"; "src/store.rs:120" names the line too.
    pub path: String,
    /// A line of the definition to read, counted from 1. Left out: the file's outline of symbols.
    #[serde(default, deserialize_with = "optional_number")]
    pub line: Option<u32>,
    /// Folder of the project. Left out: the current project.
    #[serde(default)]
    pub project: Option<String>,
    /// Index instead of a project, as `list_indexes` names it.
    #[serde(default)]
    pub index_name: Option<String>,
    /// Most tokens of the answer.
    #[serde(default = "four_thousand", deserialize_with = "number")]
    #[schemars(range(min = 200, max = 20000))]
    pub max_tokens: u32,
}

/// Arguments of `index_codebase`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexCodebase {
    /// Folder to index. Left out: the current project.
    #[serde(default)]
    pub path: Option<String>,
    /// Name of the index. Left out: the folder's name.
    #[serde(default)]
    pub index_name: Option<String>,
    /// Index every file anew, also those that did not change.
    #[serde(default, deserialize_with = "flag")]
    pub rebuild: bool,
    /// Index only files that match one of these globs, e.g. `src/**`.
    #[serde(default, deserialize_with = "texts")]
    #[schemars(with = "Vec<String>")]
    pub include: Vec<String>,
    /// Pass over files that match one of these globs, e.g. `**/generated/**`.
    #[serde(default, deserialize_with = "texts")]
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<String>,
    /// Longest time to wait for the job before answering with its state, in seconds.
    #[serde(default = "ten", deserialize_with = "number")]
    #[schemars(range(max = 30))]
    pub wait_seconds: u32,
}

/// Arguments of `index_status`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Index to ask about. Left out: every job of this server.
    #[serde(default)]
    pub index_name: Option<String>,
    /// Cancel the job of `index_name`: what is indexed stays, and `index_codebase` alone goes on.
    #[serde(default, deserialize_with = "flag")]
    pub cancel: bool,
    /// Longest time to wait for the job to end before answering, in seconds.
    #[serde(default, deserialize_with = "number")]
    #[schemars(range(max = 30))]
    pub wait_seconds: u32,
}

/// Arguments of `index_stats`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stats {
    /// Index. Left out: the current project's.
    #[serde(default)]
    pub index_name: Option<String>,
    /// Folder of the project instead of an index.
    #[serde(default)]
    pub path: Option<String>,
}

/// Arguments of `list_indexes`: none.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Arguments of `clear_index`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clear {
    /// Index to delete.
    pub index_name: String,
    /// true: delete it without asking the user.
    #[serde(default, deserialize_with = "flag")]
    pub confirm: bool,
}

/// Arguments of `analyze_query`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Analyze {
    /// The query to explain.
    pub query: String,
    /// Folder of the project. Left out: the current project.
    #[serde(default)]
    pub path: Option<String>,
    /// Index instead of a path, as `list_indexes` names it.
    #[serde(default)]
    pub index_name: Option<String>,
    /// Results to explain.
    #[serde(default = "five", deserialize_with = "number")]
    #[schemars(range(min = 1, max = 50))]
    pub limit: u32,
}

fn five() -> u32 {
    5
}

fn ten() -> u32 {
    10
}

fn four_thousand() -> u32 {
    4000
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let value = Option::<OneOrMany>::deserialize(deserializer)
        .map_err(|_| D::Error::custom("expected a text or a list of texts"))?;
    Ok(match value {
        None => vec![],
        Some(OneOrMany::One(text)) => vec![text],
        Some(OneOrMany::Many(texts)) => texts,
    })
}

/// A list, or one text that stands for a list of one.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = one_or_many(deserializer)?;
    Ok(texts.into_iter().filter(|text| !text.trim().is_empty()).collect())
}

/// Words separated by commas, or a list of them.
fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = one_or_many(deserializer)?;
    let words = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
    Ok(words.filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

fn whole<E: serde::de::Error>(value: &serde_json::Value) -> Result<u32, E> {
    let number = match value {
        serde_json::Value::Number(number) => number.as_f64(),
        serde_json::Value::String(text) => text.trim().parse::<f64>().ok(),
        _ => None,
    };
    number
        .filter(|n| n.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(n))
        .map(|n| n as u32)
        .ok_or_else(|| E::custom(format!("{value} is not a whole number of 0 or more")))
}

/// A whole number, or the text of one. `null` is 0, as for what has no other default.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    whole(&serde_json::Value::deserialize(deserializer)?)
}

fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    match Option::<serde_json::Value>::deserialize(deserializer)? {
        None => Ok(None),
        Some(value) => whole(&value).map(Some),
    }
}

/// A boolean, or the text of one.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Bool(flag) => Ok(flag),
        serde_json::Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        serde_json::Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        other => Err(D::Error::custom(format!("{other} is neither true nor false"))),
    }
}
