//! PowerShell with configurations, which its grammar does not know.

use std::borrow::Cow;

use super::Mask;

const CONFIGURATION: &str = "configuration";

/// The text with `function` in the place of `configuration`, where that begins a line and a name follows.
pub(crate) fn without_configurations(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, Some(("#", "")));
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.trim_start();
        let at = start + line.len() - code.len();
        start += line.len();
        let word = code.get(..CONFIGURATION.len());
        let is_word = word.is_some_and(|word| word.eq_ignore_ascii_case(CONFIGURATION));
        let name = &code[if is_word { CONFIGURATION.len() } else { 0 }..];
        let is_named = name.trim_start().starts_with(|c: char| c.is_alphabetic());
        if is_word && is_named && name.starts_with([' ', '\t']) {
            mask.write(at..at + CONFIGURATION.len(), "function");
        }
    }
    mask.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_read_as_a_function() {
        assert_eq!(without_configurations("Configuration Web {\n}"), "function      Web {\n}");
        for plain in
            ["$configuration = 1", "configuration", "configuration = 1", "configurations a"]
        {
            assert_eq!(without_configurations(plain), plain);
        }
    }
}
