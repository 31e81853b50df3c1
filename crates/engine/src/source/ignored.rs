//! What a project's ignore files leave out.
//!
//! They are read here and not by the `ignore` crate, which opens whatever lies under their names,
//! reads all of it, and recurses as deep as a pattern nests. What is beyond the bounds is left out,
//! and the walk says so.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, Match};
use sconce_code::filter::check_size;

use super::reader::{Beneath, is_missing};
use crate::project::{GitDir, git_dir};
use crate::sync::lock;

/// The most bytes of an ignore file that are read.
const MAX_BYTES: u64 = 1 << 20;
/// The most lines of an ignore file, and of all that a walk meets.
const MAX_LINES: usize = 10_000;
const MAX_LINES_OF_ALL: usize = 50_000;
/// The most warnings of a walk that are told one by one.
const MAX_WARNINGS: usize = 20;

/// What of a walk's ignore files was left out, in a sentence each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Warnings {
    shared: Arc<Mutex<(Vec<String>, usize)>>,
}

impl Warnings {
    fn add(&self, warning: String) {
        let mut shared = lock(&self.shared);
        if shared.0.len() < MAX_WARNINGS {
            shared.0.push(warning);
        } else {
            shared.1 += 1;
        }
    }

    /// All of them.
    pub(crate) fn take(&self) -> Vec<String> {
        let (mut told, more) = std::mem::take(&mut *lock(&self.shared));
        if more > 0 {
            told.push(format!("{more} more lines of ignore files do not apply"));
        }
        told
    }
}

/// The rules of one directory, with those of the directories above it.
#[derive(Debug)]
struct Level {
    above: Option<Arc<Level>>,
    own: Gitignore,
    ignore: Gitignore,
    git: Gitignore,
    exclude: Gitignore,
    has_git: bool,
}

impl Level {
    /// What the nearest directory that says something says, each kind of file on its own;
    /// `.sconceignore` before `.ignore` before git's, and git's no further up than its repository.
    fn decides(&self, path: &Path, is_dir: bool) -> Option<bool> {
        let mut found: [Option<bool>; 4] = [None; 4];
        let (mut level, mut saw_git) = (Some(self), false);
        while let Some(Self { above, own, ignore, git, exclude, has_git }) = level {
            for (at, rules) in [own, ignore, git, exclude].into_iter().enumerate() {
                if found[at].is_none() && !(saw_git && at >= 2) {
                    found[at] = takes(&rules.matched(path, is_dir));
                }
            }
            saw_git |= has_git;
            level = above.as_deref();
        }
        found.into_iter().flatten().next()
    }
}

/// Whether a rule takes a path; none where no rule says anything.
fn takes<T>(matched: &Match<T>) -> Option<bool> {
    match matched {
        Match::None => None,
        Match::Ignore(_) => Some(false),
        Match::Whitelist(_) => Some(true),
    }
}

/// The ignore files of a walk, read as it comes by.
#[derive(Debug)]
pub(super) struct IgnoreFiles {
    root: PathBuf,
    beneath: Beneath,
    global: Gitignore,
    levels: Mutex<HashMap<PathBuf, Option<Arc<Level>>>>,
    lines: Mutex<usize>,
    warnings: Warnings,
}

impl IgnoreFiles {
    pub(super) fn new(root: &Path, warnings: Warnings) -> io::Result<Self> {
        let (global, _) = GitignoreBuilder::new(root).build_global();
        let files = Self {
            root: root.to_path_buf(),
            beneath: Beneath::open(root)?,
            global,
            levels: Mutex::default(),
            lines: Mutex::new(0),
            warnings,
        };
        let mut above = None;
        let mut outer: Vec<&Path> = root.ancestors().skip(1).collect();
        outer.reverse();
        for directory in outer {
            // What lies above the project is read as what lies in it: from its own directory.
            if let Ok(beneath) = Beneath::open(directory) {
                above = files.level(&beneath, Path::new(""), directory, above);
            }
        }
        let level = files.level(&files.beneath, Path::new(""), root, above);
        lock(&files.levels).insert(root.to_path_buf(), level);
        Ok(files)
    }

