//! Runs all queries under a table of weights.

use std::collections::BTreeMap;

use sconce_rank::eval::{Hit, JudgedQuery, Target, ndcg, recall, results};
use sconce_rank::{Candidates, Place, RankOptions, RankedFile, VectorHit, Weights, arrange};

use super::corpus::Corpus;

/// Vectors' hits that the ranking gets; the store hands it as many.
const NEAREST: usize = 200;
/// Files of an answer, and places of the best of them.
const LIMIT: usize = 10;
/// Places that are looked at, as the engine does.
const PLACES: usize = 30;

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
pub(crate) struct JudgedCandidates<'a> {
    pub(crate) corpus: usize,
    query: usize,
    candidates: Candidates<'a>,
    similarities: Vec<VectorHit>,
}

/// Figures of a run.
pub(crate) struct Summary {
    /// The mean over projects of each one's mean NDCG@10.
    pub(crate) overall: f64,
    pub(crate) recall: f64,
    pub(crate) categories: BTreeMap<String, f64>,
    languages: BTreeMap<String, f64>,
    repositories: BTreeMap<String, f64>,
    sets: Vec<(f64, f64)>,
}

impl Tuner {
    pub(crate) fn query(&self, gathered: &JudgedCandidates<'_>) -> (&Corpus, &JudgedQuery) {
        let corpus = &self.corpora[gathered.corpus];
        (corpus, &corpus.queries[gathered.query].0)
    }

