//! Typed settings: checked once, before anything is started.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sconce_embed::{EmbedderConfig, SourceOptions};
use sconce_engine::{Exceptions, WatchOptions};
use sconce_store::StoreConfig;
use sconce_store::managed::Downloads;

use super::Settings;
use super::keys::{self, Key};
use super::log_format::LogFormat;
use super::project::ProjectDefaults;
use crate::failure::Failure;

/// Everything the commands need to know, typed.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data directory.
    pub data_dir: PathBuf,
    /// How the database is reached.
    pub store: StoreConfig,
    /// The most bytes of memory that the words of all indexes take.
    pub words_bytes: usize,
    /// How embeddings are made.
    pub embedder: EmbedderConfig,
    /// What a project's index is made with, where its own file says nothing.
    pub projects: ProjectDefaults,
    /// Secrets that are indexed all the same.
    pub secrets: Exceptions,
    /// A search over MCP indexes what is not indexed yet.
    pub auto_index: bool,
    /// Directories that may be indexed.
    pub roots: Vec<PathBuf>,
    /// How a server follows the indexed projects; none where it does not.
    pub watch: Option<WatchOptions>,
    /// The HTTP server's settings.
    pub server: ServerConfig,
    /// Whether a server embeds what other processes have indexed.
    pub worker: bool,
    /// The most files of a directory that is indexed for the first time over MCP.
    pub max_files: u64,
    /// The most jobs that fill an index at once.
    pub index_jobs: usize,
    /// Whether stdio processes share a local server.
    pub share: bool,
    /// Time without a client after which the local server ends.
    pub share_idle: Duration,
    /// The log filter, where one is set.
    pub log: Option<String>,
    /// How log lines look.
    pub log_format: LogFormat,
}

/// Settings of `sconce serve`.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 is a free one.
    pub port: u16,
    /// The bearer token, where one is set.
    pub token: Option<String>,
    /// The file that holds it, where one is set.
    pub token_file: Option<PathBuf>,
    /// Further names for the `Host` header.
    pub allowed_hosts: Vec<String>,
    /// Further origins of web pages.
    pub allowed_origins: Vec<String>,
    /// Largest request body in bytes.
    pub max_body_bytes: usize,
    /// Most sessions of old clients.
    pub max_sessions: usize,
    /// Idle time after which a session is closed.
    pub session_idle: Duration,
    /// Requests a minute and a token; 0 is no limit.
    pub rate_limit: u32,
}

impl Config {
    /// Checks and types every setting.
    pub fn new(settings: &Settings) -> Result<Self, Failure> {
        let data_dir = settings.value(&keys::DATA_DIR)?.ok_or_else(|| {
            settings.wrong("data_dir", "there is no home directory to put the data in")
        })?;
        let data_dir = below_home(data_dir);
        let data_dir = std::path::absolute(&data_dir).unwrap_or(data_dir);
        let embedder = embedder(settings, &data_dir)?;
        let secrets = Exceptions::of(&settings.value(&keys::INCLUDE_SECRETS)?)
            .map_err(|error| settings.wrong("include_secrets", &error.to_string()))?;
        Ok(Self {
            store: store(settings, &data_dir, embedder.sources.offline)?,
            words_bytes: (settings.value(&keys::WORDS_MEMORY_MB)? as usize) << 20,
            embedder,
            projects: ProjectDefaults::new(settings),
            secrets,
            auto_index: settings.value(&keys::AUTO_INDEX)?,
            roots: settings.value(&keys::ROOTS)?,
            watch: watch(settings)?,
            server: server(settings)?,
            worker: settings.value(&keys::WORKER)?,
            max_files: settings.value(&keys::MAX_FILES)?,
            index_jobs: settings.value(&keys::INDEX_JOBS)? as usize,
            share: settings.value(&keys::SHARE)?,
            share_idle: seconds(settings, &keys::SHARE_IDLE_SECONDS)?,
            log: settings.value(&keys::LOG)?,
            log_format: settings.value(&keys::LOG_FORMAT)?,
            data_dir,
        })
    }
}

