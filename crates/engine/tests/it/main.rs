//! The engine on real parts: a PostgreSQL with pgvector, the model all-MiniLM-L6-v2, files on disk.

mod freshness;
mod globs;
mod index;
mod interrupt;
mod languages;
mod pattern;
mod precision;
mod project;
mod queue;
mod search;
mod segments;
mod standby;
mod watch;
mod words_first;
mod workers;
