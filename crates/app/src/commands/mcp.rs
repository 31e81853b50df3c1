//! `sconce mcp`.

use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Context, serve::interrupted};
use crate::failure::Failure;
use crate::mcp::{Mcp, Projects, serve_stdio};
use crate::warmup::Warmup;

pub(super) async fn run(context: Context) -> Result<(), Failure> {
    let config = Arc::new(context.config);
    let project_dir = std::env::var_os("CLAUDE_PROJECT_DIR").map(PathBuf::from);
    let working = std::env::current_dir().ok();
    let projects = Projects::local(&config.roots, project_dir, working.as_deref());
    tracing::info!(project = ?projects.default_project(), "serving MCP on stdin and stdout");
    let warmup = Warmup::new(Arc::clone(&config));
    // Behind the client's back: it is answered before anything is open.
    warmup.start();
    let shutdown = CancellationToken::new();
    let signal = shutdown.clone();
    tokio::spawn(async move {
        interrupted().await;
        signal.cancel();
    });
    let served = Box::pin(serve_stdio(Mcp::new(&config, warmup.clone(), projects), shutdown)).await;
    crate::server::stop_jobs(&warmup).await;
    served
}
