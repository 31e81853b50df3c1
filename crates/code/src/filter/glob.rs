//! Globs, each parsed once: the same regular expression goes to PostgreSQL and into the matcher in
//! memory, so that a glob means one thing wherever it is matched.

use regex::{RegexSet, RegexSetBuilder};

use super::lists::separated;
use super::translate::{Brackets, class, name_regex, path_regex, qualified_regex};

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

/// Checks the size of a pattern and that all that it opens is closed.
fn check(pattern: &str) -> Result<(), PatternError> {
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

/// A glob that is not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{glob}` is not a glob: {reason}")]
pub struct GlobError {
    /// As it was given, where it is long its beginning; empty where it is about all of them.
    pub glob: String,
    /// What is wrong.
    pub reason: PatternError,
}

impl GlobError {
    fn of(glob: &str, reason: PatternError) -> Self {
        const SHOWN: usize = 60;
        let glob = match glob.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &glob[..end]),
            None => glob.to_owned(),
        };
        Self { glob, reason }
    }

    fn of_all(reason: PatternError) -> Self {
        Self { glob: String::new(), reason }
    }
}

/// The globs that come to `known` ones, where a text may be several: first how many there are is
/// checked, then each.
fn checked(known: usize, texts: &[String]) -> Result<Vec<&str>, GlobError> {
    let globs: Vec<&str> = texts.iter().flat_map(|text| globs_of(text)).collect();
    let count = known + globs.len();
    if count > MAX_PATTERNS {
        return Err(GlobError::of_all(PatternError::TooMany(count)));
    }
    for glob in &globs {
        check(glob).map_err(|reason| GlobError::of(glob, reason))?;
    }
    Ok(globs)
}

/// The globs of a list with commas. One that is too long is none, since it is refused anyway.
fn globs_of(text: &str) -> Vec<&str> {
    let globs = if text.len() > MAX_PATTERN_BYTES { vec![] } else { separated(text) };
    if globs.is_empty() { vec![text] } else { globs }
}

/// One glob of a list on paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathGlob {
    /// As it is written, without its `!`.
    pub(super) text: String,
    pub(super) regex: String,
    pub(super) takes: bool,
}

impl PathGlob {
    fn new(glob: &str, brackets: Brackets) -> Self {
        let (text, takes) = match glob.strip_prefix('!') {
            Some(rest) => (rest, false),
            None => (glob, true),
        };
        Self { text: text.to_owned(), regex: path_regex(text, brackets), takes }
    }
}

/// Globs on paths, as `rg -g` takes them: `src`, `src/` and `/src` stand for all that is in the
/// directory, `*.rs` fits at any depth, `!tests` leaves out, and of several that fit the last one
/// wins. Where one of them takes, a path that none fits is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathGlobs {
    pub(super) globs: Vec<PathGlob>,
}

impl PathGlobs {
    /// Parses the globs of a rule, such as a setting: `[id]` fits `i` and `[id]`.
    pub fn parse(globs: &[String]) -> Result<Self, GlobError> {
        Self::default().with(globs, Brackets::Either)
    }

    /// These globs, then those of a search, which win; together they are no more than
    /// [`MAX_PATTERNS`]. A directory that is called `[id]` is meant by `[id]`.
    pub fn and(self, globs: &[String]) -> Result<Self, GlobError> {
        self.with(globs, Brackets::Names)
    }

    fn with(mut self, globs: &[String], brackets: Brackets) -> Result<Self, GlobError> {
        let globs = checked(self.globs.len(), globs)?;
        self.globs.extend(globs.into_iter().map(|glob| PathGlob::new(glob, brackets)));
        Ok(self)
    }

    /// These globs, and none of what those fit, whatever the order.
    pub fn except(mut self, globs: &[String]) -> Result<Self, GlobError> {
        let left = checked(0, globs)?.into_iter().map(|glob| PathGlob {
            text: glob.to_owned(),
            regex: path_regex(glob, Brackets::Either),
            takes: false,
        });
        self.globs.extend(left);
        Ok(self)
    }

