//! What the index says of a definition, a file and a chunk.

use std::collections::BTreeSet;

use sconce_code::SymbolKind;
use sconce_code::filter::FilterMatcher;

use super::definitions::{Definition, NameMatch};
use super::index::LexicalIndex;
use crate::name::{fold_name, last_part};
use crate::path::PathClass;
use crate::term::term_hash;

/// Parts of a qualifier that mean where one is.
const OF_HERE: [&str; 4] = ["crate", "self", "super", "this"];

/// A word that so many files are named after is one of the project's own.
const NAMED_AFTER: usize = 3;

impl LexicalIndex {
    /// The definitions called `name`, which may be qualified (`Session.get`, `std::fs::read`): all
    /// whose own name matches; a qualifier that names one of its scopes or its file is told by
    /// [`LexicalIndex::qualifies`].
    pub(crate) fn definitions_of(
        &self,
        name: &str,
    ) -> impl Iterator<Item = (Definition<'_>, NameMatch)> {
        let folded = fold_name(name);
        let wanted = last_part(name).to_owned();
        self.definitions(term_hash(&folded)).filter_map(move |(doc, place)| {
            let symbol = self.symbols_of(doc).get(place as usize).copied()?;
            if last_part(symbol.name) == wanted {
                Some((symbol, NameMatch::Exact))
            } else {
                (fold_name(symbol.name) == folded).then_some((symbol, NameMatch::Loose))
            }
        })
    }

    /// How much of a qualifier (outermost first, folded) is a scope of the definition, a part of its own qualified
    /// name, its file's stem or one of its directories: from 0 to 1. The innermost part counts as much as all others.
    pub(crate) fn qualifies(&self, symbol: &Definition<'_>, qualifier: &[String]) -> f32 {
        let Some((innermost, outer)) = qualifier.split_last() else { return 1.0 };
        let path = self.path(self.doc(symbol.doc).file);
        let mut around: Vec<String> = symbol.scope.split(['.', ':', '/']).map(fold_name).collect();
        around.extend(symbol.name.split(['.', ':', '#', '/', '\\']).map(fold_name));
        around.extend(path.split(['/', '.']).map(fold_name));
        let fits =
            |part: &String| f32::from(around.contains(part) || OF_HERE.contains(&part.as_str()));
        if outer.is_empty() {
            return fits(innermost);
        }
        f32::midpoint(fits(innermost), outer.iter().map(fits).sum::<f32>() / outer.len() as f32)
    }

    /// The definitions of a file, in the order of their chunks.
    pub(crate) fn definitions_in(&self, file: u32) -> Vec<Definition<'_>> {
        self.file(file).docs().flat_map(|doc| self.symbols_of(doc)).collect()
    }

    /// What a file is by its path, by the other files (a version that a newer one stands beside, a header whose code is
    /// there) and by its own definitions: types alone, or code in what is called like a file that re-exports.
    pub(crate) fn class_of(&self, file: u32) -> PathClass {
        let entry = self.file(file);
        let mut class = entry.terms.class.with(self.siblings().class_of(self.path(file)));
        if entry.declares_only {
            class = class.with(PathClass::DECLARATION);
        }
        if class.contains(PathClass::REEXPORT) && self.holds_code(file) {
            class = class.without(PathClass::REEXPORT);
        }
        class
    }

    /// Whether a file defines functions or classes.
    fn holds_code(&self, file: u32) -> bool {
        let is_code =
            |kind| matches!(kind, SymbolKind::Function | SymbolKind::Method | SymbolKind::Class);
        let mut symbols = self.file(file).docs().flat_map(|doc| self.symbols_of(doc));
        symbols.any(|symbol| is_code(symbol.kind))
    }

    /// Whether several files of code have one of the words in their names, beside others: a `test.sh` is of tests.
    pub(crate) fn names_code_with(&self, words: impl Iterator<Item = u32>) -> bool {
        let in_names = words.flat_map(|word| self.paths(word)).filter(|(_, place)| place.is_stem());
        let aside = PathClass::REEXPORT.with(PathClass::DECLARATION);
        let is_code = |file: &u32| {
            self.file(*file).terms.class.without(aside) == PathClass::default()
                && self.stem_words(*file) > 1
        };
        let files: BTreeSet<u32> = in_names.map(|(file, _)| file).filter(is_code).collect();
        files.len() >= NAMED_AFTER
    }

    /// Whether the filter lets the chunk through. It has the kind and the name of a definition whose
    /// name lies in it, both of the same one.
    pub(crate) fn passes(&self, filter: &FilterMatcher, doc: u32) -> bool {
        if filter.is_empty() {
            return true;
        }
        let file = self.doc(doc).file;
        let defines =
            |symbol: &Definition<'_>| filter.passes_symbol(symbol.kind, symbol.name, symbol.scope);
        filter.passes_file(self.path(file), self.file(file).language)
            && (!filter.narrows_symbols() || self.symbols_of(doc).iter().any(defines))
    }
}
