//! Globs as regular expressions that PostgreSQL and Rust's `regex` read alike, so that a glob means
//! one thing wherever it is matched.

use regex::{RegexSet, RegexSetBuilder};

/// The longest pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1024;
/// The most patterns of one kind in a request.
pub const MAX_PATTERNS: usize = 100;
/// The most braces and brackets that may be open at once.
pub const MAX_OPEN: usize = 32;
/// The most memory that the patterns of one filter may take once they are compiled.
const MAX_COMPILED_BYTES: usize = 32 << 20;

/// Why a pattern is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Longer than [`MAX_PATTERN_BYTES`].
    #[error("it has {0} bytes, and at most {MAX_PATTERN_BYTES} are taken")]
    TooLong(usize),
    /// More than [`MAX_PATTERNS`].
    #[error("there are {0} patterns, and at most {MAX_PATTERNS} are taken")]
    TooMany(usize),
    /// More than [`MAX_OPEN`].
    #[error("its braces and brackets nest deeper than {MAX_OPEN}")]
    TooDeep,
    /// A brace or a bracket that is never closed.
    #[error("its `{0}` is never closed")]
    Unclosed(char),
    /// A `}` that closes nothing.
    #[error("its `}}` closes nothing")]
    Unopened,
    /// Compiled, the patterns would take too much memory.
    #[error("it is too complex")]
    TooComplex,
}

/// Checks that a pattern may be built at all: builders recurse into what is nested, and their
/// memory grows with a pattern's length.
pub fn check_size(pattern: &str) -> Result<(), PatternError> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(PatternError::TooLong(pattern.len()));
    }
    let mut open = 0_usize;
    let mut escaped = false;
    for byte in pattern.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_OPEN {
            return Err(PatternError::TooDeep);
        }
    }
    Ok(())
}

/// Checks the size of each pattern of a request, and how many there are.
pub fn check_sizes(patterns: &[String]) -> Result<(), (String, PatternError)> {
    if patterns.len() > MAX_PATTERNS {
        return Err((String::new(), PatternError::TooMany(patterns.len())));
    }
    patterns
        .iter()
        .try_for_each(|pattern| check_size(pattern).map_err(|error| (shortened(pattern), error)))
}

/// Checks the size of a pattern and that all that it opens is closed.
pub fn check(pattern: &str) -> Result<(), PatternError> {
    check_size(pattern)?;
    let chars: Vec<char> = pattern.chars().collect();
    let (mut at, mut open) = (0, 0_usize);
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 1,
            '[' => match class(&chars[at..]) {
                Some((_, length)) => at += length - 1,
                None => return Err(PatternError::Unclosed('[')),
            },
            '{' => open += 1,
            '}' if open == 0 => return Err(PatternError::Unopened),
            '}' => open -= 1,
            _ => {}
        }
        at += 1;
    }
    if open > 0 { Err(PatternError::Unclosed('{')) } else { Ok(()) }
}

/// A pattern as it is shown in a message.
pub fn shortened(pattern: &str) -> String {
    const SHOWN: usize = 60;
    match pattern.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &pattern[..end]),
        None => pattern.to_owned(),
    }
}

/// One glob of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    regex: String,
    takes: bool,
}

/// Globs on paths, as `rg -g` takes them: `src`, `src/` and `/src` stand for all that is in the
/// directory, `*.rs` fits at any depth, `!tests` leaves out, and of several that fit the last one
/// wins. Where one of them takes, a path that none fits is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathGlobs {
    rules: Vec<Rule>,
}

impl PathGlobs {
    /// Reads the globs. What is wrong in one ([`check`]) is taken as it stands.
    pub fn parse(globs: &[String]) -> PathGlobs {
        let rule = |glob: &String| match glob.strip_prefix('!') {
            Some(rest) => Rule { regex: path_regex(rest), takes: false },
            None => Rule { regex: path_regex(glob), takes: true },
        };
        PathGlobs { rules: globs.iter().map(rule).collect() }
    }

    /// Whether a path that no glob fits passes.
    pub(crate) fn passes_others(&self) -> bool {
        !self.rules.iter().any(|rule| rule.takes)
    }

    /// The regular expressions of neighbours that do the same, and whether they take; the last ones
    /// first, since they win.
    pub(crate) fn runs(&self) -> Vec<(Vec<String>, bool)> {
        let runs = self.rules.chunk_by(|a, b| a.takes == b.takes);
        let texts = |run: &[Rule]| run.iter().map(|rule| rule.regex.clone()).collect();
        runs.map(|run| (texts(run), run[0].takes)).rev().collect()
    }

