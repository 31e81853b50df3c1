//! The command line: clap's definition, with the flags of the settings table added to it.

mod flags;
mod reference;
mod tips;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use sconce_engine::SearchMode;
use serde::{Deserialize, Serialize};

pub use flags::{command, flags_of};
pub use reference::reference;
pub use tips::with_names_of_help;

/// Exit codes, as `--help` and `docs/cli.md` list them.
const EXIT_CODES: &str = "\
Exit codes:
  0    success (also when the reader of the output has ended)
  1    an error
  2    wrong usage, setting or input
  3    not found: no such index, file or symbol
  4    unavailable: the database, the model or the server
  130  interrupted by Ctrl-C; the index stays usable and the next run goes on";

/// Semantic code search for agents and people.
///
/// Chunks a project along its syntax, embeds the chunks in this process, keeps them in
/// PostgreSQL and answers by meaning and by words: on the command line, over MCP and HTTP.
#[derive(Debug, Parser)]
#[command(
    name = "sconce",
    version,
    max_term_width = 100,
    after_help = EXIT_CODES,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// Print JSON for programs instead of text for people
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Print no progress and no notices
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// Log more to stderr; twice for debugging
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = "Global options")]
    pub verbose: u8,
    /// User configuration file to read instead of the one in the XDG config directory
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "SCONCE_CONFIG",
        hide_env = true,
        help_heading = "Global options"
    )]
    pub config: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Search a project by meaning and by words
    #[command(aliases = ["find", "query", "grep"])]
    Search(SearchArgs),
    /// Index a directory, or bring its index up to date
    #[command(aliases = ["add", "update", "reindex"])]
    Index(IndexArgs),
    /// List the indexes
    #[command(aliases = ["ls", "indexes"])]
    List,
    /// Show what an index holds and whether it is up to date
    #[command(aliases = ["status", "info"])]
    Stats(StatsArgs),
    /// Delete an index; the files it was made from stay
    Clear(ClearArgs),
    /// List the languages, their aliases and file names
    Languages,
    /// List, download and check embedding models
    #[command(subcommand)]
    Model(ModelCommand),
    /// Look after the managed PostgreSQL
    #[command(subcommand)]
    Db(DbCommand),
    /// Show the settings, or check that they work
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Serve MCP and health over HTTP
    Serve(ServeArgs),
    /// Embed what others have indexed on the same database, as one of many
    Worker(WorkerArgs),
    /// Serve MCP on stdin and stdout, for an agent to start
    Mcp,
    /// Look after the local server that stdio processes share
    #[command(subcommand)]
    Local(LocalCommand),
    /// Ask a running server whether a search would work
    Health(HealthArgs),
    /// Measure how well projects are searched, by judged queries
    Eval(EvalArgs),
    /// Register sconce with coding agents
    Init(InitArgs),
    /// Print the completion script of a shell
    Completions(CompletionsArgs),
}

/// How results are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Mode {
    /// By meaning and by words, fused
    Hybrid,
    /// By words alone: no model is needed
    Words,
    /// By meaning alone
    Vectors,
}

impl From<Mode> for SearchMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Hybrid => Self::Hybrid,
            Mode::Words => Self::Words,
            Mode::Vectors => Self::Vectors,
        }
    }
}

/// `sconce eval`.
#[derive(Debug, Args)]
#[command(after_help = "\
The directory of relevance judgements holds `repos.json` (a list of {name, language, root}) and
`annotations/<name>.json` (a list of {query, relevant, secondary, category}; a target is a path, or
{path, start_line, end_line}). The trees lie under their names in the other directory. What is not
indexed yet is indexed; every query takes the way of `search_code`. Where all targets of a query
have lines, each place of the answer is a result; else each file is one.

Examples:
  sconce eval judgements trees --output before.json
  sconce eval files trees --also changes old-trees --also places old-trees
  sconce eval judgements trees --mode words --without stem_match --compare before.json")]
