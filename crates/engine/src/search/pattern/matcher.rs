//! A pattern over lines: a text, a name or a regular expression, each in time that is linear in
//! the line's length.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::Hir;
use sconce_code::filter::{MAX_OPEN, MAX_PATTERN_BYTES, PatternError};
use sconce_store::Needle;

use super::needles::required;
use crate::EngineError;

/// The most memory that a compiled pattern takes: every step of a match may walk all of it.
const MAX_COMPILED_BYTES: usize = 1 << 20;
/// The most memory for what matching remembers.
const MAX_CACHE_BYTES: usize = 4 << 20;

const SEVERAL_LINES: &str = "it has several lines, and lines are looked through one by one";

/// What a line is looked through for.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    Literal(String),
    /// The same between what is no part of a name.
    Word(String),
    Regex(Box<Regex>, Hir),
}

impl Matcher {
    pub(super) fn literal(text: &str) -> Result<Self, EngineError> {
        Ok(Self::Literal(one_line(text)?.to_owned()))
    }

    pub(super) fn word(name: &str) -> Result<Self, EngineError> {
        Ok(Self::Word(one_line(name.trim())?.to_owned()))
    }

    pub(super) fn regex(pattern: &str) -> Result<Self, EngineError> {
        checked(pattern)?;
        if pattern.replace("\\\\", "").contains("\\n") {
            return Err(refused(pattern, SEVERAL_LINES));
        }
        let parsed = ParserBuilder::new().nest_limit(MAX_OPEN as u32).build().parse(pattern);
        let parsed = parsed.map_err(|error| match error {
            regex_syntax::Error::Parse(error) => refused(pattern, error.kind()),
            regex_syntax::Error::Translate(error) => refused(pattern, error.kind()),
            _ => refused(pattern, "it cannot be read"),
        })?;
        let regex = RegexBuilder::new(pattern)
            .nest_limit(MAX_OPEN as u32)
            .size_limit(MAX_COMPILED_BYTES)
            .dfa_size_limit(MAX_CACHE_BYTES)
            .build()
            .map_err(|_| refused(pattern, &PatternError::TooComplex))?;
        Ok(Self::Regex(Box::new(regex), parsed))
    }

    /// The first match in a line at or after a byte.
    pub(super) fn find(&self, line: &str, from: usize) -> Option<Range<usize>> {
        match self {
            Self::Literal(text) => {
                let at = from + line.get(from..)?.find(text.as_str())?;
                Some(at..at + text.len())
            }
            Self::Word(name) => find_word(line, name, from),
            Self::Regex(regex, _) => {
                (from <= line.len()).then(|| regex.find_at(line, from))?.map(|found| found.range())
            }
        }
    }

    /// The lines of a text that may match, with their numbers from 0. Where every match holds a text, that
    /// is looked for in all lines at once.
    pub(super) fn candidates<'t>(&self, text: &'t str) -> Vec<(u32, &'t str)> {
        match self {
            Self::Literal(needle) | Self::Word(needle) => lines_with(text, needle),
            Self::Regex(..) => (0..).zip(text.lines()).collect(),
        }
    }

    /// Texts of which each line that matches holds one; none where nothing is known.
    pub(super) fn needles(&self) -> Vec<Needle> {
        match self {
            Self::Literal(text) | Self::Word(text) => {
                vec![Needle { text: text.clone(), any_case: false }]
            }
            Self::Regex(_, parsed) => required(parsed),
        }
    }

    /// The names in those texts, which may be what they are about: `fn connect(` is of `connect`.
    pub(super) fn names(&self) -> Vec<String> {
        let texts = self.needles().into_iter().map(|needle| needle.text);
        let names = texts.flat_map(|text| {
            let names = text.split(|c: char| !is_of_name(c)).filter(|name| !name.is_empty());
            names.map(str::to_owned).collect::<Vec<_>>()
        });
        names.collect()
    }

    /// Whether a match in the line is about a name: it overlaps the name where it stands alone.
    pub(super) fn is_about(&self, line: &str, name: &str) -> bool {
        let Some(place) = find_word(line, name, 0) else { return false };
        let mut from = 0;
        while let Some(found) = self.find(line, from) {
            if !found.is_empty() && found.start < place.end && place.start < found.end {
                return true;
            }
            let step = line[found.start..].chars().next().map_or(1, char::len_utf8);
            from = found.end.max(found.start + step);
            if from >= place.end {
                break;
            }
        }
        false
    }
}

/// A text with the marks of a regular expression as one that can be read: itself, or, where it cannot be
/// read (`open(|close(`), its alternatives, each to the letter.
///
/// ```
/// # use sconce_engine::as_regex;
/// assert_eq!(as_regex("open.*\\("), "open.*\\(");
/// assert_eq!(as_regex("open(|a[0]"), r"open\(|a\[0\]");
/// ```
pub fn as_regex(text: &str) -> String {
    if Matcher::regex(text).is_ok() {
        return text.to_owned();
    }
    text.split('|').map(regex::escape).collect::<Vec<_>>().join("|")
}

