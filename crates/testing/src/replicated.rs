//! A PostgreSQL and a streaming standby of it.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::own_cluster::{OwnCluster, run};
use crate::{OwnDataDir, TIMEOUT, own_data_dir};

/// A primary and its standby, which follows it from its first write on. Both go with this value.
#[derive(Debug)]
pub struct Replicated {
    /// The primary's address.
    pub url: String,
    /// The standby's address.
    pub standby_url: String,
    standby: OwnCluster,
    _directories: [OwnDataDir; 2],
}

impl Replicated {
    /// Starts the two.
    pub async fn start() -> Self {
        let directories = [own_data_dir().await, own_data_dir().await];
        let primary = OwnCluster::of(&directories[0], None).await;
        let standby = OwnCluster::of(&directories[1], None).await;
        primary.init();
        primary.set("wal_level = replica\nhot_standby = on\nfsync = off\nwal_keep_size = '256MB'");
        // A copy of a cluster that has never run is as good as a base backup.
        let all = primary.path.join(".");
        run(standby.command(Path::new("cp")).arg("-a").arg(all).arg(&standby.path));
        standby.set(&format!(
            "unix_socket_directories = '{}'\nprimary_conninfo = 'host={} port=5432 user=sconce'",
            standby.path.display(),
            primary.path.display()
        ));
        std::fs::write(standby.file("standby.signal"), "").expect("the cluster is there");
        primary.start();
        standby.start();
        let (url, standby_url) = (primary.url(), standby.url());
        Self { url, standby_url, standby, _directories: directories }
    }

    /// Has the standby replay nothing from now on.
    pub async fn pause(&self) {
        self.on_standby("SELECT pg_wal_replay_pause()").await;
        self.wait_until("SELECT pg_get_wal_replay_pause_state() = 'paused'").await;
    }

    /// Has it go on, and waits until it has all that the primary has.
    pub async fn resume(&self) {
        self.on_standby("SELECT pg_wal_replay_resume()").await;
        self.catch_up().await;
    }

    /// Waits until the standby has all that the primary has.
    pub async fn catch_up(&self) {
        let mut primary = PgConnection::connect(&self.url).await.expect("the primary runs");
        let now = "SELECT pg_current_wal_lsn()::text";
        let now: String = sqlx::query_scalar(now).fetch_one(&mut primary).await.expect(now);
        self.wait_until(&format!("SELECT pg_last_wal_replay_lsn() >= '{now}'")).await;
    }

    /// Stops the standby.
    pub fn stop_standby(&self) {
        self.standby.stop();
    }

    /// Starts it again.
    pub fn start_standby(&self) {
        self.standby.start();
    }

    /// Makes it a server of its own.
    pub async fn promote(&self) {
        self.on_standby("SELECT pg_promote()").await;
    }

    async fn on_standby(&self, statement: &str) {
        let mut standby = PgConnection::connect(&self.standby_url).await.expect("it runs");
        let query = sqlx::query(AssertSqlSafe(statement.to_owned()));
        query.execute(&mut standby).await.expect("the statement works");
    }

    async fn wait_until(&self, condition: &str) {
        let mut standby = PgConnection::connect(&self.standby_url).await.expect("it runs");
        let wait = async {
            loop {
                let query = sqlx::query_scalar(AssertSqlSafe(condition.to_owned()));
                let is_so: bool = query.fetch_one(&mut standby).await.expect("it answers");
                if is_so {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, wait).await.expect(condition);
    }
}
