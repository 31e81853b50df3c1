//! `sconce list`, `sconce stats`, `sconce clear`.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use sconce_engine::{
    Engine, EngineError, Index, IndexRow, SkipReason, Skipped, SkippedFiles, Stats,
};

use super::{Context, working_dir};
use crate::cli::{ClearArgs, StatsArgs};
use crate::failure::{Exit, Failure};
use crate::output::{Align, Output, Table, bytes, escaped, grouped};

pub(super) async fn list(context: &Context) -> Result<(), Failure> {
    let indexes = context.engine().await?.indexes().await?.into_iter();
    let indexes: Vec<Listed> = indexes.map(Listed::from).collect();
    if context.output.json {
        return context.output.print_json(&indexes);
    }
    if indexes.is_empty() {
        context.output.notice("nothing is indexed yet: sconce index PATH");
        return Ok(());
    }
    let mut table = Table::new(&[
        ("NAME", Align::Left),
        ("STATUS", Align::Left),
        ("FILES", Align::Right),
        ("CHUNKS", Align::Right),
        ("MODEL", Align::Left),
        ("ROOT", Align::Left),
    ]);
    let gone: Vec<String> = indexes
        .iter()
        .filter(|listed| listed.root_gone)
        .map(|listed| escaped(&listed.index.name))
        .collect();
    for Listed { index, root_gone } in indexes {
        table.row([
            index.name,
            if root_gone { "gone".to_owned() } else { index.state.status.to_string() },
            grouped(index.files.max(0) as u64),
            grouped(index.chunks.max(0) as u64),
            index.model,
            index.root,
        ]);
    }
    context.output.print(&table.render(context.output.paint))?;
    if let Some(first) = gone.first() {
        context.output.notice(&format!(
            "the directory of {} is gone: `sconce index` where it is now goes on with its index, \
             `sconce clear {first}` deletes it",
            gone.join(", ")
        ));
    }
    Ok(())
}

/// An index in the list.
#[derive(serde::Serialize)]
struct Listed {
    #[serde(flatten)]
    index: IndexRow,
    root_gone: bool,
}

impl From<Index> for Listed {
    fn from(index: Index) -> Self {
        Self { root_gone: index.root_is_gone(), index: index.into_row() }
    }
}

pub(super) async fn stats(context: &Context, arguments: StatsArgs) -> Result<(), Failure> {
    let StatsRequest { name, may_be_reason, subject } = asked(arguments)?;
    let engine = context.engine().await?;
    let index = match name {
        Some(name) if may_be_reason => {
            named(&engine, &name).await.map_err(|error| or_reason(error, &name))?
        }
        Some(name) => named(&engine, &name).await?,
        None => engine.index_covering(&working_dir()?).await?,
    };
    if let Subject::Skipped(reason) = subject {
        return print_skipped(context, &index, reason).await;
    }
    let stats = index.stats().await?;
    if context.output.json {
        // A value has each key once: the row and the counts have some of the same name.
        let stats = serde_json::to_value(&stats)
            .map_err(|error| Failure::new(Exit::Error, error.to_string()))?;
        return context.output.print_json(&stats);
    }
    context.output.print(&describe(&stats, context.output))
}

/// What `sconce stats` is asked for.
struct StatsRequest {
    name: Option<String>,
    /// Whether the name stands where a reason does.
    may_be_reason: bool,
    subject: Subject,
}

enum Subject {
    Statistics,
    /// What is skipped, of one reason or of all.
    Skipped(Option<SkipReason>),
}

/// Reads `--skipped REASON NAME`, and `--skipped NAME`.
fn asked(arguments: StatsArgs) -> Result<StatsRequest, Failure> {
    let StatsArgs { name, skipped } = arguments;
    let of = |name, subject| StatsRequest { name, may_be_reason: false, subject };
    let word = match skipped {
        None => return Ok(of(name, Subject::Statistics)),
        Some(None) => return Ok(of(name, Subject::Skipped(None))),
        Some(Some(word)) => word,
    };
    let known = SkipReason::ALL.into_iter();
    match known.into_iter().find(|reason| reason.as_str() == word.replace('-', "_")) {
        reason @ Some(_) => Ok(of(name, Subject::Skipped(reason))),
        None if name.is_none() => {
            Ok(StatsRequest { may_be_reason: true, ..of(Some(word), Subject::Skipped(None)) })
        }
        None => {
            let word = escaped(&word);
            Err(Failure::usage(format!("nothing is skipped for the reason '{word}'"))
                .with_hint(reasons()))
        }
    }
}

fn reasons() -> String {
    format!("the reasons are {}", SkipReason::ALL.map(SkipReason::as_str).join(", "))
}

/// What is said of a word that is neither an index nor a reason.
fn or_reason(error: Failure, word: &str) -> Failure {
    if error.exit != Exit::NotFound {
        return error;
    }
    let word = escaped(word);
    Failure::not_found(format!("'{word}' is neither an index nor a reason to skip a file"))
        .with_hint(format!("{}; `sconce list` names the indexes", reasons()))
}

async fn print_skipped(
    context: &Context,
    index: &Index,
    reason: Option<SkipReason>,
) -> Result<(), Failure> {
    let mut skipped = index.skipped_files().await?;
    if let Some(reason) = reason {
        skipped = skipped.of(reason);
    }
    if context.output.json {
        return context.output.print_json(&skipped);
    }
    if skipped.counts.is_empty() {
        let of = reason.map_or(String::new(), |reason| format!(" as {}", reason.as_str()));
        let nothing = format!("nothing was skipped{of} when the directory was indexed last");
        context.output.notice(&nothing);
        return Ok(());
    }
    context.output.print(&describe_skipped(&skipped, context.output))
}

