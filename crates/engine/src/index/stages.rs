//! The two stages of a round. The first reads what the walk found and writes files, chunks and words,
//! so that they answer; the second gives vectors to what has none, out of the database alone. What a
//! job before has left to the second stage is done too.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::context::IndexSync;
use super::embed::{EmbedStage, Embedded};
use super::prepare::{Plan, Preparation, prepare_all};
use super::progress::{IndexReport, Phase};
use super::sink::Sink;
use crate::EngineError;

/// Prepared files that wait to be written.
const PREPARED_AHEAD: usize = 64;

impl IndexSync<'_> {
    /// Brings into the index what the plan says.
    pub(super) async fn run_stages(
        &self,
        plan: Plan,
        embed: &mut EmbedStage<'_>,
        report: &mut IndexReport,
    ) -> Result<Embedded, EngineError> {
        self.run.tracker.phase(Phase::Reading);
        self.read(plan, report).await?;
        self.lock.check()?;
        let writing = self.write_words(report);
        let pending = self.run.state.store.pending(self.target.index.id).await?;
        self.run.tracker.to_embed(pending);
        self.run.tracker.phase(Phase::Indexing);
        let embedded = embed.run(pending, report).await;
        writing.await?;
        embedded
    }

    /// Has the words written to disk while the vectors come, so that no search need do it. Without it
    /// searches answer as well, so it is no error of the job where it fails.
    fn write_words(&self, report: &IndexReport) -> JoinHandle<()> {
        let is_changed = report.files_changed + report.files_removed > 0;
        let (state, index) = (Arc::clone(&self.run.state), self.target.index.clone());
        tokio::spawn(async move {
            if is_changed
                && let Err(error) = state.lexical_indexes.write(&state.store, &index).await
            {
                tracing::warn!(index = index.name, %error, "its words are not written to disk");
            }
        })
    }

    /// The first stage: prepares and writes what is to be looked into, and removes what is gone.
    async fn read(&self, plan: Plan, report: &mut IndexReport) -> Result<(), EngineError> {
        let Plan { look_into, removed, .. } = plan;
        let (sender, outcomes) = mpsc::channel(PREPARED_AHEAD);
        let state = &self.run.state;
        let preparation = Preparation {
            root: self.run.root.clone(),
            languages: Arc::clone(&self.languages),
            walk: self.target.settings.walk_options(&state.config.walk)?,
            options: state.config.chunks.clone(),
            parsers: state.parsers.clone(),
        };
        let known = Arc::clone(&self.stamps);
        let preparing = tokio::task::spawn_blocking(move || {
            prepare_all(&look_into, &known, &preparation, &sender);
        });
        let left = Sink::new(self, report).take_all(outcomes).await?;
        preparing.await?;
        report.notices.extend(self.languages.afterwards());
        let id = self.target.index.id;
        state.store.touch_files(id, &left.touched).await?;
        report.skipped_files.extend(left.skipped);
        let gone = [removed, left.gone].concat();
        if !gone.is_empty() {
            report.files_removed += state.store.remove_files(id, &gone).await?;
        }
        Ok(())
    }
}
