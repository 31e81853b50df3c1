//! Following a project: what the binary's tests cannot bring about.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use sconce_engine::{Engine, ErrorKind, IndexRequest, WatchMode, WatchOptions};
use tokio_util::sync::CancellationToken;

use crate::project::{Project, engine_on};

/// Ends the watch when dropped.
struct Watching {
    shutdown: tokio_util::sync::DropGuard,
}

fn watch(engine: &Engine) -> Watching {
    let options = WatchOptions { debounce: Duration::from_millis(50), ..WatchOptions::default() };
    let shutdown = CancellationToken::new();
    let (engine, ended) = (engine.clone(), shutdown.clone());
    tokio::spawn(async move {
        let choose = |index: &sconce_store::Index| {
            Some(IndexRequest { root: index.root.clone().into(), ..IndexRequest::default() })
        };
        engine.watch(options, choose, ended).await;
    });
    Watching { shutdown: shutdown.drop_guard() }
}

async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let begin = Instant::now();
    while !is_so().await {
        assert!(begin.elapsed() < Duration::from_mins(2), "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the watch has brought in everything that was there when it began.
async fn begun(engine: &Engine, root: &Path) {
    until("it follows", || async {
        engine.watches().status(root).is_some_and(|status| status.settled)
    })
    .await;
}

async fn finds(project: &Project, query: &str, path: &str) {
    until(path, || async { project.paths(query).await.contains(&path.to_owned()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_index_is_tried_again() {
    let project = Project::indexed().await;
    let watching = watch(&project.engine);
    let root = project.root().canonicalize().unwrap();
    begun(&project.engine, &root).await;

    // Another process writes the index.
    let other = engine_on(&project.database).await;
    let index = other.indexes().await.unwrap().remove(0);
    let lock = other.store().lock_index(index.id).await.unwrap().unwrap();
    project.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");
    until("it meets the other writer", || async {
        project.engine.watches().status(&root).is_some_and(|status| status.troubled)
    })
    .await;
    assert!(!project.paths("fly_kite").await.contains(&"src/kite.py".to_owned()));
    drop(lock);
    finds(&project, "fly_kite", "src/kite.py").await;
    begun(&project.engine, &root).await;
    assert!(!project.engine.watches().status(&root).unwrap().troubled);
    drop(watching.shutdown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_during_a_job_is_indexed_after_it() {
    let project = Project::indexed().await;
    let _watching = watch(&project.engine);
    let root = project.root().canonicalize().unwrap();
    begun(&project.engine, &root).await;
    for number in 0..300 {
        let body = format!("    let value_{number} = {number};\n").repeat(2);
        project
            .write(&format!("gen/{number}.rs"), &format!("pub fn made_{number}() {{\n{body}}}\n"));
    }
    until("a job is at it", || async {
        project.engine.jobs().iter().any(|job| job.progress().chunks_done > 0)
    })
    .await;
    // Read already, since the files come in the order of their paths.
    project.write("gen/0.rs", "pub fn fly_kite() {}\n");
    finds(&project, "fly_kite", "gen/0.rs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_go_on_are_indexed_when_they_end() {
    let project = Project::indexed().await;
    let _watching = watch(&project.engine);
    let root = project.root().canonicalize().unwrap();
    begun(&project.engine, &root).await;
    for round in 0..8 {
        // Longer than it waits for a pause, so that it looks before there is one.
        for number in 0..20 {
            let text = format!("def fly_kite_{round}():\n    return {number}\n");
            project.write(&format!("src/kite_{round}.py"), &text);
            tokio::time::sleep(Duration::from_millis(8)).await;
        }
        // No further event helps.
        finds(&project, &format!("fly_kite_{round}"), &format!("src/kite_{round}.py")).await;
        begun(&project.engine, &root).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_in_one_another_both_follow() {
    let project = Project::indexed().await;
    let inner = IndexRequest { root: project.root().join("src"), ..IndexRequest::default() };
    project.engine.start_index(inner).await.unwrap().wait().await.unwrap();
    let _watching = watch(&project.engine);
    let root = project.root().canonicalize().unwrap();
    begun(&project.engine, &root).await;
    begun(&project.engine, &root.join("src")).await;
    project.write("src/deep/kite.py", "def fly_kite():\n    return 'wind'\n");
    let both = async |path: &str| {
        finds(&project, "fly_kite", &format!("src/{path}")).await;
        let mut query = project.query("fly_kite");
        query.indexes = vec![sconce_engine::Selector::Name("src".into())];
        until(path, || async {
            let found = project.engine.search(&query).await.unwrap();
            found.results.iter().any(|result| result.path == path)
        })
        .await;
    };
    both("deep/kite.py").await;
    fs::rename(root.join("src/deep"), root.join("src/high")).unwrap();
    both("high/kite.py").await;
    // One of the two saw the rename first; the other's watches are as good.
    fs::rename(root.join("src/high/kite.py"), root.join("src/high/kites.py")).unwrap();
    both("high/kites.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_goes_away_and_comes_back_is_followed_again() {
    let project = Project::indexed().await;
    let _watching = watch(&project.engine);
    let root = project.root().canonicalize().unwrap();
    begun(&project.engine, &root).await;
    let away = root.with_extension("away");
    fs::rename(&root, &away).unwrap();
    until("it is dropped", || async { project.engine.watches().status(&root).is_none() }).await;
    let files = project.engine.indexes().await.unwrap()[0].files;
    assert_eq!(files, 5, "a folder that is away is not an empty one");
    fs::write(away.join("kite.py"), "def fly_kite():\n    return 'wind'\n").unwrap();
    fs::rename(&away, &root).unwrap();
    finds(&project, "fly_kite", "kite.py").await;
    let status = project.engine.watches().status(&root).unwrap();
    assert_eq!(status.mode, WatchMode::Events);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_an_existing_index_makes_none() {
    let project = Project::new().await;
    let request = IndexRequest { only_existing: true, ..project.request() };
    let error = project.engine.start_index(request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(project.engine.indexes().await.unwrap().is_empty());
}
