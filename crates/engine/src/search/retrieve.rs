//! A search's way: understand the query, ask the retrievers of every index, rank, fetch what is shown.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use sconce_code::filter::{Filter, FilterMatcher};
use sconce_embed::Embedder;
use sconce_rank::{QueryAnalysis, RankOptions, ScoredWords, VectorHit, analyze};
use sconce_store::{Hit, IndexId, IndexStatus, Store};

use super::answer::{Asked, RankedIndex, results};
use super::lexical_indexes::SharedLexicalIndex;
use super::part_of_word::{lone_absent_word, words_with};
use super::request::{MAX_LIMIT, MAX_QUERY_CHARACTERS};
use super::said::MaySay;
use super::spoken::Spoken;
use super::{SearchMode, SearchRequest, SearchResponse, Timings};
use crate::index::Phase;
use crate::{Engine, EngineError, Index, Remedy};

/// Candidates that the vector retriever gives for each file asked for, so that ranking has a choice.
const OVERFETCH: usize = 20;
/// The fewest candidates that the vector retriever gives.
const MIN_CANDIDATES: usize = 100;
/// The most, unless very many files are asked for: what lies further off answers nothing.
const MOST_CANDIDATES: usize = 400;
/// The fewest for each of very many files.
const LEAST_OVERFETCH: usize = 5;
/// Where a larger share of the chunks has no vector yet, vectors would rank what happens to have one
/// above the rest.
const MAX_UNEMBEDDED_SHARE: f64 = 0.1;

/// What an index answers before its chunks are fetched.
struct RetrievedDocs<'a> {
    ranked: RankedIndex<'a>,
    notices: Vec<String>,
    remedy: Option<Remedy>,
    timings: Timings,
}

/// A query's vector; none where words alone answer.
type QueryVector = Option<Vec<f32>>;

/// The chunks nearest to a query, and the milliseconds that looking them up took.
type NearChunks = (Vec<VectorHit>, f64);

/// A search that was checked, for all of its indexes.
struct SearchPlan {
    query: QueryAnalysis,
    /// What of the query may stand in code word for word.
    spoken: Option<Spoken>,
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
        let (spoken, limit) = (Spoken::of(&query), request.limit.clamp(1, MAX_LIMIT));
        Ok(Self { query, spoken, filter, matcher, limit })
    }

    /// The same search as it is meant in an index.
    fn here(self: &Arc<Self>, index: &Index) -> Result<Arc<Self>, EngineError> {
        match index.filter_here(&self.filter) {
            Cow::Borrowed(_) => Ok(Arc::clone(self)),
            Cow::Owned(filter) => Ok(Arc::new(self.through(filter)?)),
        }
    }

    /// The same search for another text.
    fn asking(&self, text: &str) -> Self {
        let (filter, matcher) = (self.filter.clone(), self.matcher.clone());
        let query = analyze(text);
        Self { spoken: Spoken::of(&query), query, filter, matcher, limit: self.limit }
    }

    /// The same search through another filter.
    fn through(&self, filter: Filter) -> Result<Self, EngineError> {
        let matcher = filter.matcher()?;
        let (query, spoken) = (self.query.clone(), self.spoken.clone());
        Ok(Self { query, spoken, filter, matcher, limit: self.limit })
    }
}

impl Engine {
    /// Searches `indexes` and gives the best results of all of them.
    ///
    /// Where an index's model cannot be had, the words alone answer, and a notice says so. Where nothing is
    /// found, globs that fit nothing are read as they may be meant; where the query is a part of words, these
    /// are searched for; notices say so.
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
        let mut plan = Arc::new(SearchPlan::new(request)?);
        let mut read_as = Vec::new();
        let indexes = &as_they_are_now(indexes).await?;
        let mut response = answer(indexes, request, &plan).await?;
        if response.results.is_empty()
            && let Some(read) = self.read_otherwise(indexes, &plan.filter).await?
        {
            plan = Arc::new(plan.through(read.filter)?);
            response = answer(indexes, request, &plan).await?;
            read_as.extend(read.notices);
        }
        if let Some(part) = lone_absent_word(&response) {
            let words = words_with(indexes, part, &plan.filter).await?;
            if !words.is_empty() {
                read_as.push(format!(
                    "no word here is `{part}`; searched for what it is part of: {}",
                    words.join(", ")
                ));
                plan = Arc::new(plan.asking(&words.join(" ")));
                response = answer(indexes, request, &plan).await?;
            }
        }
        response.notices.extend(read_as);
        response.timings.total_ms = milliseconds(started);
        Ok(response)
    }
}

