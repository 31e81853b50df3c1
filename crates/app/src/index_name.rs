//! What an index may be called: what a command line, a URI and a line of an answer take as it is.

use crate::failure::Failure;
use crate::output::{cut, escaped};

/// Most characters of a name.
const LONGEST: usize = 100;

/// Checks the name of an index that is to be made. One of before may be called otherwise, and is
/// still found and deleted.
pub(crate) fn check(name: &str) -> Result<(), Failure> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    let begins = name.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    if begins && name.chars().all(is_plain) && name.chars().count() <= LONGEST {
        return Ok(());
    }
    let shown = escaped(&cut(name));
    Err(Failure::usage(format!("'{shown}' cannot be the name of an index")).with_hint(format!(
        "a name has letters, digits, `-`, `_` and `.`, begins with a letter or a digit, and is at \
         most {LONGEST} characters long"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_a_command_line_takes() {
        for name in ["shop", "my-app_2.0", "übung.rs", "_x", "日本", &"a".repeat(LONGEST)] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        for name in ["", " ", "a b", "a/b", "a\nb", "-x", ".x", "\u{1b}[31m", "a\u{202e}b", "a\0"] {
            assert!(check(name).is_err(), "{name:?}");
        }
        let long = check(&"a".repeat(100_000)).unwrap_err();
        assert!(long.message.len() < 300, "{}", long.message.len());
    }
}
