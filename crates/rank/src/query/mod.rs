//! From a query's text to what it asks for.

mod analysis;
mod exact;
mod filters;
mod inflect;
mod kind;
mod named_files;
mod stamp;
mod symbols;
mod terms;
#[cfg(test)]
mod tests;
mod tokens;
mod uses;
mod vocabulary;

pub use analysis::{QueryAnalysis, analyze};
pub(crate) use exact::ExactGroup;
pub use inflect::inflections;
pub use kind::QueryKind;
pub use named_files::NamedFile;
pub use stamp::is_log_level;
pub use symbols::QuerySymbol;
pub use terms::{Form, FormKind, QueryTerm, TermRole};
pub(crate) use vocabulary::is_stop_word;
