//! An index as the tools and resources tell of it.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use sconce_engine::{
    Engine, EngineError, HeldWords, Index, IndexRow, IndexStatus, SkipReason, SkippedFiles,
    Stats as EngineStats, WatchStatus,
};
use serde::Serialize;

use crate::output::word;

/// How an index is.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Empty,
    Queued,
    Indexing,
    Ready,
    Failed,
    Interrupted,
}

impl From<IndexStatus> for Status {
    fn from(status: IndexStatus) -> Self {
        match status {
            IndexStatus::Empty => Self::Empty,
            IndexStatus::Queued => Self::Queued,
            IndexStatus::Indexing => Self::Indexing,
            IndexStatus::Ready => Self::Ready,
            IndexStatus::Failed => Self::Failed,
            IndexStatus::Interrupted => Self::Interrupted,
        }
    }
}

/// An index in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Entry {
    /// Name.
    pub name: String,
    /// Directory.
    pub root: String,
    /// How it is.
    pub status: Status,
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
    /// Whether its directory is gone: deleted, or moved. `index_codebase` on the new place goes on with
    /// it.
    #[serde(skip_serializing_if = "is_false")]
    pub root_gone: bool,
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
    /// Bytes of memory that its words take in this server; those in files apart.
    pub words_in_memory: usize,
    /// Bytes of files in which its words lie.
    pub words_mapped: usize,
    /// Files, chunks and lines a language.
    pub languages: Vec<LanguageCount>,
    /// Symbols a kind.
    pub symbols: Vec<Count>,
    /// Files a parse status: ok, partial, error, `no_grammar`, aborted.
    pub parsing: Vec<Count>,
    /// Files and whole directories that are not in it, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub skipped: BTreeMap<String, u64>,
    /// Which ones, where that was asked for: the first of each reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped_files: Vec<SkippedFile>,
    /// Files that are not in UTF-8, by encoding.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub encodings: Vec<EncodedFiles>,
    /// How the directory's changes are followed, where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
    /// What went wrong last, where something did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The most files of a reason, or of an encoding, that are named.
const MOST_NAMED: usize = 50;

/// A path that is not in an index.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct SkippedFile {
    /// Path; that of a directory stands for all in it.
    pub path: String,
    /// Reason.
    pub reason: String,
    /// What exactly says so, such as a line of an ignore file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// The files of an encoding.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct EncodedFiles {
    /// Its name.
    pub encoding: String,
    /// How many files.
    pub files: i64,
    /// The first of them.
    pub paths: Vec<String>,
}

/// Which of the skipped files are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedFiles {
    /// None: they are only counted.
    None,
    /// Those of all reasons, or of one.
    Of(Option<SkipReason>),
}

/// Counts by the names of their reasons.
pub(super) fn by_name(counts: &BTreeMap<SkipReason, u64>) -> BTreeMap<String, u64> {
    counts.iter().map(|(reason, count)| (reason.as_str().to_owned(), *count)).collect()
}

fn named_files(skipped: SkippedFiles, named: NamedFiles) -> Vec<SkippedFile> {
    let skipped = match named {
        NamedFiles::None => return Vec::new(),
        NamedFiles::Of(None) => skipped,
        NamedFiles::Of(Some(reason)) => skipped.of(reason),
    };
    let mut counts = BTreeMap::<SkipReason, usize>::new();
    let files = skipped.paths.into_iter().filter(|file| {
        let count = counts.entry(file.reason).or_default();
        *count += 1;
        *count <= MOST_NAMED
    });
    let files = files.map(|file| SkippedFile {
        path: file.path,
        reason: file.reason.as_str().to_owned(),
        rule: file.rule,
    });
    files.collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
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
pub(super) fn entry(index: IndexRow, root_gone: bool) -> Entry {
    Entry {
        root_gone,
        name: index.name,
        root: index.root,
        status: index.state.status.into(),
        model: index.model,
        files: index.files,
        chunks: index.chunks,
        commit: index.state.commit,
        branch: index.state.branch,
    }
}

/// An index's statistics as its tool and its resource give them.
pub(super) async fn statistics(
    engine: &Engine,
    index: &Index,
    named: NamedFiles,
) -> Result<Statistics, EngineError> {
    let (stats, skipped) = (index.stats().await?, index.skipped_files().await?);
    Ok(described(engine, stats, skipped, named, index.held_words()))
}

fn described(
    engine: &Engine,
    stats: EngineStats,
    skipped: SkippedFiles,
    named: NamedFiles,
    words: HeldWords,
) -> Statistics {
    let counts = |pairs: Vec<(String, i64)>| {
        pairs.into_iter().map(|(name, count)| Count { name, count }).collect()
    };
    let languages = stats.counts.languages.into_iter().map(|row| LanguageCount {
        language: row.language,
        files: row.files,
        chunks: row.chunks,
        lines: row.lines,
    });
    let encodings = stats.counts.encodings.into_iter().map(|of| EncodedFiles {
        encoding: of.encoding,
        files: of.files,
        paths: of.paths.into_iter().take(MOST_NAMED).collect(),
    });
    Statistics {
        watch: Watch::of(engine, Path::new(&stats.index.root)),
        error: stats.index.state.error.clone(),
        index: entry(stats.index, stats.root_gone),
        skipped: by_name(&skipped.counts),
        skipped_files: named_files(skipped, named),
        encodings: encodings.collect(),
        stale: stats.stale,
        chunks_to_embed: stats.counts.chunks_to_embed,
        lines: stats.counts.lines,
        bytes_on_disk: stats.counts.bytes_on_disk,
        words_in_memory: words.bytes_in_memory,
        words_mapped: words.bytes_mapped,
        languages: languages.collect(),
        symbols: counts(stats.counts.symbols),
        parsing: counts(stats.counts.parse_status),
    }
}

#[cfg(test)]
mod tests {
    use sconce_code::ParseStatus;

    use crate::mcp::schema;

    #[test]
    fn the_schema_names_every_parse_status() {
        let schema = schema::output::<super::Statistics>();
        let said = schema["properties"]["parsing"]["description"].as_str().unwrap();
        for status in ParseStatus::ALL {
            assert!(said.contains(status.as_str()), "{said}");
        }
    }
}
