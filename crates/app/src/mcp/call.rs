//! A call in progress, and what only its client can say.

use std::path::PathBuf;

use rmcp::RoleServer;
use rmcp::model::{CallToolResponse, CallToolResult, ContentBlock, JsonObject, Tool};
use rmcp::service::RequestContext;
use sconce_engine::Index;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::errors::{self, ToolError};
use super::near_path::{PathKind, near_path};
use super::projects::ResolvedPath;
use super::{Mcp, freshness, revision};
use crate::output::cut;
use crate::uri::decoded;

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

    /// The directory that the call means: the one that its argument of that name has, the server's own
    /// project, or the first root of an old client. An error shows the call with another path.
    pub(super) async fn locate(
        &self,
        argument: &'static str,
        given: Option<&str>,
    ) -> Result<ResolvedPath, ToolError> {
        let error = match self.located(given).await {
            Ok(place) => return Ok(place),
            Err(error) => error,
        };
        // `list_indexes` and the headings of places tell an index's name, and models take that for its project.
        if !self.is_file(argument)
            && let Some(directory) = self.root_of_index(given).await
        {
            return Ok(ResolvedPath { directory, file: None });
        }
        Err(Box::pin(self.with_path(argument, given, error)).await)
    }

    /// The root of the index of that name.
    async fn root_of_index(&self, name: Option<&str>) -> Option<PathBuf> {
        let engine = self.mcp.engine_soon().await?;
        let index = self.mcp.index_named(&engine, name?.trim()).await.ok()?;
        Some(index.root().to_path_buf())
    }

    /// Whether a place of these indexes is to be named with its index: where there are several, or a call that
    /// names no project means another one.
    pub(super) async fn must_name(&self, indexes: &[Index]) -> bool {
        let [index] = indexes else { return true };
        let meant = self.located(None).await;
        !meant.is_ok_and(|place| place.directory.starts_with(index.root()))
    }

    async fn located(&self, given: Option<&str>) -> Result<ResolvedPath, ToolError> {
        let projects = self.mcp.projects();
        let of_url = self.project_of_url();
        let given = given.filter(|given| !given.trim().is_empty()).or(of_url.as_deref());
        if given.is_none_or(|given| given.trim().is_empty())
            && projects.default_project().is_none()
            && let Some(root) = self.client_root().await
        {
            return projects.locate(Some(&root));
        }
        projects.locate(given)
    }

    /// Whether an argument names a file: where there is a project besides, `path` does.
    pub(super) fn is_file(&self, argument: &str) -> bool {
        let properties = self.definition.input_schema.get("properties");
        argument == "path" && properties.is_some_and(|all| all.get("project").is_some())
    }

    /// An error with the same call but for its path: one of the project that is nearly called so, or
    /// the directory that the error names.
    async fn with_path(
        &self,
        argument: &str,
        given: Option<&str>,
        mut error: ToolError,
    ) -> ToolError {
        let instead = error.instead.take();
        let is_file = self.is_file(argument);
        let kind = if is_file { PathKind::File } else { PathKind::Any };
        let near = match given {
            Some(given) => self.near_path(given, kind).await,
            None => None,
        };
        let path =
            near.clone().or(instead.filter(|_| !is_file).map(|path| path.display().to_string()));
        if let Some(near) = near {
            error = error.with_hint(format!("there is {}", cut(&near)));
        }
        match (path, given) {
            (Some(path), _) => {
                let value = self.replaced(argument, given.unwrap_or_default(), &path);
                error.with_argument(self.tool, self.given, argument, value)
            }
            (None, Some(given)) if is_file && self.mcp.projects().default_project().is_some() => {
                let name = given.rsplit(['/', '\\']).next().unwrap_or(given);
                let mut find = json!({ "query": cut(name), "response_format": "concise" });
                for (of_search, argument) in [("index_name", "index_name"), ("path", "project")] {
                    if let Some(value) = self.given.get(argument) {
                        find[of_search] = value.clone();
                    }
                }
                error.with_call("search_code", &find)
            }
            _ => error,
        }
    }

    /// The value of an argument with `right` in the place of `wrong`, and with the lines that stand
    /// behind that.
    pub(super) fn replaced(&self, argument: &str, wrong: &str, right: &str) -> Value {
        let other = |text: &str| {
            let rest = text.trim().strip_prefix(wrong).filter(|_| !wrong.is_empty());
            rest.map(|rest| format!("{right}{rest}"))
        };
        match self.given.get(argument) {
            Some(Value::Array(items)) => {
                let items = items.iter().map(|item| {
                    item.as_str().and_then(other).map_or_else(|| item.clone(), Value::from)
                });
                items.collect()
            }
            Some(Value::String(text)) => other(text).unwrap_or_else(|| right.to_owned()).into(),
            _ => right.into(),
        }
    }

    /// A path of the client's own project that is called as the given one at its end.
    async fn near_path(&self, given: &str, kind: PathKind) -> Option<String> {
        let engine = self.mcp.engine_soon().await?;
        let project = self.mcp.projects().default_project()?;
        let index = freshness::existing(self.mcp, &engine, project).await.ok()??;
        let near = path_like(&index, given, kind).await?;
        // A relative path is one of the project.
        let is_own = index.root() == project;
        Some(if is_own { near } else { index.root().join(near).display().to_string() })
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
        if revision::is_sessionless(self.context.protocol_version()?.as_str()) {
            return None;
        }
        let asked = self.context.peer.list_roots();
        let roots =
            tokio::time::timeout(std::time::Duration::from_secs(3), asked).await.ok()?.ok()?;
        // An editor's first root may be a virtual one, or a directory that is gone.
        let uris: Vec<String> = roots.roots.into_iter().map(|root| root.uri).collect();
        let files = || uris.iter().filter(|uri| uri.starts_with("file:"));
        let projects = self.mcp.projects();
        let usable = files().find(|uri| projects.locate(Some(uri)).is_ok());
        usable.or_else(|| files().next()).cloned()
    }
}

/// A path of an index that is called as the given one at its end.
pub(super) async fn path_like(index: &Index, given: &str, kind: PathKind) -> Option<String> {
    let paths = index.paths().await.ok()?;
    near_path(&paths.iter().map(String::as_str), index.root(), given, kind).map(str::to_owned)
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
