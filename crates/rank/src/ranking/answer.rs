//! What an answer shows: the best places of the best files, in the order of its lines.

use std::collections::HashSet;

use sconce_code::{LineRange, SymbolKind};

/// A definition of at most so many lines is one place.
pub(super) const WHOLE_DEFINITION: u32 = 100;

/// So is a function of at most so many, which is read as one whatever its length.
const WHOLE_FUNCTION: u32 = 400;

/// What a further place of a file counts beside the best one of a file that ranks below its own.
const FURTHER: f32 = 1.1;

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
    /// The best places: the best one of each file in the order of the files, the others of a file
    /// behind it, before what scores less.
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
    arranged.best = in_order(places, &arranged.best);
    arranged.others.sort_by_key(|&at| places[at].file_rank);
    arranged
}

/// The places, which come the best first, as they are read: files are told by what is known of them as a
/// whole, so each one's best place keeps its file's rank, and a further place stands where its own score
/// puts it behind that.
fn in_order(places: &[Place], by_score: &[usize]) -> Vec<usize> {
    let mut files = HashSet::new();
    let (mut firsts, mut further): (Vec<usize>, Vec<usize>) =
        by_score.iter().partition(|&&at| files.insert(places[at].file_rank));
    firsts.sort_by_key(|&at| places[at].file_rank);
    let mut order = Vec::with_capacity(by_score.len());
    for first in firsts {
        let Place { file_rank, score, .. } = places[first];
        let comes_before =
            |&at: &usize| places[at].file_rank < file_rank && places[at].score * FURTHER > score;
        order.extend(further.extract_if(.., |at| comes_before(at)));
        order.push(first);
    }
    order.extend(further);
    order
}

/// Which of the definitions around a chunk, each with its kind and its number of lines, is the place that
/// the chunk stands for: the widest of moderate length, else the narrowest function that is not endless.
///
/// ```
/// use sconce_code::SymbolKind::{Class, Function};
/// use sconce_rank::whole_definition;
/// let around = [(Class, 800), (Function, 300), (Function, 40), (Function, 5)];
/// assert_eq!(whole_definition(&around, |&one| one), Some(&around[2]));
/// assert_eq!(whole_definition(&around[..2], |&one| one), Some(&around[1]));
/// assert_eq!(whole_definition(&around[..1], |&one| one), None);
/// ```
pub fn whole_definition<T>(around: &[T], of: impl Fn(&T) -> (SymbolKind, u32)) -> Option<&T> {
    let lines = |one: &&T| of(one).1;
    let is_function = |one: &&T| {
        matches!(of(one).0, SymbolKind::Function | SymbolKind::Method | SymbolKind::Macro)
    };
    let moderate = around.iter().filter(|one| lines(one) <= WHOLE_DEFINITION).max_by_key(lines);
    moderate.or_else(|| {
        let functions = around.iter().filter(is_function);
        functions.filter(|one| lines(one) <= WHOLE_FUNCTION).min_by_key(lines)
    })
}
