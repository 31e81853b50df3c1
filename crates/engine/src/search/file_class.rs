//! What kind of file a path names, as far as the order of lines needs it: those that match a pattern or say a message.

use sconce_rank::PathClass;

/// Kinds of files in the order of their lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FileClass {
    Code,
    /// Tests and examples.
    Test,
    /// Documentation and data.
    Text,
}

/// Languages of files that are read and not run.
const TEXTS: &[&str] = &["html", "json", "markdown", "rst", "text", "toml", "xml", "yaml"];

/// What a file is by its path and language.
pub(super) fn class_of(path: &str, language: Option<&str>) -> FileClass {
    let class = PathClass::of_path(path);
    let is = |one| class.contains(one);
    if is(PathClass::DOCUMENTATION) || language.is_none_or(|name| TEXTS.contains(&name)) {
        FileClass::Text
    } else if is(PathClass::TEST) || is(PathClass::EXAMPLE) {
        FileClass::Test
    } else {
        FileClass::Code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_comes_before_its_tests_and_those_before_what_is_written_of_it() {
        for (path, language, class) in [
            ("src/store.rs", Some("rust"), FileClass::Code),
            ("src/latest.rs", Some("rust"), FileClass::Code),
            ("src/test.rs", Some("rust"), FileClass::Code),
            ("tests/store.rs", Some("rust"), FileClass::Test),
            ("src/store_test.go", Some("go"), FileClass::Test),
            ("src/cart.spec.ts", Some("typescript"), FileClass::Test),
            ("src/CartTests.swift", Some("swift"), FileClass::Test),
            ("examples/a.rs", Some("rust"), FileClass::Test),
            ("README.md", Some("markdown"), FileClass::Text),
            ("docs/conf.py", Some("python"), FileClass::Text),
            ("LICENSE", None, FileClass::Text),
        ] {
            assert_eq!(class_of(path, language), class, "{path}");
        }
        assert!(FileClass::Code < FileClass::Test && FileClass::Test < FileClass::Text);
    }
}
