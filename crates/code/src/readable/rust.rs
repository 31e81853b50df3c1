//! Rust with functions that take what a macro chooses: `fn sums(a in 0..9) { … }` of `proptest!`.

use std::borrow::Cow;

use super::Mask;

/// No person's parameters are longer.
const LONGEST: usize = 2000;

/// The text without the parameters of functions that are taken from strategies.
pub(crate) fn without_strategies(text: &str) -> Cow<'_, str> {
    let mut mask = Mask::new(text, Some(("/*", "*/")));
    if !text.contains(" in ") {
        return Cow::Borrowed(text);
    }
    for (at, word) in text.match_indices("fn ") {
        let behind = &text[at + word.len()..];
        let name =
            behind.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(behind.len());
        let Some(inside) = behind[name..].strip_prefix('(').filter(|_| name > 0) else { continue };
        if let Some(length) = strategies_len(inside.as_bytes()) {
            let start = at + word.len() + name + 1;
            mask.blank_lines(start..start + length);
        }
    }
    mask.finish()
}

/// The length of the parameters that a text begins with, if they are taken from strategies.
fn strategies_len(text: &[u8]) -> Option<usize> {
    let (mut depth, mut is_quoted, mut has_in) = (0_usize, false, false);
    let mut at = 0;
    while at < text.len().min(LONGEST) {
        match text[at] {
            b'\\' if is_quoted => at += 1,
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' if depth == 0 => return has_in.then_some(at),
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b' ' if depth == 0 => has_in |= text[at..].starts_with(b" in "),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_strategies_are_blank_and_others_stay() {
        let text = "fn f(a in \".)*\", (b, c) in p(1)) {}\nfn g(a: u8) { for b in c {} }";
        let read = without_strategies(text);
        assert_eq!(read.split_once(')').unwrap().0.trim_end(), "fn f(");
        assert!(read.ends_with(") {}\nfn g(a: u8) { for b in c {} }"), "{read}");
        for text in ["fn f( in ", "fn (a in b)", "fn f(\"a in b", "fn f(\\ in \\"] {
            assert_eq!(without_strategies(text), text);
        }
    }
}
