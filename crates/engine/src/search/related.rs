//! Chunks that mean much the same as one at hand.

use sconce_code::filter::Filter;
use sconce_rank::{MatchType, Ranked};

use super::{ContextOptions, SearchRequest, SearchResult};
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
        let store = self.store();
        let Some(chunk) = store.chunk_at(self.id(), path, line).await? else {
            return Err(self.lacks_file(path));
        };
        let here = chunk.key();
        let Some(vector) = store.embedding_of(self.id(), here).await? else {
            let index = self.name().to_owned();
            return Err(EngineError::NotEmbedded { index, path: path.to_owned() });
        };
        let near = store.nearest(self.id(), &vector, limit + 1, &Filter::default()).await?;
        let ranked: Vec<Ranked> = near
            .into_iter()
            .filter(|hit| hit.key != here)
            .take(limit)
            .map(|hit| Ranked {
                key: hit.key,
                score: hit.similarity,
                match_type: MatchType::Vectors,
                effects: Vec::new(),
            })
            .collect();
        let shown =
            SearchRequest { context: ContextOptions::default(), ..SearchRequest::default() };
        let mut rows = self.results(&ranked.iter().collect::<Vec<_>>(), &shown, None).await?;
        rows.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
        Ok(rows.into_iter().map(|(_, result)| result).collect())
    }
}
