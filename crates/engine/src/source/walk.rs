//! Walking a directory: every file that could be indexed, with what the file system says of it.

use std::fs::Metadata;
use std::path::Path;
use std::time::UNIX_EPOCH;

use ignore::{DirEntry, WalkBuilder};
use sconce_code::filter::{PathGlobs, PathMatcher};

use super::ignored::{IgnoreFiles, Warnings};
use super::reader::{Identity, identity};
use super::skip::by_name;
use super::{Secrets, SkipReason};
use crate::EngineError;

/// What is walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkOptions {
    /// Files above this many bytes are skipped.
    pub max_file_bytes: u64,
    /// Globs of paths to take; none takes all.
    pub include: Vec<String>,
    /// Globs of paths to leave.
    pub exclude: Vec<String>,
    /// What is known for a secret and taken all the same.
    pub secrets: Secrets,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self {
            max_file_bytes: 1 << 20,
            include: Vec::new(),
            exclude: Vec::new(),
            secrets: Secrets::default(),
        }
    }
}

/// A file that may be indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Its path below the root, with `/` on every system.
    pub(crate) path: String,
    /// Bytes.
    pub(crate) size: u64,
    /// Last change, in nanoseconds since 1970.
    pub(crate) mtime_ns: i64,
    /// Which file it was.
    pub(crate) identity: Identity,
}

/// All that a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The files to look at, in the order of their paths.
    pub(crate) candidates: Vec<Candidate>,
    /// Paths that were skipped, each with its reason.
    pub(crate) skipped: Vec<(String, SkipReason)>,
    /// Which lines of ignore files do not apply, and why.
    pub(crate) warnings: Vec<String>,
}

/// Walks `root`, honouring `.gitignore` (also outside of a repository), `.ignore`,
/// `.sconceignore` and git's own excludes. Symbolic links are not followed: a link out of the root
/// would leak, a loop would not end, and a link within it would be indexed twice.
pub(crate) fn walk(root: &Path, options: &WalkOptions) -> Result<Walk, EngineError> {
    let mut walk = Walk::default();
    let warnings = Warnings::default();
    for entry in entries(root, options, &warnings, |_| true)? {
        match entry {
            Ok(entry) => visit(root, &entry, options, &mut walk),
            Err(error) => {
                tracing::warn!(%error, "a part of the directory cannot be walked");
                walk.skipped.push((error.to_string(), SkipReason::Unreadable));
            }
        }
    }
    walk.warnings = warnings.take();
    walk.candidates.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(walk)
}

/// The entries that a walk of `root` visits and `keep` takes; a directory that is not taken is not
/// descended into. Everything that walks a project walks it by this.
pub(crate) fn entries(
    root: &Path,
    options: &WalkOptions,
    warnings: &Warnings,
    keep: impl Fn(&DirEntry) -> bool + Send + Sync + 'static,
) -> Result<ignore::Walk, EngineError> {
    let unreadable = |source| EngineError::Unreadable { path: root.to_path_buf(), source };
    // The walk itself skips an unreadable root in silence, which would empty the index.
    std::fs::read_dir(root).map_err(unreadable)?;
    let globs = globs(options)?;
    let files = IgnoreFiles::new(root, warnings.clone()).map_err(unreadable)?;
    let at = root.to_path_buf();
    let takes = move |entry: &DirEntry| {
        entry.depth() == 0
            || !is_internal(entry.path())
                && is_chosen(&globs, &at, entry).unwrap_or_else(|| !files.leaves_out(entry))
    };
    Ok(WalkBuilder::new(root)
        .standard_filters(false)
        .follow_links(false)
        .filter_entry(move |entry| takes(entry) && keep(entry))
        .build())
}

/// Whether the globs take an entry, whatever the ignore files say; none where these decide.
fn is_chosen(globs: &PathMatcher, root: &Path, entry: &DirEntry) -> Option<bool> {
    let path = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_string_lossy();
    let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
    // What no glob fits may lie on the way to what one does.
    globs.decides(&path).or((!is_dir && !globs.passes_others()).then_some(false))
}

/// Version control's own directories, and what tools install below a project.
fn is_internal(path: &Path) -> bool {
    let internal = [".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".venv", ".tox"];
    path.file_name().is_some_and(|name| internal.iter().any(|directory| name == *directory))
}

/// The globs of what is taken, without those of what is left.
fn globs(options: &WalkOptions) -> Result<PathMatcher, EngineError> {
    Ok(PathGlobs::parse(&options.include)?.except(&options.exclude)?.matcher()?)
}

fn visit(root: &Path, entry: &DirEntry, options: &WalkOptions, walk: &mut Walk) {
    match candidate(root, entry, options) {
        Some(Ok(file)) => walk.candidates.push(file),
        Some(Err(skipped)) => walk.skipped.push(skipped),
        None => {}
    }
}

/// The file of an entry, or the path and the reason that it is skipped for; none where the
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
    Some(match judge(&path, &metadata, options) {
        Some(reason) => Err((path, reason)),
        None => Ok(Candidate {
            path,
            size: metadata.len(),
            mtime_ns: mtime_ns(&metadata),
            identity: identity(&metadata),
        }),
    })
}

