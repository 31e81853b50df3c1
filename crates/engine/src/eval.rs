//! `sconce eval`: how well projects are searched, by relevance judgements.
//!
//! A directory of judgements says what each query should find ([`JudgedRepository`]); the trees lie
//! beside it. What is not indexed yet is indexed, every query takes the way that `search_code`
//! takes, [`Index::search`], and the [`EvalReport`] says how good the rankings are, and whether
//! they are better than an older run's.

mod judgements;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sconce_rank::Signal;
use sconce_rank::eval::{
    BUDGETS, DEPTH, EvalReport, Hit, JudgedQuery, JudgedRepository, QueryOutcome, ndcg, recall,
    recall_within, results, tokens_until,
};

use crate::{Engine, EngineError, Index, IndexRequest, SearchMode, SearchRequest, SearchResult};

/// What is evaluated.
#[derive(Debug, Clone)]
pub struct EvalOptions {
    /// What is judged.
    pub sets: Vec<JudgedSet>,
    /// Names of the projects that are wanted; none wants all.
    pub only: Vec<String>,
    /// The model of indexes that are made; none takes the engine's own choice.
    pub model: Option<String>,
    /// The mode of the searches.
    pub mode: SearchMode,
    /// Signals that are switched off.
    pub without: Vec<Signal>,
    /// How an answer is printed for an agent: how many tokens reach to the end of each of its results
    /// that it shows.
    pub printed: fn(&[SearchResult]) -> Vec<usize>,
}

/// A set of judged projects.
#[derive(Debug, Clone)]
pub struct JudgedSet {
    /// What the report calls it.
    pub name: String,
    /// The directory of relevance judgements.
    pub judgements: PathBuf,
    /// The directory in which each project lies under its name.
    pub trees: PathBuf,
}

/// How far an evaluation is.
#[derive(Debug, Clone)]
pub enum EvalEvent {
    /// A project is about to be indexed, or brought up to date.
    Indexing {
        /// Its name.
        repository: String,
    },
    /// A project's queries are answered.
    Searched {
        /// Its name.
        repository: String,
        /// Its mean NDCG@10.
        ndcg: f64,
    },
}

/// Why an evaluation cannot be.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file or directory of judgements cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not what is expected.
    #[error("{} does not hold judgements: {source}", path.display())]
    Invalid {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// No project is judged, or none of those wanted.
    #[error("no judged project in {}", directory.display())]
    Nothing {
        /// The directory.
        directory: PathBuf,
    },
    /// Indexing or searching failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl EvalError {
    /// What to do about it, where it is not the engine's error.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Engine(_) => None,
            _ => Some(
                "a directory of judgements has `annotations/<name>.json` for each project: a list \
                 of {query, relevant, category}"
                    .to_owned(),
            ),
        }
    }
}

/// Asks every judged query, and says how good the answers are.
pub async fn evaluate(
    engine: &Engine,
    options: &EvalOptions,
    progress: &mut (dyn FnMut(EvalEvent) + Send),
) -> Result<EvalReport, EvalError> {
    let mut report = EvalReport {
        mode: options.mode.as_str().to_owned(),
        model: String::new(),
        without: options.without.iter().map(ToString::to_string).collect(),
        outcomes: Vec::new(),
    };
    for set in &options.sets {
        for repository in judgements::read(&set.judgements, &options.only)? {
            progress(EvalEvent::Indexing { repository: repository.name.clone() });
            let tree = set.trees.join(&repository.name);
            let root = repository.root.as_ref().map_or(tree.clone(), |root| tree.join(root));
            let index = index(engine, &root, options).await?;
            report.model.clone_from(&index.row().model);
            let mut sum = 0.0;
            for query in &repository.queries {
                let outcome = search(&index, &set.name, &repository, query, options).await?;
                sum += outcome.ndcg;
                report.outcomes.push(outcome);
            }
            let ndcg = sum / repository.queries.len().max(1) as f64;
            progress(EvalEvent::Searched { repository: repository.name, ndcg });
        }
    }
    Ok(report)
}

/// Indexes the directory, or what changed in it.
async fn index(engine: &Engine, root: &Path, options: &EvalOptions) -> Result<Index, EngineError> {
    let request = IndexRequest {
        root: root.to_path_buf(),
        model: options.model.clone(),
        ..IndexRequest::default()
    };
    let report = engine.start_index(request).await?.wait().await?;
    engine.index_named(&report.index).await
}

async fn search(
    index: &Index,
    set: &str,
    repository: &JudgedRepository,
    judged: &JudgedQuery,
    options: &EvalOptions,
) -> Result<QueryOutcome, EngineError> {
    let request = SearchRequest {
        query: judged.query.clone(),
        limit: DEPTH,
        mode: options.mode,
        without: options.without.clone(),
        ..SearchRequest::default()
    };
    let started = Instant::now();
    let response = index.search(&request).await?;
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    let hits = hits(&response.results, &repository.prefix(), &(options.printed)(&response.results));
    let results = results(&hits, judged.of_places());
    let ranks: Vec<&[Hit]> = results.iter().map(Vec::as_slice).collect();
    Ok(QueryOutcome {
        set: set.to_owned(),
        repository: repository.name.clone(),
        language: repository.language.clone(),
        query: judged.query.clone(),
        category: judged.category.clone(),
        ndcg: ndcg(&judged.targets, &ranks),
        recall: recall(&judged.targets, &ranks),
        recall_within: BUDGETS.map(|tokens| recall_within(&judged.targets, &hits, tokens)),
        tokens_until: tokens_until(&judged.targets, &hits),
        targets: judged.targets.clone(),
        hits,
        milliseconds,
    })
}

/// The places as they are judged. The judgements' paths begin at the repository's root, the index's at
/// the directory indexed.
fn hits(results: &[SearchResult], prefix: &str, printed: &[usize]) -> Vec<Hit> {
    let tokens = printed.iter().copied().map(Some).chain(std::iter::repeat(None));
    results
        .iter()
        .zip(tokens)
        .map(|(result, tokens)| Hit {
            path: format!("{prefix}{}", result.path),
            start_line: result.start_line,
            end_line: result.end_line,
            score: result.score,
            tokens,
        })
        .collect()
}