    /// Whether there are none, so that every path passes.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// Whether a path that no glob fits passes.
    pub fn passes_others(&self) -> bool {
        !self.globs.iter().any(|glob| glob.takes)
    }

    /// The regular expressions of neighbours that do the same, and whether they take; the last ones
    /// first, since they win.
    pub fn runs(&self) -> Vec<(Vec<String>, bool)> {
        let runs = self.globs.chunk_by(|a, b| a.takes == b.takes);
        let regexes = |run: &[PathGlob]| run.iter().map(|glob| glob.regex.clone()).collect();
        runs.map(|run| (regexes(run), run[0].takes)).rev().collect()
    }

    /// The same globs over paths in memory.
    pub fn matcher(&self) -> Result<PathMatcher, GlobError> {
        let set = regex_set(self.globs.iter().map(|glob| glob.regex.clone()))?;
        let takes = self.globs.iter().map(|glob| glob.takes).collect();
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
        self.set.matches(path).into_iter().max().map(|glob| self.takes[glob])
    }

    /// Whether a path that no glob fits passes.
    pub fn passes_others(&self) -> bool {
        self.others
    }
}

/// A glob on symbols' names, which may begin with their scopes: `parse*`, `Backend::*`. It ignores case unless it has a
/// capital letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameGlob {
    /// As it is written.
    pub(super) text: String,
    pub(super) regex: String,
    /// What fits scopes and name with dots between them, where it may name a scope.
    pub(super) qualified: Option<String>,
    pub(super) case_counts: bool,
}

impl NameGlob {
    pub(super) fn new(glob: &str) -> Self {
        let (regex, case_counts) = name_regex(glob);
        Self { text: glob.to_owned(), regex, qualified: qualified_regex(glob), case_counts }
    }

    /// Takes what is wrong in a glob as it stands, since names such as `[]` are typed too; none
    /// where it is more than may be built.
    pub fn lenient(glob: &str) -> Option<Self> {
        check_size(glob).ok()?;
        Some(Self::new(glob))
    }

    /// The regular expression.
    pub fn regex(&self) -> &str {
        &self.regex
    }

    /// Whether capital letters differ from small ones.
    pub fn case_counts(&self) -> bool {
        self.case_counts
    }
}

/// Globs on symbols' names, of which one must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameGlobs {
    pub(super) globs: Vec<NameGlob>,
}

impl NameGlobs {
    /// These globs and those; together they are no more than [`MAX_PATTERNS`].
    pub fn and(mut self, globs: &[String]) -> Result<Self, GlobError> {
        let globs = checked(self.globs.len(), globs)?;
        self.globs.extend(globs.into_iter().map(NameGlob::new));
        Ok(self)
    }

    /// Whether there are none, so that every name passes.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// The regular expressions to which case counts (`true`), or those to which it does not.
    pub fn regexes(&self, case_counts: bool) -> Vec<String> {
        let globs = self.globs.iter().filter(|glob| glob.case_counts == case_counts);
        globs.map(|glob| glob.regex.clone()).collect()
    }

    /// The same on scopes and names with dots between them; of globs that may name a scope.
    pub fn qualified_regexes(&self, case_counts: bool) -> Vec<String> {
        let globs = self.globs.iter().filter(|glob| glob.case_counts == case_counts);
        globs.filter_map(|glob| glob.qualified.clone()).collect()
    }

    /// The same globs over names in memory.
    pub fn matcher(&self) -> Result<NameMatcher, GlobError> {
        let cased = |glob: &NameGlob, regex: &str| {
            if glob.case_counts { regex.to_owned() } else { format!("(?i){regex}") }
        };
        let names = self.globs.iter().map(|glob| cased(glob, &glob.regex));
        let with_scope = |glob: &NameGlob| Some(cased(glob, glob.qualified.as_ref()?));
        let qualified = regex_set(self.globs.iter().filter_map(with_scope))?;
        Ok(NameMatcher { names: regex_set(names)?, qualified })
    }
}

