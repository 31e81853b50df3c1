//! The files that a query names by their paths: `src/api/store.go`, `store.go:17`, a line of a stack trace.

use sconce_code::{Language, words};

use super::kind::qualified_parts;

/// More are not looked for.
const MAX_FILES: usize = 16;
/// The longest ending of a file's name that a word of a sentence may have.
const LONGEST_EXTENSION: usize = 12;

/// A file that a query names, by its path from some directory on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// The parts of the path in lower case, the file's name first and the outermost directory last.
    parts: Vec<String>,
    /// The line that is named with it, from 1.
    pub line: Option<u32>,
    /// How it is named.
    naming: Naming,
}

/// How a query names a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// By its path or a part of that: `src/api/store.go`.
    Path,
    /// As a module: `click.core`, `sync::mpsc`, without an ending, and maybe by the directory whose `__init__.py`,
    /// `mod.rs` or `index.ts` is meant.
    Module,
    /// By the query's only word: `stg_orders`.
    Stem,
}

/// Stems of files that stand for their directory.
const OF_DIRECTORY: [&str; 5] = ["__init__", "mod", "index", "init", "lib"];

impl NamedFile {
    /// How many parts, from the file's name up, the path shares with what is named; 0 where it is another file. What
    /// is named may begin further out (`/home/me/shop/src/cart.py`), or in another tree that holds the same directory.
    pub fn agrees(&self, path: &str) -> usize {
        match self.naming {
            Naming::Path => self.path_agrees(path),
            Naming::Module => self.module_agrees(path),
            Naming::Stem => usize::from(is_same(&self.parts[0], stem_of(path))),
        }
    }

    fn path_agrees(&self, path: &str) -> usize {
        let mut parts = path.rsplit('/');
        let shared = self.parts.iter().zip(parts.by_ref()).take_while(|(a, b)| is_same(a, b));
        let shared = shared.count();
        let is_whole = || shared == self.parts.len() || shared == path.split('/').count();
        if shared > 1 || shared == 1 && is_whole() { shared } else { 0 }
    }

    /// As [`agrees`](Self::agrees), of a module: two parts must be the same at least, since one is a mere word. A package's
    /// `src` is no part of a module's name, and its hyphens are underscores there.
    fn module_agrees(&self, path: &str) -> usize {
        let stem = Some(stem_of(path)).filter(|stem| !OF_DIRECTORY.contains(stem));
        let directories = path.rsplit('/').skip(1).filter(|directory| *directory != "src");
        let parts = stem.into_iter().chain(directories);
        let shared = self.parts.iter().zip(parts).take_while(|(a, b)| is_same_in_module(a, b));
        let shared = shared.count();
        if shared > 1 { shared } else { 0 }
    }

    /// How surely a file is meant: 1 by its path, less by what may be another thing's name.
    pub(crate) fn sureness(&self) -> f32 {
        match self.naming {
            Naming::Path => 1.0,
            Naming::Module | Naming::Stem => 0.6,
        }
    }

    /// The name of a definition that is meant rather than a file, where there is one.
    pub(crate) fn definition(&self) -> Option<&str> {
        (self.naming != Naming::Path).then(|| self.parts[0].as_str())
    }

    /// Whether a word is one of those by which it is named: of the path, or the line.
    pub(crate) fn says(&self, word: &str) -> bool {
        let mut words = self.parts.iter().flat_map(|part| part.split(|char| !words::is_word(char)));
        words.any(|of_path| of_path == word)
            || self.line.is_some_and(|line| line.to_string() == word)
    }
}

/// A file's name up to its first point.
fn stem_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

fn is_same(lower: &str, part: &str) -> bool {
    lower.eq_ignore_ascii_case(part) || !part.is_ascii() && lower == part.to_lowercase()
}

fn is_same_in_module(lower: &str, part: &str) -> bool {
    let letter = |byte: u8| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
    is_same(lower, part) || lower.bytes().map(letter).eq(part.bytes().map(letter))
}

/// What Python writes above a stack trace, whose last frame is where it happened.
const MOST_RECENT_LAST: &str = "most recent call last";

