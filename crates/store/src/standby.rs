//! Reading at a standby: what goes there, and when the primary is read in its place.
//!
//! A standby lags behind its primary, by milliseconds or by hours. So whoever reads an index there
//! asks the primary first how far that index is ([`Store::reading`]), and each statement looks, over
//! the very connection that it is to run on, whether the standby has come as far. Where it has not, or
//! fails in whatever way, the primary is read: a standby can be slow or gone, and never wrong.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use serde::Serialize;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::{Connection, Postgres};
use tokio::sync::watch;

use crate::connect::{Store, connect, pool_options, retrying};
use crate::error::{Result, StoreError};
use crate::index::IndexId;

/// Longest wait for a connection and the look at how far the standby is.
const LOOK: Duration = Duration::from_secs(1);
/// Longest wait for a new connection that finds out how the standby is.
const PROBE: Duration = Duration::from_secs(5);
/// Time between two tries while it is away.
const EVERY: Duration = Duration::from_secs(5);

const HOW_FAR: &str = "
SELECT generation, (extract(epoch FROM updated_at) * 1000000)::bigint, pg_is_in_recovery()
FROM sconce.indexes WHERE id = $1";

const WHO: &str = "SELECT current_setting('server_version'), pg_is_in_recovery()";

const LAG: &str = "
SELECT greatest(pg_wal_lsn_diff($1::pg_lsn, pg_last_wal_replay_lsn()), 0)::bigint,
       coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0)::float8";

/// A standby of the primary.
#[derive(Debug)]
pub(crate) struct Standby {
    pool: PgPool,
    max_connections: u32,
    state: watch::Sender<State>,
    reads: AtomicU64,
    reads_at_primary: AtomicU64,
}

#[derive(Debug, Clone)]
enum State {
    /// Nobody has looked yet.
    Unknown,
    /// Reads go there; the version of its PostgreSQL.
    Up(String),
    /// Reads go to the primary, and why.
    Unavailable(String),
}

/// How a standby is, and how far behind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StandbyHealth {
    /// Whether reads go there.
    pub ok: bool,
    /// What is there, or why reads go to the primary.
    pub detail: String,
    /// Bytes of the primary's write-ahead log that it has not replayed yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_bytes: Option<i64>,
    /// Seconds since the last commit that it has replayed, where there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_seconds: Option<f64>,
    /// Statements that it has answered.
    pub reads: u64,
    /// Those that the primary has answered in its place, since it lagged or failed.
    pub reads_at_primary: u64,
}

/// How far an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    generation: i64,
    /// When content or state last changed: a job that only gives vectors ends with another state.
    updated_at_us: i64,
}

/// One reader of an index.
#[derive(Debug)]
pub(crate) struct Reader {
    standby: Arc<Standby>,
    id: IndexId,
    /// How far the primary was when the reader began.
    began: Version,
    /// The newest generation that the reader has seen: it reads none before.
    seen: AtomicI64,
    /// Whether it reads at the primary from now on.
    gave_up: AtomicBool,
}

/// Runs `$work`, an expression over `$connection` that gives a new future of `Result<_, StoreError>`
/// each time, at the standby where `$store` reads index `$id` there and it has come as far; else at the
/// primary, again while that is unavailable.
macro_rules! reading {
    ($store:expr, $id:expr, $connection:ident => $work:expr) => {{
        let at_standby = match $store.connection_to_standby($id).await {
            Some(mut $connection) => {
                let answer = $work.await;
                $store.taken_from_standby(answer)
            }
            None => None,
        };
        match at_standby {
            Some(answer) => Ok(answer),
            None => $crate::connect::retrying!($store, async {
                let mut $connection = $store.pool().acquire().await?;
                $work.await
            }),
        }
    }};
}
pub(crate) use reading;

impl Store {
    /// The same store for one reader of an index, who finds all that is committed by now: it reads at
    /// the standby what that has already, if there is one. What is written, claimed and locked goes to
    /// the primary as ever.
    pub async fn reading(&self, id: IndexId) -> Result<Self> {
        let standby = self.standby().filter(|standby| standby.is_up()).cloned();
        let Some(standby) = standby else { return Ok(self.at_primary()) };
        let found: Option<(i64, i64, bool)> = retrying!(self, async {
            Ok(sqlx::query_as(HOW_FAR).bind(id).fetch_optional(self.pool()).await?)
        })?;
        let (generation, updated_at_us, _) = found.ok_or(StoreError::NoSuchIndex { id: id.0 })?;
        let began = Version { generation, updated_at_us };
        Ok(self.of_reader(Reader {
            standby,
            id,
            began,
            seen: AtomicI64::new(generation),
            gave_up: AtomicBool::new(false),
        }))
    }

