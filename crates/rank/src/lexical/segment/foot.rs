//! The foot of a segment: what it is, whose it is, and where its sections lie.
//!
//! It stands at the end, since it is known last, and a segment that was not written to its end has none.

use std::ops::Range;

use super::Table;
use super::pages::PAGE;
use crate::lexical::codec::{Reader, Writer};
use crate::lexical::error::LexicalIndexError;
use crate::lexical::view::FieldName;

/// The layout's version. It grows with every change of what is written, the words of paths and their
/// classes among it; the test `the_layout_is_what_its_version_says` knows.
pub(crate) const LAYOUT: u8 = 4;

/// The last bytes of every segment.
const MAGIC: &[u8; 16] = b"sconce lexical \n";

/// The length of the meta part, its hash with the checksums, the layout, and the magic.
const TAIL: usize = 8 + 32 + 8 + MAGIC.len();

/// What a segment is of: the caller's name for the index and its database. One of something else is
/// refused.
pub type SegmentKey = [u8; 32];

/// Why bytes are no segment to be used.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum SegmentError {
    /// They end without a segment's mark, or its foot is not what was written.
    #[error("it was not written to its end, or has changed since")]
    Torn,
    /// Another version wrote it.
    #[error("it has layout {found}, and this version reads {LAYOUT}")]
    Layout {
        /// Theirs.
        found: u64,
    },
    /// It is of another index, or of another database.
    #[error("it is of another index")]
    Foreign,
}

/// What lies one after the other in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Lists(Table),
    Keys(Table),
    Offsets(Table),
    Length(FieldName),
    FileOfDoc,
    DocFlags,
    Fingerprint,
    Symbols,
    SymbolOffset,
    Files,
    FileLength,
    FileNameLength,
    StemWords,
    Paths,
    FileIds,
    DocLines,
}

/// How many sections there are.
pub(super) const SECTIONS: usize = 30;

impl Section {
    /// Its place among the ranges of the foot.
    pub(super) fn number(self) -> usize {
        let of = |table| match table {
            Table::Words(field) => field as usize,
            Table::Paths => 3,
            Table::Definitions => 4,
        };
        match self {
            Self::Lists(table) => of(table),
            Self::Keys(table) => 5 + of(table),
            Self::Offsets(table) => 10 + of(table),
            Self::Length(field) => 15 + field as usize,
            Self::FileOfDoc => 18,
            Self::DocFlags => 19,
            Self::Fingerprint => 20,
            Self::Symbols => 21,
            Self::SymbolOffset => 22,
            Self::Files => 23,
            Self::FileLength => 24,
            Self::FileNameLength => 25,
            Self::StemWords => 26,
            Self::Paths => 27,
            Self::FileIds => 28,
            Self::DocLines => 29,
        }
    }
}

/// The foot, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Foot {
    pub(super) key: SegmentKey,
    pub(super) docs: u32,
    pub(super) files: u32,
    pub(super) totals: [u64; 3],
    /// The files' languages by their numbers.
    pub(super) languages: Vec<String>,
    pub(super) sections: Vec<Range<usize>>,
}

impl Foot {
    /// Where a section lies.
    pub(super) fn section(&self, section: Section) -> Range<usize> {
        self.sections.get(section.number()).cloned().unwrap_or_default()
    }

    /// The bytes behind the pages.
    pub(super) fn write(&self, checksums: &[u64]) -> Vec<u8> {
        let mut out: Vec<u8> = checksums.iter().flat_map(|sum| sum.to_le_bytes()).collect();
        let mut meta = Writer::new();
        meta.bytes(&self.key);
        meta.number(checksums.len() as u64);
        meta.number(u64::from(self.docs));
        meta.number(u64::from(self.files));
        self.totals.iter().for_each(|&total| meta.number(total));
        meta.number(self.languages.len() as u64);
        self.languages.iter().for_each(|name| meta.text(name));
        for section in &self.sections {
            meta.number(section.start as u64);
            meta.number(section.end as u64);
        }
        let meta = meta.finish();
        out.extend_from_slice(&meta);
        let hash = blake3::hash(&out);
        out.extend_from_slice(&(meta.len() as u64).to_le_bytes());
        out.extend_from_slice(hash.as_bytes());
        out.extend_from_slice(&u64::from(LAYOUT).to_le_bytes());
        out.extend_from_slice(MAGIC);
        out
    }

    /// The foot of these bytes, and the checksums of the pages before it.
    pub(super) fn read(bytes: &[u8], key: &SegmentKey) -> Result<(Self, Vec<u64>), SegmentError> {
        let (rest, tail) = bytes.split_last_chunk::<TAIL>().ok_or(SegmentError::Torn)?;
        let (length, tail) = tail.split_at(8);
        let (hash, tail) = tail.split_at(32);
        let (layout, magic) = tail.split_at(8);
        if magic != MAGIC {
            return Err(SegmentError::Torn);
        }
        let layout = number(layout);
        if layout != u64::from(LAYOUT) {
            return Err(SegmentError::Layout { found: layout });
        }
        // Written as pages, then checksums, then this.
        let pages = rest.len() / (PAGE + 8);
        let length = usize::try_from(number(length)).unwrap_or(usize::MAX);
        let meta_start = rest.len().checked_sub(length).ok_or(SegmentError::Torn)?;
        let meta = &rest[meta_start..];
        let (foot, count) = Self::read_meta(meta).map_err(|_| SegmentError::Torn)?;
        let sums_start = count.checked_mul(PAGE).ok_or(SegmentError::Torn)?;
        let fits = count <= pages && sums_start + count * 8 == meta_start;
        if !fits || blake3::hash(&rest[sums_start..]).as_bytes() != hash {
            return Err(SegmentError::Torn);
        }
        if foot.key != *key {
            return Err(SegmentError::Foreign);
        }
        Ok((foot, rest[sums_start..meta_start].chunks_exact(8).map(number).collect()))
    }

    fn read_meta(bytes: &[u8]) -> Result<(Self, usize), LexicalIndexError> {
        let mut input = Reader::new(bytes);
        let key = input.array()?;
        let pages = input.number()? as usize;
        let (docs, files) = (input.number_u32()?, input.number_u32()?);
        let totals = [input.number()?, input.number()?, input.number()?];
        let count = input.count(1)?;
        let languages =
            (0..count).map(|_| Ok(input.text()?.to_owned())).collect::<Result<_, _>>()?;
        let sections = (0..SECTIONS)
            .map(|_| Ok(input.number()? as usize..input.number()? as usize))
            .collect::<Result<_, _>>()?;
        input.finish()?;
        Ok((Self { key, docs, files, totals, languages, sections }, pages))
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
