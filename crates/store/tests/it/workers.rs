//! Workers share what has no vectors: each file has one of them, and none is left behind.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sconce_store::{Extent, IndexId, NewWorker, Store, Wanted, WorkerId, WorkerState};
use sconce_testing::TestDatabase;
use sqlx::{Connection, Executor};

use crate::support::{axis, cache, file, hash, index};

/// Longer than any test.
const LEASE: Duration = Duration::from_mins(10);

async fn join(store: &Store, name: &str) -> WorkerId {
    let new = NewWorker { name: name.into(), role: "worker", job_of: None, lease: LEASE };
    store.join_workers(&new).await.unwrap()
}

/// An index with so many files of a chunk without a vector.
async fn pending_index(store: &Store, name: &str, files: usize) -> IndexId {
    let id = index(store, name).await.id;
    let files = (0..files).map(|at| {
        let mut file = file(&format!("f{at}.rs"), &["text"]);
        file.chunks[0].content_hash = hash(100);
        file
    });
    store.write_files(id, files.collect()).await.unwrap();
    id
}

fn wanted(chunks: usize) -> Wanted<'static> {
    Wanted { chunks, under_way: &[], but: &[] }
}

async fn claim(store: &Store, worker: WorkerId, id: IndexId, chunks: usize) -> Vec<i64> {
    store.claim(worker, id, wanted(chunks)).await.unwrap().expect("the worker is known").files
}

/// Ends a worker's lease, as if it had not been heard of for that long.
async fn expire(database: &TestDatabase, worker: WorkerId) {
    let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
    let text = "UPDATE sconce.workers SET expires_at = now() - interval '1 s' WHERE id = $1";
    sqlx::query(text).bind(worker.0).execute(&mut connection).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_claim_at_once_get_each_file_once() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = pending_index(&store, "app", 300).await;
    let mut claiming = tokio::task::JoinSet::new();
    let all_claimed = Arc::new(AtomicUsize::new(0));
    for number in 0..6 {
        let (store, all_claimed) = (database.store().await, Arc::clone(&all_claimed));
        claiming.spawn(async move {
            let worker = join(&store, &format!("w{number}")).await;
            let mut mine: Vec<i64> = Vec::new();
            // One that gets nothing may only have met the others' locks.
            while all_claimed.load(Ordering::SeqCst) < 300 {
                let wanted = Wanted { chunks: 7, under_way: &mine, but: &[] };
                let claimed = store.claim(worker, id, wanted).await.unwrap().unwrap();
                all_claimed.fetch_add(claimed.files.len(), Ordering::SeqCst);
                mine.extend(claimed.files);
            }
            mine
        });
    }
    let mut all = Vec::new();
    while let Some(mine) = claiming.join_next().await {
        all.extend(mine.unwrap());
    }
    let distinct: HashSet<i64> = all.iter().copied().collect();
    assert_eq!((all.len(), distinct.len()), (300, 300));
}

#[tokio::test]
async fn what_a_dead_worker_held_is_taken_over_and_it_harms_nothing_when_it_wakes() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = pending_index(&store, "app", 3).await;
    let (dead, other) = (join(&store, "dead").await, join(&store, "other").await);
    let held = claim(&store, dead, id, 100).await;
    assert_eq!(held.len(), 3);
    let nothing = store.claim(other, id, wanted(100)).await.unwrap().unwrap();
    assert_eq!((nothing.files.len(), nothing.shared), (0, true), "it lives");
    assert!(store.renew_worker(dead, &WorkerState::default(), LEASE).await.unwrap());
    expire(&database, dead).await;
    assert_eq!(store.workers().await.unwrap().len(), 1, "the other one");
    assert_eq!(claim(&store, other, id, 100).await, held);
    assert!(!store.renew_worker(dead, &WorkerState::default(), LEASE).await.unwrap());
    assert_eq!(store.claim(dead, id, wanted(100)).await.unwrap(), None, "it has to join again");

    // Both finish the same files, the one that is late between the other's embedding and its end.
    cache(&store, vec![(hash(100), axis(1))]).await;
    let late = store.attach_vectors(id, Some(dead), &held).await.unwrap();
    cache(&store, vec![(hash(100), axis(1))]).await;
    let other_one = store.attach_vectors(id, Some(other), &held).await.unwrap();
    assert_eq!((late.files, other_one), (3, Extent::default()));
    let stats = store.stats(id).await.unwrap();
    assert_eq!((stats.chunks, stats.chunks_to_embed), (3, 0));
    let everything = sconce_code::filter::Filter::default();
    assert_eq!(store.nearest(id, &axis(1), 100, &everything).await.unwrap().len(), 3);
    assert_eq!(leases(&database).await, 0);
}

