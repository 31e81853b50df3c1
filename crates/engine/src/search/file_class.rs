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
    let (directories, name) = path.rsplit_once('/').unwrap_or(("", path));
    let class = directories.split('/').fold(PathClass::default(), |class, directory| {
        class.with(PathClass::of_word(&directory.to_ascii_lowercase()))
    });
    let is = |one| class.contains(one);
    if is(PathClass::DOCUMENTATION) || language.is_none_or(|name| TEXTS.contains(&name)) {
        FileClass::Text
    } else if is(PathClass::TEST) || is(PathClass::EXAMPLE) || names_a_test(name) {
        FileClass::Test
    } else {
        FileClass::Code
    }
}

/// `test_x.py`, `x_test.go`, `x.spec.ts`, `XTests.swift`.
fn names_a_test(name: &str) -> bool {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let words = stem.split(['_', '-']).chain(name.split('.').skip(1));
    let is_test = |word: &str| matches!(word, "test" | "tests" | "spec" | "conftest");
    let ends_so = ["Test", "Tests", "Spec"].iter().any(|end| stem.ends_with(end));
    stem != "test" && (words.clone().any(|word| is_test(&word.to_ascii_lowercase())) || ends_so)
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
