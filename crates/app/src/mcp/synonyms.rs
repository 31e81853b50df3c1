//! What an argument or a value means that is called otherwise: by its sense first, then by its letters.

use sconce_code::nearest;
use sconce_engine::separated;
use serde_json::Value;

/// Names of arguments, by what they are called elsewhere.
const NAMES: [(&str, &[&str]); 11] = [
    ("query", &["q", "text", "question", "search", "pattern", "keywords", "prompt", "search_text"]),
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

/// Words of what only the project's directory is called.
const PROJECT: [&str; 7] =
    ["repo", "repository", "workspace", "project", "root", "codebase", "cwd"];
/// Words that tell what a query is besides its text.
const NO_TEXT: [&str; 11] = [
    "type", "kind", "mode", "language", "lang", "max", "limit", "id", "rewrite", "expand", "count",
];

/// How the value of an argument that is called otherwise becomes the value of the one that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// As it is.
    Same,
    /// Extensions, which become globs of the files that have them.
    Extensions,
    /// Globs of what is left out.
    LeftOut,
}

impl Manner {
    /// The value in the form that the argument has.
    pub(super) fn applied(self, value: Value) -> Value {
        match (self, value) {
            (Manner::Same, value) => value,
            (manner, Value::Array(items)) => {
                items.into_iter().map(|item| manner.applied(item)).collect()
            }
            (manner, Value::String(text)) => {
                if let Ok(items) = serde_json::from_str::<Vec<String>>(&text) {
                    return items.iter().map(|item| manner.glob(item)).collect();
                }
                let globs = separated(&text).into_iter().map(|one| manner.glob(one));
                let mut globs: Vec<String> = globs.collect();
                if globs.len() == 1 { globs.remove(0).into() } else { globs.into() }
            }
            (_, other) => other,
        }
    }

    fn glob(self, text: &str) -> String {
        match self {
            Manner::Extensions if text.contains(['*', '/']) => text.to_owned(),
            Manner::Extensions => format!("*.{}", text.trim_start_matches('.')),
            Manner::LeftOut if !text.starts_with('!') => format!("!{text}"),
            Manner::Same | Manner::LeftOut => text.to_owned(),
        }
    }
}

/// What an argument that is called otherwise means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meant<'a> {
    /// The argument's name.
    pub(super) name: &'a str,
    /// How its value becomes that argument's.
    pub(super) manner: Manner,
    /// Whether it can mean nothing else, so that nobody need be told.
    pub(super) is_sure: bool,
}

/// A name in lower case with `_` between its words: `indexName` and `index-name` are `index_name`.
pub(super) fn snake(name: &str) -> String {
    let name: Vec<char> = name.trim().chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, c) in name.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| name[at]);
        let follows_word = before.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let begins_word = before.is_some_and(|c| c.is_ascii_uppercase())
            && name.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && (follows_word || begins_word) {
            snake.push('_');
        }
        snake.push(if matches!(c, '-' | ' ' | '.') { '_' } else { c.to_ascii_lowercase() });
    }
    snake
}

/// The argument that a name probably means: by what it is called elsewhere, by its words, or by its letters.
pub(super) fn argument<'a>(name: &str, known: &[&'a str]) -> Option<Meant<'a>> {
    let plain = snake(name);
    let of = |meant: &str| known.iter().find(|name| **name == meant).copied();
    let by_words = by_words(&plain, &|meant| of(meant).is_some());
    if let Some((meant, manner, is_sure)) = by_words.filter(|(_, _, is_sure)| *is_sure) {
        return of(meant).map(|name| Meant { name, manner, is_sure });
    }
    let same = |name| Meant { name, manner: Manner::Same, is_sure: false };
    let mut called = NAMES.iter().filter(|(_, names)| names.contains(&plain.as_str()));
    let by_sense = called.find_map(|(meant, _)| of(meant));
    let by_words = || {
        by_words.and_then(|(meant, manner, is_sure)| {
            of(meant).map(|name| Meant { name, manner, is_sure })
        })
    };
    by_sense
        .map(same)
        .or_else(by_words)
        .or_else(|| nearest(&plain, known.iter().copied()).map(same))
}

