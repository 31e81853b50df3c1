//! How much an answer says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much of each result is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ResponseFormat {
    /// Each place with the lines that match.
    #[default]
    Concise,
    /// The code around them too.
    Detailed,
}

impl ResponseFormat {
    /// Whether the code is wanted.
    pub(super) fn is_detailed(self) -> bool {
        self == Self::Detailed
    }
}
