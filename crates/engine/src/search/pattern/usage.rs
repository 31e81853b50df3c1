//! How a line uses a name: calls come before imports, and before what is written of it.

use std::ops::Range;

/// In the order in which lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Usage {
    /// It is called or made: `total(…)`, `Cart { … }`, `Vec::<u8>::new`, `log!(…)`.
    Call,
    /// Its value or its type is used.
    Value,
    /// It is imported, or a comment says it.
    Mention,
}

/// What lines of comments begin with.
const COMMENTS: [&str; 8] = ["//", "#", "*", "/*", "--", ";;", "%", "\"\"\""];
/// What lines of imports begin with.
const IMPORTS: [&str; 8] =
    ["import ", "from ", "use ", "pub use ", "using ", "#include", "require", "export {"];

impl Usage {
    /// How a line uses what stands at `name` in it.
    pub(super) fn of(line: &str, name: &Range<usize>) -> Self {
        let code = line.trim_start();
        // `#[derive(Cart)]`, and C's lines for the preprocessor, are code.
        let is_comment = COMMENTS.iter().any(|mark| code.starts_with(mark))
            && !["#[", "#define", "#if"].iter().any(|mark| code.starts_with(mark));
        if is_comment || IMPORTS.iter().any(|mark| code.starts_with(mark)) {
            return Self::Mention;
        }
        let behind = &line[name.end..];
        let is_call = ["(", "!(", "![", "!{", "::<", " {", "{", "<"]
            .iter()
            .any(|mark| behind.starts_with(mark));
        if is_call { Self::Call } else { Self::Value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_told_from_a_mention() {
        let of = |line: &str| {
            let at = line.find("total").unwrap();
            Usage::of(line, &(at..at + 5))
        };
        for call in ["let x = total(1);", "total::<u8>(1)", "total!(1)", "x = total { a: 1 }"] {
            assert_eq!(of(call), Usage::Call, "{call}");
        }
        for value in ["map(total)", "let x: total = y;", "#[derive(total)]"] {
            assert_eq!(of(value), Usage::Value, "{value}");
        }
        for mention in [
            "// total() sums",
            "from cart import total",
            "use cart::total;",
            " * total(x)",
            "# total(1)",
        ] {
            assert_eq!(of(mention), Usage::Mention, "{mention}");
        }
    }
}
