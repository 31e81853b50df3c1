//! The commands: one file each, all given the same context.

mod completions;
mod config;
mod db;
mod eval;
mod health;
mod index;
mod indexes;
mod init;
mod languages;
mod local;
mod mcp;
mod model;
mod search;
mod serve;
mod worker;

use std::path::{Path, PathBuf};

use sconce_engine::{Engine, IndexRequest};

use crate::cli::{Cli, Command};
use crate::failure::Failure;
use crate::output::Output;
use crate::paths::meanings;
use crate::services;
use crate::settings::{Config, ProjectRequest, Settings};

pub(crate) use search::{SearchAnswer, SearchCall, answered};

/// What every command is given.
pub(crate) struct Context {
    /// How to write.
    pub output: Output,
    /// The settings, with where they came from.
    pub settings: Settings,
    /// The settings, typed.
    pub config: Config,
}

impl Context {
    /// The engine, with notices on stderr.
    pub(crate) async fn engine(&self) -> Result<Engine, Failure> {
        let output = self.output;
        services::open_engine(&self.config, move |told| output.tell(told)).await
    }

    /// The request to index `root` as the settings and its own file say; what that file may not say
    /// is told.
    pub(crate) fn index_request(&self, root: &Path) -> Result<IndexRequest, Failure> {
        self.index_requests()(root)
    }

    /// The same, for a thread that may block.
    pub(crate) fn index_requests(
        &self,
    ) -> impl FnOnce(&Path) -> Result<IndexRequest, Failure> + Send + use<> {
        let (projects, output) = (self.config.projects.clone(), self.output);
        move |root| {
            let ProjectRequest { request, ignored } = projects.request(root)?;
            for ignored in &ignored {
                output.notice(ignored);
            }
            Ok(request)
        }
    }
}

/// Runs the command.
pub(crate) async fn run(cli: Cli, context: Context) -> Result<(), Failure> {
    match cli.command {
        Command::Search(arguments) => search::run(&context, arguments).await,
        Command::Index(arguments) => index::run(&context, arguments).await,
        Command::List => indexes::list(&context).await,
        Command::Stats(arguments) => indexes::stats(&context, arguments).await,
        Command::Clear(arguments) => indexes::clear(&context, arguments).await,
        Command::Languages => languages::run(&context),
        Command::Model(command) => model::run(&context, command).await,
        Command::Db(command) => db::run(&context, command).await,
        Command::Config(command) => config::run(&context, command).await,
        Command::Serve(arguments) => serve::run(context, arguments).await,
        Command::Worker(arguments) => Box::pin(worker::run(&context, arguments)).await,
        Command::Mcp => Box::pin(mcp::run(context)).await,
        Command::Local(command) => Box::pin(local::run(context, command)).await,
        Command::Health(arguments) => health::run(&context, arguments).await,
        Command::Eval(arguments) => Box::pin(eval::run(&context, arguments)).await,
        Command::Init(arguments) => init::run(&context, &arguments),
        Command::Completions(arguments) => completions::run(&context, &arguments),
    }
}

/// The working directory.
pub(crate) fn working_dir() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|error| {
        Failure::usage(format!("the working directory cannot be used: {error}"))
            .with_hint("change to a directory that exists, or name one with --path")
    })
}

/// A path as it is there: itself, or what a URI, a tilde in quotes or backslashes mean.
fn meant(path: &Path) -> PathBuf {
    let Some(text) = path.to_str().filter(|_| !path.exists()) else { return path.to_path_buf() };
    let meanings = meanings(text, etcetera::home_dir().ok().as_deref());
    meanings.into_iter().find(|path| path.exists()).unwrap_or_else(|| path.to_path_buf())
}

/// A directory named by the user, made absolute; an error says what is wrong with it.
pub(crate) fn directory(path: &Path) -> Result<PathBuf, Failure> {
    let shown = path.display();
    let real = meant(path).canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::usage(format!("no such directory: {shown}"))
            .with_hint("name a directory that exists"),
        std::io::ErrorKind::PermissionDenied => {
            Failure::usage(format!("no permission to read {shown}"))
                .with_hint("run sconce as a user who may read it")
        }
        _ => Failure::usage(format!("cannot use {shown}: {error}")),
    })?;
    if !real.is_dir() {
        return Err(Failure::usage(format!(
            "{shown} is a file, and an index is made of a directory"
        ))
        .with_hint(match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => format!("name its directory: {}", parent.display()),
            None => "name its directory: .".to_owned(),
        }));
    }
    Ok(real)
}
