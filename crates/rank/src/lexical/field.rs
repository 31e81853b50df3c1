//! One field's inverted index: for each term the chunks that hold it, and how often.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The highest frequency that is told apart: BM25 has long saturated there.
pub(super) const MAX_FREQUENCY: u32 = 63;

/// Bits of a posting that hold the frequency; the others number the chunk.
const FREQUENCY_BITS: u32 = 6;

/// As many chunks as a posting can tell apart.
pub(super) const MAX_DOCS: usize = 1 << (u32::BITS - FREQUENCY_BITS);

/// A hasher for term hashes: they are well mixed, and need only be spread over 64 bits.
#[derive(Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = (self.0 ^ u64::from(value)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// A map from term hashes.
pub(super) type TermMap<V> = HashMap<u32, V, BuildHasherDefault<Spread>>;

/// A field of the chunks: their bodies, their doc comments, the names they define.
#[derive(Debug, Default)]
pub(super) struct Field {
    /// Chunk number and frequency in one word, ascending. Those of removed chunks stay until the
    /// next [`renumber`](Field::renumber); a removed chunk has the length [`GONE`].
    postings: TermMap<Vec<u32>>,
    lengths: Vec<u32>,
    /// The lengths of the chunks that are there.
    total: u64,
    live: usize,
}

/// The length of a chunk that was removed.
pub(super) const GONE: u32 = u32::MAX;

impl Field {
    /// Adds the next chunk; `length` counts its terms with repeats. Returns the length.
    pub(super) fn add(&mut self, doc: u32, terms: &[(u32, u32)], length: u32) -> u32 {
        debug_assert_eq!(doc as usize, self.lengths.len(), "chunks are added in order");
        let length = length.min(GONE - 1);
        for &(term, frequency) in terms {
            let posting = doc << FREQUENCY_BITS | frequency.min(MAX_FREQUENCY);
            self.postings.entry(term).or_default().push(posting);
        }
        self.lengths.push(length);
        self.total += u64::from(length);
        self.live += 1;
        length
    }

    /// [`add`](Field::add) with the length that the terms themselves add up to.
    pub(super) fn add_counted(&mut self, doc: u32, terms: &[(u32, u32)]) -> u32 {
        self.add(doc, terms, terms.iter().map(|&(_, frequency)| frequency).sum())
    }

    pub(super) fn forget(&mut self, doc: u32) {
        let length = std::mem::replace(&mut self.lengths[doc as usize], GONE);
        if length != GONE {
            self.total -= u64::from(length);
            self.live -= 1;
        }
    }

    /// The chunks that hold the term, with its frequency there.
    pub(super) fn of(&self, term: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let any_gone = self.live != self.lengths.len();
        self.postings
            .get(&term)
            .into_iter()
            .flatten()
            .map(|&posting| (posting >> FREQUENCY_BITS, posting & MAX_FREQUENCY))
            .filter(move |&(doc, _)| !any_gone || self.lengths[doc as usize] != GONE)
    }

    /// The hashes of the terms, in no order.
    pub(super) fn hashes(&self) -> impl Iterator<Item = u32> + '_ {
        self.postings.keys().copied()
    }

    /// A chunk's length; that of one which is there.
    pub(super) fn length(&self, doc: u32) -> u32 {
        self.lengths[doc as usize]
    }

    /// The lengths of the chunks that are there, added up.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Gives each chunk its new number; those with `u32::MAX` go.
    pub(super) fn renumber(&mut self, new: &[u32]) {
        self.postings.retain(|_, postings| {
            postings.retain_mut(|posting| {
                let doc = new[(*posting >> FREQUENCY_BITS) as usize];
                *posting = doc << FREQUENCY_BITS | *posting & MAX_FREQUENCY;
                doc != u32::MAX
            });
            !postings.is_empty()
        });
        let mut old = 0..;
        self.lengths.retain(|_| old.next().is_some_and(|doc: usize| new[doc] != u32::MAX));
    }
}
