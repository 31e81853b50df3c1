//! `/health`: what works, refreshed in the background, so that asking costs nothing.

use std::sync::Arc;
use std::time::Duration;

use sconce_engine::{Engine, HeldWords, Progress, StandbyHealth, WatchMode, Worker};
use serde::Serialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::warmup::{ModelState, OpeningState, Warmup};

/// Time between two looks at the database.
const EVERY: Duration = Duration::from_secs(2);
/// Longest wait for the database's answer; a busy one is slow but well.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What `/health` answers.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Health {
    /// `ok` when a search would work, `starting` before it first would, `failing` afterwards.
    pub status: &'static str,
    /// Version of sconce.
    pub version: &'static str,
    /// The database.
    pub database: ComponentHealth,
    /// The standby that searches read, where there is one. Without it they work as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standby: Option<StandbyHealth>,
    /// pgvector in it.
    pub pgvector: ComponentHealth,
    /// The embedding model.
    pub model: ComponentHealth,
    /// What the model runs on.
    pub backend: Option<String>,
    /// Texts that wait to be embedded.
    pub queue: usize,
    /// Index jobs that run.
    pub jobs: Vec<JobState>,
    /// Those who embed for this database, on any machine.
    pub workers: Vec<Worker>,
    /// How the indexed projects are followed.
    pub watch: Watching,
    /// What the words of indexes take.
    pub words: HeldWords,
}

/// How many projects are followed in which way.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Watching {
    /// Projects whose changes the system tells of.
    pub events: usize,
    /// Projects that are scanned again and again.
    pub scanning: usize,
    /// Why one is scanned, and what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One thing that a search needs.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ComponentHealth {
    /// Whether it works.
    pub ok: bool,
    /// What is there, or what is wrong.
    pub detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl ComponentHealth {
    fn well(detail: impl Into<String>) -> ComponentHealth {
        ComponentHealth { ok: true, detail: detail.into(), hint: None }
    }

    fn waiting(detail: impl Into<String>) -> ComponentHealth {
        ComponentHealth { ok: false, detail: detail.into(), hint: None }
    }

    fn failed(failure: &Failure) -> ComponentHealth {
        ComponentHealth { ok: false, detail: failure.message.clone(), hint: failure.hint.clone() }
    }
}

/// An index job in `/health`.
#[derive(Debug, Clone, Serialize)]
pub struct JobState {
    /// The index.
    pub index: String,
    /// How far it is.
    #[serde(flatten)]
    pub progress: Progress,
}

/// The latest health, read without waiting.
#[derive(Debug, Clone)]
pub struct Monitor {
    latest: watch::Receiver<Arc<Health>>,
}

impl Monitor {
    /// Watches until `shutdown`.
    pub fn start(warmup: Warmup, shutdown: CancellationToken) -> Monitor {
        let starting = Health {
            status: "starting",
            version: crate::VERSION,
            database: ComponentHealth::waiting("starting"),
            pgvector: ComponentHealth::waiting("starting"),
            model: ComponentHealth::waiting("starting"),
            ..Health::default()
        };
        let (sender, latest) = watch::channel(Arc::new(starting));
        tokio::spawn(async move {
            let mut was_ready = false;
            while !shutdown.is_cancelled() {
                let health = look(&warmup, &mut was_ready).await;
                sender.send_replace(Arc::new(health));
                let pause = if was_ready { EVERY } else { Duration::from_millis(200) };
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = shutdown.cancelled() => {}
                }
            }
        });
        Monitor { latest }
    }

    /// The latest health.
    pub fn now(&self) -> Arc<Health> {
        self.latest.borrow().clone()
    }

    /// Waits until a search would work; returns the model's id.
    pub async fn ready(&self) -> Option<String> {
        let mut latest = self.latest.clone();
        let health = latest.wait_for(|health| health.status == "ok").await.ok()?;
        Some(health.model.detail.clone())
    }
}

