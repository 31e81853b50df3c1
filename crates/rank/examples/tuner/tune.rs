//! A coordinate search over the weights, and what it is worth on projects it has not seen.

use sconce_rank::{FEATURES, PLACE_FEATURES, PathClass, Weights};

use super::corpus::Corpus;
use super::score::{JudgedCandidates, Tuner};

/// Groups of projects that are left out in turn.
const FOLDS: usize = 5;

/// What a doubling of a weight must bring, at least, to be worth it: without this pull the search
/// fits the judged queries and nothing else.
const PULL: f64 = 3e-4;

/// A weight in its table.
type Knob = Box<dyn Fn(&mut Weights) -> &mut f32 + Sync>;

/// A weight that the search may turn.
struct Turned {
    name: String,
    knob: Knob,
    /// Weights of the scan ask for candidates to be gathered again.
    of_scan: bool,
    highest: f32,
}

fn turned() -> Vec<Turned> {
    let mut all: Vec<Turned> = Vec::new();
    let mut add = |name: &str, of_scan: bool, highest: f32, knob: Knob| {
        all.push(Turned { name: name.to_owned(), knob, of_scan, highest });
    };
    for &(feature, _, _) in &FEATURES {
        let name = format!("{feature:?}");
        add(&name, false, f32::MAX, Box::new(move |weights| &mut weights.features[feature]));
    }
    for &(feature, _, _) in &PLACE_FEATURES {
        let name = format!("Place{feature:?}");
        add(&name, false, f32::MAX, Box::new(move |weights| &mut weights.places[feature]));
    }
    for at in 0..PathClass::ALL.len() {
        add(&format!("class{at}"), false, 1.0, Box::new(move |weights| &mut weights.classes[at].1));
    }
    macro_rules! fields {
        ($($name:literal $highest:expr, $of_scan:literal => $($field:ident).+;)*) => {
            $(add($name, $of_scan, $highest, Box::new(|weights| &mut weights.$($field).+));)*
        };
    }
    fields! {
        "vectors_for_names" f32::MAX, false => vectors_for_names;
        "best_place" f32::MAX, false => best_place;
        "place_test_code" 1.0, false => place_test_code;
        "place_imports" 1.0, false => place_imports;
        "duplicate" 1.0, false => duplicate;
        "test_code" 1.0, false => test_code;
        "imports" 1.0, false => imports;
        "depth" 1.0, false => depth;
        "body_k1" f32::MAX, true => scan.body_k1;
        "body_b" 1.0, true => scan.body_b;
        "file_k1" f32::MAX, true => scan.file_k1;
        "file_b" 1.0, true => scan.file_b;
        "names_k1" f32::MAX, true => scan.names_k1;
        "names_b" 1.0, true => scan.names_b;
        "frame" 1.0, true => scan.frame;
        "whole" f32::MAX, true => scan.whole;
        "part" f32::MAX, true => scan.part;
        "compound" f32::MAX, true => scan.compound;
        "inflected" 1.0, true => scan.inflected;
        "derived" 1.0, true => scan.derived;
        "abbreviated" 1.0, true => scan.abbreviated;
        "prefix" 1.0, true => scan.prefix;
    }
    all
}

/// The weight called `name`, as `--set` names it.
pub(crate) fn knob(name: &str) -> Option<Knob> {
    turned().into_iter().find(|turned| turned.name == name).map(|turned| turned.knob)
}

impl Turned {
    fn value(&self, weights: &Weights) -> f32 {
        *(self.knob)(&mut weights.clone())
    }

    fn set(&self, weights: &Weights, value: f32) -> Weights {
        let mut weights = weights.clone();
        *(self.knob)(&mut weights) = value;
        weights
    }

    /// Values around the present one.
    fn tries(&self, value: f32) -> Vec<f32> {
        let mut tries: Vec<f32> =
            [0.5, 0.75, 0.9, 1.1, 1.3, 1.7, 2.5].iter().map(|factor| value * factor).collect();
        if self.name == "depth" {
            tries = vec![value - 0.03, value - 0.01, value + 0.01, value + 0.03];
        }
        tries.retain(|tried| (0.01..=self.highest).contains(tried));
        tries
    }
}