pub struct EvalArgs {
    /// Directory of relevance judgements
    pub judgements: PathBuf,
    /// Directory in which each project lies under its name
    pub trees: PathBuf,
    /// Another set for the same run: its judgements and its trees; may be repeated
    #[arg(long, num_args = 2, value_names = ["JUDGEMENTS", "TREES"])]
    pub also: Vec<PathBuf>,
    /// Which retrievers find results
    #[arg(long, alias = "arm", value_enum, default_value_t = Mode::Hybrid)]
    pub mode: Mode,
    /// Ranking signals to leave out
    #[arg(long, value_name = "SIGNAL", value_delimiter = ',')]
    pub without: Vec<String>,
    /// Projects to take; by default all
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Report of an older run to compare with
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
    /// Write every query's ranked results as JSON
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `sconce search`.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
#[command(after_help = "\
Filters can stand in the query too: `lang:go`, `path:src/**`, `kind:function`.

Examples:
  sconce search where are chunks turned into vectors
  sconce search --path ~/src/api --language rust,go 'retry with backoff'
  sconce search --kind class --symbol '*Store' 'connection pool'
  sconce search --json -n 5 'token is compared' | jq '.results[].path'")]
pub struct SearchArgs {
    /// What to look for, in words or as an identifier
    #[arg(value_name = "QUERY", required = true, num_args = 1..)]
    pub query: Vec<String>,
    /// Directory to search; indexed on first use, brought up to date afterwards
    #[arg(long, short, value_name = "DIR", conflicts_with = "index")]
    pub path: Option<PathBuf>,
    /// Index to search instead of a directory, as it is; may be repeated
    #[arg(long, short, value_name = "NAME")]
    pub index: Vec<String>,
    /// Most results
    #[arg(long, short = 'n', aliases = ["top-k", "max-results", "count"], value_name = "N",
          default_value_t = 10,
          value_parser = clap::value_parser!(u16).range(1..=200))]
    pub limit: u16,
    /// Only these languages: names or aliases, separated by commas
    #[arg(long, short, aliases = ["lang", "languages"], value_name = "NAME", value_delimiter = ',')]
    pub language: Vec<String>,
    /// Only files whose path matches, as ripgrep's `-g`: `src`, `*.rs`, `!tests`; may be repeated,
    /// and later ones win
    #[arg(long, short, aliases = ["include", "path-glob"], value_name = "GLOB")]
    pub glob: Vec<String>,
    /// Only files whose path does not match, whatever the other globs say
    #[arg(long = "exclude", value_name = "GLOB")]
    pub left_out: Vec<String>,
    /// Only symbols of this kind: function, method, class, interface, enum, …
    #[arg(long, short, aliases = ["type", "symbol-type"], value_name = "KIND", value_delimiter = ',')]
    pub kind: Vec<String>,
    /// Only symbols whose name matches, e.g. `*Store`
    #[arg(long, short, aliases = ["name", "symbol-name"], value_name = "GLOB")]
    pub symbol: Vec<String>,
    /// How to search
    #[arg(long, value_enum, default_value_t = Mode::Hybrid)]
    pub mode: Mode,
    /// Lines of context before and after a result
    #[arg(long, short = 'C', value_name = "LINES", default_value_t = 0,
          value_parser = clap::value_parser!(u32).range(0..=200))]
    pub context: u32,
    /// Show the chunk that matched, without widening it to its definition
    #[arg(long)]
    pub no_smart: bool,
    /// Most lines of code shown a result; 0 shows the locations alone
    #[arg(long, value_name = "LINES", default_value_t = 12)]
    pub lines: usize,
    /// Say why a result ranks where it does, and what each stage took
    #[arg(long)]
    pub explain: bool,
    /// Search the index as it is, without looking for changed files
    #[arg(long)]
    pub no_index: bool,
}

/// `sconce index`.
#[derive(Debug, Args)]
pub struct IndexArgs {
    /// Directory to index [default: the project around the working directory]
    #[arg(value_name = "DIR")]
    pub path: Option<PathBuf>,
    /// Name of the index [default: the directory's name]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Index every file again, also those that did not change
    #[arg(long)]
    pub rebuild: bool,
    /// End the job that fills the index, in whichever process it runs; what is indexed stays
    #[arg(long, conflicts_with = "rebuild")]
    pub cancel: bool,
}

