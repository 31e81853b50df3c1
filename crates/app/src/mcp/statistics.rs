//! An index as the tools and resources tell of it.

use std::path::Path;

use schemars::JsonSchema;
use sconce_engine::{Engine, IndexRow, Stats as EngineStats, WatchStatus};
use serde::Serialize;

use crate::output::word;

/// An index in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Entry {
    /// Name.
    pub name: String,
    /// Directory.
    pub root: String,
    /// ready, indexing, interrupted, failed or empty.
    pub status: String,
    /// Embedding model.
    pub model: String,
    /// Files.
    pub files: i64,
    /// Chunks.
    pub chunks: i64,
    /// Commit that it was made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Branch that it was made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

/// What an index holds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Statistics {
    /// The index.
    #[serde(flatten)]
    pub index: Entry,
    /// Whether the directory has moved on to another commit or branch since.
    pub stale: bool,
    /// Chunks that have no vector yet: they answer by their words alone.
    #[serde(skip_serializing_if = "is_zero")]
    pub chunks_to_embed: i64,
    /// Lines of all files.
    pub lines: i64,
    /// Size in the database in bytes.
    pub bytes_on_disk: i64,
    /// Files, chunks and lines a language.
    pub languages: Vec<LanguageCount>,
    /// Symbols a kind.
    pub symbols: Vec<Count>,
    /// Files a parse status: ok, partial, error, `no_grammar`.
    pub parsing: Vec<Count>,
    /// How the directory's changes are followed, where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
    /// What went wrong last, where something did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How a project's changes are followed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Watch {
    /// events: the system tells of changes; scanning: the directory is looked at again and again.
    pub mode: String,
    /// Whether all changes that were heard of are in the index.
    pub up_to_date: bool,
    /// Why it is scanned, and what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Watch {
    /// How the project at `root` is followed by this server.
    pub(super) fn of(engine: &Engine, root: &Path) -> Option<Watch> {
        let WatchStatus { mode, settled, reason, .. } = engine.watches().status(root)?;
        Some(Watch { mode: word(&mode), up_to_date: settled, reason })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &i64) -> bool {
    *count == 0
}

/// A language's share.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct LanguageCount {
    /// Language.
    pub language: String,
    /// Files.
    pub files: i64,
    /// Chunks.
    pub chunks: i64,
    /// Lines.
    pub lines: i64,
}

/// A named count.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Count {
    /// What is counted.
    pub name: String,
    /// How many there are.
    pub count: i64,
}

/// An index in a list.
pub(super) fn entry(index: IndexRow) -> Entry {
    Entry {
        name: index.name,
        root: index.root,
        status: index.state.status.to_string(),
        model: index.model,
        files: index.files,
        chunks: index.chunks,
        commit: index.state.commit,
        branch: index.state.branch,
    }
}

/// An index's statistics as its tool and its resource give them.
pub(super) fn statistics(engine: &Engine, stats: EngineStats) -> Statistics {
    let counts = |pairs: Vec<(String, i64)>| {
        pairs.into_iter().map(|(name, count)| Count { name, count }).collect()
    };
    let languages = stats.counts.languages.into_iter().map(|row| LanguageCount {
        language: row.language,
        files: row.files,
        chunks: row.chunks,
        lines: row.lines,
    });
    Statistics {
        watch: Watch::of(engine, Path::new(&stats.index.root)),
        error: stats.index.state.error.clone(),
        index: entry(stats.index),
        stale: stats.stale,
        chunks_to_embed: stats.counts.chunks_to_embed,
        lines: stats.counts.lines,
        bytes_on_disk: stats.counts.bytes_on_disk,
        languages: languages.collect(),
        symbols: counts(stats.counts.symbols),
        parsing: counts(stats.counts.parse_status),
    }
}
