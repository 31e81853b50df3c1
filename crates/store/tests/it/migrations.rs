//! The schema is brought up to date once, and a newer one is left alone.

use sconce_store::{DatabaseRemedy, Notice, Store, StoreConfig, StoreError};
use sconce_testing::{TestDatabase, own_data_dir, server_without_vector};
use sqlx::{Connection, Executor};

use crate::support::index;

async fn execute(database: &TestDatabase, statement: &'static str) {
    let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
    connection.execute(statement).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_second_opening_finds_nothing_to_do() {
    let database = TestDatabase::create().await;
    let mut notices = Vec::new();
    let store = Store::open(&database.config(), &mut |event| notices.push(event)).await.unwrap();
    assert!(matches!(notices[..], [Notice::Migrated { from: 0, to: 1.. }]), "{notices:?}");
    index(&store, "app").await;
    notices.clear();
    let store = Store::open(&database.config(), &mut |event| notices.push(event)).await.unwrap();
    assert_eq!(notices, []);
    assert!(store.index_by_name("app").await.unwrap().is_some());
}

#[tokio::test]
async fn processes_that_open_a_new_database_together_migrate_it_once() {
    let database = TestDatabase::create().await;
    let opened: Vec<_> = (0..6)
        .map(|_| {
            let config = database.config();
            tokio::spawn(async move {
                let mut migrated = 0;
                Store::open(&config, &mut |_| migrated += 1).await.map(|_| migrated)
            })
        })
        .collect();
    let mut migrated = 0;
    for task in opened {
        migrated += task.await.unwrap().unwrap();
    }
    assert_eq!(migrated, 1);
}

#[tokio::test]
async fn a_newer_schema_is_refused_by_its_number() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let known = store.health().await.unwrap().schema_version;
    execute(
        &database,
        "INSERT INTO sconce._sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from the future', true, '', 0)",
    )
    .await;
    let error = Store::open(&database.config(), &mut |_| {}).await.unwrap_err();
    assert!(
        matches!(error, StoreError::SchemaTooNew { found: 9999, known: k } if k == known),
        "{error}"
    );
    assert!(error.to_string().contains("9999"), "{error}");
    assert!(error.remedy() == Some(DatabaseRemedy::UpdateSconce));
}

#[tokio::test]
async fn pgvector_in_a_schema_of_its_own_is_found() {
    let database = TestDatabase::create().await;
    execute(&database, "CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions").await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    store.write_files(id, vec![crate::support::file("a.rs", &["a"])]).await.unwrap();
    let hits = store
        .nearest(id, &crate::support::axis(0), 1, &sconce_code::filter::Filter::default())
        .await
        .unwrap();
    assert_eq!(hits.len(), 1);
}

#[tokio::test]
async fn a_server_without_pgvector_says_how_to_install_it() {
    let own = own_data_dir().await;
    let Some(url) = server_without_vector(&own).await else {
        eprintln!("skipped: no PostgreSQL without pgvector is installed here");
        return;
    };
    let config = StoreConfig {
        database_url: Some(url),
        read_database_url: None,
        data_dir: own.path.clone(),
        downloads: sconce_store::managed::Downloads::Allowed,
        max_connections: 2,
    };
    let error = Store::open(&config, &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, StoreError::NoVector { .. }), "{error}");
    assert!(matches!(error.remedy(), Some(DatabaseRemedy::InstallVector { .. })));
}

#[tokio::test]
async fn an_address_that_is_none_or_leads_nowhere_is_named() {
    let config = |url: &str| StoreConfig {
        database_url: Some(url.into()),
        read_database_url: None,
        data_dir: std::env::temp_dir(),
        downloads: sconce_store::managed::Downloads::Allowed,
        max_connections: 2,
    };
    for url in ["", "mysql://localhost/db", "localhost:5432", "postgres://h:port/db"] {
        let error = Store::open(&config(url), &mut |_| {}).await.unwrap_err();
        assert!(matches!(error, StoreError::BadUrl { .. }), "{url}: {error:?}");
    }
    let nowhere = "postgres://u:secret@127.0.0.1:9/db";
    let error = Store::open(&config(nowhere), &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { managed: false, .. }), "{error:?}");
    assert!(
        !error.to_string().contains("secret")
            && error.remedy() == Some(DatabaseRemedy::CheckServer)
    );
    let database = TestDatabase::create().await;
    let missing = database.url.replacen("sconce_test_", "sconce_missing_", 1);
    let error = Store::open(&config(&missing), &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, StoreError::LoginRefused { .. }), "{error:?}");
}

