//! A result, as it is judged.

use sconce_code::LineRange;
use serde::{Deserialize, Serialize};

/// A result of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// From the repository's root.
    pub path: String,
    /// The first line.
    pub start_line: u32,
    /// The last line.
    pub end_line: u32,
    /// Higher is better.
    pub score: f32,
    /// How many tokens of the answer as it is printed reach to its end; none where it is not printed.
    #[serde(default)]
    pub tokens: Option<usize>,
}

impl Hit {
    /// Its lines.
    pub fn lines(&self) -> LineRange {
        LineRange { start: self.start_line, end: self.end_line }
    }
}

/// An answer's results, in its order: each place is one, or, where files are asked for, each file with all
/// of its places, at the first of them.
pub fn results(hits: &[Hit], of_places: bool) -> Vec<Vec<Hit>> {
    let mut results: Vec<Vec<Hit>> = Vec::new();
    for hit in hits {
        match results.iter_mut().find(|known| !of_places && known[0].path == hit.path) {
            Some(known) => known.push(hit.clone()),
            None => results.push(vec![hit.clone()]),
        }
    }
    results
}
