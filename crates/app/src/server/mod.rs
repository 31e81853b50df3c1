//! The HTTP server: `/mcp` and `/health`.

mod guard;
mod health;
mod limits;
mod sessions;
mod token;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use rmcp::transport::streamable_http_server::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::tower::StreamableHttpService;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::failure::{Exit, Failure};
use crate::mcp::{Mcp, Projects};
use crate::settings::Config;
use crate::warmup::Warmup;

pub use health::{Health, Monitor};
pub use token::{Found, Token, find as find_token};

use guard::Guard;
use sessions::Sessions;

/// Longest wait for requests and jobs to end after a signal.
const GRACE: Duration = Duration::from_secs(3);

/// Everything a server is given; nothing of it is global, so that tests run many at once.
pub struct Server {
    /// The settings.
    pub config: Arc<Config>,
    /// Opens the engine behind the listening socket.
    pub warmup: Warmup,
    /// The folders that may be indexed.
    pub projects: Projects,
    /// The bearer token, where one is required.
    pub token: Option<Token>,
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
        self.warmup.start();
        let monitor = Monitor::start(self.warmup.clone(), self.shutdown.clone());
        let router = self.router(address, monitor.clone());
        tokio::spawn(async move {
            if let Some(model) = monitor.ready().await {
                ready(address, &model);
            }
        });
        let shutdown = self.shutdown.clone();
        let serving =
            axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
                .with_graceful_shutdown(async move { shutdown.cancelled().await });
        let ended = tokio::select! {
            ended = serving => ended,
            // Streams that clients hold open do not keep a server from ending.
            () = after(&self.shutdown, GRACE) => Ok(()),
        };
        stop_jobs(&self.warmup).await;
        ended.map_err(|error| Failure::new(Exit::Error, format!("the server failed: {error}")))
    }

    fn router(&self, address: SocketAddr, monitor: Monitor) -> Router {
        let mcp = Mcp::new(&self.config, self.warmup.clone(), self.projects.clone());
        let sessions = Sessions::new(&self.config.server);
        let service = StreamableHttpService::new(
            move || Ok(mcp.clone()),
            sessions.manager(),
            self.transport(address),
        );
        let guard = Guard::new(&self.config.server, self.token.clone(), sessions);
        let mcp = Router::new()
            .fallback_service(service)
            .layer(middleware::from_fn_with_state(Arc::new(guard), guard::check));
        Router::new()
            .route("/health", get(ready_or_not))
            .route("/health/ready", get(ready_or_not))
            .route("/health/live", get(|| async { Json(serde_json::json!({ "status": "live" })) }))
            .with_state(monitor)
            .nest("/mcp", mcp.clone())
            .fallback(not_found)
    }

    fn transport(&self, address: SocketAddr) -> StreamableHttpServerConfig {
        let server = &self.config.server;
        let config = StreamableHttpServerConfig::default()
            .with_cancellation_token(self.shutdown.child_token())
            .with_max_request_body_bytes(server.max_body_bytes)
            .with_allowed_origins(guard::origins(server))
            .enforce_origin_validation();
        match guard::hosts(server, address, self.token.is_some()) {
            Some(hosts) => config.with_allowed_hosts(hosts),
            None => config.disable_allowed_hosts(),
        }
    }
}

async fn after(token: &CancellationToken, pause: Duration) {
    token.cancelled().await;
    tokio::time::sleep(pause).await;
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
        tracing::warn!("an index job did not end in time; the next one heals its index");
    }
}

async fn ready_or_not(State(monitor): State<Monitor>) -> Response {
    let health = monitor.now();
    let status = match health.status {
        "ok" => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(&*health)).into_response()
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