/// A path of a file or a variable, where no shell has read `~/`.
fn below_home(path: PathBuf) -> PathBuf {
    let home =
        path.strip_prefix("~").ok().and_then(|below| Some(etcetera::home_dir().ok()?.join(below)));
    home.unwrap_or(path)
}

fn seconds(settings: &Settings, key: &Key<u64>) -> Result<Duration, Failure> {
    settings.value(key).map(Duration::from_secs)
}

fn store(settings: &Settings, data_dir: &Path, offline: bool) -> Result<StoreConfig, Failure> {
    let database_url = settings.value(&keys::DATABASE_URL)?;
    let read_database_url = settings.value(&keys::READ_DATABASE_URL)?;
    if read_database_url.is_some() && database_url.is_none() {
        let wrong = "`read_database_url` is set, and `database_url` is not";
        return Err(Failure::usage(wrong)
            .with_hint("set the primary's address too: sconce's own PostgreSQL has no standby"));
    }
    Ok(StoreConfig {
        database_url,
        read_database_url,
        data_dir: data_dir.to_path_buf(),
        downloads: if offline { Downloads::Forbidden } else { Downloads::Allowed },
        max_connections: settings.value(&keys::DATABASE_CONNECTIONS)? as u32,
    })
}

fn embedder(settings: &Settings, data_dir: &Path) -> Result<EmbedderConfig, Failure> {
    let mut sources = SourceOptions::from_env(data_dir);
    // Absolute, since the local server leaves the directory that it was started in.
    let model_dir = settings.value(&keys::MODEL_DIR)?;
    sources.model_dir = model_dir.map(|dir| std::path::absolute(&dir).unwrap_or(dir));
    sources.offline |= settings.value(&keys::OFFLINE)?;
    Ok(EmbedderConfig {
        model: settings.value(&keys::MODEL)?,
        backend: settings.value(&keys::BACKEND)?,
        precision: settings.value(&keys::PRECISION)?,
        device: settings.value(&keys::DEVICE)?,
        threads: settings.value(&keys::THREADS)?.map(|threads| threads as usize),
        allow_download: !sources.offline,
        sources,
        ollama_host: settings.value(&keys::OLLAMA_HOST)?,
    })
}

fn watch(settings: &Settings) -> Result<Option<WatchOptions>, Failure> {
    let options = WatchOptions {
        debounce: Duration::from_millis(settings.value(&keys::WATCH_DEBOUNCE_MS)?),
        scan_every: seconds(settings, &keys::WATCH_SCAN_SECONDS)?,
        max_watches: settings.value(&keys::MAX_WATCHES)?.map(|most| most as usize),
    };
    Ok(settings.value(&keys::WATCH)?.then_some(options))
}

fn server(settings: &Settings) -> Result<ServerConfig, Failure> {
    let host = match settings.value(&keys::HOST)?.as_str() {
        "localhost" => IpAddr::from([127, 0, 0, 1]),
        // In an address with a port one of version 6 stands in brackets.
        text => text.trim_start_matches('[').trim_end_matches(']').parse().map_err(|_| {
            settings.wrong("host", &format!("`{text}` is not an IP address, such as 0.0.0.0"))
        })?,
    };
    Ok(ServerConfig {
        host,
        port: settings.value(&keys::PORT)? as u16,
        token: settings.value(&keys::TOKEN)?,
        token_file: settings.value(&keys::TOKEN_FILE)?,
        allowed_hosts: settings.value(&keys::ALLOWED_HOSTS)?,
        allowed_origins: settings.value(&keys::ALLOWED_ORIGINS)?,
        max_body_bytes: settings.value(&keys::MAX_BODY_BYTES)? as usize,
        max_sessions: settings.value(&keys::MAX_SESSIONS)? as usize,
        session_idle: seconds(settings, &keys::SESSION_IDLE_SECONDS)?,
        rate_limit: settings.value(&keys::RATE_LIMIT)? as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_directory() {
        let home = etcetera::home_dir().unwrap();
        assert_eq!(below_home("~/data".into()), home.join("data"));
        for path in ["/a/~/b", "~other/b", "a/b"] {
            assert_eq!(below_home(path.into()), Path::new(path));
        }
    }
}
