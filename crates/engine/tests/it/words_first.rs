//! A project with much to embed answers by its words before it has its vectors.

use std::fmt::Write as _;
use std::time::Duration;

use sconce_engine::{Engine, ErrorKind, Job};
use sconce_store::{IndexStatus, NewWorker, Wanted, WorkerId};

use crate::project::{Project, engine_on};
use crate::watch::{begun, until, watch};

/// Files with more text than is embedded before anything answers.
const FILES: usize = 32;

fn generate(project: &Project, files: usize) {
    for file in 0..files {
        let mut body = String::new();
        for part in 0..30 {
            let _ = writeln!(body, "/// Lantern {part} of house {file}.");
            let _ = writeln!(body, "pub fn lantern_{file}_{part}(oil: u64) -> u64 {{");
            let _ = writeln!(body, "    oil * {part} + {file}\n}}\n");
        }
        project.write(&format!("gen/house_{file:02}.rs"), &body);
    }
}

/// A job of a new project, at the moment when its words answer.
pub(crate) async fn at_words(project: &Project) -> Job {
    generate(project, FILES);
    words_of(project).await
}

async fn words_of(project: &Project) -> Job {
    let mut job = project.engine.start_index(project.request()).await.unwrap();
    while !job.progress().words_answer() {
        assert!(!job.is_finished(), "its words never answered: {:?}", job.progress());
        job.changed().await;
    }
    job
}

async fn status(project: &Project) -> IndexStatus {
    project.handle().await.row().state.status
}

/// How many chunks are near to the first of a file, by their vectors.
async fn related(engine: &Engine, path: &str) -> Result<usize, String> {
    let index = &engine.indexes().await.unwrap()[0];
    let near = index.related(path, 1, 5).await;
    near.map(|near| near.len()).map_err(|error| error.to_string())
}

pub(crate) async fn to_embed(project: &Project) -> i64 {
    project.handle().await.chunks_to_embed().await.unwrap() as i64
}

#[tokio::test(flavor = "multi_thread")]
async fn words_answer_while_the_vectors_are_made() {
    let project = Project::new().await;
    let job = at_words(&project).await;
    let found = project.search("lantern_31_29").await;
    assert_eq!(found.results[0].path, "gen/house_31.rs", "the last file is in");
    let says = |notice: &String| notice.starts_with("words alone answer: ");
    assert!(found.notices.iter().any(says), "{:?}", found.notices);
    assert!(found.timings.embed_ms <= 0.0, "nobody waits for the model");
    assert!(!job.is_finished(), "all of that was during the job");

    let files = FILES as u64 + 5;
    let report = job.wait().await.unwrap();
    assert_eq!((report.files, report.files_changed, report.files_removed), (files, files, 0));
    let progress = job.progress();
    assert_eq!((progress.files_done, progress.files_to_embed), (files, 0));
    let index = project.handle().await.into_row();
    assert_eq!((index.chunks as u64, report.chunks), (report.chunks, progress.chunks_done));
    assert_eq!((index.state.status, to_embed(&project).await), (IndexStatus::Ready, 0));
    let found = project.search("lantern_31_29").await;
    assert_eq!((found.results[0].path.as_str(), found.notices.len()), ("gen/house_31.rs", 0));
    assert_eq!(related(&project.engine, "gen/house_31.rs").await, Ok(5));
    assert_eq!(project.index().await.unwrap().files_changed, 0);
}

/// More files than a job claims at first.
const MANY: usize = 900;

/// A job whose words answer, and which has not all vectors before [`Store::leave_workers`] is called for the worker:
/// that one has claimed what the job had not.
async fn held_at_words(project: &Project) -> (Job, WorkerId) {
    generate(project, MANY);
    let job = words_of(project).await;
    let (id, store) = (project.handle().await.row().id, project.database.store().await);
    let lease = Duration::from_mins(10);
    let new = NewWorker { name: "slow".to_owned(), role: "worker", job_of: None, lease };
    let worker = store.join_workers(&new).await.unwrap();
    let wanted = Wanted { chunks: 1 << 20, under_way: &[], but: &[] };
    let claimed = store.claim(worker, id, wanted).await.unwrap().unwrap();
    assert!(claimed.files.len() > 60, "{} files", claimed.files.len());
    (job, worker)
}

