//! Lines of bytes from a stream, none longer than a limit.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// Reads lines.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    longest: usize,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// Lines of at most `longest` bytes; longer ones are dropped.
    pub(crate) fn new(input: R, longest: usize) -> Lines<R> {
        Lines { input: BufReader::new(input), longest }
    }

    /// The next line without its end; `None` at the end of the stream. What stands after the last
    /// line's end is no line.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut dropped = false;
        loop {
            let available = self.input.fill_buf().await?;
            if available.is_empty() {
                return Ok(None);
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            dropped |= line.len() + part.len() > self.longest;
            if !dropped {
                line.extend_from_slice(part);
            }
            let taken = end.map_or(available.len(), |end| end + 1);
            self.input.consume(taken);
            match (end, dropped) {
                (None, _) => {}
                (Some(_), false) => return Ok(Some(line)),
                (Some(_), true) => {
                    tracing::error!(
                        longest_bytes = self.longest,
                        "dropped a line that is too long"
                    );
                    (line, dropped) = (Vec::new(), false);
                }
            }
        }
    }

    /// The stream with what was read ahead of it.
    pub(crate) fn into_inner(self) -> BufReader<R> {
        self.input
    }
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
}