    /// The generation that somebody must read who has seen `known` of an index: as it is now, or as it
    /// was when the reader of this store began.
    pub async fn generation_since(&self, id: IndexId, known: Option<i64>) -> Result<i64> {
        match self.reader_of(id) {
            Some(reader) => Ok(reader.see(known.unwrap_or_default())),
            None => self.generation(id).await,
        }
    }

    /// The newest generation that the reader of this store has seen, who has read an index after that
    /// one.
    pub fn generation_read(&self, id: IndexId, generation: i64) -> i64 {
        self.reader_of(id).map_or(generation, |reader| reader.see(generation))
    }

    /// How the standby is; `None` where there is none. Says nothing of the primary.
    pub async fn standby_health(&self) -> Option<StandbyHealth> {
        let standby = self.standby()?;
        let lag = tokio::time::timeout(PROBE, standby.lag(self.pool())).await.ok().flatten();
        let mut health = standby.health();
        (health.lag_bytes, health.lag_seconds) = lag.filter(|_| health.ok).unzip();
        Some(health)
    }

    pub(crate) async fn connection_to_standby(
        &self,
        id: IndexId,
    ) -> Option<PoolConnection<Postgres>> {
        let reader = self.reader_of(id)?;
        if !reader.gave_up.load(Ordering::Relaxed) {
            match tokio::time::timeout(LOOK, reader.connection()).await {
                Ok(Ok(Some(connection))) => return Some(connection),
                Ok(Ok(None)) => {}
                Ok(Err(error)) => reader.standby.note(&error),
                Err(_) => reader.standby.mark_unavailable(&format!("no answer within {LOOK:?}")),
            }
        }
        reader.give_up();
        None
    }

    /// What the standby has answered; nothing where that is an error, and the primary is to be asked.
    pub(crate) fn taken_from_standby<T>(&self, answer: Result<T>) -> Option<T> {
        let reader = self.reader()?;
        match answer {
            Ok(answer) => {
                reader.standby.reads.fetch_add(1, Ordering::Relaxed);
                Some(answer)
            }
            Err(error) => {
                reader.standby.note(&error);
                reader.give_up();
                None
            }
        }
    }

    fn reader_of(&self, id: IndexId) -> Option<&Reader> {
        self.reader().filter(|reader| reader.id == id)
    }
}

impl Reader {
    /// A connection to a standby that has what was seen.
    async fn connection(&self) -> Result<Option<PoolConnection<Postgres>>> {
        let mut connection = self.standby.pool.acquire().await?;
        let query = sqlx::query_as(HOW_FAR).bind(self.id);
        let found: Option<(i64, i64, bool)> = query.fetch_optional(&mut *connection).await?;
        let Some((generation, updated_at_us, is_standby)) = found else { return Ok(None) };
        if !is_standby {
            self.standby.mark_unavailable("it is no standby");
            return Ok(None);
        }
        let has_all = self.is_reached_by(Version { generation, updated_at_us });
        if has_all {
            self.see(generation);
        }
        Ok(has_all.then_some(connection))
    }

    /// Whether a standby that is as far has all that was seen.
    fn is_reached_by(&self, found: Version) -> bool {
        let seen = self.seen.load(Ordering::Relaxed);
        let same = found.generation == seen;
        found.generation > seen || same && (seen > self.began.generation || found == self.began)
    }

    /// Notes a generation as seen; the newest one of all.
    fn see(&self, generation: i64) -> i64 {
        self.seen.fetch_max(generation, Ordering::Relaxed).max(generation)
    }

    fn give_up(&self) {
        self.gave_up.store(true, Ordering::Relaxed);
        self.standby.reads_at_primary.fetch_add(1, Ordering::Relaxed);
    }
}

impl Standby {
    /// A standby that is looked after until it is dropped. `identity` is the primary's, where that is
    /// known.
    pub(crate) fn open(
        options: PgConnectOptions,
        max_connections: u32,
        identity: Option<String>,
    ) -> Arc<Self> {
        // Each statement's look tells whether its connection is alive.
        let pool = pool_options(max_connections).test_before_acquire(false).acquire_timeout(LOOK);
        let standby = Arc::new(Self {
            pool: pool.connect_lazy_with(options),
            max_connections,
            state: watch::Sender::new(State::Unknown),
            reads: AtomicU64::new(0),
            reads_at_primary: AtomicU64::new(0),
        });
        tokio::spawn(look_after(Arc::downgrade(&standby), identity));
        standby
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
        self.state.send_replace(State::Unavailable("it was closed".to_owned()));
    }

