//! What the shell's grammar cannot be given.

use std::borrow::Cow;
use std::ops::Range;

/// The text as the shell's grammar may read it: where a brace range could stand (`{1..9}`), its
/// scanner asks C's `isdigit` about the next character whatever it is, which reads past a table
/// for most characters beyond Latin-1. Such a character becomes as many underscores as it has
/// bytes, so that every position stays.
pub(crate) fn without_wide_ranges(text: &str) -> Cow<'_, str> {
    let mut masked = without_zsh(text);
    let digits = |at: usize| {
        let rest = &text.as_bytes()[at..];
        at + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    for (brace, _) in text.match_indices('{') {
        let first = digits(brace + 1);
        let second = text[first..].strip_prefix("..").map(|_| digits(first + 2));
        for at in std::iter::once(first).chain(second) {
            let Some(wide) = text[at..].chars().next().filter(|char| !char.is_ascii()) else {
                continue;
            };
            masked.to_mut().replace_range(at..at + wide.len_utf8(), &"_".repeat(wide.len_utf8()));
        }
    }
    masked
}

/// The text without what only zsh knows, each as a word of the same length: `$+commands[git]`, a glob's
/// qualifiers (`*.zsh(N)`), alternatives of a pattern (`== (a|b)*`).
fn without_zsh(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    let ranges = existence_checks(text).chain(qualifiers(text)).chain(alternatives(text));
    for range in ranges {
        let word: String = text[range.clone()]
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '$' { c } else { '_' })
            .collect();
        masked.to_mut().replace_range(range, &word);
    }
    for at in unended_bodies(text) {
        masked.to_mut().replace_range(at..=at, ";");
    }
    masked
}

/// The blanks before the braces that end functions of one line without a semicolon: `f() { run }`.
fn unended_bodies(text: &str) -> impl Iterator<Item = usize> {
    let mut next = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = next;
        next += line.len();
        let body = line.trim_end().strip_suffix(" }")?;
        let (head, _) = body.split_once("() {")?;
        let is_head = !head.trim().is_empty() && !head.contains(['"', '\'', '#', '(', '$']);
        let unended = !body.ends_with([';', '}', '{', '&', ' ', '\\']);
        (is_head && unended).then_some(start + body.len())
    })
}

/// `$+commands[git]`, and the plus alone where braces are around it.
fn existence_checks(text: &str) -> impl Iterator<Item = Range<usize>> {
    let plain = text.match_indices("$+").filter_map(|(at, mark)| {
        let end = at + mark.len() + word(&text[at + mark.len()..], "");
        let inside = text[end..].strip_prefix('[')?;
        let key = word(inside, "-.");
        inside[key..].starts_with(']').then_some(at..end + key + 2)
    });
    let braced = text.match_indices("${+").map(|(at, mark)| at + 2..at + mark.len());
    plain.chain(braced)
}

/// The qualifiers of a glob, in their parentheses.
fn qualifiers(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(['*', '/', '?']).filter_map(|(at, _)| {
        let name = at + 1 + word(&text[at + 1..], "-.");
        let inside = text[name..].strip_prefix('(')?;
        let length = word(inside, "./@^-");
        let kind = inside.starts_with(['N', '.', '/', '@', '^', 'D']) || inside.starts_with("om");
        (kind && length <= 6 && inside[length..].starts_with(')'))
            .then_some(name..name + length + 2)
    })
}

/// The alternatives that a comparison's pattern begins with.
fn alternatives(text: &str) -> impl Iterator<Item = Range<usize>> {
    let comparisons = text.match_indices("= (").map(|(at, mark)| at + mark.len() - 1);
    comparisons.filter_map(|at| {
        let compared = text[..at - 2].ends_with(['=', '!', ' ']);
        let length = word(&text[at + 1..], "-.|*?/");
        let inside = &text[at + 1..at + 1 + length];
        let is_group = inside.contains('|') && text[at + 1 + length..].starts_with(')');
        (compared && is_group).then_some(at..at + length + 2)
    })
}

/// How long what a text begins with is of letters, digits, underscores and some marks.
fn word(text: &str, marks: &str) -> usize {
    const LONGEST: usize = 100;
    let is_part = |byte: &u8| {
        byte.is_ascii_alphanumeric() || *byte == b'_' || marks.as_bytes().contains(byte)
    };
    text.bytes().take(LONGEST).take_while(is_part).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_zsh_knows_becomes_words() {
        for (text, read) in [
            ("(( $+commands[git-lfs] ))", "(( $_commands_git_lfs_ ))"),
            ("(( ${+functions[f]} ))", "(( ${_functions[f]} ))"),
            ("a=(~/*.zsh(N) **/x(om))", "a=(~/*.zsh_N_ **/x_om_)"),
            ("[[ $x == (a|b*)c ]]", "[[ $x == _a_b__c ]]"),
            ("f() { run it }\ng() { x; }\n", "f() { run it;}\ng() { x; }\n"),
        ] {
            assert_eq!(without_wide_ranges(text), read);
        }
        for plain in ["f() {\n  a=(b|c)\n}", "x=\"f() { a }\"", "x*(a|b)", "a = (b)", "$+x", "= ("]
        {
            assert_eq!(without_wide_ranges(plain), plain);
        }
    }

    #[test]
    fn wide_characters_where_a_range_could_stand_are_masked_and_no_others() {
        assert_eq!(without_wide_ranges("{🕯}"), "{____}");
        assert_eq!(without_wide_ranges("echo {12語}"), "echo {12___}");
        assert_eq!(without_wide_ranges("echo {1..2語}"), "echo {1..2___}");
        for plain in ["", "{", "{1..", "{1..9}", "{ 語}", "語{a語", "{.語", "{1..a語"] {
            assert!(matches!(without_wide_ranges(plain), Cow::Borrowed(same) if same == plain));
        }
    }
}