#[tokio::test]
async fn a_lease_ends_by_the_databases_clock_unless_it_is_renewed() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = pending_index(&store, "app", 3).await;
    let short = Duration::from_millis(300);
    let new = NewWorker { name: "short".into(), role: "worker", job_of: None, lease: short };
    let silent = store.join_workers(&new).await.unwrap();
    let renewed = store.join_workers(&new).await.unwrap();
    assert!(store.renew_worker(renewed, &WorkerState::default(), LEASE).await.unwrap());
    let of_silent = claim(&store, silent, id, 1).await;
    let of_renewed = claim(&store, renewed, id, 1).await;
    let other = join(&store, "other").await;
    let mut mine = claim(&store, other, id, 100).await;
    while !mine.contains(&of_silent[0]) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let wanted = Wanted { chunks: 100, under_way: &mine, but: &[] };
        mine.extend(store.claim(other, id, wanted).await.unwrap().unwrap().files);
    }
    assert!(!mine.contains(&of_renewed[0]), "it lives");
}

async fn leases(database: &TestDatabase) -> i64 {
    let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
    let count = sqlx::query_scalar("SELECT count(*) FROM sconce.leases");
    count.fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn a_worker_that_leaves_gives_back_what_it_holds() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = pending_index(&store, "app", 3).await;
    let (one, other) = (join(&store, "one").await, join(&store, "other").await);
    assert_eq!(claim(&store, one, id, 100).await.len(), 3);
    store.leave_workers(one).await.unwrap();
    assert_eq!(claim(&store, other, id, 100).await.len(), 3);
    // And what a worker does not work on is given back with its next claim.
    let under_way = store.live_files(id).await.unwrap()[..1].to_vec();
    let wanted = Wanted { chunks: 100, under_way: &under_way, but: &[] };
    assert_eq!(store.claim(other, id, wanted).await.unwrap().unwrap().files.len(), 2);
}

#[tokio::test]
async fn a_job_takes_over_what_a_dead_one_of_its_index_held() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = pending_index(&store, "app", 3).await;
    let new = NewWorker { name: "job".into(), role: "index", job_of: Some(id), lease: LEASE };
    let dead = store.join_workers(&new).await.unwrap();
    assert_eq!(claim(&store, dead, id, 100).await.len(), 3);
    let next = store.join_workers(&new).await.unwrap();
    assert_eq!(claim(&store, next, id, 100).await.len(), 3);
}

#[tokio::test]
async fn little_that_is_left_is_shared() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = pending_index(&store, "app", 200).await;
    let (one, other) = (join(&store, "one").await, join(&store, "other").await);
    assert_eq!(claim(&store, one, id, 256).await.len(), 128, "as many files as are looked at");
    assert_eq!(claim(&store, other, id, 256).await.len(), 18, "a part of the 72 that are left");
}

#[tokio::test]
async fn an_index_goes_while_workers_hold_its_files() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = pending_index(&store, "app", 3).await;
    let worker = join(&store, "one").await;
    let held = claim(&store, worker, id, 100).await;
    // A file is written again: the lease is of a version that is gone.
    store.write_files(id, vec![file("f0.rs", &["other"])]).await.unwrap();
    cache(&store, vec![(hash(100), axis(1))]).await;
    let attached = store.attach_vectors(id, Some(worker), &held).await.unwrap();
    assert_eq!(attached.files, 2);
    let again = store.write_files(id, vec![file("f1.rs", &["text"])]).await.unwrap();
    assert_eq!(again.files, 1, "from the cache");

    store.drop_index(id).await.unwrap();
    let gone = store.claim(worker, id, wanted(100)).await;
    assert!(matches!(gone, Err(sconce_store::StoreError::NoSuchIndex { .. })), "{gone:?}");
    let gone = store.attach_vectors(id, Some(worker), &held).await;
    assert!(matches!(gone, Err(sconce_store::StoreError::NoSuchIndex { .. })), "{gone:?}");
    let next = pending_index(&store, "app", 2).await;
    assert_eq!(store.pending(next).await.unwrap(), Extent::default(), "the cache has it");
}

