//! Typed settings: checked once, before anything is started.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use sconce_embed::{EmbedError, EmbedderConfig, SourceOptions};
use sconce_engine::{Secrets, WatchOptions};
use sconce_store::StoreConfig;
use sconce_store::managed::Downloads;

use super::Settings;
use crate::failure::Failure;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Everything the commands need to know, typed.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data folder.
    pub data_dir: PathBuf,
    /// How the database is reached.
    pub store: StoreConfig,
    /// How embeddings are made.
    pub embedder: EmbedderConfig,
    /// Globs of files to index; none is every file.
    pub include: Vec<String>,
    /// Globs of files to pass over.
    pub exclude: Vec<String>,
    /// Secrets that are indexed all the same.
    pub secrets: Secrets,
    /// A search over MCP indexes what is not indexed yet.
    pub auto_index: bool,
    /// Folders that may be indexed.
    pub roots: Vec<PathBuf>,
    /// How a server follows the indexed projects; none where it does not.
    pub watch: Option<WatchOptions>,
    /// The HTTP server's settings.
    pub server: ServerConfig,
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
    pub fn new(settings: &Settings) -> Result<Config, Failure> {
        let data_dir = settings.path("data_dir").ok_or_else(|| {
            settings.wrong("data_dir", "there is no home folder to put the data in")
        })?;
        let data_dir = std::path::absolute(&data_dir).unwrap_or(data_dir);
        let connections = settings.integer("database_connections")?.unwrap_or(10);
        let embedder = embedder(settings, &data_dir)?;
        let store = StoreConfig {
            database_url: settings.text("database_url").map(str::to_owned),
            data_dir: data_dir.clone(),
            downloads: if embedder.sources.offline {
                Downloads::Forbidden
            } else {
                Downloads::Allowed
            },
            max_connections: connections as u32,
        };
        let roots = settings.list("roots").iter().map(PathBuf::from).collect();
        Ok(Config {
            embedder,
            store,
            include: settings.list("include").to_vec(),
            exclude: settings.list("exclude").to_vec(),
            secrets: Secrets::allowing(settings.list("include_secrets"))
                .map_err(|error| settings.wrong("include_secrets", &error.to_string()))?,
            auto_index: settings.switch("auto_index")?,
            roots,
            watch: watch(settings)?,
            server: server(settings)?,
            share: settings.switch("share")?,
            share_idle: Duration::from_secs(
                settings.integer("share_idle_seconds")?.unwrap_or_default(),
            ),
            log: settings.text("log").map(str::to_owned),
            log_format: match settings.choice("log_format")?.as_str() {
                "json" => LogFormat::Json,
                _ => LogFormat::Text,
            },
            data_dir,
        })
    }
}

fn embedder(settings: &Settings, data_dir: &std::path::Path) -> Result<EmbedderConfig, Failure> {
    let mut sources = SourceOptions::from_env(data_dir);
    // Absolute, since the local server leaves the folder that it was started in.
    let folder = settings.path("model_dir");
    sources.model_dir = folder.map(|folder| std::path::absolute(&folder).unwrap_or(folder));
    sources.offline |= settings.switch("offline")?;
    let wrong = |key: &str, error: &EmbedError| settings.wrong(key, &error.to_string());
    let choice = |key: &str| settings.choice(key);
    Ok(EmbedderConfig {
        model: settings.text("model").unwrap_or("auto").to_owned(),
        backend: choice("backend")?.parse().map_err(|error| wrong("backend", &error))?,
        precision: choice("precision")?.parse().map_err(|error| wrong("precision", &error))?,
        device: choice("device")?.parse().map_err(|error| wrong("device", &error))?,
        threads: settings.integer("threads")?.map(|threads| threads as usize),
        allow_download: !sources.offline,
        sources,
        ollama_host: settings.text("ollama_host").unwrap_or_default().to_owned(),
    })
}

fn watch(settings: &Settings) -> Result<Option<WatchOptions>, Failure> {
    let number = |key: &str| settings.integer(key).map(Option::unwrap_or_default);
    let options = WatchOptions {
        debounce: Duration::from_millis(number("watch_debounce_ms")?),
        scan_every: Duration::from_secs(number("watch_scan_seconds")?),
        max_watches: settings.integer("max_watches")?.map(|most| most as usize),
    };
    Ok(settings.switch("watch")?.then_some(options))
}

fn server(settings: &Settings) -> Result<ServerConfig, Failure> {
    let host = settings.text("host").unwrap_or("127.0.0.1");
    let host = match host {
        "localhost" => IpAddr::from([127, 0, 0, 1]),
        text => text.parse().map_err(|_| {
            settings.wrong("host", &format!("`{text}` is not an IP address, such as 0.0.0.0"))
        })?,
    };
    let number = |key: &str| settings.integer(key).map(Option::unwrap_or_default);
    Ok(ServerConfig {
        host,
        port: number("port")? as u16,
        token: settings.text("token").map(str::to_owned),
        token_file: settings.path("token_file"),
        allowed_hosts: settings.list("allowed_hosts").to_vec(),
        allowed_origins: settings.list("allowed_origins").to_vec(),
        max_body_bytes: number("max_body_bytes")? as usize,
        max_sessions: number("max_sessions")? as usize,
        session_idle: Duration::from_secs(number("session_idle_seconds")?),
        rate_limit: number("rate_limit")? as u32,
    })
}
