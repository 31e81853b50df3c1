//! A round's passes over the files that its walk found: prepare → embed → write, each stage a bounded
//! step ahead of the next, so that the model waits neither for the parser nor for the database.
//!
//! Where there is much to embed, the files pass twice: first all of them without the model, so that
//! they answer by their words, then those whose vectors are to be made.

use std::collections::HashSet;
use std::sync::Arc;

use sconce_store::IndexLock;
use tokio::sync::mpsc;

use super::pipeline::Run;
use super::prepare::{Plan, Preparation, Stamps, prepare_all};
use super::progress::{IndexReport, Phase};
use super::sink::Sink;
use super::target::Target;
use crate::EngineError;
use crate::source::Candidate;

/// Prepared files that wait for the model.
const PREPARED_AHEAD: usize = 64;
/// From so many bytes of new text on the words come first: embedding them takes seconds.
const WORDS_FIRST: u64 = 64 << 10;

/// A pass of files through the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// All that the walk found, to the end.
    Whole,
    /// All that the walk found, without the model.
    Words,
    /// Those that the pass before has left for the model.
    Vectors,
}

/// One walk's files on their way into the index.
pub(super) struct Round<'a> {
    pub(super) run: &'a Run,
    pub(super) target: &'a Target,
    pub(super) lock: &'a IndexLock,
    /// What the index had before the walk.
    pub(super) stamps: Arc<Stamps>,
}

impl Round<'_> {
    /// Brings into the index what the plan says.
    pub(super) async fn pass_all(
        &self,
        plan: Plan,
        report: &mut IndexReport,
    ) -> Result<(), EngineError> {
        let (bytes, removed) = (plan.bytes(), plan.removed);
        let files = Arc::new(plan.look_into);
        // What a job before has left for the model is already in by its words.
        let is_left =
            |file: &Candidate| self.stamps.get(&file.path).is_some_and(|stamp| !stamp.embedded);
        if bytes < WORDS_FIRST && !files.iter().any(is_left) {
            self.run.meter.phase(Phase::Indexing);
            self.pass(Pass::Whole, files, removed, report).await?;
            return Ok(());
        }
        self.run.meter.phase(Phase::Reading);
        let to_embed = self.pass(Pass::Words, Arc::clone(&files), removed, report).await?;
        let files = files.iter().filter(|file| to_embed.contains(&file.path)).cloned().collect();
        self.run.meter.phase(Phase::Indexing);
        self.pass(Pass::Vectors, Arc::new(files), Vec::new(), report).await?;
        Ok(())
    }

    /// Prepares, embeds and writes `files`, and removes those that were `removed`. The paths that
    /// are left for the model.
    async fn pass(
        &self,
        pass: Pass,
        files: Arc<Vec<Candidate>>,
        removed: Vec<String>,
        report: &mut IndexReport,
    ) -> Result<HashSet<String>, EngineError> {
        let (sender, outcomes) = mpsc::channel(PREPARED_AHEAD);
        let shared = &self.run.shared;
        let (known, sink) = (self.known_to(pass), Sink::new(self, pass, files.len(), report));
        let walk = self.target.settings.walk_options(&shared.config.walk);
        let preparation = Preparation {
            root: self.run.root.clone(),
            max_bytes: walk.max_file_bytes,
            secrets: walk.secrets,
            options: shared.config.chunks.clone(),
            parsers: shared.parsers.clone(),
        };
        let preparing = tokio::task::spawn_blocking(move || {
            prepare_all(&files, &known, &preparation, &sender);
        });
        let left = sink.take_all(outcomes).await?;
        preparing.await?;
        let id = self.target.index.id;
        shared.store.touch_files(id, &left.touched).await?;
        let gone = [removed, left.gone].concat();
        if !gone.is_empty() {
            report.files_removed += shared.store.remove_files(id, &gone).await?;
        }
        Ok(left.to_embed)
    }

    /// What need not be prepared where it is unchanged.
    fn known_to(&self, pass: Pass) -> Arc<Stamps> {
        match pass {
            Pass::Whole | Pass::Words => Arc::clone(&self.stamps),
            // The stamps are of before the words were written.
            Pass::Vectors => Arc::default(),
        }
    }
}
