//! Searches that read a standby find what those find that read the primary.

use std::path::Path;
use std::time::Duration;

use sconce_engine::{Engine, EngineConfig, IndexRequest, SearchMode, SearchRequest};
use sconce_store::{Store, StoreConfig};
use sconce_testing::Replicated;
use sconce_testing::project::{FILES, write};

use crate::project::{models, request_for};

/// An engine, as a server of its own would have it.
async fn engine(servers: &Replicated, reads_standby: bool) -> Engine {
    let config = StoreConfig {
        database_url: Some(servers.url.clone()),
        read_database_url: reads_standby.then(|| servers.standby_url.clone()),
        data_dir: sconce_testing::data_dir(),
        downloads: sconce_store::managed::Downloads::Allowed,
        max_connections: 4,
    };
    let store = Store::open(&config, &mut |_| {}).await.unwrap();
    while reads_standby && !store.standby_health().await.unwrap().ok {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let models = tokio::task::spawn_blocking(models).await.unwrap();
    Engine::new(store, models, EngineConfig::default())
}

async fn index(engine: &Engine, root: &Path) {
    let request = IndexRequest { root: root.to_owned(), ..IndexRequest::default() };
    engine.start_index(request).await.unwrap().wait().await.unwrap();
}

/// All that a call can find out by words, by meaning, by pattern and by name.
async fn answers(engine: &Engine, root: &Path) -> Vec<String> {
    let index = engine.index_covering(root).await.unwrap();
    let mut answers = Vec::new();
    for query in ["backoff_delay", "price of everything in the basket", "read settings from a file"]
    {
        for mode in [SearchMode::Hybrid, SearchMode::Words, SearchMode::Vectors] {
            let request = SearchRequest { mode, ..request_for(query) };
            answers.push(format!("{:#?}", index.search(&request).await.unwrap().results));
        }
    }
    let found = index
        .occurrences(
            "attempt",
            sconce_engine::Occurrences::All,
            &sconce_code::filter::Filter::default(),
            10,
        )
        .await;
    answers.push(format!("{:#?}", found.unwrap()));
    answers.push(format!("{:#?}", index.related("src/retry.rs", 4, 3).await.unwrap()));
    answers.push(format!("{:#?}", index.file("web/cart.ts").await.unwrap()));
    answers
}

async fn reads(engine: &Engine) -> (u64, u64) {
    let health = engine.standby_health().await.unwrap();
    (health.reads, health.reads_at_primary)
}

#[tokio::test]
async fn all_that_is_asked_is_answered_alike_by_a_standby_that_follows_lags_and_is_gone() {
    let servers = Replicated::start().await;
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in FILES {
        write(directory.path(), path, text);
    }
    let root = directory.path();
    let (primary, reader) = (engine(&servers, false).await, engine(&servers, true).await);
    index(&primary, root).await;
    servers.catch_up().await;
    assert_eq!(answers(&reader, root).await, answers(&primary, root).await);
    let (at_standby, at_primary) = reads(&reader).await;
    assert!(at_standby > 20 && at_primary == 0, "{at_standby}, {at_primary}");

    servers.pause().await;
    write(
        root,
        "src/retry.rs",
        &FILES[0].1.replace("let base", "let attempts = attempt;\n    let base"),
    );
    write(root, "src/basket.rs", "/// The price of the whole basket.\npub fn basket_price() {}\n");
    index(&reader, root).await;
    let now = answers(&primary, root).await;
    assert!(now.iter().any(|answer| answer.contains("basket_price")));
    assert_eq!(answers(&reader, root).await, now, "it lacks all of the change");
    assert_eq!(reads(&reader).await.0, at_standby, "so it was not read");

    servers.resume().await;
    assert_eq!(answers(&reader, root).await, now);
    assert!(reads(&reader).await.0 > at_standby);

    servers.stop_standby();
    assert_eq!(answers(&reader, root).await, now);
}
