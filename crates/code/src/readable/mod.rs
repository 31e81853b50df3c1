//! What grammars cannot be given: a text with what they stumble over masked in place, byte for byte,
//! so that every position stays. Names, signatures and chunks are taken from the text itself.

mod bicep;
mod c_conditionals;
mod c_heads;
mod c_macros;
mod c_tokens;
mod cpp_modules;
mod csharp;
mod cython;
mod flow;
mod haskell;
mod kotlin;
mod make;
mod objc;
mod objcpp;
mod pages;
mod powershell;
mod ruby;
mod rust;
mod sass;
mod shaders;
mod shell;
mod templates;

pub(crate) use bicep::without_null;
pub(crate) use c_macros::without_annotations;
pub(crate) use cpp_modules::without_cpp_modules;
pub(crate) use csharp::plain_declarations;
pub(crate) use cython::as_python;
pub(crate) use flow::{is_flow, without_flow};
pub(crate) use haskell::without_directives;
pub(crate) use kotlin::without_contexts;
pub(crate) use make::without_conditions;
pub(crate) use objc::without_macros;
pub(crate) use objcpp::without_cpp;
pub(crate) use pages::code_of_page;
pub(crate) use powershell::without_configurations;
pub(crate) use ruby::without_many_heredocs;
pub(crate) use rust::without_strategies;
pub(crate) use sass::without_expressions;
pub(crate) use shaders::{in_older_words, without_launches, without_precision, without_semantics};
pub(crate) use shell::without_wide_ranges;
pub(crate) use templates::as_yaml;

use std::borrow::Cow;
use std::ops::Range;

/// A text in which ranges are overwritten.
struct Mask<'text> {
    text: Cow<'text, str>,
    /// What a comment begins and ends with.
    comment: Option<(&'static str, &'static str)>,
}

impl<'text> Mask<'text> {
    fn new(text: &'text str, comment: Option<(&'static str, &'static str)>) -> Self {
        Self { text: Cow::Borrowed(text), comment }
    }

    /// Puts blanks in the place of a range; line ends stay. A range with characters of several bytes
    /// becomes a comment: a parser may end a node at any blank, and so within such a character.
    fn blank(&mut self, range: Range<usize>) {
        let text = &self.text[range.clone()];
        if !text.is_ascii() {
            return self.comment_out(range);
        }
        let is_end = |byte: u8| matches!(byte, b'\n' | b'\r');
        let blanks: String =
            text.bytes().map(|byte| if is_end(byte) { char::from(byte) } else { ' ' }).collect();
        self.text.to_mut().replace_range(range, &blanks);
    }

    /// Blanks the lines of a range one by one, so that a wide character costs its line alone.
    fn blank_lines(&mut self, range: Range<usize>) {
        self.each_line(range, Self::blank);
    }

    /// Hides each line of a range, whatever is in it.
    fn hide_lines(&mut self, range: Range<usize>) {
        self.each_line(range, Self::hide_line);
    }

    fn each_line(&mut self, range: Range<usize>, overwrite: fn(&mut Self, Range<usize>)) {
        let mut start = range.start;
        while start < range.end {
            let rest = &self.text[start..range.end];
            let end = start + rest.find('\n').map_or(rest.len(), |at| at + 1);
            overwrite(self, start..end);
            start = end;
        }
    }

    /// Hides a line whatever is in it: one with wide characters becomes a comment without a word.
    fn hide_line(&mut self, range: Range<usize>) {
        let ascii = self.text[range.clone()].is_ascii();
        self.fill(range, if ascii { b' ' } else { b'#' });
    }

    /// Puts as many of a byte in the place of a range as it has; line ends stay.
    fn fill(&mut self, range: Range<usize>, with: u8) {
        let bytes = self.text[range.clone()].bytes();
        let filled = bytes.map(|byte| if matches!(byte, b'\n' | b'\r') { byte } else { with });
        let filled: String = filled.map(char::from).collect();
        self.text.to_mut().replace_range(range, &filled);
    }

    /// Puts ASCII in the place of as much of it.
    fn put(&mut self, at: usize, with: &str) {
        self.text.to_mut().replace_range(at..at + with.len(), with);
    }

    /// Makes a comment of a range, where that is possible.
    fn comment_out(&mut self, range: Range<usize>) {
        let Some((open, close)) = self.comment else { return };
        let text = &self.text[range.clone()];
        let last = text.len().saturating_sub(close.len());
        let fits = open.len() <= last && text.is_char_boundary(open.len());
        if fits && text.is_char_boundary(last) && (close.is_empty() || !text.contains(close)) {
            let (start, end) = (range.start, range.start + last);
            let masked = self.text.to_mut();
            masked.replace_range(start..start + open.len(), open);
            masked.replace_range(end..end + close.len(), close);
        }
    }

    /// Puts `with` at the start of a range, and blanks in the place of its rest; where that is not
    /// possible, the range stays.
    fn write(&mut self, range: Range<usize>, with: &str) {
        if with.len() <= range.len() && self.text[range.clone()].is_ascii() {
            let start = range.start;
            self.blank(range);
            self.text.to_mut().replace_range(start..start + with.len(), with);
        }
    }

    fn finish(self) -> Cow<'text, str> {
        self.text
    }
}

/// The length of the parentheses that a text begins with, and of what is in them.
fn parentheses_len(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let end = text.bytes().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    Some(end + 1)
}

/// The length of the braces that a text begins with, and of what is in them; those in strings and comments of a line count
/// for none.
fn braces_len(text: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            b'"' => at += quoted_len(&bytes[at..]),
            b'/' if bytes[at..].starts_with(b"//") => {
                at += bytes[at..].iter().position(|byte| *byte == b'\n')?;
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Where the quote is that ends a string of a line; 0 where none does.
fn quoted_len(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = text.get(at).filter(|byte| **byte != b'\n') {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_commented_out_and_stay() {
        let text = "A(\u{fc}) b";
        let mut mask = Mask::new(text, Some(("/*", "*/")));
        mask.blank(0..1);
        mask.blank(1..5);
        assert_eq!(mask.finish(), " (\u{fc}) b", "no room for a comment");
        let text = "A(x\u{fc}y) b";
        let mut mask = Mask::new(text, Some(("/*", "*/")));
        mask.blank(1..7);
        assert_eq!(mask.finish(), "A/*\u{fc}*/ b");
    }
}
