//! `read_chunk`: the definition at a line, or a file's outline.

use std::fmt::Write as _;

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use sconce_engine::OutlineEntry;
use serde::Deserialize;

use super::{Effect, tool};
use crate::mcp::call::{Call, text};
use crate::mcp::errors::ToolError;
use crate::mcp::file_location::{self, FileLocation, Named};
use crate::mcp::lenient;
use crate::output::{Budget, code_line, cut, escaped, tokens};

const DESCRIPTION: &str = "\
Read code without reading the whole file. With a line: the whole definition (function, class, …) \
at it. Without: the file's outline, one line a symbol with its lines and signature.

Examples: {\"path\": \"src/store.rs\", \"line\": 120}; {\"path\": \"src/store.rs:120\"}; \
{\"path\": \"src/store.rs\"}.";

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("read_chunk", "Read a definition or an outline", Effect::Reads, DESCRIPTION)
}

/// Arguments of `read_chunk`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// File, relative to the project's root, e.g. "src/store.rs"; "src/store.rs:120" names the line
    /// too.
    pub path: String,
    /// A line of the definition to read, counted from 1. Left out: the file's outline of symbols.
    #[serde(default, deserialize_with = "lenient::optional_number")]
    pub line: Option<u32>,
    /// Directory of the project. Left out: the current project.
    #[serde(default)]
    pub project: Option<String>,
    /// Index instead of a project, as `list_indexes` names it.
    #[serde(default)]
    pub index_name: Option<String>,
    /// Most tokens of the answer.
    #[serde(default = "lenient::four_thousand", deserialize_with = "lenient::number")]
    #[schemars(range(min = 200, max = 20000))]
    pub max_tokens: u32,
}

/// Reads the definition at a line, or the outline.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let Arguments { path, line, project, index_name, max_tokens } = call.arguments()?;
    let named = Named { path, line, project, index_name };
    let at = file_location::resolve(call, &named).await?;
    let room = Budget::new(true, max_tokens).max_tokens as usize;
    let mut answer = String::new();
    for note in &at.notes {
        let _ = writeln!(answer, "note: {}", escaped(note));
    }
    match at.line {
        Some(line) => definition_at(&mut answer, &at, line, room).await?,
        None => outline(&mut answer, &at, room).await?,
    }
    Ok(text(answer))
}

async fn definition_at(
    text: &mut String,
    at: &FileLocation,
    line: u32,
    room: usize,
) -> Result<(), ToolError> {
    let found = at.index.definition_at(&at.path, line).await?;
    let Some(found) = found else {
        return Err(ToolError::new(format!("{} has no line {line}", cut(&at.path)))
            .with_hint("lines are counted from 1; without a line the answer is the outline")
            .with_call("read_chunk", &serde_json::json!({ "path": at.path })));
    };
    let _ = write!(text, "{}:{}-{}", escaped(&found.path), found.start_line, found.end_line);
    if let Some(symbol) = &found.symbol {
        let _ = write!(text, "  {} {}", symbol.kind, escaped(&full_name(symbol)));
    }
    text.push('\n');
    let total = found.content.lines().count();
    for (shown, (number, line)) in (found.start_line..).zip(found.content.lines()).enumerate() {
        let line = code_line(number, line);
        if tokens(text) + tokens(&line) > room {
            let left = total - shown;
            let _ = writeln!(text, "… {left} more lines from {number}: raise max_tokens");
            break;
        }
        let _ = writeln!(text, "{line}");
    }
    Ok(())
}

async fn outline(text: &mut String, at: &FileLocation, room: usize) -> Result<(), ToolError> {
    let entries = at.index.outline(&at.path).await?;
    let _ = writeln!(text, "{}: {} symbols", escaped(&at.path), entries.len());
    for (shown, entry) in entries.iter().enumerate() {
        let indent = "  ".repeat(entry.scopes.len() + 1);
        let (start, end) = (entry.start_line, entry.end_line);
        let signature = escaped(&entry.signature);
        let line = format!("{indent}{start}-{end} {} {signature}", entry.kind);
        if tokens(text) + tokens(&line) > room {
            let _ = writeln!(text, "… {} more symbols: raise max_tokens", entries.len() - shown);
            break;
        }
        let _ = writeln!(text, "{line}");
    }
    Ok(())
}

fn full_name(symbol: &OutlineEntry) -> String {
    let mut parts: Vec<&str> = symbol.scopes.iter().map(String::as_str).collect();
    parts.push(&symbol.name);
    parts.join("::")
}
