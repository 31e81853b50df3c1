//! Following the indexed projects while a server runs.

use std::path::Path;
use std::sync::Arc;

use sconce_embed::Catalog;
use sconce_engine::IndexRequest;
use sconce_store::Index;
use tokio_util::sync::CancellationToken;

use crate::mcp::Projects;
use crate::settings::Config;
use crate::warmup::Warmup;

/// Follows the projects of `projects` that are indexed, from when the database is open until
/// `shutdown`, unless the settings say no. Starts nothing else, and returns at once.
pub fn start(
    config: &Arc<Config>,
    warmup: Warmup,
    projects: Projects,
    shutdown: CancellationToken,
) {
    let Some(options) = config.watch.clone() else { return };
    let config = Arc::clone(config);
    tokio::spawn(async move {
        let opened = shutdown.run_until_cancelled(warmup.opened()).await.flatten();
        let Some(engine) = opened else { return };
        let choose = move |index: &Index| request(&config, &projects, index);
        engine.watch(options, choose, shutdown).await;
    });
}

/// The request to keep an index up to date with; none where it is not this server's to keep.
fn request(config: &Config, projects: &Projects, index: &Index) -> Option<IndexRequest> {
    let root = Path::new(&index.root);
    if !projects.allows(root) {
        return None;
    }
    let request = match config.projects.request(root) {
        Ok(project) => project.request,
        Err(failure) => {
            tracing::debug!(index = index.name, "not followed: {failure}");
            return None;
        }
    };
    // A search says what to do about another model; there is nobody here to tell.
    let model = request.model.as_deref();
    let is_kept = model.is_none_or(|model| Catalog::builtin().canonical_id(model) == index.model);
    is_kept.then_some(request)
}
