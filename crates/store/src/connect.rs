//! Connects to PostgreSQL, external or managed, and keeps at it when it becomes unavailable.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, Executor};

use crate::error::{ACQUIRE_SECS, Result, StoreError, sqlstate};
use crate::hnsw::VectorPolicy;
use crate::managed::{self, Downloads, Server};
use crate::migrate::{self, Versions};
use crate::notice::Notice;
use crate::standby::{self, Reader, Standby};

/// For how long work is tried again while the database is unavailable.
const RETRY_SECS: u64 = 20;
/// No statement of a search may run longer; building an index lifts it for itself.
const STATEMENT_TIMEOUT: &str = "60s";

/// Which database to use.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Address of an external server (`postgres://…`); `None` for the managed one.
    pub database_url: Option<String>,
    /// Address of a streaming standby of it that searches read, where there is one.
    pub read_database_url: Option<String>,
    /// The data directory, in which the managed server lives.
    pub data_dir: PathBuf,
    /// Whether a PostgreSQL may be downloaded where none is installed.
    pub downloads: Downloads,
    /// Most connections that this process opens for its work, at least 1 (8 is plenty); a lock on
    /// an index takes one more.
    pub max_connections: u32,
}

/// The database: a cheap handle on one pool of connections.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
    pub(crate) policy: VectorPolicy,
    /// Whose store it is, where that one reads at the standby.
    reader: Option<Arc<Reader>>,
}

#[derive(Debug)]
struct Inner {
    pool: PgPool,
    versions: Versions,
    managed: Option<Managed>,
    standby: Option<Arc<Standby>>,
}

/// The server that is ours to restart.
#[derive(Debug)]
struct Managed {
    data_dir: PathBuf,
    downloads: Downloads,
    server: RwLock<Server>,
}

impl Store {
    /// Connects to the external server, or starts the managed one, and brings the schema up to date.
    pub async fn open(
        config: &StoreConfig,
        notice: &mut (dyn FnMut(Notice) + Send),
    ) -> Result<Self> {
        let (options, managed) = if let Some(url) = &config.database_url {
            (external_options(url)?, None)
        } else {
            let server = managed::start_server(&config.data_dir, config.downloads, notice).await?;
            let options = managed_options(&server);
            create_database(&options).await?;
            let (data_dir, downloads) = (config.data_dir.clone(), config.downloads);
            (options, Some(Managed { data_dir, downloads, server: RwLock::new(server) }))
        };
        let is_managed = managed.is_some();
        let mut connection =
            connect(&options).await.map_err(|error| StoreError::from(error).of(is_managed))?;
        let versions = migrate::migrate(&mut connection, notice).await?;
        let standby = standby(config, &mut connection).await?;
        // an error in saying goodbye changes nothing
        let _ = connection.close().await;
        let pool = pool_options(config.max_connections).connect_lazy_with(options);
        let inner = Inner { pool, versions, managed, standby };
        Ok(Self { inner: Arc::new(inner), policy: VectorPolicy::default(), reader: None })
    }

    /// Closes every connection; the managed server stays up.
    pub async fn close(&self) {
        if let Some(standby) = self.standby() {
            standby.close().await;
        }
        self.pool().close().await;
    }

    /// The same store with other limits for when vectors get an index; for tests and benches.
    #[doc(hidden)]
    #[must_use]
    pub fn with_policy(mut self, policy: VectorPolicy) -> Self {
        self.policy = policy;
        self
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.inner.pool
    }

    pub(crate) fn standby(&self) -> Option<&Arc<Standby>> {
        self.inner.standby.as_ref()
    }

    pub(crate) fn reader(&self) -> Option<&Reader> {
        self.reader.as_deref()
    }

    /// The same store for a reader at the standby.
    pub(crate) fn of_reader(&self, reader: Reader) -> Self {
        Self { reader: Some(Arc::new(reader)), ..self.clone() }
    }

    /// The same store for whoever reads at the primary.
    pub(crate) fn at_primary(&self) -> Self {
        Self { reader: None, ..self.clone() }
    }

    pub(crate) fn versions(&self) -> &Versions {
        &self.inner.versions
    }

    /// Whether it is Sconce's own PostgreSQL, which serves this machine alone.
    pub fn is_managed(&self) -> bool {
        self.inner.managed.is_some()
    }

    /// A connection beside the pool.
    pub(crate) async fn connect_alone(&self) -> Result<PgConnection, sqlx::Error> {
        connect(&self.pool().connect_options()).await
    }

    /// Starts the managed server again if it is gone; nothing for an external one.
    pub(crate) async fn ensure_up(&self) -> Result<()> {
        let Some(managed) = &self.inner.managed else { return Ok(()) };
        if managed.server.read().unwrap_or_else(PoisonError::into_inner).is_up() {
            return Ok(());
        }
        let server = managed::start_server(&managed.data_dir, managed.downloads, &mut |event| {
            tracing::warn!(%event, "the managed PostgreSQL was gone");
        })
        .await?;
        self.pool().set_connect_options(managed_options(&server));
        *managed.server.write().unwrap_or_else(PoisonError::into_inner) = server;
        Ok(())
    }
}

/// The standby of a configuration. Whether it can be read is found out behind this.
async fn standby(config: &StoreConfig, primary: &mut PgConnection) -> Result<Option<Arc<Standby>>> {
    let Some(url) = &config.read_database_url else { return Ok(None) };
    let options = external_options(url)?;
    let identity = standby::identity(primary).await;
    Ok(Some(Standby::open(options, config.max_connections, identity)))
}

