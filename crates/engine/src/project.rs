//! Which directory is a project, and what it is called.

use std::path::{Path, PathBuf};

use crate::{Engine, EngineError};

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
}
