//! What the grammar of C# cannot be given: the page around the code.

use std::borrow::Cow;
use std::ops::Range;

use super::Mask;

/// Of a Razor page the insides of its blocks of code (`@functions { … }`, `@code { … }`) and its
/// `@using` lines; the rest is blank. A block is the body of the class that the page becomes.
pub(crate) fn code_of_page(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, Some(("/*", "*/")));
    let mut kept_to = 0;
    for kept in code(text) {
        mask.blank_lines(kept_to..kept.start);
        if text[kept.clone()].starts_with('{')
            && let Some((class, name)) = room(text, &mask.text, kept_to..kept.start)
        {
            mask.put(class, "class");
            mask.put(name, "_");
        }
        kept_to = kept.end;
        // A directive ends with its line, and C#'s own with a semicolon.
        if text[kept.clone()].starts_with("using ") && text[kept.end..].starts_with('\n') {
            mask.put(kept.end, ";");
            kept_to += 1;
        }
    }
    mask.blank_lines(kept_to..text.len());
    mask.finish()
}

/// Where a masked range has room for `class` and a name, so that what is in the braces behind it are
/// members. The name stands in for a blank, so that nothing is called by it.
fn room(text: &str, masked: &str, range: Range<usize>) -> Option<(usize, usize)> {
    const CLASS_BYTES: usize = 5;
    let (written, read) = (text.as_bytes(), masked.as_bytes());
    let name = range.clone().rev().find(|at| written[*at] == b' ' && read[*at] == b' ')?;
    let before = read.get(range.start..name)?;
    let is_free = |window: &[u8]| window.iter().all(|byte| *byte == b' ');
    let class = before.windows(CLASS_BYTES + 1).rposition(is_free)?;
    Some((range.start + class, name))
}

/// What of a page is code, in order.
fn code(text: &str) -> Vec<Range<usize>> {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('@').map(|found| at + found) {
        at = found + 1;
        let rest = &text[at..];
        let block = ["functions", "code"].iter().find_map(|word| rest.strip_prefix(*word));
        if rest.starts_with("using ") && starts_line(text, found) {
            let end = rest.find('\n').unwrap_or(rest.len());
            kept.push(at..at + end);
            at += end;
        } else if let Some(inside) = block.and_then(|block| inside(text, text.len() - block.len()))
        {
            at = inside.end;
            kept.push(inside);
        }
    }
    kept
}

fn starts_line(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches([' ', '\t', '\u{feff}']).ends_with('\n') || at == 0
}

/// What is in the braces that open at `at`, but for blanks, with them; all of the rest where none closes them.
fn inside(text: &str, at: usize) -> Option<Range<usize>> {
    let open = text.len() - text[at..].trim_start().len();
    if !text[open..].starts_with('{') {
        return None;
    }
    let mut depth = 0_usize;
    let mut string = false;
    for (offset, byte) in text[open..].bytes().enumerate() {
        match byte {
            b'"' => string = !string,
            b'\n' => string = false,
            b'{' if !string => depth += 1,
            b'}' if !string => {
                depth -= 1;
                if depth == 0 {
                    return Some(open..open + offset + 1);
                }
            }
            _ => {}
        }
    }
    Some(open..text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_stays_where_it_is() {
        let page = "@page\n@functions {\n  int F() { return 1; }\n}\n<p>@F()</p>\n";
        let code = code_of_page(page);
        assert_eq!(code.len(), page.len());
        assert_eq!(code.trim(), "class _{\n  int F() { return 1; }\n}");
        assert_eq!(code.find("int"), page.find("int"));
        assert_eq!(code_of_page("@code {").trim(), "{", "no room for a class");
        assert_eq!(code_of_page("<p>\u{fc}</p>@code{a}").trim_end().len(), 17);
    }
}
