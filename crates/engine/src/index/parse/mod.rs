//! Parsing in processes of our own, so that no file can take more than its share.
//!
//! A grammar is C code over a text that anybody may have written: its memory can grow with the
//! square of the text, and its stack with the nesting. So each thread that prepares files asks a
//! process that has limits of its own ([`serve_parser`]). Where that one dies over a file, the file
//! is split as plain text, marked ([`ParseStatus::Aborted`](sconce_code::ParseStatus)), and not
//! parsed again until it changes.

mod checks;
mod command;
mod process;
mod worker;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sconce_code::{ChunkOptions, Language, ParseStatus, ParsedFile};

pub(super) use self::checks::{QueryCheck, QueryChecks};
pub use self::command::ParserCommand;
use self::process::{ParserReply, Process, Question};
pub use self::worker::serve_parser;
use self::worker::{CPU_TIME, MAX_FRAME};
use super::languages::OwnLanguage;
use crate::sync::lock;

/// The stack of a thread that may parse: where there is no process for it, a text of a MiB that
/// nests at every character must not overflow it.
pub(super) const STACK_BYTES: usize = 256 << 20;
/// A MiB of real code takes less. Where a job has lost [`MAX_LOST`] to files that took more, each
/// further one may take no more than this.
const SANE_CPU_TIME: Duration = Duration::from_millis(500);
const MAX_LOST: Duration = Duration::from_secs(30);
/// The most bytes of an answer where a project's query decides how much that is, beside so many for each of the text.
const MAX_OWN_BYTES: u64 = 8 << 20;
const OWN_BYTES_PER_BYTE: u64 = 8;
/// The processes that are kept for the next job.
const KEPT: usize = 1;

/// The parsers of an engine. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parsers {
    pool: Arc<ParserPool>,
}

#[derive(Debug, Default)]
struct ParserPool {
    command: Option<ParserCommand>,
    /// Processes that nobody asks anything now.
    idle: Mutex<Vec<Process>>,
    /// Hashes of the texts over which a process died.
    deadly: Mutex<HashSet<[u8; 32]>>,
    /// What processes have said of projects' queries, by the hashes of their languages.
    checked: Mutex<HashMap<[u8; 32], QueryCheck>>,
    /// Whether it was told that no process can be had.
    told: AtomicBool,
}

impl Parsers {
    pub(crate) fn new(command: Option<ParserCommand>) -> Self {
        Self { pool: Arc::new(ParserPool { command, ..ParserPool::default() }) }
    }

    /// A parser for one thread of a job, whose budget it shares.
    pub(super) fn parser<'a>(&self, budget: &'a Budget) -> Parser<'a> {
        let process = lock(&self.pool.idle).pop();
        Parser { pool: Arc::clone(&self.pool), process, has_met_query: false, budget }
    }

    /// A look at the queries of one project.
    pub(super) fn query_checks(&self) -> QueryChecks<'_> {
        QueryChecks::new(&self.pool)
    }
}

/// The time that the files of one job which are no sane code have cost. A repository may be full of
/// them: when this is used up, each gets less.
#[derive(Debug, Default)]
pub(super) struct Budget {
    lost_ms: AtomicU64,
}

impl Budget {
    /// The time on a processor that a file of so many bytes may take now.
    fn limit(&self, bytes: usize) -> Duration {
        let lost = Duration::from_millis(self.lost_ms.load(Ordering::Relaxed));
        if lost < MAX_LOST { CPU_TIME } else { sane(bytes).min(CPU_TIME) }
    }

    /// A file of so many bytes took this long, on the clock. What real code takes counts for nothing.
    fn took(&self, time: Duration, bytes: usize) {
        if time > sane(bytes) {
            let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            self.lost_ms.fetch_add(ms, Ordering::Relaxed);
        }
    }
}

/// More than a file of real code takes: so much for each MiB that it has begun.
fn sane(bytes: usize) -> Duration {
    SANE_CPU_TIME * (1 + (bytes >> 20) as u32)
}

/// Parses one file after the other.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    pool: Arc<ParserPool>,
    process: Option<Process>,
    /// Whether the process may have compiled a project's query: then it parses for no other project.
    has_met_query: bool,
    budget: &'a Budget,
}

