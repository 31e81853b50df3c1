//! A call in progress, and what only its client can say.

use rmcp::RoleServer;
use rmcp::model::{CallToolResponse, CallToolResult, ContentBlock, JsonObject, Tool};
use rmcp::service::RequestContext;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Mcp;
use super::errors::{self, ToolError};
use super::projects::ResolvedPath;
use super::uri::decoded;

/// A call in progress.
pub(super) struct Call<'a> {
    /// The server.
    pub mcp: &'a Mcp,
    /// The tool's name, for its errors.
    pub tool: &'static str,
    /// The tool's definition.
    pub definition: &'static Tool,
    /// The arguments as they were sent.
    pub given: &'a JsonObject,
    /// The request: its peer, its metadata, its cancellation.
    pub context: RequestContext<RoleServer>,
    /// Answers of the user to a question of the round before.
    pub input_responses: Option<rmcp::model::InputResponses>,
    /// What the round before sealed.
    pub request_state: Option<String>,
}

impl Call<'_> {
    /// The arguments, typed; an error shows the call that was probably meant.
    pub(super) fn arguments<T: DeserializeOwned>(&self) -> Result<T, ToolError> {
        errors::arguments(self.definition, self.given)
    }

    /// The directory that the call means: the one it names, the server's own project, or the first
    /// root of an old client.
    pub(super) async fn locate(&self, given: Option<&str>) -> Result<ResolvedPath, ToolError> {
        let projects = self.mcp.projects();
        let of_url = self.project_of_url();
        let given = given.filter(|given| !given.trim().is_empty()).or(of_url.as_deref());
        if given.is_none_or(|given| given.trim().is_empty())
            && projects.default_project().is_none()
            && let Some(root) = self.client_root().await
        {
            return projects.locate(self.tool, Some(&root));
        }
        projects.locate(self.tool, given)
    }

    /// The project that the address of a client over HTTP names: `/mcp?project_path=/work/shop`.
    fn project_of_url(&self) -> Option<String> {
        let parts = self.context.extensions.get::<axum::http::request::Parts>()?;
        let pairs = parts.uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
        let mut named = pairs.filter(|(name, _)| matches!(*name, "project_path" | "path"));
        named
            .next()
            .map(|(_, path)| decoded(&path.replace('+', " ")))
            .filter(|path| !path.is_empty())
    }

    /// The first root of a client that has them. Newer revisions have none, and refuse to be asked.
    #[expect(deprecated, reason = "roots are deprecated, and old clients have nothing else")]
    async fn client_root(&self) -> Option<String> {
        self.context.client_capabilities()?.roots?;
        let version = self.context.protocol_version()?;
        if version.as_str() >= rmcp::model::ProtocolVersion::V_2026_07_28.as_str() {
            return None;
        }
        let asked = self.context.peer.list_roots();
        let roots =
            tokio::time::timeout(std::time::Duration::from_secs(3), asked).await.ok()?.ok()?;
        let uri = roots.roots.first()?.uri.clone();
        uri.starts_with("file:").then_some(uri)
    }
}

/// An answer for the model to read.
pub(super) fn text(text: String) -> CallToolResponse {
    CallToolResult::success(vec![ContentBlock::text(text)]).into()
}

/// Structured content, with the same as text: some clients forward the one, some the other.
pub(super) fn structured(value: &impl Serialize) -> Result<CallToolResponse, ToolError> {
    let value = serde_json::to_value(value)
        .map_err(|error| ToolError::new(format!("cannot write the answer: {error}")))?;
    Ok(CallToolResult::structured(value).into())
}
