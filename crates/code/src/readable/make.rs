//! Makefiles with conditions.

use std::borrow::Cow;

use super::Mask;

const CONDITIONS: [&str; 6] = ["ifeq", "ifneq", "ifdef", "ifndef", "else", "endif"];

/// The text without the lines that only say when others hold: the grammar takes what stands between them behind a
/// rule for that rule's recipe.
pub(crate) fn without_conditions(text: &str) -> Cow<'_, str> {
    if !text.contains("endif") {
        return Cow::Borrowed(text);
    }
    let mut mask = Mask::new(text, Some(("#", "")));
    let (mut at, mut goes_on) = (0, false);
    for line in text.split_inclusive('\n') {
        // Behind a tab it would be the shell's.
        let word = line.trim_start_matches(' ').split(|c: char| !c.is_ascii_alphabetic()).next();
        let continues = line.trim_end().ends_with('\\');
        if !goes_on && !continues && word.is_some_and(|word| CONDITIONS.contains(&word)) {
            mask.blank(at..at + line.len());
        }
        goes_on = continues;
        at += line.len();
    }
    mask.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_blank_and_what_a_shell_is_given_is_not() {
        let text = "ifeq ($(A),b)\n  A = 1\nelse ifdef C # \u{fc}\nelsewhere = 2\nendif\nx:\n\telse\n\ty; \\\nelse\n";
        assert_eq!(
            without_conditions(text),
            "             \n  A = 1\n#lse ifdef C # \u{fc}\nelsewhere = 2\n     \nx:\n\telse\n\ty; \\\nelse\n"
        );
    }
}
