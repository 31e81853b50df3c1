//! What an answer shows: the best places of the best files, in the order of its lines.

use sconce_code::LineRange;

/// A definition of at most so many lines is one place.
pub const WHOLE_DEFINITION: u32 = 100;

/// Files from the best on that always have a place among the best.
const SURE_FILES: usize = 3;

/// A place that could be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The rank of its file, from 0.
    pub file_rank: usize,
    /// Its lines. Places of one file with the same lines are one place.
    pub lines: LineRange,
    /// Its score.
    pub score: f32,
}

/// What is shown, as numbers of the places that [`arrange`] was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arranged {
    /// The best places, those of one file together, the best file first.
    pub best: Vec<usize>,
    /// The best place of each file that has none of those.
    pub others: Vec<usize>,
}

/// Chooses the `limit` best places, and one of each further file. Of each of the first few files one
/// is among the best whatever its score, since the file as a whole answers.
///
/// ```
/// use sconce_code::LineRange;
/// use sconce_rank::{Place, arrange};
/// let place = |file_rank, line, score| {
///     Place { file_rank, lines: LineRange { start: line, end: line + 9 }, score }
/// };
/// let places = [place(0, 1, 0.5), place(0, 20, 0.9), place(0, 20, 0.8), place(5, 1, 0.1)];
/// let shown = arrange(&places, 2);
/// assert_eq!((shown.best, shown.others), (vec![1, 0], vec![3]));
/// ```
pub fn arrange(places: &[Place], limit: usize) -> Arranged {
    let mut by_score: Vec<usize> = (0..places.len()).collect();
    by_score.sort_by(|&a, &b| places[b].score.total_cmp(&places[a].score).then(a.cmp(&b)));
    let mut shown: Vec<usize> = Vec::new();
    let mut arranged = Arranged::default();
    for at in by_score {
        let place = &places[at];
        let of_file = |&other: &usize| places[other].file_rank == place.file_rank;
        if shown.iter().any(|other| of_file(other) && places[*other].lines == place.lines) {
            continue;
        }
        shown.push(at);
        let is_first = !arranged.best.iter().chain(&arranged.others).any(of_file);
        if arranged.best.len() < limit || is_first && place.file_rank < SURE_FILES.min(limit) {
            arranged.best.push(at);
        } else if is_first {
            arranged.others.push(at);
        }
    }
    // Stable: the places of a file stay in the order of their scores.
    arranged.best.sort_by_key(|&at| places[at].file_rank);
    arranged.others.sort_by_key(|&at| places[at].file_rank);
    arranged
}
