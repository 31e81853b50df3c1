//! From what the retrievers found to an order.

mod evidence;
mod feature;
mod hit;
mod order;
mod rank;
mod signal;
#[cfg(test)]
mod tests;
mod weights;

pub use feature::{FEATURES, Feature, Features};
pub use hit::{MatchType, VectorHit};
pub use order::{Candidate, ScoredCandidate, order};
pub use rank::{RankOptions, Ranked, candidates, rank};
pub use signal::Signal;
pub use weights::Weights;
