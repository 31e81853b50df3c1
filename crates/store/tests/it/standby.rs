//! Reads at a streaming standby, which may lag, be gone, or be none.

use std::time::{Duration, Instant};

use sconce_code::ChunkKey;
use sconce_code::filter::Filter;
use sconce_store::{Index, IndexState, IndexStatus, StandbyHealth, Store, StoreConfig};
use sconce_testing::{Replicated, TIMEOUT, TestDatabase, data_dir};
use sqlx::{Connection as _, PgConnection};

use crate::support::{axis, cache, file, hash, index};

fn config(url: &str, read_url: &str) -> StoreConfig {
    StoreConfig {
        database_url: Some(url.to_owned()),
        read_database_url: Some(read_url.to_owned()),
        data_dir: data_dir(),
        downloads: sconce_store::managed::Downloads::Allowed,
        max_connections: 4,
    }
}

async fn open(url: &str, read_url: &str) -> Store {
    Store::open(&config(url, read_url), &mut |_| {}).await.unwrap()
}

/// Waits until the standby is as `is` says.
async fn until(store: &Store, what: &str, is: impl Fn(&StandbyHealth) -> bool) -> StandbyHealth {
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let health = store.standby_health().await.unwrap();
        if is(&health) {
            return health;
        }
        assert!(Instant::now() < deadline, "never: {what}: {health:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A primary with an index of two files, whose standby has all of it and is read.
async fn replicated() -> (Replicated, Store, Index) {
    let servers = Replicated::start().await;
    let store = open(&servers.url, &servers.standby_url).await;
    let index = index(&store, "app").await;
    let files = vec![file("src/a.rs", &["alpha"]), file("src/b.rs", &["beta", "gamma"])];
    store.write_files(index.id, files).await.unwrap();
    let ready = IndexState { status: IndexStatus::Ready, ..IndexState::default() };
    store.set_state(index.id, ready).await.unwrap();
    servers.catch_up().await;
    until(&store, "it is read", |health| health.ok).await;
    (servers, store, index)
}

/// The paths of what a reader finds nearest to a vector, and the texts there.
async fn found(store: &Store, index: &Index, at: usize) -> Vec<(String, String)> {
    let reader = store.reading(index.id).await.unwrap();
    let hits = reader.nearest(index.id, &axis(at), 10, &Filter::default()).await.unwrap();
    let near = hits.into_iter().filter(|hit| hit.similarity > 0.9);
    let keys: Vec<ChunkKey> = near.map(|hit| hit.key).collect();
    let mut rows = reader.chunks(index.id, &keys).await.unwrap();
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    rows.into_iter().map(|row| (row.path, row.content)).collect()
}

async fn counts(store: &Store) -> (u64, u64) {
    let health = store.standby_health().await.unwrap();
    (health.reads, health.reads_at_primary)
}

fn pair(path: &str, text: &str) -> (String, String) {
    (path.to_owned(), text.to_owned())
}

/// How often the standby's own statistics have an index's chunks looked at.
async fn scans(servers: &Replicated, index: &Index) -> i64 {
    let mut standby = PgConnection::connect(&servers.standby_url).await.unwrap();
    let text = "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_all_tables \
                WHERE relname = 'chunks_' || $1";
    sqlx::query_scalar(text).bind(index.id.0).fetch_one(&mut standby).await.unwrap()
}

#[tokio::test]
async fn a_standby_that_has_all_is_read_and_one_that_lags_is_not() {
    let (servers, store, index) = replicated().await;
    assert_eq!(scans(&servers, &index).await, 0);
    let both = vec![pair("src/a.rs", "alpha"), pair("src/b.rs", "beta")];
    assert_eq!(found(&store, &index, 0).await, both);
    assert_eq!(counts(&store).await, (2, 0), "both statements were answered there");
    let deadline = Instant::now() + TIMEOUT;
    while scans(&servers, &index).await == 0 {
        assert!(Instant::now() < deadline, "the standby knows nothing of it");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    servers.pause().await;
    store.write_files(index.id, vec![file("src/a.rs", &["delta"])]).await.unwrap();
    let now = vec![pair("src/a.rs", "delta"), pair("src/b.rs", "beta")];
    assert_eq!(found(&store, &index, 0).await, now, "what the standby has not yet");
    assert_eq!(counts(&store).await, (2, 2));
    assert!(until(&store, "it lags", |health| health.lag_bytes > Some(0)).await.ok);

    servers.resume().await;
    assert_eq!(found(&store, &index, 0).await, now);
    assert_eq!(counts(&store).await, (4, 2), "it is read again");
    until(&store, "it has all", |health| health.lag_bytes == Some(0)).await;
}

#[tokio::test]
async fn another_index_may_lag_and_what_is_written_and_counted_is_the_primarys() {
    let (servers, store, index) = replicated().await;
    servers.pause().await;
    let other = super::support::index(&store, "other").await;
    store.write_files(other.id, vec![file("x.rs", &["other"])]).await.unwrap();
    found(&store, &index, 0).await;
    assert_eq!(counts(&store).await, (2, 0), "this one has not moved");
    // A reader of one index reads the others at the primary.
    let reader = store.reading(index.id).await.unwrap();
    assert_eq!(reader.live_files(other.id).await.unwrap().len(), 1);
    assert_eq!(reader.pending(other.id).await.unwrap().files, 0);
    reader.write_files(index.id, vec![file("c.rs", &["new"])]).await.unwrap();
    assert_eq!(counts(&store).await, (2, 0));
    assert_eq!(reader.live_files(index.id).await.unwrap().len(), 2, "as it was when it began");
    assert_eq!(store.reading(index.id).await.unwrap().live_files(index.id).await.unwrap().len(), 3);
    assert_eq!(counts(&store).await, (3, 1));
}

#[tokio::test]
async fn an_index_that_has_ended_is_read_where_its_end_is_known() {
    let (servers, store, index) = replicated().await;
    servers.pause().await;
    // A job that found no changed file and made the missing vectors.
    let ready = IndexState { status: IndexStatus::Ready, ..IndexState::default() };
    store.set_state(index.id, ready).await.unwrap();
    found(&store, &index, 0).await;
    assert_eq!(counts(&store).await, (0, 2));
    servers.resume().await;
    found(&store, &index, 0).await;
    assert_eq!(counts(&store).await, (2, 2));
}

#[tokio::test]
async fn vectors_that_are_missing_are_counted_where_they_are_looked_for() {
    let (servers, store, index) = replicated().await;
    let indexing = IndexState { status: IndexStatus::Indexing, ..IndexState::default() };
    store.set_state(index.id, indexing).await.unwrap();
    let mut late = file("src/late.rs", &["late"]);
    late.chunks[0].content_hash = hash(100);
    store.write_files(index.id, vec![late]).await.unwrap();
    servers.catch_up().await;
    servers.pause().await;
    cache(&store, vec![(hash(100), axis(5))]).await;
    let waiting = store.live_files(index.id).await.unwrap();
    assert_eq!(store.attach_vectors(index.id, None, &waiting).await.unwrap().files, 1);
    let reader = store.reading(index.id).await.unwrap();
    assert_eq!(reader.pending(index.id).await.unwrap().files, 1, "it has them not yet");
    assert!(found(&store, &index, 5).await.is_empty());
    assert_eq!(store.pending(index.id).await.unwrap().files, 0);
    assert_eq!(counts(&store).await, (3, 0));
    let ready = IndexState { status: IndexStatus::Ready, ..IndexState::default() };
    store.set_state(index.id, ready).await.unwrap();
    assert_eq!(found(&store, &index, 5).await, [pair("src/late.rs", "late")], "the index is whole");
    assert_eq!(counts(&store).await, (3, 2));
}

#[tokio::test]
async fn what_a_reader_has_seen_elsewhere_is_never_unseen() {
    let (servers, store, index) = replicated().await;
    servers.pause().await;
    let reader = store.reading(index.id).await.unwrap();
    let began = reader.generation_since(index.id, None).await.unwrap();
    store.write_files(index.id, vec![file("c.rs", &["new"])]).await.unwrap();
    assert_eq!(reader.generation_since(index.id, None).await.unwrap(), began);
    assert_eq!(store.generation_since(index.id, Some(began)).await.unwrap(), began + 1);
    // Its words are newer than its beginning: the standby lacks their chunks.
    assert_eq!(reader.generation_since(index.id, Some(began + 1)).await.unwrap(), began + 1);
    assert_eq!(reader.live_files(index.id).await.unwrap().len(), 3);
    assert_eq!(counts(&store).await, (0, 1));
}

#[tokio::test]
async fn a_standby_that_is_away_is_missed_by_nobody_and_read_again_later() {
    let (servers, store, index) = replicated().await;
    let both = vec![pair("src/a.rs", "alpha"), pair("src/b.rs", "beta")];
    assert_eq!(found(&store, &index, 0).await, both);
    let reader = store.reading(index.id).await.unwrap();
    servers.stop_standby();
    assert_eq!(reader.live_files(index.id).await.unwrap().len(), 2, "in the middle of a search");
    assert_eq!(found(&store, &index, 0).await, both);
    let health = until(&store, "it is away", |health| !health.ok).await;
    assert!(health.reads_at_primary >= 1 && health.lag_bytes.is_none(), "{health:?}");
    servers.start_standby();
    let health = until(&store, "it is back", |health| health.ok).await;
    assert_eq!(found(&store, &index, 0).await, both);
    assert_eq!(counts(&store).await.0, health.reads + 2);
    assert!(store.health().await.is_ok());
}

#[tokio::test]
async fn a_standby_that_was_promoted_is_read_no_longer() {
    let (servers, store, index) = replicated().await;
    found(&store, &index, 0).await;
    servers.promote().await;
    let deadline = Instant::now() + TIMEOUT;
    while store.standby_health().await.unwrap().ok {
        assert!(Instant::now() < deadline);
        assert_eq!(found(&store, &index, 0).await.len(), 2);
    }
    let health = store.standby_health().await.unwrap();
    assert_eq!((health.ok, health.detail.as_str()), (false, "it is no standby"));
}

#[tokio::test]
async fn what_is_no_standby_of_this_database_is_never_read() {
    let other = TestDatabase::create().await;
    let store = open(&other.url, &other.url).await;
    let health = until(&store, "it was looked at", |health| !health.detail.starts_with("nob"));
    assert_eq!(health.await.detail, "it is no standby", "the primary itself");
    store.close().await;

    let servers = Replicated::start().await;
    let store = open(&other.url, &servers.standby_url).await;
    let index = index(&store, "app").await;
    let health = until(&store, "it was looked at", |health| !health.detail.starts_with("nob"));
    assert_eq!(health.await.detail, "it is a standby of another database");
    let reader = store.reading(index.id).await.unwrap();
    assert!(reader.live_files(index.id).await.unwrap().is_empty());
    assert_eq!(counts(&store).await.0, 0);
    let wrong = Store::open(&config(&servers.url, "mysql://x"), &mut |_| {}).await;
    assert!(wrong.is_err(), "an address is one");
}
