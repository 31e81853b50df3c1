//! The binary as its users meet it: command line, MCP on both transports, HTTP.

mod architecture;
mod cli;
mod clients;
mod conformance;
mod docs;
mod fuzz;
mod http;
mod init;
mod jobs;
mod mcp_clients;
mod node;
mod precedence;
mod reading;
mod refused;
mod registration;
mod schemas;
mod search;
mod security;
mod security_http;
mod share;
mod shared_search;
mod skipped;
mod stdio;
mod support;
mod watch;
mod workers;
