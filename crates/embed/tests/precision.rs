//! What low precision costs on a real model and real code: the gates that `auto` must hold.
//!
//! Here with this repository's own sources; `cargo run --release -p sconce-embed --example
//! precision_gate -- DIRECTORY…` does the same with any number of chunks (docs/performance.md).

use std::path::Path;

use sconce_embed::{Embedder, EmbedderConfig, Precision};
use sconce_testing::model;

/// Chunks of the test.
const CHUNKS: usize = 64;
/// Bytes of a chunk, about.
const BYTES: usize = 900;

/// The gates: mean and lowest cosine against f32.
const MEAN: f64 = 0.998;
const LOWEST: f64 = 0.99;

/// Chunks of the Rust files beside this one, the same for each run.
fn chunks() -> Vec<String> {
    let mut files = Vec::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut directories = vec![source];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut chunks = vec![String::new()];
    for file in files {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let last = chunks.last_mut().unwrap();
            last.push_str(line);
            last.push('\n');
            if last.len() >= BYTES {
                chunks.push(String::new());
            }
        }
    }
    chunks.pop();
    let step = chunks.len().div_ceil(CHUNKS);
    chunks.into_iter().step_by(step).collect()
}

async fn embed(precision: Precision, texts: Vec<String>) -> (String, Vec<Vec<f32>>) {
    let config = EmbedderConfig { precision, ..model::config() };
    let embedder = Embedder::open(&config, &mut |notice| eprintln!("{notice}")).unwrap();
    let taken = embedder.info().precision.clone();
    (taken, embedder.embed_documents(texts).await.unwrap().vectors)
}

/// The mean and the lowest cosine.
fn cosines(a: &[Vec<f32>], b: &[Vec<f32>]) -> (f64, f64) {
    let dot = |(a, b): (&Vec<f32>, &Vec<f32>)| -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    };
    let cosines: Vec<f64> = a.iter().zip(b).map(dot).collect();
    let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
    (mean, cosines.into_iter().fold(1.0, f64::min))
}

#[tokio::test]
async fn every_precision_holds_the_gates_on_real_code() {
    let texts = chunks();
    assert!(texts.len() > CHUNKS / 2, "{} chunks", texts.len());
    let (_, reference) = embed(Precision::F32, texts.clone()).await;
    for asked in [Precision::Auto, Precision::Bf16, Precision::Int16, Precision::Int8] {
        let (taken, found) = embed(asked, texts.clone()).await;
        assert_ne!(taken, Precision::Auto.as_str());
        let (mean, lowest) = cosines(&reference, &found);
        assert!(mean >= MEAN && lowest >= LOWEST, "{asked}: mean {mean}, lowest {lowest}");
        if taken == Precision::Int16.as_str() || taken == Precision::Bf16.as_str() {
            assert!(lowest >= 0.9995, "{taken} should be nearly f32: lowest {lowest}");
        }
    }
}
