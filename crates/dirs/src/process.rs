//! Child processes that nothing in a project can steer: from a directory of the system's, with a
//! listed environment, found along a search path without the project's own directories.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a child process may know of this one's environment: where home and temporary files are, the
/// time zone, and where a system that is not in the usual places keeps its libraries.
const ENVIRONMENT: &[&str] =
    &["HOME", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LOCALE_ARCHIVE"];

/// A command that runs `program` from the root directory with a listed environment and no input.
pub fn command(program: &Path) -> Command {
    let mut command = listed(program);
    command.current_dir("/").stdin(Stdio::null()).env("LC_ALL", "C");
    command
}

/// A command that runs a program of ours, this one as a rule, from the working directory: with what
/// [`command`] lists of the environment, and with what `is_passed` lists beside it.
pub fn command_passing(program: &Path, is_passed: impl Fn(&OsStr) -> bool) -> Command {
    let mut command = listed(program);
    command.envs(std::env::vars_os().filter(|(name, _)| is_passed(name)));
    command
}

fn listed(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for name in ENVIRONMENT {
        if let Some(value) = std::env::var_os(name).filter(|value| is_absolute(name, value)) {
            command.env(name, value);
        }
    }
    if let Ok(path) = std::env::join_paths(search_path()) {
        command.env("PATH", path);
    }
    command
}

/// Where programs are looked for: the directories of `PATH` that no project can be.
pub fn search_path() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let working_dir = std::env::current_dir().ok();
    let home = std::env::home_dir();
    safe_entries(std::env::split_paths(&path), working_dir.as_deref(), home.as_deref())
}

/// The program of that name along [`search_path`].
pub fn find(name: &str) -> Option<PathBuf> {
    search_path().into_iter().map(|dir| dir.join(name)).find(|path| path.is_file())
}

/// The entries that are absolute and not beneath the working directory, unless that holds the whole
/// home directory.
fn safe_entries(
    entries: impl Iterator<Item = PathBuf>,
    working_dir: Option<&Path>,
    home: Option<&Path>,
) -> Vec<PathBuf> {
    let project = working_dir
        .filter(|dir| dir.parent().is_some() && !home.is_some_and(|home| home.starts_with(dir)));
    let inside = |path: &Path| project.is_some_and(|project| path.starts_with(project));
    let resolved = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    entries
        .filter(|entry| entry.is_absolute() && !inside(entry) && !inside(&resolved(entry)))
        .collect()
}

/// A library path with an empty or a relative entry would be looked for in the working directory.
fn is_absolute(name: &str, value: &OsString) -> bool {
    !name.ends_with("_PATH") || std::env::split_paths(value).all(|entry| entry.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safe(path: &str, working_dir: &str, home: &str) -> Vec<PathBuf> {
        let (working_dir, home) = (Path::new(working_dir), Path::new(home));
        safe_entries(std::env::split_paths(path), Some(working_dir), Some(home))
    }

    #[test]
    fn no_entry_of_the_search_path_lies_in_the_project() {
        let path = "/repo/bin:node_modules/.bin::.:/usr/bin:/home/u/.local/bin:/repo";
        let expected = ["/usr/bin", "/home/u/.local/bin"].map(PathBuf::from);
        assert_eq!(safe(path, "/repo", "/home/u"), expected);
        // from the home directory or the root directory everything would lie beneath
        assert_eq!(safe("/home/u/.local/bin", "/home/u", "/home/u").len(), 1);
        assert_eq!(safe("/usr/bin", "/", "/root").len(), 1);
    }

    #[test]
    fn a_link_out_of_the_project_into_it_is_seen_through() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("repo/bin")).unwrap();
        std::os::unix::fs::symlink(root.join("repo/bin"), root.join("bin")).unwrap();
        let entries = vec![root.join("bin")].into_iter();
        let found = safe_entries(entries, Some(&root.join("repo")), None);
        assert_eq!(found, Vec::<PathBuf>::new());
    }

    #[test]
    fn a_child_process_gets_a_listed_environment_and_the_root_directory() {
        let output = command(Path::new("/usr/bin/env")).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let names: Vec<&str> =
            text.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
        let listed =
            |name: &&str| *name == "PATH" || *name == "LC_ALL" || ENVIRONMENT.contains(name);
        assert!(names.iter().all(listed), "{names:?}");
        // cargo sets these for every test
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
        let output = command(Path::new("/bin/pwd")).output().unwrap();
        assert_eq!(output.stdout, b"/\n");
    }
}
