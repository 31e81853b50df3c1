//! Where something is: lines of a file, a chunk of an index.

use serde::{Deserialize, Serialize};

/// Lines of a text, 1-based, both ends included.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
pub struct LineRange {
    /// The first line.
    pub start: u32,
    /// The last line.
    pub end: u32,
}

impl LineRange {
    /// How many lines there are.
    pub fn count(self) -> u32 {
        self.end.saturating_sub(self.start).saturating_add(1)
    }

    /// Whether the line is one of them.
    pub fn contains(self, line: u32) -> bool {
        self.start <= line && line <= self.end
    }

    /// Whether a line is in both.
    pub fn overlaps(self, other: LineRange) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

/// Names one version of a chunk in an index, for ever: a file that changes gets a new id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChunkKey {
    /// The id of its file's version.
    pub file_id: i64,
    /// Its position in the file, from 0.
    pub ordinal: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_lines_of_the_range() {
        let lines = LineRange { start: 3, end: 5 };
        assert_eq!(lines.count(), 3);
        assert_eq!([2, 3, 5, 6].map(|line| lines.contains(line)), [false, true, true, false]);
        assert!(lines.overlaps(LineRange { start: 5, end: 9 }));
        assert!(!lines.overlaps(LineRange { start: 6, end: 9 }));
    }
}
