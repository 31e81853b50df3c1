//! What a project's ignore files leave out, as git has it.
//!
//! A repository's rules hold in that repository: neither in what lies around it nor in a submodule or
//! another working tree below it. What git tracks is never left out by git's own rules; where there is no
//! repository to say so, a rule that [may mean another directory](super::unpacked) leaves none out.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use super::log::WalkLog;
use super::reader::Beneath;
use super::rules::{Case, Decision, RuleReader, Rules};
use super::tracked::Tracked;
use crate::repository::{GitDir, git_dir};
use crate::sync::lock;

/// A repository that a walk meets.
#[derive(Debug)]
struct Repository {
    root: PathBuf,
    git: Option<GitDir>,
    /// How its rules compare letters, by its configuration.
    case: Case,
    tracked: OnceLock<Tracked>,
    log: WalkLog,
}

impl Repository {
    fn at(directory: &Path, log: WalkLog) -> Self {
        let git = git_dir(directory);
        let folds = git.as_ref().is_some_and(|git| git.config().says("ignorecase", "true"));
        let case = if folds { Case::Folded } else { Case::Told };
        Self { root: directory.to_path_buf(), git, case, tracked: OnceLock::new(), log }
    }

    /// Whether it tracks the file, the submodule, or something in the directory at a path.
    fn tracks(&self, path: &Path, is_dir: bool) -> bool {
        let (Some(git), Ok(below)) = (&self.git, path.strip_prefix(&self.root)) else {
            return false;
        };
        let tracked = self.tracked.get_or_init(|| {
            let (tracked, error) = Tracked::of(git);
            if let Some(error) = error {
                let root = self.root.display();
                self.log.warn(format!(
                    "{root}: {error}: files that it tracks and an ignore file names are left out \
                     (`git status` there says what is wrong)"
                ));
            }
            tracked
        });
        let below = below.as_os_str().as_encoded_bytes();
        tracked.holds(below) || is_dir && tracked.holds_below(below)
    }
}

/// The rules of one directory, with those of the directories above it.
#[derive(Debug)]
struct Level {
    above: Option<Arc<Level>>,
    own: Rules,
    ignore: Rules,
    git: Rules,
    exclude: Rules,
    /// The repository whose root the directory is.
    repository: Option<Arc<Repository>>,
}

/// What the rules say of a path: those of this product and of searches, and git's.
#[derive(Debug, Default)]
struct Said {
    by_search: Option<Decision>,
    by_git: Option<Decision>,
}

impl Level {
    /// What the nearest directory that says something says, each kind of file on its own;
    /// `.sconceignore` before `.ignore` before git's, and git's no further up than its repository.
    fn say(&self, path: &Path, is_dir: bool) -> Said {
        let mut found: [Option<Decision>; 4] = [const { None }; 4];
        let (mut level, mut saw_git) = (Some(self), false);
        while let Some(Self { above, own, ignore, git, exclude, repository }) = level {
            for (at, rules) in [own, ignore, git, exclude].into_iter().enumerate() {
                if found[at].is_none() && !(saw_git && at >= 2) {
                    found[at] = rules.decide(path, is_dir);
                }
            }
            saw_git |= repository.is_some();
            level = above.as_deref();
        }
        let [own, ignore, git, exclude] = found;
        Said { by_search: own.or(ignore), by_git: git.or(exclude) }
    }

    /// The repository in which the directory lies.
    fn repository(&self) -> Option<&Repository> {
        let mut level = Some(self);
        while let Some(Self { above, repository, .. }) = level {
            if let Some(repository) = repository {
                return Some(repository);
            }
            level = above.as_deref();
        }
        None
    }
}

/// The ignore files of a walk, read as it comes by.
#[derive(Debug)]
pub(super) struct IgnoreFiles {
    root: PathBuf,
    beneath: Beneath,
    rules: RuleReader,
    log: WalkLog,
    of_user: Rules,
    levels: Mutex<HashMap<PathBuf, Option<Arc<Level>>>>,
    /// Directories that git's rules leave out, and that are entered for what is tracked in them.
    entered: Mutex<HashMap<PathBuf, String>>,
}

