//! The database becomes unavailable in mid-write and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use sconce_code::filter::Filter;
use sconce_store::{Store, StoreConfig, StoreError, managed};
use sconce_testing::{TestDatabase, own_data_dir};
use sqlx::Connection;

use crate::support::{axis, file, index};

/// So few that no single write can meet more than it tries again.
const MOST_CUTS: u64 = 8;

/// Ends connections of the store that are in the middle of something, until it is told to stop;
/// gives how many.
async fn cut_connections(url: String, stop: Arc<AtomicBool>) -> u64 {
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    let mut cut = 0;
    while cut < MOST_CUTS && !stop.load(Ordering::Acquire) {
        let ended = sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'",
        );
        cut += ended.fetch_all(&mut connection).await.unwrap().len() as u64;
        tokio::time::sleep(Duration::from_millis(7)).await;
    }
    cut
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_survive_connections_that_are_cut_in_their_middle() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let stop = Arc::new(AtomicBool::new(false));
    let cutter = tokio::spawn(cut_connections(database.url.clone(), Arc::clone(&stop)));
    let text = "x".repeat(5000);
    for batch in 0..25 {
        let files =
            (0..8).map(|at| file(&format!("f{batch}-{at}.rs"), &[text.as_str(); 6])).collect();
        store.write_files(id, files).await.unwrap();
    }
    stop.store(true, Ordering::Release);
    assert!(cutter.await.unwrap() > 0, "no connection was ever cut");
    let stats = store.stats(id).await.unwrap();
    assert_eq!((stats.files, stats.chunks), (200, 1200));
    let row = store.index_by_id(id).await.unwrap().unwrap();
    assert_eq!((row.files, row.chunks), (200, 1200), "nothing was counted twice");
    for stamp in store.files(id).await.unwrap() {
        assert_eq!(store.file_chunks(id, &stamp.path).await.unwrap().len(), 6, "{}", stamp.path);
    }
}

/// Whether no connection waits within a transaction, now or soon.
async fn is_idle(connection: &mut sqlx::PgConnection) -> bool {
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND state LIKE 'idle in transaction%'";
    for _ in 0..100 {
        let open: i64 = sqlx::query_scalar(open).fetch_one(&mut *connection).await.unwrap();
        if open == 0 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

/// The next one to use the connection would write into a transaction that nobody commits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_is_cancelled_leaves_no_transaction_open() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
    let paths = ["none.rs".to_owned()];
    for steps in 0..24 {
        cut_after(steps, store.remove_files(id, &paths)).await;
        assert!(is_idle(&mut connection).await, "cut after {steps} steps");
    }
}

/// Begins some work, and drops it after so many steps.
async fn cut_after(steps: usize, work: impl Future) {
    let (mut work, mut left) = (std::pin::pin!(work), steps);
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        work.as_mut().poll(context).map(drop)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_external_server_that_restarts_is_waited_for() {
    let own = own_data_dir().await;
    managed::start(&own.path, managed::Downloads::Allowed, &mut |_| {}).await.unwrap();
    let url = managed::status(&own.path).await.unwrap().url.unwrap();
    let url = url.replacen("/sconce?", "/postgres?", 1);
    let config = StoreConfig {
        database_url: Some(url.clone()),
        read_database_url: None,
        data_dir: own.path.clone(),
        downloads: managed::Downloads::Allowed,
        max_connections: 2,
    };
    let store = Store::open(&config, &mut |_| {}).await.unwrap();
    let id = index(&store, "app").await.id;
    let lock = store.lock_index(id).await.unwrap().unwrap();
    managed::stop(&own.path).await.unwrap();
    let writer = {
        let store = store.clone();
        tokio::spawn(async move { store.write_files(id, vec![file("a.rs", &["a"])]).await })
    };
    tokio::time::sleep(Duration::from_millis(500)).await;
    managed::start(&own.path, managed::Downloads::Allowed, &mut |_| {}).await.unwrap();
    writer.await.unwrap().unwrap();
    assert_eq!(store.files(id).await.unwrap().len(), 1);
    // The lock's connection broke too: it is taken again by itself. It is only looked at here, since
    // whoever takes it in that moment has it.
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    let held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted";
    while sqlx::query_scalar::<_, i64>(held).fetch_one(&mut connection).await.unwrap() == 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(store.lock_index(id).await.unwrap().is_none());
    lock.check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_another_writer_took_meanwhile_is_reported_as_lost() {
    let database = TestDatabase::create().await;
    let (one, other) = (database.store().await, database.store().await);
    let id = index(&one, "app").await.id;
    let lock = one.lock_index(id).await.unwrap().unwrap();
    let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
    let _taken = loop {
        sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
            .execute(&mut connection)
            .await
            .unwrap();
        if let Some(taken) = other.lock_index(id).await.unwrap() {
            break taken;
        }
    };
    while lock.check().is_ok() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(matches!(lock.check(), Err(StoreError::LockLost)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_managed_server_that_was_killed_is_started_again() {
    let own = own_data_dir().await;
    let config = StoreConfig {
        database_url: None,
        read_database_url: None,
        data_dir: own.path.clone(),
        downloads: managed::Downloads::Allowed,
        max_connections: 2,
    };
    let store = Store::open(&config, &mut |_| {}).await.unwrap();
    assert!(store.health().await.unwrap().managed);
    let id = index(&store, "app").await.id;
    store.write_files(id, vec![file("before.rs", &["a"])]).await.unwrap();
    let before = managed::status(&own.path).await.unwrap().pid.unwrap();
    let pid = rustix::process::Pid::from_raw(before).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    // Until it is gone its last connection may still take the write.
    while managed::status(&own.path).await.unwrap().pid.is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    store.write_files(id, vec![file("after.rs", &["b"])]).await.unwrap();
    assert_ne!(managed::status(&own.path).await.unwrap().pid.unwrap(), before);
    let mut paths: Vec<String> =
        store.files(id).await.unwrap().into_iter().map(|file| file.path).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["after.rs", "before.rs"]);
    assert_eq!(store.nearest(id, &axis(0), 5, &Filter::default()).await.unwrap().len(), 2);
}