/// Does `$work`, an expression that gives a new future of `Result<_, StoreError>` each time, again
/// while the database is unavailable; the managed server is started again. The work must be one statement
/// or one transaction that may be done twice.
macro_rules! retrying {
    ($store:expr, $work:expr) => {{
        let mut retry = $crate::connect::Retry::new($store);
        loop {
            let result = match $store.ensure_up().await {
                Ok(()) => $work.await,
                Err(error) => Err(error),
            };
            if let Some(settled) = retry.settle(result).await {
                break settled;
            }
        }
    }};
}
pub(crate) use retrying;

/// Decides whether work is tried again.
pub(crate) struct Retry<'s> {
    store: &'s Store,
    deadline: Instant,
    pause: Duration,
}

impl<'s> Retry<'s> {
    pub(crate) fn new(store: &'s Store) -> Self {
        let deadline = Instant::now() + Duration::from_secs(RETRY_SECS);
        Self { store, deadline, pause: Duration::from_millis(50) }
    }

    /// The result to give; `None` after a pause when the work should be done again.
    pub(crate) async fn settle<T>(&mut self, result: Result<T>) -> Option<Result<T>> {
        let error = match result {
            Err(error) if error.is_transient() => error,
            other => return Some(other),
        };
        if Instant::now() + self.pause >= self.deadline {
            return Some(Err(self.explain(error).await));
        }
        tracing::debug!(%error, pause_ms = self.pause.as_millis(), "trying again");
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(Duration::from_secs(2));
        None
    }

    /// The pool gives the same error for a server that is unavailable and for a pool that is used up.
    async fn explain(&self, error: StoreError) -> StoreError {
        let managed = self.store.is_managed();
        if !matches!(error, StoreError::Exhausted { .. }) {
            return error.of(managed);
        }
        match tokio::time::timeout(Duration::from_secs(2), self.store.connect_alone()).await {
            Ok(Ok(_)) => error,
            Ok(Err(error)) => StoreError::from(error).of(managed),
            Err(_) => {
                let reason = "no answer to a new connection within 2 s".into();
                StoreError::Unavailable { reason, managed }
            }
        }
    }
}

impl StoreError {
    /// The same error, with whose server it was.
    pub(crate) fn of(mut self, is_managed: bool) -> Self {
        if let Self::Unavailable { managed, .. } = &mut self {
            *managed = is_managed;
        }
        self
    }
}

/// Whether an address is one of a PostgreSQL: `postgres://…` or `postgresql://…`, in any case.
pub fn is_postgres_url(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    let is = |name: &str| scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(name));
    is("postgres") || is("postgresql")
}

pub(crate) fn external_options(url: &str) -> Result<PgConnectOptions> {
    if !is_postgres_url(url) {
        return Err(StoreError::BadUrl { reason: "it does not begin with postgres://".into() });
    }
    Ok(with_our_settings(url.parse::<PgConnectOptions>()?))
}

fn managed_options(server: &Server) -> PgConnectOptions {
    let options = PgConnectOptions::new_without_pgpass()
        .socket(&server.postmaster.socket_dir)
        .port(server.postmaster.port)
        .username(managed::SUPERUSER)
        .database(managed::DATABASE)
        .ssl_mode(PgSslMode::Disable);
    with_our_settings(options)
}

fn with_our_settings(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("sconce").disable_statement_logging()
}

pub(crate) fn pool_options(max_connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(Duration::from_secs(ACQUIRE_SECS))
        // many agents' processes share one server: an idle one gives its connections back
        .idle_timeout(Duration::from_mins(1))
        .after_connect(|connection, _| Box::pin(prepare(connection)))
}

/// One connection, set up as those of the pool.
pub(crate) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let mut connection = options.connect().await?;
    prepare(&mut connection).await?;
    Ok(connection)
}

/// Our schema first, then what the server has set, then wherever pgvector was put. And no workers
/// beside a query: ours take milliseconds, and on a busy machine waiting for a worker is longer than
/// the work that it takes over.
async fn prepare(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let statement = sqlx::query(
        "SELECT set_config('search_path', concat_ws(', ', 'sconce', current_setting('search_path'), \
         (SELECT quote_ident(nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace \
         WHERE extname = 'vector')), false), set_config('statement_timeout', $1, false), \
         set_config('max_parallel_workers_per_gather', '0', false)",
    );
    connection.execute(statement.bind(STATEMENT_TIMEOUT)).await?;
    Ok(())
}

/// Makes our database on the managed server unless it is there.
async fn create_database(options: &PgConnectOptions) -> Result<()> {
    let missing = match options.connect().await {
        Ok(connection) => {
            let _ = connection.close().await;
            return Ok(());
        }
        Err(error) => error,
    };
    if sqlstate(&missing).as_deref() != Some("3D000") {
        return Err(StoreError::from(missing).of(true));
    }
    let mut connection = options.clone().database("postgres").connect().await?;
    match connection.execute("CREATE DATABASE sconce").await {
        Ok(_) => {}
        // another process was faster
        Err(error) if is_duplicate(&error) => {}
        Err(error) => return Err(error.into()),
    }
    let _ = connection.close().await;
    Ok(())
}

fn is_duplicate(error: &sqlx::Error) -> bool {
    matches!(sqlstate(error).as_deref(), Some("42P04" | "23505"))
}
