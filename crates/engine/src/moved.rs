//! Projects whose directory is gone, and where they are now.
//!
//! An index is of a directory. Where that was moved or renamed, the index goes on at the new place
//! instead of staying behind as one of nothing: a directory is known by what the file system calls it,
//! and a repository by a commit that it stood at. Nothing is said of a directory of another machine, with
//! which the database may be shared.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use sconce_store::{Index, Store};
use serde::{Deserialize, Serialize};

use crate::EngineError;
use crate::repository::has_stood_at;

/// By what a directory is known again under another path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Identity {
    /// Its device, its inode and its birth.
    directory: String,
    /// Whether it is the root of a working tree.
    is_repository: bool,
    /// The machine that it is on.
    machine: String,
}

impl Identity {
    /// That of the directory at a path.
    pub(crate) fn of(root: &Path) -> Self {
        let directory = root.metadata().map_or_else(|_| String::new(), |found| name_of(&found));
        let is_repository = root.join(".git").symlink_metadata().is_ok();
        Self { directory, is_repository, machine: machine().to_owned() }
    }

    fn in_settings(index: &Index) -> Self {
        let identity = index.settings.get("identity");
        identity.and_then(|identity| Self::deserialize(identity).ok()).unwrap_or_default()
    }
}

/// What tells this machine, or this container, from others.
fn machine() -> &'static str {
    static MACHINE: OnceLock<String> = OnceLock::new();
    MACHINE.get_or_init(|| {
        let root = Path::new("/").metadata().map_or_else(|_| String::new(), |root| name_of(&root));
        let names = ["/etc/machine-id", "/proc/sys/kernel/hostname"];
        let names = names.map(|file| std::fs::read_to_string(file).unwrap_or_default());
        let all = format!("{root}\n{}", names.concat());
        blake3::hash(all.as_bytes()).to_hex()[..16].to_owned()
    })
}

fn name_of(metadata: &Metadata) -> String {
    let born = metadata.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let born_ns = born.map_or(0, |at| at.as_nanos());
    format!("{}:{}:{born_ns}", metadata.dev(), metadata.ino())
}

/// Whether nothing is at the path of an index's directory any more, which lies on this machine. It
/// asks the file system, so it may block; one that does not answer says nothing.
pub(crate) fn is_gone(store: &Store, index: &Index) -> bool {
    let is_here = store.is_managed() || Identity::in_settings(index).machine == machine();
    is_here && is_missing(Path::new(&index.root))
}

fn is_missing(root: &Path) -> bool {
    let missing = |kind| matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
    root.metadata().is_err_and(|error| missing(error.kind()))
}

/// Whether the directory at `root` is the one that an index was made of, whose own path is gone.
fn is_moved_to(store: &Store, index: &Index, root: &Path) -> bool {
    if !is_gone(store, index) {
        return false;
    }
    let was = Identity::in_settings(index);
    let now = Identity::of(root);
    if !was.directory.is_empty() && was.directory == now.directory {
        return true;
    }
    let commit = index.state.commit.as_deref();
    was.is_repository
        && now.is_repository
        && commit.is_some_and(|commit| has_stood_at(root, commit))
}

/// The index of a directory that was moved to `root`, which covers `root` from now on; of that name,
/// where one is asked for. None where none was. Gives the path that it was of, too.
pub(crate) async fn take_up(
    store: &Store,
    name: Option<&str>,
    root: &str,
) -> Result<Option<(Index, String)>, EngineError> {
    let mut indexes = store.indexes().await?;
    indexes.retain(|index| name.is_none_or(|name| index.name == name) && index.root != root);
    indexes.sort_by_key(|index| std::cmp::Reverse(index.updated_at_ms));
    let (place, of) = (root.to_owned(), store.clone());
    let moved = tokio::task::spawn_blocking(move || {
        indexes.into_iter().find(|index| is_moved_to(&of, index, Path::new(&place)))
    });
    let Some(index) = moved.await? else { return Ok(None) };
    store.set_root(index.id, root).await?;
    tracing::info!(index = index.name, from = index.root, to = root, "the project was moved");
    let before = index.root.clone();
    Ok(Some((Index { root: root.to_owned(), ..index }, before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_known_under_another_name() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old"), dir.path().join("new"));
        std::fs::create_dir_all(old.join(".git")).unwrap();
        let before = Identity::of(&old);
        assert!(before.is_repository && !is_missing(&old));
        std::fs::rename(&old, &new).unwrap();
        assert!(is_missing(&old) && is_missing(&old.join("below")));
        assert_eq!(Identity::of(&new), before);
        std::fs::create_dir(&old).unwrap();
        assert_ne!(Identity::of(&old).directory, before.directory);
    }
}
