//! A search's way: understand the query, ask the retrievers of every index, rank, fetch what is shown.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use sconce_code::ChunkKey;
use sconce_code::filter::{Filter, FilterMatcher};
use sconce_embed::Embedder;
use sconce_rank::{QueryAnalysis, RankOptions, Ranked, VectorHit, analyze, rank};
use sconce_store::{ChunkRow, Hit, IndexStatus};

use super::label::Asked;
use super::request::{MAX_LIMIT, MAX_QUERY_CHARACTERS};
use super::snippet::Snippet;
use super::{SearchMode, SearchRequest, SearchResponse, SearchResult, SignalEffect, Timings};
use crate::index::Phase;
use crate::{Engine, EngineError, Index, Remedy};

/// Candidates that the vector retriever gives for each result asked for, so that ranking has a choice.
const OVERFETCH: usize = 5;
/// The fewest candidates that the vector retriever gives.
const MIN_CANDIDATES: usize = 100;
/// Where a larger share of the chunks has no vector yet, vectors would rank what happens to have one
/// above the rest.
const MAX_UNEMBEDDED_SHARE: f64 = 0.1;

/// What an index answers before its chunks are fetched.
struct RetrievedDocs<'a> {
    index: &'a Index,
    ranked: Vec<Ranked>,
    notices: Vec<String>,
    remedy: Option<Remedy>,
    timings: Timings,
}

/// A search that was checked, for all of its indexes.
struct SearchPlan {
    query: QueryAnalysis,
    filter: Filter,
    matcher: FilterMatcher,
    limit: usize,
}

impl SearchPlan {
    fn new(request: &SearchRequest) -> Result<Self, EngineError> {
        let characters = request.query.chars().count();
        if characters > MAX_QUERY_CHARACTERS {
            return Err(EngineError::QueryTooLong { characters, limit: MAX_QUERY_CHARACTERS });
        }
        let query = analyze(&request.query);
        if query.text.trim().is_empty() {
            return Err(EngineError::EmptyQuery);
        }
        let filter = request.filter.clone().and(&query.filters)?;
        let matcher = filter.matcher()?;
        Ok(Self { query, filter, matcher, limit: request.limit.clamp(1, MAX_LIMIT) })
    }
}

impl Engine {
    /// Searches `indexes` and gives the best results of all of them.
    ///
    /// Where an index's model cannot be had, the words alone answer, and a notice says so.
    ///
    /// # Errors
    /// Where the query or a filter in it cannot be taken, where the model that [`SearchMode::Vectors`]
    /// needs cannot be had, and what the database says.
    pub async fn search(
        &self,
        indexes: &[Index],
        request: &SearchRequest,
    ) -> Result<SearchResponse, EngineError> {
        let started = Instant::now();
        let plan = Arc::new(SearchPlan::new(request)?);
        let mut retrieved = Vec::with_capacity(indexes.len());
        for index in indexes {
            retrieved.push(index.retrieve(request, &plan).await?);
        }
        let mut response = fetch_results(retrieved, request, &plan).await?;
        response.timings.total_ms = milliseconds(started);
        Ok(response)
    }
}

impl Index {
    /// Searches this index alone.
    ///
    /// # Errors
    /// Those of [`Engine::search`].
    pub async fn search(&self, request: &SearchRequest) -> Result<SearchResponse, EngineError> {
        self.engine.search(std::slice::from_ref(self), request).await
    }

