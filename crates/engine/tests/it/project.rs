//! A small project on disk, an engine on a database of its own, and shorthands for both.

use std::path::PathBuf;
use std::sync::OnceLock;

use sconce_engine::{
    Engine, EngineConfig, EngineError, Index, IndexReport, IndexRequest, Job, Models,
    SearchRequest, SearchResponse,
};
use sconce_testing::TestDatabase;
use sconce_testing::project::{FILES, TEST_FILE, write};

/// The model is opened once for all tests: they share its threads.
pub(crate) fn models() -> Models {
    static MODELS: OnceLock<Models> = OnceLock::new();
    MODELS.get_or_init(|| Models::new(sconce_testing::model::config(), |_| ())).clone()
}

pub(crate) struct Project {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) engine: Engine,
    pub(crate) database: TestDatabase,
}

impl Project {
    /// The files above, not indexed yet.
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in FILES.into_iter().chain([TEST_FILE]) {
            write(dir.path(), path, text);
        }
        let database = TestDatabase::create().await;
        let engine = engine_on(&database).await;
        Self { dir, engine, database }
    }

    pub(crate) async fn indexed() -> Self {
        let project = Self::new().await;
        project.index().await.unwrap();
        project
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().to_path_buf()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        write(self.dir.path(), path, text);
    }

    /// Files enough for a job to be seen at work: `gen/file_0.rs` with `generated_0`, …
    pub(crate) fn generate(&self, files: usize) {
        for number in 0..files {
            let body = format!("    let value_{number} = {number};\n").repeat(2);
            self.write(
                &format!("gen/file_{number}.rs"),
                &format!("pub fn generated_{number}() {{\n{body}}}\n"),
            );
        }
    }

    pub(crate) fn request(&self) -> IndexRequest {
        IndexRequest { root: self.root(), ..IndexRequest::default() }
    }

    /// A job that has written something and goes on.
    pub(crate) async fn job_at_work(&self) -> Job {
        let mut job = self.engine.start_index(self.request()).await.unwrap();
        while job.progress().chunks_done == 0 {
            job.changed().await;
        }
        job
    }

    pub(crate) async fn index(&self) -> Result<IndexReport, EngineError> {
        self.engine.start_index(self.request()).await?.wait().await
    }

    /// The project's index.
    pub(crate) async fn handle(&self) -> Index {
        self.engine.index_covering(self.dir.path()).await.unwrap()
    }

    pub(crate) async fn ask(&self, request: &SearchRequest) -> Result<SearchResponse, EngineError> {
        self.handle().await.search(request).await
    }

    pub(crate) async fn search(&self, query: &str) -> SearchResponse {
        self.ask(&request_for(query)).await.unwrap()
    }

    /// The paths of a query's results, the best first.
    pub(crate) async fn paths(&self, query: &str) -> Vec<String> {
        self.search(query).await.results.into_iter().map(|result| result.path).collect()
    }
}

pub(crate) fn request_for(query: &str) -> SearchRequest {
    SearchRequest { query: query.to_owned(), ..SearchRequest::default() }
}

/// A second engine, as another process would have it, on the same database.
pub(crate) async fn engine_on(database: &TestDatabase) -> Engine {
    engine_with(database, EngineConfig::default()).await
}

/// The same with settings of its own.
pub(crate) async fn engine_with(database: &TestDatabase, config: EngineConfig) -> Engine {
    let models = tokio::task::spawn_blocking(models).await.unwrap();
    Engine::new(database.store().await, models, config)
}