fn model(engine: &Engine, warmup: &Warmup) -> (ComponentHealth, Option<String>) {
    if let ModelState::Failed(failure) = warmup.model() {
        return (ComponentHealth::failed(&failure), None);
    }
    let loaded = engine.models().loaded();
    let Some(info) = loaded.first().filter(|_| matches!(warmup.model(), ModelState::Warm)) else {
        return (ComponentHealth::waiting("loading"), None);
    };
    let backend = [info.backend, &info.device, &info.precision, &info.kernels];
    let backend: Vec<&str> = backend.into_iter().filter(|part| !part.is_empty()).collect();
    (ComponentHealth::well(&info.model_id), Some(backend.join(", ")))
}

/// Looks how everything is; opens and loads nothing.
async fn look(warmup: &Warmup, was_ready: &mut bool) -> Health {
    let mut health = Health { version: crate::VERSION, ..Health::default() };
    match warmup.state() {
        OpeningState::Ready(engine) => {
            database(&engine, &mut health).await;
            health.standby = engine.standby_health().await;
            (health.model, health.backend) = model(&engine, warmup);
            health.queue = engine.models().queue();
            health.jobs = jobs(&engine);
            health.workers = workers(&engine, &health).await;
            health.watch = watching(&engine);
            health.words = engine.held_words();
        }
        OpeningState::Failed(failure) => {
            health.database = ComponentHealth::failed(&failure);
            health.pgvector = ComponentHealth::waiting("no database");
            health.model = ComponentHealth::waiting("no database");
        }
        OpeningState::Idle | OpeningState::Opening(_) => {
            let doing = match warmup.state() {
                OpeningState::Opening(line) => line,
                _ => "starting".to_owned(),
            };
            health.database = ComponentHealth::waiting(doing);
            health.pgvector = ComponentHealth::waiting("no database yet");
            health.model = ComponentHealth::waiting("no database yet");
        }
    }
    let ready = health.database.ok && health.pgvector.ok && health.model.ok;
    health.status = match (ready, *was_ready) {
        (true, _) => "ok",
        (false, true) => "failing",
        (false, false) => "starting",
    };
    *was_ready |= ready;
    health
}

async fn database(engine: &Engine, health: &mut Health) {
    let asked = tokio::time::timeout(TIMEOUT, engine.database_health()).await;
    match asked {
        Ok(Ok(database)) => {
            health.database =
                ComponentHealth::well(format!("PostgreSQL {}", database.server_version));
            health.pgvector = ComponentHealth::well(database.pgvector_version);
        }
        Ok(Err(error)) => {
            health.database = ComponentHealth::failed(&error.into());
            health.pgvector = ComponentHealth::waiting("no database");
        }
        Err(_) => {
            let waited = format!("no answer within {} s", TIMEOUT.as_secs());
            health.database = ComponentHealth::failed(&Failure::unavailable(waited));
            health.pgvector = ComponentHealth::waiting("no database");
        }
    }
}

/// What the database says, where it answers.
async fn workers(engine: &Engine, health: &Health) -> Vec<Worker> {
    if !health.database.ok {
        return Vec::new();
    }
    let asked = tokio::time::timeout(TIMEOUT, engine.workers()).await;
    asked.ok().and_then(Result::ok).unwrap_or_default()
}

fn watching(engine: &Engine) -> Watching {
    let mut watching = Watching::default();
    for (_, status) in engine.watches().all() {
        match status.mode {
            WatchMode::Events => watching.events += 1,
            WatchMode::Scanning => watching.scanning += 1,
        }
        watching.reason = watching.reason.or(status.reason);
    }
    watching
}

fn jobs(engine: &Engine) -> Vec<JobState> {
    let running = engine.jobs().into_iter().filter(|job| !job.is_finished());
    running
        .map(|job| JobState { index: job.index_name().to_owned(), progress: job.progress() })
        .collect()
}
