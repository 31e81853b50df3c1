//! What git's own files say of a working tree: where its repository lies, and which commit it stands at.
//!
//! They are read without git, and nothing of them is run. A file of theirs may be anybody's: what a
//! pointer leads to counts only where the repository there belongs to the working tree.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::git_config::entries;
use crate::source::{Beneath, read_small};

/// The most bytes of a repository's packed references that are read: some hundred thousand of them.
const MAX_PACKED_BYTES: u64 = 64 << 20;
/// The most bytes of a working tree's log that are read.
const MAX_LOG_BYTES: u64 = 16 << 20;

/// The commit and the branch that a working tree stands at, read from git's own files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// Full hash of the commit at HEAD.
    pub commit: Option<String>,
    /// Name of the branch; none where HEAD is detached.
    pub branch: Option<String>,
}

/// Reads the revision of the working tree at `root`; empty where `root` is in no git repository.
///
/// Follows the `gitdir:` file of a worktree or a submodule that knows of this working tree. Nothing
/// of a file leaves this function but a reference's name and a hash. No git binary is needed.
pub(crate) fn revision(root: &Path) -> Revision {
    let Some(git) = root.ancestors().find_map(git_dir) else { return Revision::default() };
    let Some(head) = read_line(&git.own, Path::new("HEAD")) else { return Revision::default() };
    match head.strip_prefix("ref: ") {
        Some(reference) if is_reference(reference) => Revision {
            commit: resolve(&git, reference),
            branch: Some(reference.strip_prefix("refs/heads/").unwrap_or(reference).to_owned()),
        },
        Some(_) => Revision::default(),
        None => Revision { commit: commit(&head), branch: None },
    }
}

/// Whether the working tree whose root is `root` stands at a commit, or has stood at it: by its log,
/// which no clone brings along.
pub(crate) fn has_stood_at(root: &Path, commit: &str) -> bool {
    if revision(root).commit.as_deref() == Some(commit) {
        return true;
    }
    let log = git_dir(root).and_then(|git| {
        Beneath::open(&git.own).ok()?.read_to(Path::new("logs/HEAD"), MAX_LOG_BYTES).ok()
    });
    let log = log.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    log.lines().any(|line| line.split(' ').nth(1) == Some(commit))
}

/// The directories in which git writes when the revision of the working tree at `root`, or what it
/// ignores, changes: none where `root` is in no git repository.
pub(crate) fn git_directories(root: &Path) -> Vec<PathBuf> {
    let Some(git) = root.ancestors().find_map(git_dir) else { return Vec::new() };
    // A commit moves no HEAD, but it writes the index, and the log where one is kept.
    let directories = [git.own.clone(), git.own.join("logs"), git.common.join("info")];
    let real = directories.iter().filter_map(|directory| directory.canonicalize().ok());
    real.filter(|directory| directory.is_dir()).collect()
}

/// Where a working tree's repository lies.
#[derive(Debug)]
pub(crate) struct GitDir {
    /// What is this working tree's alone, such as `HEAD`.
    pub(crate) own: PathBuf,
    /// What it shares with the repository's other working trees.
    pub(crate) common: PathBuf,
}

impl GitDir {
    /// The repository's configuration; an empty one where it cannot be read.
    pub(crate) fn config(&self) -> GitConfig {
        GitConfig::read(&self.common)
    }
}

/// The text of a repository's configuration. What it includes is not read.
#[derive(Debug, Default)]
pub(crate) struct GitConfig {
    text: String,
}

impl GitConfig {
    fn read(git: &Path) -> Self {
        Self { text: read_small(git, Path::new("config")).ok().flatten().unwrap_or_default() }
    }

    /// The values of a key, in any section: the few that are asked for stand in one alone.
    fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = String> + 'a {
        let of_key = entries(&self.text).filter(move |entry| entry.key.eq_ignore_ascii_case(key));
        of_key.map(|entry| entry.value)
    }

    /// Whether the last value of a key is this one.
    pub(crate) fn says(&self, key: &str, value: &str) -> bool {
        self.values(key).last().is_some_and(|last| last.eq_ignore_ascii_case(value))
    }
}

/// The repository of the working tree at `directory`, if there is one there.
pub(crate) fn git_dir(directory: &Path) -> Option<GitDir> {
    let dot_git = directory.join(".git");
    let metadata = dot_git.symlink_metadata().ok()?;
    if metadata.is_dir() {
        return Some(GitDir { common: dot_git.clone(), own: dot_git });
    }
    let own = if metadata.is_symlink() {
        dot_git.canonicalize().ok()?
    } else {
        let pointer = read_line(directory, Path::new(".git"))?;
        directory.join(pointer.strip_prefix("gitdir: ")?).canonicalize().ok()?
    };
    if !belongs_to(&own, directory, &dot_git) {
        tracing::debug!(path = %dot_git.display(), "points at another working tree's repository");
        return None;
    }
    let common = read_line(&own, Path::new("commondir"));
    let common = common.and_then(|path| own.join(path).canonicalize().ok());
    Some(GitDir { common: common.unwrap_or_else(|| own.clone()), own })
}

