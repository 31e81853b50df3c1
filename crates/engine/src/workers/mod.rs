//! Those who give chunks their vectors: index jobs, `sconce worker`, and servers that are told to.
//!
//! All do the same: claim files without vectors in the database, have the model read their chunks, and
//! attach the vectors. They never speak to each other, and need nothing but the database and the model.

mod attempts;
mod claim;
mod fingerprint;
mod membership;
mod rate;
mod run;

pub(crate) use attempts::Attempts;
pub(crate) use claim::{Claim, ClaimOutcome, chunks_wanted, embed_claim};
pub(crate) use fingerprint::{Fingerprints, check_model};
pub(crate) use membership::{Membership, device_of};
pub use run::{WorkOptions, WorkProgress, WorkReport};

use sconce_store::Worker;

use crate::{Engine, EngineError};

/// Claims under way at once: one at the model, one behind it, one being written.
pub(crate) const CLAIMS: usize = 3;

impl Engine {
    /// Those who embed for this database, on any machine, the longest known first.
    ///
    /// # Errors
    /// Where the database cannot be asked.
    pub async fn workers(&self) -> Result<Vec<Worker>, EngineError> {
        Ok(self.store().workers().await?)
    }
}
