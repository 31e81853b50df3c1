//! The nearest vectors are the right ones, exact and by HNSW.

use std::collections::HashSet;

use sconce_code::ChunkKey;
use sconce_code::filter::{Filter, FilterText};
use sconce_store::{Hit, IndexId, NewFile, NewIndex, Store, VectorPolicy};
use sconce_testing::{Clusters, TestDatabase};
use sqlx::Connection;

use crate::support::{file, own, parsed, path_filter, symbol};

const DIMENSION: usize = 64;
const FILES: usize = 400;
const CHUNKS_A_FILE: usize = 10;

const MODEL: &str = "made-up";

/// What is embedded of the chunk with that number, by its hash.
fn hash(at: usize) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&at.to_le_bytes());
    hash
}

/// An index of 4,000 clustered vectors, of which a tenth starts a class, a half is Rust, and the
/// rest of the filters leave less.
async fn filled(store: &Store, clusters: &mut Clusters) -> (IndexId, Vec<Vec<f32>>) {
    let new = NewIndex {
        name: "vectors".into(),
        root: "/vectors".into(),
        model: MODEL.into(),
        dimension: DIMENSION,
        settings: serde_json::Value::Null,
    };
    let id = store.create_index(new).await.unwrap().id;
    let mut vectors = Vec::new();
    let files: Vec<NewFile> = (0..FILES)
        .map(|at| {
            let extension = if at.is_multiple_of(2) { "rs" } else { "go" };
            let mut file = file(&format!("src/part{at}/mod.{extension}"), &["x"; CHUNKS_A_FILE]);
            file.symbols = vec![symbol("class", &format!("Class{at}"), 0)];
            for chunk in &mut file.chunks {
                chunk.content_hash = hash(vectors.len());
                vectors.push(clusters.next_vector());
            }
            file
        })
        .collect();
    let made = vectors.iter().cloned().enumerate().map(|(at, vector)| (hash(at), vector));
    store.cache_embeddings(MODEL, made.collect()).await.unwrap();
    store.write_files(id, files).await.unwrap();
    (id, vectors)
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[tokio::test]
async fn an_exact_search_finds_what_brute_force_finds() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let mut clusters = Clusters::new(7, 60, DIMENSION, 0.7);
    let (id, vectors) = filled(&store, &mut clusters).await;
    let first = store.files(id).await.unwrap().iter().map(|file| file.file_id).min().unwrap();
    for _ in 0..10 {
        let query = clusters.next_vector();
        let hits = store.nearest(id, &query, 10, &Filter::default()).await.unwrap();
        let mut similarities: Vec<f32> = vectors.iter().map(|v| cosine(v, &query)).collect();
        for hit in &hits {
            // ids go up in the order of the files
            let at = (hit.key.file_id - first) as usize * CHUNKS_A_FILE + hit.key.ordinal as usize;
            let expected = similarities[at];
            assert!((hit.similarity - expected).abs() < 2e-3, "{hit:?} {expected}");
        }
        similarities.sort_by(|a, b| b.total_cmp(a));
        // 16 bits a number may swap what is all but equal
        assert!(hits[9].similarity > similarities[9] - 2e-3, "{hits:?}");
        assert!(hits.windows(2).all(|pair| pair[0].similarity >= pair[1].similarity));
        assert_eq!(hits.len(), 10);
    }
}

fn keys(hits: &[Hit]) -> HashSet<ChunkKey> {
    hits.iter().map(|hit| hit.key).collect()
}

