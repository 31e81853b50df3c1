//! A worker's place among those that the database knows.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sconce_embed::EmbedderInfo;
use sconce_store::{IndexId, NewWorker, Store, WorkerId, WorkerState};
use tokio::task::JoinHandle;

use super::rate::Rate;
use crate::EngineError;
use crate::sync::lock;

/// For how long a worker counts as alive after it was last heard of. What it holds is idle as long
/// after its death.
const LEASE: Duration = Duration::from_secs(30);
/// How often it is heard of: several may be missed on a busy machine.
const RENEW_EVERY: Duration = Duration::from_secs(5);

/// A worker that the database knows, and that is heard of as long as this lives.
/// [`leave`](Self::leave) gives back what it holds; dropped, that is idle until its lease ends.
#[derive(Debug)]
pub(crate) struct Membership {
    shared: Arc<Shared>,
    heartbeat: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    new: NewWorker,
    member: Mutex<Member>,
}

#[derive(Debug)]
struct Member {
    id: WorkerId,
    state: WorkerState,
    rate: Rate,
}

impl Membership {
    /// Joins as `name`, or as this machine and process.
    pub(crate) async fn join(
        store: &Store,
        name: Option<&str>,
        role: &'static str,
        job_of: Option<IndexId>,
    ) -> Result<Self, EngineError> {
        let name = name.map_or_else(own_name, str::to_owned);
        let new = NewWorker { name, role, job_of, lease: LEASE };
        let id = store.join_workers(&new).await?;
        let (state, rate) = (WorkerState::default(), Rate::new(Instant::now()));
        let member = Mutex::new(Member { id, state, rate });
        let shared = Arc::new(Shared { store: store.clone(), new, member });
        let heartbeat = tokio::spawn(beat(Arc::clone(&shared)));
        Ok(Self { shared, heartbeat })
    }

    /// Its id now: another one after it was taken for dead.
    pub(crate) fn id(&self) -> WorkerId {
        lock(&self.shared.member).id
    }

    /// It works on `index` with that model.
    pub(crate) fn works_on(&self, index: IndexId, model: &EmbedderInfo) {
        let mut member = lock(&self.shared.member);
        let state = &mut member.state;
        (state.index, state.model, state.device) =
            (Some(index), model.model_id.clone(), device_of(model));
    }

    /// A handle that counts what it embeds.
    pub(crate) fn counter(&self) -> Counter {
        Counter(Arc::clone(&self.shared))
    }

    /// Chunks a second, of late.
    pub(crate) fn chunks_per_second(&self) -> f64 {
        lock(&self.shared.member).rate.per_second(Instant::now())
    }

    /// Is heard of now, and joins again where it was taken for dead.
    pub(crate) async fn renew(&self) -> Result<(), EngineError> {
        self.shared.renew().await
    }

    /// Gives back what it holds. Where the database cannot be asked, that ends with its lease.
    pub(crate) async fn leave(self) {
        self.heartbeat.abort();
        if let Err(error) = self.shared.store.leave_workers(self.id()).await {
            tracing::warn!(%error, "what this worker held is idle until its lease ends");
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.heartbeat.abort();
    }
}

/// Counts what a worker embeds.
#[derive(Debug, Clone)]
pub(crate) struct Counter(Arc<Shared>);

impl Counter {
    /// So many chunks more are embedded.
    pub(crate) fn embedded(&self, chunks: u64) {
        let mut member = lock(&self.0.member);
        member.state.chunks += chunks;
        member.rate.add(Instant::now(), chunks);
    }
}

impl Shared {
    async fn renew(&self) -> Result<(), EngineError> {
        let (id, state) = {
            let mut member = lock(&self.member);
            let rate = member.rate.per_second(Instant::now()) as f32;
            member.state.chunks_per_second = rate;
            (member.id, member.state.clone())
        };
        if !self.store.renew_worker(id, &state, LEASE).await? {
            tracing::warn!(
                worker = self.new.name,
                "this worker was taken for dead: it joins again"
            );
            let id = self.store.join_workers(&self.new).await?;
            lock(&self.member).id = id;
        }
        Ok(())
    }
}

async fn beat(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        if let Err(error) = shared.renew().await {
            tracing::warn!(%error, "the database has not heard of this worker");
        }
    }
}

/// What a model runs on, for people: `cpu, int8, avx512-vnni`.
pub(crate) fn device_of(model: &EmbedderInfo) -> String {
    let parts = [model.device.as_str(), &model.precision, &model.kernels];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// This machine and process, for people.
fn own_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let host = host.or_else(|| std::env::var("HOSTNAME").ok()).unwrap_or_default();
    let host = if host.trim().is_empty() { "sconce" } else { host.trim() };
    format!("{host}:{}", std::process::id())
}