fn judge(path: &str, metadata: &Metadata, options: &WalkOptions) -> Option<SkipReason> {
    match by_name(Path::new(path)) {
        Some(SkipReason::Secret) if options.secrets.allows(path) => {}
        Some(reason) => return Some(reason),
        None => {}
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

    #[test]
    fn what_a_glob_names_is_taken_as_ripgrep_takes_it() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["src/a.rs", "src/out/b.rs", "tests/c.rs", ".gitignore"] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "out\n").unwrap();
        }
        let found = |include: &[&str], exclude: &[&str]| {
            let own = |globs: &[&str]| globs.iter().map(ToString::to_string).collect();
            let (include, exclude) = (own(include), own(exclude));
            let options = WalkOptions { include, exclude, ..WalkOptions::default() };
            paths(&walk(dir.path(), &options).unwrap()).join(" ")
        };
        assert_eq!(found(&[], &["tests"]), ".gitignore src/a.rs");
        assert_eq!(found(&["tests/"], &[]), "tests/c.rs");
        assert_eq!(found(&["src"], &["b.rs"]), "src/a.rs", "a glob takes what is ignored");
        assert_eq!(found(&["src"], &[]), "src/a.rs src/out/b.rs");
    }

    /// Each of these ended the process: by its stack, its memory, or by never coming to an end.
    #[test]
    fn an_ignore_file_cannot_take_the_process() {
        let dir = tempfile::tempdir().unwrap();
        let deep = format!("{}a{}\nb.rs\n", "{".repeat(20_000), "}".repeat(20_000));
        fs::write(dir.path().join(".gitignore"), deep).unwrap();
        fs::write(dir.path().join(".ignore"), "c.rs\n".repeat(20_000)).unwrap();
        std::os::unix::fs::symlink("/dev/zero", dir.path().join(".sconceignore")).unwrap();
        for path in ["a.rs", "b.rs", "c.rs"] {
            fs::write(dir.path().join(path), "text").unwrap();
        }
        let found = walk(dir.path(), &WalkOptions::default()).unwrap();
        assert_eq!(paths(&found), [".gitignore", ".ignore", "a.rs"]);
        let told = found.warnings.join("\n");
        assert!(told.contains(".gitignore:1: does not apply: it has 40001 bytes"), "{told}");
        assert!(told.contains(".ignore:10001: does not apply"), "{told}");
        assert!(told.contains(".sconceignore does not apply: it is no regular file"), "{told}");
    }

    #[test]
    fn ignore_files_hold_as_they_do_for_git() {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in [
            (".gitignore", "*.gen\n/top\nkeep/*\n!keep/yes\n"),
            (".git/info/exclude", "excluded\n"),
            (".git/HEAD", "ref: refs/heads/main\n"),
            ("a/.gitignore", "!b.gen\n"),
            ("a/.ignore", "c.txt\n"),
            ("a/.sconceignore", "!c.txt\nd.txt\n"),
            ("a/b.gen", "x"),
            ("a/c.txt", "x"),
            ("a/d.txt", "x"),
            ("a/top", "x"),
            ("b.gen", "x"),
            ("excluded", "x"),
            ("keep/no", "x"),
            ("keep/yes", "x"),
            ("top", "x"),
            ("inner/.git/HEAD", "x"),
            ("inner/e.gen", "x"),
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = walk(dir.path(), &WalkOptions::default()).unwrap();
        let found: Vec<&str> =
            paths(&found).into_iter().filter(|path| !path.contains("ignore")).collect();
        assert_eq!(found, ["a/b.gen", "a/c.txt", "a/top", "inner/e.gen", "keep/yes"]);
    }

    #[test]
    fn a_loop_of_links_ends() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.rs"), "text").unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
        assert_eq!(paths(&walk(dir.path(), &WalkOptions::default()).unwrap()), ["a.rs"]);
    }

    #[test]
    fn a_directory_that_is_not_there_is_an_error() {
        let error = walk(Path::new("/nowhere/at/all"), &WalkOptions::default()).unwrap_err();
        assert!(matches!(error, EngineError::Unreadable { .. }), "{error}");
    }
}
