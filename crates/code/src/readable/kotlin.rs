//! Kotlin without the contexts that the grammar does not know, and whose comments the grammar keeps: its scanner swallows a block comment where a line may have
//! gone on, and with it what the comment says of the class that follows.

use std::borrow::Cow;
use std::ops::Range;

use super::Mask;

/// The text without its contexts, and with its block comments as comments of lines, where each of their lines
/// has room for that.
pub(crate) fn without_contexts(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, None);
    let mut marks = Vec::new();
    let mut next = 0;
    for line in text.split_inclusive('\n') {
        let content = next + line.len() - line.trim_start().len();
        next += line.len();
        let line = line.trim();
        if let Some(length) = context(line) {
            mask.blank(content..content + length);
        }
        if let Some(at) = unended_body(line) {
            mask.put(content + at, ";");
        }
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

/// The blank before the brace that ends a body of one line whose last member has no end of its own: in `object A { val b = 1 }`
/// the grammar takes what is before the braces for a call.
fn unended_body(line: &str) -> Option<usize> {
    const MODIFIERS: [&str; 12] = [
        "private",
        "public",
        "internal",
        "protected",
        "data",
        "sealed",
        "open",
        "abstract",
        "inner",
        "value",
        "companion",
        "fun",
    ];
    let head = line.split(' ').find(|word| !MODIFIERS.contains(word))?;
    let body =
        line.strip_suffix(" }").filter(|_| matches!(head, "object" | "class" | "interface"))?;
    let is_one_line = body.matches('{').count() == body.matches('}').count() + 1;
    let is_unended = !body.trim_end().ends_with([';', '{']) && !body.ends_with(' ');
    (is_one_line && is_unended).then_some(body.len())
}

/// How long the context is that a line begins with, before what is declared in it: `context(c: C) fun f()`.
fn context(line: &str) -> Option<usize> {
    const NEXT: [&str; 14] = [
        "fun ",
        "val ",
        "var ",
        "class ",
        "private ",
        "public ",
        "internal ",
        "protected ",
        "override ",
        "suspend ",
        "inline ",
        "operator ",
        "infix ",
        "open ",
    ];
    let inside = line.strip_prefix("context(")?;
    let mut depth = 1_usize;
    let end = inside.bytes().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let end = line.len() - inside.len() + end + 1;
    let rest = line[end..].trim_start();
    NEXT.iter().any(|word| rest.starts_with(word)).then_some(end)
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
    fn contexts_before_what_they_are_for_are_blank() {
        let text = "  context(c: (A) -> B) fun f() = 1\ncontext(a)\ncontext(x) { }\ncontext(\n";
        let read = "                       fun f() = 1\ncontext(a)\ncontext(x) { }\ncontext(\n";
        assert_eq!(without_contexts(text), read);
    }

    #[test]
    fn block_comments_become_comments_of_lines() {
        let text =
            "/** A. */\n  /**\n   * B\n   *\n   */\nf() /* c */\n/* a\n  b */\n/* c */ g()\n";
        let read =
            "//* A. */\n  //*\n   //B\n  //\n   //\nf() /* c */\n/* a\n  b */\n/* c */ g()\n";
        assert_eq!(without_contexts(text), read);
        assert_eq!(
            without_contexts("\"\"\"\n/*\n* a\nb\n\"\"\"\n"),
            "\"\"\"\n/*\n* a\nb\n\"\"\"\n"
        );
    }
}
