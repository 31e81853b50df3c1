//! PostgreSQL and pgvector: connect, migrate, read, write, and the managed PostgreSQL.
//!
//! The only crate that knows SQL. [`Store::open`] connects to the server of `DATABASE_URL`, or
//! starts one of the user's own ([`managed`]), and brings the schema up to date.
#![forbid(unsafe_code)]

mod cache;
mod claims;
mod connect;
mod copy;
mod error;
mod fingerprints;
mod finish;
mod fits;
mod hnsw;
mod index;
mod indexes;
mod inspect;
mod lock;
pub mod managed;
mod memory;
mod migrate;
mod notice;
mod pattern;
mod pending;
mod read;
mod remedy;
mod rows;
mod search;
mod spans;
mod standby;
mod statement;
mod stats;
mod tables;
mod text;
mod workers;
mod write;

pub use claims::{Claimed, IndexGeneration, Wanted};
pub use connect::{Store, StoreConfig, is_postgres_url};
pub use error::{Result, StoreError};
#[doc(hidden)]
pub use hnsw::VectorPolicy;
pub use index::{Index, IndexId, IndexState, IndexStatus, NewIndex};
pub use inspect::{Inspection, inspect};
pub use lock::IndexLock;
pub use notice::Notice;
pub use pattern::Needle;
pub use pending::{Extent, PendingChunk};
pub use remedy::DatabaseRemedy;
pub use rows::{
    ChunkRow, ChunkText, FileStamp, FileTouch, Hit, LexicalFile, NewChunk, NewFile, NewSymbol,
    SymbolName, SymbolRow,
};
pub use spans::Span;
pub use standby::StandbyHealth;
pub use stats::{EncodingStats, Health, IndexStats, LanguageStats};
pub use workers::{NewWorker, Worker, WorkerId, WorkerState};

/// The most dimensions a vector may have: what fits a page of PostgreSQL with the rest of its row.
pub const MAX_DIMENSION: usize = 2000;
