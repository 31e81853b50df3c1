//! The server's side: who holds the lock serves on the socket.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sconce_dirs::FileLock;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::address::Address;
use super::find::WITHIN;
use super::handshake::{Handshake, LockHolder, ServerKind, ServerStatus, Streams};
use crate::commands::{SearchAnswer, SearchCall, answered};
use crate::mcp::{Mcp, Projects, serve_on};
use crate::settings::Config;
use crate::warmup::Warmup;

/// Time between two looks at a lock that another process holds.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// Time between two tries of a `sconce serve` to get the socket.
const TRY_EVERY: Duration = Duration::from_secs(15);
/// Time between two looks at the index jobs of a server that nobody uses.
const JOBS_EVERY: Duration = Duration::from_secs(1);
/// Longest wait for clients to be answered at the end.
const GRACE: Duration = Duration::from_secs(3);

/// A socket that is this process's to serve on; it goes when this does.
#[derive(Debug)]
struct Listening {
    listener: UnixListener,
    address: Address,
    // The last field: the lock is let go of when the socket is gone.
    _held: FileLock,
}

impl Listening {
    /// Takes the lock and listens; `None` where another process serves.
    fn open(address: &Address, kind: ServerKind) -> io::Result<Option<Listening>> {
        let Some(mut held) = FileLock::try_acquire_transient(&address.lock())? else {
            return Ok(None);
        };
        held.sign(&LockHolder { kind, pid: std::process::id() }.to_text())?;
        sweep(address);
        remove(address);
        let listener = UnixListener::bind(address.socket())?;
        Ok(Some(Listening { listener, address: address.clone(), _held: held }))
    }

