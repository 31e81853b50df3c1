//! Names and paths in URIs.

use std::fmt::Write as _;

/// A URI's path without its percent signs.
pub(super) fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = escaped
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A name as one part of a URI's path.
pub(super) fn encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{decoded, encoded};

    #[test]
    fn every_name_comes_back_from_its_uri() {
        for name in ["shop", "my shop", "a/b?c#d%e", "größe"] {
            assert!(encoded(name).is_ascii());
            assert_eq!(decoded(&encoded(name)), name);
        }
        assert_eq!(encoded("my shop"), "my%20shop");
    }

    #[test]
    fn percent_signs_are_decoded() {
        assert_eq!(decoded("/home/a%20b/%C3%BC"), "/home/a b/ü");
        assert_eq!(decoded("/100%/x%zz"), "/100%/x%zz");
    }
}