fn describe_skipped(skipped: &SkippedFiles, output: Output) -> String {
    let mut text = String::new();
    for (reason, count) in &skipped.counts {
        let (name, count) = (output.paint.bold(reason.as_str()), *count);
        let _ = writeln!(text, "{} {name}: {}", grouped(count), reason.meaning());
        let files: Vec<&Skipped> =
            skipped.paths.iter().filter(|file| file.reason == *reason).collect();
        for file in &files {
            let rule = file
                .rule
                .as_deref()
                .map_or_else(String::new, |rule| format!("  ({})", escaped(rule)));
            let _ = writeln!(text, "  {}{rule}", escaped(&file.path));
        }
        if count > files.len() as u64 {
            let _ = writeln!(text, "  and {} more", grouped(count - files.len() as u64));
        }
    }
    text
}

/// The index of that name. One whose name was made before there was a rule for names goes by the
/// name that `sconce list` shows, too, and each by the path of its directory.
async fn named(engine: &Engine, name: &str) -> Result<Index, Failure> {
    let missing = match engine.index_named(name).await {
        Err(error @ EngineError::NoSuchIndex { .. }) => error,
        found => return Ok(found?),
    };
    // No name has a slash or begins with a dot, so that this is a path.
    let path = Path::new(name).canonicalize().ok();
    let path = path.filter(|_| name.contains('/') || name.starts_with('.'));
    let shown = engine
        .indexes()
        .await?
        .into_iter()
        .find(|index| escaped(index.name()) == name || path.as_deref() == Some(index.root()));
    shown.ok_or_else(|| missing.into())
}

fn describe(stats: &Stats, output: Output) -> String {
    let paint = output.paint;
    let number = |n: i64| grouped(n.max(0) as u64);
    let (name, root) = (escaped(&stats.index.name), escaped(&stats.index.root));
    let mut text = format!("{}  {root}\n", paint.bold(&name));
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<9} {value}");
    };
    line("status", status(stats, output));
    if let Some(commit) = &stats.index.state.commit {
        let branch = stats.index.state.branch.as_deref().unwrap_or("detached");
        let commit: String = commit.chars().take(12).collect();
        line("commit", escaped(&format!("{commit} on {branch}")));
    }
    line("model", format!("{} ({} dimensions)", stats.index.model, stats.index.dimension));
    line("files", number(stats.counts.files));
    line("lines", number(stats.counts.lines));
    let to_embed = match stats.counts.chunks_to_embed {
        0 => String::new(),
        waiting => format!(", {} of them without a vector yet", number(waiting)),
    };
    line("chunks", number(stats.counts.chunks) + &to_embed);
    line("size", bytes(stats.counts.bytes_on_disk.max(0) as u64));
    if !stats.counts.encodings.is_empty() {
        let encodings = stats.counts.encodings.iter();
        let encodings: Vec<_> = encodings.map(|of| (of.encoding.clone(), of.files)).collect();
        line("decoded", pairs(&encodings));
    }
    line("symbols", pairs(&stats.counts.symbols));
    line("parsing", pairs(&stats.counts.parse_status));
    let mut table = Table::new(&[
        ("LANGUAGE", Align::Left),
        ("FILES", Align::Right),
        ("CHUNKS", Align::Right),
        ("LINES", Align::Right),
    ]);
    for row in &stats.counts.languages {
        table.row([row.language.clone(), number(row.files), number(row.chunks), number(row.lines)]);
    }
    format!("{text}\n{}", table.render(paint))
}

fn status(stats: &Stats, output: Output) -> String {
    let word = stats.index.state.status.as_str();
    let mut text = match word {
        "ready" => output.paint.green(word),
        "failed" => output.paint.red(word),
        _ => output.paint.yellow(word),
    };
    if stats.root_gone {
        text.push_str(", the directory is gone: sconce index where it is now");
    }
    if stats.stale {
        text.push_str(", the directory is at another commit or branch: sconce index");
    }
    if let Some(error) = &stats.index.state.error {
        let _ = write!(text, " ({})", escaped(error));
    }
    text
}

fn pairs(pairs: &[(String, i64)]) -> String {
    if pairs.is_empty() {
        return "none".to_owned();
    }
    let texts: Vec<String> = pairs
        .iter()
        .map(|(name, count)| format!("{} {name}", grouped((*count).max(0) as u64)))
        .collect();
    texts.join(", ")
}

pub(super) async fn clear(context: &Context, arguments: ClearArgs) -> Result<(), Failure> {
    let engine = context.engine().await?;
    let index = named(&engine, &arguments.name).await?;
    let (name, root) = (escaped(index.name()), escaped(&index.row().root));
    if !arguments.yes && !confirmed(&name, &root)? {
        return Err(Failure::usage(format!("index '{name}' was not deleted"))
            .with_hint("answer yes, or pass --yes"));
    }
    index.delete().await?;
    if context.output.json {
        return context.output.print_json(&serde_json::json!({ "cleared": index.name() }));
    }
    context.output.print(&format!("deleted index '{name}' of {root}\n"))
}

fn confirmed(name: &str, root: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("delete index '{name}' of {root}? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
