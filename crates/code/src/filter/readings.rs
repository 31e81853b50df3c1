//! What else a glob may mean, for a search in which it fits nothing as it is written.
//!
//! Agents and people write paths and names from memory: with the directories of their own machine, in
//! another case, in another language's convention, from the middle of a path. Whether a glob fits
//! anything only an index can say, so that each reading is given with its regular expression.

use super::glob::{NameGlob, PathGlob};
use super::translate::{Brackets, folded_name_regex, path_regex};
use super::{Filter, NameGlobs, PathGlobs};

/// Longer names are no names that somebody has in mind.
const LONGEST_FOLDED: usize = 120;

/// What a glob of a filter is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GlobTarget {
    /// The paths of files.
    Paths,
    /// The names of symbols.
    Names,
}

/// What one glob of a filter may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings {
    /// What it is on.
    pub target: GlobTarget,
    /// Its place among the filter's globs on the same.
    at: usize,
    /// As it is written, then the others, the likeliest first.
    pub readings: Vec<Reading>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// A glob that says it.
    pub glob: String,
    /// How it is read besides, such as `whatever its case`.
    pub manner: Option<&'static str>,
    /// What fits it, for PostgreSQL and Rust's `regex`.
    pub regex: String,
}

const ANY_CASE: &str = "whatever its case";
const ANY_CONVENTION: &str = "in any convention";
/// Read alike by PostgreSQL and by Rust at the beginning of an expression.
const IGNORES_CASE: &str = "(?i)";

impl Filter {
    /// What each of its globs may mean; `roots` are the directories of the indexes that are searched.
    pub fn readings(&self, roots: &[&str]) -> Vec<Readings> {
        let paths = self.paths.globs.iter().enumerate().map(|(at, glob)| Readings {
            target: GlobTarget::Paths,
            at,
            readings: of_path(glob, roots),
        });
        let names = self.names.globs.iter().enumerate().map(|(at, glob)| Readings {
            target: GlobTarget::Names,
            at,
            readings: of_name(glob),
        });
        paths.chain(names).collect()
    }

    /// Has one of its globs mean `reading`.
    pub fn read_as(&mut self, glob: &Readings, reading: &Reading) {
        match glob.target {
            GlobTarget::Paths => self.paths.read_as(glob.at, reading),
            GlobTarget::Names => self.names.read_as(glob.at, reading),
        }
    }
}

impl PathGlobs {
    fn read_as(&mut self, at: usize, reading: &Reading) {
        self.globs[at].regex.clone_from(&reading.regex);
    }
}

impl NameGlobs {
    fn read_as(&mut self, at: usize, reading: &Reading) {
        let glob = &mut self.globs[at];
        glob.qualified = None;
        glob.case_counts = !reading.regex.starts_with(IGNORES_CASE);
        reading.regex.trim_start_matches(IGNORES_CASE).clone_into(&mut glob.regex);
    }
}

/// Readings of which each is looked for once.
#[derive(Default)]
struct Distinct(Vec<Reading>);

impl Distinct {
    fn push(&mut self, glob: &str, manner: Option<&'static str>, regex: String) {
        if self.0.iter().all(|known| known.regex != regex) {
            self.0.push(Reading { glob: glob.to_owned(), manner, regex });
        }
    }
}

fn of_path(glob: &PathGlob, roots: &[&str]) -> Vec<Reading> {
    let mut readings = Distinct::default();
    readings.push(&glob.text, None, glob.regex.clone());
    let path = |glob: &str| path_regex(glob, Brackets::Names);
    // A name that is shown escaped, `caf\\xe9.py`
    let kept = glob.text.replace('\\', "\\\\");
    readings.push(&kept, None, path(&kept));
    let turned = glob.text.replace('\\', "/");
    readings.push(&turned, None, path(&turned));
    let below = roots.iter().find_map(|root| below(&turned, root));
    let meant = below.as_deref().unwrap_or(&turned);
    readings.push(meant, None, path(meant));
    readings.push(&glob.text, None, path_regex(&glob.text, Brackets::Either));
    readings.push(meant, Some(ANY_CASE), format!("{IGNORES_CASE}{}", path(meant)));
    let inner = format!("**/{}", meant.trim_start_matches("./").trim_start_matches('/'));
    readings.push(&inner, None, path(&inner));
    readings.push(&inner, Some(ANY_CASE), format!("{IGNORES_CASE}{}", path(&inner)));
    readings.0
}

/// An absolute path, or its URI, below a root: `/src/api/**`.
fn below(glob: &str, root: &str) -> Option<String> {
    let path = glob.strip_prefix("file://").unwrap_or(glob);
    let rest = path.strip_prefix(root.trim_end_matches('/'))?;
    (rest.is_empty() || rest.starts_with('/')).then(|| format!("/{}", rest.trim_start_matches('/')))
}