/// Turns one weight after another as long as it helps the wanted projects.
pub(crate) fn search(
    tuner: &Tuner,
    start: &Weights,
    rounds: usize,
    wanted: &dyn Fn(&Corpus) -> bool,
) -> Weights {
    let turned = turned();
    let cost = |weights: &Weights| -> f64 {
        let moved = turned.iter().map(|turned| {
            let (now, before) = (turned.value(weights), turned.value(start));
            f64::from((now + 0.05) / (before + 0.05)).log2().powi(2)
        });
        moved.sum::<f64>() * PULL
    };
    let figure = |gathered: &[JudgedCandidates<'_>], weights: &Weights| {
        tuner.headline(gathered, &tuner.scores(gathered, weights), wanted) - cost(weights)
    };
    let mut best = start.clone();
    let mut gathered = tuner.gather(&best);
    let mut highest = figure(&gathered, &best);
    for _ in 0..rounds {
        let before = highest;
        for turned in &turned {
            for value in turned.tries(turned.value(&best)) {
                let tried = turned.set(&best, value);
                let again = turned.of_scan.then(|| tuner.gather(&tried));
                let reached = figure(again.as_ref().unwrap_or(&gathered), &tried);
                if reached > highest {
                    (highest, best) = (reached, tried);
                    gathered = again.unwrap_or(gathered);
                }
            }
        }
        // Candidates were chosen under older weights.
        gathered = tuner.gather(&best);
        highest = figure(&gathered, &best);
        if highest < before + 1e-4 {
            break;
        }
    }
    best
}

/// Prints the figures with each of the named weights at values around its own, the others as they are.
pub(crate) fn sweep(tuner: &Tuner, weights: &Weights, names: &[String]) {
    let gathered = tuner.gather(weights);
    for turned in turned().iter().filter(|turned| names.contains(&turned.name)) {
        for value in turned.tries(turned.value(weights)) {
            let tried = turned.set(weights, value);
            let again = turned.of_scan.then(|| tuner.gather(&tried));
            print!("{} {value:.3}: ", turned.name);
            tuner.summary(again.as_ref().unwrap_or(&gathered), &tried).print_sets();
        }
    }
}

/// Searches without one group of projects after another, and prints what each search brings to
/// the group that it has not seen, and which weights moved.
pub(crate) fn cross_validate(tuner: &Tuner, start: &Weights, rounds: usize) {
    let mut names: Vec<&str> = tuner.corpora.iter().map(|corpus| corpus.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let fold_of =
        |corpus: &Corpus| names.iter().position(|&name| name == corpus.name).unwrap_or(0) % FOLDS;
    let mut found = Vec::new();
    let (mut before, mut after) = (0.0, 0.0);
    for fold in 0..FOLDS {
        let unseen = |corpus: &Corpus| fold_of(corpus) == fold;
        let best = search(tuner, start, rounds, &|corpus| !unseen(corpus));
        let on_unseen = |weights: &Weights| {
            let gathered = tuner.gather(weights);
            tuner.headline(&gathered, &tuner.scores(&gathered, weights), &unseen)
        };
        let (was, is) = (on_unseen(start), on_unseen(&best));
        println!("without group {fold}: {was:.4} -> {is:.4} on it");
        let count = tuner.corpora.iter().filter(|corpus| unseen(corpus)).count() as f64;
        before += was * count;
        after += is * count;
        found.push(best);
    }
    let count = tuner.corpora.len() as f64;
    println!("unseen projects: {:.4} -> {:.4}", before / count, after / count);
    print_changes(start, &found);
}

/// The weights that moved, in each of the searches.
pub(crate) fn print_changes(start: &Weights, found: &[Weights]) {
    for turned in turned() {
        let before = turned.value(start);
        let after: Vec<f32> = found.iter().map(|weights| turned.value(weights)).collect();
        if after.iter().any(|&value| (value - before).abs() > f32::EPSILON) {
            let after: Vec<String> = after.iter().map(|value| format!("{value:.3}")).collect();
            println!("{}: {before:.3} -> {}", turned.name, after.join(" "));
        }
    }
}
