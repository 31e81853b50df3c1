//! The table of definitions: where is `Session`, `Session.get`, `std::fs::read`?

use sconce_code::{SymbolKind, words};

use super::field::TermMap;
use super::file_postings::FilePostings;
use crate::name::fold_name;
use crate::term::term_hash;

/// A definition in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    /// The chunk that its name lies in.
    pub(crate) doc: u32,
    /// What it is.
    pub(crate) kind: SymbolKind,
    /// Its unqualified name as written.
    pub(crate) name: Box<str>,
    /// The names of what it is defined in, outermost first, joined by `.`.
    pub(crate) scope: Box<str>,
    /// How many lines it has.
    pub(crate) lines: u32,
}

/// How well a definition's name is the one asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameMatch {
    /// The same letters in another case, or other separators: `http_client` for `HttpClient`.
    Loose,
    /// Letter for letter.
    Exact,
}

/// Definitions by the hash of their folded name.
#[derive(Debug, Default)]
pub(super) struct Definitions(TermMap<Vec<(u32, u32)>>);

impl Definitions {
    /// The places of the definitions whose folded name has this hash: file and place in it.
    pub(super) fn of(&self, folded: u32) -> &[(u32, u32)] {
        self.0.get(&folded).map_or(&[], Vec::as_slice)
    }

    pub(super) fn add(&mut self, slot: u32, symbols: &[Definition]) {
        for (place, symbol) in (0..).zip(symbols) {
            self.0.entry(term_hash(&fold_name(&symbol.name))).or_default().push((slot, place));
        }
    }
}

/// A file's definitions, sorted by their chunk, which are numbered from `first_doc` on.
pub(super) fn of_postings(postings: &FilePostings, first_doc: u32) -> Vec<Definition> {
    let mut symbols: Vec<Definition> = postings
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
        | SymbolKind::Resource
        | SymbolKind::Service
        | SymbolKind::Job
        | SymbolKind::Step
        | SymbolKind::Stage
        | SymbolKind::Section
        | SymbolKind::Rule
        | SymbolKind::Table
        | SymbolKind::Endpoint
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