async fn finds(project: &Project, word: &str, path: &str) {
    until(word, || async {
        let found = project.search(word).await;
        found.results.first().is_some_and(|first| first.path == path)
    })
    .await;
}

/// The job's end, once the worker has given back what it holds.
async fn completed(project: &Project, job: Job, worker: WorkerId) {
    assert!(to_embed(project).await > 0 && !job.is_finished());
    project.database.store().await.leave_workers(worker).await.unwrap();
    assert_eq!(job.wait().await.unwrap().files, MANY as u64 + 5);
    assert_eq!((status(project).await, to_embed(project).await), (IndexStatus::Ready, 0));
    assert_eq!(project.index().await.unwrap().files_changed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_found_while_the_vectors_are_made() {
    let project = Project::new().await;
    let (job, worker) = held_at_words(&project).await;
    let _watching = watch(&project.engine);
    begun(&project.engine, &project.root().canonicalize().unwrap()).await;
    // More often than a job walks that has nothing to embed.
    for word in ["windmill", "waterwheel", "treadmill", "horsemill"] {
        project.write("gen/house_30.rs", &format!("pub fn {word}() {{}}\n"));
        finds(&project, word, "gen/house_30.rs").await;
    }
    completed(&project, job, worker).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_while_the_vectors_are_made_is_read_at_once() {
    let project = Project::new().await;
    let (job, worker) = held_at_words(&project).await;
    for word in ["windmill", "waterwheel", "treadmill"] {
        project.write("gen/house_30.rs", &format!("pub fn {word}() {{}}\n"));
        let joined = project.engine.start_index(project.request()).await.unwrap();
        assert!(!joined.progress().phase.is_final());
        finds(&project, word, "gen/house_30.rs").await;
    }
    completed(&project, job, worker).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_cut_short_after_the_words_is_completed_by_another_process() {
    // The rest is much, or less than what makes the words come first.
    for gone in [1, 20] {
        let project = Project::new().await;
        let job = at_words(&project).await;
        job.cancel();
        assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!(status(&project).await, IndexStatus::Interrupted);
        assert!(to_embed(&project).await > 0);
        let found = project.search("lantern_31_29").await;
        assert_eq!(found.results[0].path, "gen/house_31.rs");
        assert!(found.notices.iter().any(|notice| notice.contains("interrupted")));
        let error = related(&project.engine, "gen/house_31.rs").await.unwrap_err();
        assert!(error.contains("by its words alone"), "{error}");

        // Meanwhile one file changes, and some go.
        project.write("gen/house_30.rs", "pub fn windmill() {}\n");
        for number in 0..gone {
            std::fs::remove_file(project.root().join(format!("gen/house_{number:02}.rs"))).unwrap();
        }
        let other = engine_on(&project.database).await;
        let again = async || other.start_index(project.request()).await.unwrap().wait().await;
        let report = again().await.unwrap();
        let files = FILES as u64 + 5 - gone;
        assert_eq!((report.files, report.files_removed), (files, gone));
        assert_eq!(report.files_changed + report.files_unchanged, files);
        assert_eq!((status(&project).await, to_embed(&project).await), (IndexStatus::Ready, 0));
        for path in ["gen/house_30.rs", "gen/house_31.rs"] {
            assert_eq!(related(&other, path).await, Ok(5));
        }
        assert_eq!(again().await.unwrap().files_changed, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_cache_has_needs_no_second_pass() {
    let project = Project::new().await;
    generate(&project, FILES);
    let first = project.index().await.unwrap();
    let request = sconce_engine::IndexRequest { rebuild: true, ..project.request() };
    let mut job = project.engine.start_index(request).await.unwrap();
    let mut waited_for_vectors = 0;
    while !job.is_finished() {
        waited_for_vectors += job.progress().files_to_embed;
        job.changed().await;
    }
    let again = job.wait().await.unwrap();
    assert_eq!(waited_for_vectors, 0);
    assert_eq!((again.files_changed, again.chunks), (first.files, first.chunks));
    assert_eq!((again.chunks_embedded, again.chunks_cached), (0, first.chunks));
}
