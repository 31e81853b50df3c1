//! Embeddings are kept by what was embedded.

use sconce_testing::TestDatabase;

use crate::support::axis;

fn hash(at: u32) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..4].copy_from_slice(&at.to_le_bytes());
    hash
}

#[tokio::test]
async fn what_was_embedded_is_found_again_for_the_same_model() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let vectors = vec![(hash(1), axis(1)), (hash(2), axis(2)), (hash(1), axis(1))];
    store.cache_embeddings("m", vectors.clone()).await.unwrap();
    store.cache_embeddings("m", vectors).await.unwrap();
    let found = store.cached_embeddings("m", &[hash(1), hash(2), hash(3)]).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!((&found[&hash(1)], &found[&hash(2)]), (&axis(1), &axis(2)));
    assert!(store.cached_embeddings("other", &[hash(1)]).await.unwrap().is_empty());
    assert!(store.cached_embeddings("m", &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn more_than_one_statement_takes_is_no_limit() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let vectors: Vec<_> = (0..4500).map(|at| (hash(at), axis(at as usize))).collect();
    let hashes: Vec<_> = vectors.iter().map(|(hash, _)| *hash).collect();
    store.cache_embeddings("m", vectors).await.unwrap();
    let found = store.cached_embeddings("m", &hashes).await.unwrap();
    assert_eq!(found.len(), 4500);
    assert_eq!(found[&hash(4499)], axis(4499));
}

#[tokio::test]
async fn two_writers_of_the_same_hashes_do_not_stop_each_other() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let forwards: Vec<_> = (0..3000).map(|at| (hash(at), axis(0))).collect();
    let backwards: Vec<_> = forwards.iter().rev().cloned().collect();
    let (first, second) =
        tokio::join!(store.cache_embeddings("m", forwards), store.cache_embeddings("m", backwards));
    first.unwrap();
    second.unwrap();
}
