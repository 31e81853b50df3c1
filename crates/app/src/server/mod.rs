//! The HTTP server: `/mcp` and `/health`.

mod access;
mod bodies;
mod connections;
mod events;
mod guard;
mod health;
mod limits;
mod names;
mod peers;
mod sessions;
#[cfg(target_os = "linux")]
mod socket_diag;
mod token;
mod transport;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router, middleware};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::failure::{Exit, Failure};
use crate::mcp::{Mcp, Projects};
use crate::settings::Config;
use crate::warmup::Warmup;

pub(crate) use access::registration_here;
pub use access::{Access, registration};
pub(crate) use connections::raise_file_limit;
pub use health::{Health, Monitor};
pub use token::Token;
#[doc(hidden)]
pub use transport::{mcp_router, serve};

use connections::Peer;
use guard::Guard;
use names::Names;
use sessions::Sessions;
use transport::{GRACE, guarded};

/// Everything a server is given; nothing of it is global, so that tests run many at once.
pub struct Server {
    /// The settings.
    pub config: Arc<Config>,
    /// Opens the engine behind the listening socket.
    pub warmup: Warmup,
    /// The directories that may be indexed.
    pub projects: Projects,
    /// Who needs a token.
    pub access: Access,
    /// Ends the server.
    pub shutdown: CancellationToken,
}

impl Server {
    /// Serves on a listener that is bound already, until the shutdown. `ready` is called once,
    /// when a search would work, with the model's id.
    pub async fn run(
        self,
        listener: TcpListener,
        ready: impl FnOnce(SocketAddr, &str) + Send + 'static,
    ) -> Result<(), Failure> {
        let address = listener.local_addr()?;
        self.warmup.keep(self.shutdown.clone());
        let monitor = Monitor::start(self.warmup.clone(), self.shutdown.clone());
        let router = self.router(address, monitor.clone());
        tokio::spawn(async move {
            if let Some(model) = monitor.ready().await {
                ready(address, &model);
            }
        });
        let ended = serve(listener, router, &self.shutdown).await;
        stop_jobs(&self.warmup).await;
        ended.map_err(|error| Failure::new(Exit::Error, format!("the server failed: {error}")))
    }

    fn router(&self, address: SocketAddr, monitor: Monitor) -> Router {
        let config = &self.config.server;
        let mcp = Mcp::new(&self.config, self.warmup.clone(), self.projects.clone());
        let names = Arc::new(Names::new(config, address, &self.access));
        let sessions = Sessions::new(config);
        let guard = Arc::new(Guard::new(config, self.access.clone(), sessions.clone()));
        let mcp = guarded(mcp, config, &names, &sessions, Arc::clone(&guard), &self.shutdown);
        let state = HealthState { monitor, guard, names: Arc::clone(&names) };
        let routes = Router::new()
            .route("/health", get(ready_or_not))
            .route("/health/ready", get(ready_or_not))
            .route("/health/live", get(|| async { Json(serde_json::json!({ "status": "live" })) }))
            .with_state(state)
            .nest("/mcp", mcp)
            .fallback(not_found)
            .layer(middleware::from_fn_with_state(names, names::check));
        // A layer of the routes themselves comes behind the choice of the route.
        Router::new()
            .fallback_service(routes)
            .layer(middleware::map_request(without_trailing_slash))
    }
}

/// `/mcp/` is `/mcp`: many clients write the one for the other.
async fn without_trailing_slash(mut request: Request) -> Request {
    let path = request.uri().path();
    let shorter = path.trim_end_matches('/');
    if shorter.is_empty() || shorter == path {
        return request;
    }
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = request.uri().clone().into_parts();
    if let Ok(target) = format!("{shorter}{query}").parse() {
        parts.path_and_query = Some(target);
    }
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

/// What the answer of `/health` depends on.
#[derive(Clone)]
struct HealthState {
    monitor: Monitor,
    guard: Arc<Guard>,
    names: Arc<Names>,
}

/// Cancels the jobs and waits until they have let go of their indexes.
pub async fn stop_jobs(warmup: &Warmup) {
    let Some(engine) = warmup.engine_now() else { return };
    let running: Vec<_> = engine.jobs().into_iter().filter(|job| !job.is_finished()).collect();
    for job in &running {
        tracing::info!(index = job.index_name(), "cancelling an index job; the next one goes on");
        job.cancel();
    }
    let all = async {
        for job in &running {
            // However it ends, it has ended.
            let _ = job.wait().await;
        }
    };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        tracing::warn!("an index job did not end in time; the next one completes its index");
    }
}

/// Whether a search would work. What there is, and what is wrong with it, is for those alone who
/// may search: names of projects stand in it.
async fn ready_or_not(
    State(state): State<HealthState>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Response {
    let health = state.monitor.now();
    let status = match health.status {
        "ok" => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let is_own = state.names.is_own(&headers);
    let body = if state.guard.sees_details(&headers, &peer, is_own).await {
        Json(&*health).into_response()
    } else {
        let Health { status, version, .. } = *health;
        Json(serde_json::json!({ "status": status, "version": version })).into_response()
    };
    (status, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}

async fn not_found() -> Response {
    error(
        StatusCode::NOT_FOUND,
        "there is nothing here",
        "MCP is at /mcp, health at /health, /health/live and /health/ready",
    )
}

/// An HTTP error that says what to do.
fn error(status: StatusCode, message: &str, hint: &str) -> Response {
    (status, Json(serde_json::json!({ "error": message, "hint": hint }))).into_response()
}