/// Workers attach while files are written, removed and dropped under them: nothing waits in a circle,
/// and no vector stays of a file that is gone.
#[tokio::test(flavor = "multi_thread")]
async fn files_change_under_workers() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = pending_index(&store, "app", 40).await;
    let mut working = tokio::task::JoinSet::new();
    for number in 0..3 {
        let store = database.store().await;
        working.spawn(async move {
            let worker = join(&store, &format!("w{number}")).await;
            for _ in 0..60 {
                let files = claim(&store, worker, id, 16).await;
                let chunks = store.pending_chunks(id, &files).await.unwrap();
                let made = chunks.iter().map(|chunk| (chunk.content_hash, axis(1)));
                store.cache_embeddings("test-model", made.collect()).await.unwrap();
                store.attach_vectors(id, Some(worker), &files).await.unwrap();
            }
        });
    }
    let mut number = 1000;
    while !working.is_empty() {
        for part in 0..4 {
            let files = (0..10).map(|at| {
                number += 1;
                let mut file = file(&format!("f{}.rs", part * 10 + at), &["text"]);
                file.chunks[0].content_hash[1..9].copy_from_slice(&(number as u64).to_le_bytes());
                file
            });
            store.write_files(id, files.collect()).await.unwrap();
        }
        while let Some(ended) = working.try_join_next() {
            ended.unwrap();
        }
    }
    let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
    let text = format!(
        "SELECT (SELECT count(*) FROM sconce.vectors_{id} WHERE file_id NOT IN \
             (SELECT file_id FROM sconce.files_{id})), \
         (SELECT count(*) FROM sconce.files_{id} f WHERE embedded <> EXISTS \
             (SELECT 1 FROM sconce.vectors_{id} v WHERE v.file_id = f.file_id))"
    );
    let (orphans, wrong): (i64, i64) =
        sqlx::query_as(sqlx::AssertSqlSafe(text)).fetch_one(&mut connection).await.unwrap();
    assert_eq!((orphans, wrong), (0, 0));
    connection.execute("SELECT 1").await.unwrap();
}

#[tokio::test]
async fn workers_are_told_of_with_what_they_do() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = pending_index(&store, "app", 3).await;
    let worker = join(&store, "box:1").await;
    claim(&store, worker, id, 100).await;
    let state = WorkerState {
        device: "cpu".into(),
        model: "test-model".into(),
        index: Some(id),
        chunks: 7,
        chunks_per_second: 3.5,
    };
    assert!(store.renew_worker(worker, &state, LEASE).await.unwrap());
    let known = store.workers().await.unwrap();
    assert_eq!((known[0].name.as_str(), known[0].index.as_deref()), ("box:1", Some("app")));
    assert_eq!((known[0].chunks, known[0].chunks_held), (7, 3));
    assert!((known[0].chunks_per_second - 3.5).abs() < f32::EPSILON);
}

#[tokio::test]
async fn a_model_has_the_files_that_were_there_first_until_no_index_is_made_with_it() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    store.adopt_model("test-model", "other files").await.unwrap();
    let id = index(&store, "app").await.id;
    let known = async || store.model_fingerprint("test-model", "files").await.unwrap();
    assert_eq!(known().await, "files", "nobody had said before");
    store.adopt_model("test-model", "other files").await.unwrap();
    assert_eq!(known().await, "files");
    store.drop_index(id).await.unwrap();
    store.adopt_model("test-model", "other files").await.unwrap();
    assert_eq!(known().await, "other files");
    let new = sconce_store::NewIndex {
        name: "app".into(),
        root: "/repos/app".into(),
        model: "test-model".into(),
        dimension: crate::support::DIMENSION,
        settings: serde_json::Value::Null,
    };
    let id = store.create_index(new).await.unwrap().id;
    let written = store.write_files(id, vec![file("a.rs", &["a"])]).await.unwrap();
    assert_eq!(written, Extent::default(), "vectors of other files are gone");
}
