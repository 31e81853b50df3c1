//! Where lines start.

use std::ops::Range;

use crate::LineRange;

/// The byte at which each line of a text starts. A line ends with `\n`; a `\r` before it is its own.
pub(crate) struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    pub(crate) fn new(text: &str) -> LineIndex {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        LineIndex { starts }
    }

    /// The 1-based line of a byte; a newline belongs to the line that it ends.
    pub(crate) fn line(&self, byte: usize) -> u32 {
        self.starts.partition_point(|start| *start <= byte) as u32
    }

    /// Where the line of a byte starts.
    pub(crate) fn line_start(&self, byte: usize) -> usize {
        let line = self.starts.partition_point(|start| *start <= byte);
        self.starts[line.saturating_sub(1)]
    }

    /// The lines of the first and the last byte of a range that is not empty.
    pub(crate) fn lines(&self, bytes: &Range<usize>) -> LineRange {
        let last = bytes.end.saturating_sub(1).max(bytes.start);
        LineRange { start: self.line(bytes.start), end: self.line(last) }
    }

    /// The starts of the lines that begin inside a range (after its first byte).
    pub(crate) fn starts_within(&self, bytes: &Range<usize>) -> &[usize] {
        let from = self.starts.partition_point(|start| *start <= bytes.start);
        let to = self.starts.partition_point(|start| *start < bytes.end);
        self.starts.get(from..to).unwrap_or_default()
    }
}

/// Whether nothing can be seen in a text: whitespace, and the byte order mark.
pub(crate) fn is_blank(text: &str) -> bool {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newline_belongs_to_the_line_it_ends() {
        let index = LineIndex::new("a\r\nbc\n\nd");
        assert_eq!([0, 1, 2, 3, 5, 6, 7].map(|byte| index.line(byte)), [1, 1, 1, 2, 2, 3, 4]);
        assert_eq!(index.line_start(4), 3);
        assert_eq!(index.lines(&(0..6)), LineRange { start: 1, end: 2 });
        assert_eq!(index.starts_within(&(0..7)), [3, 6]);
        assert_eq!(index.starts_within(&(3..6)), [0usize; 0]);
    }
}
