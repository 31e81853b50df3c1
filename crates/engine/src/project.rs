//! Which folder is a project, what it is called, and which commit it stands at.

use std::path::{Path, PathBuf};

use serde::Serialize;

/// What marks the root of a project, in a folder or above it.
const ROOT_MARKERS: [&str; 4] = [".git", ".hg", ".jj", "sconce.toml"];

/// The project that `start` belongs to: the nearest folder at or above it that holds a repository
/// or a `sconce.toml`, else `start` itself.
///
/// The user's home folder and the file system's root are never taken for a project because of a
/// stray marker: a dotfiles repository must not make everything below it one code base.
pub fn project_root(start: &Path) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    start
        .ancestors()
        .take_while(|folder| folder.parent().is_some())
        .filter(|folder| home.as_deref() != Some(*folder) || *folder == start)
        .find(|folder| ROOT_MARKERS.iter().any(|marker| folder.join(marker).exists()))
        .unwrap_or(start)
        .to_path_buf()
}

/// The name that an index of `root` takes when none is given: the folder's name, in the characters
/// that a command line and a URI take as they are.
pub fn default_name(root: &Path) -> String {
    let folder = root.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    let name: String = folder
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
/// Follows the `gitdir:` file of a worktree or a submodule. No git binary is needed.
pub fn revision(root: &Path) -> Revision {
    let Some(git_dir) = root.ancestors().find_map(git_dir) else { return Revision::default() };
    let Ok(head) = std::fs::read_to_string(git_dir.join("HEAD")) else {
        return Revision::default();
    };
    match head.trim().strip_prefix("ref: ") {
        Some(reference) => Revision {
            commit: resolve(&git_dir, reference),
            branch: Some(reference.strip_prefix("refs/heads/").unwrap_or(reference).to_owned()),
        },
        None => Revision { commit: Some(head.trim().to_owned()), branch: None },
    }
}

/// The folders in which git writes when the revision of the working tree at `root`, or what it
/// ignores, changes: none where `root` is in no git repository.
pub(crate) fn git_folders(root: &Path) -> Vec<PathBuf> {
    let Some(git_dir) = root.ancestors().find_map(git_dir) else { return Vec::new() };
    // A commit moves no HEAD, but it writes the index, and the log where one is kept.
    let folders = [git_dir.clone(), git_dir.join("logs"), git_dir.join("info")];
    let real = folders.iter().filter_map(|folder| folder.canonicalize().ok());
    real.filter(|folder| folder.is_dir()).collect()
}

fn git_dir(folder: &Path) -> Option<PathBuf> {
    let dot_git = folder.join(".git");
    if dot_git.is_dir() {
        return Some(dot_git);
    }
    let pointer = std::fs::read_to_string(&dot_git).ok()?;
    Some(folder.join(pointer.trim().strip_prefix("gitdir: ")?))
}

/// A reference's commit: a loose file of the worktree or of the shared folder, else a packed one.
fn resolve(git_dir: &Path, reference: &str) -> Option<String> {
    let shared = std::fs::read_to_string(git_dir.join("commondir"))
        .map_or_else(|_| git_dir.to_path_buf(), |path| git_dir.join(path.trim()));
    for folder in [git_dir, &shared] {
        if let Ok(hash) = std::fs::read_to_string(folder.join(reference)) {
            return Some(hash.trim().to_owned());
        }
    }
    let packed = std::fs::read_to_string(shared.join("packed-refs")).ok()?;
    packed.lines().find_map(|line| {
        let (hash, name) = line.split_once(' ')?;
        (name == reference).then(|| hash.to_owned())
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

    #[test]
    fn reads_a_loose_a_packed_and_a_detached_head() {
        let dir = tempfile::tempdir().unwrap();
        let git = dir.path().join(".git");
        fs::create_dir_all(git.join("refs/heads")).unwrap();
        assert_eq!(revision(dir.path()), Revision::default());
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(git.join("packed-refs"), "# pack-refs\naaaa refs/heads/main\n").unwrap();
        let main = |hash: &str| Revision { commit: Some(hash.into()), branch: Some("main".into()) };
        assert_eq!(revision(dir.path()), main("aaaa"));
        fs::write(git.join("refs/heads/main"), "bbbb\n").unwrap();
        assert_eq!(revision(&dir.path().join(".")), main("bbbb"));
        fs::write(git.join("HEAD"), "cccc\n").unwrap();
        assert_eq!(revision(dir.path()), Revision { commit: Some("cccc".into()), branch: None });
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
        fs::write(main.join("refs/heads/topic"), "dddd\n").unwrap();
        let found = revision(&dir.path().join("other"));
        assert_eq!(found.commit.as_deref(), Some("dddd"));
        assert_eq!(found.branch.as_deref(), Some("topic"));
    }
}
