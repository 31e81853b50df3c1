//! What people and programs see: colours, tables, results, progress.

mod compact;
mod download;
mod escape;
mod excerpt;
mod heading;
mod paint;
mod progress;
mod results;
mod table;
mod work;

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};

use serde::Serialize;
use serde_json::json;

use crate::failure::{Exit, Failure};

pub(crate) use compact::{Budget, MOST_TOKENS, NextCall, compact, tokens};
pub(crate) use download::download_line;
pub(crate) use escape::{ascii, call_again, call_line, code_line, cut, escaped, escaped_code};
pub(crate) use heading::{heading, note};
pub(crate) use paint::Paint;
pub(crate) use progress::{follow, line};
pub(crate) use results::{ResultStyle, qualified, search_results, word};
pub(crate) use table::{Align, Table};
pub(crate) use work::follow_worker;

/// How a command writes: to people or to programs, in colour or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    /// One JSON document on stdout.
    pub json: bool,
    /// No notices and no progress.
    pub quiet: bool,
    /// Colours for stdout.
    pub paint: Paint,
    /// Colours for stderr.
    pub paint_stderr: Paint,
}

/// Whether the environment has nothing against colours.
fn wants_colours() -> bool {
    let is_left_open = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    is_left_open && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
}

impl Output {
    /// `color` is `auto`, `always` or `never`.
    pub(crate) fn new(json: bool, quiet: bool, color: &str) -> Output {
        let paint = |terminal: bool| match color {
            "always" => Paint::new(true),
            "never" => Paint::new(false),
            _ => Paint::new(terminal && wants_colours()),
        };
        Output {
            json,
            quiet,
            paint: paint(std::io::stdout().is_terminal()),
            paint_stderr: paint(std::io::stderr().is_terminal()),
        }
    }

    /// Writes text to stdout.
    #[expect(clippy::unused_self, reason = "every write goes through the value that says how")]
    pub(crate) fn print(self, text: &str) -> Result<(), Failure> {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()?;
        Ok(())
    }

    /// Writes one JSON document to stdout.
    pub(crate) fn print_json(self, value: &impl Serialize) -> Result<(), Failure> {
        self.print(&json_text(value)?)
    }

    /// What is going on, as the engine tells it.
    pub(crate) fn tell(self, told: crate::services::Told<'_>) {
        use crate::services::Told;
        match told {
            Told::Line(line) => self.notice(line),
            Told::Download { what, done, total } => self.download(what, done, total),
        }
    }

    /// One line on stderr about what is going on.
    pub(crate) fn notice(self, text: &str) {
        if !self.quiet {
            download::clear();
            let mark = self.paint_stderr.dim("sconce:");
            let _ = writeln!(std::io::stderr(), "{mark} {}", escaped(text));
        }
    }

    /// `error: …` and `hint: …` on stderr.
    pub(crate) fn failure(self, failure: &Failure) {
        download::clear();
        if failure.exit == Exit::OutputClosed {
            return;
        }
        let paint = self.paint_stderr;
        // A further line is set off, so that none can look like one of ours.
        let lines = |text: &str| text.lines().map(escaped).collect::<Vec<_>>().join("\n       ");
        let mut text = format!("{} {}\n", paint.red("error:"), lines(&failure.message));
        if let Some(hint) = &failure.hint {
            let _ = writeln!(text, "{} {}", paint.cyan("hint:"), lines(hint));
        }
        let _ = std::io::stderr().write_all(text.as_bytes());
        if self.json && !failure.is_printed {
            // A program that reads JSON reads it in any case.
            let Failure { message, hint, exit, .. } = failure;
            let told = json!({ "message": message, "hint": hint, "exit_code": exit.code() });
            let _ = self.print_json(&json!({ "error": told }));
        }
    }
}

/// A JSON document as it is written.
pub(crate) fn json_text(value: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(Exit::Error, format!("cannot write JSON: {error}")))?;
    Ok(text + "\n")
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 file`, `2 files`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// Seconds for people: `0.4 s`, `12 s`, `3 min 05 s`, `1 h 02 min`.
pub(crate) fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        _ if seconds < 10.0 => format!("{seconds:.1} s"),
        0..=59 => format!("{whole} s"),
        60..=3599 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// Bytes for people: `812 B`, `3.1 MB`.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = number as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{number} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1000), grouped(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [duration(0.42), duration(12.3), duration(185.0), duration(3720.0)],
            ["0.4 s", "12 s", "3 min 05 s", "1 h 02 min"]
        );
        assert_eq!([bytes(812), bytes(3_100_000)], ["812 B", "3.1 MB"]);
        assert_eq!(
            [counted(1, "file", "files"), counted(2, "file", "files")],
            ["1 file", "2 files"]
        );
    }
}
