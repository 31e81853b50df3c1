//! Places that hold what a query asks for word for word come first.
//!
//! The lexical index knows which words a chunk has, and not in which order: `10.0.12.5` and
//! `(10, 0, 12, 5)` are the same to it.

use std::collections::BTreeSet;

use super::answer::Hit;
use super::place::FoundPlace;

/// Puts the files of which a place holds the text before the others, and these places before the others of
/// their files. Nothing changes where none does, or all do. Whether one does.
pub(super) fn put_literal_first(found: &mut [(Hit, FoundPlace)], literal: &str) -> bool {
    let literal = plain(literal);
    put_first(found, |place| is_in(&literal, &plain(&place.row.content)))
}

/// Does so with the places of which a line says what the query does.
pub(super) fn put_spoken_first(found: &mut [(Hit, FoundPlace)]) -> bool {
    put_first(found, |place| place.spoken_line.is_some())
}

fn put_first(found: &mut [(Hit, FoundPlace)], holds: impl Fn(&FoundPlace) -> bool) -> bool {
    let holders: Vec<bool> = found.iter().map(|(_, place)| holds(place)).collect();
    let best = found.iter().map(|(hit, _)| hit.score).fold(0.0, f32::max);
    let files: BTreeSet<usize> = found.iter().map(|(hit, _)| hit.file_rank).collect();
    let of_holders: BTreeSet<usize> = found
        .iter()
        .zip(&holders)
        .filter(|(_, holds)| **holds)
        .map(|((hit, _), _)| hit.file_rank)
        .collect();
    let order: Vec<usize> =
        of_holders.iter().chain(files.difference(&of_holders)).copied().collect();
    for ((hit, _), holds) in found.iter_mut().zip(holders) {
        hit.file_rank =
            order.iter().position(|rank| *rank == hit.file_rank).unwrap_or(hit.file_rank);
        if holds {
            hit.score += best;
        }
    }
    !of_holders.is_empty()
}

/// A text in lower case, with one blank for each run of them.
fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text stands in another one, and is no part of a longer word or number there.
fn is_in(literal: &str, text: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (first, last) = (literal.starts_with(is_word), literal.ends_with(is_word));
    text.match_indices(literal).any(|(at, found)| {
        let goes_on = last && text[at + found.len()..].starts_with(is_word);
        let began = first && text[..at].ends_with(is_word);
        !(goes_on || began)
    })
}

#[cfg(test)]
mod tests {
    use sconce_code::ChunkKey;
    use sconce_store::ChunkRow;

    use super::*;

    fn place(rank: usize, content: &str) -> (Hit, FoundPlace) {
        let row = ChunkRow {
            file_id: rank as i64,
            ordinal: 0,
            path: "a.py".into(),
            language: None,
            start_line: 1,
            end_line: 2,
            start_byte: 0,
            end_byte: 0,
            content: content.into(),
            scopes: Vec::new(),
            symbol_kind: None,
            symbol_name: None,
            signature: None,
        };
        let key = ChunkKey { file_id: rank as i64, ordinal: 0 };
        let mut hit = Hit::alone(key, 2.0 - rank as f32 / 10.0);
        hit.file_rank = rank;
        (hit, FoundPlace::of(row, None))
    }

    #[test]
    fn the_text_as_it_is_written_comes_first() {
        let ranks = |literal: &str| {
            let mut found = vec![
                place(0, "HOST = (10, 0, 12, 5)"),
                place(1, "listen(\"10.0.12.55\")"),
                place(2, "listen(\n    \"10.0.12.5\")"),
            ];
            put_literal_first(&mut found, literal);
            found.iter().map(|(hit, _)| hit.file_rank).collect::<Vec<_>>()
        };
        assert_eq!(ranks("10.0.12.5"), [1, 2, 0]);
        assert_eq!(ranks("Listen( \"10"), [1, 2, 0]);
        assert_eq!(ranks("nowhere"), [0, 1, 2]);
    }
}
