//! Settings: the table, how a value is found, and the reference made from the table.
//!
//! Precedence: flag > environment > the project's `sconce.toml` > the user's `sconce.toml` >
//! default.

mod config;
mod reference;
mod resolve;
mod table;
mod variables;

pub use config::{Config, LogFormat, ServerConfig};
pub use reference::reference;
pub use resolve::{Environment, FILE_NAME, Layers, Settings, Source, Value, user_file};
pub use table::{DefaultValue, Flag, Kind, SETTINGS, Scope, Setting, setting};
pub use variables::{VARIABLES, Variable};
pub(crate) use variables::{deciding, is_inherited};
