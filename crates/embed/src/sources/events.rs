//! What is told while a model is downloaded.

use std::fmt;
use std::path::PathBuf;

/// What happens while a model is downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DownloadEvent {
    /// A source is asked.
    Started {
        /// The model's id.
        model: String,
        /// The source, in words.
        from: String,
    },
    /// Bytes have come.
    Progress {
        /// The file.
        file: String,
        /// Bytes on disk, those of an earlier try included.
        done: u64,
        /// The file's size, where the source tells.
        total: Option<u64>,
    },
    /// Another process downloads the same model.
    Waiting {
        /// The model's id.
        model: String,
    },
    /// Sconce knows no checksums of this model, so that the files which came are trusted, and every
    /// later download is held to them.
    Pinned {
        /// The model's id.
        model: String,
        /// The hub's commit, where it told one.
        revision: Option<String>,
        /// Where that is recorded.
        lock: PathBuf,
    },
    /// A source could not deliver it; the next one is tried.
    SourceFailed {
        /// The source, in words.
        from: String,
        /// Why.
        why: String,
    },
    /// The model is on this machine and verified.
    Finished {
        /// The model's id.
        model: String,
        /// Where.
        path: PathBuf,
    },
}

impl fmt::Display for DownloadEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { model, from } => write!(f, "downloading {model} from {from}"),
            Self::Progress { file, done, total: Some(total) } => {
                write!(f, "{file}: {} of {} MB", done / 1_000_000, total / 1_000_000)
            }
            Self::Progress { file, done, total: None } => {
                write!(f, "{file}: {} MB", done / 1_000_000)
            }
            Self::Waiting { model } => {
                write!(f, "another sconce is downloading {model}: waiting for it")
            }
            Self::Pinned { model, revision, lock } => {
                let commit = revision.as_deref().unwrap_or("no commit was told");
                write!(
                    f,
                    "{model} is trusted on first use: sconce has no checksums of its own for it; \
                     those of now ({commit}) are in {} and hold from now on",
                    lock.display()
                )
            }
            Self::SourceFailed { from, why } => write!(f, "{from} has not delivered it: {why}"),
            Self::Finished { model, path } => write!(f, "{model} is in {}", path.display()),
        }
    }
}
