//! What an argument or a value means that is called otherwise: by its sense first, then by its letters.

use crate::nearest::nearest;

/// Names of arguments, by what they are called elsewhere.
const NAMES: [(&str, &[&str]); 11] = [
    (
        "query",
        &["q", "text", "question", "search", "pattern", "search_query", "keywords", "prompt"],
    ),
    ("limit", &["k", "n", "top_k", "topk", "count", "max_results", "num_results", "maxresults"]),
    (
        "path",
        &["file", "file_path", "filename", "filepath", "directory", "dir", "folder", "target"],
    ),
    ("language", &["lang", "languages", "file_type", "filetype"]),
    ("path_glob", &["glob", "globs", "path_globs", "paths", "include", "files", "file_pattern"]),
    ("symbol_type", &["kind", "type", "symbol_kind", "types", "kinds"]),
    ("symbol_name", &["symbol", "function", "class", "identifier"]),
    ("index_name", &["index", "name", "collection", "indexname"]),
    ("line", &["start_line", "line_number", "lineno", "start"]),
    ("max_tokens", &["tokens", "token_limit", "budget"]),
    ("rebuild", &["force", "fresh", "reindex", "full"]),
];

/// Values of `response_format`.
const FORMATS: [(&str, &[&str]); 2] = [
    ("concise", &["short", "brief", "compact", "minimal", "summary", "paths", "small"]),
    ("detailed", &["full", "long", "verbose", "complete", "default", "code", "json", "markdown"]),
];

/// The argument that a name probably means.
pub(super) fn argument<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = name.trim().to_lowercase().replace('-', "_");
    let mut meant = NAMES.iter().filter(|(_, names)| names.contains(&plain.as_str()));
    let by_sense = meant.find_map(|(meant, _)| known.iter().find(|name| *name == meant));
    by_sense.copied().or_else(|| nearest(name, known.iter().copied()))
}

/// The response's format that a word means.
pub(super) fn format(word: &str) -> Option<&'static str> {
    let word = word.trim().to_lowercase();
    FORMATS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(format, _)| *format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_by_its_sense_before_its_letters() {
        let known = ["query", "path", "limit", "language", "path_glob"];
        assert_eq!(argument("top_k", &known), Some("limit"));
        assert_eq!(argument("glob", &known), Some("path_glob"));
        assert_eq!(argument("langauge", &known), Some("language"));
        assert_eq!(argument("kind", &known), None, "nothing here is called so");
        assert_eq!(format("Short"), Some("concise"));
    }
}
