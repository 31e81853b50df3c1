//! `sconce model …`.

use sconce_embed::{Catalog, FileStatus, Located, Manifest, Pins};
use serde_json::json;
use std::fmt::Write as _;

use super::Context;
use crate::cli::{ModelArgs, ModelCommand};
use crate::failure::{Exit, Failure};
use crate::output::{Align, Table, bytes};
use crate::services;

pub(super) async fn run(context: &Context, command: ModelCommand) -> Result<(), Failure> {
    match command {
        ModelCommand::List => list(context).await,
        ModelCommand::Pull(arguments) => pull(context, &arguments).await,
        ModelCommand::Verify(arguments) => verify(context, &arguments).await,
        ModelCommand::Path(arguments) => path(context, &arguments).await,
        ModelCommand::Info(arguments) => info(context, arguments).await,
    }
}

async fn list(context: &Context) -> Result<(), Failure> {
    let sources = context.config.embedder.sources.clone();
    let rows = blocking(move || {
        let catalog = Catalog::builtin();
        catalog
            .iter()
            .map(|model| (model, sconce_embed::locate(model, &sources)))
            .collect::<Vec<_>>()
    })
    .await?;
    if context.output.json {
        let models: Vec<_> = rows.iter().map(|(model, at)| describe(model, at.as_ref())).collect();
        return context.output.print_json(&models);
    }
    let mut table = Table::new(&[
        ("ID", Align::Left),
        ("DIMENSIONS", Align::Right),
        ("TOKENS", Align::Right),
        ("LICENCE", Align::Left),
        ("HERE", Align::Left),
    ]);
    for (model, at) in rows {
        table.row([
            model.id.clone(),
            model.dimension.to_string(),
            model.max_tokens.to_string(),
            model.licence.clone(),
            at.map_or_else(|| "no".to_owned(), |at| at.path.display().to_string()),
        ]);
    }
    context.output.print(&table.render(context.output.paint))
}

fn describe(model: &Manifest, at: Option<&Located>) -> serde_json::Value {
    json!({
        "id": model.id,
        "title": model.title,
        "aliases": model.aliases,
        "dimension": model.dimension,
        "max_tokens": model.max_tokens,
        "licence": model.licence,
        "path": at.map(|at| at.path.display().to_string()),
    })
}

/// The manifest named on the command line or in the settings; `auto` is its first choice.
fn manifest(context: &Context, arguments: &ModelArgs) -> Result<&'static Manifest, Failure> {
    let name = arguments.id.as_deref().unwrap_or(&context.config.embedder.model);
    let catalog = Catalog::builtin();
    let found = match name {
        "auto" => catalog.get("nomic-embed-text-v1.5"),
        name => catalog.get(name),
    };
    found.ok_or_else(|| {
        let known: Vec<&str> = catalog.iter().map(|model| model.id.as_str()).collect();
        Failure::usage(format!("unknown model \"{name}\""))
            .with_hint(format!("known models: {}", known.join(", ")))
    })
}

async fn pull(context: &Context, arguments: &ModelArgs) -> Result<(), Failure> {
    let model = manifest(context, arguments)?;
    let sources = context.config.embedder.sources.clone();
    let output = context.output;
    let located = blocking(move || {
        let mut tell = |event| services::tell_download(&event, |told| output.tell(told));
        sconce_embed::download(model, &sources, &mut tell)
    })
    .await??;
    if context.output.json {
        return context.output.print_json(&describe(model, Some(&located)));
    }
    context.output.print(&format!("{}\n", located.path.display()))
}

