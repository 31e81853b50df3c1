//! all-MiniLM-L6-v2's real weights, brought by the product's own pull, against the vectors that
//! sentence-transformers gives (`fixtures/minilm_golden.py`).

use sconce_embed::{CandleModel, Embedder, EmbedderConfig, Precision, Weights, locate};
use sconce_testing::model;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    text: String,
    vector: Vec<f32>,
}

fn golden() -> Vec<Golden> {
    serde_json::from_str(include_str!("fixtures/minilm_golden.json")).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn open(config: &EmbedderConfig) -> Embedder {
    Embedder::open(config, &mut |notice| eprintln!("{notice}")).unwrap()
}

fn reference() -> EmbedderConfig {
    EmbedderConfig { precision: Precision::F32, ..model::config() }
}

#[tokio::test]
async fn documents_are_what_sentence_transformers_gives() {
    let embedder = open(&reference());
    let golden = golden();
    let texts = golden.iter().map(|case| case.text.clone()).collect();
    let embeddings = embedder.embed_documents(texts).await.unwrap();
    assert_eq!(embeddings.vectors.len(), golden.len());
    for (case, vector) in golden.iter().zip(&embeddings.vectors) {
        let cosine = cosine(&case.vector, vector);
        assert!(cosine >= 0.99999, "{cosine} for {:?}", case.text);
    }
    // the texts of 127 and 400 words and the repeated functions are longer than 256 tokens
    assert_eq!(embeddings.truncated, 3);
    assert_eq!(embedder.queue(), 0);
}

#[tokio::test]
async fn a_query_alone_equals_its_place_in_a_batch() {
    let embedder = open(&reference());
    let texts: Vec<_> = golden().into_iter().map(|case| case.text).collect();
    let together = embedder.embed_documents(texts.clone()).await.unwrap();
    for (text, expected) in texts.iter().zip(&together.vectors) {
        let alone = embedder.embed_query(text).await.unwrap();
        let cosine = cosine(&alone, expected);
        assert!(cosine >= 0.99999, "{cosine} for {text:?}");
    }
}

#[test]
fn the_model_was_brought_whole() {
    model::model();
    let report = sconce_embed::verify(model::manifest(), &model::sources()).unwrap();
    assert!(report.ok(), "{report:?}");
    assert_eq!(report.files.len(), model::manifest().files.len());
}

#[test]
fn weights_are_mapped_and_one_row_is_the_tables() {
    let located = model::model();
    let (weights, config) = Weights::open(&located.path.join("model.safetensors")).unwrap();
    assert_eq!((config.hidden, config.layers, config.heads, config.vocab), (384, 6, 12, 30522));
    let name = "embeddings.word_embeddings.weight";
    let table = weights.f32(name).unwrap();
    assert!(matches!(table, std::borrow::Cow::Borrowed(_)), "f32 weights are not copied");
    let mut row = vec![0.0; 384];
    weights.row(name, 30521, &mut row);
    assert_eq!(row, table[30521 * 384..]);
    CandleModel::load(&config, &weights, &candle_core::Device::Cpu, Precision::F32).unwrap();
}

#[test]
fn located_again_without_a_network() {
    model::model();
    let sources = sconce_embed::SourceOptions { offline: true, ..model::sources() };
    assert!(locate(model::manifest(), &sources).is_some());
    let config = EmbedderConfig { allow_download: false, ..EmbedderConfig::new(sources) };
    let embedder = open(&EmbedderConfig { model: "minilm".into(), ..config });
    assert_eq!(embedder.model_id(), model::MODEL);
    assert_eq!(embedder.dimension(), 384);
}
