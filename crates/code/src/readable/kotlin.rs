//! Kotlin whose comments the grammar keeps: its scanner swallows a block comment where a line may have
//! gone on, and with it what the comment says of the class that follows.

use std::borrow::Cow;
use std::ops::Range;

use super::Mask;

/// The text with its block comments as comments of lines, where each of their lines has room for that.
pub(crate) fn with_line_comments(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, None);
    let mut marks = Vec::new();
    let mut next = 0;
    for line in text.split_inclusive('\n') {
        let content = next + line.len() - line.trim_start().len();
        next += line.len();
        let line = line.trim();
        let is_part = if marks.is_empty() { line.starts_with("/*") } else { line.starts_with('*') };
        if !is_part {
            marks.clear();
            continue;
        }
        marks.push(mark(text, content));
        if let Some(end) = line.find("*/") {
            if end + 2 == line.len() && marks.iter().all(Option::is_some) {
                marks.iter().flatten().for_each(|at| mask.put(at.start, "//"));
            }
            marks.clear();
        }
    }
    mask.finish()
}

/// Where two slashes fit at the start of a comment's line: `/*`, or a star and the blank beside it.
fn mark(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let blank = |at: usize| matches!(bytes.get(at), Some(b' ' | b'\t' | b'/' | b'*'));
    if blank(at + 1) {
        return Some(at..at + 2);
    }
    let before = at.checked_sub(1)?;
    blank(before).then_some(before..at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_comments_become_comments_of_lines() {
        let text =
            "/** A. */\n  /**\n   * B\n   *\n   */\nf() /* c */\n/* a\n  b */\n/* c */ g()\n";
        let read =
            "//* A. */\n  //*\n   //B\n  //\n   //\nf() /* c */\n/* a\n  b */\n/* c */ g()\n";
        assert_eq!(with_line_comments(text), read);
        assert_eq!(
            with_line_comments("\"\"\"\n/*\n* a\nb\n\"\"\"\n"),
            "\"\"\"\n/*\n* a\nb\n\"\"\"\n"
        );
    }
}