    /// The same for a server that was started to serve: waits for one that is just ending, and
    /// gives way to one that answers.
    async fn open_or_give_way(
        address: &Address,
        kind: ServerKind,
    ) -> io::Result<Option<Listening>> {
        let until = Instant::now() + WITHIN;
        loop {
            if let Some(listening) = Listening::open(address, kind)? {
                return Ok(Some(listening));
            }
            let answers = UnixStream::connect(address.socket()).await.is_ok();
            if answers || Instant::now() >= until {
                return Ok(None);
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        remove(&self.address);
    }
}

fn remove(address: &Address) {
    // There may be none.
    let _ = std::fs::remove_file(address.socket());
}

/// Removes what killed servers of other settings and versions left.
fn sweep(address: &Address) {
    for other in address.all().iter().filter(|other| !other.is(address)) {
        if let Ok(Some(_held)) = FileLock::try_acquire_transient(&other.lock()) {
            remove(other);
        }
    }
}

/// What a server is made of.
#[derive(Debug)]
pub(crate) struct LocalServer {
    /// The settings.
    pub config: Arc<Config>,
    /// Opens the engine behind the socket.
    pub warmup: Warmup,
    /// What it is.
    pub kind: ServerKind,
    /// Ends the server.
    pub shutdown: CancellationToken,
}

impl LocalServer {
    /// Serves at the address until nobody needs it or the shutdown; false where another server
    /// answers there.
    pub(crate) async fn run(self, address: &Address) -> io::Result<bool> {
        let Some(listening) = Listening::open_or_give_way(address, self.kind).await? else {
            return Ok(false);
        };
        self.warmup.start();
        self.serve(listening).await;
        Ok(true)
    }

    async fn serve(self, listening: Listening) {
        let mcp = Mcp::new(&self.config, self.warmup.clone(), Projects::default());
        let state = ServerState {
            server: Arc::new(self),
            mcp,
            clients: watch::Sender::new(0),
            searches: Arc::default(),
            began: Instant::now(),
        };
        tracing::info!(
            socket = %listening.address.socket().display(), version = crate::VERSION,
            "serving stdio processes"
        );
        let unused = state.unused();
        tokio::pin!(unused);
        loop {
            tokio::select! {
                accepted = listening.listener.accept() => match accepted {
                    Ok((stream, _)) => drop(tokio::spawn(state.clone().handle_connection(stream))),
                    Err(error) => {
                        tracing::warn!("cannot take a connection: {error}");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                () = &mut unused => {
                    tracing::info!("ending: nobody has used the server for some time");
                    break;
                }
                () = state.server.shutdown.cancelled() => break,
            }
        }
        // Nobody finds it any more; those who did are still answered.
        drop(listening);
        let mut clients = state.clients.subscribe();
        let _ = tokio::time::timeout(GRACE, clients.wait_for(|clients| *clients == 0)).await;
    }
}

/// Serves a socket beside another server, as long as that runs, whenever nobody else does.
pub(crate) async fn beside(
    config: Arc<Config>,
    warmup: Warmup,
    address: Address,
    shutdown: CancellationToken,
) {
    while !shutdown.is_cancelled() {
        match Listening::open(&address, ServerKind::Serve) {
            Ok(Some(listening)) => {
                let server = LocalServer {
                    config: Arc::clone(&config),
                    warmup: warmup.clone(),
                    kind: ServerKind::Serve,
                    shutdown: shutdown.clone(),
                };
                server.serve(listening).await;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!("stdio processes cannot use this server: {error}");
                return;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(TRY_EVERY) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

/// A running server, as those who connect meet it.
#[derive(Debug, Clone)]
struct ServerState {
    server: Arc<LocalServer>,
    /// Shared by all clients; each has its own projects.
    mcp: Mcp,
    clients: watch::Sender<usize>,
    searches: Arc<AtomicUsize>,
    began: Instant,
}

impl ServerState {
    async fn handle_connection(self, stream: UnixStream) {
        if let Err(error) = self.serve_connection(stream).await {
            tracing::debug!("a connection failed: {error}");
        }
    }

    async fn serve_connection(&self, stream: UnixStream) -> io::Result<()> {
        let (handshake, mut streams) = Streams::asked(stream).await?;
        match handshake {
            Handshake::Client(projects) => {
                // Counted before the answer: from then on the server stays.
                let _client = Client::new(&self.clients);
                streams.answer(&self.status()).await?;
                let mcp = self.mcp.with_projects(projects);
                let (input, output) = (streams.input.into_inner(), streams.output);
                let end = self.server.shutdown.child_token();
                if let Err(failure) = Box::pin(serve_on(mcp, input, output, end)).await {
                    tracing::warn!("{failure}");
                }
            }
            Handshake::Search(call) => {
                let _client = Client::new(&self.clients);
                streams.answer(&self.status()).await?;
                let answer = self.search(&call).await;
                streams.send(&serde_json::to_vec(&answer)?).await?;
            }
            Handshake::Status => streams.answer(&self.status()).await?,
            Handshake::Stop => {
                streams.answer(&self.status()).await?;
                if self.server.kind == ServerKind::Local {
                    tracing::info!("ending: asked to");
                    self.server.shutdown.cancel();
                }
            }
        }
        Ok(())
    }

    /// What the command line asks; `None` where it is to answer that itself, errors among it: it words
    /// them by its own settings.
    async fn search(&self, call: &SearchCall) -> Option<SearchAnswer> {
        let began = Instant::now();
        let engine = self.server.warmup.engine_now()?;
        let answer = Box::pin(answered(&engine, &self.server.config, call)).await;
        let answer = answer.unwrap_or_else(|failure| {
            tracing::debug!("a search is left to its own process: {failure}");
            None
        });
        if answer.is_some() {
            self.searches.fetch_add(1, Ordering::Relaxed);
            let elapsed_ms = began.elapsed().as_millis() as u64;
            tracing::info!(elapsed_ms, "answered a search of the command line");
        }
        answer
    }

    fn status(&self) -> ServerStatus {
        ServerStatus {
            version: crate::VERSION.to_owned(),
            pid: std::process::id(),
            kind: self.server.kind,
            clients: *self.clients.borrow(),
            searches: self.searches.load(Ordering::Relaxed),
            jobs: self.jobs(),
            seconds: self.began.elapsed().as_secs(),
            model: self.server.config.embedder.model.clone(),
        }
    }

    fn jobs(&self) -> usize {
        let engine = self.server.warmup.engine_now();
        engine.map_or(0, |engine| engine.jobs().iter().filter(|job| !job.is_finished()).count())
    }

    /// Returns when nobody has used the server for some time and it has nothing to do.
    fn unused(&self) -> impl Future<Output = ()> + use<> {
        let this = self.clone();
        async move {
            if this.server.kind != ServerKind::Local {
                return std::future::pending().await;
            }
            let mut clients = this.clients.subscribe();
            loop {
                // The sender lives in `this`.
                let _ = clients.wait_for(|clients| *clients == 0).await;
                let idle = async {
                    tokio::time::sleep(this.server.config.share_idle).await;
                    while this.jobs() > 0 {
                        tokio::time::sleep(JOBS_EVERY).await;
                    }
                };
                tokio::select! {
                    () = idle => return,
                    _ = clients.wait_for(|clients| *clients > 0) => {}
                }
            }
        }
    }
}

/// A client that counts as long as this lives.
struct Client<'a>(&'a watch::Sender<usize>);

impl Client<'_> {
    fn new(clients: &watch::Sender<usize>) -> Client<'_> {
        clients.send_modify(|clients| *clients += 1);
        Client(clients)
    }
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|clients| *clients -= 1);
    }
}
