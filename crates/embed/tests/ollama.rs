//! The Ollama backend against a server that answers as Ollama's documentation says.

use std::sync::atomic::{AtomicUsize, Ordering};

use sconce_embed::{
    BackendChoice, EmbedError, Embedder, EmbedderConfig, ModelRemedy, Notice, SourceOptions,
};
use sconce_testing::http_server::{HttpServer, ReceivedRequest, Reply, nobody};
use serde_json::{Value, json};

fn config(host: &str) -> EmbedderConfig {
    let directory = std::env::temp_dir().join("sconce-no-models-here");
    let sources = SourceOptions {
        model_dir: None,
        image_dir: directory.clone(),
        ollama_models: Some(directory.clone()),
        hf_home: None,
        hf_token: None,
        hf_endpoint: nobody(),
        offline: true,
        data_dir: directory,
    };
    EmbedderConfig {
        model: "nomic-embed-text-v1.5".into(),
        backend: BackendChoice::Ollama,
        ollama_host: host.into(),
        ..EmbedderConfig::new(sources)
    }
}

fn open(config: &EmbedderConfig) -> Result<Embedder, EmbedError> {
    Embedder::open(config, &mut |_| ())
}

/// Vectors that tell their texts apart and are not normalised: `[text length, 1, 0, …]`.
fn embeddings(asked: &ReceivedRequest, dimension: usize) -> Reply {
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    let texts = body["input"].as_array().unwrap();
    let vector = |text: &Value| {
        let mut vector = vec![0.0; dimension];
        vector[0] = text.as_str().unwrap().len() as f64;
        vector[1] = 1.0;
        vector
    };
    let vectors: Vec<_> = texts.iter().map(vector).collect();
    let answer = json!({"model": body["model"], "embeddings": vectors, "total_duration": 14_143_917,
                        "load_duration": 1_019_500, "prompt_eval_count": 8 * texts.len()});
    Reply::new(200, answer.to_string()).header("content-type", "application/json; charset=utf-8")
}

fn ask_inputs(server: &HttpServer) -> Vec<Vec<String>> {
    let input = |asked: &ReceivedRequest| {
        let body: Value = serde_json::from_str(&asked.body).unwrap();
        serde_json::from_value(body["input"].clone()).unwrap()
    };
    server.asked().iter().map(input).collect()
}

#[tokio::test]
async fn documents_go_in_batches_with_their_prefix_and_come_back_in_order() {
    let server = HttpServer::start(|asked| embeddings(asked, 768));
    let embedder = open(&config(&server.address)).unwrap();
    let texts: Vec<String> = (0..40).map(|i| "x".repeat(i)).collect();
    let embeddings = embedder.embed_documents(texts.clone()).await.unwrap();

    assert_eq!(embeddings.vectors.len(), 40);
    assert_eq!(embeddings.tokens, 8 * 40);
    for (text, vector) in texts.iter().zip(&embeddings.vectors) {
        let length = (text.len() + "search_document: ".len()) as f32;
        assert!((vector[0] / vector[1] - length).abs() < 1e-3, "in order");
        assert!((vector.iter().map(|v| v * v).sum::<f32>() - 1.0).abs() < 1e-5, "normalised");
    }
    let asked = server.asked();
    assert!(asked.iter().all(|asked| asked.method == "POST" && asked.path == "/api/embed"));
    let body: Value = serde_json::from_str(&asked[0].body).unwrap();
    assert_eq!(body["model"], "nomic-embed-text");
    assert_eq!(body["truncate"], true);
    let sizes: Vec<_> = ask_inputs(&server).iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, 16, 16, 8], "one text to see that it works, then batches");
    assert_eq!(embedder.info().backend, "ollama");
    assert_eq!(embedder.dimension(), 768);
    assert_eq!(embedder.queue(), 0);
}

#[tokio::test]
async fn a_query_has_the_query_prefix() {
    let server = HttpServer::start(|asked| embeddings(asked, 768));
    let embedder = open(&config(&server.address)).unwrap();
    embedder.embed_query("where").await.unwrap();
    assert_eq!(ask_inputs(&server)[1], ["search_query: where"]);
}

