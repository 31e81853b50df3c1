//! Chunks that mean much the same as one at hand.

use std::collections::HashSet;

use sconce_code::filter::Filter;
use sconce_rank::LineMatcher;

use super::answer::{Hit, places, shown};
use super::place::FoundPlace;
use super::{SearchRequest, SearchResult};
use crate::{EngineError, Index};

/// Chunks that are looked at for each place that is shown.
const OVERFETCH: usize = 4;

impl Index {
    /// The places nearest in meaning to the one at `line` of `path`, that one left out. Their
    /// score is the cosine similarity.
    ///
    /// # Errors
    /// [`EngineError::NoSuchFile`] where no chunk has that line, [`EngineError::NotEmbedded`] where its
    /// vector is still to come, and what the database says.
    pub async fn related(
        &self,
        path: &str,
        line: u32,
        limit: usize,
    ) -> Result<Vec<SearchResult>, EngineError> {
        let now = &self.reading().await?;
        let store = now.store();
        let Some(chunk) = store.chunk_at(self.id(), path, line).await? else {
            return Err(self.lacks_file(path));
        };
        let here = chunk.key();
        let Some(vector) = store.embedding_of(self.id(), here).await? else {
            let index = self.name().to_owned();
            return Err(EngineError::NotEmbedded { index, path: path.to_owned() });
        };
        // Several chunks may be of one place, and of the one at hand.
        let near =
            store.nearest(self.id(), &vector, limit * OVERFETCH + 1, &Filter::default()).await?;
        let hits = near.into_iter().map(|hit| Hit::alone(hit.key, hit.similarity)).collect();
        let mut found = places(now, hits, None).await?;
        let is_here = |place: &FoundPlace| {
            place.row.key() == here || place.row.path == path && place.lines.contains(line)
        };
        let mut seen = HashSet::new();
        found.retain(|(_, place)| !is_here(place) && seen.insert(place.span()));
        found.truncate(limit);
        let mut results =
            shown(now, found, &LineMatcher::default(), &SearchRequest::default()).await?;
        results.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(results)
    }
}
