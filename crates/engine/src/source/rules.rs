//! The rules of one ignore file, each with the line that it stands in.
//!
//! They are read here and not by the `ignore` crate, which opens whatever lies under their names,
//! reads all of it, and recurses as deep as a pattern nests. What is beyond the bounds is left out,
//! and the walk says so.

use std::borrow::Cow;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use sconce_code::filter::check_size;

use super::log::WalkLog;
use super::reader::{Beneath, is_missing};
use super::unpacked::may_mean_another;
use super::user_excludes::GitUser;
use crate::sync::lock;

/// The most bytes of an ignore file that are read.
const MAX_BYTES: u64 = 1 << 20;
/// The most lines of an ignore file, and of all that a walk meets.
const MAX_LINES: usize = 10_000;
const MAX_LINES_OF_ALL: usize = 50_000;

/// The rules of one ignore file.
#[derive(Debug)]
pub(super) struct Rules {
    matcher: Gitignore,
}

impl Rules {
    pub(super) fn none() -> Self {
        Self { matcher: Gitignore::empty() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.matcher.is_empty()
    }

    /// What they say of a path; nothing where no rule fits it.
    pub(super) fn decide(&self, path: &Path, is_dir: bool) -> Option<Decision> {
        let (takes, glob) = match self.matcher.matched(path, is_dir) {
            Match::None => return None,
            Match::Ignore(glob) => (false, glob),
            Match::Whitelist(glob) => (true, glob),
        };
        if takes {
            return Some(Decision { takes, rule: String::new(), may_mean_another: false });
        }
        let place = glob.from().map(Path::to_string_lossy).unwrap_or_default();
        let below = path.strip_prefix(self.matcher.path());
        let may_mean_another =
            is_dir && below.is_ok_and(|below| may_mean_another(glob.original(), below));
        let rule = format!("{place}: {}", glob.original());
        Some(Decision { takes, rule, may_mean_another })
    }
}

/// Whether letters that differ in case alone are the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Told,
    Folded,
}

/// Whether a path is taken, and the line that leaves it out: `web/.gitignore:3: *.log`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) takes: bool,
    pub(super) rule: String,
    /// Whether what it leaves out is a directory that [it may not mean](may_mean_another).
    pub(super) may_mean_another: bool,
}

/// Reads the ignore files of a walk, all together within bounds.
#[derive(Debug)]
pub(super) struct RuleReader {
    /// The root, below which a file is named by its path in the project.
    root: PathBuf,
    lines: Mutex<usize>,
    log: WalkLog,
}

impl RuleReader {
    pub(super) fn new(root: &Path, log: WalkLog) -> Self {
        Self { root: root.to_path_buf(), lines: Mutex::new(0), log }
    }

    /// The rules of a file beneath an open directory, which hold in `directory`.
    pub(super) fn read(
        &self,
        beneath: &Beneath,
        file: &Path,
        directory: &Path,
        case: Case,
    ) -> Rules {
        let shown = directory.join(file.file_name().unwrap_or_default());
        self.parse(beneath.read_to(file, MAX_BYTES), &shown, directory, case)
    }

    /// Git's excludes of the user: a file of theirs, which may be a link. They are asked of paths below
    /// a repository's root.
    pub(super) fn of_user(&self) -> Rules {
        let Some(file) = GitUser::of_process().excludes_file() else { return Rules::none() };
        let mut bytes = Vec::new();
        let opened =
            if file.is_file() { std::fs::File::open(&file) } else { return Rules::none() };
        let read = opened.and_then(|opened| opened.take(MAX_BYTES).read_to_end(&mut bytes));
        self.parse(read.map(|_| bytes), &file, Path::new(""), Case::Told)
    }

