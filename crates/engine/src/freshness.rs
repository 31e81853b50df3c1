//! Which index answers for a directory, whether it is brought up to date first, and how long its
//! caller waits for that: the one place that decides it for the command line and for MCP.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use sconce_store::IndexStatus;
use tokio::time::sleep;

use crate::index::{IndexReport, IndexRequest, Job, Phase, Progress};
use crate::sync::lock;
use crate::watch::{Settling, WatchMode};
use crate::{Engine, EngineError, ErrorKind, Index};

/// How fresh an index must be for a caller, and how long the caller waits for that.
#[derive(Debug, Clone, Copy)]
pub struct Freshness {
    /// Whether an index may be made or brought up to date; if not, what is there answers.
    pub may_index: bool,
    /// Whether also one that is on hold ([`Index::is_on_hold`]): a user's own call.
    pub even_on_hold: bool,
    /// A project that was looked at so recently is not looked at again, unless a look takes much less time than that.
    pub fresh_for: Duration,
    /// Longest wait for the index of a project that has none.
    pub wait_for_first: Duration,
    /// Longest wait for changed files.
    pub wait_for_changes: Duration,
    /// Whether it is enough that every file answers by its words, where its vectors take long.
    pub words_suffice: bool,
}

/// An index that is as fresh as its caller may expect, and what the caller should know of it.
#[derive(Debug)]
pub struct Fresh {
    /// The index.
    pub index: Index,
    /// What to tell.
    pub notice: Option<FreshnessNotice>,
}

/// What a caller should know of how fresh an index is.
#[derive(Debug)]
pub enum FreshnessNotice {
    /// It was brought up to date, and the job had something to say.
    Indexed(IndexReport),
    /// A job goes on, and what is there answers.
    Running(Job),
    /// Another process writes it, and what is there answers.
    Busy,
    /// It could not be brought up to date, and what is there answers.
    Failed(EngineError),
}

/// An index on its way to being up to date.
#[derive(Debug)]
pub struct Refresh {
    engine: Engine,
    root: PathBuf,
    /// As it was before.
    found: Option<Index>,
    work: Work,
    limit: Duration,
    words_suffice: bool,
}

/// What is done for an index.
#[derive(Debug)]
enum Work {
    Nothing,
    /// A job looks for changes.
    Job(Job),
    /// The watch brings in those that it has heard of.
    Watch(Settling),
}

/// When each project was last looked at by a [`Refresh`], by root.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    last: Mutex<HashMap<PathBuf, Look>>,
}

/// A look at the files of a project.
#[derive(Debug, Clone, Copy)]
struct Look {
    began: Instant,
    /// It is relied on for so long at most.
    good_for: Duration,
}

/// A look is relied on for so many times as long as it took: where that is little, an edit is in the very next answer.
const TIMES_AS_LONG: u32 = 10;
/// One that a whole job made at a user's call is relied on for so long.
const AFTER_JOB: Duration = Duration::from_millis(500);

impl Looks {
    fn note(&self, root: &Path) {
        let look = Look { began: Instant::now(), good_for: AFTER_JOB };
        lock(&self.last).insert(root.to_path_buf(), look);
    }

    /// Whether the last look is longer ago than it is relied on, or than `fresh_for`; counts as the beginning of a
    /// look if so.
    fn is_due(&self, root: &Path, fresh_for: Duration) -> bool {
        let mut last = lock(&self.last);
        let due =
            last.get(root).is_none_or(|look| look.began.elapsed() > fresh_for.min(look.good_for));
        if due {
            let look = Look { began: Instant::now(), good_for: Duration::MAX };
            last.insert(root.to_path_buf(), look);
        }
        due
    }

    /// Notes that the look that began last has ended.
    fn ended(&self, root: &Path) {
        if let Some(look) = lock(&self.last).get_mut(root) {
            look.good_for = look.began.elapsed() * TIMES_AS_LONG;
        }
    }
}

