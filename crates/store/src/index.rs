//! An index: one project, as the store knows it.

use serde::{Deserialize, Serialize};

/// Names an index for as long as it lives; never used twice.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type,
)]
#[sqlx(transparent)]
pub struct IndexId(pub i64);

impl std::fmt::Display for IndexId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What an index is made with.
#[derive(Debug, Clone)]
pub struct NewIndex {
    /// Its name, unique in the database.
    pub name: String,
    /// The directory it covers, absolute.
    pub root: String,
    /// Id of the model whose vectors it holds.
    pub model: String,
    /// Dimensions of those vectors, 1 to [`crate::MAX_DIMENSION`].
    pub dimension: usize,
    /// Settings of the engine, opaque here.
    pub settings: serde_json::Value,
}

/// An index as it stands.
#[derive(Debug, Clone, Serialize)]
pub struct Index {
    /// Its id.
    pub id: IndexId,
    /// Its name.
    pub name: String,
    /// The directory it covers, absolute.
    pub root: String,
    /// Id of the model whose vectors it holds.
    pub model: String,
    /// Dimensions of those vectors.
    pub dimension: usize,
    /// Settings of the engine, opaque here.
    pub settings: serde_json::Value,
    /// How far it is.
    pub state: IndexState,
    /// Counts its changes: a cache made at another generation is stale.
    pub generation: i64,
    /// Files in it.
    pub files: i64,
    /// Chunks in it.
    pub chunks: i64,
    /// When it was made, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// When its content or state last changed, in milliseconds since 1970.
    pub updated_at_ms: i64,
}

/// How far an index is, and what it stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IndexState {
    /// The stage.
    pub status: IndexStatus,
    /// The commit it was made from, where the directory is a repository.
    pub commit: Option<String>,
    /// The branch likewise.
    pub branch: Option<String>,
    /// Why it failed, for [`IndexStatus::Failed`].
    pub error: Option<String>,
    /// Whether the last job ended with its process, without a word. Never stored: derived when an
    /// index is read whose writer is gone.
    #[serde(skip)]
    pub died: bool,
}

/// The stage of an index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexStatus {
    /// Made, and nothing indexed yet.
    #[default]
    Empty,
    /// A writer waits for its turn; what is there answers.
    Queued,
    /// A writer is at work.
    Indexing,
    /// Whole.
    Ready,
    /// The last job ended with an error.
    Failed,
    /// A writer was at work and is gone: what is there answers, and the next job completes it.
    /// Stored by a writer that stops; also derived when an index is read whose lock nobody holds.
    Interrupted,
}

impl IndexStatus {
    /// Whether a job fills it, or waits for its turn to.
    pub fn has_job(self) -> bool {
        matches!(self, Self::Queued | Self::Indexing)
    }

    /// The name in the database and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Queued => "queued",
            Self::Indexing => "indexing",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    pub(crate) fn from_stored(text: &str, locked: bool) -> Self {
        match text {
            "indexing" if locked => Self::Indexing,
            "queued" if locked => Self::Queued,
            "indexing" | "queued" | "interrupted" => Self::Interrupted,
            "ready" => Self::Ready,
            "failed" => Self::Failed,
            _ => Self::Empty,
        }
    }
}

impl std::fmt::Display for IndexStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