/// Whether a directory has what git's repositories have, whatever it is called.
pub(crate) fn is_git_dir(directory: &Path) -> bool {
    ["HEAD", "objects", "refs"].iter().all(|part| directory.join(part).symlink_metadata().is_ok())
}

/// The repository of another working tree, where a directory is one that is linked to it.
pub(crate) fn linked_worktree(directory: &Path) -> Option<PathBuf> {
    if !directory.join(".git").symlink_metadata().ok()?.is_file() {
        return None;
    }
    let git = git_dir(directory)?;
    (git.own != git.common).then(|| git.common.canonicalize().ok())?
}

/// The directory that the repository around `root` shares with all of its working trees.
pub(crate) fn common_git_dir(root: &Path) -> Option<PathBuf> {
    root.ancestors().find_map(git_dir)?.common.canonicalize().ok()
}

/// Whether a repository is that of the working tree that points at it. One that names its working tree
/// says so: a worktree's does in `gitdir`, a submodule's in its configuration. One that names none is
/// the working tree's if it was made apart from it (`git init --separate-git-dir`).
fn belongs_to(own: &Path, directory: &Path, dot_git: &Path) -> bool {
    let same = |path: &Path, other: &Path| {
        path.canonicalize().is_ok_and(|path| other.canonicalize().is_ok_and(|other| path == other))
    };
    if let Some(back) = read_line(own, Path::new("gitdir")) {
        let back = own.join(back);
        // A working tree that was moved is still named by its old place.
        return same(&back, dot_git) || back.symlink_metadata().is_err();
    }
    let config = GitConfig::read(own);
    let mut trees = config.values("worktree").peekable();
    if trees.peek().is_some() {
        return trees.any(|tree| same(&own.join(tree), directory));
    }
    let is_another_trees = own.file_name().is_some_and(|name| name == ".git");
    is_git_dir(own) && !is_another_trees && !config.says("bare", "true")
}

/// The first line of a small file; none where there is no such regular file.
fn read_line(directory: &Path, below: &Path) -> Option<String> {
    let text = read_small(directory, below).ok()??;
    text.lines().next().map(|line| line.trim_end().to_owned())
}

/// Whether this can be the name of a reference, and nothing else.
fn is_reference(name: &str) -> bool {
    const LONGEST: usize = 1024;
    let is_plain = |c: char| !c.is_control() && !" ~^:?*[\\".contains(c);
    name.starts_with("refs/")
        && name.len() <= LONGEST
        && name.chars().all(is_plain)
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
        && !name.contains("..")
}

/// A commit's hash, if this is one.
fn commit(text: &str) -> Option<String> {
    let text = text.trim();
    let is_hash = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then(|| text.to_owned())
}