/// [`NameGlobs`] over names in memory.
#[derive(Debug, Clone)]
pub struct NameMatcher {
    names: RegexSet,
    qualified: RegexSet,
}

impl NameMatcher {
    /// Whether one of the globs fits a name, or the name with its scopes, which have dots between them.
    pub fn passes(&self, name: &str, scopes: &str) -> bool {
        let point = if scopes.is_empty() { "" } else { "." };
        self.names.is_match(name)
            || !self.qualified.is_empty()
                && self.qualified.is_match(&format!("{scopes}{point}{name}"))
    }
}

fn regex_set(regexes: impl Iterator<Item = String>) -> Result<RegexSet, GlobError> {
    // To PostgreSQL a dot is any character, a line's end too.
    let mut builder = RegexSetBuilder::new(regexes.map(|regex| format!("(?s){regex}")));
    let built = builder.size_limit(MAX_COMPILED_BYTES).build();
    built.map_err(|_| GlobError::of_all(PatternError::TooComplex))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(globs: &[&str]) -> Vec<String> {
        globs.iter().map(ToString::to_string).collect()
    }

    fn passes(globs: &[&str], path: &str) -> bool {
        PathGlobs::parse(&own(globs)).unwrap().matcher().unwrap().passes(path)
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
        let error = PathGlobs::parse(&vec!["a".to_owned(); 101]).unwrap_err();
        assert_eq!(error, GlobError { glob: String::new(), reason: PatternError::TooMany(101) });
        let hundred = PathGlobs::parse(&vec!["a".to_owned(); 100]).unwrap();
        assert!(hundred.clone().and(&own(&["b"])).is_err() && hundred.except(&own(&["b"])).is_ok());
        let error = NameGlobs::default().and(&own(&["a{"])).unwrap_err();
        assert_eq!((error.glob.as_str(), error.reason), ("a{", PatternError::Unclosed('{')));
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
        assert!(passes(&["{{ shop.slug }}/**"], "{{ shop.slug }}/main.py"));
        assert!(passes(&["{{{a,b}}}/x"], "a/x"), "alternatives in alternatives");
        assert!(passes(&[""], "a") && passes(&["/"], "a/b") && passes(&["."], "a"));
    }

    #[test]
    fn the_regexes_of_all_globs_compile() {
        let globs =
            ["[a-c-e]", "[<>]", "a<b>", "[—]", "—", "[[:alpha:]]", "[z-a]", "[&&~~--]", "#"];
        for glob in globs.map(|glob| [glob.to_owned()]) {
            PathGlobs::parse(&glob).unwrap().matcher().unwrap();
            NameGlobs::default().and(&glob).unwrap().matcher().unwrap();
        }
    }

    #[test]
    fn a_name_may_begin_with_its_scopes() {
        let passes = |glob: &str, name: &str, scopes: &str| {
            let globs = NameGlobs::default().and(&own(&[glob])).unwrap();
            globs.matcher().unwrap().passes(name, scopes)
        };
        for glob in
            ["Oven::*", "kiln::Oven::heat", "Oven.heat()", "Oven#he?t", "Oven->heat", "heat"]
        {
            assert!(passes(glob, "heat", "kiln.Oven"), "{glob}");
        }
        for glob in ["Over::*", "ven::heat", "Oven::cool", "Oven.", "heat::Oven", ".heats"] {
            assert!(!passes(glob, "heat", "kiln.Oven"), "{glob}");
        }
        assert!(passes("M.open", "M.open", "") && !passes("M.open", "open", ""));
    }

    #[test]
    fn what_is_left_out_wins_whatever_the_order() {
        let globs = PathGlobs::parse(&own(&["src"])).unwrap().except(&own(&["*.py"])).unwrap();
        let matcher = globs.matcher().unwrap();
        assert!(matcher.passes("src/a.rs") && !matcher.passes("src/a.py"));
        assert!(!globs.passes_others() && globs.runs().len() == 2);
    }
}
