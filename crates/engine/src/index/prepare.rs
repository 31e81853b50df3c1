//! From a file on disk to its chunks: the part of indexing that needs a processor and no database.

use std::collections::HashMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use sconce_code::{ChunkOptions, Language, ParsedFile};
use sconce_rank::encode_postings;
use sconce_store::FileStamp;
use tokio::sync::mpsc;

use super::cells::parse_cells;
use super::languages::ProjectLanguages;
use super::parse::{self, Budget, Parser, Parsers};
use crate::source::{Beneath, Candidate, Content, SkipReason, Times, Walk, WalkOptions, read};

/// Changes closer to the moment of reading than this could be followed by another one with the
/// same time stamp, as git knows too; such a file's stamp is not trusted at the next run.
const RACY_NS: i64 = 2_000_000_000;

/// What the index has, by path.
pub(super) type Stamps = HashMap<String, FileStamp>;

/// The walk's files, sorted by what is to be done with them.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) unchanged: u64,
    pub(super) look_into: Vec<Candidate>,
    pub(super) removed: Vec<String>,
}

impl Plan {
    /// Compares what lies on disk with what is in the index: a file of the same size and times is
    /// the same file.
    pub(super) fn new(walk: Walk, stamps: &Stamps) -> Self {
        let mut plan = Self::default();
        let mut seen = std::collections::HashSet::with_capacity(walk.candidates.len());
        for file in walk.candidates {
            seen.insert(file.path.clone());
            let same = stamps.get(&file.path).is_some_and(|stamp| {
                let Times { modified_ns, changed_ns } = file.times;
                (stamp.size, stamp.mtime_ns, stamp.changed_ns)
                    == (file.size as i64, modified_ns, changed_ns)
            });
            if same {
                plan.unchanged += 1;
            } else {
                plan.look_into.push(file);
            }
        }
        plan.removed = stamps.keys().filter(|path| !seen.contains(*path)).cloned().collect();
        plan.removed.sort();
        plan
    }
}

/// What became of a file that was looked into.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Its text is what the index has; only its time stamp is new.
    Same { path: String, size: u64, times: Times },
    /// It is skipped. It is still in the index if it was there before.
    Skipped { path: String, reason: SkipReason },
    /// New or changed.
    Changed(Box<Prepared>),
}

/// A file that is ready to be written.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) path: String,
    pub(super) content: Content,
    pub(super) language: Option<Language>,
    pub(super) parsed: ParsedFile,
    pub(super) lexical: Vec<u8>,
}

/// How files are read and parsed.
#[derive(Debug, Clone)]
pub(super) struct Preparation {
    pub(super) root: PathBuf,
    /// The project's own.
    pub(super) languages: Arc<ProjectLanguages>,
    pub(super) walk: WalkOptions,
    pub(super) options: ChunkOptions,
    pub(super) parsers: Parsers,
}

/// Looks into all files of the plan on a few threads, and sends each one's outcome. Returns when
/// all are done, or when nobody listens any more. It blocks.
pub(super) fn prepare_all(
    files: &[Candidate],
    stamps: &Stamps,
    preparation: &Preparation,
    outcomes: &mpsc::Sender<Outcome>,
) {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, threads_of);
    let root = Beneath::open(&preparation.root);
    if let Err(error) = &root {
        tracing::warn!(root = %preparation.root.display(), %error, "the project cannot be read");
    }
    let root = root.as_ref().ok();
    let budget = Budget::default();
    let work = || {
        let mut parser = preparation.parsers.parser(&budget);
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let stamp = stamps.get(&file.path);
            let outcome = prepare(root, file, stamp, preparation, &mut parser);
            if outcomes.blocking_send(outcome).is_err() {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        let started = (0..threads).filter(|_| {
            // Only what is touched of a stack takes memory.
            let thread = std::thread::Builder::new().stack_size(parse::STACK_BYTES);
            thread.spawn_scoped(scope, work).is_ok()
        });
        if started.count() == 0 {
            work();
        }
    });
}

/// How many threads read files and have them parsed: on up to four cores one more than there are, since each now and then
/// waits for the database; on more than eight half, since what writes to the database keeps up with sixteen.
fn threads_of(cores: NonZero<usize>) -> usize {
    let cores = cores.get();
    (cores + 1).min(5).max(cores / 2).min(16)
}