    fn parse(
        &self,
        read: io::Result<Vec<u8>>,
        shown: &Path,
        directory: &Path,
        case: Case,
    ) -> Rules {
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(error) if is_missing(&error) => return Rules::none(),
            Err(error) => {
                self.log.warn(format!("{} does not apply: {error}", shown.display()));
                return Rules::none();
            }
        };
        let place = shown.strip_prefix(&self.root).unwrap_or(shown).display();
        let mut builder = GitignoreBuilder::new(directory);
        // It never fails.
        let _ = builder.case_insensitive(case == Case::Folded);
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}');
        for (at, line) in text.lines().enumerate() {
            let beyond = if self.is_beyond(at) {
                "there are too many lines before it".to_owned()
            } else if let Err(error) = check_size(line) {
                error.to_string()
            } else {
                // As git does, without a word: a line that is no pattern.
                let line = as_glob(line);
                let _ = builder.add_line(Some(format!("{place}:{}", at + 1).into()), &line);
                continue;
            };
            self.log.warn(format!("{}:{}: does not apply: {beyond}", shown.display(), at + 1));
            if at >= MAX_LINES {
                break;
            }
        }
        if bytes.len() as u64 == MAX_BYTES {
            let rest = "what comes after its first MiB does not apply";
            self.log.warn(format!("{}: {rest}", shown.display()));
        }
        let matcher = builder.build().unwrap_or_else(|error| {
            self.log.warn(format!("{} does not apply: {error}", shown.display()));
            Gitignore::empty()
        });
        Rules { matcher }
    }

    /// Whether a file's line of this number, from 0, is one too many.
    fn is_beyond(&self, line: usize) -> bool {
        let mut all = lock(&self.lines);
        *all += 1;
        line >= MAX_LINES || *all > MAX_LINES_OF_ALL
    }
}

/// POSIX's classes of characters, which git knows and globs do not.
const CLASSES: [(&str, &str); 10] = [
    ("[:alnum:]", "a-zA-Z0-9"),
    ("[:alpha:]", "a-zA-Z"),
    ("[:blank:]", " \t"),
    ("[:cntrl:]", "\u{1}-\u{1f}\u{7f}"),
    ("[:digit:]", "0-9"),
    ("[:lower:]", "a-z"),
    ("[:punct:]", ":-@[-`{-~!-/"),
    ("[:space:]", " \t\n\u{b}\u{c}\r"),
    ("[:upper:]", "A-Z"),
    ("[:xdigit:]", "0-9a-fA-F"),
];

/// A line as git has it, to which braces are letters like others.
fn as_glob(line: &str) -> Cow<'_, str> {
    if !line.contains(['{', '}']) && !line.contains("[:") {
        return Cow::Borrowed(line);
    }
    let mut glob = String::with_capacity(line.len() + 2);
    let (mut is_escaped, mut in_class) = (false, false);
    let mut rest = line;
    while let Some(char) = rest.chars().next() {
        let class = CLASSES.iter().find(|(class, _)| in_class && rest.starts_with(class));
        if let Some((class, characters)) = class {
            glob.push_str(characters);
            rest = &rest[class.len()..];
            continue;
        }
        if matches!(char, '{' | '}') && !is_escaped && !in_class {
            glob.push('\\');
        }
        in_class = !is_escaped && (char == '[' || in_class && char != ']');
        is_escaped = char == '\\' && !is_escaped;
        glob.push(char);
        rest = &rest[char.len_utf8()..];
    }
    Cow::Owned(glob)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_letters() {
        let rules = |line: &str| {
            let mut builder = GitignoreBuilder::new("/");
            builder.add_line(None, &as_glob(line)).unwrap();
            Rules { matcher: builder.build().unwrap() }
        };
        let fits = |line: &str, path: &str| rules(line).decide(Path::new(path), false).is_some();
        assert!(fits("{a,b}.txt", "{a,b}.txt") && !fits("{a,b}.txt", "a.txt"));
        assert!(fits("*.{log", "x.{log") && fits("[{]a", "{a") && fits("\\{a", "{a"));
        assert!(!fits("*.{log,tmp}", "x.log"));
    }

    #[test]
    fn classes_are_those_of_posix() {
        let fits = |line: &str, path: &str| {
            let mut builder = GitignoreBuilder::new("/");
            builder.add_line(None, &as_glob(line)).unwrap();
            Rules { matcher: builder.build().unwrap() }.decide(Path::new(path), false).is_some()
        };
        assert!(fits("log[[:digit:]].txt", "log7.txt") && !fits("log[[:digit:]].txt", "logd.txt"));
        assert!(fits("[![:upper:]]x", "ax") && !fits("[![:upper:]]x", "Ax"));
        assert!(fits("a[_[:space:]]b", "a b") && fits("a[_[:space:]]b", "a_b"));
        for mark in "!#%/:@[`{~".chars().filter(|mark| *mark != '/') {
            assert!(fits("x[[:punct:]]", &format!("x{mark}")), "{mark}");
        }
        assert!(!fits("x[[:punct:]]", "xa") && !fits("x[[:punct:]]", "x1"));
    }
}