/// A reference's commit: a loose file of the worktree or of the shared directory, else a packed one.
fn resolve(git: &GitDir, reference: &str) -> Option<String> {
    for directory in [&git.own, &git.common] {
        if let Some(hash) = read_line(directory, Path::new(reference)) {
            return commit(&hash);
        }
    }
    let common = Beneath::open(&git.common).ok()?;
    let packed = common.read(Path::new("packed-refs"), MAX_PACKED_BYTES).ok()?;
    packed.split(|byte| *byte == b'\n').find_map(|line| {
        let (hash, name) = std::str::from_utf8(line).ok()?.split_once(' ')?;
        (name == reference).then(|| commit(hash))?
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn hash(digit: char) -> String {
        digit.to_string().repeat(40)
    }

    #[test]
    fn reads_a_loose_a_packed_and_a_detached_head() {
        let dir = tempfile::tempdir().unwrap();
        let git = dir.path().join(".git");
        fs::create_dir_all(git.join("refs/heads")).unwrap();
        assert_eq!(revision(dir.path()), Revision::default());
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(git.join("packed-refs"), format!("# pack-refs\n{} refs/heads/main\n", hash('a')))
            .unwrap();
        let main = |commit: String| Revision { commit: Some(commit), branch: Some("main".into()) };
        assert_eq!(revision(dir.path()), main(hash('a')));
        fs::write(git.join("refs/heads/main"), hash('b') + "\n").unwrap();
        assert_eq!(revision(&dir.path().join(".")), main(hash('b')));
        fs::write(git.join("HEAD"), hash('c') + "\n").unwrap();
        assert_eq!(revision(dir.path()), Revision { commit: Some(hash('c')), branch: None });
    }

    #[test]
    fn follows_a_worktree_to_the_shared_references() {
        let dir = tempfile::tempdir().unwrap();
        let main = dir.path().join("main/.git");
        let linked = main.join("worktrees/other");
        fs::create_dir_all(main.join("refs/heads")).unwrap();
        fs::create_dir_all(&linked).unwrap();
        fs::create_dir(dir.path().join("other")).unwrap();
        fs::write(dir.path().join("other/.git"), format!("gitdir: {}\n", linked.display()))
            .unwrap();
        fs::write(linked.join("HEAD"), "ref: refs/heads/topic\n").unwrap();
        fs::write(linked.join("commondir"), "../..\n").unwrap();
        let dot_git = dir.path().join("other/.git");
        fs::write(linked.join("gitdir"), format!("{}\n", dot_git.display())).unwrap();
        fs::write(main.join("refs/heads/topic"), hash('d') + "\n").unwrap();
        let found = revision(&dir.path().join("other"));
        assert_eq!(found.commit.as_deref(), Some(hash('d').as_str()));
        assert_eq!(found.branch.as_deref(), Some("topic"));
    }

    #[test]
    fn a_submodule_knows_its_working_tree() {
        let dir = tempfile::tempdir().unwrap();
        let module = dir.path().join(".git/modules/lib");
        fs::create_dir_all(&module).unwrap();
        fs::create_dir(dir.path().join("lib")).unwrap();
        fs::write(dir.path().join("lib/.git"), "gitdir: ../.git/modules/lib\n").unwrap();
        fs::write(module.join("HEAD"), hash('e')).unwrap();
        assert_eq!(revision(&dir.path().join("lib")).commit, None, "it knows nothing of it");
        fs::write(module.join("config"), "[core]\n\tworktree = ../../../lib\n").unwrap();
        assert_eq!(revision(&dir.path().join("lib")).commit, Some(hash('e')));
    }

    fn git(at: &Path, arguments: &[&str]) {
        let mut command = std::process::Command::new("git");
        let who = ["-c", "user.name=n", "-c", "user.email=e", "-c", "protocol.file.allow=always"];
        let done = command.arg("-C").arg(at).args(who).args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
    }

    /// As `repo` of Android and `git init --separate-git-dir` have it, and a working tree that was moved.
    #[test]
    fn a_repository_may_lie_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        fs::create_dir(at("app")).unwrap();
        git(&at("app"), &["init", "-q", "-b", "trunk", "--separate-git-dir", "../store"]);
        git(&at("app"), &["commit", "-q", "--allow-empty", "-m", "one"]);
        let found = revision(&at("app"));
        assert!(found.commit.is_some() && found.branch.as_deref() == Some("trunk"), "{found:?}");

        fs::remove_file(at("app/.git")).unwrap();
        std::os::unix::fs::symlink("../store", at("app/.git")).unwrap();
        assert_eq!(revision(&at("app")), found, "a link");

        git(&at("app"), &["worktree", "add", "-q", "../tree"]);
        fs::rename(at("tree"), at("moved")).unwrap();
        assert_eq!(revision(&at("moved")).commit, found.commit, "a tree that was moved");
    }

    /// The working trees beside a bare repository are all that there is to index.
    #[test]
    fn a_bare_repository_has_no_working_tree_around_it() {
        let dir = tempfile::tempdir().unwrap();
        git(dir.path(), &["init", "-q", "--bare", ".bare"]);
        fs::write(dir.path().join(".git"), "gitdir: ./.bare\n").unwrap();
        assert!(git_dir(dir.path()).is_none() && is_git_dir(&dir.path().join(".bare")));
    }

    /// Each of these gave a foreign file's text for a commit.
    #[test]
    fn nothing_of_a_foreign_file_comes_out() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("project");
        let git = root.join(".git");
        fs::create_dir_all(&git).unwrap();
        let secret = dir.path().join("shadow");
        fs::write(&secret, "root:$6$SECRET\n").unwrap();
        let reads_nothing = |what: &str| {
            let found = format!("{:?}", revision(&root));
            assert!(!found.contains("SECRET") && found.contains("commit: None"), "{what}: {found}");
        };
        for head in ["ref: ../../shadow", "ref: refs/../../../shadow", "root:SECRET", "ref: shadow"]
        {
            fs::write(git.join("HEAD"), head).unwrap();
            reads_nothing(head);
        }
        fs::remove_file(git.join("HEAD")).unwrap();
        std::os::unix::fs::symlink(&secret, git.join("HEAD")).unwrap();
        reads_nothing("a link");
        fs::remove_dir_all(&git).unwrap();
        let other = dir.path().join("other");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("HEAD"), hash('f')).unwrap();
        fs::write(&git, format!("gitdir: {}\n", other.display())).unwrap();
        reads_nothing("no repository");
        let theirs = dir.path().join("theirs");
        fs::create_dir_all(&theirs).unwrap();
        self::git(&theirs, &["init", "-q"]);
        self::git(&theirs, &["commit", "-q", "--allow-empty", "-m", "one"]);
        fs::write(&git, format!("gitdir: {}/.git\n", theirs.display())).unwrap();
        reads_nothing("another working tree's repository");
        fs::remove_file(&git).unwrap();
        std::os::unix::fs::symlink(theirs.join(".git"), &git).unwrap();
        reads_nothing("a link to another working tree's repository");
    }
}
