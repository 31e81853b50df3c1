//! The way of a request to a handler of MCP: socket, guard, sessions, streamable HTTP.
//!
//! It is the same for every handler, so that the conformance suite can meet it with fixtures that
//! the product does not have (`examples/conformance_fixtures`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::{Router, middleware};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::tower::StreamableHttpService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_io_timeout::TimeoutWriter;
use tokio_util::sync::CancellationToken;

use super::access::Access;
use super::bodies::{self, TimedBody};
use super::connections::{AnswerBody, Connection, Connections, Peer};
use super::guard::{self, Guard};
use super::limits::LogLimit;
use super::names::Names;
use super::sessions::Sessions;
use crate::settings::ServerConfig;

/// Longest wait for requests, and then for jobs, to end after a signal.
pub(super) const GRACE: Duration = Duration::from_secs(3);
/// Longest wait for the head of a request, and for the next request of a connection.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// Longest wait for a client to take the next part of an answer that is written.
const TAKE_WITHIN: Duration = Duration::from_secs(30);
/// Largest head of a request, and most of a body that is read ahead, in bytes.
const MOST_READ_AHEAD: usize = 64 << 10;

/// The routes of `/mcp`: each request passes the guard and reaches a clone of `handler`. `address`
/// is the one that is listened on.
#[doc(hidden)]
pub fn mcp_router<H: ServerHandler + Clone>(
    handler: H,
    config: &ServerConfig,
    access: Access,
    address: SocketAddr,
    shutdown: &CancellationToken,
) -> Router {
    let sessions = Sessions::new(config);
    let names = Names::new(config, address, &access);
    let guard = Arc::new(Guard::new(config, access, sessions.clone()));
    guarded(handler, config, &names, &sessions, guard, shutdown)
}

/// The same for a guard and names that other routes have, too.
pub(super) fn guarded<H: ServerHandler + Clone>(
    handler: H,
    config: &ServerConfig,
    names: &Names,
    sessions: &Sessions,
    guard: Arc<Guard>,
    shutdown: &CancellationToken,
) -> Router {
    let transport = transport(config, names, shutdown);
    let service =
        StreamableHttpService::new(move || Ok(handler.clone()), sessions.manager(), transport);
    Router::new()
        .fallback_service(service)
        .layer(middleware::from_fn_with_state(config.max_body_bytes, bodies::check))
        .layer(middleware::map_request(accepting_both))
        .layer(middleware::from_fn_with_state(guard, guard::check))
}

/// A request that accepts anything, with both of the kinds of answers that MCP has written out.
async fn accepting_both(mut request: Request) -> Request {
    let accepts = request.headers().get_all(header::ACCEPT).iter();
    let mut ranges = accepts.filter_map(|value| value.to_str().ok()).flat_map(|all| all.split(','));
    let is_any = |range: &str| range.split(';').next().is_some_and(|kind| kind.trim() == "*/*");
    if !request.headers().contains_key(header::ACCEPT) || ranges.any(is_any) {
        let both = HeaderValue::from_static("application/json, text/event-stream");
        request.headers_mut().insert(header::ACCEPT, both);
    }
    request
}

fn transport(
    config: &ServerConfig,
    names: &Names,
    shutdown: &CancellationToken,
) -> StreamableHttpServerConfig {
    let transport = StreamableHttpServerConfig::default()
        .with_cancellation_token(shutdown.child_token())
        .with_max_request_body_bytes(config.max_body_bytes)
        .with_allowed_origins(names.origins())
        .enforce_origin_validation();
    match names.hosts() {
        Some(hosts) => transport.with_allowed_hosts(hosts),
        None => transport.disable_allowed_hosts(),
    }
}

/// Serves routes on a listener until the shutdown.
#[doc(hidden)]
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: &CancellationToken,
) -> std::io::Result<()> {
    let local = listener.local_addr()?;
    let connections = Connections::new();
    let log = LogLimit::default();
    // Closed when the last connection has ended.
    let (open, mut all_ended) = mpsc::channel::<()>(1);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        match accepted {
            Ok((stream, from)) => {
                let Some(connection) = connections.admit(from) else {
                    tell(&log, &format!("no room for a connection of {from}"));
                    continue;
                };
                // A listener on all addresses is reached at one of them.
                let peer = Peer::new(from, stream.local_addr().unwrap_or(local));
                let (router, shutdown, open) = (router.clone(), shutdown.clone(), open.clone());
                tokio::spawn(async move {
                    handle_connection(stream, peer, connection, router, shutdown, TAKE_WITHIN)
                        .await;
                    drop(open);
                });
            }
            Err(error) => {
                tell(&log, &format!("cannot take a connection: {error}"));
                connections.make_room();
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop((listener, open));
    // Streams that clients hold open do not keep a server from ending.
    let _ = tokio::time::timeout(GRACE, all_ended.recv()).await;
    Ok(())
}

fn tell(log: &LogLimit, what: &str) {
    if let Some(left_out) = log.next(std::time::Instant::now()) {
        tracing::warn!(left_out, "{what}");
    }
}

/// Serves one connection to its end: its client must take each part of an answer within a time.
async fn handle_connection(
    stream: TcpStream,
    peer: Peer,
    connection: Connection,
    router: Router,
    shutdown: CancellationToken,
    take_within: Duration,
) {
    let end = connection.end.clone();
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let in_progress = connection.begin();
        request.extensions_mut().insert(peer.clone());
        let answer = router.call(request.map(TimedBody::new));
        async move {
            let answer = answer.await?;
            Ok::<_, std::convert::Infallible>(
                answer.map(|body| AnswerBody { body, _request: in_progress }),
            )
        }
    });
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(take_within));
    let stream = Box::pin(stream);
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(MOST_READ_AHEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        // However it ends, it has ended.
        _ = serving.as_mut() => return,
        () = end.cancelled() => return,
        () = shutdown.cancelled() => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    #[tokio::test]
    async fn a_client_that_takes_no_answer_is_left() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        let (stream, from) = listener.accept().await.unwrap();
        let connection = Connections::new().admit(from).unwrap();
        let large = || async { vec![b'x'; 64 << 20] };
        let router = Router::new().route("/large", axum::routing::get(large));
        let (peer, shutdown) = (Peer::new(from, address), CancellationToken::new());
        let within = Duration::from_millis(200);
        let served = handle_connection(stream, peer, connection, router, shutdown, within);
        let ended = tokio::time::timeout(Duration::from_mins(1), served).await;
        assert!(ended.is_ok(), "the connection stays as long as the client does");
        drop(client);
    }
}
