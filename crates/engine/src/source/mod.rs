//! From a directory to the text of its files: what is walked, what is skipped and why.

mod content;
mod ignored;
mod reader;
mod secret;
mod skip;
mod walk;

pub(crate) use content::{Content, read};
pub(crate) use ignored::Warnings;
pub(crate) use reader::Beneath;
pub use reader::{MAX_SMALL_BYTES, read_small};
pub use secret::Secrets;
pub use skip::SkipReason;
pub use walk::WalkOptions;
pub(crate) use walk::{Candidate, Walk, candidate, entries, walk};
