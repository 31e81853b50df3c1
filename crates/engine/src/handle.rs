//! A handle to an index: what is asked of one is asked here, and looks nothing up again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sconce_code::ProjectLanguage;
use sconce_code::filter::Filter;
use sconce_store::{Index as IndexRow, IndexId, IndexStats, IndexStatus, Store, SymbolRow};
use serde::Serialize;

use crate::index::{self, Job};
use crate::moved::is_gone;
use crate::project::project_root;
use crate::repository::{Revision, revision};
use crate::{Engine, EngineError};

/// Between two looks at whether another process has stopped.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// An index of an engine. Clones are cheap enough to hand around.
///
/// Its row is as it was when the handle was made: what moves while a job runs, such as the generation
/// that a lexical index follows or the chunks that wait for their vectors, is read where it is needed.
#[derive(Debug, Clone)]
pub struct Index {
    pub(crate) engine: Engine,
    pub(crate) row: IndexRow,
    /// Where one call reads it; without one the engine's store.
    reads: Option<Store>,
    /// Its project's own.
    languages: Arc<[ProjectLanguage]>,
}

/// What is known about an index.
#[derive(Debug, Clone, Serialize)]
pub struct Stats {
    /// Its row.
    #[serde(flatten)]
    pub index: IndexRow,
    /// Counts and sizes.
    #[serde(flatten)]
    pub counts: IndexStats,
    /// Where its directory stands now; empty where it is not in a git repository.
    pub now: Revision,
    /// Whether nothing is at the directory's path any more.
    pub root_gone: bool,
    /// Whether the directory has moved on since it was indexed: another commit or branch. Edits that
    /// are not committed do not count.
    pub stale: bool,
}

impl Engine {
    /// All indexes, by name.
    ///
    /// # Errors
    /// Where the database cannot be asked.
    pub async fn indexes(&self) -> Result<Vec<Index>, EngineError> {
        let rows = self.store().indexes().await?;
        Ok(rows.into_iter().map(|row| self.handle(row)).collect())
    }

    /// The index of that name.
    ///
    /// # Errors
    /// [`EngineError::NoSuchIndex`], which knows the names there are, and what the database says.
    pub async fn index_named(&self, name: &str) -> Result<Index, EngineError> {
        if let Some(row) = self.store().index_by_name(name).await? {
            return Ok(self.handle(row));
        }
        let known = self.store().indexes().await?.into_iter().map(|row| row.name).collect();
        Err(EngineError::NoSuchIndex { name: name.to_owned(), known })
    }

    /// The index of `directory`, or of the nearest directory above it; of several the one that was made
    /// first.
    ///
    /// # Errors
    /// [`EngineError::NotIndexed`] where there is none, and what the database says.
    pub async fn index_covering(&self, directory: &Path) -> Result<Index, EngineError> {
        // A directory that is gone from the disk can still be searched by the path it had.
        let real = std::fs::canonicalize(directory).unwrap_or_else(|_| directory.to_path_buf());
        let rows = self.store().indexes().await?;
        let nearest = real.ancestors().find_map(|directory| {
            let directory = directory.to_string_lossy();
            rows.iter().filter(|row| row.root == directory).min_by_key(|row| row.id)
        });
        let row = nearest.cloned().map(|row| self.handle(row));
        row.ok_or_else(|| EngineError::NotIndexed { path: directory.to_path_buf() })
    }

    /// A handle to the index of that row.
    pub(crate) fn handle(&self, row: IndexRow) -> Index {
        let languages = index::languages_of(&row).into();
        Index { engine: self.clone(), row, reads: None, languages }
    }

    /// Makes known to filters what the projects of all indexes, and the one of `directory` in a file of its own, call
    /// their languages.
    ///
    /// # Errors
    /// What the database says.
    pub async fn know_languages(&self, directory: Option<&Path>) -> Result<(), EngineError> {
        self.indexes().await?;
        if let Some(directory) = directory.map(Path::to_path_buf) {
            tokio::task::spawn_blocking(move || know_languages(&directory)).await?;
        }
        Ok(())
    }
}

/// Makes known to filters what a directory, or the project that it lies in, calls its languages: so that a filter can be
/// checked before its index is opened or made. It reads files, so it may block.
pub fn know_languages(directory: &Path) {
    let project = project_root(directory);
    let ancestors = directory.ancestors().take_while(|directory| directory.starts_with(&project));
    ancestors
        .for_each(|directory| sconce_code::know_languages(&index::declared_languages(directory)));
}

/// What the project around a directory calls its languages, in the order of its file. It reads that file, so it may
/// block; what is wrong there is told by whoever indexes.
pub fn languages_of_project(directory: &Path) -> Vec<ProjectLanguage> {
    index::declared_languages(&project_root(directory))
}