/// The files that a text names, each once, the one that is meant most first.
pub(super) fn named_files(text: &str) -> Vec<NamedFile> {
    let mut found: Vec<NamedFile> = Vec::new();
    let mut at = 0;
    while at < text.len() && found.len() < MAX_FILES {
        let rest = &text[at..];
        let length = rest.find(is_between).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(length);
        at += length + behind.chars().next().map_or(0, char::len_utf8);
        for file in named_file(piece, behind).into_iter().chain(named_module(piece)) {
            if !found.contains(&file) {
                found.push(file);
            }
        }
    }
    if text.contains(MOST_RECENT_LAST) {
        found.reverse();
    }
    found
}

/// The file that is named by a query's only word.
pub(super) fn file_called(name: &str) -> NamedFile {
    NamedFile { parts: vec![name.to_lowercase()], line: None, naming: Naming::Stem }
}

/// The file that a piece of a text names, with the line told in it or right behind it.
pub(super) fn named_file(piece: &str, behind: &str) -> Option<NamedFile> {
    let piece =
        piece.strip_prefix("file://").unwrap_or(piece).trim_end_matches(['.', ':', '?', '!']);
    // Test runners and editors put what is meant in a file behind its path: `tests/cart.py::TestCart::test_total`.
    let piece = piece
        .split_once("::")
        .map_or(piece, |(path, _)| if has_known_ending(path) { path } else { piece });
    let (path, line) = split_line(piece);
    let path = path.replace('\\', "/");
    if path.contains("//") || path.len() > 1000 {
        return None;
    }
    let mut parts: Vec<String> = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .map(str::to_lowercase)
        .collect();
    let name = path.rsplit('/').next()?;
    if name.is_empty() || !(parts.len() > 1 || is_file_name(name)) {
        return None;
    }
    // A drive's letter is no directory.
    if parts.first().is_some_and(|first| first.ends_with(':')) {
        parts.remove(0);
    }
    parts.reverse();
    Some(NamedFile { parts, line: line.or_else(|| line_behind(behind)), naming: Naming::Path })
}

/// The module that a piece of a text names: `click.core`, `tokio::sync::mpsc`, `com.example.shop.Cart`.
fn named_module(piece: &str) -> Option<NamedFile> {
    let piece = piece.trim_end_matches(['.', ':', '?', '!']);
    let parts = qualified_parts(piece);
    let is_path = piece.contains(['/', '\\', '#', '>']) || has_known_ending(piece);
    (parts.len() > 1 && !is_path).then(|| NamedFile {
        parts: parts.into_iter().rev().map(str::to_lowercase).collect(),
        line: None,
        naming: Naming::Module,
    })
}

/// Whether a query that is this word alone is a path, and no name of a definition.
pub(super) fn is_path(word: &str) -> bool {
    let path = word.trim_matches('/');
    let has_directory = path.contains('/') && !path.contains("//") && !path.contains('<');
    has_directory || has_known_ending(word)
}

/// Whether a word ends as the files of a language do. Of one letter, as in `a.c`, it may be a name in a scope,
/// unless a line stands behind it.
pub(super) fn has_known_ending(word: &str) -> bool {
    let (path, line) = split_line(word);
    let Some((_, ending)) = path.rsplit_once('.') else { return false };
    let is_long = ending.len() > 1 || line.is_some();
    is_long && Language::all().any(|language| language.extensions().contains(&ending))
}

/// What parts paths in a text.
fn is_between(char: char) -> bool {
    char.is_whitespace()
        || matches!(
            char,
            '(' | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '<'
                | '>'
                | '"'
                | '\''
                | '`'
                | ','
                | ';'
                | '|'
                | '='
        )
}

/// A file's whole name: with an ending that has a letter, or one that a language has (`Makefile`).
fn is_file_name(name: &str) -> bool {
    let ending = name.rsplit_once('.').filter(|(stem, _)| stem.chars().any(char::is_alphanumeric));
    let is_ending = |ending: &str| {
        ending.len() <= LONGEST_EXTENSION
            && ending.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
            && ending.chars().any(|char| char.is_ascii_alphabetic())
    };
    ending.is_some_and(|(_, ending)| is_ending(ending))
        || Language::all().any(|language| language.file_names().contains(&name))
}

