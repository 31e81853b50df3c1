//! What the machine and its user have said about networks, as pip reads it.

mod environment;
mod ini;
mod netrc;
mod pip;

pub use environment::Environment;
pub(crate) use netrc::netrc;
pub use pip::PipSettings;
