//! SCSS without what came to it with its modules, which the grammar does not know.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::Mask;

/// Longer maps stay as they are.
const LONGEST_MAP: usize = 64 << 10;

/// The text without the names of modules (`math.div(1, 3)`, `@use "x" as y`), and with each map as a zero.
pub(crate) fn without_modules(text: &str) -> Cow<'_, str> {
    static PARTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let parts = r#"(?m)^[ \t]*@(?:use|forward)\s+(?:"[^"\n]*"|'[^'\n]*')([^;\n]+);|[\s(,:]([a-z_][\w-]*\.)(?:\$[a-z_]|[a-z_][\w-]*\()"#;
        Regex::new(parts).ok()
    });
    static MAPS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*\$[\w-]+[ \t]*:[ \t]*(\()").ok());
    let mut mask = Mask::new(text, None);
    for found in PARTS.iter().flat_map(|parts| parts.captures_iter(text)) {
        let part = found.get(1).or_else(|| found.get(2));
        mask.blank(part.map_or(0..0, |part| part.range()));
    }
    let mut from = 0;
    for found in MAPS.iter().flat_map(|maps| maps.captures_iter(text)) {
        let open = found.get(1).map_or(0, |open| open.start());
        if open < from {
            continue;
        }
        let near = &text[open..text.floor_char_boundary(open + LONGEST_MAP)];
        let length = map_len(near);
        if let Some(length) = length.filter(|length| *length > 0) {
            mask.blank_lines(open..open + length);
            mask.put(open, "0");
        }
        // What is in one that has no end is not looked through again.
        from = open + length.unwrap_or(near.len());
    }
    mask.finish()
}

/// The length of the map that a text begins with, none where it has no end; of what is no map nothing.
fn map_len(text: &str) -> Option<usize> {
    let (mut depth, mut keys) = (0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(if keys { at + 1 } else { 0 }),
            b')' => depth -= 1,
            b':' => keys = true,
            b';' => return Some(0),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_blank_and_maps_are_zero() {
        assert_eq!(without_modules("@use \"a\" as b;\n"), "@use \"a\"     ;\n");
        assert_eq!(without_modules("a { b: m.div(1, 2); }"), "a { b:   div(1, 2); }");
        assert_eq!(without_modules(".a.b(c) {}"), ".a.b(c) {}");
        assert_eq!(without_modules("$a: (\n b: 1,\n) !default;"), "$a: 0\n      \n  !default;");
        assert_eq!(without_modules("$a: (1 + 2);"), "$a: (1 + 2);");
    }
}
