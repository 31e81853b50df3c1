//! From captured imports to [`Import`]s.

use crate::Import;
use crate::captures::Captures;
use crate::lines::LineIndex;

const MAX_BYTES: usize = 1024;

/// The imports of a file, in order, each target once a statement.
pub(crate) fn collect(text: &str, lines: &LineIndex, captures: &Captures) -> Vec<Import> {
    captures
        .imports
        .iter()
        .filter_map(|import| {
            let written = text[import.target.clone()].trim();
            let written = written.strip_prefix("import ").unwrap_or(written);
            let (target, listed) = without_names(unquoted(written));
            let names = import.names.iter().map(|name| unquoted(&text[name.clone()]));
            let names = names.chain(listed).map(str::to_owned);
            (!target.is_empty() && target.len() <= MAX_BYTES).then(|| Import {
                target: target.to_owned(),
                names: names.collect(),
                line: lines.line(import.node.start),
            })
        })
        .collect()
}

/// A target without the names that it ends in, and these: `a.{B, C => D}`, `a._`.
fn without_names(written: &str) -> (&str, Vec<&str>) {
    let listed = written.split_once('{').and_then(|(target, rest)| {
        let names = rest.strip_suffix('}')?.split(',').map(str::trim);
        Some((target, names.filter(|name| !name.is_empty()).collect::<Vec<_>>()))
    });
    let wildcard = ["._", ".*"].iter().find_map(|all| written.strip_suffix(all).zip(all.get(1..)));
    match (listed, wildcard) {
        (Some((target, names)), _) => (target.trim_end_matches(['.', ':', '\\', ' ']), names),
        (None, Some((target, all))) => (target, vec![all]),
        (None, None) => (written, Vec::new()),
    }
}

/// A target without the quotes of a string literal or a Ruby symbol's colon.
fn unquoted(written: &str) -> &str {
    let written = written.trim();
    for quote in ['"', '\'', '`'] {
        let inner = written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    written.strip_prefix(':').filter(|name| !name.starts_with(':')).unwrap_or(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_lose_quotes_and_lists_of_names() {
        assert_eq!(unquoted("'./x'"), "./x");
        assert_eq!(unquoted("<stdio.h>"), "<stdio.h>");
        assert_eq!(unquoted(":json"), "json");
        assert_eq!(unquoted("::Foo"), "::Foo");
        assert_eq!(without_names("a.b.{C, D => E}"), ("a.b", vec!["C", "D => E"]));
        assert_eq!(without_names("a.b._"), ("a.b", vec!["_"]));
        assert_eq!(without_names("{"), ("{", vec![]));
        assert_eq!(without_names("a.b"), ("a.b", vec![]));
    }
}
