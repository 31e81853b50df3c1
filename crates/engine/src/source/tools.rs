//! Directories that tools have made: known by what marks them, and by name where that is the mark.

use std::path::Path;

use super::reader::Beneath;
use crate::repository::is_git_dir;

/// What a cache directory's tag begins with, by the specification that its makers follow.
const CACHE_TAG: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// Version control's own directories. Nobody looks for them, and so nothing is told of them.
pub(super) fn is_internal(path: &Path) -> bool {
    let internal = [".git", ".hg", ".svn", ".jj"];
    path.file_name().is_some_and(|name| internal.iter().any(|directory| name == *directory))
}

/// What makes a directory one of installed packages or a cache; none where it is none.
pub(super) fn tool_directory(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?;
    if name == "node_modules" {
        return Some("packages of Node");
    }
    if name == "__pycache__" {
        return Some("a cache of Python");
    }
    let has = |mark: &str| path.join(mark).symlink_metadata().is_ok();
    if has("pyvenv.cfg") {
        return Some("pyvenv.cfg: a virtual environment of Python");
    }
    if has("conda-meta/history") {
        return Some("conda-meta/history: an environment of conda");
    }
    if is_git_dir(path) {
        return Some("HEAD, objects and refs: a repository of git's, without a working tree");
    }
    // The database, models and programs that a data directory within a project holds are none of it.
    if has("postgres.lock") && has("postgres") {
        return Some("postgres.lock: a data directory of Sconce");
    }
    (has("CACHEDIR.TAG") && is_cache(path)).then_some("CACHEDIR.TAG: a cache")
}

fn is_cache(directory: &Path) -> bool {
    let beneath = Beneath::open(directory);
    let tag = beneath.and_then(|at| at.read_to(Path::new("CACHEDIR.TAG"), CACHE_TAG.len() as u64));
    tag.is_ok_and(|tag| tag == CACHE_TAG)
}
