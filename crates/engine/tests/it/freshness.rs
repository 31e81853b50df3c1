//! Which index answers for a directory, and what its caller waits for.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use sconce_engine::{
    Engine, EngineError, ErrorKind, Fresh, Freshness, FreshnessNotice, IndexRequest,
};
use sconce_store::{IndexState, IndexStatus};

use crate::project::{Project, engine_on};
use crate::watch::{begun, until, watch_after};

/// Looks every time, and waits for as long as it takes.
const PATIENT: Freshness = Freshness {
    may_index: true,
    even_on_hold: false,
    fresh_for: Duration::ZERO,
    wait_for_first: Duration::from_mins(2),
    wait_for_changes: Duration::from_mins(2),
    words_suffice: false,
};

async fn fresh(engine: &Engine, root: &Path, wanted: &Freshness) -> Result<Fresh, EngineError> {
    let root = root.canonicalize().unwrap();
    let request = |root: &Path| -> Result<IndexRequest, EngineError> {
        Ok(IndexRequest { root: root.to_path_buf(), ..IndexRequest::default() })
    };
    engine.refresh(&root, &root, wanted, request).await?.wait().await
}

async fn files(project: &Project, wanted: &Freshness) -> i64 {
    fresh(&project.engine, &project.root(), wanted).await.unwrap().index.row().files
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_index_answers_unless_it_lies_above_the_project() {
    let project = Project::indexed().await;
    let (engine, root) = (&project.engine, project.root().canonicalize().unwrap());
    let covering = async |project: &Path, directory: &Path| {
        let found = engine.index_within(project, directory).await.unwrap();
        found.map(|index| index.root().to_path_buf())
    };
    let src = root.join("src");
    assert_eq!(covering(&root, &src).await, Some(root.clone()));
    assert_eq!(covering(&src, &src).await, None, "it is of more than the project");
    assert_eq!(covering(&root, root.parent().unwrap()).await, None);

    let fresh = fresh(engine, &src, &PATIENT).await.unwrap();
    assert_eq!(fresh.index.root(), src, "a project gets its own");
    assert_eq!(covering(&root, &src).await, Some(src));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_made_brought_up_to_date_or_left_as_the_caller_wants() {
    let project = Project::new().await;
    let left = Freshness { may_index: false, ..PATIENT };
    let error = fresh(&project.engine, &project.root(), &left).await.unwrap_err();
    assert!(matches!(error, EngineError::NotIndexed { .. }), "{error}");
    assert_eq!(files(&project, &PATIENT).await, 5);

    project.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");
    assert_eq!(files(&project, &left).await, 5);
    let lately = Freshness { fresh_for: Duration::from_mins(5), ..PATIENT };
    assert_eq!(files(&project, &lately).await, 6, "nobody has looked at an index before");
    fs::remove_file(project.root().join("src/kite.py")).unwrap();
    assert_eq!(files(&project, &lately).await, 6, "it was looked at just now");
    assert_eq!(files(&project, &PATIENT).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_wait_gets_what_is_there_and_the_job() {
    let project = Project::indexed().await;
    project.generate(300);
    let begin = Instant::now();
    let hurried = Freshness { wait_for_changes: Duration::from_millis(1), ..PATIENT };
    let found = fresh(&project.engine, &project.root(), &hurried).await.unwrap();
    let Some(FreshnessNotice::Running(job)) = found.notice else { panic!("{:?}", found.notice) };
    let report = job.wait().await.unwrap();
    assert_eq!(report.files, 305, "after {:?}", begin.elapsed());
    let running = project.engine.index_named(&report.index).await.unwrap().running_job();
    assert!(running.is_none(), "{running:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_an_index_from_being_fresh_is_told() {
    let project = Project::indexed().await;
    let index = project.handle().await.into_row();
    let other = project.database.store().await;
    let lock = other.lock_index(index.id).await.unwrap().unwrap();
    let busy = fresh(&project.engine, &project.root(), &PATIENT).await.unwrap();
    assert!(matches!(busy.notice, Some(FreshnessNotice::Busy)), "{:?}", busy.notice);
    lock.release().await;

    let request = |_: &Path| -> Result<IndexRequest, EngineError> { Err(EngineError::Cancelled) };
    let root = project.root().canonicalize().unwrap();
    let refused = project.engine.refresh(&root, &root, &PATIENT, request).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_followed_project_the_watch_brings_in_what_it_has_heard_of() {
    let project = Project::indexed().await;
    let root = project.root().canonicalize().unwrap();
    // By itself it would hold changes back for as long as this test takes.
    let _watching = watch_after(&project.engine, Duration::from_mins(5));
    begun(&project.engine, &root).await;
    project.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");
    until("it hears of it", || async {
        project.engine.watches().status(&root).is_some_and(|status| !status.settled)
    })
    .await;
    let request =
        |_: &Path| -> Result<IndexRequest, EngineError> { unreachable!("no job is begun") };
    let refresh = project.engine.refresh(&root, &root, &PATIENT, request).await.unwrap();
    assert!(refresh.job().is_none());
    let fresh = refresh.wait().await.unwrap();
    assert!(fresh.notice.is_none(), "{:?}", fresh.notice);
    assert_eq!(fresh.index.row().files, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_on_hold_waits_for_its_user() {
    let project = Project::indexed().await;
    let index = project.handle().await.into_row();
    let died = IndexState { status: IndexStatus::Indexing, ..index.state.clone() };
    project.database.store().await.set_state(index.id, died).await.unwrap();
    project.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");
    // A process that comes after the one that died.
    let next = engine_on(&project.database).await;
    let held = fresh(&next, &project.root(), &PATIENT).await.unwrap();
    assert!(held.index.is_on_hold() && held.notice.is_none() && next.jobs().is_empty());
    let asked = Freshness { even_on_hold: true, ..PATIENT };
    assert_eq!(fresh(&next, &project.root(), &asked).await.unwrap().index.row().files, 6);
}
