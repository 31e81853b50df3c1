//! Which lines of a text answer the query.

use std::collections::HashMap;

use sconce_code::words;

use super::evidence::forms;
use crate::lexical::{Scan, ScanWeights};
use crate::query::QueryAnalysis;
use crate::term::term_hash;

/// What a line adds that says nothing new, against one that does.
const REPEATED: f32 = 0.1;
/// Lines that add less than this share of the query are not worth their room.
const LEAST_SHARE: f32 = 0.03;

/// Finds the lines of a text that hold the query's words.
#[derive(Debug, Clone, Default)]
pub struct LineMatcher {
    /// The query's forms: which term each is of, and what it counts there.
    forms: HashMap<u32, (usize, f32)>,
    /// What each of the query's terms is worth, as a share of them all.
    worth: Vec<f32>,
    /// Whether the query is about licences.
    asks_for_licences: bool,
}

/// Whether a text names a copyright or a licence.
fn is_of_a_licence(text: &str) -> bool {
    const MARKS: [&str; 3] = ["copyright", "spdx-", "licensed under"];
    let lower = text.to_lowercase();
    MARKS.iter().any(|mark| lower.contains(mark))
}

/// A line that matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineMatch {
    /// Its number in the text, from 0.
    pub line: usize,
    /// The share of the query, by worth, that it adds to the lines before it.
    pub share: f32,
}

impl LineMatcher {
    pub(super) fn new(query: &QueryAnalysis, weights: &ScanWeights, scan: &Scan) -> Self {
        let forms = forms(query, weights, |_| true);
        // Where the words find nothing, as in a search by vectors alone, each is worth the same.
        let mut worth = scan.worth.clone();
        worth.resize(query.terms.len(), 1.0);
        let all = worth.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        let asks_for_licences = is_of_a_licence(&query.text);
        Self { forms, worth: worth.iter().map(|worth| worth / all).collect(), asks_for_licences }
    }

    /// The lines, `most` of them at most, that hold most of the query together; in the text's order.
    /// The first of several that hold the same is taken. What is `told` beside them, such as a place's path
    /// and name, counts as held: a line that only says it again is the last to be taken.
    pub fn lines(&self, text: &str, told: &str, most: usize) -> Vec<LineMatch> {
        let lines: Vec<Vec<(usize, f32)>> = text.lines().map(|line| self.terms(line)).collect();
        let mut held = vec![0.0_f32; self.worth.len()];
        for (term, weight) in self.terms(told) {
            held[term] = weight;
        }
        let mut found: Vec<LineMatch> = Vec::new();
        while found.len() < most {
            let left = (0..lines.len()).filter(|line| found.iter().all(|one| one.line != *line));
            let best = left.map(|line| (line, self.gain(&lines[line], &held)));
            let best = best.fold((0, 0.0), |a, b| if b.1 > a.1 { b } else { a });
            if best.1 < LEAST_SHARE && !found.is_empty() || best.1 <= 0.0 {
                break;
            }
            for &(term, weight) in &lines[best.0] {
                held[term] = held[term].max(weight);
            }
            found.push(LineMatch { line: best.0, share: best.1 });
        }
        found.sort_by_key(|one| one.line);
        found
    }

    /// The share of the query, by worth, that a text holds.
    pub fn share(&self, text: &str) -> f32 {
        let held = self.terms(text).into_iter();
        held.map(|(term, weight)| self.worth.get(term).copied().unwrap_or_default() * weight).sum()
    }

    /// The query's terms on a line, each by its best form. A line of a licence is about nothing that a
    /// query asks for, whatever name stands in it.
    fn terms(&self, line: &str) -> Vec<(usize, f32)> {
        let mut found: Vec<(usize, f32)> = Vec::new();
        words::terms(line, |term| {
            let Some(&(term, weight)) = self.forms.get(&term_hash(term)) else { return };
            match found.iter_mut().find(|(known, _)| *known == term) {
                Some((_, best)) => *best = best.max(weight),
                None => found.push((term, weight)),
            }
        });
        if !found.is_empty() && !self.asks_for_licences && is_of_a_licence(line) {
            found.clear();
        }
        found
    }

    /// What a line adds to the terms that are held already.
    fn gain(&self, line: &[(usize, f32)], held: &[f32]) -> f32 {
        line.iter()
            .map(|&(term, weight)| {
                let new = (weight - held[term]).max(0.0);
                self.worth.get(term).copied().unwrap_or_default()
                    * (new + REPEATED * (weight - new))
            })
            .sum()
    }
}
