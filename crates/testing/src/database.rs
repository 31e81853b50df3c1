//! A database of its own for every test, on one PostgreSQL for all: that of
//! `SCONCE_TEST_DATABASE_URL`, else a managed one in the tests' data directory.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use sconce_store::{Store, StoreConfig, managed};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

use crate::{data_dir, lease};

/// An empty database, dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    admin: PgConnectOptions,
    /// Its address.
    pub url: String,
    data_dir: PathBuf,
}

/// A transaction that is open.
#[derive(Debug)]
pub struct Held(PgConnection);

impl Held {
    /// Ends it.
    pub async fn release(self) {
        self.0.close().await.expect("the connection closes");
    }
}

impl TestDatabase {
    /// Makes an empty database.
    pub async fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sconce_test_{}_{count}", std::process::id());
        let data_dir = data_dir();
        let server = if let Ok(url) = std::env::var("SCONCE_TEST_DATABASE_URL") {
            url
        } else {
            start_shared(&data_dir).await.url.expect("it runs")
        };
        let admin: PgConnectOptions = server.parse().expect("the address is valid");
        let url = with_database(&server, &name);
        let admin = admin.database("postgres");
        let mut connection = admin.connect().await.expect("the test server can be reached");
        drop_leftovers(&mut connection).await;
        for statement in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name}"),
        ] {
            connection.execute(AssertSqlSafe(statement)).await.expect("databases can be made");
        }
        connection.close().await.expect("the connection closes");
        Self { name, admin, url, data_dir }
    }

    /// A configuration that uses it.
    pub fn config(&self) -> StoreConfig {
        StoreConfig {
            database_url: Some(self.url.clone()),
            read_database_url: None,
            data_dir: self.data_dir.clone(),
            downloads: managed::Downloads::Allowed,
            max_connections: 4,
        }
    }

    /// The whole number that a statement gives; 0 where it gives none.
    pub async fn number(&self, statement: &str) -> i64 {
        let mut connection = PgConnection::connect(&self.url).await.expect("it can be reached");
        let query = sqlx::query_scalar(AssertSqlSafe(statement.to_owned()));
        let number: Option<i64> = query.fetch_optional(&mut connection).await.expect(statement);
        connection.close().await.expect("the connection closes");
        number.unwrap_or(0)
    }

    /// Runs a statement in a transaction that stays open, with the locks that it has taken.
    pub async fn hold(&self, statement: &str) -> Held {
        let mut connection = PgConnection::connect(&self.url).await.expect("it can be reached");
        for statement in ["BEGIN", statement] {
            let query = sqlx::query(AssertSqlSafe(statement.to_owned()));
            query.execute(&mut connection).await.expect(statement);
        }
        Held(connection)
    }

    /// A store on it.
    pub async fn store(&self) -> Store {
        Store::open(&self.config(), &mut |_| {}).await.expect("the test database opens")
    }
}

/// Starts the managed PostgreSQL that all tests share, which is stopped when the last test process
/// has ended.
pub(crate) async fn start_shared(data_dir: &Path) -> managed::Status {
    lease::take(data_dir);
    let status = managed::start(data_dir, managed::Downloads::Allowed, &mut |event| {
        tracing::info!(%event);
    })
    .await;
    let status = status.expect("the managed PostgreSQL starts");
    lease::watch(data_dir, &status);
    status
}

/// Drops the databases of test processes that were killed.
async fn drop_leftovers(connection: &mut PgConnection) {
    let names: Vec<String> =
        sqlx::query_scalar("SELECT datname FROM pg_database WHERE datname LIKE 'sconce_test_%'")
            .fetch_all(&mut *connection)
            .await
            .unwrap_or_default();
    for name in names {
        let pid = name.split('_').nth(2).and_then(|pid| pid.parse().ok());
        let pid = pid.and_then(rustix::process::Pid::from_raw);
        if pid.is_some_and(is_gone) {
            let drop = AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            // Another test process may be dropping it, too
            let _ = connection.execute(drop).await;
        }
    }
}

/// Whether a process has ended.
pub(crate) fn is_gone(pid: rustix::process::Pid) -> bool {
    rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH)
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        // A thread of its own: a test's runtime can't be waited on from inside it
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = admin.connect().await?;
                let drop = AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
                connection.execute(drop).await?;
                connection.close().await
            })
        });
        // Another test process drops what this one could not
        let _: Result<Result<(), sqlx::Error>, _> = thread.join();
    }
}

/// The same address with another database.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, ""), |(base, query)| (base, query));
    let authority = base.find("://").map_or(0, |at| at + 3);
    let end = base[authority..].find('/').map_or(base.len(), |at| authority + at);
    let separator = if query.is_empty() { "" } else { "?" };
    format!("{}/{name}{separator}{query}", &base[..end])
}