    fn is_up(&self) -> bool {
        matches!(*self.state.borrow(), State::Up(_))
    }

    /// Takes an error for what it says of the standby.
    fn note(&self, error: &StoreError) {
        // Of a pool that is used up and of a server that refuses connections one hears the same.
        let is_full = self.pool.size() >= self.max_connections && self.pool.num_idle() == 0;
        match error {
            StoreError::Exhausted { .. } if is_full => {}
            StoreError::Exhausted { .. } => self.mark_unavailable("it takes no connection"),
            StoreError::Unavailable { reason, .. } => self.mark_unavailable(reason),
            error => tracing::debug!(%error, "read at the primary what the standby did not answer"),
        }
    }

    /// Reads go to the primary from now on, which is told once.
    fn mark_unavailable(&self, reason: &str) {
        let before = self.state.send_replace(State::Unavailable(reason.to_owned()));
        if !matches!(before, State::Unavailable(_)) {
            tracing::warn!(reason, "the standby cannot be read: reads go to the primary");
        }
    }

    fn mark_available(&self, version: String) {
        tracing::info!(version, "reads go to the standby");
        self.state.send_replace(State::Up(version));
    }

    /// Looks who is there; an error says why it is not to be read.
    async fn probe(&self, identity: Option<&str>) -> Result<String, String> {
        let options = self.pool.connect_options();
        let asked = tokio::time::timeout(PROBE, async {
            let mut connection = connect(&options).await?;
            let found = who(&mut connection).await?;
            // an error in saying goodbye changes nothing
            let _ = connection.close().await;
            Ok::<_, StoreError>(found)
        });
        let asked = asked.await.map_err(|_| format!("no answer within {PROBE:?}"))?;
        let (version, is_standby, found) = asked.map_err(|error| error.to_string())?;
        if !is_standby {
            return Err("it is no standby".to_owned());
        }
        if found.as_deref().zip(identity).is_some_and(|(found, wanted)| found != wanted) {
            return Err("it is a standby of another database".to_owned());
        }
        Ok(version)
    }

    fn health(&self) -> StandbyHealth {
        let (ok, detail) = match &*self.state.borrow() {
            State::Unknown => (false, "nobody has looked yet".to_owned()),
            State::Up(version) => (true, format!("PostgreSQL {version}")),
            State::Unavailable(reason) => (false, reason.clone()),
        };
        let reads = self.reads.load(Ordering::Relaxed);
        let reads_at_primary = self.reads_at_primary.load(Ordering::Relaxed);
        StandbyHealth { ok, detail, lag_bytes: None, lag_seconds: None, reads, reads_at_primary }
    }

    /// How far it is behind the primary, in bytes and in seconds; nothing where one of the two does not
    /// say.
    async fn lag(&self, primary: &PgPool) -> Option<(i64, f64)> {
        if !self.is_up() {
            return None;
        }
        let now = sqlx::query_scalar::<_, String>("SELECT pg_current_wal_lsn()::text");
        let now = now.fetch_one(primary).await.ok()?;
        let found = sqlx::query_as(LAG).bind(now).fetch_one(&self.pool).await;
        let found: Result<(i64, f64)> = found.map_err(StoreError::from);
        let (bytes, seconds) = found.inspect_err(|error| self.note(error)).ok()?;
        Some((bytes, if bytes == 0 { 0.0 } else { seconds }))
    }
}

/// Version, whether it is a standby, and what tells its database from others.
async fn who(connection: &mut PgConnection) -> Result<(String, bool, Option<String>), sqlx::Error> {
    let (version, is_standby) = sqlx::query_as(WHO).fetch_one(&mut *connection).await?;
    Ok((version, is_standby, identity(connection).await))
}

/// What tells a database from others; none where its server does not say.
pub(crate) async fn identity(connection: &mut PgConnection) -> Option<String> {
    sqlx::query_scalar(crate::indexes::IDENTITY).fetch_one(connection).await.ok()
}

/// Finds out whether a standby can be read, and again each time after it has gone, until it is dropped.
async fn look_after(standby: Weak<Standby>, identity: Option<String>) {
    while let Some(open) = standby.upgrade().filter(|standby| !standby.pool.is_closed()) {
        match open.probe(identity.as_deref()).await {
            Ok(version) => open.mark_available(version),
            Err(reason) => open.mark_unavailable(&reason),
        }
        let mut state = open.state.subscribe();
        drop(open);
        // An error says that it was dropped.
        let _ = state.wait_for(|state| matches!(state, State::Unavailable(_))).await;
        tokio::time::sleep(EVERY).await;
    }
}
