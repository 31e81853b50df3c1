//! `list_indexes`.

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use sconce_engine::EngineError;
use serde::{Deserialize, Serialize};

use super::{Effect, tool};
use crate::mcp::call::{Call, structured};
use crate::mcp::errors::ToolError;
use crate::mcp::schema;
use crate::mcp::statistics::{Entry, entry};

const DESCRIPTION: &str = "\
List what is indexed: name, directory, state, size.";

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("list_indexes", "List indexes", Effect::Reads, DESCRIPTION)
        .with_raw_output_schema(schema::output::<Listing>())
}

/// Arguments of `list_indexes`: none.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {}

/// The indexes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Listing {
    /// By name.
    pub indexes: Vec<Entry>,
    /// What to do where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Lists the indexes that this server may use.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let Arguments {} = call.arguments()?;
    let engine = call.mcp.engine().await?;
    let indexes = call.mcp.indexes(&engine).await?;
    // A file system may stand still.
    let listed = tokio::task::spawn_blocking(move || {
        let indexes = indexes.into_iter().map(|index| {
            let is_gone = index.root_is_gone();
            entry(index.into_row(), is_gone)
        });
        indexes.collect()
    });
    let indexes: Vec<Entry> = listed.await.map_err(EngineError::Task)?;
    let hint = indexes
        .is_empty()
        .then(|| "nothing is indexed yet; search_code indexes the current project".to_owned());
    structured(&Listing { indexes, hint })
}
