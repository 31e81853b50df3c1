//! `sconce eval`: how well projects are searched, by judged queries.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sconce_engine::{
    BUDGETS, EvalError, EvalEvent, EvalOptions, EvalReport, JudgedSet, Score, SearchResult, Signal,
    evaluate,
};

use super::Context;
use crate::cli::EvalArgs;
use crate::failure::{Exit, Failure};
use crate::output::{Budget, compact};

/// The room that `search_code` has unless it is given another.
const USUAL_TOKENS: u32 = 4000;

pub(super) async fn run(context: &Context, arguments: EvalArgs) -> Result<(), Failure> {
    let older = arguments.compare.as_deref().map(read_report).transpose()?;
    let options = EvalOptions {
        sets: sets(&arguments)?,
        only: arguments.only,
        model: None,
        mode: arguments.mode.into(),
        without: arguments.without.iter().map(|name| signal(name)).collect::<Result<_, _>>()?,
        printed,
    };
    let engine = context.engine().await?;
    let report =
        evaluate(&engine, &options, &mut |event| context.output.notice(&line(&event))).await?;
    if let Some(path) = &arguments.output {
        let text = serde_json::to_string_pretty(&report)
            .map_err(|error| Failure::new(Exit::Error, error.to_string()))?;
        std::fs::write(path, text)
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))?;
    }
    if context.output.json {
        return context.output.print_json(&report);
    }
    let mut text = summary(&report);
    if let Some(older) = older {
        text.push_str(&compared(&report, &older));
    }
    context.output.print(&text)
}

/// The sets, called by their directories of judgements.
fn sets(arguments: &EvalArgs) -> Result<Vec<JudgedSet>, Failure> {
    let first = [arguments.judgements.clone(), arguments.trees.clone()];
    let also = arguments.also.chunks_exact(2);
    std::iter::once(&first[..])
        .chain(also)
        .map(|pair| {
            let judgements = super::directory(&pair[0])?;
            let name = judgements.file_name().map(|name| name.to_string_lossy().into_owned());
            Ok(JudgedSet {
                name: name.unwrap_or_default(),
                trees: super::directory(&pair[1])?,
                judgements,
            })
        })
        .collect()
}

/// How many tokens of the answer of `search_code` reach to the end of each result: characters by four.
fn printed(results: &[SearchResult]) -> Vec<usize> {
    let answer = compact(results, &[], Budget::new(false, USUAL_TOKENS), None);
    let characters = |end: &usize| answer.text[..*end].chars().count();
    answer.ends.iter().map(|end| characters(end).div_ceil(4)).collect()
}

fn signal(name: &str) -> Result<Signal, Failure> {
    Signal::parse(name).ok_or_else(|| {
        let known: Vec<&str> = Signal::ALL.iter().map(|signal| signal.as_str()).collect();
        Failure::usage(format!("there is no ranking signal '{name}'"))
            .with_hint(format!("there are: {}", known.join(", ")))
    })
}

fn read_report(path: &Path) -> Result<EvalReport, Failure> {
    let wrong = |reason: String| {
        Failure::usage(format!("{} is no report of an evaluation: {reason}", path.display()))
            .with_hint("make one with `sconce eval … --output FILE`")
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}

fn line(event: &EvalEvent) -> String {
    match event {
        EvalEvent::Indexing { repository } => format!("{repository}: indexing what changed"),
        EvalEvent::Searched { repository, ndcg } => format!("{repository}: NDCG@10 {ndcg:.3}"),
    }
}

fn summary(report: &EvalReport) -> String {
    let (p50, p95) = report.latency();
    let mut text = format!("mode {}, model {}", report.mode, report.model);
    if !report.without.is_empty() {
        let _ = write!(text, ", without {}", report.without.join(", "));
    }
    let _ = write!(text, "\n\n{:<24} NDCG@10  recall@10", "");
    for budget in BUDGETS {
        let _ = write!(text, "  in {budget:>4}");
    }
    text.push_str("  tokens  queries\n");
    for set in report.sets() {
        row(&mut text, set, report.of_set(set).overall());
    }
    for set in report.sets() {
        let report = report.of_set(set);
        for (title, scores) in [
            ("category", report.by_category()),
            ("language", report.by_language()),
            ("repository", report.by_repository()),
        ] {
            section(&mut text, &format!("{set} by {title}"), &scores);
        }
    }
    let _ = writeln!(
        text,
        "\n\"in 500\": recall within so many tokens of the answer; \"tokens\": until its first \
         target, the median\nlatency  p50 {p50:.1} ms, p95 {p95:.1} ms"
    );
    text
}

fn section(text: &mut String, title: &str, scores: &BTreeMap<&str, Score>) {
    let _ = writeln!(text, "\n{title}");
    for (name, score) in scores {
        row(text, &format!("  {name}"), *score);
    }
}

fn row(text: &mut String, name: &str, score: Score) {
    let Score { ndcg, recall, recall_within, tokens_until, queries } = score;
    let _ = write!(text, "{name:<24} {ndcg:>7.4}  {recall:>9.4}");
    for share in recall_within {
        let _ = write!(text, "  {share:>7.4}");
    }
    let _ = writeln!(text, "  {tokens_until:>6.0}  {queries:>7}");
}

fn compared(report: &EvalReport, older: &EvalReport) -> String {
    let mut text = String::new();
    for set in report.sets() {
        let comparison = report.of_set(set).compare(&older.of_set(set));
        let verdict = if comparison.is_real() { "a real difference" } else { "may be chance" };
        let _ = writeln!(
            text,
            "{set} compared over {} queries: {:.4} -> {:.4}, 95 % interval of the difference \
             {:+.4} to {:+.4}: {verdict}",
            comparison.queries,
            comparison.before,
            comparison.after,
            comparison.low,
            comparison.high
        );
    }
    text
}

impl From<EvalError> for Failure {
    fn from(error: EvalError) -> Failure {
        match error {
            EvalError::Engine(error) => error.into(),
            other => {
                let hint = other.hint();
                let failure = Failure::usage(other.to_string());
                hint.map_or(failure.clone(), |hint| failure.with_hint(hint))
            }
        }
    }
}