fn prepare(
    root: Option<&Beneath>,
    file: &Candidate,
    stamp: Option<&FileStamp>,
    preparation: &Preparation,
    parser: &mut Parser<'_>,
) -> Outcome {
    let Preparation { walk, options, .. } = preparation;
    let content = root.ok_or(SkipReason::Unreadable);
    let mut content = match content.and_then(|root| read(root, file, walk)) {
        Ok(content) => content,
        Err(reason) => {
            return Outcome::Skipped { path: file.path.clone(), reason };
        }
    };
    content.times = trusted(content.times);
    if stamp.is_some_and(|stamp| stamp.hash == content.hash) {
        let path = file.path.clone();
        let Content { size, times, .. } = content;
        return Outcome::Same { path, size, times };
    }
    let (language, parsed) = if let Some(notebook) = &content.notebook {
        let parsed = parse_cells(parser, &file.path, &content, notebook, options);
        (Some(notebook.language), parsed)
    } else if let Some(own) = preparation.languages.of_file(&file.path) {
        let Content { text, hash, .. } = &content;
        (Some(own.language), parser.parse_own(&file.path, text, hash, own, options))
    } else {
        let language = Language::detect(&file.path, &content.text);
        let Content { text, hash, .. } = &content;
        (language, parser.parse(&file.path, text, hash, language, options))
    };
    let lexical = encode_postings(&content.text, &parsed);
    Outcome::Changed(Box::new(Prepared {
        path: file.path.clone(),
        content,
        language,
        parsed,
        lexical,
    }))
}

/// The times of a file, or none that fit any where another change could leave the same ones.
fn trusted(times: Times) -> Times {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now_ns = now.map_or(0, |at| i64::try_from(at.as_nanos()).unwrap_or(i64::MAX));
    if now_ns.saturating_sub(times.modified_ns.max(times.changed_ns)) < RACY_NS {
        Times::default()
    } else {
        times
    }
}

/// The lines of a text, as editors count them.
pub(super) fn line_count(text: &str) -> u32 {
    text.lines().count() as u32
}

/// Checks that `root` is a directory, and gives its path with no link and no `..` in it.
pub(super) fn canonical_root(root: &Path) -> Result<std::path::PathBuf, crate::EngineError> {
    use crate::EngineError;
    use crate::project::is_marked;
    use crate::repository::is_git_dir;
    match std::fs::metadata(root) {
        Ok(metadata) if !metadata.is_dir() => {
            Err(EngineError::NotADirectory { path: root.to_path_buf() })
        }
        Ok(_) if is_git_dir(root) && !is_marked(root) => {
            Err(EngineError::BareRepository { path: root.to_path_buf() })
        }
        Ok(_) => std::fs::canonicalize(root)
            .map_err(|source| EngineError::Unreadable { path: root.to_path_buf(), source }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(EngineError::NoSuchDirectory { path: root.to_path_buf() })
        }
        Err(source) => Err(EngineError::Unreadable { path: root.to_path_buf(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(path: &str, modified_ns: i64) -> Candidate {
        let times = Times { modified_ns, changed_ns: 1 };
        Candidate { path: path.into(), size: 4, times, ..Candidate::default() }
    }

    fn stamp(path: &str, mtime_ns: i64) -> (String, FileStamp) {
        let (file_id, hash) = (1, [0; 32]);
        let changed_ns = i64::from(path != "replaced");
        let path_ = path.into();
        let stamp = FileStamp { file_id, path: path_, hash, size: 4, mtime_ns, changed_ns };
        (path.to_owned(), stamp)
    }

    #[test]
    fn a_plan_tells_the_same_the_changed_and_the_gone() {
        let known = ["same", "changed", "gone", "replaced"].map(|path| stamp(path, 7));
        let stamps = HashMap::from(known);
        let candidates = ["same", "new", "replaced"].map(|path| candidate(path, 7));
        let candidates = [candidates.as_slice(), &[candidate("changed", 8)]].concat();
        let plan = Plan::new(Walk { candidates, ..Walk::default() }, &stamps);
        let look_into: Vec<&str> = plan.look_into.iter().map(|file| file.path.as_str()).collect();
        assert_eq!((plan.unchanged, look_into), (1, vec!["new", "replaced", "changed"]));
        assert_eq!(plan.removed, ["gone"]);
    }

    #[test]
    fn a_fresh_time_stamp_is_not_trusted() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as i64;
        let old = now - 2 * RACY_NS;
        let times = |modified_ns, changed_ns| Times { modified_ns, changed_ns };
        assert_eq!(trusted(times(now, old)), Times::default());
        assert_eq!(trusted(times(old, now)), Times::default(), "a restored time stamp");
        assert_eq!(trusted(times(old, old)), times(old, old));
    }
}
