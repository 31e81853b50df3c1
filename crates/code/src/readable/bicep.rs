//! Bicep without the marks of types that may be null: its grammar takes one at a line's end for the start of a condition, and
//! what follows for its parts.

use std::borrow::Cow;

use super::Mask;

/// The text without the question mark that a parameter's type ends its line with: `param name string?`.
pub(crate) fn without_null(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, None);
    let (mut start, mut in_type) = (0, false);
    for line in text.split_inclusive('\n') {
        let code = line.split("//").next().unwrap_or(line).trim_end();
        let is_head = code.starts_with("param ") && !code.contains(['=', '\'']);
        if code.ends_with('?') && (is_head || (in_type && code.starts_with('}'))) {
            mask.blank(start + code.len() - 1..start + code.len());
        }
        in_type = (is_head && code.ends_with('{')) || (in_type && !code.starts_with('}'));
        start += line.len();
    }
    mask.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_types_question_mark_is_blank_and_that_of_a_condition_stays() {
        assert_eq!(
            without_null("param a b[]? // c\nvar d = 1\n"),
            "param a b[]  // c\nvar d = 1\n"
        );
        assert_eq!(without_null("param a {\n  b: c?\n}?\n"), "param a {\n  b: c?\n} \n");
        for plain in ["var a = b ?\n  c : d\n", "param a string = b ? c : d\n", "}?", "param a"] {
            assert_eq!(without_null(plain), plain);
        }
    }
}
