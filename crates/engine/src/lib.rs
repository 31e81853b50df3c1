//! Index, watch, search: the one place where chunk, vector and row meet.
//!
//! An [`Engine`] joins the three leaves: `sconce-code` cuts files into chunks, `sconce-embed` turns
//! chunks into vectors, `sconce-store` keeps both. It knows no SQL, no tensor and no protocol.
#![forbid(unsafe_code)]

mod engine;
mod error;
pub mod eval;
mod index;
pub mod lexicon;
mod models;
mod project;
pub mod query;
pub mod rank;
mod search;
mod source;
mod sync;
mod text;
mod watch;

pub use engine::{Engine, EngineConfig, Selector, Stats};
pub use error::{EngineError, ErrorKind};
pub use index::{IndexReport, IndexRequest, Job, ParserCommand, Phase, Progress, serve_parser};
pub use models::Models;
pub use project::{Revision, default_name, project_root, revision};
pub use search::{
    Arm, ContextOptions, Definition, OutlineEntry, SearchFilter, SearchRequest, SearchResponse,
    SearchResult, SignalEffect, Timings,
};
pub use source::{MAX_SMALL_BYTES, Secrets, SkipReason, WalkOptions, read_small};
pub use text::embedding_text;
pub use watch::{Settling, WatchMode, WatchOptions, WatchStatus, Watches};
