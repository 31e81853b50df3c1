//! One writer an index, and no index stuck in "indexing".

use sconce_store::{IndexId, IndexState, IndexStatus, Store};
use sconce_testing::TestDatabase;

use crate::support::index;

async fn status(store: &Store, id: IndexId) -> IndexStatus {
    store.index_by_id(id).await.unwrap().unwrap().state.status
}

/// The server notices a closed connection a little later than it was closed.
async fn until_released(store: &Store, id: IndexId) -> sconce_store::IndexLock {
    loop {
        if let Some(lock) = store.lock_index(id).await.unwrap() {
            return lock;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn two_writers_are_kept_apart() {
    let database = TestDatabase::create().await;
    let (one, other) = (database.store().await, database.store().await);
    let (id, neighbour) = (index(&one, "a").await.id, index(&one, "b").await.id);
    let lock = one.lock_index(id).await.unwrap().expect("it is free");
    assert!(other.lock_index(id).await.unwrap().is_none());
    assert!(one.lock_index(id).await.unwrap().is_none(), "nor twice by one process");
    let _neighbour = other.lock_index(neighbour).await.unwrap().expect("another index is free");
    lock.check().unwrap();
    drop(lock);
    until_released(&other, id).await;
}

#[tokio::test]
async fn a_lock_that_is_given_back_is_free_at_once() {
    let database = TestDatabase::create().await;
    let (one, other) = (database.store().await, database.store().await);
    let id = index(&one, "app").await.id;
    for round in 0..20 {
        let lock = one.lock_index(id).await.unwrap();
        lock.unwrap_or_else(|| panic!("round {round}")).release().await;
        let lock = other.lock_index(id).await.unwrap();
        lock.unwrap_or_else(|| panic!("round {round}")).release().await;
    }
}

#[tokio::test]
async fn indexing_without_a_writer_is_reported_as_interrupted() {
    let database = TestDatabase::create().await;
    let (store, other) = (database.store().await, database.store().await);
    let id = index(&store, "app").await.id;
    let lock = store.lock_index(id).await.unwrap().unwrap();
    let indexing = IndexState { status: IndexStatus::Indexing, ..IndexState::default() };
    store.set_state(id, indexing).await.unwrap();
    assert_eq!(status(&other, id).await, IndexStatus::Indexing);
    drop(lock);
    drop(until_released(&other, id).await);
    // that lock, too, is given back a little later
    drop(until_released(&other, id).await);
    while status(&other, id).await == IndexStatus::Indexing {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(status(&other, id).await, IndexStatus::Interrupted);
    assert_eq!(other.indexes().await.unwrap()[0].state.status, IndexStatus::Interrupted);
    let ready = IndexState { status: IndexStatus::Ready, ..IndexState::default() };
    store.set_state(id, ready).await.unwrap();
    assert_eq!(status(&other, id).await, IndexStatus::Ready);
}

#[tokio::test]
async fn a_stop_that_is_asked_for_as_the_locks_connection_breaks_is_heard() {
    let database = TestDatabase::create().await;
    let (store, other) = (database.store().await, database.store().await);
    let id = index(&store, "app").await.id;
    other.request_stop(id).await.unwrap();
    let lock = store.lock_index(id).await.unwrap().unwrap();
    let stop = "SELECT count(*) FROM sconce.indexes WHERE stop";
    assert_eq!(database.number(stop).await, 0, "what the writer before was asked for is forgotten");
    other.request_stop(id).await.unwrap();
    let broken = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' \
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(database.number(broken).await, 1);
    tokio::time::timeout(sconce_testing::TIMEOUT, lock.stop_requested()).await.unwrap();
    lock.check().unwrap();
    lock.release().await;
}
