//! The engine: what the binary's every surface calls.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sconce_code::ChunkOptions;
use sconce_store::{Index, IndexStats, IndexStatus, Store};
use serde::Serialize;

use crate::index::{self, IndexRequest, Job, Jobs, ParserCommand, Parsers};
use crate::project::{Revision, revision};
use crate::search::LexicalIndexes;
use crate::source::WalkOptions;
use crate::watch::Watches;
use crate::{EngineError, Models};

/// How an engine works, beyond what a request says.
#[derive(Debug, Clone, Default)]
pub struct EngineConfig {
    /// What is walked.
    pub walk: WalkOptions,
    /// How files are cut into chunks.
    pub chunks: ChunkOptions,
    /// The command whose process parses files; without one they are parsed in this process.
    pub parser: Option<ParserCommand>,
}

/// Which index is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The one of that name.
    Name(String),
    /// The one of that directory, or of the nearest directory above it.
    Root(PathBuf),
}

/// A handle to the engine. Clones are cheap and share the jobs, the models and the caches.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

/// What all handles and all jobs of an engine share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) models: Models,
    pub(crate) config: EngineConfig,
    pub(crate) parsers: Parsers,
    pub(crate) jobs: Jobs,
    pub(crate) lexical_indexes: LexicalIndexes,
    pub(crate) watches: Arc<Watches>,
}

/// What is known about an index.
#[derive(Debug, Clone, Serialize)]
pub struct Stats {
    /// Its row.
    #[serde(flatten)]
    pub index: Index,
    /// Counts and sizes.
    #[serde(flatten)]
    pub counts: IndexStats,
    /// Where its directory stands now; empty where it is not in a git repository.
    pub now: Revision,
    /// Whether the directory has moved on since it was indexed: another commit or branch. Edits that
    /// are not committed do not count.
    pub stale: bool,
}

impl Engine {
    /// An engine over an open store. It does no work until it is asked.
    pub fn new(store: Store, models: Models, config: EngineConfig) -> Self {
        let shared = Shared {
            parsers: Parsers::new(config.parser.clone()),
            store,
            models,
            config,
            jobs: Jobs::default(),
            lexical_indexes: LexicalIndexes::default(),
            watches: Arc::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// The models.
    pub fn models(&self) -> &Models {
        &self.shared.models
    }

    /// Starts indexing in the background, or joins the job that runs for the same directory. All that
    /// lies in the directory at the time of the call is in the index when the job ends. A request for
    /// something else than the running job does, such as a rebuild, gets a job that comes after it.
    /// The job lives on when the caller goes away.
    pub async fn start_index(&self, request: IndexRequest) -> Result<Job, EngineError> {
        index::start(&self.shared, request).await
    }

    /// The jobs of this process: those that run, then the last one of each directory that ended.
    pub fn jobs(&self) -> Vec<Job> {
        self.shared.jobs.all()
    }

    /// The job that fills or last filled the index `name`, in this process.
    pub(crate) fn job_of(&self, name: &str) -> Option<Job> {
        self.jobs().into_iter().find(|job| job.index_name() == name)
    }

    /// Whether nothing is to be indexed without being asked for: the last job of an index was
    /// cancelled here, or ended with its process, and nobody has asked for another one since, here or
    /// in another process. What ended one server would end the next one too.
    pub fn is_on_hold(&self, index: &Index) -> bool {
        let last = self.shared.jobs.last(Path::new(&index.root));
        index.state.status == IndexStatus::Interrupted
            && last.map_or(index.state.died, |job| {
                job.is_cancelled() || index.state.died && job.has_succeeded()
            })
    }

    /// All indexes, by name.
    pub async fn indexes(&self) -> Result<Vec<Index>, EngineError> {
        Ok(self.shared.store.indexes().await?)
    }

    /// The index that `selector` means.
    pub async fn find_index(&self, selector: &Selector) -> Result<Index, EngineError> {
        match selector {
            Selector::Name(name) => self.index_named(name).await,
            Selector::Root(path) => self.index_above(path).await,
        }
    }

    async fn index_named(&self, name: &str) -> Result<Index, EngineError> {
        if let Some(index) = self.shared.store.index_by_name(name).await? {
            return Ok(index);
        }
        let known = self.indexes().await?.into_iter().map(|index| index.name).collect();
        Err(EngineError::NoSuchIndex { name: name.to_owned(), known })
    }

    async fn index_above(&self, path: &Path) -> Result<Index, EngineError> {
        // A directory that is gone from the disk can still be searched by the path it had.
        let root = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let roots = self.indexes().await?;
        let nearest = root.ancestors().find_map(|directory| {
            let directory = directory.to_string_lossy();
            roots.iter().find(|index| index.root == directory)
        });
        nearest.cloned().ok_or_else(|| EngineError::NotIndexed { path: path.to_path_buf() })
    }

    /// What is known about the index `name`, and whether its directory has moved on.
    pub async fn index_stats(&self, name: &str) -> Result<Stats, EngineError> {
        let index = self.index_named(name).await?;
        let counts = self.shared.store.stats(index.id).await?;
        let root = PathBuf::from(&index.root);
        let now = tokio::task::spawn_blocking(move || revision(&root)).await?;
        let stale = is_stale(&index, &now);
        Ok(Stats { index, counts, now, stale })
    }

    /// Removes the index `name`: its chunks, vectors and statistics. The embedding cache stays, so
    /// that indexing the directory again embeds nothing that has not changed.
    pub async fn clear(&self, name: &str) -> Result<(), EngineError> {
        let index = self.index_named(name).await?;
        if let Some(job) = self.job_of(name).filter(|job| !job.is_finished()) {
            job.cancel();
            // However it ends: it has let go of the index then.
            let _ = job.wait().await;
        }
        index::drop_locked(&self.shared.store, &index).await?;
        self.shared.jobs.forget(Path::new(&index.root));
        self.shared.lexical_indexes.forget(index.id);
        Ok(())
    }
}

/// Whether a directory at `now` is past what `index` was made of.
pub(crate) fn is_stale(index: &Index, now: &Revision) -> bool {
    now.commit.is_some() && (&now.commit, &now.branch) != (&index.state.commit, &index.state.branch)
}
