//! Indexes are made, listed, described and dropped.

use sconce_code::ChunkKey;
use sconce_code::filter::Filter;
use sconce_store::{
    IndexId, IndexState, IndexStatus, NewIndex, Store, StoreConfig, StoreError, managed,
};
use sconce_testing::TestDatabase;

use crate::support::{file, index, own, symbol};

#[tokio::test]
async fn an_index_is_found_by_name_and_by_root() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let (b, a) = (index(&store, "b").await, index(&store, "a").await);
    assert_eq!(a.state.status, IndexStatus::Empty);
    assert_eq!((a.dimension, a.model.as_str()), (8, "test-model"));
    assert_eq!(a.settings["chunk_bytes"], 1600);
    let names: Vec<String> =
        store.indexes().await.unwrap().into_iter().map(|index| index.name).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(store.index_by_name("b").await.unwrap().unwrap().id, b.id);
    assert_eq!(store.index_by_root("/repos/b").await.unwrap().unwrap().id, b.id);
    assert!(store.index_by_name("c").await.unwrap().is_none());
    assert!(store.index_by_name("a\0").await.unwrap().is_none());
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let first = index(&store, "app").await;
    let again = NewIndex {
        name: first.name.clone(),
        root: "/elsewhere".into(),
        model: "m".into(),
        dimension: 8,
        settings: serde_json::Value::Null,
    };
    let error = store.create_index(again.clone()).await.unwrap_err();
    assert!(matches!(&error, StoreError::IndexExists { name } if name == "app"), "{error}");
    let error = store.create_index(NewIndex { dimension: 0, ..again.clone() }).await.unwrap_err();
    assert!(matches!(error, StoreError::Dimension { found: 0, .. }), "{error}");
    let error = store.create_index(NewIndex { dimension: 5000, ..again }).await.unwrap_err();
    assert!(matches!(error, StoreError::Dimension { found: 5000, .. }), "{error}");
}

#[tokio::test]
async fn a_dropped_index_is_gone_and_its_neighbour_is_not() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let (gone, kept) = (index(&store, "gone").await.id, index(&store, "kept").await.id);
    for id in [gone, kept] {
        store.write_files(id, vec![file("a.rs", &["a"])]).await.unwrap();
    }
    store.drop_index(gone).await.unwrap();
    store.drop_index(gone).await.unwrap();
    assert!(store.index_by_id(gone).await.unwrap().is_none());
    assert_eq!(store.files(kept).await.unwrap().len(), 1);
    let missing =
        |error: &StoreError| matches!(error, StoreError::NoSuchIndex { id } if *id == gone.0);
    let error = store.files(gone).await.unwrap_err();
    assert!(missing(&error), "{error}");
    let error = store.write_files(gone, vec![file("a.rs", &["a"])]).await.unwrap_err();
    assert!(missing(&error), "{error}");
    let error = store.stats(gone).await.unwrap_err();
    assert!(missing(&error), "{error}");
    let error = store.generation(gone).await.unwrap_err();
    assert!(missing(&error), "{error}");
    let error = store.set_state(gone, IndexState::default()).await.unwrap_err();
    assert!(missing(&error), "{error}");
}

#[tokio::test]
async fn state_is_kept() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let failed = IndexState {
        status: IndexStatus::Failed,
        commit: Some("abc".into()),
        branch: Some("main".into()),
        error: Some("the disk\0 is full".into()),
        ..IndexState::default()
    };
    store.set_state(id, failed.clone()).await.unwrap();
    let state = store.index_by_id(id).await.unwrap().unwrap().state;
    assert_eq!(state, IndexState { error: Some("the disk  is full".into()), ..failed });
    store.set_settings(id, &serde_json::json!({"a": 1})).await.unwrap();
    assert_eq!(store.index_by_id(id).await.unwrap().unwrap().settings["a"], 1);
    let error = store.set_settings(IndexId(999), &serde_json::Value::Null).await.unwrap_err();
    assert!(matches!(error, StoreError::NoSuchIndex { id: 999 }), "{error}");
}

