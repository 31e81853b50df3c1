//! Vectors of chunks and queries, kept on disk by what was embedded.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

use sconce_embed::{
    BackendChoice, DeviceChoice, Embedder, EmbedderConfig, Precision, SourceOptions,
};

use super::corpus::Corpus;

/// The model that the shared figures are made with.
const MODEL: &str = "all-MiniLM-L6-v2";

/// Texts that are embedded between two writes.
const BATCH: usize = 512;

/// Vectors by the hash of their text, on disk as records of hash and numbers.
struct Kept {
    dimension: usize,
    by_text: HashMap<[u8; 32], Vec<f32>>,
    file: File,
}

impl Kept {
    fn open(path: &Path, dimension: usize) -> Kept {
        let bytes = fs::read(path).unwrap_or_default();
        let records = bytes.chunks_exact(32 + 4 * dimension);
        let by_text = records
            .map(|record| {
                let (key, numbers) = record.split_at(32);
                let numbers = numbers.chunks_exact(4);
                let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four"));
                (key.try_into().expect("32"), numbers.map(number).collect())
            })
            .collect();
        let file = OpenOptions::new().create(true).append(true).open(path).expect("a file to keep");
        Kept { dimension, by_text, file }
    }

    fn keep(&mut self, key: [u8; 32], vector: Vec<f32>) {
        assert_eq!(vector.len(), self.dimension);
        let mut record = key.to_vec();
        record.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
        self.file.write_all(&record).expect("room on the disk");
        self.by_text.insert(key, vector);
    }
}

fn key(kind: &str, text: &str) -> [u8; 32] {
    *blake3::hash(format!("{kind}\0{text}").as_bytes()).as_bytes()
}

/// Gives every chunk and query its vector; those that are not in `directory` yet are embedded, which
/// takes a while the first time.
pub(crate) fn fill(corpora: &mut [Corpus], directory: &Path, precision: Precision) {
    fs::create_dir_all(directory).expect("a directory for vectors");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let embedder =
        Embedder::open(&config(directory, precision), &mut |notice| eprintln!("{notice}"))
            .expect("all-MiniLM-L6-v2");
    let file = format!("{}.{precision}.vectors", embedder.model_id());
    let mut kept = Kept::open(&directory.join(file), embedder.dimension());
    let mut missing: HashMap<[u8; 32], String> = HashMap::new();
    for corpus in corpora.iter() {
        for chunk in &corpus.chunks {
            missing.insert(key("chunk", &chunk.text), chunk.text.clone());
        }
        for (_, query) in &corpus.queries {
            let key = key("query", &query.text);
            if !kept.by_text.contains_key(&key) {
                let vector = runtime.block_on(embedder.embed_query(&query.text));
                kept.keep(key, vector.expect("a vector"));
            }
        }
    }
    missing.retain(|key, _| !kept.by_text.contains_key(key));
    let missing: Vec<([u8; 32], String)> = missing.into_iter().collect();
    for (done, batch) in missing.chunks(BATCH).enumerate() {
        eprintln!("{} of {} chunks embedded", done * BATCH, missing.len());
        let texts = batch.iter().map(|(_, text)| text.clone()).collect();
        let embeddings = runtime.block_on(embedder.embed_documents(texts)).expect("vectors");
        for ((key, _), vector) in batch.iter().zip(embeddings.vectors) {
            kept.keep(*key, vector);
        }
    }
    for corpus in corpora {
        for chunk in &mut corpus.chunks {
            chunk.vector.clone_from(&kept.by_text[&key("chunk", &chunk.text)]);
        }
        let vectors = corpus.queries.iter().map(|(_, query)| key("query", &query.text));
        corpus.query_vectors = vectors.map(|key| kept.by_text[&key].clone()).collect();
    }
}

fn config(directory: &Path, precision: Precision) -> EmbedderConfig {
    EmbedderConfig {
        model: MODEL.to_owned(),
        backend: BackendChoice::Candle,
        precision,
        device: DeviceChoice::Auto,
        threads: None,
        sources: SourceOptions::from_env(directory),
        ollama_host: String::new(),
        allow_download: true,
    }
}
