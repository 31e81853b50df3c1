//! SCSS with its expressions as words: its grammar knows few of them, and takes what follows one that it does not know for
//! part of a selector. No expression has anything to find.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Mask;

/// The text with values, conditions, interpolations and arguments as words or blanks.
pub(crate) fn without_expressions(text: &str) -> Cow<'_, str> {
    static MODULES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let modules = r#"(?m)^[ \t]*@(?:use|forward)\s+(?:"[^"\n]*"|'[^'\n]*')([^;\n]+);"#;
        Regex::new(modules).ok()
    });
    let mut mask = Mask::new(text, Some(("/*", "*/")));
    for found in MODULES.iter().flat_map(|modules| modules.captures_iter(text)) {
        mask.blank(found.get(1).map_or(0..0, |names| names.range()));
    }
    let mut statements = Statements { text, at: 0 };
    while let Some(statement) = statements.next() {
        for inserted in &statement.inserted {
            mask.fill(inserted.clone(), b'x');
        }
        if text.as_bytes()[statement.bytes.start] == b'@' {
            mask_rule(text, &statement, &mut mask);
        } else if statement.has_body {
            mask_combinators(text, statement.bytes, &mut mask);
        } else if let Some(colon) = statement.colon {
            mask.fill(trimmed(text, colon + 1..statement.bytes.end), b'x');
        }
    }
    mask.finish()
}

/// What stands between two of `;`, `{` and `}`.
struct Statement {
    bytes: Range<usize>,
    /// Its interpolations: `#{$name}`.
    inserted: Vec<Range<usize>>,
    /// Its first colon.
    colon: Option<usize>,
    /// Whether a brace opens behind it.
    has_body: bool,
}

struct Statements<'a> {
    text: &'a str,
    at: usize,
}

impl Statements<'_> {
    /// The next statement that is not empty.
    fn next(&mut self) -> Option<Statement> {
        let bytes = self.text.as_bytes();
        let (mut found, mut open): (Option<Statement>, Vec<usize>) = (None, Vec::new());
        while let Some(&byte) = bytes.get(self.at) {
            let start = self.at;
            self.at += self.token_len();
            if bytes[start..].starts_with(b"/*") || bytes[start..].starts_with(b"//") {
                continue;
            }
            match byte {
                b'}' if !open.is_empty() => {
                    let opened = open.pop().filter(|_| open.is_empty());
                    let inserted = opened.map(|opened| opened..self.at);
                    found
                        .as_mut()
                        .into_iter()
                        .for_each(|found| found.inserted.extend(inserted.clone()));
                }
                b';' | b'{' | b'}' => {
                    open.clear();
                    if let Some(found) = found.take() {
                        return Some(Statement { has_body: byte == b'{', ..found });
                    }
                    continue;
                }
                byte if byte.is_ascii_whitespace() => continue,
                b'#' if self.at - start == 2 => open.push(start),
                _ => {}
            }
            let found = found.get_or_insert(Statement {
                bytes: start..start,
                inserted: Vec::new(),
                colon: None,
                has_body: false,
            });
            if byte == b':' && open.is_empty() {
                found.colon.get_or_insert(start);
            }
            found.bytes.end = self.at;
        }
        found
    }

    /// The length of the comment, the string, the address, or the character here.
    fn token_len(&self) -> usize {
        let rest = &self.text[self.at..];
        let until =
            |close: &str| rest[1..].find(close).map_or(rest.len(), |at| at + 1 + close.len());
        match rest.as_bytes() {
            [b'/', b'*', ..] => until("*/").max(3),
            [b'/', b'/', ..] => rest.find('\n').unwrap_or(rest.len()),
            [b'#', b'{', ..] | [b'\\', b'{' | b'}' | b';' | b'"' | b'\'', ..] => 2,
            [b'u', b'r', b'l', b'(', ..] => rest.find([')', '\n']).map_or(rest.len(), |at| at + 1),
            [quote @ (b'"' | b'\''), ..] => quoted_len(rest, *quote),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        }
    }
}

/// The length of the string that a text begins with; it ends with its line in any case.
fn quoted_len(text: &str, quote: u8) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'\n' || (byte == quote && !is_escaped);
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |at| at + 2)
}

