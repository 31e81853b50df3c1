//! Settings: the table, how a value is found, and the reference made from the table.
//!
//! Precedence: flag > environment > the project's `sconce.toml` > the user's `sconce.toml` >
//! default.

mod config;
mod file;
pub(crate) mod keys;
mod languages;
mod log_format;
mod project;
mod reference;
mod resolve;
mod setting;
mod table;
mod variables;

pub use config::{Config, ServerConfig};
pub use file::FILE_NAME;
pub(crate) use languages::add_languages;
pub use log_format::LogFormat;
pub use project::ProjectDefaults;
pub(crate) use project::ProjectRequest;
pub use reference::reference;
pub use resolve::{Environment, Layers, Settings, Source, Value, user_file};
pub use setting::{DefaultValue, Flag, FlagScope, Setting, ValueKind};
pub use table::{SETTINGS, setting};
pub use variables::{VARIABLES, Variable};
pub(crate) use variables::{deciding, is_inherited};
