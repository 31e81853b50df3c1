//! From a folder to the text of its files: what is walked, what is passed over and why.

mod content;
mod skip;
mod walk;

pub(crate) use content::{Content, read};
pub use skip::SkipReason;
pub use walk::WalkOptions;
pub(crate) use walk::{Candidate, Walk, candidate, entries, walk};