/// Whether a character is a part of names.
fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The lines that hold a text of one line, with their numbers from 0.
fn lines_with<'t>(text: &'t str, needle: &str) -> Vec<(u32, &'t str)> {
    let mut found = Vec::new();
    let (mut start, mut number) = (0, 0);
    while start < text.len() {
        let Some(at) = text[start..].find(needle) else { break };
        let before = &text[start..start + at];
        number += before.bytes().filter(|&byte| byte == b'\n').count() as u32;
        let begin = before.rfind('\n').map_or(start, |end| start + end + 1);
        let rest = &text[begin..];
        let line = rest.split_inclusive('\n').next().unwrap_or(rest);
        found.extend(line.lines().next().map(|shown| (number, shown)));
        start = begin + line.len();
        number += 1;
    }
    found
}

/// The first place of a name, at or after a byte, that is no part of a longer name.
fn find_word(line: &str, name: &str, from: usize) -> Option<Range<usize>> {
    let opens = name.chars().next().is_some_and(is_of_name);
    let closes = name.chars().next_back().is_some_and(is_of_name);
    let mut from = from;
    while let Some(at) = line.get(from..)?.find(name) {
        let place = from + at..from + at + name.len();
        let before = line[..place.start].chars().next_back().is_some_and(is_of_name);
        let after = line[place.end..].chars().next().is_some_and(is_of_name);
        if !(opens && before || closes && after) {
            return Some(place);
        }
        from = place.start + name.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// A text that can stand in a line.
fn one_line(text: &str) -> Result<&str, EngineError> {
    let text = text.trim_end_matches(['\r', '\n']);
    checked(text)?;
    if text.contains('\n') {
        return Err(refused(text, SEVERAL_LINES));
    }
    Ok(text)
}

fn checked(pattern: &str) -> Result<(), EngineError> {
    if pattern.is_empty() {
        return Err(refused(pattern, "it is empty"));
    }
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(refused(pattern, &PatternError::TooLong(pattern.len())));
    }
    Ok(())
}

fn refused(pattern: &str, reason: &(impl ToString + ?Sized)) -> EngineError {
    const SHOWN: usize = 60;
    let pattern = match pattern.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &pattern[..end]),
        None => pattern.to_owned(),
    };
    EngineError::Pattern { pattern, reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_alone() {
        let word = Matcher::word("open").unwrap();
        for line in ["open()", "self.open", "fn open<T>", "re-open", "$open", "«open»"] {
            assert!(word.find(line, 0).is_some(), "{line}");
        }
        for line in ["reopen()", "open_all", "opené", "OPEN", "_open"] {
            assert_eq!(word.find(line, 0), None, "{line}");
        }
        assert_eq!(word.find("reopen open", 0), Some(7..11));
        let operator = Matcher::word("operator+").unwrap();
        assert!(operator.find("x operator+(y)", 0).is_some());
    }

    #[test]
    fn the_lines_that_hold_a_text_are_those_of_all_lines_that_do() {
        let texts =
            ["", "a", "\n", "a\n", "xa\r\n\na a\nb\n\na", "b\nb\nba\n", "é\naé\r\néa\r", "\n\na"];
        for text in texts {
            for needle in ["a", "b", "é", "a a", "c"] {
                let matcher = Matcher::literal(needle).unwrap();
                let all = (0..).zip(text.lines()).filter(|(_, line)| line.contains(needle));
                assert_eq!(matcher.candidates(text), all.collect::<Vec<_>>(), "{text:?} {needle}");
            }
        }
    }

    #[test]
    fn a_match_is_about_what_it_overlaps() {
        let literal = Matcher::literal("fn open(").unwrap();
        assert!(literal.is_about("    pub fn open(path: &str) {", "open"));
        let own = Matcher::literal("self").unwrap();
        assert!(!own.is_about("fn open(&self, myself: u8)", "open"));
        let part = Matcher::regex("op.n").unwrap();
        assert!(part.is_about("fn open(opon: u8)", "open"));
        assert!(!Matcher::regex("x*").unwrap().is_about("fn öpen()", "öpen"));
    }

    #[test]
    fn what_cannot_be_a_pattern_is_refused_with_its_reason() {
        let reason = |matcher: Result<Matcher, EngineError>| matcher.unwrap_err().to_string();
        assert_eq!(reason(Matcher::literal("")), "`` is no pattern: it is empty");
        assert!(reason(Matcher::literal("a\nb")).contains("several lines"));
        assert!(reason(Matcher::literal(&"a".repeat(2000))).contains("has 2000 bytes"));
        assert_eq!(reason(Matcher::regex("a(b")), "`a(b` is no pattern: unclosed group");
        assert!(reason(Matcher::regex("(?:\\w{100}){100}")).contains("too complex"));
        assert!(Matcher::regex(&"(".repeat(500)).is_err());
        assert!(Matcher::literal("a\n").is_ok());
    }

    #[test]
    fn hostile_patterns_take_linear_time() {
        let line = "a".repeat(20_000);
        for pattern in ["(a+)+$b", "(a|a)*c", "(a*)*\\bx", "(?:a?){30}a{30}z"] {
            assert_eq!(Matcher::regex(pattern).unwrap().find(&line, 0), None, "{pattern}");
        }
    }
}