    /// The same globs over paths in memory.
    pub fn matcher(&self) -> Result<PathMatcher, PatternError> {
        let set = regex_set(self.rules.iter().map(|rule| rule.regex.clone()))?;
        let takes = self.rules.iter().map(|rule| rule.takes).collect();
        Ok(PathMatcher { set, takes, others: self.passes_others() })
    }
}

/// [`PathGlobs`] over paths in memory.
#[derive(Debug, Clone)]
pub struct PathMatcher {
    set: RegexSet,
    takes: Vec<bool>,
    others: bool,
}

impl PathMatcher {
    /// Whether a path passes.
    pub fn passes(&self, path: &str) -> bool {
        self.decides(path).unwrap_or(self.others)
    }

    /// Whether the last glob that fits a path takes it; none where no glob does.
    pub fn decides(&self, path: &str) -> Option<bool> {
        self.set.matches(path).into_iter().max().map(|rule| self.takes[rule])
    }

    /// Whether a path that no glob fits passes.
    pub fn passes_others(&self) -> bool {
        self.others
    }
}

/// Globs on symbols' names over names in memory; a glob without a capital letter ignores case.
#[derive(Debug, Clone)]
pub struct NameMatcher {
    set: RegexSet,
}

impl NameMatcher {
    /// Reads the globs.
    pub fn parse(globs: &[String]) -> Result<NameMatcher, PatternError> {
        let regexes = globs.iter().map(|glob| match name_regex(glob) {
            (regex, true) => regex,
            (regex, false) => format!("(?i){regex}"),
        });
        Ok(NameMatcher { set: regex_set(regexes)? })
    }

    /// Whether one of the globs fits a name.
    pub fn passes(&self, name: &str) -> bool {
        self.set.is_match(name)
    }
}

fn regex_set(regexes: impl Iterator<Item = String>) -> Result<RegexSet, PatternError> {
    // To PostgreSQL a dot is any character, a line's end too.
    let mut builder = RegexSetBuilder::new(regexes.map(|regex| format!("(?s){regex}")));
    builder.size_limit(MAX_COMPILED_BYTES).build().map_err(|_| PatternError::TooComplex)
}

/// A path glob as a regular expression. `*` and `?` stay within a directory, `**` does not, `[…]`
/// and `{a,b}` are as in a shell. Without a `/` in its middle or at its front it fits at any depth,
/// as in a `.gitignore`; and a directory stands for all that is in it.
fn path_regex(glob: &str) -> String {
    let glob = glob.strip_prefix("./").unwrap_or(glob);
    let anchored = glob.trim_end_matches('/').contains('/');
    let within = if glob.ends_with('/') { "/.*" } else { "(?:/.*)?" };
    let glob = glob.trim_start_matches('/').trim_end_matches('/');
    if glob.is_empty() || glob == "." {
        // The root stands for all that is in it.
        return "^.*$".to_owned();
    }
    let front = if anchored { "^" } else { "^(?:.*/)?" };
    format!("{front}{}{within}$", body(glob, "[^/]"))
}

/// A glob on a symbol's name as a regular expression, and whether case counts: it does when the
/// glob has a capital letter.
pub(crate) fn name_regex(glob: &str) -> (String, bool) {
    (format!("^{}$", body(glob, ".")), glob.chars().any(char::is_uppercase))
}

/// Translates; `any` is what a `?` may be.
fn body(glob: &str, any: &str) -> String {
    let chars: Vec<char> = glob.chars().collect();
    let mut regex = String::with_capacity(glob.len() * 2);
    let mut depth = 0_usize;
    let mut at = 0;
    while at < chars.len() {
        match chars[at] {
            '*' if chars.get(at + 1) == Some(&'*') => {
                at += 1;
                let starts_part = at < 2 || chars[at - 2] == '/';
                if starts_part && chars.get(at + 1) == Some(&'/') {
                    at += 1;
                    regex.push_str("(?:.*/)?");
                } else {
                    regex.push_str(".*");
                }
            }
            '*' => regex.extend([any, "*"]),
            '?' => regex.push_str(any),
            '[' => match class(&chars[at..]) {
                Some((text, length)) => {
                    // Routers name directories so: what no such class fits may be called that.
                    regex.extend(["(?:", &text, "|"]);
                    chars[at..at + length].iter().for_each(|char| literal(*char, &mut regex));
                    regex.push(')');
                    at += length - 1;
                }
                None => regex.push_str("\\["),
            },
            '{' if chars[at..].contains(&'}') => {
                depth += 1;
                regex.push_str("(?:");
            }
            '}' if depth > 0 => {
                depth -= 1;
                regex.push(')');
            }
            ',' if depth > 0 => regex.push('|'),
            '\\' if at + 1 < chars.len() => {
                at += 1;
                literal(chars[at], &mut regex);
            }
            other => literal(other, &mut regex),
        }
        at += 1;
    }
    // a brace that was closed fewer times than it was opened
    regex.push_str(&")".repeat(depth));
    regex
}

