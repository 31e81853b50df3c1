//! Embeddings are kept by what was embedded.

use std::collections::HashMap;

use pgvector::HalfVector;
use sconce_testing::TestDatabase;
use sqlx::{Connection as _, Executor as _};

use crate::support::axis;

fn hash(at: u32) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..4].copy_from_slice(&at.to_le_bytes());
    hash
}

/// The vectors that are kept for these hashes.
async fn kept(
    database: &TestDatabase,
    model: &str,
    hashes: &[[u8; 32]],
) -> HashMap<[u8; 32], Vec<f32>> {
    let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
    let keys: Vec<&[u8]> = hashes.iter().map(<[u8; 32]>::as_slice).collect();
    let query = sqlx::query_as(
        "SELECT content_hash, embedding FROM sconce.embeddings \
         WHERE model = $1 AND content_hash = ANY($2)",
    );
    let found: Vec<(Vec<u8>, HalfVector)> =
        query.bind(model).bind(&keys).fetch_all(&mut connection).await.unwrap();
    let of = |vector: &HalfVector| vector.as_slice().iter().map(|value| value.to_f32()).collect();
    found.iter().map(|(hash, vector)| (hash.as_slice().try_into().unwrap(), of(vector))).collect()
}

#[tokio::test]
async fn what_was_embedded_is_found_again_for_the_same_model() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let vectors = vec![(hash(1), axis(1)), (hash(2), axis(2)), (hash(1), axis(1))];
    store.cache_embeddings("m", vectors.clone()).await.unwrap();
    store.cache_embeddings("m", vectors).await.unwrap();
    let found = kept(&database, "m", &[hash(1), hash(2), hash(3)]).await;
    assert_eq!(found.len(), 2);
    assert_eq!((&found[&hash(1)], &found[&hash(2)]), (&axis(1), &axis(2)));
    assert!(kept(&database, "other", &[hash(1)]).await.is_empty());
    assert!(kept(&database, "m", &[]).await.is_empty());
}

#[tokio::test]
async fn more_than_one_statement_takes_is_no_limit() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let vectors: Vec<_> = (0..4500).map(|at| (hash(at), axis(at as usize))).collect();
    let hashes: Vec<_> = vectors.iter().map(|(hash, _)| *hash).collect();
    store.cache_embeddings("m", vectors).await.unwrap();
    let found = kept(&database, "m", &hashes).await;
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

#[tokio::test]
async fn a_vector_that_a_file_is_written_with_counts_as_used() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = crate::support::index(&store, "app").await.id;
    let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
    let age = "UPDATE sconce.embeddings SET last_used = CURRENT_DATE - 80";
    let used = "SELECT count(*) FROM sconce.embeddings WHERE last_used = CURRENT_DATE";
    connection.execute(age).await.unwrap();
    store.write_files(id, vec![crate::support::file("a.rs", &["a", "b"])]).await.unwrap();
    let found: i64 = sqlx::query_scalar(used).fetch_one(&mut connection).await.unwrap();
    assert_eq!(found, 2, "of eight");
    connection.execute(age).await.unwrap();
    let file_id = store.files(id).await.unwrap()[0].file_id;
    store.attach_vectors(id, None, &[file_id]).await.unwrap();
    let found: i64 = sqlx::query_scalar(used).fetch_one(&mut connection).await.unwrap();
    assert_eq!(found, 2);
}
