//! The unit of work of a model: token ids of several texts, laid end to end.

use crate::config::ModelConfig;
use crate::error::{EmbedError, Result};

/// Token ids of several texts without padding. Text `i` is `ids[starts[i]..starts[i + 1]]`, so
/// `starts` has one entry more than there are texts; its first is 0 and its last `ids.len()`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The ids, special tokens included.
    pub ids: Vec<u32>,
    /// Where each text begins in `ids`, and the end.
    pub starts: Vec<usize>,
}

impl Default for Batch {
    fn default() -> Self {
        Self { ids: Vec::new(), starts: vec![0] }
    }
}

impl Batch {
    /// Lays the texts end to end.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a [u32]>) -> Self {
        let mut batch = Self::default();
        for text in texts {
            batch.push(text);
        }
        batch
    }

    /// Adds a text.
    pub(crate) fn push(&mut self, ids: &[u32]) {
        self.ids.extend_from_slice(ids);
        self.starts.push(self.ids.len());
    }

    /// Whether a model of that shape can take the texts.
    pub(crate) fn check(&self, config: &ModelConfig) -> Result<()> {
        let limit = config.max_positions;
        if self.texts().any(|text| text.is_empty() || text.len() > limit) {
            return Err(EmbedError::Failed(format!("a text of no or more than {limit} tokens")));
        }
        if let Some(id) = self.ids.iter().find(|id| **id as usize >= config.vocab) {
            return Err(EmbedError::Failed(format!("token {id} is not in the vocabulary")));
        }
        Ok(())
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The texts' ids, in order.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &[u32]> {
        self.starts.windows(2).map(|pair| &self.ids[pair[0]..pair[1]])
    }
}
