//! A worker completes what jobs have left, of one index after the other.

use std::collections::BTreeSet;

use sconce_engine::{Engine, EngineConfig, ErrorKind, IndexStatus, WorkOptions, WorkReport};
use sconce_store::VectorPolicy;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::project::{Project, engine_on, engine_with};
use crate::words_first::{at_words, to_embed};

fn once() -> WorkOptions {
    WorkOptions { name: None, role: "worker", model: None, once: true }
}

async fn work(engine: &Engine, options: WorkOptions) -> WorkReport {
    let progress = watch::Sender::default();
    engine.work(options, progress, CancellationToken::new()).await.unwrap()
}

/// A project whose job was cancelled when its words were in.
async fn interrupted() -> Project {
    let project = Project::new().await;
    let job = at_words(&project).await;
    job.cancel();
    assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(to_embed(&project).await > 0);
    project
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_completes_what_a_job_has_left() {
    let project = interrupted().await;
    let left = to_embed(&project).await as u64;
    let policy = VectorPolicy { hnsw_from_chunks: 20, ..VectorPolicy::default() };
    let store = project.database.store().await.with_policy(policy);
    let other = Engine::new(store, project.engine.models().clone(), EngineConfig::default());
    let report = work(&other, once()).await;
    assert_eq!((report.chunks, to_embed(&project).await), (left, 0));
    assert!(report.tokens > 0 && report.indexes.len() == 1, "{report:?}");
    let stats = project.handle().await.stats().await.unwrap();
    assert!(stats.counts.hnsw, "nobody else will make it");
    assert_eq!(stats.index.state.status, IndexStatus::Interrupted, "its files may have changed");
    let report = project.index().await.unwrap();
    assert_eq!((report.files_changed, report.chunks_embedded), (0, 0), "{report:?}");
    assert_eq!(work(&other, once()).await.chunks, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_indexes_get_on() {
    let project = interrupted().await;
    // A second project on the same database, whose texts are others.
    let second = tempfile::tempdir().unwrap();
    for file in 0..60 {
        let functions = (0..60)
            .map(|part| format!("pub fn windmill_{file}_{part}() -> u64 {{\n    {part}\n}}\n"));
        let body = functions.collect::<Vec<_>>().concat();
        sconce_testing::project::write(second.path(), &format!("mill/m{file}.rs"), &body);
    }
    let engine = engine_on(&project.database).await;
    let request = sconce_engine::IndexRequest {
        root: second.path().to_path_buf(),
        name: Some("second".into()),
        ..sconce_engine::IndexRequest::default()
    };
    let mut job = engine.start_index(request).await.unwrap();
    while !job.progress().words_answer() {
        assert!(!job.is_finished(), "its words never answered");
        job.changed().await;
    }
    job.cancel();
    job.wait().await.unwrap_err();
    let worker = engine_with(&project.database, EngineConfig::default()).await;
    let (progress, mut seen) = (watch::Sender::default(), BTreeSet::new());
    let mut told: watch::Receiver<sconce_engine::WorkProgress> = progress.subscribe();
    let working = worker.work(once(), progress, CancellationToken::new());
    let watching = async {
        while told.changed().await.is_ok() {
            let now = told.borrow_and_update().clone();
            seen.extend(now.index);
        }
    };
    let (report, ()) = tokio::join!(working, watching);
    let report = report.unwrap();
    assert_eq!(report.indexes.len(), 2, "{report:?}");
    assert_eq!(seen, report.indexes);
    for index in engine.indexes().await.unwrap() {
        assert_eq!(index.chunks_to_embed().await.unwrap(), 0);
    }
    assert_eq!(engine.workers().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_no_index_was_made_with_leaves_nothing_to_do() {
    let project = interrupted().await;
    let left = to_embed(&project).await;
    let other = engine_on(&project.database).await;
    let options = WorkOptions { model: Some("no-such-model".into()), ..once() };
    let progress = watch::Sender::default();
    let error = other.work(options, progress, CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("no-such-model"), "{error}");
    assert_eq!(to_embed(&project).await, left);
    assert_eq!(other.workers().await.unwrap(), [], "it has left");
}
