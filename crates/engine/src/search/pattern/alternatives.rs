//! The alternatives of a regular expression that no line has.

use super::matcher::Matcher;
use super::{Completeness, MatchingLines, PatternRequest};
use crate::{Engine, EngineError, Index};

/// Of more alternatives none is looked for alone.
const MAX_ALTERNATIVES: usize = 12;
/// So many are looked for in the index, where not all lines are given: each costs as much as the pattern.
const MAX_LOOKED_FOR: usize = 3;

impl Engine {
    /// Those of a pattern's outermost alternatives that match no line, where others do; none where it is no regular
    /// expression, has very many of them, or the lines took too long.
    ///
    /// # Errors
    /// Those of [`Index::matching_lines`].
    pub async fn unmatched_alternatives(
        &self,
        indexes: &[Index],
        request: &PatternRequest,
        found: &[MatchingLines],
    ) -> Result<Vec<String>, EngineError> {
        let alternatives = if request.is_regex { alternatives(&request.pattern) } else { vec![] };
        let is_whole = found.iter().all(|found| found.completeness == Completeness::Whole);
        if alternatives.len() < 2 || alternatives.len() > MAX_ALTERNATIVES || !is_whole {
            return Ok(vec![]);
        }
        let mut unseen = Vec::new();
        for alternative in alternatives {
            if !stands_in(&Matcher::regex(alternative)?, found) {
                unseen.push(alternative.to_owned());
            }
        }
        if found.iter().all(|found| found.line_count() as u64 == found.total_lines) {
            return Ok(unseen);
        }
        let mut unmatched = Vec::new();
        for pattern in unseen.into_iter().take(MAX_LOOKED_FOR) {
            let alone = PatternRequest { pattern: pattern.clone(), limit: 1, ..request.clone() };
            if self.matching_lines(indexes, &alone).await?.is_empty() {
                unmatched.push(pattern);
            }
        }
        Ok(unmatched)
    }
}

/// Whether one of the lines that are given has it.
fn stands_in(matcher: &Matcher, found: &[MatchingLines]) -> bool {
    let places = found.iter().flat_map(|found| &found.files).flat_map(|file| &file.places);
    let mut lines = places.flat_map(|place| &place.lines).filter(|line| line.matches);
    lines.any(|line| matcher.find(&line.text, 0).is_some())
}

/// The outermost alternatives of a regular expression that can each be read alone.
fn alternatives(pattern: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut in_class, mut is_escaped) =
        (vec![], 0, 0_usize, false, false);
    for (at, char) in pattern.char_indices() {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            ']' => in_class = false,
            _ if in_class => {}
            '[' => in_class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                parts.push(&pattern[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&pattern[start..]);
    let is_readable = |part: &&str| !part.is_empty() && Matcher::regex(part).is_ok();
    if parts.iter().all(is_readable) { parts } else { vec![] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_taken_apart_at_its_outermost_bars() {
        assert_eq!(alternatives(r"open\(|close"), [r"open\(", "close"]);
        assert_eq!(alternatives(r"(a|b)c|[|x]d|e\|f"), ["(a|b)c", "[|x]d", r"e\|f"]);
        assert_eq!(alternatives("plain"), ["plain"]);
        assert_eq!(alternatives("a||b"), [""; 0]);
        assert_eq!(alternatives("(?i)a|b"), ["(?i)a", "b"]);
    }
}