impl Parser<'_> {
    /// The chunks, symbols and imports of a file, or of a part of it, whose bytes have that hash.
    pub(super) fn parse(
        &mut self,
        path: &str,
        text: &str,
        hash: &[u8; 32],
        language: Option<Language>,
        options: &ChunkOptions,
    ) -> ParsedFile {
        // What has no grammar meets no C code.
        let grammar = language.filter(|language| language.has_grammar());
        let (Some(command), Some(_)) = (&self.pool.command, grammar) else {
            return sconce_code::parse_file(path, text, language, options);
        };
        if lock(&self.pool.deadly).contains(hash) {
            return sconce_code::split_unparsed(text, options);
        }
        let command = command.clone();
        let added = language.and_then(Language::definition);
        let question = Question { path, language, added, options, most_bytes: MAX_FRAME };
        match self.ask(&command, &question, text) {
            Some(ParserReply::Answered(parsed)) => parsed,
            Some(ParserReply::Died(how)) => {
                tracing::warn!(
                    path,
                    "the parser {how} over this file, which is split as plain text"
                );
                lock(&self.pool.deadly).insert(*hash);
                sconce_code::split_unparsed(text, options)
            }
            _ => sconce_code::parse_file(path, text, language, options),
        }
    }

    /// The same of a file in a language of its project: by the project's query where a process runs that to its end, and
    /// else by the grammar alone.
    pub(super) fn parse_own(
        &mut self,
        path: &str,
        text: &str,
        hash: &[u8; 32],
        own: &OwnLanguage,
        options: &ChunkOptions,
    ) -> ParsedFile {
        let asked = self.ask_own(path, text, own, options);
        let has_failed = matches!(asked, Some(ParserReply::Answered(_) | ParserReply::Died(_)));
        match asked {
            Some(ParserReply::Answered(parsed)) if parsed.status != ParseStatus::Error => {
                return parsed;
            }
            Some(ParserReply::Died(how)) => {
                tracing::warn!(path, "the parser {how} over a query of the project");
            }
            _ => {}
        }
        let parsed = self.parse(path, text, hash, own.base, options);
        let is_the_texts = matches!(parsed.status, ParseStatus::Error | ParseStatus::Aborted);
        if has_failed && !is_the_texts {
            own.note_failure();
        }
        parsed
    }

    /// Asks a process by the project's query; none where there is no query, or no process to be had.
    fn ask_own(
        &mut self,
        path: &str,
        text: &str,
        own: &OwnLanguage,
        options: &ChunkOptions,
    ) -> Option<ParserReply<ParsedFile>> {
        let command = self.pool.command.clone()?;
        let added = Some(own.with_query()?);
        let most_bytes = MAX_OWN_BYTES + OWN_BYTES_PER_BYTE * text.len() as u64;
        self.has_met_query = true;
        self.ask(&command, &Question { path, language: None, added, options, most_bytes }, text)
    }

    /// Asks a process; none where there is none to be had.
    fn ask(
        &mut self,
        command: &ParserCommand,
        question: &Question<'_>,
        text: &str,
    ) -> Option<ParserReply<ParsedFile>> {
        /// One that was ended from outside says nothing of the file.
        const TRIES: usize = 3;
        for _ in 0..TRIES {
            let mut process = match self.process.take().map_or_else(|| Process::start(command), Ok)
            {
                Ok(process) => process,
                Err(error) => {
                    if !self.pool.told.swap(true, Ordering::Relaxed) {
                        tracing::warn!(%error, "files are parsed in this process, without limits");
                    }
                    return None;
                }
            };
            let began = Instant::now();
            let asked = process.parse(question, text, self.budget.limit(text.len()));
            self.budget.took(began.elapsed(), text.len());
            match asked {
                ParserReply::Ended => {}
                asked => {
                    if !process.is_used_up() {
                        self.process = Some(process);
                    }
                    return Some(asked);
                }
            }
        }
        None
    }
}

impl Drop for Parser<'_> {
    fn drop(&mut self) {
        let mut idle = lock(&self.pool.idle);
        if idle.len() < KEPT && !self.has_met_query {
            idle.extend(self.process.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_take_too_long_leave_less_for_those_after_them() {
        let budget = Budget::default();
        for _ in 0..1000 {
            budget.took(SANE_CPU_TIME, 100);
        }
        assert_eq!(budget.limit(100), CPU_TIME, "real code costs nothing");
        for _ in 0..8 {
            assert_eq!(budget.limit(100), CPU_TIME);
            budget.took(CPU_TIME, 100);
        }
        assert_eq!(budget.limit(100), SANE_CPU_TIME);
        assert_eq!(budget.limit(3 << 20), 4 * SANE_CPU_TIME, "a large file is no slow one");
    }
}
