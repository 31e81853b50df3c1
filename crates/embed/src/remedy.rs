//! What to do about an error of a model, as data: each face of the program words it.

use std::io::ErrorKind;
use std::path::PathBuf;

use sconce_dirs::DirRemedy;
use sconce_fetch::FetchRemedy;

use crate::error::EmbedError;

/// What to do about an [`EmbedError`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelRemedy {
    /// Name a model that there is.
    NameModel {
        /// The ids there are, besides `auto`.
        known: Vec<String>,
    },
    /// Take one of a setting's values.
    ChooseValue {
        /// They, separated by commas.
        known: &'static str,
    },
    /// Download the model, or say where it is.
    PullModel {
        /// Its id.
        id: String,
    },
    /// Every source failed: check the network, or take another source or model.
    ChangeSource {
        /// The model's id.
        id: String,
    },
    /// Check the network, or take a mirror of the hub.
    CheckHub,
    /// What the download's library says.
    Fetch(FetchRemedy),
    /// What the directories' library says.
    Directory(DirRemedy),
    /// Run it again: a download that broke off is resumed.
    ResumeDownload,
    /// Delete a file that is not what was published, and download it again.
    ReplaceFile {
        /// The file.
        path: PathBuf,
    },
    /// Make the device usable, or take the processor.
    ChangeDevice {
        /// What makes it usable.
        first: &'static str,
    },
    /// Free space on the disk.
    FreeSpace,
    /// Give the user access to the data directory, or choose another.
    GrantAccess,
    /// Start Sconce again.
    Restart,
    /// Start the Ollama server, or name another one.
    StartOllama,
    /// Have Ollama download the model.
    PullFromOllama {
        /// The model's name at Ollama.
        model: String,
    },
    /// Look into the log of the Ollama server.
    ReadOllamaLog,
    /// The server has another model of that name: download it again.
    ReplaceOllamaModel {
        /// The model's name at Ollama.
        model: String,
    },
}

impl EmbedError {
    /// What to do next, where there is something to do.
    pub fn remedy(&self) -> Option<ModelRemedy> {
        Some(match self {
            Self::UnknownModel { known, .. } => ModelRemedy::NameModel { known: known.clone() },
            Self::UnknownChoice { known, .. } => ModelRemedy::ChooseValue { known },
            Self::NotFound { id, .. } => ModelRemedy::PullModel { id: id.clone() },
            Self::Unavailable { id, .. } => ModelRemedy::ChangeSource { id: id.clone() },
            Self::Unreachable { .. } => ModelRemedy::CheckHub,
            Self::Fetch(error) => ModelRemedy::Fetch(error.remedy()?),
            Self::Dir(error) => ModelRemedy::Directory(error.remedy()?),
            Self::Download { .. } => ModelRemedy::ResumeDownload,
            Self::Checksum { path, .. } | Self::Corrupt { path, .. } => {
                ModelRemedy::ReplaceFile { path: path.clone() }
            }
            Self::Device { remedy, .. } => ModelRemedy::ChangeDevice { first: remedy },
            Self::Io { source, .. } => match source.kind() {
                ErrorKind::StorageFull => ModelRemedy::FreeSpace,
                ErrorKind::PermissionDenied => ModelRemedy::GrantAccess,
                _ => return None,
            },
            Self::Stopped(_) => ModelRemedy::Restart,
            Self::OllamaUnreachable { .. } => ModelRemedy::StartOllama,
            Self::OllamaModelMissing { model } => {
                ModelRemedy::PullFromOllama { model: model.clone() }
            }
            Self::OllamaAnswer { .. } => ModelRemedy::ReadOllamaLog,
            Self::Dimension { model, .. } => {
                ModelRemedy::ReplaceOllamaModel { model: model.clone() }
            }
            Self::Tokenize(_) | Self::Failed(_) => return None,
        })
    }
}
