//! `analyze_query`: why results rank as they do.

use std::fmt::Write as _;

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use sconce_engine::SearchRequest;
use serde::Deserialize;

use super::{Effect, tool};
use crate::mcp::call::{Call, text};
use crate::mcp::errors::ToolError;
use crate::mcp::freshness::{self, Noted};
use crate::mcp::{lenient, remedies};
use crate::output::{escaped, note, qualified, word};

const DESCRIPTION: &str = "\
Why results rank as they do: when one is missing, or odd.";

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("analyze_query", "Explain a search", Effect::Reads, DESCRIPTION)
}

/// Arguments of `analyze_query`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    pub query: String,
    /// project's directory
    #[serde(default)]
    pub path: Option<String>,
    #[serde(default)]
    pub index_name: Option<String>,
    #[serde(default = "lenient::five")]
    pub limit: u32,
}

/// Runs the search and writes what happened.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let arguments: Arguments = call.arguments()?;
    let engine = call.mcp.engine().await?;
    let Noted { index, notes } = if let Some(name) = arguments.index_name {
        Noted { index: call.mcp.index_named(&engine, &name).await?, notes: vec![] }
    } else {
        let place = call.locate("path", arguments.path.as_deref()).await?;
        freshness::of(call, &engine, &place.directory).await?
    };
    let request = SearchRequest {
        query: arguments.query,
        limit: arguments.limit.clamp(1, 50) as usize,
        explain: true,
        ..SearchRequest::default()
    };
    let response = index.search(&request).await?;
    let mut answer = String::new();
    let hint = response.remedy.as_ref().and_then(remedies::hint);
    answer.extend(notes.iter().chain(&response.notices).chain(&hint).map(|text| note(text)));
    let _ = writeln!(answer, "query: {}", word(&response.query));
    let _ = writeln!(answer, "timings: {}", response.timings);
    for (position, result) in response.results.iter().enumerate() {
        let symbol = escaped(&qualified(result).unwrap_or_default());
        let path = escaped(&result.path);
        let place = format!("{path}:{}-{}", result.start_line, result.end_line);
        let _ = write!(
            answer,
            "{}. {place}  {symbol}  score {:.3}, found by {}",
            position + 1,
            result.score,
            word(&result.match_type)
        );
        for effect in result.explanation.iter().flatten() {
            let _ = write!(answer, ", {} {:+.3}", word(&effect.signal), effect.effect);
        }
        answer.push('\n');
    }
    Ok(text(answer))
}
