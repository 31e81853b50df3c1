//! From a directory to an index: walk, then two stages through the database, read and embed.

mod batch;
mod cells;
mod context;
mod embed;
mod included;
mod job;
mod languages;
mod parse;
mod pipeline;
mod prepare;
mod progress;
mod queue;
mod sink;
mod skipped;
mod stages;
mod target;
mod walk_requests;

pub use job::Job;
pub(crate) use job::{Jobs, start};
pub(crate) use languages::declared_languages;
pub(crate) use parse::Parsers;
pub use parse::{ParserCommand, serve_parser};
pub use progress::{IndexReport, Phase, Progress};
pub(crate) use queue::JobQueue;
pub use skipped::SkippedFiles;
pub(crate) use target::{drop_locked, has_globs, is_made_with, languages_of, walk_options};

use std::path::PathBuf;

/// What a project's settings say now of what is indexed: it holds where neither a request nor its index
/// says anything, and an index does not remember it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexDefaults {
    /// Globs of paths to take; none takes all.
    pub include: Vec<String>,
    /// Globs of paths to leave.
    pub exclude: Vec<String>,
    /// Globs of files to take although they are data.
    pub include_data: Vec<String>,
    /// Files above this many bytes are skipped; by default by what they are.
    pub max_file_bytes: Option<u64>,
}

/// What to index. Globs and the limit of bytes that are asked for here are remembered for the index, until
/// others are.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexRequest {
    /// The directory.
    pub root: PathBuf,
    /// The index's name; by default the one that the directory's index has, else the directory's name.
    pub name: Option<String>,
    /// The model; by default the one that the index was made with, else the one of the settings.
    pub model: Option<String>,
    /// Rebuild the index. Texts that were embedded before come from the cache.
    pub rebuild: bool,
    /// Globs of paths to take; none takes all.
    pub include: Vec<String>,
    /// Globs of paths to leave.
    pub exclude: Vec<String>,
    /// Globs of files to take although they are data.
    pub include_data: Vec<String>,
    /// Files above this many bytes are skipped; by default by what they are.
    pub max_file_bytes: Option<u64>,
    /// What the settings say of the four above.
    pub defaults: IndexDefaults,
    /// Whether ignore files count for nothing in this job.
    pub no_ignore: bool,
    /// The most files that a directory without an index may have.
    pub max_files: Option<u64>,
    /// Take these globs alone: where there are none, all files, also where the index was made with some.
    pub replaces_globs: bool,
    /// Bring an index up to date and make none: a directory without one is
    /// [`EngineError::NotIndexed`](crate::EngineError::NotIndexed).
    pub only_existing: bool,
}
