//! From a directory to the text of its files: what is walked, what is skipped and why.

mod content;
mod encoding;
mod exceptions;
mod ignored;
mod log;
mod minified;
mod names;
mod notebook;
mod reader;
mod rules;
mod secret;
mod skip;
mod tools;
mod tracked;
mod unpacked;
mod user_excludes;
mod walk;

pub(crate) use content::{Content, read};
pub use exceptions::Exceptions;
pub(crate) use log::WalkLog;
pub use names::is_unseen;
pub(crate) use notebook::Cells;
pub(crate) use reader::Beneath;
pub use reader::{MAX_SMALL_BYTES, read_small, read_text};
pub use skip::{SkipReason, Skipped};
pub use walk::WalkOptions;
pub(crate) use walk::{Candidate, Times, Walk, candidate, entries, walk};
