//! Between a client on stdin and stdout and the local server.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::find::LocalServerConnector;
use super::handshake::Streams;
use super::session::{Session, answers};
use super::silence::{LOST_AFTER, QUESTION, Silence, question};
use crate::failure::{Exit, Failure};
use crate::lines::{Line, Lines};
use crate::mcp::{LONGEST_LINE, Mcp, Projects, serve_on, serve_stdio, too_long};
use crate::settings::Config;
use crate::warmup::Warmup;

/// Lines of the client that are read ahead of the server.
const AHEAD: usize = 64;
/// Servers that may be lost within [`LOSSES_WITHIN`]; after more, this process serves itself.
const MOST_LOSSES: usize = 3;
/// Time in which losses count together.
const LOSSES_WITHIN: Duration = Duration::from_mins(1);
/// Longest wait for another server's answer to the handshake.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// Longest wait for answers after the client's last word; the server itself waits five seconds.
const DRAIN_WITHIN: Duration = Duration::from_secs(6);
/// The same after a signal.
const SIGNALLED_DRAIN_WITHIN: Duration = Duration::from_secs(2);

/// What serving in this process takes.
#[derive(Debug)]
pub(crate) struct InProcessServer {
    config: Arc<Config>,
    projects: Projects,
    warmup: Warmup,
}

impl InProcessServer {
    /// Nothing is opened yet.
    pub(crate) fn new(config: Arc<Config>, projects: Projects) -> InProcessServer {
        InProcessServer { warmup: Warmup::new(Arc::clone(&config)), config, projects }
    }

    fn mcp(&self) -> Mcp {
        // Behind the client's back: it is answered before anything is open.
        self.warmup.start();
        Mcp::new(&self.config, self.warmup.clone(), self.projects.clone())
    }

    /// Serves the client of stdin and stdout, without any server.
    pub(crate) async fn serve(self, shutdown: CancellationToken) -> Result<(), Failure> {
        let served = Box::pin(serve_stdio(self.mcp(), shutdown)).await;
        crate::server::stop_jobs(&self.warmup).await;
        served
    }

    /// The same behind a relay.
    fn upstream(&self, shutdown: &CancellationToken) -> Upstream {
        let (ours, theirs) = tokio::io::duplex(64 << 10);
        let (input, output) = tokio::io::split(theirs);
        let serving = Box::pin(serve_on(self.mcp(), input, output, shutdown.child_token()));
        let (input, output) = tokio::io::split(ours);
        let own = Some(tokio::spawn(serving));
        Upstream { own, ..Upstream::new(Lines::new(input, usize::MAX), output) }
    }
}

/// Whoever answers the client.
struct Upstream {
    lines: mpsc::UnboundedReceiver<Vec<u8>>,
    output: Box<dyn AsyncWrite + Send + Unpin>,
    /// The server, where it is this process itself.
    own: Option<JoinHandle<Result<(), Failure>>>,
}

impl Upstream {
    fn new<R, W>(mut input: Lines<R>, output: W) -> Upstream
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        // Unbounded, so that a server that writes is never kept from reading.
        let (sender, lines) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok(Some(line)) = input.next().await {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Upstream { lines, output: Box::new(output), own: None }
    }

    fn of(streams: Streams) -> Upstream {
        Upstream::new(streams.input, streams.output)
    }

    async fn send(&mut self, mut line: Vec<u8>) -> io::Result<()> {
        line.push(b'\n');
        self.output.write_all(&line).await
    }
}

/// The client on stdin and stdout.
struct Client {
    lines: mpsc::Receiver<Vec<u8>>,
    output: mpsc::UnboundedSender<Vec<u8>>,
    written: JoinHandle<io::Result<()>>,
}

