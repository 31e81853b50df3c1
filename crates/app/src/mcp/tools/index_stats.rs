//! `index_stats`.

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Effect, tool};
use crate::mcp::call::{Call, structured};
use crate::mcp::errors::ToolError;
use crate::mcp::statistics::{Statistics, statistics};
use crate::mcp::{freshness, schema};

const DESCRIPTION: &str = "\
What an index holds, and whether it is up to date with its directory.";

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("index_stats", "Statistics of an index", Effect::Reads, DESCRIPTION)
        .with_raw_output_schema(schema::output::<Statistics>())
}

/// Arguments of `index_stats`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    pub index_name: Option<String>,
    /// default: the current project
    #[serde(default)]
    pub path: Option<String>,
}

/// Tells what an index holds.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let arguments: Arguments = call.arguments()?;
    let engine = call.mcp.engine().await?;
    let index = if let Some(name) = arguments.index_name {
        call.mcp.index_named(&engine, &name).await?
    } else {
        let place = call.locate(arguments.path.as_deref()).await?;
        let found = freshness::existing(call.mcp, &engine, &place.directory).await?;
        let Some(index) = found else {
            let directory = place.directory.display().to_string();
            return Err(ToolError::new(format!("{directory} is not indexed"))
                .with_hint("index it first; list_indexes names what is indexed")
                .with_call("index_codebase", &serde_json::json!({ "path": directory })));
        };
        index
    };
    structured(&statistics(&engine, index.stats().await?))
}