    async fn retrieve(
        &self,
        request: &SearchRequest,
        plan: &Arc<SearchPlan>,
    ) -> Result<RetrievedDocs<'_>, EngineError> {
        let mut timings = Timings::default();
        let mut notices = self.condition().await;
        let mut remedy = None;
        let mut mode = request.mode;
        if mode == SearchMode::Hybrid
            && let Some(notice) = self.lacks_vectors().await?
        {
            notices.push(notice);
            mode = SearchMode::Words;
        }
        let state = &self.engine.state;
        let (vectors, words) = tokio::join!(
            self.vectors(mode, plan),
            timed(state.lexical_indexes.fresh(self.store(), &self.row)),
        );
        let (words, words_ms) = words?;
        let hits = match vectors {
            Ok((hits, embed_ms, vectors_ms)) => {
                (timings.embed_ms, timings.vectors_ms) = (embed_ms, vectors_ms);
                hits
            }
            Err(EngineError::Embed(error)) if mode == SearchMode::Hybrid => {
                notices.push(format!("words alone answer: {error}"));
                remedy = error.remedy().map(Remedy::Model);
                mode = SearchMode::Words;
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        let ranking = Instant::now();
        let (options, plan) = (options(request, plan, mode), Arc::clone(plan));
        let ranked = tokio::task::spawn_blocking(move || {
            let words = words.read().unwrap_or_else(PoisonError::into_inner);
            rank(&words, &plan.query, &hits, &options)
        });
        let ranked = ranked.await?;
        timings.words_ms = words_ms;
        timings.rank_ms = milliseconds(ranking);
        Ok(RetrievedDocs { index: self, ranked, notices, remedy, timings })
    }

    /// The nearest chunks, and the milliseconds of the query's embedding and of the look-up.
    async fn vectors(
        &self,
        mode: SearchMode,
        plan: &SearchPlan,
    ) -> Result<(Vec<VectorHit>, f64, f64), EngineError> {
        if mode == SearchMode::Words {
            return Ok((Vec::new(), 0.0, 0.0));
        }
        let started = Instant::now();
        let model: Embedder = self.engine.models().named(&self.row.model).await?;
        let vector = model.embed_query(&plan.query.text).await?;
        let embed_ms = milliseconds(started);
        let started = Instant::now();
        let limit = (plan.limit * OVERFETCH).max(MIN_CANDIDATES);
        let hits = self.store().nearest(self.id(), &vector, limit, &plan.filter).await?;
        let hits = hits.into_iter().map(|Hit { key, similarity }| VectorHit { key, similarity });
        Ok((hits.collect(), embed_ms, milliseconds(started)))
    }

    /// What to say where it has too few vectors for them to rank by.
    async fn lacks_vectors(&self) -> Result<Option<String>, EngineError> {
        if self.row.state.status == IndexStatus::Ready {
            return Ok(None);
        }
        let to_embed = self.store().pending(self.id()).await?.chunks as i64;
        let says = || {
            let (done, all) = (self.row.chunks - to_embed, self.row.chunks);
            format!("words alone answer: {} of {} chunks have their vectors", done.max(0), all)
        };
        Ok((to_embed as f64 > self.row.chunks as f64 * MAX_UNEMBEDDED_SHARE).then(says))
    }

    /// What the user should know of it before relying on what it finds.
    async fn condition(&self) -> Vec<String> {
        use IndexStatus::{Empty, Failed, Indexing, Interrupted, Ready};
        let mut notices = Vec::new();
        let (name, state) = (self.name(), &self.row.state);
        match state.status {
            Indexing => notices.extend(self.running_job().map_or_else(
                || Some(format!("{name} is being indexed: results may be missing")),
                |job| being_indexed(name, &job.progress()),
            )),
            Interrupted => notices.push(format!(
                "the last indexing of {name} was interrupted: run it again to complete it"
            )),
            Failed => notices.push(format!(
                "the last indexing of {name} failed: {}",
                state.error.as_deref().unwrap_or("no reason was recorded")
            )),
            Empty => notices.push(format!("{name} has not been indexed yet")),
            Ready => {
                if self.revision().await.is_ok_and(|now| self.is_stale(&now)) {
                    notices.push(format!("{name} was indexed at another commit or branch"));
                }
            }
        }
        notices
    }

    /// The ranked chunks as they are shown; those that are gone are left out.
    pub(super) async fn results(
        &self,
        ranked: &[&Ranked],
        request: &SearchRequest,
        asked: Option<&Asked<'_>>,
    ) -> Result<Vec<(ChunkKey, SearchResult)>, EngineError> {
        let keys: Vec<ChunkKey> = ranked.iter().map(|ranked| ranked.key).collect();
        let mut rows = self.store().chunks(self.id(), &keys).await?;
        if let Some(asked) = asked {
            self.label(&mut rows, asked).await?;
        }
        let snippets = self.snippets(&rows, &request.context).await?;
        let mut results = Vec::with_capacity(rows.len());
        for (row, snippet) in rows.into_iter().zip(snippets) {
            let key = row.key();
            let Some(of) = ranked.iter().find(|ranked| ranked.key == key) else { continue };
            results.push((key, result(self, row, of, snippet, request.explain)));
        }
        Ok(results)
    }
}

/// Fetches and widens the best results of all indexes.
async fn fetch_results(
    retrieved: Vec<RetrievedDocs<'_>>,
    request: &SearchRequest,
    plan: &SearchPlan,
) -> Result<SearchResponse, EngineError> {
    let fetching = Instant::now();
    let mut timings = Timings::default();
    let mut notices = Vec::new();
    let mut best: Vec<(usize, &Ranked)> = Vec::new();
    for (number, docs) in retrieved.iter().enumerate() {
        timings.add(&docs.timings);
        notices.extend(docs.notices.iter().cloned());
        best.extend(docs.ranked.iter().map(|ranked| (number, ranked)));
    }
    // Stable, so that equal scores keep their index's order.
    best.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
    best.truncate(plan.limit);
    let mut rows: HashMap<(usize, ChunkKey), SearchResult> = HashMap::new();
    let asked = Asked { query: &plan.query, filter: &plan.matcher };
    for (number, docs) in retrieved.iter().enumerate() {
        let mine: Vec<&Ranked> =
            best.iter().filter(|(of, _)| *of == number).map(|(_, ranked)| *ranked).collect();
        for (key, result) in docs.index.results(&mine, request, Some(&asked)).await? {
            rows.insert((number, key), result);
        }
    }
    // A chunk that was replaced since it was ranked is gone; its successor comes next time.
    let results =
        best.iter().filter_map(|(number, ranked)| rows.remove(&(*number, ranked.key))).collect();
    timings.fetch_ms = milliseconds(fetching);
    let remedy = retrieved.iter().find_map(|docs| docs.remedy.clone());
    Ok(SearchResponse { results, notices, remedy, timings, query: plan.query.clone() })
}

async fn timed<T>(
    work: impl Future<Output = Result<T, EngineError>>,
) -> Result<(T, f64), EngineError> {
    let started = Instant::now();
    Ok((work.await?, milliseconds(started)))
}

fn options(request: &SearchRequest, plan: &SearchPlan, mode: SearchMode) -> RankOptions {
    RankOptions {
        lexical: mode != SearchMode::Vectors,
        limit: plan.limit,
        filter: plan.matcher.clone(),
        without: request.without.clone(),
        explain: request.explain,
        ..RankOptions::default()
    }
}

/// What an index lacks while a job fills it; nothing where all it lacks is vectors.
fn being_indexed(name: &str, progress: &crate::Progress) -> Option<String> {
    if progress.words_answer() {
        return None;
    }
    let (total, are_in) = (progress.files_total, progress.files_done + progress.files_to_embed);
    if matches!(progress.phase, Phase::Reading | Phase::Indexing) && total > 0 {
        return Some(format!("{name} is being indexed: {are_in} of {total} files are in"));
    }
    Some(format!("{name} is being indexed: results may be missing"))
}

fn result(
    index: &Index,
    row: ChunkRow,
    ranked: &Ranked,
    snippet: Snippet,
    explain: bool,
) -> SearchResult {
    let (effects, lines) = (ranked.effects.iter(), row.lines());
    SearchResult {
        index: index.name().to_owned(),
        path: row.path,
        language: row.language,
        start_line: lines.start,
        end_line: lines.end,
        kind: row.symbol_kind,
        symbol: row.symbol_name,
        scopes: row.scopes,
        signature: row.signature,
        score: ranked.score,
        match_type: ranked.match_type,
        content: snippet.text,
        content_start_line: snippet.start_line,
        explanation: explain
            .then(|| effects.map(|&(signal, effect)| SignalEffect { signal, effect }).collect()),
    }
}

impl Timings {
    fn add(&mut self, other: &Self) {
        self.embed_ms += other.embed_ms;
        self.words_ms += other.words_ms;
        self.vectors_ms += other.vectors_ms;
        self.rank_ms += other.rank_ms;
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
