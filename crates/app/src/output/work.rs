//! What a worker does: a line that changes on a terminal, a line every few seconds elsewhere.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sconce_engine::{Engine, WorkProgress, Worker};
use tokio::sync::watch;

use super::{Output, counted, escaped, grouped};

/// Time between two looks, each of which asks the database about all workers.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Before the first one: a worker without work ends sooner, or says so.
const FIRST_AFTER: Duration = Duration::from_secs(1);

/// Shows on stderr what a worker does, until it is aborted.
pub(crate) async fn follow_worker(
    engine: Engine,
    progress: watch::Receiver<WorkProgress>,
    output: Output,
) {
    if output.quiet {
        return;
    }
    let bar = std::io::stderr().is_terminal().then(bar);
    let mut said = String::new();
    tokio::time::sleep(FIRST_AFTER).await;
    loop {
        let now = progress.borrow().clone();
        let workers = engine.workers().await.unwrap_or_default();
        let left = match &now.index {
            Some(index) => left(&engine, index).await,
            None => None,
        };
        let text = line(&now, &workers, left);
        match &bar {
            Some(bar) => bar.0.set_message(text),
            None if text != said => {
                output.notice(&text);
                said = text;
            }
            None => {}
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// A line that goes when it is dropped.
struct Bar(ProgressBar);

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn bar() -> Bar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    bar.set_style(
        ProgressStyle::with_template("{spinner:.cyan} {wide_msg}").expect("the template is valid"),
    );
    bar.enable_steady_tick(Duration::from_millis(120));
    Bar(bar)
}

/// The chunks of an index that have no vector.
async fn left(engine: &Engine, index: &str) -> Option<u64> {
    let index = engine.index_named(index).await.ok()?;
    index.chunks_to_embed().await.ok()
}

/// `embedding shop: 1,024 chunks, 45 chunks/s (cpu, int8), 12,000 left; 3 workers, 120 chunks/s`.
fn line(progress: &WorkProgress, workers: &[Worker], left: Option<u64>) -> String {
    let Some(index) = &progress.index else {
        return format!(
            "nothing to embed: waiting ({} so far)",
            counted(progress.chunks, "chunk", "chunks")
        );
    };
    let mut text = format!(
        "embedding {}: {}, {} chunks/s",
        escaped(index),
        counted(progress.chunks, "chunk", "chunks"),
        grouped(progress.chunks_per_second.round() as u64)
    );
    if let Some(device) = &progress.device {
        let _ = write!(text, " ({device})");
    }
    if let Some(left) = left {
        let _ = write!(text, ", {} left", grouped(left));
    }
    if workers.len() > 1 {
        let together: f32 = workers.iter().map(|worker| worker.chunks_per_second).sum();
        let together = grouped(together.round() as u64);
        let _ = write!(text, "; {} workers, {together} chunks/s together", workers.len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_tells_of_itself_and_of_all() {
        let mut progress = WorkProgress { chunks: 7, ..WorkProgress::default() };
        assert_eq!(line(&progress, &[], None), "nothing to embed: waiting (7 chunks so far)");
        progress.index = Some("shop".to_owned());
        progress.device = Some("cpu, f32".to_owned());
        progress.chunks_per_second = 44.7;
        let worker = Worker {
            name: "box:1".to_owned(),
            role: "worker".to_owned(),
            device: "cpu".to_owned(),
            model: "m".to_owned(),
            index: None,
            chunks: 0,
            chunks_per_second: 600.2,
            chunks_held: 0,
            seconds: 1.0,
        };
        assert_eq!(
            line(&progress, &[worker.clone(), worker], Some(12_000)),
            "embedding shop: 7 chunks, 45 chunks/s (cpu, f32), 12,000 left; 2 workers, \
             1,200 chunks/s together"
        );
    }
}
