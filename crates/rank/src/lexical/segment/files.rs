//! The files of a segment: a record of fixed width each.

use std::ops::Range;

use super::Segment;
use super::foot::Section;
use super::pages::Column;
use crate::lexical::view::{IndexedFile, PathFacts};
use crate::path::PathClass;

/// The width of a record.
const RECORD: usize = 40;

/// A language that is not known.
pub(super) const NO_LANGUAGE: u8 = u8::MAX;

/// The record of a file whose path lies there among all paths.
pub(super) fn record(file: &IndexedFile, path: Range<u64>, language: u8) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        record[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    };
    put(&file.file_id.to_le_bytes());
    put(&path.start.to_le_bytes());
    put(&((path.end - path.start) as u32).to_le_bytes());
    put(&file.first_doc.to_le_bytes());
    put(&file.doc_count.to_le_bytes());
    put(&file.terms.class.bits().to_le_bytes());
    put(&[file.terms.depth, file.flags, u8::from(file.declares_only), language]);
    record
}

impl Segment {
    /// The file with this number.
    pub(crate) fn file(&self, file: u32) -> IndexedFile {
        let mut rest = self.record(file);
        let file_id = i64::from_le_bytes(take(&mut rest));
        let _path: [u8; 12] = take(&mut rest);
        let first_doc = u32::from_le_bytes(take(&mut rest));
        let doc_count = u32::from_le_bytes(take(&mut rest));
        let class = PathClass::from_bits(u16::from_le_bytes(take(&mut rest)));
        let [depth, flags, declares_only, language] = take(&mut rest);
        IndexedFile {
            file_id,
            language: self.languages.get(usize::from(language)).copied().flatten(),
            terms: PathFacts { class, depth },
            flags,
            first_doc,
            doc_count,
            length: self.file_lengths().u32_at(file as usize),
            declares_only: declares_only != 0,
            live: true,
        }
    }

    /// The path of the file with this number.
    pub(crate) fn path(&self, file: u32) -> &str {
        let mut rest = self.record(file).get(8..).unwrap_or_default();
        let start = u64::from_le_bytes(take(&mut rest));
        let end = start + u64::from(u32::from_le_bytes(take(&mut rest)));
        std::str::from_utf8(self.within(Section::Paths, start, end)).unwrap_or_default()
    }

    fn record(&self, file: u32) -> &[u8] {
        let start = u64::from(file) * RECORD as u64;
        self.within(Section::Files, start, start + RECORD as u64)
    }

    /// How many terms the chunks of each file have together.
    pub(crate) fn file_lengths(&self) -> Column<'_> {
        self.pages.column(self.foot.section(Section::FileLength))
    }

    /// The same of the names that they define.
    pub(crate) fn file_name_lengths(&self) -> Column<'_> {
        self.pages.column(self.foot.section(Section::FileNameLength))
    }

    /// How many words each file's stem has.
    pub(crate) fn stem_words(&self) -> Column<'_> {
        self.pages.column(self.foot.section(Section::StemWords))
    }

    /// The number of a file, by its id.
    pub(crate) fn slot_of(&self, file_id: i64) -> Option<u32> {
        let ids = self.pages.column(self.foot.section(Section::FileIds));
        let id_at = |at: usize| ids.u64_at(at * 2) as i64;
        let count = self.foot.files as usize;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if id_at(middle) < file_id { low = middle + 1 } else { high = middle }
        }
        (low < count && id_at(low) == file_id).then(|| ids.u64_at(low * 2 + 1) as u32)
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let Some((head, rest)) = bytes.split_first_chunk() else { return [0; N] };
    *bytes = rest;
    *head
}
