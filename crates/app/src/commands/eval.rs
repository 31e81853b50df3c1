//! `sconce eval`: how well projects are searched, by judged queries.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sconce_engine::{
    EvalError, EvalEvent, EvalOptions, EvalReport, Score, SearchMode, Signal, evaluate,
};

use super::Context;
use crate::cli::{EvalArgs, Mode};
use crate::failure::{Exit, Failure};

pub(super) async fn run(context: &Context, arguments: EvalArgs) -> Result<(), Failure> {
    let older = arguments.compare.as_deref().map(read_report).transpose()?;
    let options = EvalOptions {
        judgements: super::directory(&arguments.judgements)?,
        trees: super::directory(&arguments.trees)?,
        only: arguments.only,
        model: None,
        mode: match arguments.mode {
            Mode::Hybrid => SearchMode::Hybrid,
            Mode::Words => SearchMode::Words,
            Mode::Vectors => SearchMode::Vectors,
        },
        without: arguments.without.iter().map(|name| signal(name)).collect::<Result<_, _>>()?,
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
    let overall = report.overall();
    let (p50, p95) = report.latency();
    let mut text = format!("mode {}, model {}", report.mode, report.model);
    if !report.without.is_empty() {
        let _ = write!(text, ", without {}", report.without.join(", "));
    }
    let _ = writeln!(text, "\n\n{:<24} NDCG@10  recall@10  queries", "");
    row(&mut text, "overall", overall);
    for (title, scores) in [
        ("category", report.by_category()),
        ("language", report.by_language()),
        ("repository", report.by_repository()),
    ] {
        section(&mut text, title, &scores);
    }
    let _ = writeln!(text, "\nlatency  p50 {p50:.1} ms, p95 {p95:.1} ms");
    text
}

fn section(text: &mut String, title: &str, scores: &BTreeMap<&str, Score>) {
    let _ = writeln!(text, "\nby {title}");
    for (name, score) in scores {
        row(text, &format!("  {name}"), *score);
    }
}

fn row(text: &mut String, name: &str, score: Score) {
    let Score { ndcg, recall, queries } = score;
    let _ = writeln!(text, "{name:<24} {ndcg:>7.4}  {recall:>9.4}  {queries:>7}");
}

fn compared(report: &EvalReport, older: &EvalReport) -> String {
    let comparison = report.compare(older);
    let verdict = if comparison.is_real() { "a real difference" } else { "may be chance" };
    format!(
        "\ncompared over {} queries: {:.4} -> {:.4}, 95 % interval of the difference \
         {:+.4} to {:+.4}: {verdict}\n",
        comparison.queries, comparison.before, comparison.after, comparison.low, comparison.high
    )
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