#[tokio::test]
async fn hnsw_finds_what_an_exact_search_finds_also_under_filters() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let mut clusters = Clusters::new(11, 60, DIMENSION, 0.7);
    let (id, _) = filled(&store, &mut clusters).await;
    // a filter that leaves 100 chunks or more goes through the index
    let policy = VectorPolicy { hnsw_from_chunks: 100, ..VectorPolicy::default() };
    let indexed = store.clone().with_policy(policy);
    let filters = [
        Filter::default(),
        parsed(&FilterText { languages: own(&["rust"]), ..FilterText::default() }),
        path_filter(&["src/part?/**", "src/part1?/**"]),
        parsed(&FilterText { symbol_kinds: own(&["class"]), ..FilterText::default() }),
        path_filter(&["src/part77/"]),
        path_filter(&["nowhere/"]),
    ];
    let queries: Vec<Vec<f32>> = (0..40).map(|_| clusters.next_vector()).collect();
    let mut truth = Vec::new();
    for filter in &filters {
        for query in &queries {
            truth.push(keys(&store.nearest(id, query, 10, filter).await.unwrap()));
        }
    }
    assert!(!store.stats(id).await.unwrap().hnsw);
    indexed.finish_index(id, true).await.unwrap();
    assert!(store.stats(id).await.unwrap().hnsw);
    let mut truth = truth.into_iter();
    for filter in &filters {
        let (mut all, mut right) = (0, 0);
        for query in &queries {
            let expected = truth.next().unwrap();
            let found = keys(&indexed.nearest(id, query, 10, filter).await.unwrap());
            assert_eq!(found.len(), expected.len(), "{filter:?}");
            all += expected.len();
            right += expected.intersection(&found).count();
        }
        let recall = right as f64 / f64::from(u32::try_from(all.max(1)).unwrap());
        assert!(all == 0 || recall >= 0.99, "{filter:?}: {recall}");
    }
}

#[tokio::test]
async fn the_vectors_index_follows_the_size() {
    let database = TestDatabase::create().await;
    let policy = |from| VectorPolicy { hnsw_from_chunks: from, ..VectorPolicy::default() };
    let store = database.store().await.with_policy(policy(1000));
    let mut clusters = Clusters::new(3, 10, DIMENSION, 0.7);
    let (id, _) = filled(&store, &mut clusters).await;
    store.finish_index(id, true).await.unwrap();
    store.finish_index(id, true).await.unwrap();
    assert!(store.stats(id).await.unwrap().hnsw);
    // what is written later is found through it
    let mut late = file("late.rs", &["late"]);
    let query = clusters.next_vector();
    late.chunks[0].content_hash = hash(usize::MAX);
    let made = vec![(hash(usize::MAX), query.clone())];
    store.cache_embeddings(MODEL, made).await.unwrap();
    store.write_files(id, vec![late]).await.unwrap();
    let hits = store.nearest(id, &query, 1, &Filter::default()).await.unwrap();
    let found = store.chunks(id, &[hits[0].key]).await.unwrap();
    assert_eq!(found[0].path, "late.rs");
    let store = store.with_policy(policy(100_000));
    store.finish_index(id, true).await.unwrap();
    assert!(!store.stats(id).await.unwrap().hnsw);
    assert_eq!(store.nearest(id, &query, 1, &Filter::default()).await.unwrap(), hits);
}

#[tokio::test]
async fn a_vectors_index_that_the_chunks_have_outgrown_is_built_anew() {
    let database = TestDatabase::create().await;
    let mut store = database.store().await;
    let mut clusters = Clusters::new(5, 10, DIMENSION, 0.7);
    let (id, _) = filled(&store, &mut clusters).await;
    let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
    // candidates for so many chunks, and those that the index must have been built with
    for (candidates, expected) in [(40, 40), (59, 40), (60, 60), (40, 60)] {
        let policy = VectorPolicy {
            hnsw_from_chunks: 1000,
            ef_construction: candidates,
            ..VectorPolicy::default()
        };
        store = store.with_policy(policy);
        store.finish_index(id, true).await.unwrap();
        let options = "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%hnsw%'";
        let found: Vec<(String, String)> =
            sqlx::query_as(options).fetch_all(&mut connection).await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, format!("vectors_{}_hnsw", id.0));
        assert!(found[0].1.contains(&format!("ef_construction='{expected}'")), "{found:?}");
        assert!(store.stats(id).await.unwrap().hnsw);
        let hits = store.nearest(id, &clusters.next_vector(), 10, &Filter::default()).await;
        assert_eq!(hits.unwrap().len(), 10);
    }
}
