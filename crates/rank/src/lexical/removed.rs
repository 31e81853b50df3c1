//! What was removed of a segment, which itself never changes.

use super::bits::Bits;
use super::segment::Segment;
use super::view::FieldName;

/// The files and chunks of a segment that are gone.
#[derive(Debug, Default)]
pub(super) struct Removed {
    files: Bits,
    docs: Bits,
    file_count: usize,
    doc_count: usize,
    /// The lengths of the chunks that are gone, by [`FieldName`].
    totals: [u64; 3],
}

impl Removed {
    /// How many files are gone.
    pub(super) fn files(&self) -> usize {
        self.file_count
    }

    /// How many chunks are gone.
    pub(super) fn docs(&self) -> usize {
        self.doc_count
    }

    /// The lengths of the chunks that are gone, added up.
    pub(super) fn total(&self, field: FieldName) -> u64 {
        self.totals[field as usize]
    }

    /// Whether a file is gone.
    pub(super) fn has_file(&self, slot: u32) -> bool {
        self.file_count > 0 && self.files.has(slot)
    }

    /// Whether a chunk is gone.
    #[inline]
    pub(super) fn has_doc(&self, doc: u32) -> bool {
        self.doc_count > 0 && self.docs.has(doc)
    }

    /// Takes a file that is there out.
    pub(super) fn take(&mut self, segment: &Segment, slot: u32) {
        self.files.set(slot);
        self.file_count += 1;
        for doc in segment.file(slot).docs() {
            self.docs.set(doc);
            self.doc_count += 1;
            for field in FieldName::ALL {
                self.totals[field as usize] +=
                    u64::from(segment.lengths(field).u32_at(doc as usize));
            }
        }
    }
}
