//! `sconce local status | start | stop | run`.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::Context;
use crate::cli::{LocalCommand, LocalRunArgs, LocalStopArgs};
use crate::failure::{Exit, Failure};
use crate::local::{self, Address, LocalServer, ServerKind, ServerStatus, Stopped};
use crate::mcp::Projects;
use crate::output::Paint;
use crate::signals;
use crate::warmup::Warmup;
use crate::watch;

pub(super) async fn run(context: Context, command: LocalCommand) -> Result<(), Failure> {
    let address = Address::of(&context.settings, &context.config)?;
    match command {
        LocalCommand::Status => status(&context, &address).await,
        LocalCommand::Start => start(&context, &address).await,
        LocalCommand::Stop(arguments) => stop(&context, &address, &arguments).await,
        LocalCommand::Run(arguments) => Box::pin(serve(context, &address, &arguments)).await,
    }
}

/// A server that answers, and whether it is the one of these settings.
struct Found {
    address: Address,
    status: ServerStatus,
    current: bool,
}

impl Found {
    fn json(&self) -> Value {
        let ServerStatus { version, pid, kind, clients, searches, jobs, seconds, model } =
            &self.status;
        json!({
            "pid": pid, "version": version, "kind": kind, "current": self.current,
            "clients": clients, "searches": searches, "jobs": jobs, "seconds": seconds, "model": model,
            "socket": self.address.socket().display().to_string(),
        })
    }

    fn text(&self, paint: Paint) -> String {
        let ServerStatus { version, pid, kind, clients, searches, jobs, seconds, model } =
            &self.status;
        let what = match (kind, self.current) {
            (ServerKind::Local, true) => "local server",
            (ServerKind::Serve, true) => "sconce serve",
            (ServerKind::Local, false) => "local server of other settings or another version",
            (ServerKind::Serve, false) => "sconce serve of other settings or another version",
        };
        let state = paint.green(&format!("running, process {pid}"));
        let socket = self.address.socket();
        format!(
            "{what}: {state}\n  version   {version}\n  model     {model}\n  clients   {clients}\n  \
             searches  {searches}\n  jobs      {jobs}\n  since     {seconds} s\n  socket    {}\n",
            socket.display()
        )
    }
}

async fn status(context: &Context, address: &Address) -> Result<(), Failure> {
    let mut found = vec![];
    let mut addresses = address.all();
    addresses.sort_by_key(|other| !other.is(address));
    for other in addresses {
        match local::status(&other).await {
            Ok(Some(status)) => {
                let current = other.is(address);
                found.push(Found { address: other, status, current });
            }
            Ok(None) => {}
            Err(failure) => context.output.notice(&failure.message),
        }
    }
    let log = local::log_file(&context.config);
    if context.output.json {
        let servers: Vec<Value> = found.iter().map(Found::json).collect();
        let log = log.display().to_string();
        return context.output.print_json(&json!({ "servers": servers, "log": log }));
    }
    let paint = context.output.paint;
    let mut text = String::new();
    if !found.iter().any(|found| found.current) {
        let state = paint.yellow("not running; `sconce mcp` starts it when it is needed");
        let _ = writeln!(text, "local server: {state}");
    }
    for found in &found {
        text.push_str(&found.text(paint));
    }
    if log.exists() {
        let _ = writeln!(text, "log: {}", log.display());
    }
    context.output.print(&text)
}

async fn start(context: &Context, address: &Address) -> Result<(), Failure> {
    let status = local::start(address, &context.settings, &context.config).await?;
    if context.output.quiet {
        return Ok(());
    }
    let found = Found { address: address.clone(), status, current: true };
    if context.output.json {
        return context.output.print_json(&found.json());
    }
    context.output.print(&found.text(context.output.paint))
}

async fn stop(
    context: &Context,
    address: &Address,
    arguments: &LocalStopArgs,
) -> Result<(), Failure> {
    let addresses = if arguments.all { address.all() } else { vec![address.clone()] };
    let (mut stopped, mut killed, mut serving) = (vec![], vec![], vec![]);
    for address in &addresses {
        match local::stop(address).await? {
            Some(Stopped::Ended(pid)) => stopped.push(pid),
            Some(Stopped::Killed(pid)) => killed.push(pid),
            Some(Stopped::Serving(pid)) => serving.push(pid),
            None => {}
        }
    }
    if context.output.json {
        let all = json!({ "stopped": stopped, "killed": killed, "serving": serving });
        return context.output.print_json(&all);
    }
    let mut text = String::new();
    for pid in &killed {
        let _ = writeln!(text, "the local server, process {pid}, did not answer and was killed");
    }
    for pid in &stopped {
        let _ = writeln!(text, "the local server, process {pid}, has ended");
    }
    for pid in &serving {
        let _ =
            writeln!(text, "`sconce serve`, process {pid}, goes on: end it where it was started");
    }
    if text.is_empty() {
        text.push_str("no local server runs\n");
    }
    context.output.print(&text)
}

async fn serve(
    context: Context,
    address: &Address,
    arguments: &LocalRunArgs,
) -> Result<(), Failure> {
    crate::server::raise_file_limit();
    let config = Arc::new(context.config);
    if arguments.detached {
        // Fails where it is done already.
        let _ = rustix::process::setsid();
        std::env::set_current_dir(&config.data_dir)?;
    }
    let shutdown = CancellationToken::new();
    tokio::spawn(signals::cancel_on_end(shutdown.clone()));
    let warmup = Warmup::new(Arc::clone(&config));
    // Any client's projects: each is served those of its own only.
    watch::start(&config, warmup.clone(), Projects::default(), shutdown.clone());
    let server = LocalServer { config, warmup: warmup.clone(), kind: ServerKind::Local, shutdown };
    let was_needed = server.run(address).await.map_err(|error| {
        let socket = address.socket();
        Failure::new(Exit::Error, format!("cannot serve at {}: {error}", socket.display()))
    })?;
    crate::server::stop_jobs(&warmup).await;
    if !was_needed {
        tracing::info!("another local server runs already");
    }
    Ok(())
}
