//! Which directory is a project, what it is called, and which commit it stands at.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::source::{Beneath, read_small};
use crate::{Engine, EngineError};

/// The most bytes of a repository's packed references that are read: some hundred thousand of them.
const MAX_PACKED_BYTES: u64 = 64 << 20;
/// The most bytes of a working tree's log that are read.
const MAX_LOG_BYTES: u64 = 16 << 20;
/// What marks the root of a project, in a directory or above it.
const ROOT_MARKERS: [&str; 4] = [".git", ".hg", ".jj", "sconce.toml"];

/// The project that `start` belongs to: the nearest directory at or above it that holds a repository
/// or a `sconce.toml`, else `start` itself.
///
/// The user's home directory and the file system's root are never taken for a project because of a
/// stray marker: a dotfiles repository must not make everything below it one project.
pub fn project_root(start: &Path) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    start
        .ancestors()
        .take_while(|directory| directory.parent().is_some())
        .filter(|directory| home.as_deref() != Some(*directory) || *directory == start)
        .find(|directory| is_marked(directory))
        .unwrap_or(start)
        .to_path_buf()
}

/// Whether something marks `directory` as the root of a project: a repository or a `sconce.toml`.
pub fn is_marked(directory: &Path) -> bool {
    ROOT_MARKERS.iter().any(|marker| directory.join(marker).exists())
}

/// Whether `directory` is the user's home or the file system's root, which are no project of anybody's.
fn is_nobodys(directory: &Path) -> bool {
    let home =
        std::env::var_os("HOME").map(PathBuf::from).and_then(|home| home.canonicalize().ok());
    directory.parent().is_none() || home.as_deref() == Some(directory)
}

impl Engine {
    /// The project around `directory`, where nothing on the disk marks one: the nearest directory at or
    /// above it that has an index, as long as that is one that a user would call a project.
    ///
    /// # Errors
    /// What the database says.
    pub async fn unmarked_project(&self, directory: &Path) -> Result<Option<PathBuf>, EngineError> {
        let project = project_root(directory);
        if is_marked(&project) {
            return Ok(None);
        }
        match self.index_covering(directory).await {
            Ok(index) => Ok(Some(index.root().to_path_buf()).filter(|root| !is_nobodys(root))),
            Err(EngineError::NotIndexed { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The name that an index of `root` takes when none is given: the directory's name, in the characters
/// that a command line and a URI take as they are.
pub(crate) fn default_name(root: &Path) -> String {
    let directory = root.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    let name: String = directory
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' })
        .collect();
    let name = name.trim_matches(|c| c == '-' || c == '.');
    if name.is_empty() { "root".to_owned() } else { name.to_owned() }
}

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
    let directories = [git.own.clone(), git.own.join("logs"), git.own.join("info")];
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

/// The repository of the working tree at `directory`, if there is one there.
pub(crate) fn git_dir(directory: &Path) -> Option<GitDir> {
    let dot_git = directory.join(".git");
    if dot_git.symlink_metadata().ok()?.is_dir() {
        return Some(GitDir { common: dot_git.clone(), own: dot_git });
    }
    let pointer = read_line(directory, Path::new(".git"))?;
    let own = directory.join(pointer.strip_prefix("gitdir: ")?).canonicalize().ok()?;
    if !knows(&own, directory, &dot_git) {
        tracing::debug!(path = %dot_git.display(), "points at a repository that knows nothing of it");
        return None;
    }
    let common = read_line(&own, Path::new("commondir"));
    let common = common.and_then(|path| own.join(path).canonicalize().ok());
    Some(GitDir { common: common.unwrap_or_else(|| own.clone()), own })
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

/// Whether a repository names the working tree that points at it: a worktree's does in `gitdir`, a
/// submodule's in its configuration.
fn knows(own: &Path, directory: &Path, dot_git: &Path) -> bool {
    let same = |path: &Path, other: &Path| {
        path.canonicalize().is_ok_and(|path| other.canonicalize().is_ok_and(|other| path == other))
    };
    if let Some(back) = read_line(own, Path::new("gitdir")) {
        return same(&own.join(back), dot_git);
    }
    let config = read_small(own, Path::new("config")).ok().flatten().unwrap_or_default();
    let mut trees = config.lines().filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "worktree").then(|| value.trim().trim_matches('"'))
    });
    trees.any(|tree| same(&own.join(tree), directory))
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

    #[test]
    fn the_nearest_marker_above_names_the_project() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("app/src/inner");
        fs::create_dir_all(&deep).unwrap();
        fs::create_dir(dir.path().join("app/.git")).unwrap();
        assert_eq!(project_root(&deep), dir.path().join("app"));
        assert_eq!(project_root(dir.path()), dir.path());
    }

    #[test]
    fn names_take_only_plain_characters() {
        assert_eq!(default_name(Path::new("/srv/My App (2)")), "My-App--2");
        assert_eq!(default_name(Path::new("/")), "root");
        assert_eq!(default_name(Path::new("/srv/übung.rs")), "übung.rs");
    }

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
        reads_nothing("another repository");
    }
}