async fn verify(context: &Context, arguments: &ModelArgs) -> Result<(), Failure> {
    let model = manifest(context, arguments)?;
    let sources = context.config.embedder.sources.clone();
    let report = blocking(move || sconce_embed::verify(model, &sources)).await??;
    let state = |status: &FileStatus| match status {
        FileStatus::Verified => "verified",
        FileStatus::Unknown => "present, nothing to check it against",
        FileStatus::Missing => "missing",
        FileStatus::Mismatch { .. } => "differs",
    };
    if context.output.json {
        let files: Vec<_> = report
            .files
            .iter()
            .map(|file| {
                json!({
                    "name": file.name,
                    "status": state(&file.status),
                    "sha256": file.sha256,
                    "bytes": file.bytes,
                })
            })
            .collect();
        let path = report.located.path.display().to_string();
        context.output.print_json(&json!({ "ok": report.ok(), "path": path, "files": files }))?;
    } else {
        let mut table = Table::new(&[
            ("FILE", Align::Left),
            ("SIZE", Align::Right),
            ("STATE", Align::Left),
            ("SHA256", Align::Left),
        ]);
        for file in &report.files {
            table.row([
                file.name.clone(),
                file.bytes.map_or_else(|| "-".to_owned(), bytes),
                state(&file.status).to_owned(),
                file.sha256.clone().unwrap_or_else(|| "-".to_owned()),
            ]);
        }
        context.output.print(&table.render(context.output.paint))?;
    }
    if report.ok() {
        return Ok(());
    }
    let place = report.located.path.display();
    Err(Failure::new(Exit::Error, format!("the files of {} in {place} are not whole", model.id))
        .with_hint(format!("delete {place} and run `sconce model pull {}`", model.id))
        .printed())
}

async fn path(context: &Context, arguments: &ModelArgs) -> Result<(), Failure> {
    let model = manifest(context, arguments)?;
    let sources = context.config.embedder.sources.clone();
    let located = blocking(move || sconce_embed::locate(model, &sources)).await?;
    let Some(located) = located else {
        return Err(Failure::not_found(format!("model {} is not on this machine", model.id))
            .with_hint(format!("download it with `sconce model pull {}`", model.id)));
    };
    if context.output.json {
        return context.output.print_json(&describe(model, Some(&located)));
    }
    context.output.print(&format!("{}\n", located.path.display()))
}

async fn info(context: &Context, arguments: ModelArgs) -> Result<(), Failure> {
    let output = context.output;
    let models = services::models(&context.config, move |told| output.tell(told));
    let embedder = match arguments.id {
        Some(id) => models.named(&id).await?,
        None => models.default().await?,
    };
    let info = embedder.info();
    let path = info.path.as_ref().map(|path| path.display().to_string());
    let pinned = Catalog::builtin().get(&info.model_id).and_then(|model| pinned(context, model));
    if context.output.json {
        return context.output.print_json(&json!({
            "model": info.model_id,
            "backend": info.backend,
            "device": info.device,
            "precision": info.precision,
            "kernels": info.kernels,
            "path": path,
            "dimension": info.dimension,
            "max_tokens": info.max_tokens,
            "threads": info.threads,
            "checksums": pinned,
        }));
    }
    let mut text = format!("{}\n", context.output.paint.bold(&info.model_id));
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {name:<10} {value}");
        }
    };
    line("backend", info.backend);
    line("device", &info.device);
    line("precision", &info.precision);
    line("kernels", &info.kernels);
    line("threads", &info.threads.to_string());
    line("dimension", &info.dimension.to_string());
    line("tokens", &info.max_tokens.to_string());
    line("path", path.as_deref().unwrap_or_default());
    line("checksums", pinned.as_deref().unwrap_or_default());
    context.output.print(&text)
}

/// Who says what a model's files must be.
fn pinned(context: &Context, model: &Manifest) -> Option<String> {
    if model.files.iter().all(|file| file.sha256.is_some()) {
        return Some("known to sconce".to_owned());
    }
    let pins = Pins::read(model, &context.config.embedder.sources).ok()??;
    let commit = pins.revision.as_deref().unwrap_or("no commit was told");
    Some(format!("those of the first download ({commit}), in models.lock"))
}

/// Runs what blocks on a thread that may.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let task = tokio::task::spawn_blocking(work).await;
    task.map_err(|error| Failure::new(Exit::Error, format!("a task failed: {error}")))
}
