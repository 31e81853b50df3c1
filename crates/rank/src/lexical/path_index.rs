//! The files by the words of their paths.

use super::field::TermMap;
use crate::path::PathTerms;
use crate::term::term_hash;

/// Where in a path a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathPlace {
    /// The stem's word with this number.
    Stem(u8),
    /// The stem as a whole, its words joined.
    WholeStem,
    /// The nearest directory.
    Parent,
    /// A directory further up.
    Ancestor,
}

/// The files by the words of their paths.
#[derive(Debug, Default)]
pub(super) struct PathIndex(TermMap<Vec<(u32, PathPlace)>>);

impl PathIndex {
    pub(super) fn add(&mut self, slot: u32, terms: &PathTerms) {
        for (place, word) in (0..).zip(&terms.stem) {
            self.push(word, slot, PathPlace::Stem(place));
        }
        if terms.stem.len() > 1 {
            self.push(&terms.stem.concat(), slot, PathPlace::WholeStem);
        }
        for (distance, directory) in terms.directories.iter().enumerate() {
            let place = if distance == 0 { PathPlace::Parent } else { PathPlace::Ancestor };
            for word in directory {
                self.push(word, slot, place);
            }
            if directory.len() > 1 {
                self.push(&directory.concat(), slot, place);
            }
        }
    }

    fn push(&mut self, word: &str, slot: u32, place: PathPlace) {
        self.0.entry(term_hash(word)).or_default().push((slot, place));
    }

    /// The places of a word, those of removed files among them.
    pub(super) fn of(&self, term: u32) -> &[(u32, PathPlace)] {
        self.0.get(&term).map_or(&[], Vec::as_slice)
    }
}