impl Client {
    fn start() -> Client {
        let (sender, lines) = mpsc::channel(AHEAD);
        // Unbounded, so that a client that writes without reading is still read.
        let (output, mut out) = mpsc::unbounded_channel::<Vec<u8>>();
        // Weak, so that what is to be written ends with the client.
        let answers = output.downgrade();
        tokio::spawn(async move {
            let mut input = Lines::new(tokio::io::stdin(), LONGEST_LINE);
            while let Ok(Some(line)) = input.next_of_client().await {
                let line = match line {
                    Line::Whole(line) => line,
                    Line::TooLong(beginning) => {
                        let refusal = serde_json::to_vec(&too_long(&beginning, LONGEST_LINE));
                        if let (Ok(refusal), Some(output)) = (refusal, answers.upgrade()) {
                            // A client that has gone is seen where its lines are read.
                            let _ = output.send(refusal);
                        }
                        continue;
                    }
                };
                if sender.send(line).await.is_err() {
                    return;
                }
            }
        });
        let written = tokio::spawn(async move {
            let mut stdout = tokio::io::stdout();
            while let Some(mut line) = out.recv().await {
                line.push(b'\n');
                stdout.write_all(&line).await?;
                stdout.flush().await?;
            }
            Ok(())
        });
        Client { lines, output, written }
    }

    fn tell(&self, line: Vec<u8>) {
        // A client that has gone is seen where its lines are read.
        let _ = self.output.send(line);
    }

    /// Waits until everything that was told is written.
    async fn finish(self) {
        drop(self.output);
        let _ = tokio::time::timeout(SIGNALLED_DRAIN_WITHIN, self.written).await;
    }
}

/// Why lines no longer go back and forth.
enum End {
    /// The client has said its last word, or a signal came.
    Client,
    /// The server has gone.
    Server,
    /// The server is there and says nothing: who looks for it would find it again.
    Silent,
}

/// Relays between the client of stdin and stdout and the local server, until the client has gone.
/// A server that is lost is replaced: by another one, or by this process itself.
pub(crate) async fn relay(
    finder: LocalServerConnector,
    own: InProcessServer,
    shutdown: CancellationToken,
) -> Result<(), Failure> {
    let upstream = match finder.find_or_start().await {
        Ok(streams) => Upstream::of(streams),
        Err(failure) => {
            tracing::warn!("{failure}; this process serves its client itself");
            return own.serve(shutdown).await;
        }
    };
    let mut relay = Relay {
        finder,
        own,
        shutdown,
        client: Client::start(),
        upstream,
        session: Session::default(),
        losses: VecDeque::new(),
    };
    let ended = relay.run().await;
    // None where this process never served itself.
    crate::server::stop_jobs(&relay.own.warmup).await;
    relay.client.finish().await;
    ended
}

struct Relay {
    finder: LocalServerConnector,
    own: InProcessServer,
    shutdown: CancellationToken,
    client: Client,
    upstream: Upstream,
    session: Session,
    /// When servers were lost.
    losses: VecDeque<Instant>,
}