/// What the words of a name mean, and whether that is sure; `has` tells which arguments the tool has.
fn by_words(name: &str, has: &dyn Fn(&str) -> bool) -> Option<(&'static str, Manner, bool)> {
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    let any = |of: &[&str]| words.iter().any(|word| of.contains(word));
    let guess = |name: &'static str| has(name).then_some((name, Manner::Same, false));
    let sure = |name: &'static str| has(name).then_some((name, Manner::Same, true));
    let globs = if has("path_glob") { "path_glob" } else { "include" };
    if any(&["exclude", "excluded", "excludes", "ignore", "ignored"]) {
        return guess("exclude")
            .or_else(|| has("path_glob").then_some(("path_glob", Manner::LeftOut, false)));
    }
    if any(&["extension", "extensions", "ext", "exts", "suffix", "suffixes"]) {
        return has(globs).then_some((globs, Manner::Extensions, false));
    }
    if any(&["token", "tokens"]) {
        return guess("max_tokens");
    }
    if has("line") && !any(&["max", "limit", "context", "count", "num", "before", "after"]) {
        let is_last = any(&["end", "to", "last", "until", "stop"]);
        let is_line = any(&["line", "lines", "lineno", "linenumber", "row"]);
        if is_last && (is_line || words.len() == 1) {
            return sure("end_line");
        }
        if is_line || (words.len() == 1 && any(&["start", "from", "range"])) {
            return sure("line");
        }
    }
    if any(&PROJECT) && !any(&["name", "id", "type", "url"]) {
        return if has("project") { sure("project") } else { sure("path") };
    }
    let is_plural = any(&["directories", "dirs", "folders"]);
    if any(&["directory", "dir", "folder"]) && !is_plural {
        return if has("project") { sure("project") } else { sure("path") };
    }
    let is_file = any(&["file", "files", "path", "paths", "filename", "filepath", "filenames"]);
    if has("line") && is_file && !any(&["type", "types", "glob", "pattern"]) {
        return sure("path");
    }
    let is_pattern = any(&["glob", "globs", "include", "includes", "included"])
        || (is_file && any(&["pattern", "patterns", "filter", "mask"]));
    if is_pattern || is_plural {
        return guess(globs);
    }
    let is_text = any(&["query", "queries"]) && !any(&NO_TEXT);
    if is_text {
        return sure("query");
    }
    if any(&["question", "keyword", "keywords", "term", "terms"]) && !any(&NO_TEXT) {
        return guess("query");
    }
    if any(&["result", "results", "hits", "matches", "limit"]) && !any(&["format", "type"]) {
        return guess("limit");
    }
    if any(&["language", "languages", "lang", "langs"]) {
        return guess("language");
    }
    if any(&["index", "indexes", "indices", "collection"]) {
        return guess("index_name");
    }
    None
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
        let argument = |name| argument(name, &known).map(|meant| meant.name);
        assert_eq!(argument("top_k"), Some("limit"));
        assert_eq!(argument("glob"), Some("path_glob"));
        assert_eq!(argument("langauge"), Some("language"));
        assert_eq!(argument("kind"), None, "nothing here is called so");
        assert_eq!(format("Short"), Some("concise"));
    }

    #[test]
    fn a_name_is_known_by_its_words() {
        let search =
            ["query", "path", "index_name", "language", "path_glob", "limit", "max_tokens"];
        let read = ["path", "line", "end_line", "project", "index_name", "max_tokens"];
        let index = ["path", "index_name", "rebuild", "include", "exclude", "wait_seconds"];
        for (known, name, expected) in [
            (&search[..], "queryText", Some(("query", true))),
            (&search, "semantic_query", Some(("query", true))),
            (&search, "search_term", Some(("query", false))),
            (&search, "Keyword", Some(("query", false))),
            (&search, "query_type", None),
            (&search, "repo_path", Some(("path", true))),
            (&search, "workspaceRoot", Some(("path", true))),
            (&search, "repo_name", None),
            (&search, "include_pattern", Some(("path_glob", false))),
            (&search, "target_directories", Some(("path_glob", false))),
            (&search, "numberOfResults", Some(("limit", false))),
            (&search, "n_results", Some(("limit", false))),
            (&search, "maxOutputTokens", Some(("max_tokens", false))),
            (&read, "startLine", Some(("line", true))),
            (&read, "endLine", Some(("end_line", true))),
            (&read, "to_line", Some(("end_line", true))),
            (&read, "line-range", Some(("line", true))),
            (&read, "context_lines", None),
            (&read, "files", Some(("path", true))),
            (&read, "filePath", Some(("path", true))),
            (&read, "repositoryPath", Some(("project", true))),
            (&index, "exclude_patterns", Some(("exclude", false))),
            (&index, "workspace_dir", Some(("path", true))),
        ] {
            let meant = argument(name, known).map(|meant| (meant.name, meant.is_sure));
            assert_eq!(meant, expected, "{name}");
        }
    }

    #[test]
    fn extensions_and_what_is_left_out_become_globs() {
        let known = ["query", "path_glob"];
        let glob = |name: &str, value: Value| {
            argument(name, &known).map(|meant| meant.manner.applied(value)).unwrap()
        };
        assert_eq!(glob("file_extension", ".py".into()), "*.py");
        assert_eq!(
            glob("fileExtensions", serde_json::json!(["ts", "*.tsx"])).to_string(),
            r#"["*.ts","*.tsx"]"#
        );
        assert_eq!(glob("extensions", "go, rs".into()).to_string(), r#"["*.go","*.rs"]"#);
        assert_eq!(glob("exclude", "tests/**".into()), "!tests/**");
    }

    #[test]
    fn words_of_a_name_are_told_apart_however_they_are_joined() {
        for (name, expected) in [
            ("indexName", "index_name"),
            ("repoURL", "repo_url"),
            ("HTMLFile", "html_file"),
            ("top-k", "top_k"),
            ("MAX_TOKENS", "max_tokens"),
            ("", ""),
        ] {
            assert_eq!(snake(name), expected);
        }
    }
}
