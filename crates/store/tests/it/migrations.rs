//! The schema is brought up to date once, and a newer one is left alone.

use sconce_store::{Notice, Store, StoreConfig, StoreError};
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
    assert!(error.hint().unwrap().contains("update sconce"));
}

#[tokio::test]
async fn pgvector_in_a_schema_of_its_own_is_found() {
    let database = TestDatabase::create().await;
    execute(&database, "CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions").await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    store.write_files(id, vec![crate::support::file("a.rs", &["a"])]).await.unwrap();
    let hits = store
        .nearest(id, &crate::support::axis(0), 1, &sconce_store::Filter::default())
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
        data_dir: own.path.clone(),
        downloads: sconce_store::managed::Downloads::Allowed,
        max_connections: 2,
    };
    let error = Store::open(&config, &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, StoreError::NoVector { .. }), "{error}");
    let hint = error.hint().unwrap();
    for part in ["apt install postgresql-", "brew install pgvector", "pgvector/pgvector:pg"] {
        assert!(hint.contains(part), "{hint}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_or_leads_nowhere_is_named() {
    let config = |url: &str| StoreConfig {
        database_url: Some(url.into()),
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
        !error.to_string().contains("secret") && error.hint().unwrap().contains("DATABASE_URL")
    );
    let database = TestDatabase::create().await;
    let missing = database.url.replacen("sconce_test_", "sconce_missing_", 1);
    let error = Store::open(&config(&missing), &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, StoreError::LoginRefused { .. }), "{error:?}");
}
