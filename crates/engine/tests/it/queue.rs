//! Many projects at once: so many jobs fill an index together, the others wait in order, and neither
//! searches nor changes wait for them.

use std::time::Duration;

use sconce_embed::{EmbedderConfig, Precision};
use sconce_engine::{
    Engine, EngineConfig, ErrorKind, IndexRequest, Job, Models, Phase, SearchMode, SearchRequest,
};
use sconce_store::IndexStatus;
use sconce_testing::project::write;
use sconce_testing::{Held, TestDatabase};

use crate::project::{Project, engine_on, engine_with, request_for};

/// Projects of so many files each, in directories of one.
struct Projects {
    dir: tempfile::TempDir,
    database: TestDatabase,
    engine: Engine,
}

impl Projects {
    async fn new() -> Self {
        let (dir, database) = (tempfile::tempdir().unwrap(), TestDatabase::create().await);
        let config = EngineConfig { index_jobs: 2, ..EngineConfig::default() };
        let engine = engine_with(&database, config).await;
        Self { dir, database, engine }
    }

    /// A project whose functions have its name.
    fn project(&self, name: &str, files: usize) -> IndexRequest {
        let root = self.dir.path().join(name);
        for file in 0..files {
            let body = format!("    let {name}_value = {file} * {file};\n").repeat(8);
            let text = format!("pub fn {name}_{file}() {{\n{body}}}\n");
            write(&root, &format!("src/file_{file}.rs"), &text);
        }
        IndexRequest { root, ..IndexRequest::default() }
    }

    async fn start(&self, name: &str, files: usize) -> Job {
        self.engine.start_index(self.project(name, files)).await.unwrap()
    }

    /// A job that waits for its turn, at this place.
    async fn queued(&self, name: &str, place: u64) -> Job {
        let mut job = self.start(name, 60).await;
        while job.progress().queue_place != Some(place) {
            assert!(!job.is_finished() && !has_begun(&job), "{:?}", job.progress());
            job.changed().await;
        }
        assert_eq!(job.progress().phase, Phase::Queued);
        job
    }

    /// Two jobs that have their turn, and come no further until they are let go of: their rows are held
    /// before they begin, since a job that has read its files gives its turn to another one.
    async fn two_at_work(&self) -> ([Job; 2], Held) {
        for name in ["alpha", "beta"] {
            self.start(name, 1).await.wait().await.unwrap();
        }
        let rows = "SELECT FROM sconce.indexes WHERE name IN ('alpha', 'beta') FOR UPDATE";
        let held = self.database.hold(rows).await;
        let mut jobs = [self.start_anew("alpha").await, self.start_anew("beta").await];
        for job in &mut jobs {
            while !has_begun(job) {
                job.changed().await;
            }
        }
        (jobs, held)
    }

    async fn start_anew(&self, name: &str) -> Job {
        let request = IndexRequest { rebuild: true, ..self.project(name, 200) };
        self.engine.start_index(request).await.unwrap()
    }

    async fn status(&self, name: &str) -> Option<IndexStatus> {
        let indexes = self.engine.indexes().await.unwrap();
        let index = indexes.iter().find(|index| index.name() == name);
        index.map(|index| index.row().state.status)
    }
}

fn has_begun(job: &Job) -> bool {
    !matches!(job.progress().phase, Phase::Waiting | Phase::Queued)
}

/// How many are at work between two looks at all of them: one look after the other sees a job that ends, and
/// the one that has its turn after it.
fn at_work(jobs: &[Job]) -> usize {
    let look = || jobs.iter().map(is_at_work).collect::<Vec<_>>();
    let (before, after) = (look(), look());
    before.into_iter().zip(after).filter(|(before, after)| *before && *after).count()
}

fn is_at_work(job: &Job) -> bool {
    let of = job.progress();
    of.queue_place.is_none() && !of.phase.is_final() && of.phase != Phase::Waiting
}

