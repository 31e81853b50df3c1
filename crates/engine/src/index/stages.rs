//! The two stages of a round. The first reads what the walk found and writes files, chunks and words,
//! so that they answer; the second gives vectors to what has none, out of the database alone. What a
//! job before has left to the second stage is done too.

use std::sync::Arc;

use sconce_store::IndexLock;
use tokio::sync::mpsc;

use super::embed::EmbedStage;
use super::pipeline::Run;
use super::prepare::{Plan, Preparation, Stamps, prepare_all};
use super::progress::{IndexReport, Phase};
use super::sink::Sink;
use super::target::Target;
use crate::EngineError;

/// Prepared files that wait to be written.
const PREPARED_AHEAD: usize = 64;

/// One walk's files on their way into the index.
pub(super) struct Sync<'a> {
    pub(super) run: &'a Run,
    pub(super) target: &'a Target,
    pub(super) lock: &'a IndexLock,
    /// What the index had before the walk.
    pub(super) stamps: Arc<Stamps>,
}

impl Sync<'_> {
    /// Brings into the index what the plan says.
    pub(super) async fn run_stages(
        &self,
        plan: Plan,
        report: &mut IndexReport,
    ) -> Result<(), EngineError> {
        self.run.meter.phase(Phase::Reading);
        self.read(plan, report).await?;
        self.lock.check()?;
        let pending = self.run.shared.store.pending(self.target.index.id).await?;
        self.run.meter.to_embed(pending);
        self.run.meter.phase(Phase::Indexing);
        EmbedStage::new(self, report).run().await
    }

    /// The first stage: prepares and writes what is to be looked into, and removes what is gone.
    async fn read(&self, plan: Plan, report: &mut IndexReport) -> Result<(), EngineError> {
        let Plan { look_into, removed, .. } = plan;
        let (sender, outcomes) = mpsc::channel(PREPARED_AHEAD);
        let shared = &self.run.shared;
        let walk = self.target.settings.walk_options(&shared.config.walk);
        let preparation = Preparation {
            root: self.run.root.clone(),
            max_bytes: walk.max_file_bytes,
            secrets: walk.secrets,
            options: shared.config.chunks.clone(),
            parsers: shared.parsers.clone(),
        };
        let known = Arc::clone(&self.stamps);
        let preparing = tokio::task::spawn_blocking(move || {
            prepare_all(&look_into, &known, &preparation, &sender);
        });
        let left = Sink::new(self, report).take_all(outcomes).await?;
        preparing.await?;
        let id = self.target.index.id;
        shared.store.touch_files(id, &left.touched).await?;
        let gone = [removed, left.gone].concat();
        if !gone.is_empty() {
            report.files_removed += shared.store.remove_files(id, &gone).await?;
        }
        Ok(())
    }
}
