//! The engine: what the binary's every surface calls.

use std::sync::Arc;

use sconce_code::ChunkOptions;
use sconce_store::{Health as DatabaseHealth, StandbyHealth, Store};

use crate::freshness::Looks;
use crate::index::{self, IndexRequest, Job, JobQueue, Jobs, ParserCommand, Parsers};
use crate::search::{LexicalIndexes, LexicalOptions, MissingVectors};
use crate::source::WalkOptions;
use crate::watch::Watches;
use crate::workers::Fingerprints;
use crate::{EngineError, Models};

/// How an engine works, beyond what a request says.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// What is walked.
    pub walk: WalkOptions,
    /// How files are cut into chunks.
    pub chunks: ChunkOptions,
    /// The command whose process parses files; without one they are parsed in this process.
    pub parser: Option<ParserCommand>,
    /// How the words of indexes are kept.
    pub lexical: LexicalOptions,
    /// The most jobs that fill an index at once, at least 1.
    pub index_jobs: usize,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            walk: WalkOptions::default(),
            chunks: ChunkOptions::default(),
            parser: None,
            lexical: LexicalOptions::default(),
            index_jobs: 2,
        }
    }
}

/// A handle to the engine. Clones are cheap and share the jobs, the models and the caches.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) state: Arc<EngineState>,
}

/// What all handles and all jobs of an engine share.
#[derive(Debug)]
pub(crate) struct EngineState {
    pub(crate) store: Store,
    pub(crate) models: Models,
    pub(crate) fingerprints: Fingerprints,
    pub(crate) config: EngineConfig,
    pub(crate) parsers: Parsers,
    pub(crate) jobs: Jobs,
    pub(crate) queue: Arc<JobQueue>,
    pub(crate) lexical_indexes: LexicalIndexes,
    pub(crate) missing_vectors: MissingVectors,
    pub(crate) watches: Arc<Watches>,
    pub(crate) looks: Looks,
}

impl Engine {
    /// An engine over an open store. It does no work until it is asked.
    pub fn new(store: Store, models: Models, config: EngineConfig) -> Self {
        let state = EngineState {
            parsers: Parsers::new(config.parser.clone()),
            lexical_indexes: LexicalIndexes::new(config.lexical.clone()),
            missing_vectors: MissingVectors::default(),
            queue: JobQueue::new(config.index_jobs),
            store,
            models,
            fingerprints: Fingerprints::default(),
            config,
            jobs: Jobs::default(),
            watches: Arc::default(),
            looks: Looks::default(),
        };
        Self { state: Arc::new(state) }
    }

    /// The database. Those who use the engine ask the engine or an [`Index`](crate::Index) instead.
    pub(crate) fn store(&self) -> &Store {
        &self.state.store
    }

    /// How the database is.
    ///
    /// # Errors
    /// Where a search would fail, what the database says.
    pub async fn database_health(&self) -> Result<DatabaseHealth, EngineError> {
        Ok(self.store().health().await?)
    }

    /// How the standby is that searches read; `None` where there is none.
    pub async fn standby_health(&self) -> Option<StandbyHealth> {
        self.store().standby_health().await
    }

    /// The models.
    pub fn models(&self) -> &Models {
        &self.state.models
    }

    /// Starts indexing in the background, or joins the job that runs for the same directory. All that
    /// lies in the directory at the time of the call is in the index when the job ends. A request for
    /// something else than the running job does, such as a rebuild, gets a job that comes after it.
    /// The job lives on when the caller disconnects.
    pub async fn start_index(&self, request: IndexRequest) -> Result<Job, EngineError> {
        index::start(&self.state, request).await
    }

    /// The jobs of this process: those that run, then the last one of each directory that ended.
    pub fn jobs(&self) -> Vec<Job> {
        self.state.jobs.all()
    }
}
