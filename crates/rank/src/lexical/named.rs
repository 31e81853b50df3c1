//! The files that a query names by their paths.

use std::collections::HashMap;

use sconce_code::SymbolKind;

use super::index::LexicalIndex;
use crate::query::NamedFile;

/// Where so many files are called what a query says, none of them is meant.
const MANY: usize = 60;

/// What a file counts less for each one that is named before it, and the least that it counts: the first frame of a stack
/// trace is where it happened.
const FURTHER: f32 = 0.25;
const LEAST: f32 = 0.25;

/// What a query names of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Named {
    /// 1 where no other file is meant by the same words, less where others are.
    pub(crate) share: f32,
    /// The lines that are named.
    pub(crate) lines: Vec<u32>,
}

impl LexicalIndex {
    /// The files that agree best with each of the paths, by their numbers; the paths come in the order of what they
    /// count.
    pub(crate) fn named<'a>(
        &self,
        files: impl IntoIterator<Item = &'a NamedFile>,
    ) -> HashMap<u32, Named> {
        let mut found: HashMap<u32, Named> = HashMap::new();
        let mut before = 0;
        for file in files {
            if file.definition().is_some_and(|name| self.defines(name)) {
                continue;
            }
            let (mut best, mut most) = (Vec::new(), 1);
            for slot in 0..self.file_count() as u32 {
                let shared = file.agrees(self.path(slot));
                if shared > most {
                    best.clear();
                    most = shared;
                }
                if shared == most && self.file(slot).is_live() {
                    best.push(slot);
                }
            }
            if best.len() > MANY {
                continue;
            }
            let first = (1.0 - FURTHER * before as f32).max(LEAST);
            before += usize::from(!best.is_empty());
            let share = first * file.sureness() / (best.len().max(1) as f32).sqrt();
            for slot in best {
                let named = found.entry(slot).or_default();
                named.share = named.share.max(share);
                named.lines.extend(file.line);
            }
        }
        found
    }

    /// Whether something has that name that is more than a module.
    fn defines(&self, name: &str) -> bool {
        self.definitions_of(name).any(|(definition, _)| definition.kind != SymbolKind::Module)
    }
}
