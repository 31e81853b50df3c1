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
    let may_be_project = |directory: &&Path| {
        is_marked(directory) && (*directory == start || !is_no_project(directory))
    };
    let mut below_root = start.ancestors().take_while(|directory| directory.parent().is_some());
    below_root.find(may_be_project).unwrap_or(start).to_path_buf()
}

/// Whether something marks `directory` as the root of a project: a repository or a `sconce.toml`.
pub fn is_marked(directory: &Path) -> bool {
    ROOT_MARKERS.iter().any(|marker| directory.join(marker).exists())
}

/// Directories of the system, and those that hold what all users have.
const SYSTEM: [&str; 40] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/local",
    "/usr/sbin",
    "/usr/share",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/spool",
    "/var/tmp",
    "/Applications",
    "/Library",
    "/System",
    "/Users",
    "/Volumes",
    "/private",
    "/private/etc",
    "/private/tmp",
    "/private/var",
];

/// Whether `directory` is the user's home, the file system's root or one of the system's directories: it
/// holds everything that a user or a machine has, and is no project. It asks the file system, so it may
/// block.
pub fn is_no_project(directory: &Path) -> bool {
    let is_home = |home: PathBuf| {
        home == directory || home.canonicalize().is_ok_and(|home| home == directory)
    };
    directory.parent().is_none()
        || SYSTEM.iter().any(|path| Path::new(path) == directory)
        || std::env::home_dir().is_some_and(is_home)
}

impl Engine {
    /// The project that `directory` belongs to: the one that is marked on the disk ([`project_root`]), else the
    /// nearest directory at or above it that has an index which `may_use` lets through, else `directory` itself.
    /// An index of what is no project ([`is_no_project`]) makes none of all that lies in it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn project_of(
        &self,
        directory: &Path,
        may_use: impl Fn(&Path) -> bool,
    ) -> Result<PathBuf, EngineError> {
        let project = project_root(directory);
        if is_marked(&project) {
            return Ok(project);
        }
        match self.index_covering(directory).await {
            Ok(index) if !is_no_project(index.root()) && may_use(index.root()) => {
                Ok(index.root().to_path_buf())
            }
            Ok(_) | Err(EngineError::NotIndexed { .. }) => Ok(project),
            Err(error) => Err(error),
        }
    }

    /// Whether `directory`, which lies in the project at `project`, may be indexed though nobody has named that
    /// project.
    ///
    /// # Errors
    /// [`EngineError::NoProject`] where that is none ([`is_no_project`]) and has no index yet, and what the
    /// database says.
    pub async fn check_project(&self, project: &Path, directory: &Path) -> Result<(), EngineError> {
        if is_no_project(project) && self.index_within(project, directory).await?.is_none() {
            return Err(EngineError::NoProject { directory: project.to_path_buf() });
        }
        Ok(())
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
    fn directories_of_the_system_are_no_projects() {
        for path in ["/", "/etc", "/usr/include", "/tmp", "/home", "/var/log"] {
            assert!(is_no_project(Path::new(path)), "{path}");
        }
        for path in ["/app", "/srv/shop", "/usr/src/shop", "/tmp/x", "/home/ann/shop"] {
            assert!(!is_no_project(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn names_take_only_plain_characters() {
        assert_eq!(default_name(Path::new("/srv/My App (2)")), "My-App--2");
        assert_eq!(default_name(Path::new("/")), "root");
        assert_eq!(default_name(Path::new("/srv/übung.rs")), "übung.rs");
    }
}
