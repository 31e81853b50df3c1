//! The engine with its database and its models, opened for one command.

use std::path::{Path, PathBuf};

use sconce_embed::PullEvent;
use sconce_engine::{Engine, EngineConfig, IndexRequest, Models, ParserCommand, WalkOptions};
use sconce_store::Store;

use crate::failure::Failure;
use crate::settings::Config;
use crate::start::PARSER;

/// Opens the database and makes an engine; models are opened when they are first needed.
///
/// `notice` hears, in one line each, of what takes time: a PostgreSQL that is brought, a model
/// that is downloaded, a fallback.
pub(crate) async fn open_engine(
    config: &Config,
    notice: impl Fn(&str) + Clone + Send + Sync + 'static,
) -> Result<Engine, Failure> {
    let store = open_store(config, notice.clone()).await?;
    Ok(Engine::new(store, models(config, notice), engine_config(config)))
}

/// How the engine works: files are parsed by processes of this binary's own.
fn engine_config(config: &Config) -> EngineConfig {
    // The very binary that runs, also where another one has been put in its place.
    let linux = cfg!(target_os = "linux").then(|| PathBuf::from("/proc/self/exe"));
    let program = linux.or_else(|| std::env::current_exe().ok());
    let parser = program.map(|program| ParserCommand { program, argument: PARSER.to_owned() });
    let walk = WalkOptions { secrets: config.secrets.clone(), ..WalkOptions::default() };
    EngineConfig { walk, parser, ..EngineConfig::default() }
}

/// Opens the database alone.
pub(crate) async fn open_store(
    config: &Config,
    notice: impl Fn(&str) + Send + 'static,
) -> Result<Store, Failure> {
    let config = config.store.clone();
    let runtime = tokio::runtime::Handle::current();
    // On a thread that may block: bringing and starting a PostgreSQL takes as long as it takes,
    // and the future of `open` borrows too deeply to be sent between threads.
    let opened = tokio::task::spawn_blocking(move || {
        let mut tell = move |event: sconce_store::Notice| notice(&event.to_string());
        runtime.block_on(Store::open(&config, &mut tell))
    });
    let opened = opened.await.map_err(|error| {
        Failure::new(crate::failure::Exit::Error, format!("opening the database failed: {error}"))
    })?;
    Ok(opened?)
}

/// The models of the settings, none of them opened yet.
pub(crate) fn models(config: &Config, notice: impl Fn(&str) + Send + Sync + 'static) -> Models {
    let last = std::sync::Mutex::new(None);
    Models::new(config.embedder.clone(), move |event| {
        if let Some(line) = model_line(&event, &last) {
            notice(&line);
        }
    })
}

/// The line of a model's notice; of a download's progress every few seconds alone, and none of a
/// source after which another is tried: what becomes of it all says why in the end.
fn model_line(
    event: &sconce_embed::Notice,
    last: &std::sync::Mutex<Option<std::time::Instant>>,
) -> Option<String> {
    const EVERY: std::time::Duration = std::time::Duration::from_secs(5);
    if let sconce_embed::Notice::Pull(PullEvent::SourceFailed { .. }) = event {
        tracing::debug!("{event}");
        return None;
    }
    if let sconce_embed::Notice::Pull(PullEvent::Progress { .. }) = event {
        let mut last = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if last.is_some_and(|at| at.elapsed() < EVERY) {
            return None;
        }
        *last = Some(std::time::Instant::now());
    }
    Some(event.to_string())
}

/// A request to index `root` as the settings say.
pub(crate) fn index_request(config: &Config, root: &Path) -> IndexRequest {
    IndexRequest {
        root: root.to_path_buf(),
        include: config.include.clone(),
        exclude: config.exclude.clone(),
        ..IndexRequest::default()
    }
}
