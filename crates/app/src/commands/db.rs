//! `sconce db …`.

use sconce_store::managed;
use serde_json::json;
use std::fmt::Write as _;

use super::Context;
use crate::cli::DbCommand;
use crate::failure::Failure;
use crate::output::bytes;
use crate::services;

pub(super) async fn run(context: &Context, command: DbCommand) -> Result<(), Failure> {
    match command {
        DbCommand::Status => status(context).await,
        DbCommand::Start => start(context).await,
        DbCommand::Stop => stop(context).await,
        DbCommand::Migrate => migrate(context).await,
    }
}

/// The managed server is not the one in use where a `database_url` is set.
fn managed_only(context: &Context) -> Result<(), Failure> {
    if context.config.store.database_url.is_none() {
        return Ok(());
    }
    let source = &context.settings.get("database_url").source;
    Err(Failure::usage(format!("the database is an external server (from {source})"))
        .with_hint("unset it to use the PostgreSQL that sconce manages itself"))
}

async fn status(context: &Context) -> Result<(), Failure> {
    if let Some(url) = &context.config.store.database_url {
        return external_status(context, url).await;
    }
    let status = managed::status(&context.config.data_dir).await?;
    let path = |path: Option<&std::path::PathBuf>| path.map(|path| path.display().to_string());
    if context.output.json {
        return context.output.print_json(&json!({
            "managed": true,
            "running": status.pid.is_some(),
            "pid": status.pid,
            "version": status.version,
            "data_dir": status.data_dir.display().to_string(),
            "cluster": path(status.cluster.as_ref()),
            "binaries": path(status.binaries.as_ref()),
            "socket_dir": path(status.socket_dir.as_ref()),
            "log": status.log.display().to_string(),
            "bytes_on_disk": status.bytes_on_disk,
            "url": status.url,
        }));
    }
    let paint = context.output.paint;
    let state = match (status.pid, &status.cluster) {
        (Some(pid), _) => paint.green(&format!("running, process {pid}")),
        (None, Some(_)) => paint.yellow("stopped; it starts when it is needed"),
        (None, None) => paint.yellow("not created yet; it is when it is needed"),
    };
    let mut text = format!("managed PostgreSQL: {state}\n");
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "  {name:<9} {value}");
        }
    };
    line("version", status.version.clone());
    line("cluster", path(status.cluster.as_ref()));
    line("binaries", path(status.binaries.as_ref()));
    line("socket", path(status.socket_dir.as_ref()));
    line("address", status.url.clone());
    line("log", status.log.exists().then(|| status.log.display().to_string()));
    line("size", Some(bytes(status.bytes_on_disk)));
    context.output.print(&text)
}

/// Tells how an external database stands; changes nothing there.
async fn external_status(context: &Context, url: &str) -> Result<(), Failure> {
    let found = sconce_store::inspect(url).await?;
    if context.output.json {
        let mut value = json!(found);
        value["managed"] = false.into();
        return context.output.print_json(&value);
    }
    let schema = match (found.schema_version, found.known_schema_version) {
        (0, _) => "none yet; `sconce db migrate` makes it".to_owned(),
        (there, known) if there < known => {
            format!("version {there} of {known}; `sconce db migrate` brings it up to date")
        }
        (there, known) if there > known => {
            format!("version {there}, newer than the {known} of this sconce; update sconce")
        }
        (there, _) => format!("version {there}"),
    };
    let vector = found.pgvector_version.as_deref().unwrap_or("not enabled yet");
    context.output.print(&format!(
        "external PostgreSQL {}\n  pgvector  {vector}\n  schema    {schema}\n",
        found.server_version
    ))
}

async fn start(context: &Context) -> Result<(), Failure> {
    managed_only(context)?;
    let output = context.output;
    let mut tell =
        |event: sconce_store::Notice| services::tell_store(&event, |told| output.tell(told));
    managed::start(&context.config.data_dir, context.config.store.downloads, &mut tell).await?;
    status(context).await
}

async fn stop(context: &Context) -> Result<(), Failure> {
    managed_only(context)?;
    let stopped = managed::stop(&context.config.data_dir).await?;
    if context.output.json {
        return context.output.print_json(&json!({ "stopped": stopped }));
    }
    context.output.print(if stopped {
        "PostgreSQL is stopped\n"
    } else {
        "PostgreSQL did not run\n"
    })
}

async fn migrate(context: &Context) -> Result<(), Failure> {
    let output = context.output;
    // Opening brings the schema up to date.
    let tell = move |told: services::Told<'_>| output.tell(told);
    let health = services::database_health(&context.config, tell).await?;
    if context.output.json {
        return context.output.print_json(&health);
    }
    context.output.print(&format!(
        "schema version {}, PostgreSQL {}, pgvector {}\n",
        health.schema_version, health.server_version, health.pgvector_version
    ))
}