/// A path without the line that is told at its end: `a.py:17`, `a.py:17:5`, `a.py#L17-L20`.
fn split_line(piece: &str) -> (&str, Option<u32>) {
    if let Some((path, lines)) = piece.rsplit_once('#') {
        let digits = lines.trim_start_matches(['L', 'l']);
        return match leading_number(digits) {
            Some(line) => (path, Some(line)),
            None => (piece, None),
        };
    }
    let mut parts = piece.split(':');
    let path = parts.next().unwrap_or(piece);
    // `C:\shop\cart.py:17`
    let drive = path.len() == 1 && piece[1..].starts_with(":\\");
    let path_end = if drive { 2 + parts.next().map_or(0, str::len) } else { path.len() };
    match parts.next().and_then(leading_number) {
        Some(line) => (&piece[..path_end], Some(line)),
        None => (piece, None),
    }
}

/// The line that stands behind a path: `", line 17"`, `(17,5)`, ` line 17`, ` at line 17`.
fn line_behind(behind: &str) -> Option<u32> {
    let rest = behind.trim_start_matches(['"', '\'', '`', ',', ')', ' ']);
    if let Some(place) = behind.strip_prefix('(') {
        let place = place.strip_prefix("line ").unwrap_or(place);
        return leading_number(place);
    }
    let rest = rest.strip_prefix("at ").or_else(|| rest.strip_prefix("on ")).unwrap_or(rest);
    let rest = rest.strip_prefix("lines ").or_else(|| rest.strip_prefix("line "))?;
    leading_number(rest)
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok().filter(|line| *line > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<(String, Option<u32>)> {
        let files = named_files(text).into_iter();
        files.map(|file| (file.parts.join("<"), file.line)).collect()
    }

    #[test]
    fn files_are_named_in_many_ways() {
        for (text, path, line) in [
            ("src/Api/store.go", "store.go<api<src", None),
            ("./web/index.ts:12:5", "index.ts<web", Some(12)),
            ("why does cart.py#L4-L9 fail?", "cart.py", Some(4)),
            ("  File \"/srv/shop/cart.py\", line 17, in total", "cart.py<shop<srv", Some(17)),
            ("\tat total(Cart.java:31)", "cart.java", Some(31)),
            ("src/cart.ts(17,5): error TS2304", "cart.ts<src", Some(17)),
            ("cart.py line 8", "cart.py", Some(8)),
            ("C:\\shop\\cart.py:17", "cart.py<shop", Some(17)),
            ("file:///srv/cart.py", "cart.py<srv", None),
            ("the Makefile", "makefile", None),
            (".github/workflows/release.yml", "release.yml<workflows<.github", None),
            ("store.go.", "store.go", None),
            ("shop/cart.py::Cart::total", "cart.py<shop", None),
            ("tokio::sync::mpsc", "mpsc<sync<tokio", None),
        ] {
            assert_eq!(named(text), [(path.to_owned(), line)], "{text}");
        }
        for text in ["version 2.3.0", "https://a.b/c.html", "wait...", "10:30"] {
            assert_eq!(named(text), [], "{text}");
        }
    }

    #[test]
    fn a_module_agrees_by_its_stem_or_its_directory() {
        let module = |text: &str| named_module(text).unwrap();
        assert_eq!(module("click.core").agrees("src/click/core.py"), 2);
        assert_eq!(module("click.core.").agrees("src/click/core.py"), 2);
        assert_eq!(module("click.core").agrees("src/core.py"), 0);
        assert_eq!(module("job_queue::iter").agrees("crates/job-queue/src/iter.rs"), 2);
        assert_eq!(module("tokio::sync::mpsc").agrees("src/sync/mpsc/mod.rs"), 2);
        assert_eq!(module("com.example.Cart").agrees("src/main/java/com/example/Cart.java"), 3);
        for text in ["store", "src/click.core", "store.go", "2.3.0", "a.go:17"] {
            assert_eq!(named_module(text), None, "{text}");
        }
    }

    #[test]
    fn a_path_agrees_from_its_end() {
        let file = |text: &str| named_files(text).remove(0);
        assert_eq!(file("api/store.go").agrees("src/API/store.go"), 2);
        assert_eq!(file("store.go").agrees("src/api/store.go"), 1);
        assert_eq!(file("store.go").agrees("src/api/my_store.go"), 0);
        assert_eq!(file("/home/me/shop/api/store.go").agrees("api/store.go"), 2);
        assert_eq!(file("lib/shop/api/store.go").agrees("src/shop/api/store.go"), 3);
        assert_eq!(file("lib/other/store.go").agrees("src/api/store.go"), 0);
        assert_eq!(file("api/store.go").agrees("api/store.go/mod.go"), 0);
    }
}
