//! What a run found, and how it compares with another.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::hit::Hit;
use super::judgements::Target;
use super::metric::{bootstrap, mean, percentile};

/// Tokens of an answer within which targets are counted.
pub const BUDGETS: [usize; 4] = [500, 1000, 2000, 4000];

/// A query's result.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QueryOutcome {
    /// The set of judgements.
    #[serde(default)]
    pub set: String,
    /// The project.
    pub repository: String,
    /// Its language.
    pub language: String,
    /// The query.
    pub query: String,
    /// Its category.
    pub category: String,
    /// What it should have found.
    pub targets: Vec<Target>,
    /// The places it found, in the order of the answer.
    pub hits: Vec<Hit>,
    /// NDCG@10.
    pub ndcg: f64,
    /// Recall@10.
    pub recall: f64,
    /// The share of the targets that the answer shows within each of [`BUDGETS`].
    #[serde(default)]
    pub recall_within: [f64; BUDGETS.len()],
    /// Tokens of the answer until the first target; none where it shows none.
    #[serde(default)]
    pub tokens_until: Option<usize>,
    /// How long the search took, in milliseconds.
    pub milliseconds: f64,
}

/// A run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EvalReport {
    /// The mode of the searches.
    #[serde(rename = "arm")]
    pub mode: String,
    /// The model of the indexes.
    pub model: String,
    /// The signals that were switched off.
    pub without: Vec<String>,
    /// Every query.
    pub outcomes: Vec<QueryOutcome>,
}

/// Scores of some of the queries.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// NDCG@10.
    pub ndcg: f64,
    /// Recall@10.
    pub recall: f64,
    /// The share of the targets that answers show within each of [`BUDGETS`].
    pub recall_within: [f64; BUDGETS.len()],
    /// The median of the answers' tokens until their first target; more than all of them where most
    /// answers show none.
    pub tokens_until: f64,
    /// How many queries.
    pub queries: usize,
}

impl Score {
    /// Over queries.
    fn of(outcomes: &[&QueryOutcome]) -> Self {
        let until = |outcome: &&QueryOutcome| {
            outcome.tokens_until.map_or(f64::INFINITY, |tokens| tokens as f64)
        };
        Self {
            ndcg: mean(outcomes.iter().map(|outcome| outcome.ndcg)),
            recall: mean(outcomes.iter().map(|outcome| outcome.recall)),
            recall_within: std::array::from_fn(|at| {
                mean(outcomes.iter().map(|outcome| outcome.recall_within[at]))
            }),
            tokens_until: percentile(outcomes.iter().map(until).collect(), 0.5),
            queries: outcomes.len(),
        }
    }

    /// The mean of scores; the tokens are their median.
    fn mean_of(scores: &[Self]) -> Self {
        Self {
            ndcg: mean(scores.iter().map(|score| score.ndcg)),
            recall: mean(scores.iter().map(|score| score.recall)),
            recall_within: std::array::from_fn(|at| {
                mean(scores.iter().map(|score| score.recall_within[at]))
            }),
            tokens_until: percentile(scores.iter().map(|score| score.tokens_until).collect(), 0.5),
            queries: scores.iter().map(|score| score.queries).sum(),
        }
    }
}

/// Whether a run is better than an older one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Comparison {
    /// Queries that both runs have.
    pub queries: usize,
    /// The older run's NDCG@10 over them: the mean over projects of each one's mean.
    pub before: f64,
    /// This run's.
    pub after: f64,
    /// The 95 % interval of the difference.
    pub low: f64,
    /// The 95 % interval of the difference.
    pub high: f64,
    /// The share of resamples in which this run is not better.
    pub chance: f64,
}

impl Comparison {
    /// Whether the interval leaves 0 out, in the four digits that are printed.
    pub fn is_real(&self) -> bool {
        const LEAST: f64 = 5e-5;
        self.low > LEAST || self.high < -LEAST
    }
}

impl EvalReport {
    /// The names of the sets, in the order of the run.
    pub fn sets(&self) -> Vec<&str> {
        let mut sets: Vec<&str> = Vec::new();
        for outcome in &self.outcomes {
            if !sets.contains(&outcome.set.as_str()) {
                sets.push(&outcome.set);
            }
        }
        sets
    }

    /// The part of the run that is of one set.
    #[must_use]
    pub fn of_set(&self, set: &str) -> Self {
        let outcomes = self.outcomes.iter().filter(|outcome| outcome.set == set);
        Self { outcomes: outcomes.cloned().collect(), ..self.clone() }
    }

    /// The headline: the mean over projects of each one's mean.
    pub fn overall(&self) -> Score {
        Score::mean_of(&self.by_repository().into_values().collect::<Vec<_>>())
    }

    /// By project.
    pub fn by_repository(&self) -> BTreeMap<&str, Score> {
        self.by(|outcome| &outcome.repository)
    }

    /// By category, over all queries of one.
    pub fn by_category(&self) -> BTreeMap<&str, Score> {
        self.by(|outcome| &outcome.category)
    }

