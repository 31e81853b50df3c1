//! The texts that every match of a regular expression holds, so that the database looks for those
//! and not at every line.

use regex_syntax::hir::{Class, Hir, HirKind};
use sconce_store::Needle;

/// More alternatives than these narrow too little to be worth their look-ups.
const MOST_NEEDLES: usize = 16;

/// Texts of which each match holds one; none where nothing is known of them.
pub(super) fn required(pattern: &Hir) -> Vec<Needle> {
    of(pattern).unwrap_or_default()
}

fn of(pattern: &Hir) -> Option<Vec<Needle>> {
    match pattern.kind() {
        HirKind::Literal(_) | HirKind::Class(_) => best(runs(std::slice::from_ref(pattern))),
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => of(&repetition.sub),
        HirKind::Concat(parts) => {
            let nested = parts.iter().filter(|part| !is_text(part)).filter_map(of);
            best(runs(parts).into_iter().chain(nested).collect())
        }
        HirKind::Alternation(branches) => {
            let all: Option<Vec<_>> = branches.iter().map(of).collect();
            Some(all?.concat()).filter(|needles| needles.len() <= MOST_NEEDLES)
        }
        _ => None,
    }
}

/// The one whose shortest text is longest.
fn best(candidates: Vec<Vec<Needle>>) -> Option<Vec<Needle>> {
    let shortest =
        |needles: &Vec<Needle>| needles.iter().map(|needle| needle.text.len()).min().unwrap_or(0);
    candidates.into_iter().filter(|needles| shortest(needles) > 0).max_by_key(shortest)
}

/// The texts that stand in a row, each a candidate.
fn runs(parts: &[Hir]) -> Vec<Vec<Needle>> {
    let mut runs = vec![];
    let mut run = Needle { text: String::new(), any_case: false };
    for part in parts {
        match text_of(part) {
            Some((text, any_case)) => {
                run.text.push_str(&text);
                run.any_case |= any_case;
            }
            None => runs
                .push(std::mem::replace(&mut run, Needle { text: String::new(), any_case: false })),
        }
    }
    runs.push(run);
    let runs = runs.into_iter().map(|mut needle| {
        if needle.any_case {
            needle.text.make_ascii_lowercase();
        }
        vec![needle]
    });
    runs.collect()
}

fn is_text(part: &Hir) -> bool {
    text_of(part).is_some()
}

/// The text that a part is, and whether its letters may be of any case.
fn text_of(part: &Hir) -> Option<(String, bool)> {
    match part.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some((text.to_owned(), false))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            let [capital, small] = ranges else { return None };
            let one = |range: &regex_syntax::hir::ClassUnicodeRange| range.start() == range.end();
            let (capital_letter, letter) = (capital.start(), small.start());
            let is_pair = one(capital)
                && one(small)
                && letter.is_ascii_lowercase()
                && letter.to_ascii_uppercase() == capital_letter;
            is_pair.then(|| (letter.to_string(), true))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needles(pattern: &str) -> Vec<String> {
        let found = required(&regex_syntax::parse(pattern).unwrap());
        let shown =
            |needle: &Needle| format!("{}{}", if needle.any_case { "~" } else { "" }, needle.text);
        found.iter().map(shown).collect()
    }

    #[test]
    fn the_longest_text_of_all_matches_is_looked_for() {
        for (pattern, expected) in [
            (r"connect", &["connect"][..]),
            (r"\bfn\s+connect_all\(", &["connect_all("]),
            (r"a(bcd)+e", &["bcd"]),
            (r"open|close", &["open", "close"]),
            (r"x(open|close)y", &["open", "close"]),
            (r"(?i)begin", &["~begin"]),
            (r"(?i)task_begin", &["~_begin"]),
            (r"Read(?i)er", &["~reader"]),
            (r"[a-z]+", &[]),
            (r"(open|[a-z])", &[]),
            (r"(open)?", &[]),
            (r"^$", &[]),
            (r"open*", &["ope"]),
        ] {
            assert_eq!(needles(pattern), expected, "{pattern}");
        }
    }
}
