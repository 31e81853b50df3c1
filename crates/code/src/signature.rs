//! The head of a definition, as one line.

use crate::doc::truncated;

const MAX_CHARS: usize = 200;
/// No head is longer; what follows is not looked at.
pub(crate) const MAX_SCANNED: usize = 2000;

/// The signature of a definition that begins where `text` does, and whose body, if it is known,
/// starts after `body` bytes. Annotations and descriptions before its name are left out.
pub(crate) fn signature(text: &str, body: Option<usize>, name: Option<usize>) -> String {
    let annotations = annotations_len(text, name.unwrap_or(usize::MAX));
    let text = &text[annotations..];
    let body = body.map(|at| at.saturating_sub(annotations));
    let head = match body {
        // A body that begins with what closes a parenthesis is none: a head of Cython alone.
        Some(at) if text.get(at..).is_some_and(|body| body.starts_with(')')) => text,
        Some(at) if at > 0 => &text[..at.min(text.len())],
        _ => {
            let name = name.unwrap_or(0).saturating_sub(annotations);
            &text[..head_len(text).max(line_len(text, name))]
        }
    };
    let scanned = head.char_indices().map(|(at, _)| at).find(|at| *at >= MAX_SCANNED);
    let head = &head[..scanned.unwrap_or(head.len())];
    let mut line = String::with_capacity(head.len().min(MAX_CHARS));
    for word in head.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let kept = without_opening(&line).len();
    line.truncate(kept);
    close_call(&mut line);
    truncated(line, MAX_CHARS)
}

/// Closes a call that is cut at the function that it is given: `it("adds up", () => …)`, `memo((row) => …)`.
fn close_call(head: &mut String) {
    let count = |bracket: char| head.matches(bracket).count();
    let open = count('(').saturating_sub(count(')'));
    // A Lisp's form begins with what it never closes in its head.
    if !head.starts_with('(') && head.ends_with(['"', '\'', '`', ')']) {
        head.extend(std::iter::repeat_n(')', open));
    }
}

/// Where a head without a known body ends: at a brace or a line's end outside of parentheses.
fn head_len(text: &str) -> usize {
    let mut depth = 0_i32;
    let (mut seen, mut last) = (false, ' ');
    for (at, c) in text.char_indices().take(MAX_SCANNED) {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            // What a string takes in: `"${name}"`.
            '{' if last == '$' => {}
            '{' | '\n' if depth <= 0 && seen => return at,
            _ => {}
        }
        seen |= !c.is_whitespace();
        last = c;
    }
    text.char_indices().nth(MAX_SCANNED).map_or(text.len(), |(at, _)| at)
}

/// The length of the line that `name` is in, where a brace stands before that: `const { a, b } = pair()`,
/// `FROM ${BASE} AS build`.
fn line_len(text: &str, name: usize) -> usize {
    let is_behind_brace = text.get(..name).is_some_and(|before| before.contains('{'));
    let is_shown = is_behind_brace && name < MAX_CHARS;
    let behind = text.get(name..).filter(|_| is_shown);
    behind.map_or(0, |behind| name + behind.find('\n').unwrap_or(behind.len()))
}

/// The length of the string that a text begins with.
fn quoted_len(text: &str) -> Option<usize> {
    let quote = if text.starts_with("\"\"\"") { "\"\"\"" } else { "\"" };
    let inside = text.strip_prefix(quote)?;
    inside.find(quote).map(|end| quote.len() + end + quote.len())
}

/// The length of the annotations and attributes that a definition begins with: `@Override`,
/// `@Test(timeout = 1)`, `[Obsolete("…")]`, `#[Pure]`, or a GraphQL description; none that holds the name.
fn annotations_len(text: &str, name: usize) -> usize {
    /// These look like annotations and are definitions.
    const DEFINITIONS: [&str; 6] =
        ["@interface", "@type", "@typep", "@opaque", "@callback", "@macrocallback"];
    let mut rest = text;
    loop {
        let after = match rest.as_bytes() {
            [b'@', ..] => {
                let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
                let name = rest[1..].find(|c| !is_name(c)).map_or(rest.len(), |at| at + 1);
                if name == 1 || DEFINITIONS.contains(&&rest[..name]) {
                    break;
                }
                let arguments =
                    if rest[name..].starts_with('(') { balanced(&rest[name..]) } else { Some(0) };
                arguments.map(|arguments| name + arguments)
            }
            [b'[', ..] => balanced(rest),
            [b'"', ..] => quoted_len(rest),
            [b'#', b'[', ..] => balanced(&rest[1..]).map(|len| len + 1),
            _ => break,
        };
        let Some(after) = after else { break };
        let next = rest[after..].trim_start();
        if next.is_empty() || text.len() - next.len() > name {
            break;
        }
        rest = next;
    }
    text.len() - rest.len()
}

/// The length of the bracketed text that a text begins with, if it ends soon.
fn balanced(text: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices().take(MAX_SCANNED) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + c.len_utf8());
        }
    }
    None
}

/// A head without what opens its body.
fn without_opening(head: &str) -> &str {
    let mut head = head.trim_end();
    loop {
        let before = head;
        for opening in ["{", "=>", "=", ":", ";", ",", " do", " where", " then"] {
            head = head.strip_suffix(opening).unwrap_or(head).trim_end();
        }
        if head == before {
            return head;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, body: Option<usize>) -> String {
        signature(text, body, None)
    }

    #[test]
    fn a_head_is_one_line_without_body() {
        assert_eq!(of("fn f(\n    a: u8,\n) -> u8 {\n    a\n}", None), "fn f( a: u8, ) -> u8");
        assert_eq!(of("def f(a):\n    pass", None), "def f(a)");
        assert_eq!(of("def f(a) do\n  a\nend", None), "def f(a)");
        assert_eq!(of("const f = (a) => a + 1", Some(17)), "const f = (a)");
        assert_eq!(of("int f(int a, int b);", None), "int f(int a, int b)");
        assert_eq!(of("it(\"adds\", () => 1)", Some(11)), "it(\"adds\")");
        assert_eq!(of("int\nf(void)\n{\n}", Some(12)), "int f(void)");
        assert_eq!(of("", None), "");
    }

    #[test]
    fn annotations_are_left_out() {
        assert_eq!(of("@Test(a = (1))\n@Other void f() {", None), "void f()");
        assert_eq!(of("[A(1)] [B]\nvoid F()\n{", None), "void F()");
        assert_eq!(of("#[Pure] function f() {", None), "function f()");
        assert_eq!(of("@type t :: atom", None), "@type t :: atom");
        assert_eq!(of("@only", None), "@only");
        assert_eq!(signature("@limit 16", None, Some(1)), "@limit 16");
        assert_eq!(of("\"What it is.\"\ntype A {", None), "type A");
        assert_eq!(of("\"\"\"\nIt.\n\"\"\"\ntype A {", None), "type A");
        assert_eq!(of("[unclosed", None), "[unclosed");
    }

    #[test]
    fn a_long_head_is_cut() {
        let long = of(&format!("let x = \"{}\"", "ö".repeat(5000)), None);
        assert_eq!(long.chars().count(), MAX_CHARS);
    }
}
