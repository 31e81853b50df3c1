//! Names and paths in URIs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What is escaped in one part of a URI's path.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A URI's path without its percent signs.
pub(crate) fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

/// A name as one part of a URI's path.
pub(crate) fn encoded(name: &str) -> String {
    utf8_percent_encode(name, ESCAPED).to_string()
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
