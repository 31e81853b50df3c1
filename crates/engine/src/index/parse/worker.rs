//! A process that parses, from its own side.
//!
//! One thread reads questions, and ends the process where its input ends, since then whoever asked
//! is gone. One parses and answers. One looks at the time that a file takes.

use std::io::{self, Read, Write};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, setrlimit};
use sconce_code::{ChunkOptions, Language, NewLanguage};
use serde::{Deserialize, Serialize};

use crate::sync::lock;

/// What a process that parses says first.
pub(super) const HELLO: &[u8; 8] = b"sconce/1";
/// Set in an answer's flags where the process answers nothing more.
pub(super) const LAST: u8 = 1;
/// The most bytes of a question's text or of an answer.
pub(super) const MAX_FRAME: u64 = 256 << 20;

/// What a file may take beyond what the process has from its start. With that it stays below 512 MiB.
const MEMORY_BYTES: u64 = 384 << 20;
/// What may stay of it between two files.
const KEPT_BYTES: u64 = 128 << 20;
/// The stack that a file may take.
const STACK_BYTES: usize = 16 << 20;
/// The time on a processor that a file may take.
pub(super) const CPU_TIME: Duration = Duration::from_secs(4);
/// What a file may take on the clock, where others are at work: so many times its processor time.
const WALL_FACTOR: u32 = 10;
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// The time on a processor after which a process makes room for a new one.
const CPU_TIME_OF_ALL: Duration = Duration::from_mins(2);
/// So many languages it takes up; with the next one it would be near to what a process can have.
const MOST_ADDED: usize = 32;

/// A question, before its text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) path: String,
    pub(super) language: Option<String>,
    /// The language as a user or a project described it, where one added it: this process knows none of these.
    pub(super) added: Option<NewLanguage>,
    /// Whether nothing is to be parsed: only that can be said whether the language can be had.
    pub(super) is_check: bool,
    pub(super) max_bytes: usize,
    pub(super) min_bytes: usize,
    /// The time on a processor that the file may take.
    pub(super) cpu_ms: u64,
}

type Question = (Header, String);
/// The answer to a check: what is wrong.
pub(super) type Checked = Result<(), String>;
/// The file at work, if there is one.
type AtWork = Arc<Mutex<Option<Limits>>>;

/// Until when a file may take.
#[derive(Debug, Clone, Copy)]
struct Limits {
    clock: Instant,
    /// By the time that this process has had on a processor.
    cpu: Duration,
}

impl Limits {
    fn of(header: &Header) -> Self {
        let time = Duration::from_millis(header.cpu_ms).min(CPU_TIME);
        Self { clock: Instant::now() + WALL_FACTOR * time, cpu: cpu_time() + time }
    }

    fn are_over(&self) -> bool {
        Instant::now() > self.clock || cpu_time() > self.cpu
    }
}

/// Parses files for the process that started this one, until that closes stdin; false where it
/// cannot. Nothing but answers is written to stdout.
pub fn serve_parser() -> bool {
    if limit().is_err() || answer(|output| output.write_all(HELLO)).is_err() {
        return false;
    }
    let at_work = AtWork::default();
    let (questions, taken) = mpsc::channel();
    let watched = Arc::clone(&at_work);
    let parser = std::thread::Builder::new().stack_size(STACK_BYTES);
    let watchdog = std::thread::Builder::new().stack_size(256 << 10);
    let started = parser.spawn(move || answer_all(&taken, &at_work)).is_ok()
        && watchdog.spawn(move || watch(&watched)).is_ok();
    if !started {
        return false;
    }
    let mut input = io::stdin().lock();
    loop {
        match read_question(&mut input) {
            Ok(question) => {
                if questions.send(question).is_err() {
                    return false;
                }
            }
            // Nobody waits for the file at work any more.
            Err(_) => return true,
        }
    }
}

