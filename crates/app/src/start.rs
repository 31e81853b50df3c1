//! From the process's arguments to a command and back to an exit code.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::FromArgMatches as _;

use crate::cli::{self, Cli, Command, LocalCommand};
use crate::commands::{self, Context};
use crate::failure::{Exit, Failure};
use crate::logging;
use crate::output::Output;
use crate::services::PARSER;
use crate::settings::{Config, Layers, Settings, keys};

/// Runs the command of this process's arguments.
pub fn main() -> ExitCode {
    // Before anything is read: it knows no settings and answers on its pipes alone.
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|argument| argument == PARSER) && arguments.next().is_none() {
        return if sconce_engine::serve_parser() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let matches = match cli::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            let error = cli::with_names_of_help(error, &cli::command());
            // A reader that went away, as in `sconce --help | head`, is no error.
            let _ = error.print();
            return ExitCode::from(error.exit_code() as u8);
        }
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(error.exit_code() as u8);
        }
    };
    match context(&cli, cli::flags_of(&matches)) {
        Ok(context) => run(cli, context),
        Err(failure) => {
            Output::new(cli.json, false, "auto").failure(&failure);
            ExitCode::from(failure.exit.code())
        }
    }
}

fn context(
    cli: &Cli,
    flags: std::collections::BTreeMap<&'static str, Vec<String>>,
) -> Result<Context, Failure> {
    let environment = |name: &str| std::env::var(name).ok();
    if let Some(path) = cli.config.as_ref().filter(|path| !path.is_file()) {
        let shown = path.display();
        return Err(Failure::usage(if path.exists() {
            format!("the configuration {shown} is no regular file")
        } else {
            format!("there is no configuration file {shown}")
        }));
    }
    let layers = Layers {
        flags,
        environment: Some(&environment),
        project: project_file(&cli.command),
        user: cli.config.clone().or_else(crate::settings::user_file),
    };
    let settings = Settings::resolve(&layers)?;
    let config = Config::new(&settings)?;
    let output = Output::new(cli.json, cli.quiet, &settings.value(&keys::COLOR)?);
    let server = matches!(cli.command, Command::Serve(_) | Command::Local(LocalCommand::Run(_)));
    let filter = config
        .log
        .clone()
        .unwrap_or_else(|| logging::default_filter(server, cli.verbose, cli.quiet).to_owned());
    logging::start(&filter, config.log_format, output.paint_stderr.is_on())?;
    let languages = layers.user.as_deref().map(crate::settings::add_languages);
    for ignored in settings.ignored.iter().chain(languages.iter().flatten()) {
        output.notice(ignored);
    }
    Ok(Context { output, settings, config })
}

/// The `sconce.toml` of the working directory's project, for the command that shows it. All others
/// read a project's file when they index it: a broken one must not keep them from running.
fn project_file(command: &Command) -> Option<PathBuf> {
    let Command::Config(_) = command else { return None };
    let directory = std::env::current_dir().ok()?.canonicalize().ok()?;
    Some(sconce_engine::project_root(&directory).join(crate::settings::FILE_NAME))
}

fn run(cli: Cli, context: Context) -> ExitCode {
    let output = context.output;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output.failure(&Failure::new(Exit::Error, format!("cannot start: {error}")));
            return ExitCode::from(Exit::Error.code());
        }
    };
    let ended = runtime.block_on(commands::run(cli, context));
    // A thread that still reads stdin or loads a model must not hold the process.
    runtime.shutdown_timeout(Duration::from_millis(500));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(failure.exit.code())
        }
    }
}