/// Waits for the end of all, of which never more than two are at work.
async fn end_of_all(jobs: &[Job]) {
    while !jobs.iter().all(Job::is_finished) {
        assert!(at_work(jobs) <= 2, "{:?}", jobs.iter().map(Job::progress).collect::<Vec<_>>());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_five_are_at_work_and_the_others_wait_in_order() {
    let projects = Projects::new().await;
    let whole = projects.start("whole", 20).await;
    whole.wait().await.unwrap();
    let ([alpha, beta], held) = projects.two_at_work().await;
    let gamma = projects.queued("gamma", 1).await;
    let delta = projects.queued("delta", 2).await;
    let epsilon = projects.queued("epsilon", 3).await;
    assert_eq!(projects.status("gamma").await, Some(IndexStatus::Queued));

    // A search is answered, and what has changed in a whole index waits for nobody.
    let index = projects.engine.index_named("whole").await.unwrap();
    let found = index.search(&request_for("whole_7")).await.unwrap();
    assert_eq!(found.results[0].path, "src/file_7.rs");
    write(whole.root(), "src/late.rs", "pub fn whole_latecomer() {}\n");
    let changed = projects.engine.start_index(projects.project("whole", 0)).await.unwrap();
    changed.wait().await.unwrap();
    let found = index.search(&request_for("whole_latecomer")).await.unwrap();
    assert_eq!(found.results[0].path, "src/late.rs");
    assert!(!epsilon.is_finished() && !has_begun(&epsilon), "{:?}", epsilon.progress());

    delta.cancel();
    assert_eq!(delta.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!(delta.progress().chunks_total, 0, "it has never begun");
    assert_eq!(projects.status("delta").await, None, "and nothing is left of it");
    assert!(epsilon.progress().queue_place <= Some(2), "{:?}", epsilon.progress());

    held.release().await;
    let jobs = [alpha, beta, gamma, epsilon];
    end_of_all(&jobs).await;
    for job in jobs {
        assert_eq!(job.wait().await.unwrap().files, job.progress().files_total);
        assert_eq!(projects.status(job.index_name()).await, Some(IndexStatus::Ready));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_a_newcomer_come_before_the_vectors_of_those_that_were_there() {
    let mut projects = Projects::new().await;
    let slow = tokio::task::spawn_blocking(|| EmbedderConfig {
        threads: Some(1),
        precision: Precision::F32,
        ..sconce_testing::model::config()
    });
    let models = Models::new(slow.await.unwrap(), |_| ());
    let config = EngineConfig { index_jobs: 2, ..EngineConfig::default() };
    projects.engine = Engine::new(projects.database.store().await, models, config);
    let mut jobs = [projects.start("alpha", 800).await, projects.start("beta", 800).await];
    for job in &mut jobs {
        while job.progress().phase != Phase::Indexing {
            assert!(!job.is_finished());
            job.changed().await;
        }
    }
    let mut newcomer = projects.start("gamma", 3).await;
    let mut was_paused = false;
    let paused = |job: &Job| job.progress().queue_place.is_some();
    while newcomer.progress().phase != Phase::Indexing && !newcomer.is_finished() {
        was_paused |= jobs.iter().any(paused);
        newcomer.changed().await;
    }
    assert!(was_paused || jobs.iter().any(paused), "one waits for it");
    assert!(!jobs.iter().any(Job::is_finished), "neither has its vectors");
    let index = projects.engine.index_named("gamma").await.unwrap();
    let request = SearchRequest { mode: SearchMode::Words, ..request_for("gamma_2") };
    assert_eq!(index.search(&request).await.unwrap().results[0].path, "src/file_2.rs");
    newcomer.cancel();
    // However that one ended.
    let _ = newcomer.wait().await;
    while jobs.iter().any(paused) {
        assert!(jobs.iter().any(|job| !paused(job)), "one of them goes on");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    jobs.iter().for_each(Job::cancel);
    for job in jobs {
        assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_job_is_seen_and_cancelled_by_another_process() {
    let projects = Projects::new().await;
    projects.start("gamma", 3).await.wait().await.unwrap();
    let (at_work, held) = projects.two_at_work().await;
    let request = IndexRequest { rebuild: true, ..projects.project("gamma", 3) };
    let mut job = projects.engine.start_index(request).await.unwrap();
    while job.progress().phase != Phase::Queued {
        job.changed().await;
    }
    let other = engine_on(&projects.database).await;
    let index = other.index_named("gamma").await.unwrap();
    assert_eq!(index.row().state.status, IndexStatus::Queued);
    let found = index.search(&request_for("gamma_2")).await.unwrap();
    assert_eq!(found.results[0].path, "src/file_2.rs", "what is there answers");
    assert!(found.notices[0].contains("waits for its turn"), "{:?}", found.notices);
    let status = index.stop_job(sconce_testing::TIMEOUT).await.unwrap();
    assert_eq!(status, IndexStatus::Ready, "it is as it was");
    assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);

    let job = projects.queued("delta", 1).await;
    projects.engine.index_named("delta").await.unwrap().delete().await.unwrap();
    assert!(job.is_finished());
    assert_eq!(projects.status("delta").await, None);
    held.release().await;
    at_work.iter().for_each(Job::cancel);
    for job in at_work {
        assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_job_that_is_refused_leaves_nothing() {
    let project = Project::new().await;
    let refused = IndexRequest { max_files: Some(2), ..project.request() };
    let job = project.engine.start_index(refused).await.unwrap();
    assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(project.engine.indexes().await.unwrap().is_empty());
    let refused = IndexRequest { include: vec!["*.nothing".into()], ..project.request() };
    let job = project.engine.start_index(refused).await.unwrap();
    assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(project.engine.indexes().await.unwrap().is_empty());

    project.index().await.unwrap();
    let refused = IndexRequest { include: vec!["*.nothing".into()], ..project.request() };
    let job = project.engine.start_index(refused).await.unwrap();
    assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(project.handle().await.row().state.status, IndexStatus::Ready, "it is as it was");
}
