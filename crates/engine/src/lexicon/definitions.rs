//! The table of definitions: where is `Session`, `Session.get`, `std::fs::read`?

use sconce_code::{SymbolKind, words};

use super::blob::Blob;
use super::postings::TermMap;
use super::{Lexicon, term_hash};

/// A definition in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The chunk that its name lies in.
    pub doc: u32,
    /// What it is.
    pub kind: SymbolKind,
    /// Its unqualified name as written.
    pub name: Box<str>,
    /// The names of what it is defined in, outermost first, joined by `.`.
    pub scope: Box<str>,
    /// How many lines it has.
    pub lines: u32,
}

/// How well a definition's name is the one asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameMatch {
    /// The same letters in another case, or other separators: `http_client` for `HttpClient`.
    Loose,
    /// Letter for letter.
    Exact,
}

/// Definitions by the hash of their folded name.
#[derive(Debug, Default)]
pub(super) struct Definitions(TermMap<Vec<(u32, u32)>>);

impl Definitions {
    pub(super) fn add(&mut self, slot: u32, symbols: &[Definition]) {
        for (index, symbol) in (0..).zip(symbols) {
            self.0.entry(term_hash(&fold(&symbol.name))).or_default().push((slot, index));
        }
    }
}

/// A name without case and separators, so that `HttpClient`, `http_client` and `httpClient` meet;
/// of a qualified one (Elixir's `Ecto.Schema`) the last part.
pub(crate) fn fold(name: &str) -> String {
    last_part(name).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The part of a qualified name behind its last separator.
pub(crate) fn last_part(name: &str) -> &str {
    let end = name.trim_end_matches(['?', '!', '=']);
    end.rsplit(['.', ':', '#', '/', '\\']).next().filter(|part| !part.is_empty()).unwrap_or(name)
}

/// A blob's symbols, sorted by their chunk, which are numbered from `first_doc` on.
pub(super) fn of_blob(blob: &Blob, first_doc: u32) -> Vec<Definition> {
    let mut symbols: Vec<Definition> = blob
        .symbols
        .iter()
        .map(|symbol| Definition {
            doc: first_doc + symbol.chunk,
            kind: symbol.kind,
            name: symbol.name.as_str().into(),
            scope: symbol.scope.as_str().into(),
            lines: symbol.lines,
        })
        .collect();
    symbols.sort_by_key(|symbol| symbol.doc);
    symbols
}

/// Whether there are definitions, and all of them are of types and values.
pub(super) fn declare_only(symbols: &[Definition]) -> bool {
    let runs = |symbol: &Definition| match symbol.kind {
        SymbolKind::Function
        | SymbolKind::Method
        | SymbolKind::Class
        | SymbolKind::Macro
        | SymbolKind::Module
        | SymbolKind::Other => true,
        SymbolKind::Struct
        | SymbolKind::Enum
        | SymbolKind::Interface
        | SymbolKind::Trait
        | SymbolKind::Type
        | SymbolKind::Constant
        | SymbolKind::Variable
        | SymbolKind::Property => false,
    };
    !symbols.is_empty() && !symbols.iter().any(runs)
}

/// The terms of the names that a chunk defines, with frequencies, ascending by hash.
pub(super) fn name_terms(symbols: &[Definition]) -> Vec<(u32, u32)> {
    let mut hashes = Vec::new();
    for symbol in symbols {
        words::terms(&symbol.name, |term| hashes.push(term_hash(term)));
    }
    hashes.sort_unstable();
    hashes.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect()
}

impl Lexicon {
    /// The definitions called `name`, which may be qualified (`Session.get`, `std::fs::read`): all
    /// whose own name matches; a qualifier that names one of its scopes or its file is told by
    /// [`Lexicon::qualifies`].
    pub fn definitions_of(&self, name: &str) -> impl Iterator<Item = (&Definition, NameMatch)> {
        let folded = fold(name);
        let wanted = last_part(name).to_owned();
        let places = self.definitions.0.get(&term_hash(&folded)).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(move |&(slot, index)| {
            let file = self.file(slot);
            let symbol = file.symbols.get(index as usize).filter(|_| file.live)?;
            if last_part(&symbol.name) == wanted {
                Some((symbol, NameMatch::Exact))
            } else {
                (fold(&symbol.name) == folded).then_some((symbol, NameMatch::Loose))
            }
        })
    }

    /// How many of the qualifier's parts (outermost first, folded) are a scope of the definition,
    /// a part of its own qualified name, its file's stem or one of its folders.
    pub fn qualifies(&self, symbol: &Definition, qualifier: &[String]) -> usize {
        let file = self.file(self.doc(symbol.doc).file);
        let mut around: Vec<String> = symbol.scope.split(['.', ':', '/']).map(fold).collect();
        around.extend(symbol.name.split(['.', ':', '#', '/', '\\']).map(fold));
        around.extend(file.path.split(['/', '.']).map(fold));
        qualifier.iter().filter(|part| around.contains(part)).count()
    }
}