/// `[a-z]` or `[!a-z]` with its length; `None` where it is never closed or is empty.
fn class(chars: &[char]) -> Option<(String, usize)> {
    let negated = matches!(chars.get(1), Some('!' | '^'));
    let start = if negated { 2 } else { 1 };
    let end = start + 1 + chars.get(start + 1..)?.iter().position(|char| *char == ']')?;
    let mut text = String::from(if negated { "[^/" } else { "[" });
    let inside = &chars[start..end];
    let mut used = 0;
    for (at, char) in inside.iter().enumerate() {
        let between = at > 0 && at + 1 < inside.len();
        if *char == '-' && between && at > used && inside[at - 1] < inside[at + 1] {
            // What ends a range begins no other.
            used = at + 1;
            text.push('-');
        } else {
            // also `[.`, `[:` and `[=`, which mean something of their own to PostgreSQL
            literal(*char, &mut text);
        }
    }
    text.push(']');
    Some((text, end + 1))
}

fn literal(char: char, regex: &mut String) {
    // `\` before a letter or a digit would be an escape, before a bracket `<` the start of a word;
    // before other ASCII it is the thing itself.
    if char.is_ascii_punctuation() && !matches!(char, '_' | '/' | '<' | '>') {
        regex.push('\\');
    }
    regex.push(char);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(globs: &[&str], path: &str) -> bool {
        let globs: Vec<String> = globs.iter().map(ToString::to_string).collect();
        PathGlobs::parse(&globs).matcher().unwrap().passes(path)
    }

    #[test]
    fn a_pattern_is_bounded_before_it_is_built() {
        assert_eq!(check(&"{".repeat(33)), Err(PatternError::TooDeep));
        assert_eq!(check(&"[{".repeat(20)), Err(PatternError::TooDeep));
        assert_eq!(check(&"{\\}".repeat(40)), Err(PatternError::TooDeep));
        assert_eq!(check(&"a".repeat(1025)), Err(PatternError::TooLong(1025)));
        assert_eq!(check("a{"), Err(PatternError::Unclosed('{')));
        assert_eq!(check("a["), Err(PatternError::Unclosed('[')));
        assert_eq!(check("a}"), Err(PatternError::Unopened));
        assert_eq!(check("src/**/*.{rs,[ch]}"), Ok(()));
        let many = vec!["a".to_owned(); 101];
        assert_eq!(check_sizes(&many), Err((String::new(), PatternError::TooMany(101))));
    }

    #[test]
    fn what_people_type_is_read_as_ripgrep_reads_it() {
        for directory in ["src", "src/", "/src", "/src/", "src/**", "./src", "src/*"] {
            assert!(passes(&[directory], "src/a.rs"), "{directory}");
            assert!(!passes(&[directory], "lib/a.rs"), "{directory}");
        }
        assert!(passes(&["tests"], "a/tests/b/c.rs") && !passes(&["/tests"], "a/tests/b.rs"));
        assert!(passes(&["*.rs"], "a/b.rs") && !passes(&["*.rs"], "b.rsx"));
        assert!(!passes(&["src/"], "src"), "a file is no directory");
        assert!(passes(&["!tests"], "src/a.rs") && !passes(&["!tests"], "x/tests/a.rs"));
        assert!(!passes(&["src", "!*.py"], "src/a.py") && passes(&["!*.py", "src"], "src/a.py"));
        assert!(passes(&["app/[id]/**"], "app/[id]/page.tsx"));
        assert!(passes(&["app/[id]/**"], "app/i/page.tsx"));
        assert!(passes(&[""], "a") && passes(&["/"], "a/b") && passes(&["."], "a"));
    }

    #[test]
    fn the_regexes_of_all_globs_compile() {
        for glob in ["[a-c-e]", "[<>]", "a<b>", "[—]", "—", "[[:alpha:]]", "[z-a]", "[&&~~--]", "#"]
        {
            let globs = [glob.to_owned()];
            PathGlobs::parse(&globs).matcher().unwrap_or_else(|error| panic!("{glob}: {error}"));
            NameMatcher::parse(&globs).unwrap_or_else(|error| panic!("{glob}: {error}"));
        }
    }
}
