//! Places that hold or say what a query asks for word for word come first.
//!
//! The lexical index knows which words a chunk has, and not in which order: `10.0.12.5` and
//! `(10, 0, 12, 5)` are the same to it.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Hit;
use super::file_class::{FileClass, class_of};
use super::place::FoundPlace;
use super::spoken::{SaidLine, Standing, Wording};

/// Puts the files of which a place holds the text, or has a line that says what the query does, before the others, those
/// that say most of it first, and these places before the others of their files. Nothing changes where none does.
/// Of a message that is no quotation, the code that makes it comes before what expects or documents it.
pub(super) fn put_said_first(
    found: &mut [(Hit, FoundPlace)],
    literal: Option<&str>,
    is_message: bool,
) {
    let literal = literal.map(plain);
    let standings: Vec<Option<Standing>> = found
        .iter()
        .map(|(_, FoundPlace { row, lines, said, .. })| {
            let holds = |literal: &String| is_in(literal, &plain(&row.content));
            let class = class_of(&row.path, row.language.as_deref());
            // What is asked for letter by letter is that in whatever kind of file.
            let class_of_literal = if is_message { class } else { FileClass::Code };
            let held = SaidLine { line: lines.start, wording: Wording::Held, words: 0 };
            let held = literal.as_ref().is_some_and(holds).then(|| held.standing(class_of_literal));
            said.map(|said| said.standing(class)).max(held)
        })
        .collect();
    let mut of_files: BTreeMap<usize, Option<Standing>> = BTreeMap::new();
    for ((hit, _), standing) in found.iter().zip(&standings) {
        let of_file = of_files.entry(hit.file_rank).or_default();
        *of_file = (*of_file).max(*standing);
    }
    let mut order: Vec<(usize, Option<Standing>)> = of_files.into_iter().collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let levels: BTreeSet<Standing> = standings.iter().flatten().copied().collect();
    let best = found.iter().map(|(hit, _)| hit.score).fold(0.0, f32::max);
    for ((hit, _), standing) in found.iter_mut().zip(standings) {
        let rank = order.iter().position(|(rank, _)| *rank == hit.file_rank);
        hit.file_rank = rank.unwrap_or(hit.file_rank);
        let level = standing.map_or(0, |standing| levels.range(..=standing).count());
        hit.score += level as f32 * best;
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
            put_said_first(&mut found, Some(literal), false);
            found.iter().map(|(hit, _)| hit.file_rank).collect::<Vec<_>>()
        };
        assert_eq!(ranks("10.0.12.5"), [1, 2, 0]);
        assert_eq!(ranks("Listen( \"10"), [1, 2, 0]);
        assert_eq!(ranks("nowhere"), [0, 1, 2]);
    }
}
