//! What a project looked like at the last look: its directories, and a digest of the files in each.
//!
//! A look says whether anything that the index would hold has changed, so that a log, an editor's
//! swap file or a build that writes into ignored directories costs no job. It walks as the job walks,
//! but only what may have changed.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::change_queue::Changes;
use crate::EngineError;
use crate::repository::{Revision, revision};
use crate::source::{WalkLog, WalkOptions, candidate, entries};
use crate::sync::lock;

/// Digests by directory; 0 is a directory without a file that the index would hold.
type Digests = HashMap<PathBuf, u64>;

/// A project at its last look.
#[derive(Debug)]
pub(super) struct Tree {
    root: PathBuf,
    options: WalkOptions,
    directories: Arc<Digests>,
    revision: Revision,
}

/// What a look found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// Whether the index would change.
    pub(super) changed: bool,
    /// Directories that are gone, or are others than before under the same path.
    pub(super) removed: Vec<PathBuf>,
    /// Directories that are new, or are others than before.
    pub(super) added: Vec<PathBuf>,
}

impl Tree {
    /// Nothing is known yet.
    pub(super) fn new(root: PathBuf, options: WalkOptions) -> Self {
        let (directories, revision) = (Arc::default(), Revision::default());
        Self { root, options, directories, revision }
    }

    /// How many directories there are.
    pub(super) fn len(&self) -> usize {
        self.directories.len()
    }

    /// Every directory.
    pub(super) fn directories(&self) -> Vec<PathBuf> {
        self.directories.keys().cloned().collect()
    }

    /// Looks at what may have changed. Reads the disk: not for the runtime's threads.
    pub(super) fn look(&mut self, changes: Changes) -> Result<Look, EngineError> {
        let read = (changes.revision || changes.everything).then(|| revision(&self.root));
        let mut look = if changes.everything || self.directories.is_empty() {
            self.everywhere(changes.rewatch)?
        } else {
            self.somewhere(changes.directories, &changes.replaced)?
        };
        // Last, so that a look that fails takes nothing for seen.
        if let Some(now) = read.filter(|now| *now != self.revision) {
            self.revision = now;
            look.changed = true;
        }
        Ok(look)
    }

    fn everywhere(&mut self, rewatch: bool) -> Result<Look, EngineError> {
        let found = self.walk(WalkExtent::default())?;
        let old = std::mem::replace(&mut self.directories, Arc::new(found));
        let new = &self.directories;
        let missing = |in_: &Digests, path: &PathBuf| rewatch || !in_.contains_key(path);
        Ok(Look {
            changed: differ(&old, new),
            removed: old.keys().filter(|path| missing(new, path)).cloned().collect(),
            added: new.keys().filter(|path| missing(&old, path)).cloned().collect(),
        })
    }

    /// Looks into `touched` directories, and into all of what `replaced` something.
    fn somewhere(
        &mut self,
        mut touched: HashSet<PathBuf>,
        replaced: &HashSet<PathBuf>,
    ) -> Result<Look, EngineError> {
        touched.extend(replaced.iter().filter_map(|path| path.parent()).map(Path::to_path_buf));
        let mut old = Digests::new();
        // What is forgotten is found as new where it is still there.
        let mut removed = self.forget(|path| replaced.contains(path), &mut old);
        // What lies in no known directory is ignored, or in a new directory whose own parent is known.
        touched.retain(|path| self.directories.contains_key(path));
        if touched.is_empty() && removed.is_empty() {
            return Ok(Look::default());
        }
        old.extend(touched.iter().map(|path| (path.clone(), self.directories[path])));
        let present = Arc::new(Mutex::new(HashSet::new()));
        let scope = WalkExtent {
            known: Arc::clone(&self.directories),
            way: touched.iter().flat_map(|path| path.ancestors()).map(Path::to_path_buf).collect(),
            touched: touched.clone(),
            present: Arc::clone(&present),
            whole: false,
        };
        let found = self.walk(scope)?;
        let present = lock(&present);
        let is_gone = |path: &PathBuf| {
            let listed = path.parent().is_some_and(|parent| touched.contains(parent));
            touched.contains(path) && !found.contains_key(path)
                || listed && !present.contains(path) && *path != self.root
        };
        let gone: HashSet<PathBuf> =
            self.directories.keys().filter(|path| is_gone(path)).cloned().collect();
        removed.extend(self.forget(|path| gone.contains(path), &mut old));
        let added = found.keys().filter(|path| !self.directories.contains_key(*path));
        let look = Look { changed: differ(&old, &found), added: added.cloned().collect(), removed };
        Arc::make_mut(&mut self.directories).extend(found);
        Ok(look)
    }

