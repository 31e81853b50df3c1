//! Lines of bytes from a stream, none longer than a limit.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// Reads lines.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    longest: usize,
    begun: bool,
}

/// A line of a client.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The line without its end.
    Whole(Vec<u8>),
    /// The beginning of one that is too long and dropped.
    TooLong(Vec<u8>),
}

/// Bytes that are kept of a line that is too long.
const BEGINNING: usize = 4096;
/// What some editors and libraries begin UTF-8 with.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl<R: AsyncRead + Unpin> Lines<R> {
    /// Lines of at most `longest` bytes; longer ones are dropped.
    pub(crate) fn new(input: R, longest: usize) -> Lines<R> {
        Lines { input: BufReader::new(input), longest, begun: false }
    }

    /// The next line without its end; `None` at the end of the stream. One that is too long is left out, and
    /// what stands after the last line's end is no line.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            match self.read(false).await? {
                Some(Line::Whole(line)) => return Ok(Some(line)),
                Some(Line::TooLong(_)) => {}
                None => return Ok(None),
            }
        }
    }

    /// The next line of a client, also one that is too long. What stands after the last line's end is a line if
    /// it is JSON: clients that write one message and close forget its end. A byte order mark before the
    /// first line is none of it.
    pub(crate) async fn next_of_client(&mut self) -> io::Result<Option<Line>> {
        let first = !self.begun;
        let mut line = self.read(true).await?;
        if let Some(Line::Whole(line)) = &mut line
            && first
            && line.starts_with(BYTE_ORDER_MARK)
        {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(line)
    }

    async fn read(&mut self, takes_rest: bool) -> io::Result<Option<Line>> {
        let mut line = Vec::new();
        let mut dropped = false;
        loop {
            let available = self.input.fill_buf().await?;
            if available.is_empty() {
                let is_whole = takes_rest && !dropped && is_object(&line);
                return Ok(is_whole.then_some(Line::Whole(line)));
            }
            self.begun = true;
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            if !dropped && line.len() + part.len() > self.longest {
                dropped = true;
                line.extend_from_slice(&part[..part.len().min(BEGINNING)]);
                line.truncate(BEGINNING);
            }
            if !dropped {
                line.extend_from_slice(part);
            }
            let taken = end.map_or(available.len(), |end| end + 1);
            self.input.consume(taken);
            match (end, dropped) {
                (None, _) => {}
                (Some(_), false) => return Ok(Some(Line::Whole(line))),
                (Some(_), true) => {
                    tracing::error!(
                        longest_bytes = self.longest,
                        "dropped a line that is too long"
                    );
                    return Ok(Some(Line::TooLong(line)));
                }
            }
        }
    }

    /// The stream with what was read ahead of it.
    pub(crate) fn into_inner(self) -> BufReader<R> {
        self.input
    }
}

/// Whether a line is an object of JSON and nothing else.
fn is_object(line: &[u8]) -> bool {
    let text = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line).trim_ascii();
    text.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_that_is_too_long_is_dropped_and_the_next_one_is_read() {
        let text = format!("one\n{}\n\ntwo\nrest", "x".repeat(20_000));
        let mut lines = Lines::new(text.as_bytes(), 10_000);
        for expected in ["one", "", "two"] {
            assert_eq!(lines.next().await.unwrap().unwrap(), expected.as_bytes());
        }
        assert_eq!(lines.next().await.unwrap(), None, "the rest has no end");
    }

    #[tokio::test]
    async fn a_client_may_begin_with_a_mark_and_forget_the_last_end() {
        let whole = |text: &str| Some(Line::Whole(text.as_bytes().to_vec()));
        let text = format!("\u{feff}{{}}\n{}\n{{\"id\":2}}", "y".repeat(20_000));
        let mut lines = Lines::new(text.as_bytes(), 10_000);
        assert_eq!(lines.next_of_client().await.unwrap(), whole("{}"));
        let long = Line::TooLong(vec![b'y'; BEGINNING]);
        assert_eq!(lines.next_of_client().await.unwrap(), Some(long));
        assert_eq!(lines.next_of_client().await.unwrap(), whole("{\"id\":2}"));
        assert_eq!(lines.next_of_client().await.unwrap(), None);
        let mut torn = Lines::new(&b"{\"id\":"[..], 10_000);
        assert_eq!(torn.next_of_client().await.unwrap(), None);
    }
}
