//! A worker of no index in particular: takes what has no vectors of whatever index the database has, one
//! after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sconce_embed::{Catalog, Embedder};
use sconce_store::{IndexGeneration, IndexId, IndexStatus, Store, StoreError, Wanted};
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Attempts, CLAIMS, Claim, ClaimOutcome, Membership, check_model, chunks_wanted, device_of,
    embed_claim,
};
use crate::engine::EngineState;
use crate::{Engine, EngineError};

/// Between two looks for work where there was none.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Before the next try after the database or the model has failed.
const PAUSE: Duration = Duration::from_secs(3);
/// So often in a row the model may fail.
const MOST_FAILURES: u32 = 5;

/// What a worker is to do.
#[derive(Debug, Clone)]
pub struct WorkOptions {
    /// What people know it by; else its machine and process.
    pub name: Option<String>,
    /// `worker` or `serve`.
    pub role: &'static str,
    /// The one model to embed with; without it whichever an index was made with.
    pub model: Option<String>,
    /// End when nothing is left to embed.
    pub once: bool,
}

/// How far a worker is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorkProgress {
    /// The index that it works on; none while there is nothing to do.
    pub index: Option<String>,
    /// What its model runs on, as soon as it has one.
    pub device: Option<String>,
    /// Chunks that it has embedded.
    pub chunks: u64,
    /// Chunks a second, of late.
    pub chunks_per_second: f64,
}

/// What a worker did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WorkReport {
    /// Chunks that got their vectors.
    pub chunks: u64,
    /// Those that were embedded; the others' vectors were known.
    pub chunks_embedded: u64,
    /// Tokens embedded.
    pub tokens: u64,
    /// Chunks longer than the model's limit, of which the beginning alone is embedded.
    pub truncated: u64,
    /// The indexes that they are of, by name.
    pub indexes: BTreeSet<String>,
    /// Seconds that it worked, waiting among it.
    pub seconds: f64,
}

impl Engine {
    /// Embeds what has no vectors in any index of the database, beside all others who do, until
    /// `shutdown`; then what it had claimed is given back. `progress` tells how far it is.
    ///
    /// # Errors
    /// [`EngineError::OtherModelFiles`] where the database's vectors were made with other files of the
    /// model; where the model cannot be used, or fails again and again.
    pub async fn work(
        &self,
        options: WorkOptions,
        progress: watch::Sender<WorkProgress>,
        shutdown: CancellationToken,
    ) -> Result<WorkReport, EngineError> {
        let begun = Instant::now();
        let mut worker = Worker::join(Arc::clone(&self.state), options, progress).await?;
        let outcome = shutdown.run_until_cancelled(worker.work()).await.unwrap_or(Ok(()));
        let mut report = worker.leave().await;
        report.seconds = begun.elapsed().as_secs_f64();
        outcome.map(|()| report)
    }
}

struct Worker {
    state: Arc<EngineState>,
    options: WorkOptions,
    progress: watch::Sender<WorkProgress>,
    member: Membership,
    models: HashMap<String, Embedder>,
    /// Models of indexes that it cannot embed for, with the reasons.
    refused: BTreeMap<String, EngineError>,
    under_way: JoinSet<Finished>,
    /// The files of what is under way.
    held: Vec<i64>,
    attempts: Attempts,
    failures: u32,
    /// Indexes in which nothing was left, each at its generation then.
    complete: HashMap<IndexId, i64>,
    /// Indexes that it has worked on and that are not complete.
    unfinished: BTreeSet<IndexId>,
    finishing: JoinSet<()>,
    last: Option<IndexId>,
    report: WorkReport,
}

/// A claim that has come to its end.
struct Finished {
    claim: Claim,
    index: String,
    outcome: Result<ClaimOutcome, EngineError>,
}

/// What a look for work has found.
enum Found {
    /// Files to embed.
    Work(IndexGeneration, Claim),
    /// Others have all that is left.
    OthersWork,
    /// No file without vectors that could get them.
    Nothing,
}

impl Worker {
    async fn join(
        state: Arc<EngineState>,
        options: WorkOptions,
        progress: watch::Sender<WorkProgress>,
    ) -> Result<Self, EngineError> {
        let name = options.name.as_deref();
        let member = Membership::join(&state.store, name, options.role, None).await?;
        Ok(Self {
            state,
            options,
            progress,
            member,
            models: HashMap::new(),
            refused: BTreeMap::new(),
            under_way: JoinSet::new(),
            held: Vec::new(),
            attempts: Attempts::default(),
            failures: 0,
            complete: HashMap::new(),
            unfinished: BTreeSet::new(),
            finishing: JoinSet::new(),
            last: None,
            report: WorkReport::default(),
        })
    }

