//! A segment: the words of many files in one immutable run of bytes, read where they lie.
//!
//! What a large project's lexical index consists of, so that no process holds it in memory of its own:
//! the bytes are a mapped file, which the system's page cache shares between processes. A segment is
//! written once ([`write()`]) and never changed; what has come since lies beside it in memory.
//!
//! | part | holds |
//! | --- | --- |
//! | tables | of bodies, comments, names, paths and definitions: hashes ascending, for each its list |
//! | columns | a fixed width a chunk: file, lengths, flags, fingerprint, lines |
//! | definitions | those of each chunk, one after the other |
//! | files | a record each, their paths, their ids ascending |
//! | foot | a checksum of each page, where each section lies, whose segment it is |
//!
//! Nothing is read before its page's checksum is right ([`Pages`]), so that a file that was torn or
//! changed is found out and never believed. All numbers are little-endian.

mod files;
mod foot;
mod list;
mod pages;
mod write;

#[cfg(test)]
pub(super) use foot::LAYOUT;
pub use foot::{SegmentError, SegmentKey};
pub use pages::SegmentBytes;
pub(super) use write::write;

pub(super) use list::List;
pub(super) use pages::{Column, Run};

use sconce_code::{Language, LineRange, SymbolKind};

use self::foot::{Foot, Section};
use self::pages::Pages;
use super::codec::Reader;
use super::definitions::Definition;
use super::view::{FieldName, IndexedChunk};

/// The tables of a segment: from a hash to ascending numbers of chunks (of files, for paths), each with
/// a small value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// The words of a field, with their frequencies.
    Words(FieldName),
    /// The words of paths, with where they stand.
    Paths,
    /// Folded names, with the definition's place among those of its chunk.
    Definitions,
}

impl Table {
    /// Each, in the order in which they are written.
    pub(super) const ALL: [Self; 5] = [
        Self::Words(FieldName::Body),
        Self::Words(FieldName::Comments),
        Self::Words(FieldName::Names),
        Self::Paths,
        Self::Definitions,
    ];
}

/// The words of many files in one immutable run of bytes.
#[derive(Debug)]
pub struct Segment {
    pages: Pages,
    foot: Foot,
    languages: Vec<Option<Language>>,
}

impl Segment {
    /// Takes bytes for a segment, if they are one that was made for `key`.
    ///
    /// # Errors
    /// Where they are none, a torn one, one of another layout, or one of something else.
    pub fn open(bytes: SegmentBytes, key: &SegmentKey) -> Result<Self, SegmentError> {
        let (foot, checksums) = Foot::read((*bytes).as_ref(), key)?;
        let languages = foot.languages.iter().map(|name| Language::stored(name)).collect();
        Ok(Self { pages: Pages::new(bytes, checksums), foot, languages })
    }

    /// Whether something of it has turned out not to be what was written. Nothing that was found in it
    /// since then is to be relied on.
    pub fn is_damaged(&self) -> bool {
        self.pages.are_damaged()
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.pages.bytes()
    }

    /// How many chunks it holds.
    pub(super) fn docs(&self) -> u32 {
        self.foot.docs
    }

    /// How many files it holds.
    pub(super) fn files(&self) -> u32 {
        self.foot.files
    }

    /// The lengths of all chunks in a field, added up.
    pub(super) fn total(&self, field: FieldName) -> u64 {
        self.foot.totals[field as usize]
    }

    /// How many terms each chunk has in a field.
    pub(super) fn lengths(&self, field: FieldName) -> Column<'_> {
        self.pages.column(self.foot.section(Section::Length(field)))
    }

    /// The number of each chunk's file.
    pub(super) fn files_of_docs(&self) -> Column<'_> {
        self.pages.column(self.foot.section(Section::FileOfDoc))
    }

    pub(super) fn doc(&self, doc: u32) -> IndexedChunk {
        let column = |section| self.pages.column(self.foot.section(section));
        let lines = column(Section::DocLines).u64_at(doc as usize);
        IndexedChunk {
            file: self.files_of_docs().u32_at(doc as usize),
            flags: column(Section::DocFlags).u8_at(doc as usize),
            fingerprint: column(Section::Fingerprint).u64_at(doc as usize),
            lines: LineRange { start: lines as u32, end: (lines >> u32::BITS) as u32 },
        }
    }

    /// A chunk's definitions.
    pub(super) fn symbols(&self, doc: u32) -> Vec<Definition<'_>> {
        let offsets = self.pages.column(self.foot.section(Section::SymbolOffset));
        let (start, end) = (offsets.u64_at(doc as usize), offsets.u64_at(doc as usize + 1));
        let mut input = Reader::new(self.within(Section::Symbols, start, end));
        let mut symbols = Vec::new();
        while let Some(symbol) = read_symbol(&mut input, doc) {
            symbols.push(symbol);
        }
        symbols
    }

    /// How many hashes a table has.
    pub(super) fn keys(&self, table: Table) -> usize {
        self.foot.section(Section::Keys(table)).len() / 4
    }

    /// The hash with this number.
    pub(super) fn key(&self, table: Table, at: usize) -> u32 {
        self.pages.column(self.foot.section(Section::Keys(table))).u32_at(at)
    }

    /// The list of the hash with this number.
    pub(super) fn list(&self, table: Table, at: usize) -> List<'_> {
        let offsets = self.pages.column(self.foot.section(Section::Offsets(table)));
        List::new(self.within(Section::Lists(table), offsets.u64_at(at), offsets.u64_at(at + 1)))
    }

    /// The list of a hash; empty where the table does not have it.
    pub(super) fn find(&self, table: Table, hash: u32) -> List<'_> {
        let keys = self.pages.column(self.foot.section(Section::Keys(table)));
        match search(&keys, self.keys(table), hash) {
            Some(at) => self.list(table, at),
            None => List::new(&[]),
        }
    }

    /// Bytes of a section, between two offsets within it.
    fn within(&self, section: Section, start: u64, end: u64) -> &[u8] {
        let of = self.foot.section(section);
        self.pages
            .read(of.start.saturating_add(start as usize)..of.start.saturating_add(end as usize))
    }
}

/// The place of a hash among ascending ones. Hashes are spread evenly, so it lies near its share.
fn search(keys: &Column<'_>, count: usize, hash: u32) -> Option<usize> {
    let guess = ((u64::from(hash) * count as u64) >> u32::BITS) as usize;
    let (mut low, mut high) = (guess, guess);
    let mut step = 64;
    while low > 0 && keys.u32_at(low) >= hash {
        low = low.saturating_sub(step);
        step *= 2;
    }
    step = 64;
    while high < count && keys.u32_at(high) < hash {
        high = (high + step).min(count);
        step *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if keys.u32_at(middle) < hash { low = middle + 1 } else { high = middle }
    }
    (low < count && keys.u32_at(low) == hash).then_some(low)
}

fn read_symbol<'a>(input: &mut Reader<'a>, doc: u32) -> Option<Definition<'a>> {
    let kind = *SymbolKind::ALL.get(usize::from(input.byte().ok()?))?;
    let lines = LineRange { start: input.number_u32().ok()?, end: input.number_u32().ok()? };
    Some(Definition { doc, kind, lines, name: input.text().ok()?, scope: input.text().ok()? })
}
