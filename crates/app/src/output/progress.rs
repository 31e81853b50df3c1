//! Progress of an index job: a bar on a terminal, a line every few seconds elsewhere.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sconce_engine::{Job, Phase, Progress};

use super::{Output, counted, duration, grouped};

/// Time between two lines where stderr is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// Time after which a line is said again though nothing moved.
const AGAIN_AFTER: Duration = Duration::from_secs(30);
/// A job that ends sooner shows nothing: an index that is up to date should answer at once.
const SILENT_FOR: Duration = Duration::from_millis(600);

/// Shows a job's progress on stderr until it ends or is far enough.
pub(crate) async fn follow(job: &Job, output: Output, is_enough: impl Fn(&Progress) -> bool) {
    let mut job = job.clone();
    let is_over = |progress: &Progress| progress.phase.is_final() || is_enough(progress);
    if output.quiet {
        while !is_over(&job.progress()) {
            job.changed().await;
        }
        return;
    }
    let mut display = Display::new(&job);
    loop {
        let progress = job.progress();
        if is_over(&progress) {
            display.end();
            return;
        }
        display.show(&progress, output);
        tokio::select! {
            () = job.changed() => {}
            // The clock goes on even where nothing changes, e.g. while a model is downloaded.
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
    }
}

struct Display {
    bar: Option<ProgressBar>,
    terminal: bool,
    root: String,
    started: Instant,
    last_line: Instant,
    said: String,
}

impl Display {
    fn new(job: &Job) -> Display {
        Display {
            bar: None,
            terminal: std::io::stderr().is_terminal(),
            root: job.root().display().to_string(),
            started: Instant::now(),
            last_line: Instant::now(),
            said: String::new(),
        }
    }

    fn show(&mut self, progress: &Progress, output: Output) {
        if self.started.elapsed() < SILENT_FOR {
            return;
        }
        if self.terminal {
            let bar = self.bar.get_or_insert_with(bar);
            bar.set_length(progress.files_total);
            bar.set_position(shown_files(progress));
            bar.set_message(details(progress));
        } else if self.last_line.elapsed() >= LINE_EVERY {
            let text = line(progress);
            // What has not moved is not worth a line, but silence looks like a hang.
            if text != self.said || self.last_line.elapsed() >= AGAIN_AFTER {
                self.last_line = Instant::now();
                output.notice(&format!("indexing {}: {text}", self.root));
                self.said = text;
            }
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{bar:28.cyan} {pos}/{len} files  {wide_msg}")
        .expect("the template is valid")
        .progress_chars("━╸─");
    bar.set_style(style);
    bar
}

/// Those that are read, as long as reading is all that is done with them.
fn shown_files(progress: &Progress) -> u64 {
    let read = if progress.phase == Phase::Reading { progress.files_to_embed } else { 0 };
    progress.files_done + read
}

/// `waits for its turn, at place 3 of the queue`.
fn queued(progress: &Progress) -> String {
    format!("waits for its turn, at place {} of the queue", progress.queue_place.unwrap_or(1))
}

/// `340 chunks, 5,120 tokens/s, 12 s left`.
fn details(progress: &Progress) -> String {
    if progress.queue_place.is_some() {
        return queued(progress);
    }
    match progress.phase {
        Phase::Waiting => return "getting the model and the database ready".to_owned(),
        Phase::Walking => return "looking for files".to_owned(),
        Phase::Reading => return "read: they answer by their words".to_owned(),
        Phase::Finishing => return "finishing".to_owned(),
        _ => {}
    }
    let mut text = counted(progress.chunks_done, "chunk", "chunks");
    if progress.tokens_per_second >= 1.0 {
        let _ = write!(text, ", {} tokens/s", grouped(progress.tokens_per_second as u64));
    }
    if let Some(seconds) = progress.remaining_seconds {
        let _ = write!(text, ", {} left", duration(seconds));
    }
    text
}

/// One line without a bar: `120 of 400 files, 340 chunks, …`.
pub(crate) fn line(progress: &Progress) -> String {
    match progress.phase {
        Phase::Waiting | Phase::Queued | Phase::Walking | Phase::Finishing => details(progress),
        Phase::Reading => format!(
            "{} of {} files {}",
            grouped(shown_files(progress)),
            grouped(progress.files_total),
            details(progress)
        ),
        _ => format!(
            "{} of {} files{}, {}",
            grouped(progress.files_done),
            grouped(progress.files_total),
            if progress.words_answer() { " embedded" } else { "" },
            details(progress)
        ),
    }
}
