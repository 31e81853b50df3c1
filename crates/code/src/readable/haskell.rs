//! Haskell behind C's preprocessor.

use std::borrow::Cow;

use super::Mask;

const DIRECTIVES: [&str; 15] = [
    "if", "ifdef", "ifndef", "else", "elif", "endif", "define", "undef", "include", "error",
    "warning", "line", "let", "def", "pragma",
];

/// The text without the lines that are the preprocessor's, with those that they go on in.
pub(crate) fn without_directives(text: &str) -> Cow<'_, str> {
    if !text.contains('#') {
        return Cow::Borrowed(text);
    }
    let mut mask = Mask::new(text, Some(("--", "")));
    let (mut at, mut goes_on) = (0, false);
    for line in text.split_inclusive('\n') {
        let is_directive = line.strip_prefix('#').is_some_and(|rest| {
            let word = rest.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next();
            word.is_some_and(|word| DIRECTIVES.contains(&word))
        });
        if is_directive || goes_on {
            mask.blank(at..at + line.len());
            goes_on = line.trim_end().ends_with('\\');
        }
        at += line.len();
    }
    mask.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preprocessors_lines_are_blank_and_no_others() {
        let text = "#if A\nf = 1\n#define B \\\n  c\n# endif\n#x\ng = h # i\n";
        assert_eq!(
            without_directives(text),
            "     \nf = 1\n           \n   \n       \n#x\ng = h # i\n"
        );
    }
}
