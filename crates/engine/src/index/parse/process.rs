//! A process that parses, from the side that asks it.

use std::io::{self, Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

use sconce_code::{ChunkOptions, Language, NewLanguage, ParsedFile};
use serde::de::DeserializeOwned;

use super::command::ParserCommand;
use super::worker::{Checked, HELLO, Header, LAST, MAX_FRAME, read_frame, write_frame};

/// A process that parses.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
    used_up: bool,
}

/// What is asked of a process, beside the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) path: &'a str,
    pub(super) language: Option<Language>,
    /// The language as a user or a project described it, where one did.
    pub(super) added: Option<&'a NewLanguage>,
    pub(super) options: &'a ChunkOptions,
    /// The most bytes of an answer.
    pub(super) most_bytes: u64,
}

/// What became of a question.
#[derive(Debug)]
pub(super) enum ParserReply<T> {
    Answered(T),
    /// The process died over the file; how.
    Died(String),
    /// It was gone, or was ended from outside.
    Ended,
}

impl Process {
    /// Starts a process that gets none of ours: no environment, no directory of a project, no open
    /// file, and no signal of a terminal. It ends when its input does, as it does when we die.
    pub(super) fn start(command: &ParserCommand) -> io::Result<Self> {
        let mut child = Command::new(&command.program)
            .arg(&command.argument)
            .env_clear()
            // Every arena of the allocator would take its share of the limit.
            .env("MALLOC_ARENA_MAX", "1")
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("a process without pipes"));
        };
        let mut process = Self { child, input: Some(input), output, used_up: false };
        let mut hello = [0; HELLO.len()];
        process.output.read_exact(&mut hello)?;
        if hello == *HELLO { Ok(process) } else { Err(io::Error::other("it is no parser")) }
    }

    /// Whether it is to be asked nothing more.
    pub(super) fn is_used_up(&self) -> bool {
        self.used_up
    }

    /// Has a text parsed, within a time on a processor.
    pub(super) fn parse(
        &mut self,
        question: &Question<'_>,
        text: &str,
        cpu_time: Duration,
    ) -> ParserReply<ParsedFile> {
        let header = header(question, cpu_time);
        let asked = self.ask(&header, text, question.most_bytes);
        if matches!(&asked, ParserReply::Answered(parsed) if !is_sound(parsed, text)) {
            self.used_up = true;
            return ParserReply::Died("answered nonsense".to_owned());
        }
        asked
    }

    /// Has it looked at whether a language can be had, within a time on a processor.
    pub(super) fn check(
        &mut self,
        added: &NewLanguage,
        cpu_time: Duration,
    ) -> ParserReply<Checked> {
        let options = &ChunkOptions::default();
        let (added, most_bytes) = (Some(added), MAX_FRAME);
        let question = Question { path: "", language: None, added, options, most_bytes };
        let header = Header { is_check: true, ..header(&question, cpu_time) };
        self.ask(&header, "", most_bytes)
    }

    fn ask<T: DeserializeOwned>(
        &mut self,
        header: &Header,
        text: &str,
        most: u64,
    ) -> ParserReply<T> {
        let sent = self.send(header, text);
        if sent.is_err() {
            self.used_up = true;
            return ParserReply::Ended;
        }
        let mut flags = [0];
        let answer = self.output.read_exact(&mut flags).and_then(|()| {
            let frame = read_frame(&mut self.output, most)?;
            Ok(serde_json::from_slice::<T>(&frame)?)
        });
        self.used_up = flags[0] & LAST != 0;
        match answer {
            Ok(answer) => ParserReply::Answered(answer),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                self.used_up = true;
                ParserReply::Died("answered nonsense, or too much".to_owned())
            }
            Err(_) => {
                self.used_up = true;
                self.death()
            }
        }
    }

    fn send(&mut self, header: &Header, text: &str) -> io::Result<()> {
        let Some(input) = &mut self.input else { return Err(io::ErrorKind::BrokenPipe.into()) };
        write_frame(input, &serde_json::to_vec(header)?)?;
        write_frame(input, text.as_bytes())?;
        input.flush()
    }

    fn death<T>(&mut self) -> ParserReply<T> {
        self.input = None;
        match self.child.wait() {
            Ok(status) if !was_told_to_end(status) => ParserReply::Died(format!("died ({status})")),
            _ => ParserReply::Ended,
        }
    }
}

fn header(question: &Question<'_>, cpu_time: Duration) -> Header {
    let Question { path, language, added, options, .. } = question;
    Header {
        path: (*path).to_owned(),
        language: language.map(|language| language.name().to_owned()),
        added: added.cloned(),
        is_check: false,
        max_bytes: options.max_bytes,
        min_bytes: options.min_bytes,
        cpu_ms: u64::try_from(cpu_time.as_millis()).unwrap_or(u64::MAX),
    }
}

/// Whether somebody ended the process, and not what it was doing: SIGHUP, SIGINT, SIGTERM.
fn was_told_to_end(status: ExitStatus) -> bool {
    matches!(status.signal(), Some(1 | 2 | 15))
}

impl Drop for Process {
    fn drop(&mut self) {
        self.input = None;
        // However it ends, it has ended, and is no zombie.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether an answer is about this text: what reads it cuts the text by it.
fn is_sound(parsed: &ParsedFile, text: &str) -> bool {
    let mut end = 0;
    let covers = parsed.chunks.iter().all(|chunk| {
        let follows = chunk.bytes.start == end && chunk.bytes.end > end;
        end = chunk.bytes.end;
        follows
            && text.is_char_boundary(end)
            && chunk.symbols.iter().all(|&symbol| symbol < parsed.symbols.len())
    });
    let is_range = |range: &std::ops::Range<usize>| text.get(range.clone()).is_some();
    covers && end == text.len() && parsed.symbols.iter().all(|symbol| is_range(&symbol.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_about_another_text_is_none() {
        let text = "fn a() {}\n";
        let language = Language::by_name("rust");
        let parsed = sconce_code::parse_file("a.rs", text, language, &ChunkOptions::default());
        assert!(is_sound(&parsed, text));
        assert!(!is_sound(&parsed, "fn a() {}") && !is_sound(&parsed, "fn a() { }\n"));
        let mut wrong = parsed.clone();
        wrong.symbols[0].bytes = 5..500;
        assert!(!is_sound(&wrong, text));
        let mut wrong = parsed;
        wrong.chunks[0].symbols = vec![7];
        assert!(!is_sound(&wrong, text));
    }
}
