//! Walking a folder: every file that could be indexed, with what the file system says of it.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::SkipReason;
use super::skip::by_name;
use crate::EngineError;

/// What is walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkOptions {
    /// Files above this many bytes are passed over.
    pub max_file_bytes: u64,
    /// Globs of paths to take; none takes all.
    pub include: Vec<String>,
    /// Globs of paths to leave.
    pub exclude: Vec<String>,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self { max_file_bytes: 1 << 20, include: Vec::new(), exclude: Vec::new() }
    }
}

/// A file that may be indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Where it lies.
    pub(crate) absolute: PathBuf,
    /// Its path below the root, with `/` on every system.
    pub(crate) path: String,
    /// Bytes.
    pub(crate) size: u64,
    /// Last change, in nanoseconds since 1970.
    pub(crate) mtime_ns: i64,
}

/// All that a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The files to look at, in the order of their paths.
    pub(crate) candidates: Vec<Candidate>,
    /// Paths that were passed over, each with its reason.
    pub(crate) skipped: Vec<(String, SkipReason)>,
}

/// Walks `root`, honouring `.gitignore` (also outside of a repository), `.ignore`,
/// `.sconceignore` and git's own excludes. Symbolic links are not followed: a link out of the root
/// would leak, a loop would not end, and a link within it would be indexed twice.
pub(crate) fn walk(root: &Path, options: &WalkOptions) -> Result<Walk, EngineError> {
    let mut walk = Walk::default();
    for entry in entries(root, options, |_| true)? {
        match entry {
            Ok(entry) => visit(root, &entry, options, &mut walk),
            Err(error) => {
                tracing::warn!(%error, "a part of the folder cannot be walked");
                walk.skipped.push((error.to_string(), SkipReason::Unreadable));
            }
        }
    }
    walk.candidates.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(walk)
}

/// The entries that a walk of `root` visits and `keep` takes; a folder that is not taken is not
/// descended into. Everything that walks a project walks it by this.
pub(crate) fn entries(
    root: &Path,
    options: &WalkOptions,
    keep: impl Fn(&DirEntry) -> bool + Send + Sync + 'static,
) -> Result<ignore::Walk, EngineError> {
    // The walk itself passes over an unreadable root in silence, which would empty the index.
    std::fs::read_dir(root)
        .map_err(|source| EngineError::Unreadable { path: root.to_path_buf(), source })?;
    Ok(WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .follow_links(false)
        .add_custom_ignore_filename(".sconceignore")
        .overrides(overrides(root, options)?)
        .filter_entry(move |entry| !is_internal(entry.path()) && keep(entry))
        .build())
}

/// Version control's own folders, and what tools install below a project.
fn is_internal(path: &Path) -> bool {
    let internal = [".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".venv", ".tox"];
    path.file_name().is_some_and(|name| internal.iter().any(|folder| name == *folder))
}

fn overrides(root: &Path, options: &WalkOptions) -> Result<Override, EngineError> {
    let mut builder = OverrideBuilder::new(root);
    let include = options.include.iter().cloned();
    let exclude = options.exclude.iter().map(|glob| format!("!{glob}"));
    for glob in include.chain(exclude) {
        builder.add(&glob).map_err(|source| EngineError::Glob {
            glob: glob.trim_start_matches('!').to_owned(),
            reason: source.to_string(),
        })?;
    }
    builder
        .build()
        .map_err(|source| EngineError::Glob { glob: String::new(), reason: source.to_string() })
}

fn visit(root: &Path, entry: &DirEntry, options: &WalkOptions, walk: &mut Walk) {
    match candidate(root, entry, options) {
        Some(Ok(file)) => walk.candidates.push(file),
        Some(Err(skipped)) => walk.skipped.push(skipped),
        None => {}
    }
}

/// The file of an entry, or the path and the reason that it is passed over for; none where the
/// entry is no file.
pub(crate) fn candidate(
    root: &Path,
    entry: &DirEntry,
    options: &WalkOptions,
) -> Option<Result<Candidate, (String, SkipReason)>> {
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return None;
    }
    let Some(path) = relative(root, entry.path()) else {
        return Some(Err((entry.path().display().to_string(), SkipReason::NotUtf8)));
    };
    let Ok(metadata) = entry.metadata() else {
        return Some(Err((path, SkipReason::Unreadable)));
    };
    Some(match judge(entry.path(), &metadata, options) {
        Some(reason) => Err((path, reason)),
        None => Ok(Candidate {
            absolute: entry.path().to_path_buf(),
            path,
            size: metadata.len(),
            mtime_ns: mtime_ns(&metadata),
        }),
    })
}

fn judge(path: &Path, metadata: &Metadata, options: &WalkOptions) -> Option<SkipReason> {
    if let Some(reason) = by_name(path) {
        return Some(reason);
    }
    match metadata.len() {
        0 => Some(SkipReason::Empty),
        bytes if bytes > options.max_file_bytes => Some(SkipReason::TooLarge),
        _ => None,
    }
}

/// The path below the root with `/`, none where it is not UTF-8 (a search could not print it).
fn relative(root: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

/// Last change in nanoseconds since 1970; 0 where the file system keeps none.
pub(super) fn mtime_ns(metadata: &Metadata) -> i64 {
    let since_epoch = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since_epoch.map_or(0, |duration| i64::try_from(duration.as_nanos()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn paths(walk: &Walk) -> Vec<&str> {
        walk.candidates.iter().map(|file| file.path.as_str()).collect()
    }

    #[test]
    fn ignore_files_hold_without_a_repository() {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in [
            (".gitignore", "*.log\nbuild/\n"),
            (".sconceignore", "fixtures/\n"),
            ("src/main.rs", "fn main() {}"),
            ("build/out.rs", "x"),
            ("fixtures/big.rs", "x"),
            (".github/workflows/ci.yml", "on: push"),
            (".env", "TOKEN=1"),
            ("empty.rs", ""),
            ("node_modules/a/index.js", "x"),
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = walk(dir.path(), &WalkOptions::default()).unwrap();
        assert_eq!(
            paths(&found),
            [".github/workflows/ci.yml", ".gitignore", ".sconceignore", "src/main.rs"]
        );
        assert!(found.skipped.contains(&(".env".into(), SkipReason::Secret)));
        assert!(found.skipped.contains(&("empty.rs".into(), SkipReason::Empty)));
    }

    #[test]
    fn globs_narrow_and_a_wrong_one_is_named() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["a.rs", "b.py", "gen_c.rs"] {
            fs::write(dir.path().join(path), "text").unwrap();
        }
        let options = WalkOptions {
            include: vec!["*.rs".into()],
            exclude: vec!["gen_*".into()],
            ..WalkOptions::default()
        };
        assert_eq!(paths(&walk(dir.path(), &options).unwrap()), ["a.rs"]);
        let wrong = WalkOptions { include: vec!["a{".into()], ..WalkOptions::default() };
        let error = walk(dir.path(), &wrong).unwrap_err();
        assert!(error.to_string().contains("a{"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.rs"), "text").unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
        assert_eq!(paths(&walk(dir.path(), &WalkOptions::default()).unwrap()), ["a.rs"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let error = walk(Path::new("/nowhere/at/all"), &WalkOptions::default()).unwrap_err();
        assert!(matches!(error, EngineError::Unreadable { .. }), "{error}");
    }
}
