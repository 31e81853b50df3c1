//! What a query asks for letter by letter: names, dotted and slashed strings, numbers, codes, what
//! stands in quotes, words that a project has in few places.

use std::collections::HashSet;

use sconce_code::words;

use super::inflect;
use super::kind::QueryKind;
use super::tokens::{Token, phrases_of};
use super::vocabulary;
use crate::term::term_hash;

/// More groups are not looked up.
const MAX_GROUPS: usize = 24;

/// What something counts in a sentence, beside a query of its own.
const IN_SENTENCE: f32 = 0.3;

/// Words that only count together, each as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExactGroup {
    /// Their hashes in the lexical index, without repeats.
    pub(crate) hashes: Vec<u32>,
    /// Those of the other forms of a word of a sentence: where one of them stands in the project, it
    /// is a word like others, and no name.
    pub(crate) others: Vec<u32>,
    /// What it counts.
    pub(crate) weight: f32,
}

/// The groups of a query: one of each token, one of each phrase, one of a whole error message.
pub(super) fn exact_groups(text: &str, tokens: &[Token<'_>], kind: QueryKind) -> Vec<ExactGroup> {
    let mut groups: Vec<ExactGroup> = Vec::new();
    for token in tokens {
        let lower = token.text.to_lowercase();
        let stands_alone = tokens.len() == 1;
        let is_question = vocabulary::is_stop_word(&lower) || vocabulary::is_frame_word(&lower);
        if stands_alone || !is_question {
            let is_word = !token.marked && !is_code(token.text);
            let others = if is_word && !stands_alone { other_forms(&lower) } else { Vec::new() };
            push(&mut groups, token.text, others, if stands_alone { 1.0 } else { IN_SENTENCE });
        }
    }
    for phrase in phrases_of(text) {
        push(&mut groups, &phrase, Vec::new(), 1.0);
    }
    if kind == QueryKind::ErrorMessage {
        push(&mut groups, text, Vec::new(), 1.0);
    }
    groups.truncate(MAX_GROUPS);
    groups
}

/// Digits, underscores, humps, signs between letters, or a sign before them (`.jj`, `--crlf`, `$scope`): no word of a
/// sentence.
fn is_code(text: &str) -> bool {
    let several = text.split(|c| !words::is_word(c)).filter(|part| !part.is_empty()).count() > 1;
    let hump = words::split_identifier(text).len() > 1;
    // `well-known` is a word, `X-Request-Id` is none.
    let hyphenated = text.chars().all(|c| c.is_lowercase() || c == '-' || c == '\'');
    let signed = text.starts_with(['.', '-', '$', '@', '#', '*', '&', '<', '+']);
    signed || text.contains(|c: char| c.is_ascii_digit()) || (several || hump) && !hyphenated
}

fn other_forms(word: &str) -> Vec<u32> {
    let forms = inflect::inflections(word).into_iter().chain(inflect::derivations(word));
    forms.map(|form| term_hash(&form)).collect()
}

fn push(groups: &mut Vec<ExactGroup>, text: &str, others: Vec<u32>, weight: f32) {
    let mut hashes: Vec<u32> = text
        .split(|c| !words::is_word(c))
        .map(|word| word.trim_matches('_').to_lowercase())
        .filter(|word| !word.is_empty())
        .map(|word| term_hash(&word))
        .collect::<HashSet<u32>>()
        .into_iter()
        .collect();
    hashes.sort_unstable();
    if !hashes.is_empty() && groups.iter().all(|group| group.hashes != hashes) {
        groups.push(ExactGroup { hashes, others, weight });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_sentence_is_written_with_is_code() {
        for code in [".jj", "--crlf", "$scope", "@media", "*.gd", "x2", "parseUrl", "a.b"] {
            assert!(is_code(code), "{code}");
        }
        for word in ["stat", "well-known", "don't", "Session"] {
            assert!(!is_code(word), "{word}");
        }
    }
}
