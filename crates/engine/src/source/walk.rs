//! Walking a directory: every file that could be indexed, with what the file system says of it.

use std::fs::Metadata;
use std::num::NonZero;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::UNIX_EPOCH;

use ignore::{DirEntry, WalkBuilder, WalkState};
use sconce_code::filter::{PathGlobs, PathMatcher};

use super::ignored::IgnoreFiles;
use super::log::WalkLog;
use super::names::shown;
use super::reader::{Identity, identity};
use super::skip::{by_name, is_asked_for, is_source};
use super::tools::{is_internal, tool_directory};
use super::{Exceptions, SkipReason, Skipped};
use crate::EngineError;
use crate::repository::{common_git_dir, linked_worktree};
use crate::sync::lock;

/// The most bytes of a file that is taken: of one in a language in which people write, and of another.
const MAX_BYTES_OF_SOURCE: u64 = 8 << 20;
const MAX_BYTES_OF_OTHERS: u64 = 1 << 20;
/// More threads than this do not read directories faster.
const MOST_THREADS: usize = 8;
/// No longer path fits into the index of the database, in bytes.
const LONGEST_PATH: usize = 2000;

/// What is walked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WalkOptions {
    /// Files above this many bytes are skipped; by default those above 8 MiB in a language in which
    /// people write, and above 1 MiB in any other.
    pub max_file_bytes: Option<u64>,
    /// Globs of paths to take; none takes all.
    pub include: Vec<String>,
    /// Globs of paths to leave.
    pub exclude: Vec<String>,
    /// What is known for a secret and taken all the same.
    pub secrets: Exceptions,
    /// What is known for data and taken all the same.
    pub data: Exceptions,
    /// Whether ignore files count for nothing.
    pub no_ignore: bool,
    /// A directory with more files is refused.
    pub max_files: Option<u64>,
}

impl WalkOptions {
    /// The most bytes that a file at a path may have.
    pub(crate) fn limit(&self, path: &str) -> u64 {
        let of_kind = || if is_source(path) { MAX_BYTES_OF_SOURCE } else { MAX_BYTES_OF_OTHERS };
        self.max_file_bytes.unwrap_or_else(of_kind)
    }

    fn takes_data(&self, path: &str) -> bool {
        self.data.allow(path) || is_asked_for(path, &self.include)
    }
}

/// When a file changed, in nanoseconds since 1970; 0 where the file system does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Times {
    /// As tools set it: one that copies a file keeps the one it had.
    pub(crate) modified_ns: i64,
    /// As the system sets it, which no tool can.
    pub(crate) changed_ns: i64,
}

impl Times {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        let modified = modified.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let modified_ns = modified.map_or(0, |at| i64::try_from(at.as_nanos()).unwrap_or(0));
        let seconds = metadata.ctime().saturating_mul(1_000_000_000);
        Self { modified_ns, changed_ns: seconds.saturating_add(metadata.ctime_nsec()) }
    }
}

/// A file that may be indexed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Its path below the root as it is shown, with `/` on every system.
    pub(crate) path: String,
    /// Its path below the root on disk, where that is another one.
    pub(crate) odd_name: Option<PathBuf>,
    /// Bytes.
    pub(crate) size: u64,
    /// When it changed last.
    pub(crate) times: Times,
    /// Which file it was.
    pub(crate) identity: Identity,
}

impl Candidate {
    /// Its path below the root on disk.
    pub(crate) fn on_disk(&self) -> &Path {
        self.odd_name.as_deref().unwrap_or(Path::new(&self.path))
    }
}

/// All that a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The files to look at, in the order of their paths.
    pub(crate) candidates: Vec<Candidate>,
    /// What was skipped, and why.
    pub(crate) skipped: Vec<Skipped>,
    /// Which lines of ignore files do not apply, and why.
    pub(crate) warnings: Vec<String>,
}

impl Walk {
    fn check_size(&self, root: &Path, options: &WalkOptions) -> Result<(), EngineError> {
        match options.max_files {
            Some(limit) if self.candidates.len() as u64 > limit => {
                let root = root.to_string_lossy().into_owned();
                Err(EngineError::TooManyFiles { root, limit })
            }
            _ => Ok(()),
        }
    }
}

