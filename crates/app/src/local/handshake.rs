//! The first line of a connection, and the answer to it.

use std::io;
use std::path::Path;
use std::time::Duration;

use sconce_dirs::FileLock;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

use crate::commands::SearchCall;
use crate::lines::Lines;
use crate::mcp::Projects;

/// Longest first line.
const LONGEST: usize = 1 << 20;
/// Longest wait of a server for the first line.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What somebody who connects wants.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Handshake {
    /// To be served MCP, for these projects.
    Client(Projects),
    /// To have a search of the command line answered.
    Search(Box<SearchCall>),
    /// To know how the server stands.
    Status,
    /// The server to end.
    Stop,
}

/// What serves on the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ServerKind {
    /// A local server, which ends when nobody needs it.
    Local,
    /// A `sconce serve`, which goes on.
    Serve,
}

/// Who holds a server's lock, as the lock's file says for when the server itself does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LockHolder {
    /// What it is.
    pub(super) kind: ServerKind,
    /// Process id.
    pub(super) pid: u32,
}

impl LockHolder {
    pub(super) fn to_text(self) -> String {
        serde_json::json!({ "kind": self.kind, "pid": self.pid }).to_string()
    }

    /// Who holds the lock at this path; `None` where nobody does, or does not say so.
    pub(super) fn of(lock: &Path) -> Option<LockHolder> {
        let text = FileLock::signature(lock).ok()??;
        serde_json::from_str(&text).ok()
    }
}

/// How a server stands; its answer to every [`Handshake`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServerStatus {
    /// Version of sconce.
    pub version: String,
    /// Process id.
    pub pid: u32,
    /// What it is.
    pub kind: ServerKind,
    /// Clients that it serves on the socket.
    pub clients: usize,
    /// Searches of the command line that it has answered.
    pub searches: usize,
    /// Index jobs that run.
    pub jobs: usize,
    /// Seconds since it began.
    pub seconds: u64,
    /// The model of the settings.
    pub model: String,
}

/// The two directions of a connection.
pub(super) struct Streams {
    pub(super) input: Lines<OwnedReadHalf>,
    pub(super) output: OwnedWriteHalf,
}

impl Streams {
    /// Refuses a peer that is another user's. Lines that come in are at most `longest` bytes long.
    pub(super) fn new(stream: UnixStream, longest: usize) -> io::Result<Streams> {
        let (peer, own) = (stream.peer_cred()?.uid(), rustix::process::geteuid().as_raw());
        if peer != own {
            let refused = format!("the other end of the socket belongs to user {peer}");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, refused));
        }
        let (input, output) = stream.into_split();
        Ok(Streams { input: Lines::new(input, longest), output })
    }

    /// Says what is wanted, and waits for the answer.
    pub(super) async fn ask(&mut self, handshake: &Handshake) -> io::Result<ServerStatus> {
        self.send(&serde_json::to_vec(handshake)?).await?;
        let answer = self.input.next().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(serde_json::from_slice(&answer)?)
    }

    /// What whoever connected wants.
    pub(super) async fn asked(stream: UnixStream) -> io::Result<(Handshake, Streams)> {
        let mut streams = Streams::new(stream, LONGEST)?;
        let first = tokio::time::timeout(TIMEOUT, streams.input.next()).await??;
        let first = first.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok((serde_json::from_slice(&first)?, streams))
    }

    /// Answers.
    pub(super) async fn answer(&mut self, status: &ServerStatus) -> io::Result<()> {
        self.send(&serde_json::to_vec(status)?).await
    }

    /// Sends a line.
    pub(super) async fn send(&mut self, line: &[u8]) -> io::Result<()> {
        self.output.write_all(&[line, b"\n"].concat()).await
    }
}
