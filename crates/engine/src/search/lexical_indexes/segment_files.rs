//! Segments on disk: a file an index, in a directory of this user's own.

use std::fs::{self, DirBuilder, File};
use std::io::BufWriter;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sconce_dirs::{DirError, FileLock, MappedFile, Owner};
use sconce_rank::{LexicalIndex, Segment, SegmentKey};

/// A file that nobody has mapped for so long is of no index any more, or can be made again.
const UNUSED: Duration = Duration::from_hours(60 * 24);

/// For how long one waits for another process that writes the same segment.
const WAIT: Duration = Duration::from_mins(5);

/// The segments of a directory.
#[derive(Debug)]
pub(super) struct SegmentFiles {
    directory: PathBuf,
}

impl SegmentFiles {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// The segment of that key. One that cannot be used is as good as none: it is removed, since
    /// nobody else can use it either.
    pub(super) fn open(&self, key: &SegmentKey) -> Option<Arc<Segment>> {
        let path = self.path(key, "segment");
        let mapped = MappedFile::open(&path).ok()?;
        match Segment::open(Arc::new(mapped), key) {
            Ok(segment) => {
                note_use(&path);
                Some(Arc::new(segment))
            }
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "a segment of words is made anew");
                let _ = fs::remove_file(&path);
                None
            }
        }
    }

    /// The right to write the segment of that key; none where another process has it, after waiting
    /// for that one if asked to.
    pub(super) fn lock(&self, key: &SegmentKey, wait: bool) -> Result<Option<FileLock>, DirError> {
        self.make_directory()?;
        let path = self.path(key, "lock");
        if !wait {
            return FileLock::try_acquire_transient(&path);
        }
        let told = |_| tracing::debug!(path = %path.display(), "another process writes the words");
        FileLock::acquire_transient(&path, WAIT, told).map(Some)
    }

    /// Writes the segment of that key and maps it.
    pub(super) fn write(
        &self,
        key: &SegmentKey,
        indexes: &[&LexicalIndex],
    ) -> Result<Option<Arc<Segment>>, DirError> {
        let path = self.path(key, "segment");
        sconce_dirs::write_with(&path, 0o600, Owner::Own, |file| put(file, key, indexes))?;
        self.remove_unused();
        Ok(self.open(key))
    }

    /// The same of a part of one, which goes with this process.
    pub(super) fn write_run(
        &self,
        key: &SegmentKey,
        index: &LexicalIndex,
    ) -> Result<Option<Arc<Segment>>, DirError> {
        let path = self.path(key, &format!("{}.run", std::process::id()));
        sconce_dirs::write_with(&path, 0o600, Owner::Own, |file| put(file, key, &[index]))?;
        let mapped = MappedFile::open(&path);
        sconce_dirs::remove_file(&path)?;
        Ok(Segment::open(Arc::new(mapped?), key).ok().map(Arc::new))
    }

    /// Removes the segment of that key. Who has mapped it keeps it.
    pub(super) fn remove(&self, key: &SegmentKey) {
        // One that stays is found out again, or falls to `remove_unused`.
        let _ = sconce_dirs::remove_file(&self.path(key, "segment"));
    }

    fn path(&self, key: &SegmentKey, kind: &str) -> PathBuf {
        let name = blake3::Hash::from_bytes(*key).to_hex();
        self.directory.join(format!("{}.{kind}", &name[..32]))
    }

    fn make_directory(&self) -> Result<(), DirError> {
        if let Some(above) = self.directory.parent()
            && !above.is_dir()
        {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(above);
            made.map_err(|source| DirError::Io { path: above.to_path_buf(), source })?;
        }
        sconce_dirs::private_dir(&self.directory, Owner::Own)
    }

    /// Removes what nobody has mapped for long.
    fn remove_unused(&self) {
        for entry in fs::read_dir(&self.directory).into_iter().flatten().flatten() {
            let modified = entry.metadata().and_then(|of| of.modified()).ok();
            let age = modified.and_then(|time| SystemTime::now().duration_since(time).ok());
            if age.is_some_and(|age| age > UNUSED) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// A file's time of modification is when it was last mapped.
fn note_use(path: &std::path::Path) {
    let _ = File::open(path).and_then(|file| file.set_modified(SystemTime::now()));
}

fn put(file: &mut File, key: &SegmentKey, indexes: &[&LexicalIndex]) -> std::io::Result<()> {
    LexicalIndex::write_segment(BufWriter::with_capacity(1 << 18, file), key, indexes)
}
