//! A server that embeds what other processes have indexed.

use std::sync::Arc;
use std::time::Duration;

use sconce_engine::{Engine, WorkOptions};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::settings::Config;
use crate::warmup::Warmup;

/// Before a worker that has failed begins again.
const AGAIN_AFTER: Duration = Duration::from_secs(30);

/// The one model that a worker embeds with, where the settings name one.
pub(crate) fn chosen_model(config: &Config) -> Option<String> {
    let model = config.embedder.model.trim();
    (!model.eq_ignore_ascii_case("auto")).then(|| model.to_owned())
}

/// Works from when the database is open until `shutdown`, where the settings say so. It ends when what
/// it held is given back.
pub(crate) fn start(
    config: &Arc<Config>,
    warmup: Warmup,
    shutdown: CancellationToken,
) -> Option<JoinHandle<()>> {
    let model = chosen_model(config);
    let options = WorkOptions { name: None, role: "serve", model, once: false };
    config.worker.then(|| {
        tokio::spawn(async move {
            let opened = shutdown.run_until_cancelled(warmup.opened()).await.flatten();
            let Some(engine) = opened else { return };
            keep_working(&engine, &options, &shutdown).await;
        })
    })
}

async fn keep_working(engine: &Engine, options: &WorkOptions, shutdown: &CancellationToken) {
    let mut known = String::new();
    while !shutdown.is_cancelled() {
        let progress = watch::Sender::default();
        let ended = engine.work(options.clone(), progress, shutdown.clone()).await;
        let Err(error) = ended else { return };
        let failure = Failure::from(error);
        if failure.message != known {
            tracing::error!(hint = failure.hint, "this server embeds for no other: {failure}");
            known = failure.message;
        }
        shutdown.run_until_cancelled(tokio::time::sleep(AGAIN_AFTER)).await;
    }
}