/// The indexes for this search, which reads them as they are by now or later.
async fn as_they_are_now(indexes: &[Index]) -> Result<Vec<Index>, EngineError> {
    let mut reading = Vec::with_capacity(indexes.len());
    for index in indexes {
        reading.push(index.reading().await?);
    }
    Ok(reading)
}

async fn answer(
    indexes: &[Index],
    request: &SearchRequest,
    plan: &Arc<SearchPlan>,
) -> Result<SearchResponse, EngineError> {
    let mut retrieved = Vec::with_capacity(indexes.len());
    for index in indexes {
        retrieved.push(index.retrieve(request, plan).await?);
    }
    fetch_results(retrieved, request, plan).await
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
        let plan = &plan.here(self)?;
        let mut timings = Timings::default();
        let mut notices = self.condition().await;
        let mut is_whole = notices.is_empty();
        let mut remedy = None;
        let mut mode = request.mode;
        if mode == SearchMode::Hybrid
            && let Some(notice) = self.lacks_vectors().await?
        {
            notices.push(notice);
            mode = SearchMode::Words;
        }
        let state = &self.engine.state;
        let (vector, words) = tokio::join!(
            timed(self.embed(mode, plan)),
            timed(state.lexical_indexes.fresh(self.store(), &self.row)),
        );
        let (words, words_ms) = words?;
        if state.lexical_indexes.is_partial(self.id()) {
            is_whole = false;
            let name = self.name();
            notices.push(format!("not all words of {name} are read yet: results may be missing"));
        }
        let vector = match vector {
            Ok((vector, embed_ms)) => {
                if vector.is_some() {
                    timings.embed_ms = embed_ms;
                }
                vector
            }
            Err(EngineError::Embed(error)) if mode == SearchMode::Hybrid => {
                notices.push(format!("words alone answer: {error}"));
                remedy = error.remedy().map(Remedy::Model);
                mode = SearchMode::Words;
                None
            }
            Err(error) => return Err(error),
        };
        let ranking = Instant::now();
        let options = options(request, plan, mode);
        let vector = Arc::new(vector);
        let (mut ranked, vectors_ms) = self.rank(words, Arc::clone(plan), vector, options).await?;
        if !is_whole {
            // What is not found yet may be there.
            ranked.absent.clear();
        }
        timings.words_ms = words_ms;
        timings.vectors_ms = vectors_ms;
        timings.rank_ms = milliseconds(ranking);
        Ok(RetrievedDocs { ranked, notices, remedy, timings })
    }

    /// Ranks the files, asks how similar all chunks of the best ones are, and ranks these. The chunks are scored by
    /// words while the nearest ones are looked up; gives the milliseconds of that too.
    async fn rank(
        &self,
        words: SharedLexicalIndex,
        plan: Arc<SearchPlan>,
        vector: Arc<QueryVector>,
        options: RankOptions,
    ) -> Result<(RankedIndex<'_>, f64), EngineError> {
        let (store, id) = (self.store().clone(), self.id());
        let runtime = tokio::runtime::Handle::current();
        let ranked = self.in_these_words(words, move |words| {
            // The words are held while the database is asked, so that the numbers of chunks stay what
            // they are.
            let near = near_chunks(store.clone(), id, Arc::clone(&vector), Arc::clone(&plan));
            let near = runtime.spawn(near);
            let scored = ScoredWords::new(words, &plan.query, &options);
            let spoken = plan.spoken.as_ref().filter(|_| options.lexical);
            let may_say = spoken.map(|spoken| MaySay::of(words, spoken, &options.filter));
            let may_say = may_say.unwrap_or_default();
            let (hits, vectors_ms) = runtime.block_on(near)??;
            let candidates = scored.with_vectors(&hits);
            let ranking = candidates.rank();
            let similarities = match &*vector {
                Some(vector) => {
                    runtime.block_on(store.similarities(id, vector, &ranking.file_ids()))?
                }
                None => Vec::new(),
            };
            let similarities: Vec<VectorHit> = similarities.into_iter().map(vector_hit).collect();
            let (matcher, absent) = (candidates.line_matcher(), candidates.absent_words());
            let of_words = (matcher, absent, may_say);
            Ok::<_, EngineError>((ranking.places(&similarities), of_words, vectors_ms))
        });
        let (files, (matcher, absent, may_say), vectors_ms) = ranked.await??;
        Ok((RankedIndex { index: self, files, matcher, absent, may_say }, vectors_ms))
    }

    /// The query's vector.
    async fn embed(&self, mode: SearchMode, plan: &SearchPlan) -> Result<QueryVector, EngineError> {
        if mode == SearchMode::Words {
            return Ok(None);
        }
        let model: Embedder = self.engine.models().named(&self.row.model).await?;
        Ok(Some(model.embed_query(&plan.query.text).await?))
    }

    /// What to say where it has too few vectors for them to rank by.
    async fn lacks_vectors(&self) -> Result<Option<String>, EngineError> {
        if self.row.state.status == IndexStatus::Ready {
            return Ok(None);
        }
        let counted = self.engine.state.missing_vectors.count(self.store(), self.id());
        let to_embed = counted.await? as i64;
        let says = || {
            let (done, all) = (self.row.chunks - to_embed, self.row.chunks);
            format!("words alone answer: {} of {} chunks have their vectors", done.max(0), all)
        };
        Ok((to_embed as f64 > self.row.chunks as f64 * MAX_UNEMBEDDED_SHARE).then(says))
    }

    /// What the user should know of it before relying on what it finds.
    async fn condition(&self) -> Vec<String> {
        use IndexStatus::{Empty, Failed, Indexing, Interrupted, Queued, Ready};
        let mut notices = Vec::new();
        let (name, state) = (self.name(), &self.row.state);
        match state.status {
            Indexing => notices.extend(self.running_job().map_or_else(
                || Some(format!("{name} is being indexed: results may be missing")),
                |job| being_indexed(name, &job.progress()),
            )),
            Queued => {
                notices.push(format!("{name} waits for its turn to be indexed"));
            }
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
}

/// Looks up the chunks nearest to a query.
async fn near_chunks(
    store: Store,
    id: IndexId,
    vector: Arc<QueryVector>,
    plan: Arc<SearchPlan>,
) -> Result<NearChunks, EngineError> {
    let Some(vector) = &*vector else { return Ok(NearChunks::default()) };
    let started = Instant::now();
    let hits = store.nearest(id, vector, candidates(plan.limit), &plan.filter).await?;
    Ok((hits.into_iter().map(vector_hit).collect(), milliseconds(started)))
}

/// Fetches what is shown of the best results of all indexes.
async fn fetch_results(
    retrieved: Vec<RetrievedDocs<'_>>,
    request: &SearchRequest,
    plan: &SearchPlan,
) -> Result<SearchResponse, EngineError> {
    let fetching = Instant::now();
    let mut timings = Timings::default();
    let mut notices = Vec::new();
    let mut remedy = None;
    let mut ranked = Vec::with_capacity(retrieved.len());
    for docs in retrieved {
        timings.add(&docs.timings);
        notices.extend(docs.notices);
        remedy = remedy.or(docs.remedy);
        ranked.push(docs.ranked);
    }
    let asked = Asked { query: &plan.query, filter: &plan.matcher, spoken: plan.spoken.as_ref() };
    let results = results(&ranked, request, asked, plan.limit).await?;
    timings.fetch_ms = milliseconds(fetching);
    let absent_words = absent_everywhere(&ranked);
    Ok(SearchResponse {
        results,
        notices,
        absent_words,
        remedy,
        timings,
        query: plan.query.clone(),
    })
}

/// What none of the indexes has.
fn absent_everywhere(ranked: &[RankedIndex<'_>]) -> Vec<String> {
    let Some((first, others)) = ranked.split_first() else { return Vec::new() };
    let is_absent = |word: &&String| others.iter().all(|other| other.absent.contains(word));
    first.absent.iter().filter(is_absent).cloned().collect()
}

/// How many of the nearest chunks the ranking gets for this many files.
fn candidates(limit: usize) -> usize {
    (limit * OVERFETCH).clamp(MIN_CANDIDATES, MOST_CANDIDATES).max(limit * LEAST_OVERFETCH)
}

fn vector_hit(hit: Hit) -> VectorHit {
    VectorHit { key: hit.key, similarity: hit.similarity }
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
    if progress.words_answer() || progress.phase == Phase::Finishing {
        return None;
    }
    let (total, are_in) = (progress.files_total, progress.files_done + progress.files_to_embed);
    if matches!(progress.phase, Phase::Reading | Phase::Indexing) && total > 0 {
        return Some(format!("{name} is being indexed: {are_in} of {total} files are in"));
    }
    Some(format!("{name} is being indexed: results may be missing"))
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
