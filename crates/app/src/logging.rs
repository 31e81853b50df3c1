//! Logs: to stderr, as text or JSON.

use std::fmt;

use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::format::{FmtSpan, Writer, debug_fn};

use crate::failure::Failure;
use crate::output::escaped;
use crate::settings::LogFormat;

/// Starts logging; `filter` is e.g. `info` or `warn,sconce_engine=debug`.
pub(crate) fn start(filter: &str, format: LogFormat, colours: bool) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Failure::usage(format!("log filter `{filter}`: {error}"))
            .with_hint("write e.g. `info` or `warn,sconce_engine=debug`")
    })?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Where a line cannot be written, on a full disk or to a reader that is gone, telling of it panics.
        .log_internal_errors(false)
        .fmt_fields(debug_fn(write_field).delimited(" "))
        .with_span_events(FmtSpan::NONE);
    // A second start, as in tests, keeps the first subscriber.
    let _ = match format {
        LogFormat::Text => subscriber.with_ansi(colours).try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    };
    Ok(())
}

/// Writes a field of a record without what would reach a terminal's controls: errors quote what
/// repositories hold.
fn write_field(writer: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    let text = format!("{value:?}");
    match field.name() {
        "message" => writer.write_str(&escaped(&text)),
        name => write!(writer, "{name}={}", escaped(&text)),
    }
}

/// The filter for a command whose setting is unset: quiet for people, telling for a server.
pub(crate) fn default_filter(server: bool, verbose: u8, quiet: bool) -> &'static str {
    match (quiet, verbose, server) {
        (true, _, _) => "error",
        (_, 0, false) => "warn",
        (_, 0, true) => "info,rmcp=warn",
        (_, 1, _) => "info,sqlx=warn,rmcp=warn",
        (_, 2, _) => "debug,sqlx=info,rmcp=info,hyper=info",
        _ => "trace",
    }
}
