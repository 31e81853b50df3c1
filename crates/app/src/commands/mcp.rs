//! `sconce mcp`.

use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Context;
use crate::failure::Failure;
use crate::local::{InProcessServer, LocalServerConnector, relay};
use crate::mcp::Projects;
use crate::signals;

pub(super) async fn run(context: Context) -> Result<(), Failure> {
    let config = Arc::new(context.config);
    let project_dir = std::env::var_os("CLAUDE_PROJECT_DIR").map(PathBuf::from);
    let working = std::env::current_dir().ok();
    let projects = Projects::local(&config.roots, project_dir, working.as_deref());
    tracing::info!(project = ?projects.default_project(), "serving MCP on stdin and stdout");
    let shutdown = CancellationToken::new();
    let signal = shutdown.clone();
    tokio::spawn(async move {
        signals::end().await;
        signal.cancel();
    });
    let own = InProcessServer::new(Arc::clone(&config), projects.clone());
    if !config.share {
        return own.serve(shutdown).await;
    }
    match LocalServerConnector::new(&context.settings, &config, &projects) {
        Ok(finder) => Box::pin(relay(finder, own, shutdown)).await,
        Err(failure) => {
            tracing::warn!("{failure}; this process serves its client itself");
            own.serve(shutdown).await
        }
    }
}
