//! Small random `NomicBERT` and BERT models (`fixtures/small_models.py`) against an independent torch
//! encoder, in every format, and against llama.cpp (`fixtures/llama_golden.py`).

use std::path::{Path, PathBuf};

use candle_core::Device;
use sconce_embed::{
    Architecture, Batch, CandleModel, Embedder, EmbedderConfig, Located, Manifest, Model,
    ModelConfig, PackedModel, Pooling, Precision, Source, SourceOptions, WeightFormat, Weights,
};
use sconce_testing::model::small_manifest;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    lengths: Vec<Case>,
    texts: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    text: String,
    ids: Vec<u32>,
    vector: Vec<f32>,
}

#[derive(Deserialize)]
struct Llama {
    files: std::collections::BTreeMap<String, Vec<Case>>,
}

const BOTH: [(&str, Architecture, Pooling); 2] = [
    ("small-nomic", Architecture::NomicBert, Pooling::Mean),
    ("small-bert", Architecture::Bert, Pooling::Cls),
];

fn directory(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn golden(name: &str) -> Golden {
    read(&directory(name).join("golden.json"))
}

fn weights(name: &str, pooling: Pooling) -> (Weights, ModelConfig) {
    let (weights, config) = Weights::open(&directory(name).join("model.safetensors")).unwrap();
    (weights, ModelConfig { pooling, ..config })
}

/// The models under test: candle's operators, and the packed pass in f32.
fn models(name: &str, pooling: Pooling) -> Vec<Model> {
    let (weights, config) = weights(name, pooling);
    let candle = CandleModel::load(&config, &weights, &Device::Cpu, Precision::F32).unwrap();
    let packed = PackedModel::load(&config, weights, Precision::F32).unwrap();
    vec![Model::Candle(candle.into()), Model::Packed(packed)]
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn assert_close(what: &str, least: f64, expected: &[f32], found: &[f32]) {
    let cosine = cosine(expected, found);
    assert!(cosine >= least, "{what}: cosine {cosine}, at least {least}");
    let norm = found.iter().map(|v| v * v).sum::<f32>();
    assert!((norm - 1.0).abs() < 1e-4, "{what}: squared length {norm}");
}

#[test]
fn every_length_from_one_to_the_limit() {
    for (name, _, pooling) in BOTH {
        for mut model in models(name, pooling) {
            for case in golden(name).lengths {
                let batch = Batch::new([case.ids.as_slice()]);
                let what = format!("{name}, {} tokens", case.ids.len());
                assert_close(&what, 0.99999, &case.vector, &model.forward(&batch).unwrap());
                let shared = model.forward_query(&batch, 2).unwrap();
                assert_close(&format!("{what}, two threads"), 0.99999, &case.vector, &shared);
            }
        }
    }
}

#[test]
fn a_batch_is_what_its_texts_are_alone() {
    for (name, _, pooling) in BOTH {
        for mut model in models(name, pooling) {
            let lengths = golden(name).lengths;
            let batch = Batch::new(lengths.iter().map(|case| case.ids.as_slice()));
            let together = model.worker().forward(&batch).unwrap();
            for (case, vector) in lengths.iter().zip(together.chunks_exact(64)) {
                let what = format!("{name}, {} tokens of many", case.ids.len());
                assert_close(&what, 0.99999, &case.vector, vector);
                let alone = model.forward(&Batch::new([case.ids.as_slice()])).unwrap();
                assert_close(&what, 0.999_999, &alone, vector);
            }
        }
    }
}

#[test]
fn padding_changes_nothing() {
    for (name, _, pooling) in BOTH {
        let (weights, config) = weights(name, pooling);
        let model = CandleModel::load(&config, &weights, &Device::Cpu, Precision::F32).unwrap();
        for case in golden(name).lengths {
            let batch = Batch::new([case.ids.as_slice()]);
            let padded = model.forward_padded(&batch, config.max_positions).unwrap();
            let what = format!("{name}, {} tokens, padded", case.ids.len());
            assert_close(&what, 0.99999, &case.vector, &padded);
        }
    }
}

fn manifest(name: &str, architecture: Architecture, pooling: Pooling) -> Manifest {
    let prefix_query = "the query ".into();
    Manifest { prefix_query, ..small_manifest(name, architecture, pooling) }
}

fn config() -> EmbedderConfig {
    let sources = SourceOptions::from_env("nowhere");
    EmbedderConfig { precision: Precision::F32, ..EmbedderConfig::new(sources) }
}

fn open(manifest: &Manifest, path: PathBuf, format: WeightFormat) -> Embedder {
    let located = Located { path, source: Source::ModelDir, format };
    Embedder::load(manifest, &located, &config()).unwrap()
}

#[tokio::test]
async fn texts_are_tokenised_cut_and_embedded() {
    for (name, architecture, pooling) in BOTH {
        let manifest = manifest(name, architecture, pooling);
        let embedder = open(&manifest, directory(name), WeightFormat::Safetensors);
        let cases = golden(name).texts;
        let texts: Vec<_> = cases.iter().map(|case| case.text.clone()).collect();
        let embeddings = embedder.embed_documents(texts).await.unwrap();
        for (case, vector) in cases.iter().zip(&embeddings.vectors) {
            assert_close(&format!("{name}, {:?}", case.text), 0.99999, &case.vector, vector);
        }
        assert_eq!(embeddings.truncated, 1, "one text is 200 words");
        let tokens: usize = cases.iter().map(|case| case.ids.len()).sum();
        assert_eq!(embeddings.tokens, tokens as u64);
    }
}

#[tokio::test]
async fn a_query_gets_its_own_prefix() {
    let (name, architecture, pooling) = BOTH[0];
    let manifest = manifest(name, architecture, pooling);
    let embedder = open(&manifest, directory(name), WeightFormat::Safetensors);
    let query = embedder.embed_query("chunk").await.unwrap();
    let texts = vec!["the query chunk".to_owned(), "chunk".to_owned()];
    let documents = embedder.embed_documents(texts).await.unwrap().vectors;
    assert_close("query", 0.999_999, &documents[0], &query);
    assert!(cosine(&documents[1], &query) < 0.999);
}

#[tokio::test]
async fn many_callers_get_their_own_answers() {
    let (name, architecture, pooling) = BOTH[0];
    let manifest = manifest(name, architecture, pooling);
    let embedder = open(&manifest, directory(name), WeightFormat::Safetensors);
    let cases = golden(name).texts;
    let mut tasks = tokio::task::JoinSet::new();
    for turn in 0..40 {
        let embedder = embedder.clone();
        let start = turn % cases.len();
        let texts: Vec<_> =
            cases.iter().cycle().skip(start).take(7).map(|case| case.text.clone()).collect();
        tasks.spawn(async move { (start, embedder.embed_documents(texts).await.unwrap()) });
    }
    while let Some(result) = tasks.join_next().await {
        let (start, embeddings) = result.unwrap();
        for (case, vector) in cases.iter().cycle().skip(start).zip(&embeddings.vectors) {
            assert_close(&case.text, 0.99999, &case.vector, vector);
        }
    }
    assert_eq!(embedder.queue(), 0);
    assert_eq!(embedder.embed_documents(Vec::new()).await.unwrap().vectors.len(), 0);
}

/// What a stored type may cost against the f32 weights.
fn least(file: &str) -> f64 {
    match file {
        "f32.gguf" => 0.99999,
        "f16.gguf" => 0.9999,
        "bf16.gguf" => 0.9998,
        "q8_0.gguf" => 0.999,
        other => panic!("no bar for {other}"),
    }
}

#[tokio::test]
async fn gguf_files_give_what_the_safetensors_directory_gives() {
    for (name, architecture, pooling) in BOTH {
        let manifest = manifest(name, architecture, pooling);
        let cases = golden(name).texts;
        let mut files = 0;
        for file in ["f32.gguf", "f16.gguf", "bf16.gguf", "q8_0.gguf"] {
            let path = directory(name).join(file);
            if !path.exists() {
                continue;
            }
            files += 1;
            let embedder = open(&manifest, path, WeightFormat::Gguf);
            let texts = cases.iter().map(|case| case.text.clone()).collect();
            let embeddings = embedder.embed_documents(texts).await.unwrap();
            let tokens: usize = cases.iter().map(|case| case.ids.len()).sum();
            assert_eq!(embeddings.tokens, tokens as u64, "{name}/{file}: the same tokens");
            for (case, vector) in cases.iter().zip(&embeddings.vectors) {
                let what = format!("{name}/{file}, {:?}", case.text);
                assert_close(&what, least(file), &case.vector, vector);
            }
        }
        assert!(files >= 2, "{name} has GGUF files");
    }
}

#[tokio::test]
async fn gguf_files_give_what_llama_cpp_gives() {
    for (name, architecture, pooling) in BOTH {
        let manifest = manifest(name, architecture, pooling);
        let llama: Llama = read(&directory(name).join("llama.json"));
        assert!(llama.files.len() >= 2);
        for (file, cases) in llama.files {
            let embedder = open(&manifest, directory(name).join(&file), WeightFormat::Gguf);
            let texts = cases.iter().map(|case| case.text.clone()).collect();
            let embeddings = embedder.embed_documents(texts).await.unwrap();
            assert!(cases.len() >= 6);
            for (case, vector) in cases.iter().zip(&embeddings.vectors) {
                let what = format!("{name}/{file}, {:?}", case.text);
                // llama.cpp rounds activations too where weights are BF16 or Q8_0
                assert_close(&what, least(&file), &case.vector, vector);
            }
        }
    }
}
