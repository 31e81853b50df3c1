//! Where models may come from.

use std::path::PathBuf;

/// The Hugging Face hub, where no `HF_ENDPOINT` names a mirror.
const HUB: &str = "https://huggingface.co";

/// Where models are looked for and downloaded from.
#[derive(Debug, Clone)]
pub struct SourceOptions {
    /// A directory (or GGUF file) that holds the model's files: comes before everything else.
    pub model_dir: Option<PathBuf>,
    /// Sconce's data directory; models are kept in `models/<id>/` of it.
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

impl SourceOptions {
    /// The data directory's place for models.
    pub(crate) fn models_dir(&self) -> PathBuf {
        self.data_dir.join("models")
    }

    /// The options of the environment: `SCONCE_MODEL_DIR`, `OLLAMA_MODELS`, `HF_ENDPOINT`,
    /// `HF_HOME`, `HF_TOKEN`, `HF_HUB_OFFLINE`.
    pub fn from_env(data_dir: impl Into<PathBuf>) -> Self {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let home = var("HOME").map(PathBuf::from);
        Self {
            model_dir: var("SCONCE_MODEL_DIR").map(PathBuf::from),
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
