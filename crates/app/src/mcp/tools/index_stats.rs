//! `index_stats`.

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use sconce_engine::SkipReason;
use serde::Deserialize;

use super::{Effect, tool};
use crate::mcp::call::{Call, structured};
use crate::mcp::errors::ToolError;
use crate::mcp::statistics::{NamedFiles, Statistics, statistics};
use crate::mcp::{freshness, schema};
use crate::output::cut;

const DESCRIPTION: &str = "\
What an index holds, whether it is up to date with its directory, and what is not in it.";

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
    /// name the files that are not in it, and why
    #[serde(default)]
    pub skipped: bool,
    /// e.g. ignored, secret, `too_large`
    #[serde(default)]
    pub reason: Option<String>,
}

/// Tells what an index holds.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let arguments: Arguments = call.arguments()?;
    let named = named(&arguments)?;
    let engine = call.mcp.engine().await?;
    let index = if let Some(name) = arguments.index_name {
        call.mcp.index_named(&engine, &name).await?
    } else {
        let place = call.locate("path", arguments.path.as_deref()).await?;
        let found = freshness::existing(call.mcp, &engine, &place.directory).await?;
        let Some(index) = found else {
            let directory = place.directory.display().to_string();
            return Err(ToolError::new(format!("{directory} is not indexed"))
                .with_hint("index it first; list_indexes names what is indexed")
                .with_call("index_codebase", &serde_json::json!({ "path": directory })));
        };
        index
    };
    structured(&statistics(&engine, &index, named).await?)
}

fn named(arguments: &Arguments) -> Result<NamedFiles, ToolError> {
    let given = arguments.reason.as_deref().map(str::trim);
    let Some(given) = given.filter(|reason| !reason.is_empty() && *reason != "null") else {
        return Ok(if arguments.skipped { NamedFiles::Of(None) } else { NamedFiles::None });
    };
    let mut known = SkipReason::ALL.into_iter();
    match known.find(|reason| reason.as_str().eq_ignore_ascii_case(given)) {
        Some(reason) => Ok(NamedFiles::Of(Some(reason))),
        None => Err(ToolError::new(format!("nothing is skipped for the reason '{}'", cut(given)))
            .with_hint(format!(
                "the reasons are {}",
                SkipReason::ALL.map(SkipReason::as_str).join(", ")
            ))
            .with_call("index_stats", &serde_json::json!({ "skipped": true }))),
    }
}
