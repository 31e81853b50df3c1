//! The store against a real PostgreSQL with pgvector.

mod cache;
mod files;
mod filters;
mod indexes;
mod locks;
mod managed;
mod migrations;
mod outage;
mod standby;
mod support;
mod vectors;
mod workers;
