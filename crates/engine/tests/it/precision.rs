//! What `--precision auto` costs on real code, at the sizes that the gates ask for: 5,000 chunks of
//! this repository, which every checkout has, found by what their authors wrote above them.
//!
//! A query is the first sentence of a definition's documentation, and what it must find is the chunk
//! of that definition, which is embedded without its comments. `SCONCE_TEST_PRECISION` puts another
//! precision to the test than the one that `auto` takes on this processor.
//!
//! Unoptimised arithmetic is slow, so that a plain `cargo test` takes a tenth of the chunks and judges
//! the cosines alone; queries are too few there to tell .002 from chance. All of it:
//! `cargo test --release -p sconce-engine --test it precision`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sconce_code::{ChunkOptions, Language, embedding_text, parse_file};
use sconce_embed::{Embedder, EmbedderConfig, Precision};
use sconce_testing::model;

/// Chunks, and queries at most.
const CHUNKS: usize = if FULL { 5_000 } else { 500 };
const QUERIES: usize = if FULL { 1_000 } else { 80 };
/// Whether NDCG is judged too.
const FULL: bool = !cfg!(debug_assertions);

/// The gates: mean and lowest cosine against f32, and how much of NDCG@10 may be lost.
const MEAN: f64 = 0.998;
const LOWEST: f64 = 0.99;
const LOSS: f64 = 0.002;

/// Bytes of a chunk, at most and at least: small ones, so that the repository has enough of them.
const SIZES: ChunkOptions = ChunkOptions { max_bytes: 400, min_bytes: 100 };

/// A chunk as it is embedded, and what is asked for it.
struct Judged {
    text: String,
    query: Option<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn auto_holds_the_gates_on_chunks_and_queries() {
    let judged = sample(judged());
    let texts: Vec<String> = judged.iter().map(|one| one.text.clone()).collect();
    let queries = queries(&judged);
    assert!(texts.len() == CHUNKS && queries.len() == QUERIES, "{} {}", texts.len(), queries.len());

    let reference = embed(Precision::F32, &texts, &queries).await;
    let asked = std::env::var("SCONCE_TEST_PRECISION");
    let asked = asked.map_or(Precision::Auto, |name| name.parse().expect("a precision"));
    let auto = embed(asked, &texts, &queries).await;

    let cosines: Vec<f64> =
        reference.chunks.iter().zip(&auto.chunks).map(|(a, b)| dot(a, b)).collect();
    let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
    let lowest = cosines.into_iter().fold(1.0, f64::min);
    let (full, low) = (reference.ndcg(&queries), auto.ndcg(&queries));
    let figures = format!(
        "{}: mean {mean:.5}, lowest {lowest:.5}, NDCG@10 {low:.4} where f32 has {full:.4}",
        auto.taken
    );
    eprintln!("{figures}");
    assert_ne!(auto.taken, Precision::Auto.as_str());
    // Ten of 5,000 by chance are .001.
    let least = if FULL { 0.1 } else { 0.3 };
    assert!(full > least, "queries that find nothing judge nothing: {figures}");
    assert!(mean >= MEAN && lowest >= LOWEST, "{figures}");
    assert!(!FULL || low >= full - LOSS, "{figures}");
}

/// Vectors at one precision.
struct Embedded {
    taken: String,
    chunks: Vec<Vec<f32>>,
    queries: Vec<Vec<f32>>,
}

impl Embedded {
    /// The mean over the queries; each has one chunk that is right.
    fn ndcg(&self, queries: &[(usize, String)]) -> f64 {
        let gain = |(query, (right, _)): (&Vec<f32>, &(usize, String))| {
            let wanted = dot(query, &self.chunks[*right]);
            let better = self.chunks.iter().filter(|chunk| dot(query, chunk) > wanted).count();
            if better < 10 { 1.0 / (better as f64 + 2.0).log2() } else { 0.0 }
        };
        self.queries.iter().zip(queries).map(gain).sum::<f64>() / queries.len() as f64
    }
}

async fn embed(precision: Precision, texts: &[String], queries: &[(usize, String)]) -> Embedded {
    let config = EmbedderConfig { precision, ..model::config() };
    let embedder = Embedder::open(&config, &mut |notice| eprintln!("{notice}")).unwrap();
    let chunks = embedder.embed_documents(texts.to_vec()).await.unwrap().vectors;
    let mut of_queries = Vec::with_capacity(queries.len());
    for (_, query) in queries {
        of_queries.push(embedder.embed_query(query).await.unwrap());
    }
    Embedded { taken: embedder.info().precision.clone(), chunks, queries: of_queries }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    f64::from(a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>())
}

/// Every chunk of the repository's Rust files, in one order.
fn judged() -> Vec<Judged> {
    let crates =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the directory of all crates");
    let mut files = BTreeSet::new();
    rust_files(crates, &mut files);
    let mut judged = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file of the repository");
        let path = file.strip_prefix(crates).unwrap().display();
        of_file(&path.to_string(), &text, &mut judged);
    }
    judged
}

fn of_file(path: &str, text: &str, judged: &mut Vec<Judged>) {
    let parsed = parse_file(path, text, Language::detect(path, text), &SIZES);
    for chunk in &parsed.chunks {
        let with_comments = embedding_text(path, &chunk.scopes, &text[chunk.bytes.clone()]);
        let code: Vec<&str> = with_comments.lines().filter(|line| !is_comment(line)).collect();
        let mut symbols = chunk.symbols.iter().map(|&index| &parsed.symbols[index]);
        let query = symbols.find_map(|symbol| sentence(symbol.doc.as_deref()?));
        if code.len() > 2 {
            judged.push(Judged { text: code.join("\n"), query });
        }
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// The first sentence, if it says enough.
fn sentence(doc: &str) -> Option<String> {
    let first = doc.split_once(". ").map_or(doc, |(first, _)| first);
    (first.split_whitespace().count() >= 6).then(|| first.to_owned())
}

/// As many chunks as are asked for, spread evenly.
fn sample(all: Vec<Judged>) -> Vec<Judged> {
    let count = all.len();
    let taken = CHUNKS.min(count);
    let mut next = 0;
    let mut sampled = Vec::with_capacity(taken);
    for (at, one) in all.into_iter().enumerate() {
        if at == next * count / taken.max(1) {
            sampled.push(one);
            next += 1;
        }
    }
    sampled
}

/// The queries with the number of the chunk that each must find, spread evenly.
fn queries(judged: &[Judged]) -> Vec<(usize, String)> {
    let all: Vec<(usize, String)> =
        (0..).zip(judged).filter_map(|(at, one)| Some((at, one.query.clone()?))).collect();
    let taken = QUERIES.min(all.len());
    (0..taken).map(|at| all[at * all.len() / taken].clone()).collect()
}

fn rust_files(directory: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("a directory of the repository") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(path);
        }
    }
}
