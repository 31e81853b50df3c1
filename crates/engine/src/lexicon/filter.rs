//! Which chunks a search may answer with.

use sconce_code::filter::FilterMatcher;

use super::Lexicon;

impl Lexicon {
    /// Whether the filter lets the chunk through. It has the kind and the name of a definition whose
    /// name lies in it, both of the same one.
    pub(crate) fn passes(&self, filter: &FilterMatcher, doc: u32) -> bool {
        if filter.is_empty() {
            return true;
        }
        let file = self.file(self.doc(doc).file);
        let mut symbols = self.symbols_of(doc).iter();
        filter.passes_file(&file.path, file.language)
            && (!filter.narrows_symbols()
                || symbols.any(|symbol| filter.passes_symbol(symbol.kind, &symbol.name)))
    }
}
