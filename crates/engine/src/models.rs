//! The models at hand: each opened once, when it is first needed, on a thread that may block.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use sconce_embed::{Catalog, Embedder, EmbedderConfig, EmbedderInfo, Notice};
use tokio::sync::OnceCell;

use crate::EngineError;
use crate::sync::lock;

type Slot = Arc<OnceCell<Embedder>>;

/// Opens models lazily and keeps them. Clones share what is open.
#[derive(Clone)]
pub struct Models {
    open: Arc<OpenModels>,
}

struct OpenModels {
    config: EmbedderConfig,
    notice: Box<dyn Fn(Notice) + Send + Sync>,
    /// By the name asked for: `auto` and the id that it resolves to share one slot's embedder.
    slots: Mutex<HashMap<String, Slot>>,
}

impl Models {
    /// Models opened with `config`; `notice` hears of downloads and fall-backs.
    pub fn new(config: EmbedderConfig, notice: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        let open =
            OpenModels { config, notice: Box::new(notice), slots: Mutex::new(HashMap::new()) };
        Self { open: Arc::new(open) }
    }

    /// The model for new indexes: the one of the settings, `auto` included.
    pub async fn default(&self) -> Result<Embedder, EngineError> {
        self.named(&self.open.config.model).await
    }

    /// The model `id`, for an index that was made with it.
    pub async fn named(&self, id: &str) -> Result<Embedder, EngineError> {
        let canonical = Catalog::builtin().canonical_id(id);
        let slot = self.slot(canonical);
        let opened = slot.get_or_try_init(|| self.open(canonical)).await?;
        // What `auto` resolved to serves those who ask for it by name, and the other way round.
        let resolved = self.slot(opened.model_id());
        Ok(resolved.get_or_init(|| async { opened.clone() }).await.clone())
    }

    /// What is open now.
    pub fn loaded(&self) -> Vec<EmbedderInfo> {
        let mut infos: Vec<EmbedderInfo> = Vec::new();
        for embedder in self.open_embedders() {
            if infos.iter().all(|info| info.model_id != embedder.model_id()) {
                infos.push(embedder.info().clone());
            }
        }
        infos
    }

    /// Texts that wait to be embedded, over all open models.
    pub fn queue(&self) -> usize {
        let mut waiting: HashMap<String, usize> = HashMap::new();
        for embedder in self.open_embedders() {
            waiting.insert(embedder.model_id().to_owned(), embedder.queue());
        }
        waiting.values().sum()
    }

    fn open_embedders(&self) -> Vec<Embedder> {
        let slots = lock(&self.open.slots);
        slots.values().filter_map(|slot| slot.get().cloned()).collect()
    }

    fn slot(&self, name: &str) -> Slot {
        let mut slots = lock(&self.open.slots);
        Arc::clone(slots.entry(name.to_owned()).or_default())
    }

    async fn open(&self, name: &str) -> Result<Embedder, EngineError> {
        // `auto` may have been resolved to a model that is open by its name already; opening it
        // again would hold its weights twice, so its id is looked up after the fact in `named`.
        let open = Arc::clone(&self.open);
        let config = EmbedderConfig { model: name.to_owned(), ..self.open.config.clone() };
        let opened = tokio::task::spawn_blocking(move || {
            Embedder::open(&config, &mut |notice| (open.notice)(notice))
        });
        Ok(opened.await??)
    }
}

impl std::fmt::Debug for Models {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Models").field("config", &self.open.config).finish_non_exhaustive()
    }
}