impl IgnoreFiles {
    pub(super) fn new(root: &Path, log: WalkLog) -> io::Result<Self> {
        let rules = RuleReader::new(root, log.clone());
        let files = Self {
            root: root.to_path_buf(),
            beneath: Beneath::open(root)?,
            of_user: rules.of_user(),
            rules,
            log,
            levels: Mutex::default(),
            entered: Mutex::default(),
        };
        let above = files.above_root();
        let level = files.level(&files.beneath, Path::new(""), root, above);
        lock(&files.levels).insert(root.to_path_buf(), level);
        Ok(files)
    }

    /// The rules of the directories above the root, as far as its repository reaches. None hold where a
    /// rule of theirs leaves the root itself out: it is no part of that repository then.
    fn above_root(&self) -> Option<Arc<Level>> {
        let mut above = None;
        let repository = self.root.ancestors().find(|directory| is_repository(directory))?;
        let mut between: Vec<&Path> =
            self.root.ancestors().take_while(|directory| *directory != repository).collect();
        between.push(repository);
        between.reverse();
        for pair in between.windows(2) {
            // What lies above the project is read as what lies in it: from its own directory.
            let beneath = Beneath::open(pair[0]).ok()?;
            above = self.level(&beneath, Path::new(""), pair[0], above);
            if let Some(level) = &above
                && self.left_out_at(level, pair[1], true).is_some()
            {
                return None;
            }
        }
        above
    }

    /// The rule by which the walk leaves the entry at a path out.
    pub(super) fn leaves_out(&self, path: &Path, is_dir: bool) -> Option<String> {
        let directory = path.parent()?;
        let Some(level) = self.level_of(directory) else {
            let said = self.said_by_user(&self.root, path, is_dir)?;
            return (!said.takes).then_some(said.rule);
        };
        self.left_out_at(&level, path, is_dir)
    }

    fn left_out_at(&self, level: &Level, path: &Path, is_dir: bool) -> Option<String> {
        let Said { by_search, by_git } = level.say(path, is_dir);
        if let Some(said) = by_search {
            return (!said.takes).then_some(said.rule);
        }
        let around =
            path.parent().and_then(|directory| lock(&self.entered).get(directory).cloned());
        let repository = level.repository();
        let rule = around.or_else(|| {
            let root = repository.map_or(self.root.as_path(), |repository| &repository.root);
            let said = by_git.or_else(|| self.said_by_user(root, path, is_dir))?;
            let is_taken = said.takes || repository.is_none() && said.may_mean_another;
            (!is_taken).then_some(said.rule)
        })?;
        if !repository.is_some_and(|repository| repository.tracks(path, is_dir)) {
            return Some(rule);
        }
        if is_dir && !is_repository(path) {
            lock(&self.entered).insert(path.to_path_buf(), rule);
        }
        None
    }

    /// What git's excludes of the user say of a path in the repository at a root.
    fn said_by_user(&self, root: &Path, path: &Path, is_dir: bool) -> Option<Decision> {
        self.of_user.decide(path.strip_prefix(root).ok()?, is_dir)
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
        let rules = |name: &str, case| self.rules.read(beneath, &below.join(name), directory, case);
        let repository =
            is_repository(directory).then(|| Arc::new(Repository::at(directory, self.log.clone())));
        let around = repository.as_deref().or_else(|| above.as_deref()?.repository());
        let case = around.map_or(Case::Told, |repository| repository.case);
        let git = repository.as_ref().and_then(|repository| repository.git.as_ref());
        let exclude = git.map_or_else(Rules::none, |git| self.exclude(git, directory, case));
        let level = Level {
            own: rules(".sconceignore", Case::Told),
            ignore: rules(".ignore", Case::Told),
            git: rules(".gitignore", case),
            exclude,
            repository,
            above,
        };
        let all = [&level.own, &level.ignore, &level.git, &level.exclude];
        if level.repository.is_some() || all.iter().any(|rules| !rules.is_empty()) {
            Some(Arc::new(level))
        } else {
            level.above
        }
    }

    fn exclude(&self, git: &GitDir, directory: &Path, case: Case) -> Rules {
        let opened = Beneath::open(&git.common);
        let below = Path::new("info/exclude");
        opened.map_or_else(
            |_| Rules::none(),
            |common| self.rules.read(&common, below, directory, case),
        )
    }
}

fn is_repository(directory: &Path) -> bool {
    directory.join(".git").symlink_metadata().is_ok()
}