/// Takes this process's rights to what one file must not take.
fn limit() -> rustix::io::Result<()> {
    let most = |bytes: u64| Rlimit { current: Some(bytes), maximum: Some(bytes) };
    setrlimit(Resource::As, most(memory_bytes() + MEMORY_BYTES + STACK_BYTES as u64))?;
    setrlimit(Resource::Cpu, most((CPU_TIME_OF_ALL + 2 * CPU_TIME).as_secs()))?;
    // It writes no file, leaves no picture of anybody's code, and opens next to nothing.
    setrlimit(Resource::Fsize, most(0))?;
    setrlimit(Resource::Core, most(0))?;
    setrlimit(Resource::Nofile, most(16))
}

fn answer_all(questions: &mpsc::Receiver<Question>, at_work: &AtWork) {
    let base = memory_bytes();
    while let Ok((header, text)) = questions.recv() {
        *lock(at_work) = Some(Limits::of(&header));
        let language = language_of(&header);
        let frame = if header.is_check {
            let checked: Checked = language.map(|_| ());
            serde_json::to_vec(&checked)
        } else {
            let options = ChunkOptions { max_bytes: header.max_bytes, min_bytes: header.min_bytes };
            let language = language.ok().flatten();
            serde_json::to_vec(&sconce_code::parse_file(&header.path, &text, language, &options))
        };
        *lock(at_work) = None;
        let is_last = memory_bytes() > base + KEPT_BYTES
            || cpu_time() > CPU_TIME_OF_ALL
            || added_languages() >= MOST_ADDED;
        let sent = frame.map_err(io::Error::from).and_then(|frame| send(&frame, is_last));
        if sent.is_err() || is_last {
            end(0);
        }
    }
}

/// The language that a question is about, or what is wrong with it.
fn language_of(header: &Header) -> Result<Option<Language>, String> {
    match &header.added {
        Some(added) => sconce_code::language_as(added).map(Some).map_err(|error| error.to_string()),
        None => Ok(header.language.as_deref().and_then(Language::by_name)),
    }
}

fn added_languages() -> usize {
    Language::all().filter(|language| language.definition().is_some()).count()
}

fn send(frame: &[u8], is_last: bool) -> io::Result<()> {
    answer(|output| {
        output.write_all(&[if is_last { LAST } else { 0 }])?;
        write_frame(output, frame)
    })
}

fn answer(write: impl FnOnce(&mut io::StdoutLock<'_>) -> io::Result<()>) -> io::Result<()> {
    let mut output = io::stdout().lock();
    write(&mut output)?;
    output.flush()
}

/// Ends the process from another thread than its first one, which waits for its input.
#[expect(
    clippy::disallowed_methods,
    reason = "a grammar that does not come back cannot be asked to"
)]
fn end(code: i32) -> ! {
    std::process::exit(code)
}

/// Ends the process where a file takes too long.
fn watch(at_work: &AtWork) {
    loop {
        std::thread::sleep(POLL_INTERVAL);
        let limits = *lock(at_work);
        if limits.is_some_and(|limits| limits.are_over()) {
            end(2);
        }
    }
}

/// The address space of this process, where the system tells.
fn memory_bytes() -> u64 {
    const PAGE: u64 = 4096;
    /// As much as a process of ours has been seen to take.
    const GUESS: u64 = 512 << 20;
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').next().and_then(|pages| pages.parse::<u64>().ok());
    pages.map_or(GUESS, |pages| pages * PAGE.max(rustix::param::page_size() as u64))
}

/// The time on a processor that this process has taken; the clock's where the system does not tell.
fn cpu_time() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

fn read_question(input: &mut impl Read) -> io::Result<Question> {
    let header = serde_json::from_slice(&read_frame(input, MAX_FRAME)?)?;
    let text = String::from_utf8(read_frame(input, MAX_FRAME)?);
    let text = text.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok((header, text))
}

/// Reads bytes that were written by [`write_frame`].
pub(super) fn read_frame(input: &mut impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > limit {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Writes bytes, their number first.
pub(super) fn write_frame(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    output.write_all(&(bytes.len() as u64).to_le_bytes())?;
    output.write_all(bytes)
}
