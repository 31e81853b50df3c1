//! The table of definitions: where is `Session`, `Session.get`, `std::fs::read`?

use sconce_code::{LineRange, SymbolKind, words};

use super::field::TermMap;
use super::file_postings::FilePostings;
use crate::name::fold_name;
use crate::term::term_hash;

/// A definition in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Definition<'a> {
    /// The chunk that its name lies in.
    pub(crate) doc: u32,
    /// What it is.
    pub(crate) kind: SymbolKind,
    /// Its unqualified name as written.
    pub(crate) name: &'a str,
    /// The names of what it is defined in, outermost first, joined by `.`.
    pub(crate) scope: &'a str,
    /// Its lines.
    pub(crate) lines: LineRange,
}

/// A definition that owns its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnedDefinition {
    pub(super) doc: u32,
    pub(super) kind: SymbolKind,
    pub(super) name: Box<str>,
    pub(super) scope: Box<str>,
    pub(super) lines: LineRange,
}

impl OwnedDefinition {
    pub(super) fn view(&self) -> Definition<'_> {
        let Self { doc, kind, name, scope, lines } = self;
        Definition { doc: *doc, kind: *kind, name, scope, lines: *lines }
    }
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
    /// The hashes of the names, in no order.
    pub(super) fn hashes(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.keys().copied()
    }

    /// The places of the definitions whose folded name has this hash, those of removed files among
    /// them: the chunk and the place among its definitions.
    pub(super) fn of(&self, folded: u32) -> &[(u32, u32)] {
        self.0.get(&folded).map_or(&[], Vec::as_slice)
    }

    /// Adds a file's definitions, sorted by their chunk.
    pub(super) fn add(&mut self, symbols: &[OwnedDefinition]) {
        for of_chunk in symbols.chunk_by(|a, b| a.doc == b.doc) {
            for (place, symbol) in (0..).zip(of_chunk) {
                let hash = term_hash(&fold_name(&symbol.name));
                self.0.entry(hash).or_default().push((symbol.doc, place));
            }
        }
    }
}

/// A file's definitions, sorted by their chunk, which are numbered from `first_doc` on.
pub(super) fn of_postings(postings: &FilePostings, first_doc: u32) -> Vec<OwnedDefinition> {
    let mut symbols: Vec<OwnedDefinition> = postings
        .symbols
        .iter()
        .map(|symbol| OwnedDefinition {
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
pub(super) fn declare_only(symbols: &[OwnedDefinition]) -> bool {
    let runs = |symbol: &OwnedDefinition| match symbol.kind {
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
pub(super) fn name_terms(symbols: &[OwnedDefinition]) -> Vec<(u32, u32)> {
    let mut hashes = Vec::new();
    for symbol in symbols {
        words::terms(&symbol.name, |term| hashes.push(term_hash(term)));
    }
    hashes.sort_unstable();
    hashes.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect()
}