/// What version 3 of the schema made of an index with three chunks, one of them without a vector.
const OF_VERSION_3: &str = "
INSERT INTO sconce.indexes (name, root, model, dimension, files, chunks, hnsw, status)
    VALUES ('app', '/repos/app', 'test-model', 8, 2, 3, true, 'ready');
CREATE TABLE sconce.files_1 PARTITION OF sconce.files FOR VALUES IN (1);
ALTER TABLE sconce.files_1 ADD PRIMARY KEY (file_id), ADD UNIQUE (path);
CREATE TABLE sconce.chunks_1 PARTITION OF sconce.chunks FOR VALUES IN (1);
ALTER TABLE sconce.chunks_1 ADD PRIMARY KEY (file_id, ordinal);
CREATE TABLE sconce.symbols_1 PARTITION OF sconce.symbols FOR VALUES IN (1);
CREATE TABLE sconce.edges_1 PARTITION OF sconce.edges FOR VALUES IN (1);
INSERT INTO sconce.files_1 VALUES (1, 1, 'a.rs', '', 1, 1, 'rust', 20, 2, 'ok', '', true),
                                  (1, 2, 'b.rs', '', 1, 1, 'rust', 10, 1, 'ok', '', false);
INSERT INTO sconce.chunks_1
    SELECT 1, file_id, ordinal, 1, 10, 0, 1, '', NULL, NULL, NULL, '{}', 'x', embedding::halfvec
    FROM (VALUES (1, 0, '[1,0,0,0,0,0,0,0]'), (1, 1, '[0,1,0,0,0,0,0,0]'), (2, 0, NULL))
        AS old (file_id, ordinal, embedding);
SELECT setval('sconce.file_ids', 2);
CREATE INDEX chunks_1_hnsw ON sconce.chunks_1
    USING hnsw ((embedding::halfvec(8)) halfvec_cosine_ops);";

#[tokio::test]
async fn the_vectors_of_an_older_schema_move_to_their_own_table() {
    let database = TestDatabase::create().await;
    let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
    connection
        .execute("CREATE EXTENSION IF NOT EXISTS vector; CREATE SCHEMA sconce")
        .await
        .unwrap();
    connection.execute("SET search_path = sconce, public").await.unwrap();
    let mut old = sqlx::migrate!("../../migrations");
    old.migrations = old.iter().filter(|migration| migration.version <= 3).cloned().collect();
    old.run(&mut connection).await.unwrap();
    connection.execute(OF_VERSION_3).await.unwrap();

    let store = database.store().await;
    let app = store.index_by_name("app").await.unwrap().unwrap();
    let (axis, all) = (crate::support::axis(1), sconce_code::filter::Filter::default());
    let near = async || {
        let hits = store.nearest(app.id, &axis, 5, &all).await.unwrap();
        hits.iter().map(|hit| (hit.key.file_id, hit.key.ordinal)).collect::<Vec<_>>()
    };
    assert_eq!(near().await, [(1, 1), (1, 0)]);
    assert_eq!(store.pending(app.id).await.unwrap().chunks, 1);
    assert!(!store.stats(app.id).await.unwrap().hnsw, "it is built again when it is needed");
    // What is written from now on goes where the rest is.
    store.cache_embeddings("test-model", vec![([0; 32], crate::support::axis(1))]).await.unwrap();
    store.write_files(app.id, vec![crate::support::file("c.rs", &["c"])]).await.unwrap();
    assert_eq!(near().await.len(), 3);
    store.set_state(app.id, sconce_store::IndexState::default()).await.unwrap();
    store.drop_index(app.id).await.unwrap();
}
