//! The engine with its database and its models, opened for one command.

use std::path::PathBuf;

use sconce_embed::DownloadEvent;
use sconce_engine::{Engine, EngineConfig, LexicalOptions, Models, ParserCommand, WalkOptions};
use sconce_store::{Health, Store};

use crate::failure::Failure;
use crate::settings::Config;

/// The one argument that makes this process a parser of another one's files.
pub(crate) const PARSER: &str = "--parser-process";

/// What takes time while something is opened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Told<'a> {
    /// Something begins, ends or is not as expected.
    Line(&'a str),
    /// Bytes of a download have come; several times a second.
    Download {
        /// The file or package.
        what: &'a str,
        /// Bytes on disk.
        done: u64,
        /// Its size, where that is known.
        total: Option<u64>,
    },
}

/// Opens the database and makes an engine; models are opened when they are first needed.
///
/// `notice` hears of what takes time: a PostgreSQL or a model that is downloaded, a fallback.
pub(crate) async fn open_engine(
    config: &Config,
    notice: impl Fn(Told<'_>) + Clone + Send + Sync + 'static,
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
    let directory = Some(config.data_dir.join("lexical"));
    let most_bytes = config.words_bytes;
    let lexical = LexicalOptions { directory, most_bytes, ..LexicalOptions::default() };
    let index_jobs = config.index_jobs;
    EngineConfig { walk, parser, lexical, index_jobs, ..EngineConfig::default() }
}

/// Opens the database alone.
pub(crate) async fn open_store(
    config: &Config,
    notice: impl Fn(Told<'_>) + Send + 'static,
) -> Result<Store, Failure> {
    let config = config.store.clone();
    let runtime = tokio::runtime::Handle::current();
    // On a thread that may block: downloading and starting a PostgreSQL takes as long as it takes,
    // and the future of `open` borrows too deeply to be sent between threads.
    let opened = tokio::task::spawn_blocking(move || {
        let mut tell = move |event: sconce_store::Notice| tell_store(&event, &notice);
        runtime.block_on(Store::open(&config, &mut tell))
    });
    let opened = opened.await.map_err(|error| {
        Failure::new(crate::failure::Exit::Error, format!("opening the database failed: {error}"))
    })?;
    Ok(opened?)
}

/// How the database is, which is opened for that and brought up to date.
pub(crate) async fn database_health(
    config: &Config,
    notice: impl Fn(Told<'_>) + Send + 'static,
) -> Result<Health, Failure> {
    let store = open_store(config, notice).await?;
    Ok(store.health().await?)
}

/// Passes a notice of the database's on.
pub(crate) fn tell_store(event: &sconce_store::Notice, notice: impl Fn(Told<'_>)) {
    match event {
        sconce_store::Notice::Progress { package, done, total } => {
            notice(Told::Download { what: package, done: *done, total: Some(*total) });
        }
        event => notice(Told::Line(&event.to_string())),
    }
}

/// The models of the settings, none of them opened yet.
pub(crate) fn models(config: &Config, notice: impl Fn(Told<'_>) + Send + Sync + 'static) -> Models {
    Models::new(config.embedder.clone(), move |event| match &event {
        // another source is tried, and what becomes of it all says why in the end
        sconce_embed::Notice::Download(DownloadEvent::SourceFailed { .. }) => {
            tracing::debug!("{event}");
        }
        sconce_embed::Notice::Download(event) => tell_download(event, &notice),
        event => notice(Told::Line(&event.to_string())),
    })
}

/// Passes what happens to a model's download on.
pub(crate) fn tell_download(event: &DownloadEvent, notice: impl Fn(Told<'_>)) {
    match event {
        DownloadEvent::Progress { file, done, total } => {
            notice(Told::Download { what: file, done: *done, total: *total });
        }
        event => notice(Told::Line(&event.to_string())),
    }
}
