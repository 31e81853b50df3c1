//! What an argument or a value means that is called otherwise: by its words first, then by its letters.

use sconce_code::nearest;
use sconce_engine::separated;
use serde_json::Value;

/// Values of `response_format`.
const FORMATS: [(&str, &[&str]); 2] = [
    ("concise", &["short", "brief", "compact", "minimal", "summary", "paths", "small"]),
    ("detailed", &["full", "long", "verbose", "complete", "default", "code", "json", "markdown"]),
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

/// Words of a line, and of files and their paths.
const LINE: &[&str] = &["line", "lines", "lineno", "linenumber", "row"];
const FILE: &[&str] = &["file", "files", "path", "paths", "filename", "filepath", "filenames"];
/// Words of directories.
const DIRECTORIES: &[&str] = &["directories", "dirs", "folders"];
/// Words of a number about lines, which is no line.
const NO_LINE: &[&str] = &["max", "limit", "context", "count", "num", "before", "after"];
/// Words that tell what a query is besides its text.
const NO_TEXT: &[&str] = &[
    "type", "kind", "mode", "language", "lang", "max", "limit", "id", "rewrite", "expand", "count",
];
/// The argument of globs that a tool has.
const GLOBS: &[(&str, Manner)] = &[("path_glob", Manner::Same), ("include", Manner::Same)];
/// The argument of the project's directory that a tool has.
const PROJECT: &[(&str, Manner)] = &[("project", Manner::Same), ("path", Manner::Same)];

/// A rule by which a name of another argument is known.
struct Rule {
    /// Names that fit as a whole.
    names: &'static [&'static str],
    /// A name fits that has one of these words,
    words: &'static [&'static str],
    /// one of these, where there are any,
    and: &'static [&'static str],
    /// and none of these.
    unless: &'static [&'static str],
    /// The argument that a tool must have for the rule to be used.
    requires: Option<&'static str>,
    /// What is meant: the first of these that the tool has.
    meant: &'static [(&'static str, Manner)],
    /// Whether nothing else can be meant, so that nobody need be told.
    is_sure: bool,
}

impl Rule {
    const NONE: Self = Self {
        names: &[],
        words: &[],
        and: &[],
        unless: &[],
        requires: None,
        meant: &[],
        is_sure: false,
    };

    fn fits(&self, name: &str) -> bool {
        let any = |of: &[&str]| name.split('_').any(|word| of.contains(&word));
        let has_words = any(self.words) && (self.and.is_empty() || any(self.and));
        self.names.contains(&name) || has_words && !any(self.unless)
    }
}

/// The first rule that fits decides.
const RULES: &[Rule] = &[
    Rule {
        words: &["exclude", "excluded", "excludes", "ignore", "ignored"],
        meant: &[("exclude", Manner::Same), ("path_glob", Manner::LeftOut)],
        ..Rule::NONE
    },
    Rule {
        words: &["extension", "extensions", "ext", "exts", "suffix", "suffixes"],
        meant: &[("path_glob", Manner::Extensions), ("include", Manner::Extensions)],
        ..Rule::NONE
    },
    Rule {
        names: &["budget"],
        words: &["token", "tokens"],
        meant: &[("max_tokens", Manner::Same)],
        ..Rule::NONE
    },
    Rule {
        names: &["end", "to", "last", "until", "stop"],
        words: &["end", "to", "last", "until", "stop"],
        and: LINE,
        unless: NO_LINE,
        requires: Some("line"),
        meant: &[("end_line", Manner::Same)],
        is_sure: true,
    },
    Rule {
        names: &["start", "from", "range"],
        words: LINE,
        unless: NO_LINE,
        requires: Some("line"),
        meant: &[("line", Manner::Same)],
        is_sure: true,
        ..Rule::NONE
    },
    Rule {
        words: &["repo", "repository", "workspace", "project", "root", "codebase", "cwd"],
        unless: &["name", "id", "type", "url"],
        meant: PROJECT,
        is_sure: true,
        ..Rule::NONE
    },
    Rule {
        words: &["directory", "dir", "folder"],
        unless: DIRECTORIES,
        meant: PROJECT,
        is_sure: true,
        ..Rule::NONE
    },
    Rule {
        words: FILE,
        unless: &["type", "types", "glob", "pattern"],
        requires: Some("line"),
        meant: &[("path", Manner::Same)],
        is_sure: true,
        ..Rule::NONE
    },
    Rule {
        names: &["file", "file_path", "filename", "filepath", "target"],
        meant: &[("path", Manner::Same)],
        ..Rule::NONE
    },
    Rule { names: &["paths", "files"], meant: &[("path_glob", Manner::Same)], ..Rule::NONE },
    Rule {
        words: &["glob", "globs", "include", "includes", "included"],
        meant: GLOBS,
        ..Rule::NONE
    },
    Rule {
        words: FILE,
        and: &["pattern", "patterns", "filter", "mask"],
        meant: GLOBS,
        ..Rule::NONE
    },
    Rule { words: DIRECTORIES, meant: GLOBS, ..Rule::NONE },
    Rule {
        words: &["query", "queries"],
        unless: NO_TEXT,
        meant: &[("query", Manner::Same)],
        is_sure: true,
        ..Rule::NONE
    },
    Rule {
        names: &["q", "text", "search", "pattern", "prompt", "search_text"],
        words: &["question", "keyword", "keywords", "term", "terms"],
        unless: NO_TEXT,
        meant: &[("query", Manner::Same)],
        ..Rule::NONE
    },
    Rule {
        names: &["k", "n", "top_k", "topk", "count", "maxresults"],
        words: &["result", "results", "hits", "matches", "limit"],
        unless: &["format", "type"],
        meant: &[("limit", Manner::Same)],
        ..Rule::NONE
    },
    Rule {
        names: &["file_type", "filetype"],
        words: &["language", "languages", "lang", "langs"],
        meant: &[("language", Manner::Same)],
        ..Rule::NONE
    },
    Rule {
        names: &["name", "indexname"],
        words: &["index", "indexes", "indices", "collection"],
        meant: &[("index_name", Manner::Same)],
        ..Rule::NONE
    },
    Rule {
        names: &["kind", "type", "symbol_kind", "types", "kinds"],
        meant: &[("symbol_type", Manner::Same)],
        ..Rule::NONE
    },
    Rule {
        names: &["symbol", "function", "class", "identifier"],
        meant: &[("symbol_name", Manner::Same)],
        ..Rule::NONE
    },
    Rule {
        names: &["force", "fresh", "reindex", "full"],
        meant: &[("rebuild", Manner::Same)],
        ..Rule::NONE
    },
];

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

/// The argument that a name probably means: by the rules, else by its letters.
pub(super) fn argument<'a>(name: &str, known: &[&'a str]) -> Option<Meant<'a>> {
    let name = snake(name);
    let of = |meant: &str| known.iter().find(|name| **name == meant).copied();
    let mut rules = RULES.iter().filter(|rule| rule.requires.is_none_or(|name| of(name).is_some()));
    let by_rule = rules.find(|rule| rule.fits(&name)).and_then(|rule| {
        let mut meant = rule.meant.iter();
        meant.find_map(|(meant, manner)| {
            Some(Meant { name: of(meant)?, manner: *manner, is_sure: rule.is_sure })
        })
    });
    let by_letters = || {
        let name = nearest(&name, known.iter().copied())?;
        Some(Meant { name, manner: Manner::Same, is_sure: false })
    };
    by_rule.or_else(by_letters)
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
