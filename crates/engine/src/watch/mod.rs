//! Following the projects: what changes on disk is in the index a moment later.
//!
//! The system's events only say where to look. [`tree::Tree`] looks there and says whether the
//! index would change; then a job runs, which finds by itself what to read. So nothing is lost by
//! an event that is, and many changes make one job.

mod change_queue;
mod fs_watcher;
mod project;
mod status;
mod tree;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sconce_store::{Index, IndexId};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use status::Settling;
pub use status::{WatchMode, WatchStatus, Watches};

use change_queue::ChangeQueue;
use fs_watcher::FsWatcher;
use project::{Project, ProjectSnapshot};

use crate::index::{IndexRequest, walk_options};
use crate::source::WalkOptions;
use crate::sync::lock;
use crate::{Engine, EngineError};

/// How often it is looked for indexes that came and went, by other processes too.
const LOOK_FOR_INDEXES: Duration = Duration::from_secs(2);

/// How projects are watched.
#[derive(Debug, Clone)]
pub struct WatchOptions {
    /// Changes are indexed when nothing more has come for so long.
    pub debounce: Duration,
    /// Time between two looks at a project that cannot be watched.
    pub scan_every: Duration,
    /// Most directories that are watched; by default as many as the system allows.
    pub max_watches: Option<usize>,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            debounce: Duration::from_millis(300),
            scan_every: Duration::from_secs(30),
            max_watches: None,
        }
    }
}

type Choose = Arc<dyn Fn(&Index) -> Option<IndexRequest> + Send + Sync>;

impl Engine {
    /// Follows projects until `shutdown`: those whose index was made with a model that is open
    /// here, whose directory is there, and for which `choose` gives the request to index them with.
    /// Indexes that come and go later are taken up and dropped. `choose` may read files.
    pub async fn watch(
        &self,
        options: WatchOptions,
        choose: impl Fn(&Index) -> Option<IndexRequest> + Send + Sync + 'static,
        shutdown: CancellationToken,
    ) {
        let watches = Arc::clone(&self.state.watches);
        let mut watch = Watch {
            fs_watcher: Arc::new(FsWatcher::new(watches, options.max_watches)),
            engine: self.clone(),
            options,
            first: Arc::new(Semaphore::new(1)),
            running: HashMap::new(),
        };
        let choose: Choose = Arc::new(choose);
        while !shutdown.is_cancelled() {
            match watch.wanted(Arc::clone(&choose)).await {
                Ok(wanted) => watch.follow_these(wanted),
                // Nothing is known of the indexes: those that are followed stay so.
                Err(error) => tracing::debug!(%error, "cannot ask for the indexes"),
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_FOR_INDEXES) => {}
                () = shutdown.cancelled() => {}
            }
        }
        watch.end().await;
    }

    /// The projects that are watched, and how.
    pub fn watches(&self) -> &Watches {
        &self.state.watches
    }
}

/// Whether a directory is where it was when it was indexed, and no link to another one has come in
/// its place.
fn is_there(root: &Path) -> bool {
    root.is_dir() && root.canonicalize().is_ok_and(|real| real == root)
}

/// What a project is followed for; another one is followed again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spec {
    id: IndexId,
    name: String,
    request: IndexRequest,
    walk: WalkOptions,
}

struct Watch {
    engine: Engine,
    options: WatchOptions,
    fs_watcher: Arc<FsWatcher>,
    first: Arc<Semaphore>,
    running: HashMap<PathBuf, Running>,
}

struct Running {
    spec: Spec,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Watch {
    async fn wanted(&self, choose: Choose) -> Result<HashMap<PathBuf, Spec>, EngineError> {
        let models = self.engine.models().loaded();
        let mut indexes = self.engine.store().indexes().await?;
        indexes.retain(|index| models.iter().any(|model| model.model_id == index.model));
        let walk = self.engine.state.config.walk.clone();
        let wanted = tokio::task::spawn_blocking(move || {
            let there = indexes.into_iter().filter(|index| is_there(Path::new(&index.root)));
            let specs = there.filter_map(|index| {
                let request = choose(&index)?;
                let walk = walk_options(&walk, &request, &index).inspect_err(|error| {
                    tracing::warn!(index = index.name, %error, "cannot be watched");
                });
                let walk = walk.ok()?;
                let (id, name) = (index.id, index.name);
                Some((PathBuf::from(index.root), Spec { id, name, request, walk }))
            });
            specs.collect()
        });
        Ok(wanted.await?)
    }

    /// Follows the projects that are `wanted`, and no other.
    fn follow_these(&mut self, mut wanted: HashMap<PathBuf, Spec>) {
        self.running.retain(|root, running| {
            let keep = wanted.get(root) == Some(&running.spec) && !running.task.is_finished();
            if keep {
                wanted.remove(root);
            } else {
                running.stop.cancel();
                self.engine.state.watches.leave(root);
            }
            keep
        });
        for (root, spec) in wanted {
            let running = self.follow(&root, spec);
            self.running.insert(root, running);
        }
    }

    fn follow(&self, root: &Path, spec: Spec) -> Running {
        tracing::debug!(index = spec.name, root = %root.display(), "watching");
        let queue = Arc::new(ChangeQueue::new(root.to_path_buf()));
        self.engine.state.watches.enter(&queue);
        let snapshot = ProjectSnapshot::new(
            root.to_path_buf(),
            spec.walk.clone(),
            Arc::clone(&self.fs_watcher),
        );
        let snapshot = Arc::new(Mutex::new(snapshot));
        let project = Project {
            engine: self.engine.clone(),
            name: spec.name.clone(),
            request: spec.request.clone(),
            options: self.options.clone(),
            queue,
            first: Arc::clone(&self.first),
            snapshot: Arc::clone(&snapshot),
        };
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            stopped.run_until_cancelled(project.follow()).await;
            let close = move || lock(&snapshot).close();
            if let Err(error) = tokio::task::spawn_blocking(close).await {
                tracing::debug!(%error, "the watches of a project stay");
            }
        });
        Running { spec, stop, task }
    }

    async fn end(self) {
        for (root, running) in self.running {
            running.stop.cancel();
            self.engine.state.watches.leave(&root);
            // However it ends, it has ended.
            let _ = running.task.await;
        }
    }
}