impl Index {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.row.name
    }

    /// Whether it was made with the model of that id or alias.
    pub fn is_made_with(&self, model: &str) -> bool {
        index::is_made_with(&self.row, model)
    }

    /// The languages that its project adds.
    pub fn languages(&self) -> &[ProjectLanguage] {
        &self.languages
    }

    /// The directory that it is of.
    pub fn root(&self) -> &Path {
        Path::new(&self.row.root)
    }

    /// Whether nothing is at its directory's path any more: deleted or moved away. What it holds still
    /// answers. Of a directory on another machine nothing is known. It asks the file system, so it may block.
    pub fn root_is_gone(&self) -> bool {
        is_gone(self.store(), &self.row)
    }

    /// Its row, as it was when the handle was made.
    pub fn row(&self) -> &IndexRow {
        &self.row
    }

    /// Its row, for those who need nothing else of it.
    pub fn into_row(self) -> IndexRow {
        self.row
    }

    /// Whether it was made with globs, and so is not of all files.
    pub fn has_globs(&self) -> bool {
        index::has_globs(&self.row)
    }

    /// The paths of its files, relative to its root, in order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn paths(&self) -> Result<Vec<String>, EngineError> {
        let files = self.store().files(self.id()).await?.into_iter();
        let mut paths: Vec<String> = files.map(|file| file.path).collect();
        paths.sort_unstable();
        Ok(paths)
    }

    /// Its symbols whose name matches a glob, by file and line, `limit` at most. A glob without a capital letter
    /// ignores case.
    ///
    /// # Errors
    /// What the database says.
    pub async fn symbols_named(
        &self,
        glob: &str,
        limit: usize,
    ) -> Result<Vec<SymbolRow>, EngineError> {
        Ok(self.store().symbols(self.id(), None, Some(glob), None, limit).await?)
    }

    /// How many of its files are in which encoding other than UTF-8.
    ///
    /// # Errors
    /// What the database says.
    pub async fn encodings(&self) -> Result<BTreeMap<String, u64>, EngineError> {
        let encodings = self.store().encodings(self.id()).await?;
        Ok(encodings.into_iter().map(|of| (of.encoding, of.files as u64)).collect())
    }

    /// How many of its chunks have no vector yet.
    ///
    /// # Errors
    /// What the database says.
    pub async fn chunks_to_embed(&self) -> Result<u64, EngineError> {
        Ok(self.store().pending(self.id()).await?.chunks)
    }

    /// The job of this process that fills it now.
    pub fn running_job(&self) -> Option<Job> {
        let mut jobs = self.engine.jobs().into_iter();
        jobs.find(|job| job.index_name() == self.name() && !job.is_finished())
    }

    /// Asks the job that fills it to stop, in whichever process it runs, and waits for its end, `limit`
    /// at most. What is indexed stays, as with [`Job::cancel`].
    ///
    /// # Errors
    /// What the database says.
    pub async fn stop_job(&self, limit: Duration) -> Result<IndexStatus, EngineError> {
        if let Some(job) = self.running_job() {
            job.cancel();
        }
        self.store().request_stop(self.id()).await?;
        let deadline = Instant::now() + limit;
        loop {
            let row = self.store().index_by_id(self.id()).await?;
            let status = row.map(|row| row.state.status).unwrap_or_default();
            if !status.has_job() || Instant::now() >= deadline {
                return Ok(status);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Whether nothing is to be indexed without being asked for: its last job was cancelled here, or
    /// ended with its process, and nobody has asked for another one since, here or in another process.
    /// What ended one server would end the next one too.
    pub fn is_on_hold(&self) -> bool {
        let state = &self.row.state;
        let last = self.engine.state.jobs.last(self.root());
        state.status == IndexStatus::Interrupted
            && last
                .map_or(state.died, |job| job.is_cancelled() || state.died && job.has_succeeded())
    }

    /// What is known about it as it is now, and whether its directory has moved on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn stats(&self) -> Result<Stats, EngineError> {
        let counts = self.store().stats(self.id()).await?;
        let index = self.clone();
        let looked =
            tokio::task::spawn_blocking(move || (revision(index.root()), index.root_is_gone()));
        let (now, root_gone) = looked.await?;
        Ok(Stats { index: self.row.clone(), counts, root_gone, stale: self.is_stale(&now), now })
    }

    /// Deletes it: its chunks, vectors and statistics, once a job that fills it has stopped. The
    /// embedding cache stays, so that indexing the directory again embeds nothing that has not changed.
    ///
    /// # Errors
    /// [`EngineError::NoSuchIndex`] where it is gone already, [`EngineError::Busy`] where another process
    /// writes it, and what the database says.
    pub async fn delete(&self) -> Result<(), EngineError> {
        if let Some(job) = self.running_job() {
            job.cancel();
            // However it ends: it has let go of the index then.
            let _ = job.wait().await;
            // One that waited for its turn has taken back what it had made.
            if self.store().index_by_name(self.name()).await?.is_none() {
                self.engine.state.jobs.forget(self.root());
                return Ok(());
            }
        }
        // A user may have taken a while to confirm it, and another model makes another row.
        let now = self.engine.index_named(self.name()).await?;
        index::drop_locked(self.store(), &now.row).await?;
        self.engine.state.jobs.forget(now.root());
        self.engine.state.lexical_indexes.discard(self.store(), now.row()).await
    }

    /// A filter as it is meant in this index, whose project may have languages of its own.
    pub(crate) fn filter_here<'a>(&self, filter: &'a Filter) -> Cow<'a, Filter> {
        filter.in_project(&self.languages)
    }

    pub(crate) fn id(&self) -> IndexId {
        self.row.id
    }

    pub(crate) fn store(&self) -> &Store {
        self.reads.as_ref().unwrap_or(self.engine.store())
    }

    /// The same index for one call that reads it, as it is now: at the standby, where there is one
    /// that has come as far.
    pub(crate) async fn reading(&self) -> Result<Self, EngineError> {
        let reads = self.engine.store().reading(self.id()).await?;
        Ok(Self { reads: Some(reads), ..self.clone() })
    }

    /// Where its directory stands now.
    pub(crate) async fn revision(&self) -> Result<Revision, EngineError> {
        let root = PathBuf::from(&self.row.root);
        Ok(tokio::task::spawn_blocking(move || revision(&root)).await?)
    }

    /// Whether a directory at `now` is past what it was made of.
    pub(crate) fn is_stale(&self, now: &Revision) -> bool {
        let made_of = &self.row.state;
        now.commit.is_some() && (&now.commit, &now.branch) != (&made_of.commit, &made_of.branch)
    }
}
