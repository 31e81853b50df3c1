//! How a process that parses is started.

use std::path::PathBuf;

/// How a process that parses is started: a program that calls [`serve_parser`](super::serve_parser) when it is given
/// this one argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParserCommand {
    /// The program.
    pub program: PathBuf,
    /// Its argument.
    pub argument: String,
}
