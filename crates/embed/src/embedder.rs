//! The handle: texts in, vectors out, from any task.

use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::load::load;
use crate::manifest::Manifest;
use crate::ollama::OllamaWorkers;
use crate::options::EmbedderConfig;
use crate::resolve::{Resolved, resolve};
use crate::sources::Located;
use crate::types::{EmbedderInfo, Embeddings, Notice};
use crate::workers::Workers;

/// A handle to an open model. Clones are cheap and share it; the last one's drop ends its threads.
#[derive(Clone)]
pub struct Embedder {
    info: Arc<EmbedderInfo>,
    backend: Backend,
}

#[derive(Clone)]
enum Backend {
    Local(Arc<Workers>),
    Ollama(Arc<OllamaWorkers>),
}

impl fmt::Debug for Embedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedder").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Embedder {
    /// Finds the model, downloads it if need be, and loads it. It blocks: call it from a thread that
    /// may.
    pub fn open(config: &EmbedderConfig, notice: &mut dyn FnMut(Notice)) -> Result<Self> {
        match resolve(config, notice)? {
            Resolved::Local(manifest, located) => {
                Self::load_telling(manifest, &located, config, notice)
            }
            Resolved::Ollama(client) => {
                let backend = Backend::Ollama(Arc::new(OllamaWorkers::start(&client)?));
                Ok(Self { info: Arc::new(client.info()), backend })
            }
        }
    }

    /// Loads a model that was located, under any manifest that fits it. It blocks.
    pub fn load(manifest: &Manifest, located: &Located, config: &EmbedderConfig) -> Result<Self> {
        let mut log = |notice: Notice| tracing::info!("{notice}");
        Self::load_telling(manifest, located, config, &mut log)
    }

    fn load_telling(
        manifest: &Manifest,
        located: &Located,
        config: &EmbedderConfig,
        notice: &mut dyn FnMut(Notice),
    ) -> Result<Self> {
        let (loaded, info) = load(manifest, located, config, notice)?;
        let backend = Backend::Local(Arc::new(Workers::start(loaded)?));
        Ok(Self { info: Arc::new(info), backend })
    }

    /// Vectors of documents, in order. The model's document prefix is added here. A caller that no
    /// longer waits takes its texts out of the queue.
    pub async fn embed_documents(&self, texts: Vec<String>) -> Result<Embeddings> {
        match &self.backend {
            Backend::Local(workers) => workers.embed_documents(texts).await,
            Backend::Ollama(workers) => workers.embed_documents(texts).await,
        }
    }

    /// A query's vector. It overtakes all documents that wait. The query prefix is added here.
    pub async fn embed_query(&self, text: &str) -> Result<Vec<f32>> {
        match &self.backend {
            Backend::Local(workers) => workers.embed_query(text).await,
            Backend::Ollama(workers) => workers.embed_query(text).await,
        }
    }

    /// The model's id.
    pub fn model_id(&self) -> &str {
        &self.info.model_id
    }

    /// Numbers in a vector.
    pub fn dimension(&self) -> usize {
        self.info.dimension
    }

    /// What is known about the open model.
    pub fn info(&self) -> &EmbedderInfo {
        &self.info
    }

    /// Texts that wait, those being computed left out.
    pub fn queue(&self) -> usize {
        match &self.backend {
            Backend::Local(workers) => workers.queue(),
            Backend::Ollama(workers) => workers.queue(),
        }
    }
}
