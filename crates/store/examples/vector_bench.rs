//! How long the nearest chunks take, exact and by HNSW, with and without filters; how good HNSW is;
//! what building it takes.
//!
//!     cargo run --release -p sconce-store --example vector_bench -- [chunks]… [--dimension N] [--queries N]
//!         [--candidates N,N…]
//!
//! Prints one line a size and way of searching, with the mean and the least recall of a query. The
//! vectors are made up, in clusters; the queries are other vectors of the same clusters; the text of
//! a chunk is 1,000 bytes. `--candidates` are those that a search keeps of up to 250,000 chunks:
//! they grow with more, as the product's do.

use std::time::{Duration, Instant};

use sconce_code::filter::{Filter, FilterText};
use sconce_store::{
    Hit, IndexId, IndexState, NewChunk, NewFile, NewIndex, Store, StoreError, VectorPolicy,
};
use sconce_testing::{Clusters, TestDatabase};

const MODEL: &str = "made-up";
const CHUNKS_A_FILE: usize = 10;
const FILES_A_WRITE: usize = 100;
const LIMIT: usize = 10;

#[tokio::main]
async fn main() -> Result<(), StoreError> {
    let mut sizes: Vec<usize> = Vec::new();
    let (mut dimension, mut queries) = (384, 100);
    let mut candidates = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--dimension" {
            dimension = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(dimension);
        } else if argument == "--queries" {
            queries = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(queries);
        } else if argument == "--candidates" {
            let list = arguments.next().unwrap_or_default();
            candidates.extend(list.split(',').filter_map(|text| text.parse::<usize>().ok()));
        } else if let Ok(size) = argument.parse() {
            sizes.push(size);
        }
    }
    if candidates.is_empty() {
        candidates.push(VectorPolicy::default().ef_search);
    }
    if sizes.is_empty() {
        sizes = vec![1_000, 10_000, 100_000];
    }
    let database = TestDatabase::create().await;
    let store = database.store().await;
    for size in sizes {
        bench(&store, size, dimension, queries, &candidates).await?;
    }
    Ok(())
}

async fn bench(
    store: &Store,
    size: usize,
    dimension: usize,
    queries: usize,
    candidates: &[usize],
) -> Result<(), StoreError> {
    let mut clusters = Clusters::new(1, (size / 50).max(20), dimension, 0.7);
    let start = Instant::now();
    let id = fill(store, size, dimension, &mut clusters).await?;
    let queries: Vec<Vec<f32>> = (0..queries).map(|_| clusters.next_vector()).collect();
    let exact_only = VectorPolicy { hnsw_from_chunks: i64::MAX, ..VectorPolicy::default() };
    let exact = store.clone().with_policy(exact_only);
    exact.finish_index(id, true).await?;
    say(&format!("{size} chunks × {dimension}: written in {:.1} s", start.elapsed().as_secs_f64()));
    let mut truth = Vec::new();
    for (name, filter) in filters() {
        let (hits, times) = search(&exact, id, &queries, &filter).await?;
        report(&format!("  exact {name}"), &times, None);
        truth.push(hits);
    }
    let before = store.stats(id).await?.bytes_on_disk;
    let default = VectorPolicy::default();
    let policy =
        VectorPolicy { hnsw_from_chunks: (size as i64).min(default.hnsw_from_chunks), ..default };
    let start = Instant::now();
    store.clone().with_policy(policy).finish_index(id, true).await?;
    let built = start.elapsed().as_secs_f64();
    let after = store.stats(id).await?.bytes_on_disk;
    say(&format!(
        "  tables {} MiB, HNSW {} MiB, built in {built:.1} s",
        before >> 20,
        (after - before) >> 20
    ));
    for &ef_search in candidates {
        let indexed = store.clone().with_policy(VectorPolicy { ef_search, ..policy });
        for ((name, filter), truth) in filters().into_iter().zip(&truth) {
            let (hits, times) = search(&indexed, id, &queries, &filter).await?;
            report(&format!("  hnsw  {ef_search} {name}"), &times, Some(recall(truth, &hits)));
        }
    }
    store.set_state(id, IndexState::default()).await?;
    store.drop_index(id).await
}

