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

impl PathPlace {
    /// As a number, which [`PathPlace::of_code`] reads.
    pub(super) fn code(self) -> u32 {
        match self {
            Self::WholeStem => 0,
            Self::Parent => 1,
            Self::Ancestor => 2,
            Self::Stem(place) => 3 + u32::from(place),
        }
    }

    /// Whether it is a word of the file's name.
    pub(super) fn is_stem(self) -> bool {
        matches!(self, Self::Stem(_))
    }

    /// The place of that number.
    pub(super) fn of_code(code: u32) -> Self {
        match code {
            0 => Self::WholeStem,
            1 => Self::Parent,
            2 => Self::Ancestor,
            _ => Self::Stem((code - 3).min(255) as u8),
        }
    }
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

    /// The hashes of the words, in no order.
    pub(super) fn hashes(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.keys().copied()
    }

    /// The places of a word, those of removed files among them.
    pub(super) fn of(&self, term: u32) -> &[(u32, PathPlace)] {
        self.0.get(&term).map_or(&[], Vec::as_slice)
    }
}