impl Engine {
    /// The index that answers for `directory`, which lies in the project at `project`: that of the
    /// nearest indexed directory at or above it, unless that lies above the project. An index of
    /// something far above, such as a home directory, is not this project's.
    ///
    /// # Errors
    /// What the database says.
    pub async fn index_within(
        &self,
        project: &Path,
        directory: &Path,
    ) -> Result<Option<Index>, EngineError> {
        match self.index_covering(directory).await {
            Ok(index) => Ok(Some(index).filter(|index| index.root().starts_with(project))),
            Err(EngineError::NotIndexed { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Begins to bring the index that answers for `directory`, which lies in the project at `project`,
    /// up to date, as far as `freshness` wants that: by a job of the request that `request` gives for
    /// the root, or by the watch that follows it. Without an index, one of the project is made.
    ///
    /// `request` may read files: it is called on a thread that may block.
    ///
    /// # Errors
    /// What `request` and [`Engine::start_index`] say, and what the database says.
    pub async fn refresh<E: From<EngineError> + Send + 'static>(
        &self,
        project: &Path,
        directory: &Path,
        freshness: &Freshness,
        request: impl FnOnce(&Path) -> Result<IndexRequest, E> + Send + 'static,
    ) -> Result<Refresh, E> {
        let found = self.index_within(project, directory).await?;
        let root = found.as_ref().map_or(project, Index::root).to_path_buf();
        // There is something to search once the first job has written something.
        let first = found.as_ref().is_none_or(|index| index.row().generation == 0);
        let limit = if first { freshness.wait_for_first } else { freshness.wait_for_changes };
        let followed = found.as_ref().filter(|index| !first && index.is_followed());
        let work = if !freshness.lets_index(found.as_ref(), &root) {
            Work::Nothing
        } else if followed.is_some() {
            let settling = self.unsettled(&root).map(Work::Watch);
            // Where all is settled, vectors may be on their way.
            let filling = || self.filling_job(&root).map(Work::Job);
            settling.or_else(filling).unwrap_or(Work::Nothing)
        } else if first || self.state.looks.is_due(&root, freshness.fresh_for) {
            Work::Job(self.start_index(asked(&root, request).await?).await?)
        } else {
            Work::Nothing
        };
        let (engine, words_suffice) = (self.clone(), freshness.words_suffice);
        Ok(Refresh { engine, root, found, work, limit, words_suffice })
    }

    /// Notes that the project at `root`, a real path, was brought up to date just now.
    pub fn note_fresh(&self, root: &Path) {
        self.state.looks.note(root);
    }

    /// Has the watch bring in what it has heard of the project and holds back for more to come.
    fn unsettled(&self, root: &Path) -> Option<Settling> {
        let status = self.watches().status(root)?;
        if status.settled { None } else { self.watches().hurry(root) }
    }

    /// The job of this process that runs for `root`.
    fn job_for(&self, root: &Path) -> Option<Job> {
        self.state.jobs.last(root).filter(|job| !job.is_finished())
    }

    /// The same, as long as it has words or vectors to bring in.
    fn filling_job(&self, root: &Path) -> Option<Job> {
        self.job_for(root).filter(|job| !job.is_all_in())
    }
}

/// The request for `root`, read on a thread that may block.
async fn asked<E: From<EngineError> + Send + 'static>(
    root: &Path,
    request: impl FnOnce(&Path) -> Result<IndexRequest, E> + Send + 'static,
) -> Result<IndexRequest, E> {
    let root = root.to_path_buf();
    let read = tokio::task::spawn_blocking(move || request(&root));
    read.await.map_err(EngineError::from)?
}

impl Freshness {
    fn lets_index(&self, found: Option<&Index>, root: &Path) -> bool {
        // A search of an index on hold says itself that it may lack something.
        let on_hold = !self.even_on_hold && found.is_some_and(Index::is_on_hold);
        self.may_index && !on_hold && root.is_dir()
    }
}

impl Index {
    /// Waits until the watch of its project has brought in what it had heard of, so that every file answers by its
    /// words, for `limit` at most. Without a watch nothing is waited for.
    pub async fn settle(&self, limit: Duration) {
        if self.is_followed()
            && let Some(settling) = self.engine.unsettled(self.root())
        {
            settled(&self.engine, self.root(), settling, limit, true).await;
        }
    }

    /// Whether its project's watch is to be relied on, so that nobody need look for changes. One that
    /// scans, or whose job failed or was cancelled, is behind for longer than a search would be.
    fn is_followed(&self) -> bool {
        let status = self.row.state.status;
        let whole = status == IndexStatus::Ready || status.has_job();
        let status = self.engine.watches().status(self.root());
        whole && status.is_some_and(|status| status.mode == WatchMode::Events && !status.troubled)
    }
}

impl Refresh {
    /// The job that the caller waits for, to show how far it is.
    pub fn job(&self) -> Option<&Job> {
        match &self.work {
            Work::Job(job) => Some(job),
            Work::Nothing | Work::Watch(_) => None,
        }
    }

    /// Waits as long as the caller's [`Freshness`] says, and gives the index as it is then.
    ///
    /// # Errors
    /// [`EngineError::NotIndexed`] where there is none, or what kept a job from making it; and what
    /// the database says.
    pub async fn wait(self) -> Result<Fresh, EngineError> {
        let Self { engine, root, found, work, limit, words_suffice } = self;
        let notice = match work {
            Work::Nothing => {
                let index = found.ok_or(EngineError::NotIndexed { path: root })?;
                return Ok(Fresh { index, notice: None });
            }
            Work::Job(job) => Some(match end_of(&job, limit, words_suffice).await {
                Some(Ok(report)) => {
                    engine.state.looks.ended(&root);
                    FreshnessNotice::Indexed(report)
                }
                Some(Err(error)) if error.kind() == ErrorKind::Busy => FreshnessNotice::Busy,
                Some(Err(error)) => FreshnessNotice::Failed(error),
                None => FreshnessNotice::Running(job),
            }),
            Work::Watch(settling) => {
                let job = settled(&engine, &root, settling, limit, words_suffice).await;
                job.map(FreshnessNotice::Running)
            }
        };
        match (engine.store().index_by_root(&root.to_string_lossy()).await?, notice) {
            // Nothing is there that could answer, and what was asked for is to be asked otherwise.
            (Some(row), Some(FreshnessNotice::Failed(error)))
                if row.generation == 0 && error.kind() == ErrorKind::InvalidInput =>
            {
                Err(error)
            }
            (Some(row), notice) => Ok(Fresh { index: engine.handle(row), notice }),
            (None, Some(FreshnessNotice::Failed(error))) => Err(error),
            (None, _) => Err(EngineError::NotIndexed { path: root }),
        }
    }
}

/// How a job ended, if it does so while waiting is worth it: no longer than until every file answers
/// by its words, where those suffice.
async fn end_of(
    job: &Job,
    limit: Duration,
    words_suffice: bool,
) -> Option<Result<IndexReport, EngineError>> {
    let begin = Instant::now();
    let mut seen = job.clone();
    loop {
        if words_suffice && seen.words_answer() {
            return None;
        }
        let left = timeout_for(limit, &seen.progress()).saturating_sub(begin.elapsed());
        tokio::select! {
            biased;
            ended = job.wait() => return Some(ended),
            () = seen.changed() => {}
            () = sleep(left) => return None,
        }
    }
}

/// Waits until the watch has brought in what it had heard of, its vectors too where words do not suffice and they come
/// soon; the job that is still at it.
async fn settled(
    engine: &Engine,
    root: &Path,
    mut settling: Settling,
    limit: Duration,
    words_suffice: bool,
) -> Option<Job> {
    let begin = Instant::now();
    let mut entered = engine.state.jobs.entered();
    let mut job = engine.job_for(root);
    loop {
        let progress = job.as_ref().map(Job::progress).unwrap_or_default();
        // While a job embeds, the watch has it walk once more, which takes no time of that kind.
        let limit = if progress.words_answer() { limit } else { timeout_for(limit, &progress) };
        let left = limit.saturating_sub(begin.elapsed());
        tokio::select! {
            biased;
            () = settling.wait() => break,
            // An error says that the engine is gone, and then so is the watch.
            _ = entered.changed() => job = engine.job_for(root),
            () = changed(job.as_mut()) => job = job.filter(|job| !job.is_finished()),
            () = sleep(left) => return job,
        }
    }
    let job = engine.filling_job(root)?;
    let left = limit.saturating_sub(begin.elapsed());
    end_of(&job, left, words_suffice).await.is_none().then_some(job)
}

/// Waits until a job's progress has changed; for ever where there is none.
async fn changed(job: Option<&mut Job>) {
    match job {
        Some(job) => job.changed().await,
        None => std::future::pending().await,
    }
}

/// How long a caller waits in all for a job that is this far: `limit`, but for one that ran for longer
/// before and will not end within it. So a long job holds up its first caller alone.
fn timeout_for(limit: Duration, progress: &Progress) -> Duration {
    // Nobody knows how long those take that come before it.
    let remaining = match progress.phase {
        Phase::Queued => Some(f64::MAX),
        _ => progress.remaining_seconds,
    };
    bounded(limit, progress.elapsed_seconds, remaining)
}

fn bounded(limit: Duration, elapsed: f64, remaining: Option<f64>) -> Duration {
    let is_long = elapsed > limit.as_secs_f64();
    let rest = remaining.filter(|_| is_long).unwrap_or_default();
    limit.saturating_sub(Duration::try_from_secs_f64(rest).unwrap_or(Duration::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(8);

    #[test]
    fn a_long_job_holds_up_its_first_caller_alone() {
        let worth = |waited, elapsed, remaining| {
            Duration::from_secs_f64(waited) < bounded(LIMIT, elapsed, remaining)
        };
        assert!(worth(0.0, 0.0, None));
        assert!(worth(5.0, 5.0, Some(60.0)), "the first caller waits on");
        assert!(!worth(8.0, 8.0, Some(60.0)), "but not for ever");
        assert!(!worth(0.1, 20.0, Some(40.0)), "a later one does not wait");
        assert!(worth(0.1, 59.0, Some(1.0)), "unless the end is near");
        assert!(worth(0.1, 20.0, None), "or nobody knows");
    }

    #[test]
    fn a_caller_without_a_limit_waits_for_any_job() {
        assert_eq!(bounded(Duration::MAX, 1e9, Some(f64::MAX)), Duration::MAX);
    }

    #[test]
    fn a_look_counts_for_a_while() {
        let (looks, root) = (Looks::default(), Path::new("/project"));
        assert!(looks.is_due(root, LIMIT));
        assert!(!looks.is_due(root, LIMIT), "it was looked at just now");
        assert!(looks.is_due(Path::new("/other"), LIMIT));
        std::thread::sleep(Duration::from_millis(2));
        assert!(looks.is_due(root, Duration::ZERO), "who wants it fresh gets it so");
        looks.note(Path::new("/third"));
        assert!(!looks.is_due(Path::new("/third"), LIMIT));
        looks.ended(root);
        let look = lock(&looks.last)[root];
        assert!(look.good_for < LIMIT, "a quick look is not relied on for long");
    }
}