/// Filters that leave all, a half, a tenth, a hundredth and a thousandth.
fn filters() -> Vec<(&'static str, Filter)> {
    let parsed = |text: &FilterText| Filter::parse(text).expect("a filter");
    let language =
        |name: &str| parsed(&FilterText { languages: vec![name.into()], ..FilterText::default() });
    let glob =
        |glob: &str| parsed(&FilterText { path_globs: vec![glob.into()], ..FilterText::default() });
    vec![
        ("all   ", Filter::default()),
        ("50 %  ", language("rust")),
        ("10 %  ", glob("src/*0/**")),
        ("1 %   ", glob("src/*00/**")),
        ("0.1 % ", glob("src/*000/**")),
    ]
}

async fn fill(
    store: &Store,
    size: usize,
    dimension: usize,
    clusters: &mut Clusters,
) -> Result<IndexId, StoreError> {
    let name = format!("bench-{size}-{dimension}");
    let new = NewIndex {
        root: name.clone(),
        name,
        model: MODEL.into(),
        dimension,
        settings: serde_json::Value::Null,
    };
    let id = store.create_index(new).await?.id;
    let files = size / CHUNKS_A_FILE;
    for first in (0..files).step_by(FILES_A_WRITE) {
        let last = (first + FILES_A_WRITE).min(files);
        let chunks = first * CHUNKS_A_FILE..last * CHUNKS_A_FILE;
        let vectors = chunks.map(|at| (hash(at), clusters.next_vector())).collect();
        store.cache_embeddings(MODEL, vectors).await?;
        store.write_files(id, (first..last).map(file).collect()).await?;
    }
    Ok(id)
}

/// What is embedded of the chunk with that number, by its hash.
fn hash(at: usize) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&at.to_le_bytes());
    hash
}

fn file(at: usize) -> NewFile {
    let chunks = (0..CHUNKS_A_FILE)
        .map(|ordinal| NewChunk {
            start_line: 1,
            end_line: 30,
            start_byte: 0,
            end_byte: 1000,
            content: format!("fn chunk_{at}_{ordinal}() {{ let value = {at}; }}\n").repeat(25),
            scopes: vec!["module".into()],
            symbol_kind: Some("function".into()),
            symbol_name: Some(format!("chunk_{at}_{ordinal}")),
            signature: Some(format!("fn chunk_{at}_{ordinal}()")),
            content_hash: hash(at * CHUNKS_A_FILE + ordinal),
        })
        .collect();
    NewFile {
        path: format!("src/part{at:06}/mod.rs"),
        hash: [0; 32],
        size: 1000,
        mtime_ns: 0,
        changed_ns: 0,
        encoding: None,
        language: Some(if at.is_multiple_of(2) { "rust" } else { "go" }.into()),
        lines: 300,
        parse_status: "ok".into(),
        lexical: vec![0; 500],
        chunks,
        symbols: Vec::new(),
    }
}

async fn search(
    store: &Store,
    id: IndexId,
    queries: &[Vec<f32>],
    filter: &Filter,
) -> Result<(Vec<Vec<Hit>>, Vec<Duration>), StoreError> {
    // the first reads pages from the disk
    store.nearest(id, &queries[0], LIMIT, filter).await?;
    let (mut hits, mut times) = (Vec::new(), Vec::new());
    for query in queries {
        let start = Instant::now();
        hits.push(store.nearest(id, query, LIMIT, filter).await?);
        times.push(start.elapsed());
    }
    times.sort();
    Ok((hits, times))
}

/// The share of a query's true nearest that were found: its mean and its least.
fn recall(truth: &[Vec<Hit>], found: &[Vec<Hit>]) -> (f64, f64) {
    let of_query = |(truth, found): (&Vec<Hit>, &Vec<Hit>)| {
        let right = truth.iter().filter(|hit| found.iter().any(|f| f.key == hit.key)).count();
        right as f64 / truth.len() as f64
    };
    let pairs = truth.iter().zip(found).filter(|(truth, _)| !truth.is_empty());
    let recalls: Vec<f64> = pairs.map(of_query).collect();
    let mean = recalls.iter().sum::<f64>() / recalls.len().max(1) as f64;
    (mean, recalls.into_iter().fold(1.0, f64::min))
}

fn report(name: &str, times: &[Duration], recall: Option<(f64, f64)>) {
    let at =
        |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    let recall = recall.map_or(String::new(), |(mean, least)| {
        format!("  recall@{LIMIT} {mean:.4}, least {least:.1}")
    });
    say(&format!("{name} p50 {:6.2} ms  p95 {:6.2} ms{recall}", at(50), at(95)));
}

#[expect(clippy::print_stdout, reason = "the figures are this program's result")]
fn say(line: &str) {
    println!("{line}");
}
