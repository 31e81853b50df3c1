//! What the shell's grammar cannot be given.

use std::borrow::Cow;

/// The text as the shell's grammar may read it: where a brace range could stand (`{1..9}`), its
/// scanner asks C's `isdigit` about the next character whatever it is, which reads past a table
/// for most characters beyond Latin-1. Such a character becomes as many underscores as it has
/// bytes, so that every position stays.
pub(crate) fn without_wide_ranges(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
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

#[cfg(test)]
mod tests {
    use super::*;

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