    /// By language: the mean over its projects of each one's mean.
    pub fn by_language(&self) -> BTreeMap<&str, Score> {
        let repositories = self.by_repository();
        let mut languages: BTreeMap<&str, Vec<Score>> = BTreeMap::new();
        for (&repository, &score) in &repositories {
            let outcome = self.outcomes.iter().find(|outcome| outcome.repository == repository);
            let language = outcome.map_or("", |outcome| outcome.language.as_str());
            languages.entry(language).or_default().push(score);
        }
        languages
            .into_iter()
            .map(|(language, scores)| (language, Score::mean_of(&scores)))
            .collect()
    }

    fn by<'a>(&'a self, key: impl Fn(&'a QueryOutcome) -> &'a str) -> BTreeMap<&'a str, Score> {
        let mut groups: BTreeMap<&str, Vec<&QueryOutcome>> = BTreeMap::new();
        for outcome in &self.outcomes {
            groups.entry(key(outcome)).or_default().push(outcome);
        }
        groups.into_iter().map(|(name, group)| (name, Score::of(&group))).collect()
    }

    /// The median latency and the one that 95 % of the searches stay under, in milliseconds.
    pub fn latency(&self) -> (f64, f64) {
        let all: Vec<f64> = self.outcomes.iter().map(|outcome| outcome.milliseconds).collect();
        (percentile(all.clone(), 0.5), percentile(all, 0.95))
    }

    /// Compares the queries that both have by a paired bootstrap within each project; both runs are of
    /// one set.
    pub fn compare(&self, older: &Self) -> Comparison {
        let mut before: BTreeMap<(&str, &str), VecDeque<f64>> = BTreeMap::new();
        for outcome in &older.outcomes {
            let key = (outcome.repository.as_str(), outcome.query.as_str());
            before.entry(key).or_default().push_back(outcome.ndcg);
        }
        let mut pairs: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
        for outcome in &self.outcomes {
            let key = (outcome.repository.as_str(), outcome.query.as_str());
            // A query that is asked twice is paired in the order of asking.
            if let Some(old) = before.get_mut(&key).and_then(VecDeque::pop_front) {
                pairs.entry(&outcome.repository).or_default().push((old, outcome.ndcg));
            }
        }
        let differences: Vec<Vec<f64>> = pairs
            .values()
            .map(|pairs| pairs.iter().map(|(old, new)| new - old).collect())
            .collect();
        let (low, high, chance) = bootstrap(&differences);
        Comparison {
            queries: pairs.values().map(Vec::len).sum(),
            before: mean(pairs.values().map(|pairs| mean(pairs.iter().map(|pair| pair.0)))),
            after: mean(pairs.values().map(|pairs| mean(pairs.iter().map(|pair| pair.1)))),
            low,
            high,
            chance,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(repository: &str, language: &str, query: &str, ndcg: f64) -> QueryOutcome {
        QueryOutcome {
            repository: repository.to_owned(),
            language: language.to_owned(),
            query: query.to_owned(),
            category: query[..1].to_owned(),
            targets: Vec::new(),
            hits: Vec::new(),
            ndcg,
            recall: ndcg,
            set: String::new(),
            recall_within: [ndcg; BUDGETS.len()],
            tokens_until: None,
            milliseconds: ndcg * 10.0,
        }
    }

    fn report(outcomes: Vec<QueryOutcome>) -> EvalReport {
        EvalReport {
            mode: "words".to_owned(),
            model: "m".to_owned(),
            without: Vec::new(),
            outcomes,
        }
    }

    #[test]
    fn the_headline_counts_every_repository_alike() {
        let report = report(vec![
            outcome("a", "rust", "x1", 1.0),
            outcome("a", "rust", "x2", 1.0),
            outcome("a", "rust", "y1", 1.0),
            outcome("b", "rust", "x1", 0.0),
        ]);
        assert!((report.overall().ndcg - 0.5).abs() < 1e-12);
        assert!((report.by_language()["rust"].ndcg - 0.5).abs() < 1e-12);
        assert!((report.by_category()["x"].ndcg - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(report.by_repository()["a"].queries, 3);
        assert_eq!(report.latency(), (10.0, 10.0));
    }

    #[test]
    fn a_comparison_pairs_the_queries_that_both_have() {
        let names = ["x1", "x2", "x3", "x4", "x5"];
        let run = |score: f64, more: &str| {
            let mut outcomes: Vec<QueryOutcome> =
                names.iter().map(|name| outcome("a", "rust", name, score)).collect();
            outcomes.push(outcome("a", "rust", more, 0.0));
            report(outcomes)
        };
        let comparison = run(0.8, "new").compare(&run(0.5, "old"));
        assert_eq!(comparison.queries, 5);
        assert!((comparison.after - comparison.before - 0.3).abs() < 1e-9);
        assert!(comparison.is_real());
        assert!(!run(0.5, "z").compare(&run(0.5, "z")).is_real());
    }

    #[test]
    fn a_query_asked_twice_is_paired_in_its_order() {
        let run = || report([0.2, 0.9].map(|score| outcome("a", "rust", "x", score)).into());
        let comparison = run().compare(&run());
        assert_eq!((comparison.queries, comparison.low, comparison.high), (2, 0.0, 0.0));
    }
}
