//! What surrounds a chunk: the definitions that it lies in, those within it, and its file's path.

use std::iter::successors;

use sconce_code::words;

use super::answer::{WHOLE_DEFINITION, is_part_of, whole_definition};
use super::evidence::Evidence;
use super::place_feature::{PlaceFeature, PlaceFeatures};
use crate::lexical::Definition;
use crate::path::PathTerms;
use crate::term::term_hash;

/// The terms of the query that some words are, each with what it counts there.
type Held = Vec<(usize, f32)>;

/// What the name of a definition within a chunk counts beside that of one around it.
const WITHIN: f32 = 0.3;

/// What surrounds the chunks of a file.
pub(super) struct Surroundings<'a> {
    evidence: &'a Evidence<'a>,
    definitions: Nested<'a>,
    /// What the path holds of it.
    path: Held,
}

impl<'a> Surroundings<'a> {
    pub(super) fn of_file(evidence: &'a Evidence<'a>, file: u32) -> Self {
        let held = |word: &str| evidence.forms.get(&term_hash(word)).copied();
        let of_name = |symbol: Definition<'a>| {
            let mut terms = Held::new();
            words::terms(symbol.name, |word| terms.extend(held(word)));
            (symbol, terms)
        };
        let path = PathTerms::of(evidence.index.path(file));
        let path = path.stem.iter().chain(path.directories.iter().flatten());
        Self {
            evidence,
            definitions: Nested::new(
                evidence.index.definitions_in(file).into_iter().map(of_name).collect(),
            ),
            path: path.filter_map(|word| held(word)).collect(),
        }
    }

    /// Adds what they say of one chunk.
    pub(super) fn add(&self, doc: u32, features: &mut PlaceFeatures) {
        let chunk = self.evidence.index.doc(doc).lines;
        let mut cover = Cover(vec![0.0; self.evidence.scan.worth.len()]);
        let mut begun = cover.clone();
        for (symbol, held) in self.definitions.around(chunk.start) {
            begun.add(held, 1.0);
            if is_part_of(chunk, symbol.lines) {
                cover.add(held, 1.0);
            }
        }
        begun.add(&self.path, 1.0);
        // Names of several definitions are no name together.
        let share = |cover: &Cover| {
            let within = self.definitions.beginning(chunk.start + 1, chunk.end);
            let names = within.iter().map(|(_, held)| held).filter(|held| !held.is_empty());
            let with = names.map(|held| cover.clone().with(held, WITHIN).share(self.evidence));
            with.fold(cover.share(self.evidence), f32::max)
        };
        features[PlaceFeature::Scope] = share(&cover);
        features[PlaceFeature::ScopeAndPath] = share(&begun);
        let symbols = self.definitions.around(chunk.start).map(|(symbol, _)| symbol);
        let whole = whole_definition(chunk, symbols, |symbol| (symbol.kind, symbol.lines));
        let lines = whole.map_or(0, |symbol| symbol.lines.count()).max(chunk.count());
        let share = (lines.max(1) as f32).ln() / (WHOLE_DEFINITION as f32).ln();
        features[PlaceFeature::Lines] = share.min(1.0);
    }
}

/// The definitions of a file, each with what its name holds of the query. A header can have a hundred thousand, and
/// as many chunks, so that none is asked of all.
struct Nested<'a> {
    /// By their first lines, those around others first.
    all: Vec<(Definition<'a>, Held)>,
    /// The last one before each whose lines go on where it begins.
    around: Vec<Option<usize>>,
}

impl<'a> Nested<'a> {
    fn new(mut all: Vec<(Definition<'a>, Held)>) -> Self {
        all.sort_by_key(|(symbol, _)| (symbol.lines.start, u32::MAX - symbol.lines.end));
        let mut around: Vec<Option<usize>> = Vec::with_capacity(all.len());
        for (at, (symbol, _)) in all.iter().enumerate() {
            let mut before = at.checked_sub(1);
            while let Some(one) = before.filter(|&one| all[one].0.lines.end < symbol.lines.start) {
                before = around[one];
            }
            around.push(before);
        }
        Self { all, around }
    }

    /// Those that a line lies in.
    fn around(&self, line: u32) -> impl Iterator<Item = &(Definition<'a>, Held)> {
        let last = self.begun_before(line + 1).checked_sub(1);
        let chain = successors(last, |&at| self.around[at]).map(|at| &self.all[at]);
        chain.filter(move |(symbol, _)| symbol.lines.contains(line))
    }

    /// Those that begin from one line to another.
    fn beginning(&self, first: u32, last: u32) -> &[(Definition<'a>, Held)] {
        let end = self.begun_before(last + 1);
        &self.all[self.begun_before(first).min(end)..end]
    }

    /// How many begin before a line.
    fn begun_before(&self, line: u32) -> usize {
        self.all.partition_point(|(symbol, _)| symbol.lines.start < line)
    }
}

/// What each term of the query counts among some words, the most of it.
#[derive(Clone)]
struct Cover(Vec<f32>);

impl Cover {
    fn add(&mut self, held: &[(usize, f32)], factor: f32) {
        for &(term, weight) in held {
            self.0[term] = self.0[term].max(weight * factor);
        }
    }

    fn with(mut self, held: &[(usize, f32)], factor: f32) -> Self {
        self.add(held, factor);
        self
    }

    /// How much of the query that is, by worth.
    fn share(&self, evidence: &Evidence<'_>) -> f32 {
        let held: f32 = self.0.iter().zip(&evidence.scan.worth).map(|(part, of)| part * of).sum();
        (held / evidence.scan.ideal.max(f32::MIN_POSITIVE)).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use sconce_code::{LineRange, SymbolKind};

    use super::*;

    #[test]
    fn nested_definitions_are_those_that_a_scan_of_all_finds() {
        // Nested, side by side, on one line, of the same lines, and one that overlaps its neighbour.
        let lines = [
            (1, 40),
            (2, 9),
            (3, 3),
            (3, 3),
            (4, 8),
            (12, 30),
            (12, 30),
            (14, 20),
            (18, 25),
            (26, 26),
            (41, 41),
        ];
        let definition = |(at, &(start, end)): (usize, &(u32, u32))| {
            let kind = SymbolKind::Function;
            let lines = LineRange { start, end };
            (Definition { doc: at as u32, kind, name: "", scope: "", lines }, Held::new())
        };
        let all: Vec<_> = lines.iter().rev().enumerate().map(definition).collect();
        let nested = Nested::new(all.clone());
        let numbers = |found: &mut dyn Iterator<Item = &(Definition<'_>, Held)>| {
            let mut numbers: Vec<u32> = found.map(|(symbol, _)| symbol.doc).collect();
            numbers.sort_unstable();
            numbers
        };
        for line in 0..45 {
            let around = numbers(&mut nested.around(line));
            assert_eq!(around, numbers(&mut all.iter().filter(|one| one.0.lines.contains(line))));
            for last in line..45 {
                let begun = |lines: LineRange| line < lines.start && lines.start <= last;
                let within = numbers(&mut nested.beginning(line + 1, last).iter());
                assert_eq!(within, numbers(&mut all.iter().filter(|one| begun(one.0.lines))));
            }
        }
    }
}
