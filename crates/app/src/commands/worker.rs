//! `sconce worker`.

use sconce_engine::{WorkOptions, WorkProgress, WorkReport};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Context;
use crate::cli::WorkerArgs;
use crate::failure::Failure;
use crate::output::{counted, duration, escaped, follow_worker, grouped};
use crate::signals;
use crate::work;

pub(super) async fn run(context: &Context, arguments: WorkerArgs) -> Result<(), Failure> {
    let engine = context.engine().await?;
    let options = WorkOptions {
        name: arguments.name,
        role: "worker",
        model: work::chosen_model(&context.config),
        once: arguments.once,
    };
    let shutdown = CancellationToken::new();
    tokio::spawn(signals::cancel_on_end(shutdown.clone()));
    let (sender, progress) = watch::channel(WorkProgress::default());
    let output = context.output;
    let shown = tokio::spawn(follow_worker(engine.clone(), progress, output));
    let ended = engine.work(options, sender, shutdown).await;
    shown.abort();
    // It has to be off the terminal before anything else is written.
    let _ = shown.await;
    let report = ended?;
    if output.json {
        return output.print_json(&report);
    }
    output.print(&summary(&report))
}

fn summary(report: &WorkReport) -> String {
    let names: Vec<String> = report.indexes.iter().map(|name| escaped(name)).collect();
    let of = if names.is_empty() { String::new() } else { format!(" of {}", names.join(", ")) };
    format!(
        "{} embedded ({} tokens){of} in {}\n",
        counted(report.chunks_embedded, "chunk", "chunks"),
        grouped(report.tokens),
        duration(report.seconds)
    )
}
