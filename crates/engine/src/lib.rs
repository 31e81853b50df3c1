//! Index, watch, search: the one place where chunk, vector and row meet.
//!
//! An [`Engine`] joins the libraries: `sconce-code` cuts files into chunks, `sconce-embed` turns
//! chunks into vectors, `sconce-store` keeps both, `sconce-rank` orders what a search
//! finds. It knows no SQL, no tensor and no protocol.

#![forbid(unsafe_code)]

mod engine;
mod error;
mod eval;
mod freshness;
mod git_config;
mod handle;
mod index;
mod models;
mod moved;
mod project;
mod remedy;
mod repository;
mod search;
mod source;
mod sync;
mod watch;
mod workers;

pub use engine::{Engine, EngineConfig};
pub use error::{EngineError, ErrorKind};
pub use eval::{EvalError, EvalEvent, EvalOptions, JudgedSet, evaluate};
pub use freshness::{Fresh, Freshness, FreshnessNotice, Refresh};
pub use handle::{Index, Stats, know_languages, languages_of_project};
pub use index::{
    IndexDefaults, IndexReport, IndexRequest, Job, ParserCommand, Phase, Progress, SkippedFiles,
    serve_parser,
};
pub use models::Models;
pub use project::{is_marked, is_no_project, project_root};
pub use remedy::Remedy;
pub use repository::Revision;
pub use sconce_code::filter::{Filter, FilterField, FilterText, separated};
pub use sconce_embed::{DirRemedy, FetchRemedy, ModelRemedy};
pub use sconce_rank::eval::{BUDGETS, EvalReport, Score};
pub use sconce_rank::{MatchType, Signal};
pub use sconce_store::{
    DatabaseRemedy, Health as DatabaseHealth, Index as IndexRow, IndexStatus, StandbyHealth,
    SymbolRow, Worker,
};
pub use search::{
    AskedLines, AskedSymbol, Completeness, ContextOptions, Definition, FilterPart, HeldWords,
    IndexedFile, LexicalOptions, MatchedFile, MatchedLine, MatchedPlace, MatchingLines, NoResults,
    Occurrences, OtherReading, OutlineEntry, PATTERN_TIMEOUT, PatternLine, PatternRequest,
    PatternResponse, SearchMode, SearchRequest, SearchResponse, SearchResult, SignalEffect, Sought,
    Timings, Unanswered, as_regex, symbol_asked,
};
pub use source::{
    Exceptions, MAX_SMALL_BYTES, SkipReason, Skipped, WalkOptions, is_unseen, read_small, read_text,
};
pub use watch::{WatchMode, WatchOptions, WatchStatus, Watches};
pub use workers::{WorkOptions, WorkProgress, WorkReport};
