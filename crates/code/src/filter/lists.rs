//! Lists that are written as one text.

/// What stands between commas and line ends that are in no braces and brackets, and that no backslash
/// stands before: `src/**,{a,b}/*.rs`.
pub fn separated(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            ',' | '\n' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::separated;

    #[test]
    fn commas_in_braces_and_after_backslashes_separate_nothing() {
        assert_eq!(separated("*.py, *.pyi,"), ["*.py", "*.pyi"]);
        assert_eq!(separated("{a,b}/*.rs,[x,y]\nsrc\\,a"), ["{a,b}/*.rs", "[x,y]", "src\\,a"]);
        assert_eq!(separated(" , "), [""; 0]);
    }
}
