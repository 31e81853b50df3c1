//! Runs all queries under a table of weights.

use std::collections::BTreeMap;

use sconce_rank::eval::{Hit, JudgedQuery, ndcg};
use sconce_rank::{Candidate, RankOptions, VectorHit, Weights, candidates, order};

use super::corpus::Corpus;

/// Vectors' hits that the ranking gets; the store hands it as many.
const NEAREST: usize = 100;

/// Which retrievers find candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Words,
    Vectors,
    Hybrid,
}

/// All that is judged.
pub(crate) struct Tuner {
    pub(crate) corpora: Vec<Corpus>,
    pub(crate) mode: Mode,
}

/// A query's candidates: what a change of the features' weights leaves as it is.
pub(crate) struct JudgedCandidates {
    pub(crate) corpus: usize,
    query: usize,
    candidates: Vec<Candidate>,
}

/// Figures of a run.
pub(crate) struct Summary {
    /// The mean over projects of each one's mean NDCG@10.
    pub(crate) overall: f64,
    pub(crate) categories: BTreeMap<String, f64>,
    languages: BTreeMap<String, f64>,
    repositories: BTreeMap<String, f64>,
}

impl Tuner {
    pub(crate) fn query(&self, gathered: &JudgedCandidates) -> (&Corpus, &JudgedQuery) {
        let corpus = &self.corpora[gathered.corpus];
        (corpus, &corpus.queries[gathered.query].0)
    }

    /// Every query's candidates.
    pub(crate) fn gather(&self, weights: &Weights) -> Vec<JudgedCandidates> {
        let all: Vec<(usize, usize)> = (0..self.corpora.len())
            .flat_map(|corpus| {
                (0..self.corpora[corpus].queries.len()).map(move |query| (corpus, query))
            })
            .collect();
        in_threads(&all, |&(corpus, query)| JudgedCandidates {
            corpus,
            query,
            candidates: self.candidates(&self.corpora[corpus], query, weights),
        })
    }

    fn candidates(&self, corpus: &Corpus, query: usize, weights: &Weights) -> Vec<Candidate> {
        let lexical = self.mode != Mode::Vectors;
        let analysis = &corpus.queries[query].1;
        let weights = weights.for_kind(analysis.kind);
        let scan = if lexical {
            corpus.index.scan(analysis, &weights.scan)
        } else {
            corpus.index.scan_nothing()
        };
        let vectors = nearest(corpus, query);
        let options = RankOptions { lexical, ..RankOptions::default() };
        candidates(&corpus.index, analysis, &scan, &vectors, &weights, &options)
    }

    /// A query's ten results.
    pub(crate) fn hits(&self, gathered: &JudgedCandidates, weights: &Weights) -> Vec<Hit> {
        let corpus = &self.corpora[gathered.corpus];
        let weights = weights.for_kind(corpus.queries[gathered.query].1.kind);
        order(&gathered.candidates, &weights, 10)
            .into_iter()
            .map(|scored| {
                let chunk = &corpus.chunks[scored.candidate.doc as usize];
                Hit {
                    path: format!("{}{}", corpus.prefix, chunk.path),
                    start_line: chunk.lines.start,
                    end_line: chunk.lines.end,
                    score: scored.score,
                }
            })
            .collect()
    }

    /// NDCG@10 of every query.
    pub(crate) fn scores(&self, gathered: &[JudgedCandidates], weights: &Weights) -> Vec<f64> {
        in_threads(gathered, |one| ndcg(&self.query(one).1.targets, &self.hits(one, weights)))
    }

    /// The mean over the wanted projects of each one's mean.
    pub(crate) fn headline(
        &self,
        gathered: &[JudgedCandidates],
        scores: &[f64],
        wanted: &dyn Fn(&Corpus) -> bool,
    ) -> f64 {
        let mut sums: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for (one, &score) in gathered.iter().zip(scores) {
            if wanted(&self.corpora[one.corpus]) {
                sums.entry(one.corpus).or_default().push(score);
            }
        }
        mean(&sums.into_values().map(|scores| mean(&scores)).collect::<Vec<_>>())
    }

    pub(crate) fn summary(&self, gathered: &[JudgedCandidates], weights: &Weights) -> Summary {
        let scores = self.scores(gathered, weights);
        let mut categories: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        let mut repositories: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (one, &score) in gathered.iter().zip(&scores) {
            let (corpus, judged) = self.query(one);
            categories.entry(judged.category.clone()).or_default().push(score);
            repositories.entry(corpus.name.clone()).or_default().push(score);
        }
        let means = |groups: BTreeMap<String, Vec<f64>>| -> BTreeMap<String, f64> {
            groups.into_iter().map(|(name, scores)| (name, mean(&scores))).collect()
        };
        let repositories = means(repositories);
        let mut languages: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for corpus in &self.corpora {
            let score = repositories.get(&corpus.name).copied().unwrap_or_default();
            languages.entry(corpus.language.clone()).or_default().push(score);
        }
        Summary {
            overall: self.headline(gathered, &scores, &|_| true),
            categories: means(categories),
            languages: means(languages),
            repositories,
        }
    }
}

impl Summary {
    pub(crate) fn print(&self, long: bool) {
        println!("NDCG@10 {:.4}", self.overall);
        let groups = [&self.categories, &self.languages, &self.repositories];
        for group in groups.into_iter().take(if long { 3 } else { 1 }) {
            let parts: Vec<String> =
                group.iter().map(|(name, score)| format!("{name} {score:.3}")).collect();
            println!("  {}", parts.join("  "));
        }
    }
}

/// The chunks nearest to the query, exactly.
fn nearest(corpus: &Corpus, query: usize) -> Vec<VectorHit> {
    let Some(wanted) = corpus.query_vectors.get(query) else { return Vec::new() };
    let mut hits: Vec<(f32, u32)> = (0..)
        .zip(&corpus.chunks)
        .map(|(doc, chunk)| (chunk.vector.iter().zip(wanted).map(|(a, b)| a * b).sum(), doc))
        .collect();
    hits.sort_by(|a, b| b.0.total_cmp(&a.0));
    hits.truncate(NEAREST);
    hits.into_iter()
        .map(|(similarity, doc)| VectorHit { key: corpus.index.key_of(doc), similarity })
        .collect()
}

/// Maps a list on all cores, in order.
fn in_threads<T: Sync, R: Send>(list: &[T], map: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = list.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = list
            .chunks(part)
            .map(|part| scope.spawn(|| part.iter().map(&map).collect::<Vec<R>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("no thread panics")).collect()
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
