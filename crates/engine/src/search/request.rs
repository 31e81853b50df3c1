//! What a search is asked.

use std::fmt;

use sconce_code::filter::Filter;
use sconce_rank::{Signal, analyze};

/// The most characters a query may have.
pub(crate) const MAX_QUERY_CHARACTERS: usize = 10_000;
/// The most results one search gives.
pub(crate) const MAX_LIMIT: usize = 200;

/// The lines with a name that a query asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedLines {
    /// None: the query is the name.
    Unasked,
    /// Its uses (`who calls parse_config`).
    Uses,
    /// The heads of the types that are made from it (`who implements Oven`).
    Subtypes,
}

/// The name that a query is, or whose uses it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedSymbol {
    /// The name without its scope.
    pub name: String,
    /// The name as it is asked for, where that is in a scope: `CircuitBreaker::new`.
    pub qualified: Option<String>,
    /// Which of its lines are asked for.
    pub lines: AskedLines,
}

/// The name that a query is about, where it is about nothing else: its uses can be asked for beside a search.
pub fn symbol_asked(query: &str) -> Option<AskedSymbol> {
    let asked = (query.chars().count() <= MAX_QUERY_CHARACTERS).then(|| analyze(query))?;
    let symbol = asked.symbols.into_iter().next().filter(|_| asked.kind.is_symbol())?;
    let lines = match (asked.asks_for_subtypes, asked.asks_for_uses) {
        (true, _) => AskedLines::Subtypes,
        (_, true) => AskedLines::Uses,
        _ => AskedLines::Unasked,
    };
    let text = asked.text.trim().trim_end_matches("()");
    let qualified = (!symbol.qualifier.is_empty()).then(|| text.to_owned());
    Some(AskedSymbol { name: symbol.name, qualified, lines })
}

/// Which retrievers find candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchMode {
    /// Both of them.
    #[default]
    Hybrid,
    /// The lexical one alone (BM25); no model is needed.
    Words,
    /// The vector one alone.
    Vectors,
}

impl SearchMode {
    /// The mode as it is written, such as `hybrid`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hybrid => "hybrid",
            Self::Words => "words",
            Self::Vectors => "vectors",
        }
    }
}

impl fmt::Display for SearchMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much is shown around a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContextOptions {
    /// Lines before.
    pub before: u32,
    /// Lines after.
    pub after: u32,
    /// Whether a hit is widened to the definition that it is a part of.
    pub smart: bool,
    /// The most lines that a widened hit has.
    pub max_lines: u32,
}

impl Default for ContextOptions {
    fn default() -> Self {
        Self { before: 0, after: 0, smart: true, max_lines: 120 }
    }
}

/// A search. The query may hold filters: `lang:go path:src/** kind:function symbol:parse*`.
#[derive(Debug, Clone)]
pub struct SearchRequest {
    /// What is looked for: a sentence, an identifier, a path, an error message.
    pub query: String,
    /// The most files, over all indexes, and as many places of the best of them.
    pub limit: usize,
    /// Which chunks are looked at.
    pub filter: Filter,
    /// Which retrievers find candidates.
    pub mode: SearchMode,
    /// How much is shown around a hit.
    pub context: ContextOptions,
    /// Ranking signals to leave out, to see what each is worth.
    pub without: Vec<Signal>,
    /// Whether each result says why it ranks where it does.
    pub explain: bool,
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: String::new(),
            limit: 10,
            filter: Filter::default(),
            mode: SearchMode::default(),
            context: ContextOptions::default(),
            without: Vec::new(),
            explain: false,
        }
    }
}
