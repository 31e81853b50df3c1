//! Sessions of clients that speak a revision with sessions: capped, and closed when idle.

use std::sync::Arc;

use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;

use crate::settings::ServerConfig;

/// The sessions there are.
#[derive(Debug, Clone)]
pub(super) struct Sessions {
    manager: Arc<LocalSessionManager>,
    most: usize,
}

impl Sessions {
    pub(super) fn new(config: &ServerConfig) -> Sessions {
        let mut manager = LocalSessionManager::default();
        manager.session_config.keep_alive = Some(config.session_idle);
        Sessions { manager: Arc::new(manager), most: config.max_sessions }
    }

    pub(super) fn manager(&self) -> Arc<LocalSessionManager> {
        Arc::clone(&self.manager)
    }

    /// Whether no further session may be opened.
    pub(super) async fn full(&self) -> bool {
        self.manager.sessions.read().await.len() >= self.most
    }
}