#[test]
fn a_missing_model_says_how_to_bring_it() {
    let server = HttpServer::start(|_| {
        let error = r#"{"error":"model \"nomic-embed-text\" not found, try pulling it first"}"#;
        Reply::new(404, error)
    });
    let error = open(&config(&server.address)).unwrap_err();
    assert_eq!(error.to_string(), "ollama has no model nomic-embed-text");
    let model = "nomic-embed-text".to_owned();
    assert_eq!(error.remedy(), Some(ModelRemedy::PullFromOllama { model }));
}

#[test]
fn another_dimension_is_an_error_when_opened() {
    let server = HttpServer::start(|asked| embeddings(asked, 1024));
    let error = open(&config(&server.address)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "model nomic-embed-text gave vectors of 1024 dimensions, expected 768"
    );
    assert!(error.remedy().is_some());
}

#[test]
fn nobody_there_is_an_error_with_a_remedy() {
    let host = nobody();
    let error = open(&config(&host)).unwrap_err();
    assert!(matches!(error, EmbedError::OllamaUnreachable { .. }), "{error}");
    assert!(error.to_string().contains(&host));
    assert_eq!(error.remedy(), Some(ModelRemedy::StartOllama));
}

#[test]
fn an_old_or_other_server_is_told_apart() {
    let server = HttpServer::start(|_| Reply::new(404, "404 page not found"));
    let error = open(&config(&server.address)).unwrap_err();
    assert_eq!(error.to_string(), "ollama answered 404: 404 page not found");
    let server = HttpServer::start(|_| Reply::new(200, "<html>hello</html>"));
    let error = open(&config(&server.address)).unwrap_err();
    assert!(error.to_string().starts_with("ollama answered 200: no embeddings"), "{error}");
    let server = HttpServer::start(|_| Reply::new(200, r#"{"embeddings": []}"#));
    let error = open(&config(&server.address)).unwrap_err();
    assert_eq!(error.to_string(), "ollama answered 200: 0 embeddings for 1 texts");
}

#[tokio::test]
async fn failures_that_pass_are_tried_again() {
    let calls = AtomicUsize::new(0);
    let server = HttpServer::start(move |asked| match calls.fetch_add(1, Ordering::Relaxed) {
        1 | 2 => Reply::new(503, r#"{"error":"server busy, please try again"}"#),
        _ => embeddings(asked, 768),
    });
    let embedder = open(&config(&server.address)).unwrap();
    embedder.embed_query("a").await.unwrap();
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn failures_that_stay_are_not() {
    let calls = AtomicUsize::new(0);
    let server = HttpServer::start(move |asked| match calls.fetch_add(1, Ordering::Relaxed) {
        0 => embeddings(asked, 768),
        _ => Reply::new(400, r#"{"error":"the input length exceeds the context length"}"#),
    });
    let embedder = open(&config(&server.address)).unwrap();
    let error = embedder.embed_documents(vec!["a".into()]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "ollama answered 400: the input length exceeds the context length"
    );
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn the_automatic_backend_uses_it_where_there_are_no_weights() {
    let server = HttpServer::start(|asked| embeddings(asked, 768));
    let config = EmbedderConfig { backend: BackendChoice::Auto, ..config(&server.address) };
    let mut notices = Vec::new();
    let embedder = Embedder::open(&config, &mut |notice| notices.push(notice)).unwrap();
    assert_eq!(embedder.info().backend, "ollama");
    assert!(matches!(&notices[..], [Notice::FellBack { to, .. }] if to == "ollama"), "{notices:?}");

    let config = EmbedderConfig { model: "auto".into(), ..config };
    assert_eq!(open(&config).unwrap().model_id(), "nomic-embed-text-v1.5");

    let candle = EmbedderConfig { backend: BackendChoice::Candle, ..config };
    let candle = EmbedderConfig { model: "nomic".into(), ..candle };
    assert!(matches!(open(&candle).unwrap_err(), EmbedError::NotFound { .. }));
}
