//! JavaScript with Flow's types, as TypeScript's grammar reads it: that knows exact objects and `?T`, and not
//! variance, opaque types, and what an object type takes from another.

use std::borrow::Cow;

use super::Mask;

/// So many bytes are looked at for the comment that says so.
const MOST_HEAD: usize = 4096;

/// What an object type takes from another is no longer than this.
const LONGEST_SPREAD: usize = 200;

/// Words that say nothing to TypeScript's grammar before another.
const WORDS: [(&str, &str); 2] = [("opaque ", "type "), ("declare ", "export ")];

/// Whether a file's first comments say that its types are Flow's.
pub(crate) fn is_flow(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let mut rest = text[..text.floor_char_boundary(MOST_HEAD)].trim_start();
    loop {
        let comment = if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if rest.starts_with("//") || rest.starts_with("#!") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(directive) =
            ["'use strict';", "\"use strict\";"].iter().find(|word| rest.starts_with(**word))
        {
            directive.len()
        } else {
            return false;
        };
        if rest[..comment].split_whitespace().any(|word| word == "@flow") {
            return true;
        }
        rest = rest[comment..].trim_start();
    }
}

/// The text without what TypeScript's grammar does not know of Flow.
pub(crate) fn without_flow(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, None);
    let bytes = text.as_bytes();
    // The last byte that is no blank, and how many exact objects are open.
    let (mut last, mut exact) = (b'\n', 0_usize);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied().unwrap_or_default();
        let begins_name =
            next.is_ascii_alphabetic() || matches!(next, b'_' | b'$' | b'[' | b'"' | b'\'');
        match byte {
            b'{' if next == b'|' => exact += 1,
            b'|' if next == b'}' => exact = exact.saturating_sub(1),
            b'+' | b'-' if begins_name && matches!(last, b'{' | b',' | b';' | b'|' | b'<') => {
                mask.blank(at..at + 1);
            }
            b'.' if exact > 0 && text[at..].starts_with("...") => {
                let mut rest = bytes[at..].iter().take(LONGEST_SPREAD);
                let end = rest.position(|byte| matches!(byte, b',' | b'|' | b'\n' | b'}'));
                let end = at + end.unwrap_or(3);
                mask.blank(at..end);
                at = end;
                continue;
            }
            b'o' | b'd' if !is_word(bytes, at) => {
                let before = |(word, _): &&(&str, &str)| bytes[at..].starts_with(word.as_bytes());
                let begun = WORDS.iter().find(before);
                let begun = begun.filter(|(word, then)| {
                    text[at + word.len()..].trim_start_matches(' ').starts_with(then)
                });
                if let Some((word, _)) = begun {
                    mask.blank(at..at + word.len());
                }
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            last = byte;
        }
        at += 1;
    }
    mask.finish()
}

/// Whether a byte goes on with a word.
fn is_word(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|before| bytes[before].is_ascii_alphanumeric() || bytes[before] == b'_')
}
