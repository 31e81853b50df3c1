//! `find_related`: code like a chunk.

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Effect, tool};
use crate::mcp::call::{Call, text};
use crate::mcp::errors::ToolError;
use crate::mcp::file_location::{self, Named};
use crate::mcp::lenient;
use crate::mcp::render::ResponseFormat;
use crate::output::{Budget, NextCall, compact};

const DESCRIPTION: &str = "\
Find code like that at a line: other implementations, copies, tests.";

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("find_related", "Find related code", Effect::Reads, DESCRIPTION)
}

/// Arguments of `find_related`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// "src/a.rs:120"
    pub path: String,
    #[serde(default)]
    pub line: Option<u32>,
    /// project's directory
    #[serde(default)]
    pub project: Option<String>,
    #[serde(default)]
    pub index_name: Option<String>,
    #[serde(default = "lenient::ten")]
    pub limit: u32,
    #[serde(default = "lenient::four_thousand")]
    pub max_tokens: u32,
    /// "detailed": the code too
    #[serde(default)]
    pub response_format: ResponseFormat,
}

/// Finds what is near to the chunk at a line.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let arguments: Arguments = call.arguments()?;
    let Arguments { path, line, project, index_name, limit, max_tokens, response_format } =
        arguments;
    let named = Named { path, line, end_line: None, project, index_name };
    let at = file_location::resolve(call, &named).await?;
    let limit = limit.clamp(1, 100);
    let line = at.line.unwrap_or(1);
    let found = match at.index.related(&at.path, line, limit as usize).await {
        Ok(found) => found,
        Err(error) => return Err(Box::pin(file_location::why_missing(call, &at, error)).await),
    };
    let budget = Budget::new(response_format.is_detailed(), max_tokens).by_meaning();
    let budget = budget.naming_indexes(call.must_name(std::slice::from_ref(&at.index)).await);
    let again = NextCall { tool: call.tool, arguments: call.given };
    Ok(text(compact(&found, &at.notes, budget, Some(&again)).text))
}
