//! The ranking's tuner: judged queries against the lexical index and the ranking, without a database.
//! It is what the weights were found with; docs/retrieval.md says how.
//!
//! ```sh
//! cargo run --release -p sconce-rank --example tuner -- \
//!     --judgements DIR,… --trees DIR,… [--only a,b] [--mode words|hybrid|vectors] [--vectors DIR]
//!     [--max BYTES --min BYTES] [--header none|path|scopes|whole|name|signature] [--precision P]
//!     [--without signal,…] [--set name=value,…]
//!     [--ablate] [--misses] [--sweep name,…] [--tune ROUNDS] [--cross-validate ROUNDS]
//! ```
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

mod corpus;
mod score;
mod tune;
mod vectors;

use std::path::PathBuf;

use sconce_code::ChunkOptions;
use sconce_rank::eval::{Hit, ndcg};
use sconce_rank::{Signal, Weights};

use corpus::{Corpus, Header};
use score::{JudgedCandidates, Mode, Summary, Tuner};

fn main() {
    let arguments = Arguments(std::env::args().skip(1).collect());
    let mut chunks = ChunkOptions::default();
    chunks.max_bytes = arguments.number("--max").unwrap_or(chunks.max_bytes);
    chunks.min_bytes = arguments.number("--min").unwrap_or(chunks.min_bytes);
    let header = arguments.value("--header").map_or(Header::Product, Header::parse);
    let (judgements, trees) = (arguments.list("--judgements"), arguments.list("--trees"));
    let only = arguments.list("--only");
    let mut corpora = Vec::new();
    for (set, (judgements, trees)) in judgements.iter().zip(&trees).enumerate() {
        let of_set = Corpus::read(judgements.as_ref(), trees.as_ref(), &only, &chunks, header);
        corpora.extend(of_set.into_iter().map(|corpus| Corpus { set, ..corpus }));
    }
    let mode = match arguments.value("--mode").or(arguments.value("--arm")) {
        None | Some("words") => Mode::Words,
        Some("hybrid") => Mode::Hybrid,
        Some("vectors") => Mode::Vectors,
        Some(other) => panic!("no mode is called {other}"),
    };
    if mode != Mode::Words {
        let directory = arguments.value("--vectors").expect("--vectors DIR, where they are kept");
        let precision = arguments.value("--precision").unwrap_or("auto");
        let precision = precision.parse().expect("a precision");
        vectors::fill(&mut corpora, &PathBuf::from(directory), precision);
    }
    let mut weights = Weights::default();
    for setting in arguments.list("--set") {
        let (name, value) = setting.split_once('=').expect("--set name=value");
        let value = value.parse().expect("a number");
        *tune::knob(name).unwrap_or_else(|| panic!("no weight is called {name}"))(&mut weights) =
            value;
    }
    let without: Vec<Signal> = arguments
        .list("--without")
        .iter()
        .map(|name| Signal::parse(name).unwrap_or_else(|| panic!("no signal is called {name}")))
        .collect();
    let weights = weights.without(&without);
    let tuner = Tuner { corpora, mode };
    let gathered = tuner.gather(&weights);
    let summary = tuner.summary(&gathered, &weights);
    summary.print(true);
    if arguments.has("--misses") {
        print_misses(&tuner, &gathered, &weights);
    }
    if arguments.has("--ablate") {
        ablate(&tuner, &weights, &summary);
    }
    let swept = arguments.list("--sweep");
    if !swept.is_empty() {
        tune::sweep(&tuner, &weights, &swept);
    }
    if let Some(rounds) = arguments.number("--tune") {
        let best = tune::search(&tuner, &weights, rounds, &|_| true);
        tune::print_changes(&weights, std::slice::from_ref(&best));
        tuner.summary(&tuner.gather(&best), &best).print(true);
    }
    if let Some(rounds) = arguments.number("--cross-validate") {
        tune::cross_validate(&tuner, &weights, rounds);
    }
}

/// What each signal is worth: the figure without it, against the one with all.
fn ablate(tuner: &Tuner, weights: &Weights, all: &Summary) {
    println!("\n| without | NDCG@10 | difference | symbol queries |\n| --- | --- | --- | --- |");
    let row = |name: &str, signals: &[Signal]| {
        let weights = weights.without(signals);
        let summary = tuner.summary(&tuner.gather(&weights), &weights);
        let symbol = |summary: &Summary| summary.categories.get("symbol").copied().unwrap_or(0.0);
        println!(
            "| {name} | {:.4} | {:+.4} | {:+.4} |",
            summary.overall,
            summary.overall - all.overall,
            symbol(&summary) - symbol(all)
        );
    };
    for signal in Signal::ALL {
        row(signal.as_str(), &[signal]);
    }
    row("all signals", &Signal::ALL);
}

/// The queries whose first result is wrong, with what came instead.
fn print_misses(tuner: &Tuner, gathered: &[JudgedCandidates<'_>], weights: &Weights) {
    for query in gathered {
        let (corpus, judged) = tuner.query(query);
        let hits = tuner.hits(query, weights);
        let ranks: Vec<&[Hit]> = hits.chunks(1).collect();
        let gain = ndcg(&judged.targets, &ranks);
        if gain < 0.7 {
            println!("{gain:.2} {} [{}] {}", corpus.name, judged.category, judged.query);
            println!("     wanted {:?}", judged.targets);
            for hit in hits.iter().take(5) {
                println!("     {}:{}-{} {:.3}", hit.path, hit.start_line, hit.end_line, hit.score);
            }
        }
    }
}

/// The command line, as plain as a developer's may be.
struct Arguments(Vec<String>);

impl Arguments {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|argument| argument == name)
    }

    fn value(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|argument| argument == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.value(name).map(|value| value.parse().expect("a number"))
    }

    fn list(&self, name: &str) -> Vec<String> {
        self.value(name).map_or(Vec::new(), |list| list.split(',').map(str::to_owned).collect())
    }
}
