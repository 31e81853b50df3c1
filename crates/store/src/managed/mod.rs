//! The PostgreSQL that Sconce manages itself: found or downloaded, made, started, shared, stopped.

//!
//! Everything lies in the data directory: `cluster/` (PostgreSQL's own data), `run/` (the socket, in a
//! directory that only the owner enters; elsewhere when the data directory's path is too long),
//! `postgres/` (downloaded binaries), `postgres.log`, `postgres.lock`. The server listens on no
//! network address. It stays up when the process that started it ends, since others may be using
//! it; [`stop`] ends it. Unix only.

mod account;
mod binaries;
mod cluster;
mod error;
mod layout;
mod postmaster;
mod wheel;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sconce_dirs::FileLock;
use serde::Serialize;

pub(crate) use binaries::OLDEST_MAJOR;
pub(crate) use cluster::SUPERUSER;
pub use error::ManagedError;

use account::Account;
use binaries::Binaries;
use layout::Layout;
use postmaster::Postmaster;

use crate::notice::Notice;

/// The database that Sconce uses in its own cluster.
pub(crate) const DATABASE: &str = "sconce";

/// The longest wait for another process that holds the start lock: a download on a slow line, then
/// a recovery.
const LOCK_TIMEOUT: Duration = Duration::from_mins(10);

/// Whether a PostgreSQL may be downloaded where none is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Downloads {
    /// It may.
    Allowed,
    /// It may not: `offline`.
    Forbidden,
}

/// How the managed PostgreSQL stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The data directory.
    pub data_dir: PathBuf,
    /// The cluster in it, where there is one.
    pub cluster: Option<PathBuf>,
    /// Directory of the binaries that run it, or would.
    pub binaries: Option<PathBuf>,
    /// Version of those binaries.
    pub version: Option<String>,
    /// Process id, while it runs.
    pub pid: Option<i32>,
    /// Directory of its socket, while it runs.
    pub socket_dir: Option<PathBuf>,
    /// The server's log.
    pub log: PathBuf,
    /// Bytes of the cluster on disk.
    pub bytes_on_disk: u64,
    /// Its address in the form of `DATABASE_URL`, while it runs.
    pub url: Option<String>,
}

/// Tells how the managed PostgreSQL of `data_dir` stands; starts nothing.
pub async fn status(data_dir: &Path) -> Result<Status, ManagedError> {
    let data_dir = data_dir.to_path_buf();
    blocking(move || {
        let account = Account::detect()?;
        Ok(status_of(&Layout::of(&data_dir), &account))
    })
    .await
}

/// Starts the managed PostgreSQL of `data_dir` unless it runs, downloading and making what it needs.
pub async fn start(
    data_dir: &Path,
    downloads: Downloads,
    notice: &mut (dyn FnMut(Notice) + Send),
) -> Result<Status, ManagedError> {
    let server = start_server(data_dir, downloads, notice).await?;
    tracing::debug!(pid = server.postmaster.pid, "managed PostgreSQL is up");
    status(data_dir).await
}

/// Stops the managed PostgreSQL of `data_dir` cleanly; false where it did not run.
pub async fn stop(data_dir: &Path) -> Result<bool, ManagedError> {
    let data_dir = data_dir.to_path_buf();
    blocking(move || stop_now(&data_dir)).await
}

fn stop_now(data_dir: &Path) -> Result<bool, ManagedError> {
    let layout = Layout::of(data_dir);
    if Postmaster::of(&layout.cluster()).is_none() {
        return Ok(false);
    }
    let _lock = lock(&layout, &mut |_| {})?;
    postmaster::stop(&layout.cluster())
}

/// A running managed server.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// PostgreSQL's data directory.
    cluster: PathBuf,
    /// Its process when it was started or found.
    pub(crate) postmaster: Postmaster,
}

impl Server {
    /// Whether it still runs and accepts connections; a look at three small files.
    pub(crate) fn is_up(&self) -> bool {
        Postmaster::of(&self.cluster).is_some_and(|postmaster| postmaster.is_reachable())
    }
}