fn of_name(glob: &NameGlob) -> Vec<Reading> {
    let mut readings = Distinct::default();
    let written = if glob.case_counts { "" } else { IGNORES_CASE };
    readings.push(&glob.text, None, format!("{written}{}", glob.regex));
    readings.push(&glob.text, Some(ANY_CASE), format!("{IGNORES_CASE}{}", glob.regex));
    let last = last_part(&glob.text);
    for name in [glob.text.as_str(), last] {
        let is_plain = !name.contains(['[', '{', '\\']) && name.len() <= LONGEST_FOLDED;
        // What is all wildcards would fit every name.
        if is_plain && name.contains(char::is_alphanumeric) {
            let folded = format!("{IGNORES_CASE}{}", folded_name_regex(name));
            readings.push(name, Some(ANY_CONVENTION), folded);
        }
    }
    readings.0
}

/// The name of a qualified one, without a call's parentheses: `connect` of `Store::connect()`.
fn last_part(name: &str) -> &str {
    let name = name.trim().trim_end_matches("()");
    let name = name.rsplit("::").next().unwrap_or(name);
    name.rsplit(['.', '#', '>']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::filter::FilterText;

    /// The reading that fits first, as an index would have it.
    fn meant(paths: &str, names: &str, there: &[&str]) -> Option<(String, Option<&'static str>)> {
        let own = |text: &str| if text.is_empty() { vec![] } else { vec![text.to_owned()] };
        let (path_globs, symbol_names) = (own(paths), own(names));
        let text = FilterText { path_globs, symbol_names, ..FilterText::default() };
        let mut filter = Filter::parse(&text).unwrap();
        let readings = filter.readings(&["/home/me/shop"]).remove(0);
        let fits = |reading: &&Reading| {
            let regex = Regex::new(&reading.regex).unwrap();
            there.iter().any(|one| regex.is_match(one))
        };
        let first = readings.readings.iter().find(fits)?;
        filter.read_as(&readings, first);
        let matcher = filter.matcher().unwrap();
        let passes = |one: &&&str| match readings.target {
            GlobTarget::Paths => matcher.passes_file(one, None),
            GlobTarget::Names => matcher.passes_symbol(crate::SymbolKind::Function, one, ""),
        };
        assert!(there.iter().any(|one| passes(&one)), "{first:?}");
        Some((first.glob.clone(), first.manner))
    }

    #[test]
    fn a_path_is_read_as_what_is_there() {
        let there = ["src/api/users.py", "src/api/[id]/page.tsx", "src/caf\\xe9.py"];
        for (glob, expected, manner) in [
            ("src/api", "src/api", None),
            ("api/**", "**/api/**", None),
            ("/api/**", "**/api/**", None),
            ("src\\api\\**", "src/api/**", None),
            ("SRC/API/**", "SRC/API/**", Some(ANY_CASE)),
            ("API/Users.py", "**/API/Users.py", Some(ANY_CASE)),
            ("/home/me/shop/src/api/**", "/src/api/**", None),
            ("file:///home/me/shop/src/api/**", "/src/api/**", None),
            ("/home/me/shop", "/", None),
            ("src/api/[id]/**", "src/api/[id]/**", None),
            ("src/[abc]pi/**", "src/[abc]pi/**", None),
            ("src/caf\\xe9.py", "src/caf\\\\xe9.py", None),
        ] {
            let expected = Some((expected.to_owned(), manner));
            assert_eq!(meant(glob, "", &there), expected, "{glob}");
        }
        assert_eq!(meant("/home/me/shopping/src/**", "", &there), None);
        assert_eq!(meant("nowhere/**", "", &there), None);
    }

    #[test]
    fn letters_in_brackets_are_letters_where_no_name_is_written_so() {
        let letters = meant("[ab].rs", "", &["a.rs"]);
        assert_eq!(letters, Some(("[ab].rs".to_owned(), None)));
    }

    #[test]
    fn a_name_is_read_in_every_convention() {
        let there = ["list_users", "parseHTTP", "CLOSED"];
        for (glob, expected, manner) in [
            ("list_users", "list_users", None),
            ("listusers", "listusers", Some(ANY_CONVENTION)),
            ("listUsers", "listUsers", Some(ANY_CONVENTION)),
            ("LIST_*", "LIST_*", Some(ANY_CASE)),
            ("list-*", "list-*", Some(ANY_CONVENTION)),
            ("parse_http", "parse_http", Some(ANY_CONVENTION)),
            ("Users::list_users()", "list_users", Some(ANY_CONVENTION)),
            ("closed", "closed", None),
            ("Closed", "Closed", Some(ANY_CASE)),
        ] {
            let expected = Some((expected.to_owned(), manner));
            assert_eq!(meant("", glob, &there), expected, "{glob}");
        }
        assert_eq!(meant("", "listing", &there), None);
    }
}