    /// Gives back what it holds.
    async fn leave(mut self) -> WorkReport {
        // A write that is cut off is rolled back, before others may have its files.
        self.under_way.shutdown().await;
        self.finishing.shutdown().await;
        self.member.leave().await;
        self.report
    }

    async fn work(&mut self) -> Result<(), EngineError> {
        if let Some(model) = self.options.model.clone() {
            // Whether it may is said at once, and not when the first index comes.
            self.model(&model).await?;
        }
        loop {
            while self.under_way.len() >= CLAIMS {
                self.finish_claim().await?;
            }
            match self.look().await {
                Ok(Found::Work(index, claim)) => self.embed(&index, claim).await?,
                Ok(_) if !self.under_way.is_empty() => self.finish_claim().await?,
                Ok(Found::Nothing) if self.options.once => return self.end().await,
                Ok(_) => {
                    self.tell(None);
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Err(error) => self.endure(error).await?,
            }
        }
    }

    /// Looks for files to embed, in another index than the last ones came from where there is one, so
    /// that all indexes get on.
    async fn look(&mut self) -> Result<Found, EngineError> {
        let store = self.state.store.clone();
        let mut indexes = store.index_generations().await?;
        self.complete.retain(|id, _| indexes.iter().any(|index| index.id == *id));
        let next = indexes.partition_point(|index| Some(index.id) <= self.last);
        indexes.rotate_left(next);
        let mut found = Found::Nothing;
        for index in indexes {
            let is_complete = self.complete.get(&index.id) == Some(&index.generation);
            if is_complete || !self.is_ours(&index.model) || self.refused.contains_key(&index.model)
            {
                continue;
            }
            match self.claim(&store, &index).await {
                Ok(Found::Work(index, claim)) => return Ok(Found::Work(index, claim)),
                Ok(Found::OthersWork) => found = Found::OthersWork,
                // It is gone, or nothing is left in it.
                Ok(Found::Nothing) | Err(EngineError::Store(StoreError::NoSuchIndex { .. })) => {}
                Err(error) => return Err(error),
            }
        }
        // A model that cannot be used is in nobody's way but that of a worker that has no other.
        let refused = self.models.is_empty().then(|| self.refused.pop_first()).flatten();
        refused.map_or(Ok(found), |(_, error)| Err(error))
    }

    fn is_ours(&self, model: &str) -> bool {
        let ours = self.options.model.as_deref();
        ours.is_none_or(|ours| Catalog::builtin().canonical_id(ours) == model)
    }

    async fn claim(
        &mut self,
        store: &Store,
        index: &IndexGeneration,
    ) -> Result<Found, EngineError> {
        if !store.has_pending(index.id).await? {
            self.complete.insert(index.id, index.generation);
            self.finish_index(index);
            return Ok(Found::Nothing);
        }
        if let Err(error) = self.model(&index.model).await {
            tracing::warn!(index = index.name, %error, "nothing of it is embedded here");
            self.refused.insert(index.model.clone(), error);
            return Ok(Found::Nothing);
        }
        let chunks = chunks_wanted(self.member.chunks_per_second());
        let wanted = Wanted { chunks, under_way: &self.held, but: self.attempts.given_up() };
        let Some(claimed) = store.claim(self.member.id(), index.id, wanted).await? else {
            self.member.renew().await?;
            return Ok(Found::OthersWork);
        };
        if claimed.files.is_empty() {
            let others = claimed.shared || self.attempts.given_up().is_empty();
            return Ok(if others { Found::OthersWork } else { Found::Nothing });
        }
        let claim = Claim { worker: self.member.id(), index: index.id, files: claimed.files };
        Ok(Found::Work(index.clone(), claim))
    }

    /// The model of that name, once it is known to be the database's.
    async fn model(&mut self, name: &str) -> Result<Embedder, EngineError> {
        if let Some(model) = self.models.get(name) {
            return Ok(model.clone());
        }
        let embedder = self.state.models.named(name).await?;
        check_model(&self.state.store, &self.state.fingerprints, &embedder).await?;
        self.models.insert(name.to_owned(), embedder.clone());
        Ok(embedder)
    }

    async fn embed(&mut self, index: &IndexGeneration, claim: Claim) -> Result<(), EngineError> {
        let embedder = self.model(&index.model).await?;
        self.last = Some(index.id);
        self.unfinished.insert(index.id);
        self.member.works_on(index.id, embedder.info());
        self.held.extend(&claim.files);
        self.attempts.note(&claim.files);
        let (store, counter) = (self.state.store.clone(), self.member.counter());
        let name = index.name.clone();
        self.under_way.spawn(async move {
            let told = |_, chunks| counter.embedded(chunks);
            let outcome = embed_claim(&store, &embedder, &claim, told).await;
            Finished { claim, index: name, outcome }
        });
        let embedder = &self.models[&index.model];
        self.progress.send_modify(|progress| progress.device = Some(device_of(embedder.info())));
        self.tell(Some(&index.name));
        Ok(())
    }

    async fn finish_claim(&mut self) -> Result<(), EngineError> {
        let Some(finished) = self.under_way.join_next().await else { return Ok(()) };
        let Finished { claim, index, outcome } = finished?;
        self.held.retain(|file| !claim.files.contains(file));
        match outcome {
            Ok(done) => {
                self.failures = 0;
                if done.attached.files == claim.files.len() as u64 {
                    self.attempts.forget(&claim.files);
                }
                self.report.chunks += done.attached.chunks;
                self.report.chunks_embedded += done.chunks_embedded;
                self.report.tokens += done.tokens;
                self.report.truncated += done.truncated;
                self.report.indexes.insert(index.clone());
                self.tell(Some(&index));
                Ok(())
            }
            // It was deleted, or made again.
            Err(EngineError::Store(StoreError::NoSuchIndex { .. })) => Ok(()),
            Err(error) => self.endure(error).await,
        }
    }

    /// Goes on after an error that may pass. What was claimed is given back with the next claim.
    async fn endure(&mut self, error: EngineError) -> Result<(), EngineError> {
        let is_transient = match &error {
            EngineError::Store(StoreError::TimedOut) => true,
            EngineError::Store(error) => error.is_transient(),
            EngineError::Embed(_) if !self.models.is_empty() => {
                self.failures += 1;
                self.failures < MOST_FAILURES
            }
            _ => false,
        };
        if !is_transient {
            return Err(error);
        }
        tracing::warn!(%error, "trying again");
        tokio::time::sleep(PAUSE).await;
        Ok(())
    }

    /// Where nobody else will, makes what an index job makes at its end: statistics and the index of
    /// vectors.
    fn finish_index(&mut self, index: &IndexGeneration) {
        if !self.unfinished.remove(&index.id) {
            return;
        }
        let (store, id, name) = (self.state.store.clone(), index.id, index.name.clone());
        self.finishing.spawn(async move {
            if let Err(error) = finish_alone(&store, id).await {
                tracing::warn!(index = name, %error, "its vectors have no index of their own yet");
            }
        });
    }

    /// Nothing is left, but for files that were given up.
    async fn end(&mut self) -> Result<(), EngineError> {
        while self.finishing.join_next().await.is_some() {}
        if let Some((_, error)) = self.refused.pop_first() {
            return Err(error);
        }
        let mut chunks = 0;
        for id in &self.unfinished {
            chunks += self.state.store.pending(*id).await?.chunks;
        }
        let is_all = chunks == 0 || self.attempts.given_up().is_empty();
        if is_all { Ok(()) } else { Err(EngineError::NoVectors { chunks }) }
    }

    fn tell(&self, index: Option<&str>) {
        let (chunks, rate) = (self.report.chunks_embedded, self.member.chunks_per_second());
        self.progress.send_modify(|progress| {
            progress.index = index.map(str::to_owned);
            progress.chunks = chunks;
            progress.chunks_per_second = rate;
        });
    }
}

/// Ends the indexing of an index unless a job writes it or has ended it, which does that itself.
async fn finish_alone(store: &Store, id: IndexId) -> Result<(), StoreError> {
    let row = store.index_by_id(id).await?;
    if row.is_none_or(|row| row.state.status == IndexStatus::Ready) {
        return Ok(());
    }
    let Some(lock) = store.lock_index(id).await? else { return Ok(()) };
    let finished = store.finish_index(id, true).await;
    lock.release().await;
    finished
}
