//! A file's path as it is stored, shown and asked for: text on one line, whatever bytes a name has.
//!
//! What is plain text stays as it is. Where a name holds what is not, that is written as Rust would:
//! `gr\xf6sse.py`, `new\nline.py`. A backslash is doubled, so that no two names are shown alike.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// The path below the root as it is shown; `None` where it does not lie below the root.
pub(super) fn shown(root: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(root).ok()?;
    Some(escaped_name(below.as_os_str().as_bytes()))
}

fn escaped_name(bytes: &[u8]) -> String {
    if let Ok(plain) = std::str::from_utf8(bytes)
        && !plain.contains('\\')
        && !plain.chars().any(is_unseen)
    {
        return plain.to_owned();
    }
    let mut shown = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c == '\\' || is_unseen(c) {
                let _ = write!(shown, "{}", c.escape_default());
            } else {
                shown.push(c);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// What breaks a line, steers a terminal, turns the order of what is read or is unseen: control
/// characters, line and paragraph separators, and marks of direction. No answer holds it as it is.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_names_are_shown_alike() {
        let names: [(&[u8], &str); 6] = [
            ("src/größe.rs".as_bytes(), "src/größe.rs"),
            (b"gr\xf6sse.py", r"gr\xf6sse.py"),
            (br"gr\xf6sse.py", r"gr\\xf6sse.py"),
            (b"new\nline.py", r"new\nline.py"),
            (br"new\nline.py", r"new\\nline.py"),
            ("a\u{202e}b".as_bytes(), r"a\u{202e}b"),
        ];
        for (name, expected) in names {
            assert_eq!(escaped_name(name), expected);
        }
    }
}
