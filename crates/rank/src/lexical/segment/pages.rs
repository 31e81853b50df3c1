//! Bytes that are checked before they are believed.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Who holds a segment's bytes: a mapped file, or memory.
pub type SegmentBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// The bytes that one checksum is of: what the system reads at once, or less.
pub(super) const PAGE: usize = 1 << 14;

/// A page's checksum.
pub(super) fn checksum(page: &[u8]) -> u64 {
    let hash = blake3::hash(page);
    u64::from_le_bytes(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes"))
}

/// A segment's bytes, each page of which is checked when something of it is first read. What does not
/// pass reads as if it were not there.
pub(super) struct Pages {
    bytes: SegmentBytes,
    checksums: Vec<u64>,
    /// A bit a page: whether it has passed.
    passed: Vec<AtomicU64>,
    damaged: AtomicBool,
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("pages", &self.checksums.len()).finish_non_exhaustive()
    }
}

impl Pages {
    pub(super) fn new(bytes: SegmentBytes, checksums: Vec<u64>) -> Self {
        let passed = (0..checksums.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Self { bytes, checksums, passed, damaged: AtomicBool::new(false) }
    }

    pub(super) fn are_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    pub(super) fn bytes(&self) -> usize {
        (*self.bytes).as_ref().len()
    }

    /// These bytes; none where they are not what was written.
    pub(super) fn read(&self, range: Range<usize>) -> &[u8] {
        let bytes = (*self.bytes).as_ref();
        let passes = range.is_empty()
            || (range.start / PAGE..=(range.end - 1) / PAGE).all(|page| self.passes(bytes, page));
        if !passes {
            return &[];
        }
        bytes.get(range).unwrap_or_default()
    }

    /// Numbers of one width, one after the other.
    pub(super) fn column(&self, range: Range<usize>) -> Column<'_> {
        Column { pages: self, bytes: (*self.bytes).as_ref(), range }
    }

    #[inline]
    fn passes(&self, bytes: &[u8], page: usize) -> bool {
        let bit = 1_u64 << (page % 64);
        let word = self.passed.get(page / 64);
        word.is_some_and(|word| word.load(Ordering::Relaxed) & bit != 0) || self.check(bytes, page)
    }

    #[cold]
    fn check(&self, bytes: &[u8], page: usize) -> bool {
        let content = bytes.get(page * PAGE..(page + 1) * PAGE);
        let passes = content
            .zip(self.checksums.get(page))
            .is_some_and(|(content, &expected)| checksum(content) == expected);
        if passes {
            self.passed[page / 64].fetch_or(1 << (page % 64), Ordering::Relaxed);
        } else {
            self.damaged.store(true, Ordering::Relaxed);
        }
        passes
    }
}

/// Numbers of one width, one after the other. What is not there, or not what was written, is 0.
#[derive(Debug, Clone)]
pub(crate) struct Column<'a> {
    pages: &'a Pages,
    bytes: &'a [u8],
    range: Range<usize>,
}

impl<'a> Column<'a> {
    pub(crate) fn u8_at(&self, at: usize) -> u8 {
        u8::from_le_bytes(self.array(at))
    }

    #[inline]
    pub(crate) fn u32_at(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.array(at))
    }

    /// Those of a range, of 4 bytes each, read at once.
    pub(crate) fn run(&self, numbers: Range<u32>) -> Run<'a> {
        let byte = |number: u32| self.range.start + number as usize * 4;
        let end = byte(numbers.end).min(self.range.end);
        let bytes = self.pages.read(byte(numbers.start).min(end)..end);
        Run { bytes, start: numbers.start }
    }

    pub(crate) fn u64_at(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.array(at))
    }

    /// A section begins at a multiple of the widest number, so that none lies in two pages.
    #[inline]
    fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        let start = self.range.start + at * N;
        if start + N > self.range.end || !self.pages.passes(self.bytes, start / PAGE) {
            return [0; N];
        }
        let found = self.bytes.get(start..start + N).and_then(<[u8]>::first_chunk);
        found.copied().unwrap_or([0; N])
    }
}

/// Numbers of 4 bytes that follow one another. What is not there is 0.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Run<'a> {
    bytes: &'a [u8],
    start: u32,
}

impl Run<'_> {
    #[inline]
    pub(crate) fn at(&self, number: u32) -> u32 {
        let start = (number - self.start) as usize * 4;
        let found = self.bytes.get(start..start + 4).and_then(<[u8]>::first_chunk);
        found.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }
}
