//! Places that hold or say what a query asks for word for word come first.
//!
//! The lexical index knows which words a chunk has, and not in which order: `10.0.12.5` and
//! `(10, 0, 12, 5)` are the same to it.

use std::collections::BTreeMap;

use super::answer::Hit;
use super::place::FoundPlace;
use super::spoken::Wording;

/// Puts the files of which a place holds the text, or has a line that says what the query does, before the others, those
/// with the best wording first, and these places before the others of their files. Nothing changes where none does.
pub(super) fn put_said_first(found: &mut [(Hit, FoundPlace)], literal: Option<&str>) {
    let literal = literal.map(plain);
    let wordings: Vec<Option<Wording>> = found
        .iter()
        .map(|(_, place)| {
            let said = place.said.map(|said| said.wording);
            let holds = |literal: &String| is_in(literal, &plain(&place.row.content));
            let held = literal.as_ref().is_some_and(holds).then_some(Wording::Held);
            said.max(held)
        })
        .collect();
    let best = found.iter().map(|(hit, _)| hit.score).fold(0.0, f32::max);
    let mut of_files: BTreeMap<usize, Option<Wording>> = BTreeMap::new();
    for ((hit, _), wording) in found.iter().zip(&wordings) {
        let of_file = of_files.entry(hit.file_rank).or_default();
        *of_file = (*of_file).max(*wording);
    }
    let mut order: Vec<(usize, Option<Wording>)> = of_files.into_iter().collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    for ((hit, _), wording) in found.iter_mut().zip(wordings) {
        let rank = order.iter().position(|(rank, _)| *rank == hit.file_rank);
        hit.file_rank = rank.unwrap_or(hit.file_rank);
        hit.score += match wording {
            None => 0.0,
            Some(Wording::Remark) => best,
            Some(Wording::Words) => 2.0 * best,
            Some(Wording::Held) => 3.0 * best,
            Some(Wording::Whole) => 4.0 * best,
        };
    }
}

/// A text in lower case, with one blank for each run of them.
pub(super) fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text stands in another one, and is no part of a longer word or number there.
pub(super) fn is_in(literal: &str, text: &str) -> bool {
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
            put_said_first(&mut found, Some(literal));
            found.iter().map(|(hit, _)| hit.file_rank).collect::<Vec<_>>()
        };
        assert_eq!(ranks("10.0.12.5"), [1, 2, 0]);
        assert_eq!(ranks("Listen( \"10"), [1, 2, 0]);
        assert_eq!(ranks("nowhere"), [0, 1, 2]);
    }
}