    /// Takes directories out, with all below them; gives their paths, and their digests into `old`.
    fn forget(&mut self, is_top: impl Fn(&Path) -> bool, old: &mut Digests) -> Vec<PathBuf> {
        let mut removed = Vec::new();
        if self.directories.keys().any(|path| is_top(path)) {
            Arc::make_mut(&mut self.directories).retain(|path, digest| {
                let keep = !path.ancestors().any(&is_top);
                if !keep {
                    old.insert(path.clone(), *digest);
                    removed.push(path.clone());
                }
                keep
            });
        }
        removed
    }

    /// The digests of the directories that `scope` looks into.
    fn walk(&self, scope: WalkExtent) -> Result<Digests, EngineError> {
        let mut found = Digests::new();
        let scope = Arc::new(scope);
        let filter = Arc::clone(&scope);
        // The job tells what of them does not apply.
        let log = WalkLog::default();
        let takes = move |entry: &_| filter.takes(entry);
        for entry in entries(&self.root, &self.options, &log, takes)? {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    tracing::debug!(%error, "a part of the directory cannot be looked at");
                    continue;
                }
            };
            if entry.file_type().is_some_and(|kind| kind.is_dir()) {
                if scope.looks_into(entry.path()) {
                    found.entry(entry.into_path()).or_default();
                }
            } else if let Some(Ok(file)) = candidate(&self.root, &entry, &self.options)
                && let Some(directory) = entry.path().parent()
            {
                let mut hasher = DefaultHasher::new();
                (entry.file_name(), file.size, file.times).hash(&mut hasher);
                let digest = found.entry(directory.to_path_buf()).or_default();
                *digest = digest.wrapping_add(hasher.finish() | 1);
            }
        }
        Ok(found)
    }
}

/// Whether any directory's files differ; a directory that is not there has none.
fn differ(old: &Digests, new: &Digests) -> bool {
    let of = |digests: &Digests, path: &PathBuf| digests.get(path).copied().unwrap_or(0);
    old.keys().chain(new.keys()).any(|path| of(old, path) != of(new, path))
}

/// Which part of a project a walk looks into.
#[derive(Debug)]
struct WalkExtent {
    /// All of it.
    whole: bool,
    known: Arc<Digests>,
    /// Directories whose entries are looked at.
    touched: HashSet<PathBuf>,
    /// Those, and the directories on the way to them.
    way: HashSet<PathBuf>,
    /// Directories that were met in the touched ones.
    present: Arc<Mutex<HashSet<PathBuf>>>,
}

impl Default for WalkExtent {
    fn default() -> Self {
        Self {
            whole: true,
            known: Arc::default(),
            touched: HashSet::new(),
            way: HashSet::new(),
            present: Arc::default(),
        }
    }
}

impl WalkExtent {
    /// Whether the entries of a directory that the walk reached are looked at. A new directory is only
    /// reached where all of it is new.
    fn looks_into(&self, directory: &Path) -> bool {
        self.whole || self.touched.contains(directory) || !self.known.contains_key(directory)
    }

    fn takes(&self, entry: &ignore::DirEntry) -> bool {
        if self.whole {
            return true;
        }
        let path = entry.path();
        let listed = path.parent().is_some_and(|parent| self.looks_into(parent));
        if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
            return listed;
        }
        if listed {
            let mut present = lock(&self.present);
            present.insert(path.to_path_buf());
        }
        if self.known.contains_key(path) { self.way.contains(path) } else { listed }
    }
}

#[cfg(test)]
mod tests;