/// As [`start`], for the store itself.
pub(crate) async fn start_server(
    data_dir: &Path,
    downloads: Downloads,
    notice: &mut (dyn FnMut(Notice) + Send),
) -> Result<Server, ManagedError> {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let data_dir = data_dir.to_path_buf();
    let work = blocking(move || {
        // the caller may be gone: then nobody is left to be told
        ensure_up(&data_dir, downloads, &mut |event| drop(sender.send(event)))
    });
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            Some(event) = receiver.recv() => notice(event),
            result = &mut work => {
                while let Ok(event) = receiver.try_recv() {
                    notice(event);
                }
                return result;
            }
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ManagedError> + Send + 'static,
) -> Result<T, ManagedError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => {
            Err(ManagedError::Failed { step: "the work".into(), output: error.to_string() })
        }
    }
}

fn ensure_up(
    data_dir: &Path,
    downloads: Downloads,
    notice: &mut dyn FnMut(Notice),
) -> Result<Server, ManagedError> {
    let cluster = Layout::of(data_dir).cluster();
    if let Some(postmaster) = Postmaster::of(&cluster).filter(Postmaster::is_reachable) {
        return Ok(Server { cluster, postmaster });
    }
    let account = Account::detect()?;
    let layout = Layout::create(data_dir, &account)?;
    let cluster = layout.cluster();
    let _lock = lock(&layout, notice)?;
    // another process may have started it while this one waited for the lock
    if let Some(postmaster) = postmaster::wait_ready(&cluster)? {
        if postmaster.is_reachable() {
            return Ok(Server { cluster, postmaster });
        }
        postmaster::stop(&cluster)?;
        notice(Notice::Healed { what: "a PostgreSQL whose socket was gone".into() });
    }
    let binaries = cluster::binaries(&layout, &account, downloads, notice)?;
    bring_up(&layout, &account, &binaries, notice)
}

/// Makes the cluster where there is none, clears what stands in the way, and starts the server.
fn bring_up(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
    notice: &mut dyn FnMut(Notice),
) -> Result<Server, ManagedError> {
    let cluster = layout.cluster();
    cluster::ensure(layout, account, binaries, notice)?;
    postmaster::recover(&cluster, notice)?;
    let socket_dir = layout.create_socket_dir(account)?;
    postmaster::clear_socket(&socket_dir)?;
    cluster::write_settings(layout, account, &socket_dir)?;
    notice(Notice::Starting { version: binaries.version.clone() });
    let postmaster = postmaster::start(layout, account, binaries)?;
    Ok(Server { cluster, postmaster })
}

/// Takes the lock that keeps two processes from starting the same server; released on drop.
fn lock(layout: &Layout, notice: &mut dyn FnMut(Notice)) -> Result<FileLock, ManagedError> {
    let waiting = |_| notice(Notice::Waiting);
    Ok(FileLock::acquire(&layout.lock(), LOCK_TIMEOUT, waiting)?)
}

fn status_of(layout: &Layout, account: &Account) -> Status {
    let cluster = layout.cluster();
    let postmaster = Postmaster::of(&cluster);
    let binaries = cluster::binaries_at_hand(layout, account);
    Status {
        cluster: cluster.join("PG_VERSION").exists().then(|| cluster.clone()),
        binaries: binaries.as_ref().map(|binaries| binaries.bin.clone()),
        version: binaries.map(|binaries| binaries.version),
        pid: postmaster.as_ref().map(|postmaster| postmaster.pid),
        socket_dir: postmaster.as_ref().map(|postmaster| postmaster.socket_dir.clone()),
        log: layout.log(),
        bytes_on_disk: bytes_under(&cluster),
        url: postmaster.map(|postmaster| url(&postmaster, DATABASE)),
        data_dir: layout.data_dir.clone(),
    }
}

/// The address of a database on a managed server, in the form of `DATABASE_URL`.
pub(crate) fn url(postmaster: &Postmaster, database: &str) -> String {
    let host: String = postmaster
        .socket_dir
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .map(|byte| match byte {
            b'/' | b'-' | b'_' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                char::from(*byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("postgres:///{database}?host={host}&port={}&user={SUPERUSER}", postmaster.port)
}

fn bytes_under(directory: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(directory) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => bytes_under(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
