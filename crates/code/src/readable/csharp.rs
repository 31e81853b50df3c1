//! C# with blocks of extensions, which its grammar takes for a constructor, and `ref partial struct`, for a property; and
//! with conditions that cut through a declaration.

use std::borrow::Cow;

use super::c_conditionals::cut_through;
use super::c_tokens::tokens_and_directives;
use super::{Mask, braces_len, parentheses_len};

/// No person's head of a block is longer.
const LONGEST_HEAD: usize = 1000;

/// The text without the heads and the braces of `extension(Cart cart) { … }`, so that what is in them are members of the
/// class around; without the `partial` of a `ref partial struct`, and of a condition that cuts through something with one
/// branch.
pub(crate) fn plain_declarations(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, Some(("/*", "*/")));
    if text.contains("#endif") {
        let (tokens, directives) = tokens_and_directives(text);
        for left_out in cut_through(text, &tokens, &directives) {
            mask.blank_lines(left_out);
        }
    }
    for (at, words) in text.match_indices("ref partial struct ") {
        mask.blank(at + "ref ".len()..at + words.len() - " struct ".len());
    }
    let mut end = 0;
    for (at, word) in text.match_indices("extension") {
        if at < end {
            continue;
        }
        let is_first = text[..at].trim_end_matches([' ', '\t']).ends_with(['\n', '{', '}']);
        let Some(head) = head_len(&text[at + word.len()..]).filter(|_| is_first) else { continue };
        let open = at + word.len() + head;
        // Where one is never closed, the rest is not looked through for each of the others.
        let Some(length) = braces_len(&text[open..]) else { break };
        end = open + length;
        mask.blank_lines(at..open + 1);
        mask.blank(end - 1..end);
    }
    mask.finish()
}

/// The length of `<T>(Receiver name) where T : class `, up to a brace.
fn head_len(text: &str) -> Option<usize> {
    let text = &text[..text.floor_char_boundary(LONGEST_HEAD)];
    let types = if text.trim_start().starts_with('<') { text.find('>')? + 1 } else { 0 };
    let open = types + text[types..].find(|c: char| !c.is_whitespace())?;
    let parameters = text[open..].starts_with('(').then(|| parentheses_len(&text[open..]))??;
    let behind = text[open + parameters..].trim_start();
    let brace = text[open + parameters..].find('{')?;
    (behind.starts_with('{') || behind.starts_with("where ")).then_some(open + parameters + brace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_extensions_lend_their_members_to_the_class() {
        let text =
            "static class A {\n  extension<T>(List<T> of) where T : B {\n    int C => 1;\n  }\n}\n";
        let read = plain_declarations(text);
        assert_eq!(read.len(), text.len());
        let words: Vec<&str> = read.split_whitespace().collect();
        assert_eq!(words, "static class A { int C => 1; }".split(' ').collect::<Vec<_>>());
        for plain in [
            "class A { int extension(int a) { } }",
            "extension(",
            "x = extension(a);",
            "extension(a) { \"{\" ",
        ] {
            assert_eq!(plain_declarations(plain), plain);
        }
    }
}
