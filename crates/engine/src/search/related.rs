//! Chunks that mean much the same as one at hand.

use sconce_code::filter::Filter;
use sconce_rank::{MatchType, Ranked};

use super::{ContextOptions, SearchRequest, SearchResult};
use crate::{Engine, EngineError, Selector};

impl Engine {
    /// The chunks nearest in meaning to the one at `line` of `path`, that one left out. Their
    /// score is the cosine similarity.
    pub async fn related(
        &self,
        index: &str,
        path: &str,
        line: u32,
        limit: usize,
    ) -> Result<Vec<SearchResult>, EngineError> {
        let index = self.find_index(&Selector::Name(index.to_owned())).await?;
        let store = self.store();
        let Some(chunk) = store.chunk_at(index.id, path, line).await? else {
            return Err(EngineError::NoSuchFile { index: index.name, path: path.to_owned() });
        };
        let here = chunk.key();
        let Some(vector) = store.embedding_of(index.id, here).await? else {
            return Err(EngineError::NotEmbedded { index: index.name, path: path.to_owned() });
        };
        let near = store.nearest(index.id, &vector, limit + 1, &Filter::default()).await?;
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
        let mut rows = self.results(&index, &ranked.iter().collect::<Vec<_>>(), &shown).await?;
        rows.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
        Ok(rows.into_iter().map(|(_, result)| result).collect())
    }
}