/// Walks `root`, honouring `.gitignore` (also outside of a repository), `.ignore`,
/// `.sconceignore` and git's own excludes. Symbolic links are not followed: a link out of the root
/// would leak, a loop would not end, and what a link within it leads to is found where it lies.
pub(crate) fn walk(root: &Path, options: &WalkOptions) -> Result<Walk, EngineError> {
    let log = WalkLog::default();
    let mut builder = builder(root, options, &log, |_| true)?;
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let found = Mutex::new(Ok(Walk::default()));
    builder.threads(threads.min(MOST_THREADS)).build_parallel().run(|| {
        Box::new(|entry| {
            let Some(file) = found_at(root, entry, options) else { return WalkState::Continue };
            let mut found = lock(&found);
            let Ok(walk) = &mut *found else { return WalkState::Quit };
            match file {
                Ok(file) => walk.candidates.push(file),
                Err(skipped) => walk.skipped.push(skipped),
            }
            if let Err(error) = walk.check_size(root, options) {
                *found = Err(error);
            }
            WalkState::Continue
        })
    });
    let mut walk = found.into_inner().unwrap_or_else(PoisonError::into_inner)?;
    let (skipped, mut warnings) = log.take();
    warnings.sort();
    walk.warnings = warnings;
    walk.skipped.extend(skipped);
    walk.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    walk.candidates.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(walk)
}

/// What an entry of a walk is: a file to index, or what is skipped, and why; none where it is neither.
fn found_at(
    root: &Path,
    entry: Result<DirEntry, ignore::Error>,
    options: &WalkOptions,
) -> Option<Result<Candidate, Skipped>> {
    match entry {
        Ok(entry) => candidate(root, &entry, options),
        Err(error) => {
            tracing::warn!(%error, "a part of the directory cannot be walked");
            let place = place_of(root, &error);
            Some(Err(Skipped::new(place, SkipReason::Unreadable).by(error.to_string())))
        }
    }
}

/// Where below the root a walk went wrong.
fn place_of(root: &Path, error: &ignore::Error) -> String {
    let mut error = error;
    loop {
        match error {
            ignore::Error::WithPath { path, .. } => {
                return shown(root, path).unwrap_or_else(|| path.display().to_string());
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                error = err;
            }
            _ => return String::new(),
        }
    }
}

/// The entries that a walk of `root` visits and `keep` takes; a directory that is not taken is not
/// descended into.
pub(crate) fn entries(
    root: &Path,
    options: &WalkOptions,
    log: &WalkLog,
    keep: impl Fn(&DirEntry) -> bool + Send + Sync + 'static,
) -> Result<ignore::Walk, EngineError> {
    Ok(builder(root, options, log, keep)?.build())
}

/// Everything that walks a project walks it by this.
fn builder(
    root: &Path,
    options: &WalkOptions,
    log: &WalkLog,
    keep: impl Fn(&DirEntry) -> bool + Send + Sync + 'static,
) -> Result<WalkBuilder, EngineError> {
    let unreadable = |source| EngineError::Unreadable { path: root.to_path_buf(), source };
    // The walk itself skips an unreadable root in silence, which would empty the index.
    std::fs::read_dir(root).map_err(unreadable)?;
    let ignored = (!options.no_ignore).then(|| IgnoreFiles::new(root, log.clone())).transpose();
    let chosen = Chosen {
        root: root.to_path_buf(),
        globs: globs(root, options)?,
        included: options.include.clone(),
        ignored: ignored.map_err(unreadable)?,
        repository: OnceLock::new(),
    };
    let log = log.clone();
    let mut builder = WalkBuilder::new(root);
    builder.standard_filters(false).follow_links(false).filter_entry(move |entry| {
        if entry.depth() == 0 {
            return true;
        }
        if is_internal(entry.path()) {
            return false;
        }
        if let Some(skipped) = chosen.leaves_out(entry) {
            log.skip(skipped);
            return false;
        }
        keep(entry)
    });
    Ok(builder)
}

/// What of a project is walked.
struct Chosen {
    root: PathBuf,
    globs: PathMatcher,
    /// The globs of what is taken, as they were given.
    included: Vec<String>,
    /// None where ignore files count for nothing.
    ignored: Option<IgnoreFiles>,
    /// The directory that the project's repository shares with its other working trees.
    repository: OnceLock<Option<PathBuf>>,
}

impl Chosen {
    /// Why an entry is left out, with all below it; none where it is not.
    fn leaves_out(&self, entry: &DirEntry) -> Option<Skipped> {
        let (path, is_dir) = (entry.path(), entry.file_type().is_some_and(|kind| kind.is_dir()));
        let skipped = |reason| {
            let path = shown(&self.root, path).unwrap_or_default();
            Skipped::new(if is_dir { path + "/" } else { path }, reason)
        };
        match self.globs_decide(path, is_dir) {
            Some(true) => {}
            Some(false) => return Some(skipped(SkipReason::Excluded).by(self.excluded_by(path))),
            None => {
                let ignored = self.ignored.as_ref();
                if let Some(rule) = ignored.and_then(|files| files.leaves_out(path, is_dir)) {
                    return Some(skipped(SkipReason::Ignored).by(rule));
                }
            }
        }
        if !is_dir {
            return None;
        }
        if !self.is_named(path)
            && let Some(rule) = tool_directory(path)
        {
            return Some(skipped(SkipReason::ToolDirectory).by(rule));
        }
        let repository = || self.repository.get_or_init(|| common_git_dir(&self.root)).as_deref();
        let is_worktree = linked_worktree(path).is_some_and(|common| repository() == Some(&common));
        is_worktree.then(|| skipped(SkipReason::Worktree))
    }

