//! What a search answers.

use sconce_rank::{MatchType, QueryAnalysis, Signal};
use serde::Serialize;

/// A search's answer.
#[derive(Debug, Clone, Serialize)]
pub struct SearchResponse {
    /// The best places: each file's best one in the order of the files, its others behind that before what
    /// scores less; then one place of each [further](SearchResult::further) file.
    pub results: Vec<SearchResult>,
    /// What the user should know: an index behind its commit, a retriever that could not be used.
    pub notices: Vec<String>,
    /// The query's words that stand nowhere in what was searched, in no form of theirs. None where only
    /// vectors were asked, or where an index is not whole.
    pub absent_words: Vec<String>,
    /// What to do about a retriever that could not be used.
    #[serde(skip)]
    pub remedy: Option<crate::Remedy>,
    /// Where the time went.
    pub timings: Timings,
    /// How the query was understood.
    pub query: QueryAnalysis,
}

impl SearchResponse {
    /// The query without the filters that are written into it; none where there are none.
    pub fn plain_query(&self) -> Option<&str> {
        (!self.query.filters.is_empty()).then_some(self.query.text.as_str())
    }
}

/// Milliseconds of a search's stages. Stages overlap: words are brought up to date while the query is embedded, and
/// rank while its vectors are looked up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Timings {
    /// The query's embedding.
    pub embed_ms: f64,
    /// Bringing the words up to date.
    pub words_ms: f64,
    /// The vector retriever, in the database.
    pub vectors_ms: f64,
    /// Scores by words, the wait for the vector retriever, and all signals.
    pub rank_ms: f64,
    /// Reading and widening what is shown.
    pub fetch_ms: f64,
    /// All of it.
    pub total_ms: f64,
}

impl std::fmt::Display for Timings {
    /// `embed 1.2 ms, words 0.3 ms, …`, each with one decimal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { embed_ms, words_ms, vectors_ms, rank_ms, fetch_ms, total_ms } = self;
        write!(
            f,
            "embed {embed_ms:.1} ms, words {words_ms:.1} ms, vectors {vectors_ms:.1} ms, \
             rank {rank_ms:.1} ms, fetch {fetch_ms:.1} ms, total {total_ms:.1} ms"
        )
    }
}

/// A line of a result that holds words of the query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatchedLine {
    /// Its number, from 1.
    pub line: u32,
    /// The line.
    pub text: String,
    /// The share of the query that it adds to the lines before it, 0 to 1.
    pub share: f32,
}

/// One result: a place of a file.
#[derive(Debug, Clone, Serialize)]
pub struct SearchResult {
    /// The index that it is from.
    pub index: String,
    /// Path below the project's root, with `/`.
    pub path: String,
    /// The file's language.
    pub language: Option<String>,
    /// First line of the place, from 1: a definition of moderate length, else a part of one.
    pub start_line: u32,
    /// Last line of the place.
    pub end_line: u32,
    /// The symbol's type, such as `function`.
    pub kind: Option<String>,
    /// The symbol that the place is, or is a part of.
    pub symbol: Option<String>,
    /// The line that the symbol begins at, where the place has others before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol_line: Option<u32>,
    /// The definitions around it, outermost first.
    pub scopes: Vec<String>,
    /// The symbol's signature, in one line.
    pub signature: Option<String>,
    /// Higher is better; comparable within one answer alone.
    pub score: f32,
    /// Whether it stands for a file that has no place among the best ones.
    pub further: bool,
    /// What found it.
    pub match_type: MatchType,
    /// The lines that hold most of the query together, in their order; none where the vectors alone
    /// found it.
    pub matches: Vec<MatchedLine>,
    /// The code, all of the place or the part around the hit.
    pub content: String,
    /// The line that `content` begins at.
    pub content_start_line: u32,
    /// Why it ranks where it does, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Vec<SignalEffect>>,
}

/// What one signal did to a result's score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SignalEffect {
    /// The signal.
    pub signal: Signal,
    /// The factor, or the summand, that it brought: see the signal's own description.
    pub effect: f32,
}
