//! Parsing in processes of our own, so that no file can take more than its share.
//!
//! A grammar is C code over a text that anybody may have written: its memory can grow with the
//! square of the text, and its stack with the nesting. So each thread that prepares files asks a
//! process that has limits of its own ([`serve_parser`]). Where that one dies over a file, the file
//! is split as plain text, marked ([`ParseStatus::Aborted`](sconce_code::ParseStatus)), and not
//! parsed again until it changes.

mod process;
mod worker;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use sconce_code::{ChunkOptions, Language, ParsedFile};

use self::process::{Asked, Process};
pub use self::worker::serve_parser;
use crate::source::Content;
use crate::sync::lock;

/// The stack of a thread that may parse: where there is no process for it, a text of a MiB that
/// nests at every character must not overflow it.
pub(super) const STACK_BYTES: usize = 256 << 20;
/// The processes that are kept for the next job.
const KEPT: usize = 1;

/// How a process that parses is started: a program that calls [`serve_parser`] when it is given
/// this one argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParserCommand {
    /// The program.
    pub program: PathBuf,
    /// Its argument.
    pub argument: String,
}

/// The parsers of an engine. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parsers {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    command: Option<ParserCommand>,
    /// Processes that nobody asks anything now.
    idle: Mutex<Vec<Process>>,
    /// Hashes of the texts over which a process died.
    deadly: Mutex<HashSet<[u8; 32]>>,
    /// Whether it was told that no process can be had.
    told: AtomicBool,
}

impl Parsers {
    pub(crate) fn new(command: Option<ParserCommand>) -> Parsers {
        Parsers { shared: Arc::new(Shared { command, ..Shared::default() }) }
    }

    /// A parser for one thread.
    pub(super) fn parser(&self) -> Parser {
        Parser { shared: Arc::clone(&self.shared), process: lock(&self.shared.idle).pop() }
    }
}

/// Parses one file after the other.
#[derive(Debug)]
pub(super) struct Parser {
    shared: Arc<Shared>,
    process: Option<Process>,
}

impl Parser {
    /// The chunks, symbols and imports of a file.
    pub(super) fn parse(
        &mut self,
        path: &str,
        content: &Content,
        language: Option<Language>,
        options: &ChunkOptions,
    ) -> ParsedFile {
        let text = &content.text;
        // What has no grammar meets no C code.
        let grammar = language.filter(|language| language.has_grammar());
        let (Some(command), Some(_)) = (&self.shared.command, grammar) else {
            return sconce_code::parse_file(path, text, language, options);
        };
        if lock(&self.shared.deadly).contains(&content.hash) {
            return sconce_code::split_unparsed(text, options);
        }
        let command = command.clone();
        match self.ask(&command, path, text, language, options) {
            Some(Asked::Parsed(parsed)) => parsed,
            Some(Asked::Died(how)) => {
                tracing::warn!(
                    path,
                    "the parser {how} over this file, which is split as plain text"
                );
                lock(&self.shared.deadly).insert(content.hash);
                sconce_code::split_unparsed(text, options)
            }
            _ => sconce_code::parse_file(path, text, language, options),
        }
    }

    /// Asks a process; none where there is none to be had.
    fn ask(
        &mut self,
        command: &ParserCommand,
        path: &str,
        text: &str,
        language: Option<Language>,
        options: &ChunkOptions,
    ) -> Option<Asked> {
        /// One that was ended from outside says nothing of the file.
        const TRIES: usize = 3;
        for _ in 0..TRIES {
            let mut process = match self.process.take().map_or_else(|| Process::start(command), Ok)
            {
                Ok(process) => process,
                Err(error) => {
                    if !self.shared.told.swap(true, Ordering::Relaxed) {
                        tracing::warn!(%error, "files are parsed in this process, without limits");
                    }
                    return None;
                }
            };
            match process.ask(path, text, language, options) {
                Asked::Ended => {}
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

impl Drop for Parser {
    fn drop(&mut self) {
        let mut idle = lock(&self.shared.idle);
        if idle.len() < KEPT {
            idle.extend(self.process.take());
        }
    }
}
