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

/// Whether a definition is short enough to be read as one place: 100 lines, or 400 of a function.
pub fn is_one_place(kind: SymbolKind, lines: LineRange) -> bool {
    let is_function = matches!(kind, SymbolKind::Function | SymbolKind::Method | SymbolKind::Macro);
    lines.count() <= if is_function { WHOLE_FUNCTION } else { WHOLE_DEFINITION }
}

/// Whether a chunk is a part of a definition, which it may end a blank line behind.
pub(super) fn is_part_of(chunk: LineRange, definition: LineRange) -> bool {
    definition.start <= chunk.start && chunk.end <= definition.end + 1
}

/// Which of a file's definitions, each with its kind and its lines, is the place that a chunk stands for: of
/// those that it is a part of the widest of moderate length, else the narrowest function that is not endless.
///
/// ```
/// use sconce_code::LineRange;
/// use sconce_code::SymbolKind::{Class, Function};
/// use sconce_rank::whole_definition;
/// let lines = |start, end| LineRange { start, end };
/// let (class, long) = ((Class, lines(1, 800)), (Function, lines(100, 399)));
/// let (short, inner) = ((Function, lines(120, 159)), (Function, lines(130, 134)));
/// let place = |chunk, definitions: &[_]| whole_definition(chunk, definitions, |&&one| one).copied();
/// assert_eq!(place(lines(130, 135), &[class, long, short, inner]), Some(short));
/// assert_eq!(place(lines(100, 110), &[class, long, short, inner]), Some(long));
/// assert_eq!(place(lines(500, 510), &[class, long, short, inner]), None);
/// ```
pub fn whole_definition<T>(
    chunk: LineRange,
    definitions: impl IntoIterator<Item = T>,
    of: impl Fn(&T) -> (SymbolKind, LineRange),
) -> Option<T> {
    let (mut moderate, mut function) = (None, None);
    for definition in definitions {
        let (kind, lines) = of(&definition);
        if !is_part_of(chunk, lines) {
            continue;
        }
        let count = lines.count();
        if count <= WHOLE_DEFINITION {
            if moderate.as_ref().is_none_or(|(widest, _)| count >= *widest) {
                moderate = Some((count, definition));
            }
        } else if is_one_place(kind, lines)
            && function.as_ref().is_none_or(|(narrowest, _)| count < *narrowest)
        {
            function = Some((count, definition));
        }
    }
    moderate.or(function).map(|(_, definition)| definition)
}
