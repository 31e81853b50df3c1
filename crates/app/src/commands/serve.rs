//! `sconce serve`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Context, directory, working_dir};
use crate::cli::ServeArgs;
use crate::failure::{Exit, Failure};
use crate::local::{self, Address};
use crate::mcp::Projects;
use crate::server::{Access, Server, raise_file_limit, registration};
use crate::settings::{Config, Settings};
use crate::signals;
use crate::warmup::Warmup;
use crate::watch;
use crate::work;

/// Longest wait for a worker to give back what it holds.
const GIVE_BACK_WITHIN: Duration = Duration::from_secs(5);

pub(super) async fn run(context: Context, arguments: ServeArgs) -> Result<(), Failure> {
    let config = Arc::new(context.config);
    let projects = Projects::served(&served_roots(&config.roots, &arguments)?);
    raise_file_limit();
    let access = Access::find(&config)?;
    let wanted = SocketAddr::new(config.server.host, config.server.port);
    let listener = TcpListener::bind(wanted).await.map_err(|error| bind_failure(wanted, &error))?;
    let address = listener.local_addr()?;
    tracing::info!(%address, roots = ?projects.roots(), version = crate::VERSION, "listening");
    tell_registration(&access, address);
    let shutdown = CancellationToken::new();
    tokio::spawn(signals::cancel_on_end(shutdown.clone()));
    let warmup = Warmup::new(Arc::clone(&config));
    watch::start(&config, warmup.clone(), projects.clone(), shutdown.clone());
    let working = work::start(&config, warmup.clone(), shutdown.clone());
    if config.share {
        share(&context.settings, &config, &warmup, &shutdown);
    }
    let server = Server { config, warmup, projects, access, shutdown };
    let output = context.output;
    let ended = server
        .run(listener, move |address, model| {
            let version = crate::VERSION;
            let line = format!("SCONCE_READY http://{address} version {version} model {model}\n");
            if let Err(failure) = output.print(&line) {
                tracing::warn!("cannot write the ready line: {failure}");
            }
            tracing::info!(%address, model, "ready: a search works");
        })
        .await;
    if let Some(working) = working {
        // What it held would else be idle until its lease ends.
        let _ = tokio::time::timeout(GIVE_BACK_WITHIN, working).await;
    }
    ended
}

/// Says how an agent is registered. A token that was made just now is shown, where one is needed.
fn tell_registration(access: &Access, address: SocketAddr) {
    match (access.made(), access.token()) {
        _ if access.same_user() => tracing::info!(
            "processes of this user need no token; register with: {}",
            registration(address, None)
        ),
        (Some(path), Some(token)) => tracing::warn!(
            "a bearer token was made, kept in {} and shown this once; register with: {}",
            path.display(),
            registration(address, Some(token.reveal()))
        ),
        _ => tracing::info!("requests to /mcp need the bearer token"),
    }
}

/// Serves stdio processes of this user and these settings, too.
fn share(settings: &Settings, config: &Arc<Config>, warmup: &Warmup, shutdown: &CancellationToken) {
    match Address::of(settings, config) {
        Ok(address) => {
            let (config, warmup) = (Arc::clone(config), warmup.clone());
            tokio::spawn(local::beside(config, warmup, address, shutdown.clone()));
        }
        Err(failure) => tracing::warn!("stdio processes cannot use this server: {failure}"),
    }
}

/// The roots of the settings and the directory given; without either the working directory's project.
fn served_roots(
    configured: &[std::path::PathBuf],
    arguments: &ServeArgs,
) -> Result<Vec<std::path::PathBuf>, Failure> {
    let mut roots = Vec::new();
    for root in arguments.path.iter().chain(configured) {
        roots.push(directory(root)?);
    }
    if roots.is_empty() {
        roots.push(sconce_engine::project_root(&directory(&working_dir()?)?));
    }
    Ok(roots)
}

fn bind_failure(address: SocketAddr, error: &std::io::Error) -> Failure {
    let failure = Failure::new(Exit::Error, format!("cannot listen on {address}: {error}"));
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            failure.with_hint("another server has the port: use --port, or --port 0 for a free one")
        }
        std::io::ErrorKind::PermissionDenied => {
            failure.with_hint("ports below 1024 need root: use --port 3000")
        }
        _ => failure.with_hint("use --host 127.0.0.1, or an address of this machine"),
    }
}