    /// Whether the walk leaves an entry out.
    pub(super) fn leaves_out(&self, entry: &DirEntry) -> bool {
        let (path, is_dir) = (entry.path(), entry.file_type().is_some_and(|kind| kind.is_dir()));
        let Some(directory) = path.parent() else { return false };
        let level = self.level_of(directory);
        let decided = level.and_then(|level| level.decides(path, is_dir));
        let decided = decided.or_else(|| takes(&self.global.matched(path, is_dir)));
        decided == Some(false)
    }

    fn level_of(&self, directory: &Path) -> Option<Arc<Level>> {
        if let Some(level) = lock(&self.levels).get(directory) {
            return level.clone();
        }
        let below = directory.strip_prefix(&self.root).ok()?;
        let above = self.level_of(directory.parent()?);
        let level = self.level(&self.beneath, below, directory, above);
        lock(&self.levels).insert(directory.to_path_buf(), level.clone());
        level
    }

    /// The level of a directory that lies `below` an open one; the one `above` where it says nothing
    /// of its own.
    fn level(
        &self,
        beneath: &Beneath,
        below: &Path,
        directory: &Path,
        above: Option<Arc<Level>>,
    ) -> Option<Arc<Level>> {
        let rules = |name: &str| self.rules(beneath, &below.join(name), directory);
        let has_git = directory.join(".git").symlink_metadata().is_ok();
        let exclude = if has_git { git_dir(directory) } else { None };
        let exclude = exclude.map_or_else(Gitignore::empty, |git| self.exclude(&git, directory));
        let level = Level {
            own: rules(".sconceignore"),
            ignore: rules(".ignore"),
            git: rules(".gitignore"),
            exclude,
            has_git,
            above,
        };
        let all = [&level.own, &level.ignore, &level.git, &level.exclude];
        if has_git || all.iter().any(|rules| !rules.is_empty()) {
            Some(Arc::new(level))
        } else {
            level.above
        }
    }

    fn exclude(&self, git: &GitDir, directory: &Path) -> Gitignore {
        let opened = Beneath::open(&git.common);
        let below = Path::new("info/exclude");
        opened.map_or_else(|_| Gitignore::empty(), |common| self.rules(&common, below, directory))
    }

    /// The rules of one file, which hold in `directory`.
    fn rules(&self, beneath: &Beneath, file: &Path, directory: &Path) -> Gitignore {
        let shown = directory.join(file.file_name().unwrap_or_default());
        let bytes = match beneath.read_to(file, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if is_missing(&error) => return Gitignore::empty(),
            Err(error) => {
                self.warnings.add(format!("{} does not apply: {error}", shown.display()));
                return Gitignore::empty();
            }
        };
        let mut builder = GitignoreBuilder::new(directory);
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}');
        for (at, line) in text.lines().enumerate() {
            let beyond = if self.is_beyond(at) {
                "there are too many lines before it".to_owned()
            } else if let Err(error) = check_size(line) {
                error.to_string()
            } else {
                // As git does, without a word: a line that is no pattern.
                let _ = builder.add_line(None, line);
                continue;
            };
            self.warnings.add(format!("{}:{}: does not apply: {beyond}", shown.display(), at + 1));
            if at >= MAX_LINES {
                break;
            }
        }
        if bytes.len() as u64 == MAX_BYTES {
            let rest = "what comes after its first MiB does not apply";
            self.warnings.add(format!("{}: {rest}", shown.display()));
        }
        builder.build().unwrap_or_else(|error| {
            self.warnings.add(format!("{} does not apply: {error}", shown.display()));
            Gitignore::empty()
        })
    }

    /// Whether a file's line of this number, from 0, is one too many.
    fn is_beyond(&self, line: usize) -> bool {
        let mut all = lock(&self.lines);
        *all += 1;
        line >= MAX_LINES || *all > MAX_LINES_OF_ALL
    }
}
