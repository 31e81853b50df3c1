//! Opening the database behind a server that answers already.
//!
//! MCP clients wait only seconds for the first answer, and downloading a PostgreSQL can take longer;
//! so a server listens first, and whoever needs the engine waits for it here.

use std::sync::Arc;
use std::time::Duration;

use sconce_engine::Engine;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::output::download_line;
use crate::services::{self, Told};
use crate::settings::Config;

/// How far the opening is.
#[derive(Debug, Clone)]
pub enum OpeningState {
    /// Nobody has asked yet.
    Idle,
    /// It is under way; the line says what happens.
    Opening(String),
    /// It is open.
    Ready(Engine),
    /// It failed; the next one who asks tries again.
    Failed(Failure),
}

/// How far the default model is.
#[derive(Debug, Clone)]
pub enum ModelState {
    /// It is being opened, or nobody has begun.
    Loading,
    /// A query does not wait for it.
    Warm,
    /// It failed; it is tried again after a pause.
    Failed(Failure),
}

/// A handle to the opening. Clones share it.
#[derive(Debug, Clone)]
pub struct Warmup {
    config: Arc<Config>,
    state: watch::Sender<OpeningState>,
    model: watch::Sender<ModelState>,
}

/// Pause after a failure, since each try may start a server or load a model.
const RETRY_DATABASE: Duration = Duration::from_secs(2);
const RETRY_MODEL: Duration = Duration::from_secs(30);

impl Warmup {
    /// Nothing is opened until somebody asks.
    pub fn new(config: Arc<Config>) -> Warmup {
        Self {
            config,
            state: watch::Sender::new(OpeningState::Idle),
            model: watch::Sender::new(ModelState::Loading),
        }
    }

    /// An engine that is open already.
    pub fn ready(config: Arc<Config>, engine: Engine) -> Warmup {
        Self { state: watch::Sender::new(OpeningState::Ready(engine)), ..Self::new(config) }
    }

    /// Starts opening in the background, unless it is open or under way.
    pub fn start(&self) {
        let mut known = None;
        let starting = self.state.send_if_modified(|state| {
            let start = matches!(state, OpeningState::Idle | OpeningState::Failed(_));
            if start {
                if let OpeningState::Failed(failure) = state {
                    known = Some(failure.to_string());
                }
                *state = OpeningState::Opening("starting the database".to_owned());
            }
            start
        });
        if starting {
            let this = self.clone();
            tokio::spawn(async move { this.open(known).await });
        }
    }

    /// Opens it; logs a failure unless it is the one that is `known`.
    async fn open(&self, known: Option<String>) {
        let state = self.state.clone();
        let notice = move |told: Told<'_>| {
            let line = match told {
                Told::Line(line) => {
                    tracing::info!("{line}");
                    line.to_owned()
                }
                Told::Download { what, done, total } => download_line(what, done, total),
            };
            state.send_if_modified(|state| {
                let opening = matches!(state, OpeningState::Opening(_));
                if opening {
                    *state = OpeningState::Opening(line.clone());
                }
                opening
            });
        };
        let opened = services::open_engine(&self.config, notice).await;
        if let Err(failure) = &opened
            && known != Some(failure.to_string())
        {
            tracing::error!(hint = failure.hint, "the database cannot be opened: {failure}");
        }
        self.state.send_replace(match opened {
            Ok(engine) => OpeningState::Ready(engine),
            Err(failure) => OpeningState::Failed(failure),
        });
    }

    /// Opens the database and warms the model in the background, and tries again where one fails,
    /// until `shutdown`.
    pub fn keep(&self, shutdown: CancellationToken) {
        let this = self.clone();
        tokio::spawn(async move {
            let engine = shutdown.run_until_cancelled(this.keep_opening()).await;
            if let Some(engine) = engine {
                shutdown.run_until_cancelled(this.keep_warming(&engine)).await;
            }
        });
    }

    async fn keep_opening(&self) -> Engine {
        loop {
            match self.engine(Duration::MAX).await {
                Ok(engine) => return engine,
                Err(_) => tokio::time::sleep(RETRY_DATABASE).await,
            }
        }
    }

    async fn keep_warming(&self, engine: &Engine) {
        loop {
            let Err(failure) = warm(engine.clone()).await else { break };
            tracing::error!(hint = failure.hint, "the model cannot be used: {failure}");
            self.model.send_replace(ModelState::Failed(failure));
            tokio::time::sleep(RETRY_MODEL).await;
        }
        self.model.send_replace(ModelState::Warm);
    }

    /// How far the default model is now.
    pub fn model(&self) -> ModelState {
        self.model.borrow().clone()
    }

    /// How far it is now.
    pub fn state(&self) -> OpeningState {
        self.state.borrow().clone()
    }

    /// The engine, if it is open.
    pub fn engine_now(&self) -> Option<Engine> {
        match &*self.state.borrow() {
            OpeningState::Ready(engine) => Some(engine.clone()),
            _ => None,
        }
    }

    /// Waits until it is open, however often that fails before; starts nothing.
    pub async fn opened(&self) -> Option<Engine> {
        let mut state = self.state.subscribe();
        let opened = state.wait_for(|state| matches!(state, OpeningState::Ready(_))).await.ok()?;
        match &*opened {
            OpeningState::Ready(engine) => Some(engine.clone()),
            _ => None,
        }
    }

    /// The engine, opened now if need be; a failure after `within`.
    pub async fn engine(&self, within: Duration) -> Result<Engine, Failure> {
        self.start();
        let mut state = self.state.subscribe();
        let settled = state
            .wait_for(|state| matches!(state, OpeningState::Ready(_) | OpeningState::Failed(_)));
        let settled = tokio::time::timeout(within, settled).await.ok().and_then(Result::ok);
        match settled.as_deref() {
            Some(OpeningState::Ready(engine)) => return Ok(engine.clone()),
            Some(OpeningState::Failed(failure)) => return Err(failure.clone()),
            _ => {}
        }
        drop(settled);
        let doing = match self.state() {
            OpeningState::Opening(line) => line,
            _ => "starting the database".to_owned(),
        };
        Err(Failure::unavailable(format!("sconce is still getting ready: {doing}"))
            .with_hint("the same call works in some seconds"))
    }
}

/// Loads the default model, in a task of its own: a panic is a failure then.
async fn warm(engine: Engine) -> Result<(), Failure> {
    let loading = tokio::spawn(async move {
        let embedder = engine.models().default().await?;
        // The first query pays for lazily mapped weights; better now than later.
        embedder.embed_query("warm up").await?;
        Ok(())
    });
    let failed = |error| Failure::unavailable(format!("opening the model: {error}"));
    loading.await.map_err(failed)?
}
