//! Following a project: what the binary's tests cannot bring about.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sconce_engine::{Engine, ErrorKind, IndexRequest, WatchMode, WatchOptions};
use sconce_store::{IndexState, IndexStatus};
use tokio_util::sync::CancellationToken;

use crate::project::{Project, engine_on, request_for};

/// Ends the watch when dropped.
pub(crate) struct Watching {
    shutdown: tokio_util::sync::DropGuard,
}

pub(crate) fn watch(engine: &Engine) -> Watching {
    watch_after(engine, Duration::from_millis(50))
}

/// Watches, and indexes when nothing has changed for so long.
pub(crate) fn watch_after(engine: &Engine, debounce: Duration) -> Watching {
    let options = WatchOptions { debounce, ..WatchOptions::default() };
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

pub(crate) async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let begin = Instant::now();
    while !is_so().await {
        assert!(begin.elapsed() < Duration::from_mins(2), "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the watch has brought in everything that was there when it began.
pub(crate) async fn begun(engine: &Engine, root: &Path) {
    until("it follows", || async {
        engine.watches().status(root).is_some_and(|status| status.settled)
    })
    .await;
}

/// A project that is followed from now on, and its real path.
async fn followed(project: &Project) -> (Watching, PathBuf) {
    let watching = watch(&project.engine);
    let root = project.root().canonicalize().unwrap();
    begun(&project.engine, &root).await;
    (watching, root)
}

async fn finds(project: &Project, query: &str, path: &str) {
    until(path, || async { project.paths(query).await.contains(&path.to_owned()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_index_is_tried_again() {
    let project = Project::indexed().await;
    let (watching, root) = followed(&project).await;

    // Another process writes the index.
    let index = project.handle().await.into_row();
    let lock = project.database.store().await.lock_index(index.id).await.unwrap().unwrap();
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
    let (_watching, _) = followed(&project).await;
    project.generate(300);
    until("a job is at it", || async {
        project.engine.jobs().iter().any(|job| job.progress().chunks_done > 0)
    })
    .await;
    // Read already, since the files come in the order of their paths.
    project.write("gen/file_0.rs", "pub fn fly_kite() {}\n");
    finds(&project, "fly_kite", "gen/file_0.rs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_is_not_begun_again_before_somebody_asks() {
    let project = Project::indexed().await;
    let (_watching, root) = followed(&project).await;
    project.generate(500);
    // One that is far from its end.
    let working = || {
        project.engine.jobs().into_iter().find(|job| {
            let progress = job.progress();
            progress.chunks_done > 0 && progress.files_done + 100 < progress.files_total
        })
    };
    until("a job is at it", || async { working().is_some_and(|job| !job.is_finished()) }).await;
    let job = working().expect("it takes longer than that");
    job.cancel();
    assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);

    project.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");
    // Long after the watch has heard of it.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let index = project.handle().await;
    assert_eq!(index.row().state.status, IndexStatus::Interrupted);
    assert!(index.is_on_hold());
    assert!(!project.engine.watches().status(&root).unwrap().settled);

    assert_eq!(project.index().await.unwrap().files, 506);
    begun(&project.engine, &root).await;
    project.write("src/kites.py", "def fly_kites():\n    return 'wind'\n");
    finds(&project, "fly_kites", "src/kites.py").await;
}

/// What ended the last server would end this one too.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_its_process_did_not_survive_is_not_begun_by_the_watch() {
    let project = Project::indexed().await;
    let index = project.handle().await.into_row();
    let died = IndexState { status: IndexStatus::Indexing, ..index.state.clone() };
    project.database.store().await.set_state(index.id, died).await.unwrap();
    project.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");

    // A server that comes after the one that died.
    let next = engine_on(&project.database).await;
    let _watching = watch(&next);
    tokio::time::sleep(Duration::from_secs(4)).await;
    let index = &next.indexes().await.unwrap()[0];
    assert!(index.is_on_hold() && next.jobs().is_empty(), "{index:?}");
    let index = index.row();
    assert_eq!(index.state.status, IndexStatus::Interrupted);

    // The user's own call does, and the watch goes on from there.
    next.start_index(project.request()).await.unwrap().wait().await.unwrap();
    assert!(!next.indexes().await.unwrap()[0].is_on_hold());
    // One that was told to stop is gone on with.
    let stopped = IndexState { status: IndexStatus::Interrupted, ..index.state.clone() };
    project.database.store().await.set_state(index.id, stopped).await.unwrap();
    let third = engine_on(&project.database).await;
    assert!(!third.indexes().await.unwrap()[0].is_on_hold());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_that_another_process_has_completed_holds_up_nothing() {
    let project = Project::new().await;
    project.generate(300);
    let job = project.job_at_work().await;
    job.cancel();
    assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);
    // Followed from now on, and on hold.
    let _watching = watch(&project.engine);
    let root = project.root().canonicalize().unwrap();
    until("it follows", || async {
        project.engine.watches().status(&root).is_some_and(|status| status.troubled)
    })
    .await;
    let other = engine_on(&project.database).await;
    other.start_index(project.request()).await.unwrap().wait().await.unwrap();
    begun(&project.engine, &root).await;
    project.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");
    finds(&project, "fly_kite", "src/kite.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_go_on_are_indexed_when_they_end() {
    let project = Project::indexed().await;
    let (_watching, root) = followed(&project).await;
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
    let (_watching, root) = followed(&project).await;
    begun(&project.engine, &root.join("src")).await;
    project.write("src/deep/kite.py", "def fly_kite():\n    return 'wind'\n");
    let both = async |path: &str| {
        finds(&project, "fly_kite", &format!("src/{path}")).await;
        let inner = project.engine.index_named("src").await.unwrap();
        let query = request_for("fly_kite");
        until(path, || async {
            let found = inner.search(&query).await.unwrap();
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
async fn a_directory_that_goes_away_and_comes_back_is_followed_again() {
    let project = Project::indexed().await;
    let (_watching, root) = followed(&project).await;
    let away = root.with_extension("away");
    fs::rename(&root, &away).unwrap();
    until("it is dropped", || async { project.engine.watches().status(&root).is_none() }).await;
    let files = project.engine.indexes().await.unwrap()[0].row().files;
    assert_eq!(files, 5, "a directory that is unavailable is not an empty one");
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