#[tokio::test]
async fn stats_count_what_is_there() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let mut first = file("a.rs", &["a", "b"]);
    first.symbols = vec![symbol("function", "f", 0), symbol("function", "g", 1)];
    let mut second = file("b.txt", &["c"]);
    second.symbols = vec![symbol("class", "C", 0)];
    second.parse_status = "no_grammar".into();
    store.write_files(id, vec![first, second]).await.unwrap();
    store.finish_index(id, true).await.unwrap();
    let stats = store.stats(id).await.unwrap();
    assert_eq!((stats.files, stats.chunks, stats.symbol_count), (2, 3, 3));
    assert_eq!((stats.lines, stats.source_bytes, stats.hnsw), (30, 3, false));
    assert!(stats.bytes_on_disk > 0);
    let languages: Vec<(&str, i64, i64, i64)> = stats
        .languages
        .iter()
        .map(|share| (share.language.as_str(), share.files, share.chunks, share.lines))
        .collect();
    assert_eq!(languages, [("rust", 1, 2, 20), ("unknown", 1, 1, 10)]);
    assert_eq!(stats.symbols, [("function".into(), 2), ("class".into(), 1)]);
    assert_eq!(stats.parse_status, [("no_grammar".into(), 1), ("ok".into(), 1)]);
    let row = store.index_by_id(id).await.unwrap().unwrap();
    assert_eq!((row.files, row.chunks), (2, 3));
}

#[tokio::test]
async fn health_tells_the_versions() {
    let database = TestDatabase::create().await;
    let health = database.store().await.health().await.unwrap();
    assert!(health.schema_version >= 1);
    assert!(!health.server_version.is_empty() && health.pgvector_version.starts_with("0."));
    assert!(!health.managed, "it was reached by its address");
}

/// A server answers from any thread: what the store gives to wait for must be able to move.
#[expect(dead_code, reason = "that it compiles is the test")]
fn every_future_can_be_sent(store: &'static Store, config: &'static StoreConfig, id: IndexId) {
    fn sent(_: impl Future + Send + 'static) {}
    sent(async { Store::open(config, &mut |_| {}).await });
    sent(async {
        managed::start(&config.data_dir, managed::Downloads::Allowed, &mut |_| {}).await
    });
    sent(store.health());
    sent(store.indexes());
    sent(store.index_by_name("a"));
    sent(store.drop_index(id));
    sent(store.lock_index(id));
    sent(store.set_state(id, IndexState::default()));
    sent(store.files(id));
    sent(store.write_files(id, Vec::new()));
    sent(store.touch_files(id, &[]));
    sent(store.remove_files(id, &[]));
    sent(store.finish_index(id, true));
    sent(store.cache_embeddings("m", Vec::new()));
    sent(async move { store.nearest(id, &[], 1, &Filter::default()).await });
    sent(store.generation(id));
    sent(store.lexical_files(id, &[]));
    sent(store.live_files(id));
    sent(store.chunks(id, &[]));
    sent(store.chunk_at(id, "", 1));
    sent(store.file_chunks(id, ""));
    sent(store.embedding_of(id, ChunkKey { file_id: 0, ordinal: 0 }));
    sent(store.symbols(id, None, None, None, 1));
    sent(store.stats(id));
}

#[tokio::test]
async fn what_was_left_out_and_what_was_decoded_is_told() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    assert_eq!(store.skipped_files(id).await.unwrap(), None);
    for entries in [serde_json::json!({ "counts": { "empty": 1 } }), serde_json::json!({})] {
        store.set_skipped_files(id, &entries).await.unwrap();
        assert_eq!(store.skipped_files(id).await.unwrap(), Some(entries));
    }
    let mut files = ["b.c", "a.c", "c.rs"].map(|path| file(path, &["text"])).to_vec();
    for file in &mut files[..2] {
        file.encoding = Some("GBK".into());
    }
    store.write_files(id, files).await.unwrap();
    let encodings = store.encodings(id).await.unwrap();
    assert_eq!((encodings.len(), encodings[0].files), (1, 2));
    assert_eq!(
        (encodings[0].encoding.as_str(), &encodings[0].paths[..]),
        ("GBK", &own(&["a.c", "b.c"])[..])
    );
    assert_eq!(store.stats(id).await.unwrap().encodings, encodings);
    store.drop_index(id).await.unwrap();
    assert_eq!(store.skipped_files(id).await.unwrap(), None, "they go with the index");
}

#[tokio::test]
async fn an_index_goes_on_at_another_root() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let app = index(&store, "app").await;
    store.set_root(app.id, "/elsewhere").await.unwrap();
    assert!(store.index_by_root(&app.root).await.unwrap().is_none());
    assert_eq!(store.index_by_root("/elsewhere").await.unwrap().unwrap().id, app.id);
    let missing = store.set_root(IndexId(0), "/x").await.unwrap_err();
    assert!(matches!(missing, StoreError::NoSuchIndex { id: 0 }), "{missing}");
}
