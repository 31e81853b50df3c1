//! A run that is cut short leaves an index that answers and that the next run completes.

use sconce_engine::{ErrorKind, Phase};
use sconce_store::IndexStatus;

use crate::project::{Project, engine_on};

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_keeps_what_was_written() {
    let project = Project::indexed().await;
    project.generate(400);
    let job = project.job_at_work().await;
    job.cancel();
    let error = job.wait().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(job.progress().phase, Phase::Cancelled);
    let index = project.handle().await.into_row();
    assert_eq!(index.state.status, IndexStatus::Interrupted);
    assert!(project.paths("cartTotal").await.contains(&"web/cart.ts".to_owned()));
    let response = project.search("cartTotal").await;
    assert!(response.notices.iter().any(|notice| notice.contains("interrupted")));

    let rest = project.index().await.unwrap();
    assert_eq!(rest.files, 405);
    assert!(rest.files_changed < 400, "what was written before stays: {rest:?}");
    assert!(project.search("cartTotal").await.notices.is_empty());
}

/// A process that is killed drops its connections and nothing else: so does an engine whose
/// runtime is gone.
#[test]
fn a_killed_job_is_completed_by_another_process() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let first = runtime();
    let project = first.block_on(async {
        let project = Project::new().await;
        project.generate(400);
        project.job_at_work().await;
        project
    });
    first.shutdown_background();
    runtime().block_on(async {
        let engine = engine_on(&project.database).await;
        let request = project.request();
        let mut report = Err(ErrorKind::Busy);
        // The dead process's lock goes when PostgreSQL sees its connection closed.
        for _ in 0..100 {
            let job = engine.start_index(request.clone()).await.unwrap();
            report = job.wait().await.map_err(|error| error.kind());
            if report != Err(ErrorKind::Busy) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let report = report.unwrap();
        assert_eq!(report.files, 405);
        assert!(report.files_unchanged > 0, "{report:?}");
        assert_eq!(engine.indexes().await.unwrap()[0].row().state.status, IndexStatus::Ready);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_during_indexing_answers_from_what_is_there() {
    let project = Project::indexed().await;
    project.generate(400);
    let job = project.engine.start_index(project.request()).await.unwrap();
    let mut answered_while_running = 0;
    while !job.is_finished() {
        let found = project.paths("cartTotal").await;
        assert!(found.contains(&"web/cart.ts".to_owned()), "{found:?}");
        answered_while_running += 1;
    }
    assert!(answered_while_running > 0);
    job.wait().await.unwrap();
    assert!(project.paths("generated_399").await.contains(&"gen/file_399.rs".to_owned()));
}
