//! A download's progress: a bar on a terminal, a line every few seconds elsewhere.

use std::io::IsTerminal as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Output;

/// Time between two lines where stderr is no terminal.
const LINE_INTERVAL: Duration = Duration::from_secs(5);

/// What is shown of the download that is under way; stderr has room for one bar.
#[derive(Debug)]
struct ShownProgress {
    bar: Option<ProgressBar>,
    last_line: Option<Instant>,
}

static SHOWN: Mutex<ShownProgress> = Mutex::new(ShownProgress { bar: None, last_line: None });

fn shown() -> MutexGuard<'static, ShownProgress> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Output {
    /// Shows how far a download is, in bytes.
    pub(crate) fn download(self, what: &str, done: u64, total: Option<u64>) {
        if self.quiet {
            return;
        }
        if std::io::stderr().is_terminal() {
            let mut shown = shown();
            let bar = shown.bar.get_or_insert_with(bar);
            bar.set_length(total.unwrap_or(done).max(done));
            bar.set_position(done);
            bar.set_message(what.to_owned());
            return;
        }
        let is_due = shown().last_line.is_none_or(|at| at.elapsed() >= LINE_INTERVAL);
        if is_due {
            self.notice(&download_line(what, done, total));
            shown().last_line = Some(Instant::now());
        }
    }
}

/// Takes the bar away: something else is said now.
pub(super) fn clear() {
    if let Some(bar) = shown().bar.take() {
        bar.finish_and_clear();
    }
}

/// `model.safetensors: 12 of 90 MB`.
pub(crate) fn download_line(what: &str, done: u64, total: Option<u64>) -> String {
    match total {
        Some(total) => format!("{what}: {} of {} MB", done / 1_000_000, total / 1_000_000),
        None => format!("{what}: {} MB", done / 1_000_000),
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    let style =
        "{bar:28.cyan} {decimal_bytes}/{decimal_total_bytes}  {decimal_bytes_per_sec}  {wide_msg}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar
}