    /// Every query's candidates.
    pub(crate) fn gather(&self, weights: &Weights) -> Vec<JudgedCandidates<'_>> {
        let all: Vec<(usize, usize)> = (0..self.corpora.len())
            .flat_map(|corpus| {
                (0..self.corpora[corpus].queries.len()).map(move |query| (corpus, query))
            })
            .collect();
        in_threads(&all, |&(number, query)| {
            let corpus = &self.corpora[number];
            let options = RankOptions {
                lexical: self.mode != Mode::Vectors,
                limit: LIMIT,
                weights: weights.clone(),
                ..RankOptions::default()
            };
            let (nearest, similarities) = similarities(corpus, query);
            let analysis = &corpus.queries[query].1;
            let candidates = Candidates::gather(&corpus.index, analysis, &nearest, &options);
            JudgedCandidates { corpus: number, query, candidates, similarities }
        })
    }

    /// The results of a query, each a place or, where files are asked for, all places of a file.
    fn results(&self, gathered: &JudgedCandidates<'_>, weights: &Weights) -> Vec<Vec<Hit>> {
        let (corpus, judged) = self.query(gathered);
        let hits = self.hits(gathered, weights);
        debug_assert!(hits.iter().all(|hit| hit.path.starts_with(&corpus.prefix)));
        results(&hits, judged.of_places())
    }

    /// A query's places, in the order of the answer.
    pub(crate) fn hits(&self, gathered: &JudgedCandidates<'_>, weights: &Weights) -> Vec<Hit> {
        let corpus = &self.corpora[gathered.corpus];
        let weights = weights.for_kind(corpus.queries[gathered.query].1.kind);
        let files = gathered.candidates.rank_by(weights).places(&gathered.similarities);
        let found = best_chunks(corpus, &files);
        let places: Vec<Place> = found.iter().map(|(_, place)| place.clone()).collect();
        let arranged = arrange(&places, LIMIT);
        let order = arranged.best.into_iter().chain(arranged.others);
        let hit = |at: usize| Hit {
            path: format!("{}{}", corpus.prefix, corpus.chunks[found[at].0 as usize].path),
            start_line: places[at].lines.start,
            end_line: places[at].lines.end,
            score: places[at].score,
            tokens: None,
        };
        order.map(hit).collect()
    }

    fn measured(
        &self,
        one: &JudgedCandidates<'_>,
        weights: &Weights,
        measure: fn(&[Target], &[&[Hit]]) -> f64,
    ) -> f64 {
        let results = self.results(one, weights);
        let ranks: Vec<&[Hit]> = results.iter().map(Vec::as_slice).collect();
        measure(&self.query(one).1.targets, &ranks)
    }

    /// NDCG@10 of every query.
    pub(crate) fn scores(&self, gathered: &[JudgedCandidates<'_>], weights: &Weights) -> Vec<f64> {
        in_threads(gathered, |one| self.measured(one, weights, ndcg))
    }

    /// The mean over the wanted projects of each one's mean.
    pub(crate) fn headline(
        &self,
        gathered: &[JudgedCandidates<'_>],
        scores: &[f64],
        wanted: &dyn Fn(&Corpus) -> bool,
    ) -> f64 {
        let mut sums: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for (one, &score) in gathered.iter().zip(scores) {
            if wanted(&self.corpora[one.corpus]) {
                sums.entry(one.corpus).or_default().push(score);
            }
        }
        let mut sets: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for (corpus, scores) in sums {
            sets.entry(self.corpora[corpus].set).or_default().push(mean(&scores));
        }
        mean(&sets.into_values().map(|scores| mean(&scores)).collect::<Vec<_>>())
    }

    pub(crate) fn summary(&self, gathered: &[JudgedCandidates<'_>], weights: &Weights) -> Summary {
        let scores = self.scores(gathered, weights);
        let recalls = in_threads(gathered, |one| self.measured(one, weights, recall));
        let mut categories: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        let mut repositories: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (one, &score) in gathered.iter().zip(&scores) {
            let (corpus, judged) = self.query(one);
            categories.entry(judged.category.clone()).or_default().push(score);
            repositories.entry(corpus.name.clone()).or_default().push(score);
        }
        let sets = (0..=self.corpora.iter().map(|c| c.set).max().unwrap_or(0))
            .map(|set| {
                (
                    self.headline(gathered, &scores, &|c| c.set == set),
                    self.headline(gathered, &recalls, &|c| c.set == set),
                )
            })
            .collect();
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
            sets,
            recall: self.headline(gathered, &recalls, &|_| true),
            categories: means(categories),
            languages: means(languages),
            repositories,
        }
    }
}

impl Summary {
    /// NDCG@10 and recall@10, of all sets and of each.
    pub(crate) fn print_sets(&self) {
        print!("NDCG@10 {:.4} recall@10 {:.4}", self.overall, self.recall);
        for (ndcg, recall) in &self.sets {
            print!("  [{ndcg:.4} {recall:.4}]");
        }
        println!();
    }

    pub(crate) fn print(&self, long: bool) {
        self.print_sets();
        let groups = [&self.categories, &self.languages, &self.repositories];
        for group in groups.into_iter().take(if long { 3 } else { 1 }) {
            let parts: Vec<String> =
                group.iter().map(|(name, score)| format!("{name} {score:.3}")).collect();
            println!("  {}", parts.join("  "));
        }
    }
}

/// The chunks that are looked at, by their number, and their places.
fn best_chunks(corpus: &Corpus, files: &[RankedFile]) -> Vec<(u32, Place)> {
    let mut found: Vec<(u32, Place)> = Vec::new();
    for (file_rank, file) in files.iter().enumerate() {
        found.extend(file.places.iter().filter_map(|place| {
            let doc = corpus.index.doc_of(place.key)?;
            let lines = corpus.chunks[doc as usize].place;
            Some((doc, Place { file_rank, lines, score: place.score }))
        }));
    }
    found.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
    let mut taken = 0;
    let mut seen = vec![false; files.len()];
    found.retain(|(_, place)| {
        taken += 1;
        let is_first = !std::mem::replace(&mut seen[place.file_rank], true);
        taken <= PLACES || is_first
    });
    found
}

/// The chunks nearest to the query, exactly, and the similarities of all.
fn similarities(corpus: &Corpus, query: usize) -> (Vec<VectorHit>, Vec<VectorHit>) {
    let Some(wanted) = corpus.query_vectors.get(query) else { return (Vec::new(), Vec::new()) };
    let all: Vec<VectorHit> = (0..)
        .zip(&corpus.chunks)
        .map(|(doc, chunk)| VectorHit {
            key: corpus.index.key_of(doc),
            similarity: chunk.vector.iter().zip(wanted).map(|(a, b)| a * b).sum(),
        })
        .collect();
    let mut nearest = all.clone();
    nearest.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    nearest.truncate(NEAREST);
    (nearest, all)
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
