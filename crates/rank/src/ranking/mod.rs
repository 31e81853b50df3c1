//! From what the retrievers found to an order.

mod answer;
mod context;
mod evidence;
#[cfg(test)]
mod exhaustive;
mod feature;
mod hit;
mod lines;
mod order;
mod per_feature;
mod place_feature;
mod places;
mod rank;
mod signal;
#[cfg(test)]
mod tests;
mod weights;

pub use answer::{Arranged, Place, arrange, is_one_place, whole_definition};
pub use feature::{FEATURES, Feature, Features};
pub use hit::{MatchType, VectorHit};
pub use lines::{LineMatch, LineMatcher};
pub use per_feature::{Ordinal, PerFeature};
pub use place_feature::{PLACE_FEATURES, PlaceFeature, PlaceFeatures};
pub use rank::{Candidates, FileRanking, RankOptions, RankedFile, RankedPlace, ScoredWords, rank};
pub use signal::Signal;
pub use weights::Weights;