    /// Whether a glob of what is taken names the directory: `node_modules/@acme/**`.
    fn is_named(&self, directory: &Path) -> bool {
        let name = directory.file_name().unwrap_or_default().to_string_lossy();
        self.included.iter().any(|glob| glob.split('/').any(|part| part == name))
    }

    fn excluded_by(&self, path: &Path) -> &'static str {
        let path = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy();
        let is_named = self.globs.decides(&path).is_some();
        if is_named { "a glob of exclude" } else { "no glob of include fits" }
    }

    /// Whether the globs take a path, whatever the ignore files say; none where these decide.
    fn globs_decide(&self, path: &Path, is_dir: bool) -> Option<bool> {
        let path = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy();
        // What no glob fits may lie on the way to what one does.
        let passes = is_dir || self.globs.passes_others();
        self.globs.decides(&path).or((!passes).then_some(false))
    }
}

/// The globs of what is taken, without those of what is left. An absolute path below the root is one in
/// it, and an empty glob says nothing.
fn globs(root: &Path, options: &WalkOptions) -> Result<PathMatcher, EngineError> {
    let root = format!("{}/", root.display());
    let below = |globs: &[String]| -> Vec<String> {
        let said = globs.iter().filter(|glob| !glob.trim().is_empty());
        said.map(|glob| glob.strip_prefix(&root).unwrap_or(glob).to_owned()).collect()
    };
    let (include, exclude) = (below(&options.include), below(&options.exclude));
    Ok(PathGlobs::parse(&include)?.except(&exclude)?.matcher()?)
}

/// The file of an entry, or the path and the reason that it is skipped for; none where the
/// entry is a directory.
pub(crate) fn candidate(
    root: &Path,
    entry: &DirEntry,
    options: &WalkOptions,
) -> Option<Result<Candidate, Skipped>> {
    let kind = entry.file_type()?;
    if kind.is_dir() {
        return None;
    }
    let Some(path) = shown(root, entry.path()) else {
        let path = entry.path().display().to_string();
        return Some(Err(Skipped::new(path, SkipReason::Unreadable)));
    };
    if kind.is_symlink() {
        return Some(Err(link(root, entry.path(), path)));
    }
    if !kind.is_file() {
        return Some(Err(Skipped::new(path, SkipReason::NotRegular)));
    }
    let metadata = match entry.metadata() {
        Ok(metadata) => metadata,
        Err(error) => {
            return Some(Err(Skipped::new(path, SkipReason::Unreadable).by(error.to_string())));
        }
    };
    if let Some((reason, rule)) = judge(&path, &metadata, options) {
        return Some(Err(Skipped { path, reason, rule }));
    }
    if path.len() > LONGEST_PATH {
        let rule = format!("its path has more than {LONGEST_PATH} bytes");
        return Some(Err(Skipped::new(path, SkipReason::Unreadable).by(rule)));
    }
    let below = entry.path().strip_prefix(root).ok()?;
    Some(Ok(Candidate {
        odd_name: (below != Path::new(&path)).then(|| below.to_path_buf()),
        path,
        size: metadata.len(),
        times: Times::of(&metadata),
        identity: identity(&metadata),
    }))
}

/// A link: what it leads to is indexed where it lies, once, or not at all.
fn link(root: &Path, at: &Path, path: String) -> Skipped {
    let Ok(target) = at.canonicalize() else {
        return Skipped::new(path, SkipReason::LinkBroken);
    };
    let inside = target.strip_prefix(root).ok().and_then(|_| shown(root, &target));
    match inside {
        Some(target) => Skipped::new(path, SkipReason::LinkInside).by(format!("to {target}")),
        None => Skipped::new(path, SkipReason::LinkOutside),
    }
}

fn judge(
    path: &str,
    metadata: &Metadata,
    options: &WalkOptions,
) -> Option<(SkipReason, Option<String>)> {
    match by_name(path, metadata.len()) {
        Some((SkipReason::Secret, _)) if options.secrets.allow(path) => {}
        Some((SkipReason::Data, _)) if options.takes_data(path) => {}
        Some((reason, rule)) => return Some((reason, Some(rule))),
        None => {}
    }
    let limit = options.limit(path);
    match metadata.len() {
        0 => Some((SkipReason::Empty, None)),
        bytes if bytes > limit => {
            Some((SkipReason::TooLarge, Some(format!("{bytes} bytes, and at most {limit}"))))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