/// Masks what an at-rule takes.
fn mask_rule(text: &str, statement: &Statement, mask: &mut Mask<'_>) {
    let end = statement.bytes.end;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let behind =
        |at: usize| at + text.as_bytes()[at..end].iter().take_while(|byte| is_name(byte)).count();
    // Its first character is a `$`, or anything.
    let behind_variable =
        |at: usize| behind(at + text[at..end].chars().next().map_or(0, char::len_utf8));
    let word = statement.bytes.start + 1..behind(statement.bytes.start + 1);
    let rest = trimmed(text, word.end..end);
    match &text[word] {
        "include" => {
            let name = behind(rest.start);
            let of_module = text.as_bytes().get(name) == Some(&b'.');
            let named = if of_module { behind(name + 1) } else { name };
            if of_module {
                mask.blank(rest.start..name + 1);
            }
            mask.blank_lines(named..end);
        }
        "mixin" | "function" => mask.blank_lines(behind(rest.start)..end),
        "return" | "warn" | "error" | "debug" | "if" | "while" => {
            mask_value(text, rest, mask);
        }
        "else" if text[rest.clone()].starts_with("if") => {
            mask_value(text, trimmed(text, rest.start + 2..end), mask);
        }
        "each" => put_instead(text, behind_variable(rest.start)..end, " in x", mask),
        "for" => put_instead(text, behind_variable(rest.start)..end, " from 0 to 0", mask),
        "media" if text[rest.clone()].contains('$') => put_instead(text, rest, "x", mask),
        _ => {}
    }
}

/// Writes for what a selector begins with the one around it that it goes on with: `> a, + b`.
fn mask_combinators(text: &str, selectors: Range<usize>, mask: &mut Mask<'_>) {
    let mut last = b',';
    for (at, byte) in selectors.clone().zip(text[selectors].bytes()) {
        if last == b',' && matches!(byte, b'>' | b'+' | b'~') {
            mask.put(at, "&");
        }
        last = if byte.is_ascii_whitespace() { last } else { byte };
    }
}

/// Makes one word of an expression.
fn mask_value(text: &str, range: Range<usize>, mask: &mut Mask<'_>) {
    let line = text[range.clone()].find(['\n', '\r']).map_or(range.end, |at| range.start + at);
    mask.fill(range.start..line, b'x');
    mask.blank_lines(line..range.end);
}

/// Puts words in the place of a range, where that is possible.
fn put_instead(text: &str, range: Range<usize>, words: &str, mask: &mut Mask<'_>) {
    let written = &text[range.clone()];
    let has_room = written.get(..words.len()).is_some_and(|start| !start.contains(['\n', '\r']));
    if written.is_ascii() && has_room {
        mask.blank_lines(range.clone());
        mask.put(range.start, words);
    }
}

/// A range without the blanks around it.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let written = &text[range.clone()];
    let start = range.start + written.len() - written.trim_start().len();
    start..start + written.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_words_and_selectors_stay() {
        for (text, read) in [
            ("@use \"a\" as b;\n", "@use \"a\"     ;\n"),
            ("a { b: m.div(1, 2); c: #{$d} }", "a { b: xxxxxxxxxxx; c: xxxxx }"),
            ("$a: (\n b: 1,\n) !default;\n", "$a: x\nxxxxxx\nxxxxxxxxxx;\n"),
            ("a { --#{$b}c: 1; }", "a { --xxxxxc: x; }"),
            ("a { b: url(c;d{e) } f:not(g) {}", "a { b: xxxxxxxxxx } f:not(g) {}"),
            ("a { b: \"c;}\"; // d: e;\n}", "a { b: xxxxx; // d: e;\n}"),
            (".a-#{f(\"{\")}:b {}", ".a-xxxxxxxxx:b {}"),
            ("@include a.b($c...) {}", "@include   b        {}"),
            ("@mixin a($b: (1, 2)) {}", "@mixin a             {}"),
            ("@if a($b) == 1 {} @else if $c {}", "@if xxxxxxxxxx {} @else if xx {}"),
            ("@each $a, $b in c($d) {}", "@each $a in x         {}"),
            ("@for $i from 1 through a(2) {}", "@for $i from 0 to 0         {}"),
            ("@media (min-width: $a) {}", "@media x               {}"),
            ("@return\n 1;", "@return\n x;"),
            ("a { > b, + c > d {} }", "a { & b, & c > d {} }"),
        ] {
            assert_eq!(without_expressions(text), read);
        }
        for plain in [
            ".a.b(c) {}",
            "a:hover > b, %c { &-d {} }",
            "@import \"a\";",
            "#{",
            "a: ",
            "@",
            "@each",
            "@each \u{fc} {}",
            "@for \u{1f56f}",
            "/*",
            "\u{fc}:\u{1f56f}{",
        ] {
            assert_eq!(without_expressions(plain), plain);
        }
    }
}
