//! JavaScript with Flow's types, as TypeScript's grammar reads it: that knows exact objects and `?T`, and not
//! variance, opaque types, and what an object type takes from another.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::{Mask, parentheses_len};

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
    mask_heads(text, &mut mask);
    mask.finish()
}

/// The parameters of a component or a hook are no longer than this, and so is what it returns.
const LONGEST_PART: usize = 4 << 10;

/// Makes functions of components and hooks: `component Lamp(size: number) {`, `hook useLamp(): Lamp {`.
fn mask_heads(text: &str, mask: &mut Mask<'_>) {
    static HEADS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let heads = r"(?m)^((?:(?:declare|export|default)[ \t]+)*)(component|hook)[ \t]+[A-Za-z_$][\w$]*(?:<[^>\n]*>)?(\()";
        Regex::new(heads).ok()
    });
    for found in HEADS.iter().flat_map(|heads| heads.captures_iter(text)) {
        let (Some(before), Some(word), Some(open)) = (found.get(1), found.get(2), found.get(3))
        else {
            continue;
        };
        let near = |from: usize| &text[from..text.floor_char_boundary(from + LONGEST_PART)];
        let Some(length) = parentheses_len(near(open.start())) else { continue };
        let close = open.start() + length;
        let end = near(close).find("{\n").map_or(close, |at| close + at);
        let returned = if text[close..end].contains(';') { close..close } else { close..end };
        let is_component = word.as_str() == "component";
        if is_component || !before.is_empty() {
            let start = if is_component { word.start() } else { before.start() };
            mask.write(start..word.end(), "function");
            mask.blank_lines(open.end()..close - 1);
            if text[returned.clone()].contains("renders") {
                mask.blank_lines(returned);
            }
        } else if let Some(head) = text.get(open.start()..returned.end)
            && head.is_ascii()
            && head.find('\n').unwrap_or(head.len()) >= ARROW.len()
        {
            mask.write(word.range(), "let");
            mask.blank_lines(open.start()..returned.end);
            mask.put(open.start(), ARROW);
        }
    }
}

/// What a hook's parameters become where its word has no room for `function`.
const ARROW: &str = "=_=>";

/// Whether a byte goes on with a word.
fn is_word(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|before| bytes[before].is_ascii_alphanumeric() || bytes[before] == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_and_hooks_are_functions() {
        for (text, read) in [
            ("component A(b: C<d>) renders E {\n}", "function  A(       )           {\n}"),
            ("export hook useA(): B {\n}", "function    useA(): B {\n}"),
            ("declare export hook useA(b: C): D;", "function            useA(    ): D;"),
            ("hook useA(b: C): D {\n}", "let  useA=_=>      {\n}"),
            ("hook useA() {\n}", "hook useA() {\n}"),
            ("hook(a) {\n component b;", "hook(a) {\n component b;"),
        ] {
            assert_eq!(without_flow(text), read);
        }
    }
}
