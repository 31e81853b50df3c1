//! Chunks that mean much the same as one at hand.

use sconce_code::filter::Filter;
use sconce_rank::LineMatcher;

use super::answer::{Hit, places, shown};
use super::{SearchRequest, SearchResult};
use crate::{EngineError, Index};

impl Index {
    /// The chunks nearest in meaning to the one at `line` of `path`, that one left out. Their
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
        let near = store.nearest(self.id(), &vector, limit + 1, &Filter::default()).await?;
        let hits = near
            .into_iter()
            .filter(|hit| hit.key != here)
            .take(limit)
            .map(|hit| Hit::alone(hit.key, hit.similarity))
            .collect();
        let found = places(now, hits, None).await?;
        let mut results =
            shown(now, found, &LineMatcher::default(), &SearchRequest::default()).await?;
        results.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(results)
    }
}