impl Relay {
    async fn run(&mut self) -> Result<(), Failure> {
        loop {
            match self.pass().await {
                End::Client => {
                    self.drain().await;
                    return Ok(());
                }
                end @ (End::Server | End::Silent) => {
                    if let Some(own) = self.upstream.own.take() {
                        return own.await.unwrap_or_else(|error| {
                            Err(Failure::new(Exit::Error, format!("serving failed: {error}")))
                        });
                    }
                    let is_silent = matches!(end, End::Silent);
                    if is_silent {
                        tracing::warn!("the local server does not answer; this process takes over");
                    }
                    if !self.recover(is_silent).await {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Passes lines on, both ways.
    async fn pass(&mut self) -> End {
        let mut silence = Silence::default();
        loop {
            // This process needs not ask itself.
            let is_waited_for = self.session.waits() && self.upstream.own.is_none();
            tokio::select! {
                line = self.client.lines.recv() => {
                    let Some(line) = line else { return End::Client };
                    if !self.session.waits() {
                        silence = Silence::default();
                    }
                    let Some(line) = self.session.said_by_client(line) else { continue };
                    if let Some(end) = self.send(line).await {
                        return end;
                    }
                }
                line = self.upstream.lines.recv() => {
                    let Some(line) = line else { return End::Server };
                    let is_answer = silence.is_asked && answers(&line, &QUESTION.into());
                    silence = Silence::default();
                    if !is_answer {
                        self.client.tell(self.session.said_by_server(line));
                    }
                }
                () = tokio::time::sleep_until(silence.next()), if is_waited_for => {
                    if silence.is_asked {
                        return End::Silent;
                    }
                    silence.is_asked = true;
                    if let Some(end) = self.send(question()).await {
                        return end;
                    }
                }
                () = self.shutdown.cancelled() => return End::Client,
                // Nobody reads stdout any more.
                () = self.client.output.closed() => return End::Client,
            }
        }
    }

    /// Sends a line to the server; how it ended, if it did.
    async fn send(&mut self, line: Vec<u8>) -> Option<End> {
        tokio::select! {
            sent = tokio::time::timeout(LOST_AFTER, self.upstream.send(line)) => match sent {
                Ok(Ok(())) => None,
                Ok(Err(_)) => {
                    self.take_rest();
                    Some(End::Server)
                }
                Err(_) => Some(End::Silent),
            },
            () = self.shutdown.cancelled() => Some(End::Client),
        }
    }

    /// Passes on what a server that has gone had still said.
    fn take_rest(&mut self) {
        while let Ok(line) = self.upstream.lines.try_recv() {
            self.client.tell(self.session.said_by_server(line));
        }
    }

    /// The server is told that nothing more comes, and its last answers are passed on.
    async fn drain(&mut self) {
        let within =
            if self.shutdown.is_cancelled() { SIGNALLED_DRAIN_WITHIN } else { DRAIN_WITHIN };
        let rest = async {
            // A server that has gone has nothing more to say.
            let _ = self.upstream.output.shutdown().await;
            while let Some(line) = self.upstream.lines.recv().await {
                self.client.tell(self.session.said_by_server(line));
            }
        };
        if tokio::time::timeout(within, rest).await.is_err() {
            tracing::warn!("left before every request was answered");
        }
    }

    /// Goes on with another server, as soon as the client wants something of it; false where the
    /// client has gone before that.
    async fn recover(&mut self, is_silent: bool) -> bool {
        loop {
            for line in self.session.lost() {
                self.client.tell(line);
            }
            while !self.session.waits() {
                tokio::select! {
                    line = self.client.lines.recv() => match line {
                        Some(line) => drop(self.session.said_by_client(line)),
                        None => return false,
                    },
                    () = self.shutdown.cancelled() => return false,
                }
            }
            let shutdown = self.shutdown.clone();
            tokio::select! {
                upstream = self.next(is_silent) => self.upstream = upstream,
                () = shutdown.cancelled() => return false,
            }
            if self.go_on().await || self.upstream.own.is_some() {
                return true;
            }
        }
    }

    /// Another server; after too many losses, or where none can be had, this process itself.
    async fn next(&mut self, is_silent: bool) -> Upstream {
        if is_silent {
            return self.own.upstream(&self.shutdown);
        }
        let now = Instant::now();
        self.losses.push_back(now);
        self.losses.retain(|at| now.duration_since(*at) < LOSSES_WITHIN);
        if self.losses.len() > MOST_LOSSES {
            tracing::warn!("the local server was lost too often; this process serves its client");
            return self.own.upstream(&self.shutdown);
        }
        match self.finder.find_or_start().await {
            Ok(streams) => {
                tracing::info!("the local server was lost; another one is used");
                Upstream::of(streams)
            }
            Err(failure) => {
                tracing::warn!("{failure}; this process serves its client itself");
                self.own.upstream(&self.shutdown)
            }
        }
    }

    /// Brings a new server to where the lost one was; false where it is lost, too. The client has
    /// the answer to its handshake already.
    async fn go_on(&mut self) -> bool {
        if let Some((id, line)) = self.session.handshake() {
            let line = line.to_vec();
            let shaken = tokio::time::timeout(HANDSHAKE_WITHIN, async {
                self.upstream.send(line).await.ok()?;
                loop {
                    let line = self.upstream.lines.recv().await?;
                    if answers(&line, &id) {
                        return Some(());
                    }
                    self.client.tell(self.session.said_by_server(line));
                }
            });
            if shaken.await.ok().flatten().is_none() {
                return false;
            }
        }
        for line in self.session.again() {
            if self.upstream.send(line).await.is_err() {
                self.take_rest();
                return false;
            }
        }
        true
    }
}