/// `sconce stats`.
#[derive(Debug, Args)]
pub struct StatsArgs {
    /// Index [default: the one of the project around the working directory]
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Name what is not in the index, and why: all of it, or what has this reason, such as ignored
    #[arg(long, value_name = "REASON", num_args = 0..=1)]
    pub skipped: Option<Option<String>>,
}

/// `sconce clear`.
#[derive(Debug, Args)]
pub struct ClearArgs {
    /// Index to delete
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Delete it without asking
    #[arg(long, short)]
    pub yes: bool,
}

/// `sconce model …`.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// List the models and which of them are on this machine
    List,
    /// Download a model
    Pull(ModelArgs),
    /// Check a model's files against their manifest
    Verify(ModelArgs),
    /// Print where a model lies
    Path(ModelArgs),
    /// Load a model and say what it runs on
    Info(ModelArgs),
}

/// A model by name.
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// Model [default: the one of the settings]
    #[arg(value_name = "ID")]
    pub id: Option<String>,
}

/// `sconce db …`.
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Say whether the managed PostgreSQL runs, and where
    Status,
    /// Start the managed PostgreSQL
    Start,
    /// Stop the managed PostgreSQL
    Stop,
    /// Bring the database's schema up to date
    Migrate,
}

/// `sconce config …`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print every setting, its value and where the value comes from
    Show,
    /// Check the database, pgvector, the model and the backend
    Check,
}

/// `sconce serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Directory whose project is served [default: the roots of the settings, else the working
    /// directory]
    #[arg(value_name = "DIR")]
    pub path: Option<PathBuf>,
}

/// `sconce worker`.
#[derive(Debug, Args)]
#[command(after_help = "\
Words of a project answer as soon as its files are read; vectors follow. Any number of workers, on any
machines, makes them together: each needs the database and the model, and none of the project's files.
Without --model a worker embeds whatever the database's indexes were made with.

Examples:
  sconce worker --database-url postgres://user:password@db/sconce
  sconce worker --once --threads 4")]
pub struct WorkerArgs {
    /// End when nothing is left to embed
    #[arg(long)]
    pub once: bool,
    /// What the worker is called in `index_status` and `/health` [default: its machine and process]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// `sconce local …`.
#[derive(Debug, Subcommand)]
pub enum LocalCommand {
    /// Say which local servers run, and how many clients each has
    Status,
    /// Start the local server in the background; `sconce mcp` does that by itself
    Start,
    /// End the local server; a client that still needs one starts another
    Stop(LocalStopArgs),
    /// Be the local server, until nobody has used it for some time
    Run(LocalRunArgs),
}

/// `sconce local stop`.
#[derive(Debug, Args)]
pub struct LocalStopArgs {
    /// End those of other settings and other versions too
    #[arg(long)]
    pub all: bool,
}

/// `sconce local run`.
#[derive(Debug, Args)]
pub struct LocalRunArgs {
    /// Leave the terminal and the directory of whoever started it
    #[arg(long, hide = true)]
    pub detached: bool,
}

/// `sconce health`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// Address of the server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3000")]
    pub url: String,
    /// Ask only whether the process lives, not whether a search would work
    #[arg(long)]
    pub live: bool,
}

/// Agents that `sconce init` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Agent {
    /// Claude Code
    ClaudeCode,
    /// Claude Desktop
    ClaudeDesktop,
    /// Codex CLI
    Codex,
    /// Cursor
    Cursor,
    /// Visual Studio Code
    Vscode,
    /// Gemini CLI
    Gemini,
    /// `OpenCode`
    #[value(help = "OpenCode")]
    Opencode,
}

/// `sconce init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Project to register [default: the project around the working directory]
    #[arg(value_name = "DIR")]
    pub path: Option<PathBuf>,
    /// Agents to write the configuration of; without one, print it for all
    #[arg(long, value_enum, value_name = "AGENT")]
    pub agent: Vec<Agent>,
    /// Write a section on sconce into AGENTS.md
    #[arg(long)]
    pub agents_md: bool,
    /// Write a skill into .claude/skills/sconce/SKILL.md
    #[arg(long)]
    pub skill: bool,
    /// Print what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `sconce completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
