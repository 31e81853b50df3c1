//! Zip archives (wheels are such), unpacked within bounds.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::{FetchError, Result};

/// The most that an archive may hold.
#[derive(Debug, Clone, Copy)]
pub struct ArchiveLimits {
    /// Files and directories in it.
    pub entries: usize,
    /// Bytes of all that is unpacked.
    pub bytes: u64,
}

/// An archive to take files out of.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    zip: ZipArchive<File>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl Archive {
    /// Opens an archive that has no more entries than the limit.
    pub fn open(path: &Path, limits: ArchiveLimits) -> Result<Self> {
        let file = File::open(path).map_err(|source| FetchError::io(path, source))?;
        let zip = ZipArchive::new(file).map_err(|error| bad(path, error))?;
        if zip.len() > limits.entries {
            let why = format!("it has {} entries, more than {}", zip.len(), limits.entries);
            return Err(bad(path, why));
        }
        Ok(Self { path: path.to_path_buf(), zip, left: limits.bytes })
    }

    /// Takes the file of that name out to `target`, which is written again.
    pub fn extract(&mut self, name: &str, target: &Path) -> Result<()> {
        let Self { path, zip, left } = self;
        let entry = zip.by_name(name).map_err(|error| bad(path, format!("{name}: {error}")))?;
        check(path, &entry)?;
        match fs::remove_file(target) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(FetchError::io(target, source));
            }
            _ => {}
        }
        write(path, entry, target, left)
    }

    /// Unpacks the files that are `wanted` below a directory, which is made. An archive with a link,
    /// or with a name that leads out of the directory, is refused, whether it is wanted or not.
    pub fn extract_all(&mut self, target: &Path, wanted: impl Fn(&Path) -> bool) -> Result<()> {
        let Self { path, zip, left } = self;
        for position in 0..zip.len() {
            let entry = zip.by_index(position).map_err(|error| bad(path, error))?;
            let name = check(path, &entry)?;
            if entry.is_dir() || !wanted(&name) {
                continue;
            }
            let file = target.join(name);
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent).map_err(|source| FetchError::io(parent, source))?;
            }
            write(path, entry, &file, left)?;
        }
        Ok(())
    }
}

/// The entry's name, if it stays inside, and the entry is no link.
fn check<R: Read>(archive: &Path, entry: &ZipFile<'_, R>) -> Result<PathBuf> {
    if entry.is_symlink() {
        return Err(bad(archive, format!("{:?} is a link", entry.name())));
    }
    let name = entry.enclosed_name();
    name.ok_or_else(|| bad(archive, format!("the name {:?} leads out of it", entry.name())))
}

fn write<R: Read>(
    archive: &Path,
    mut entry: ZipFile<'_, R>,
    target: &Path,
    left: &mut u64,
) -> Result<()> {
    let executable = entry.unix_mode().is_some_and(|mode| mode & 0o100 != 0);
    let mode = if executable { 0o755 } else { 0o644 };
    let fail = |source| FetchError::io(target, source);
    // made new: of two entries of one name the second is refused, and no link is written through
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(mode).open(target).map_err(fail)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        // a damaged archive, not a damaged disk
        let read = entry.read(&mut buffer).map_err(|error| bad(archive, error))?;
        if read == 0 {
            break;
        }
        // what comes out counts, not what the archive says of it
        *left = left
            .checked_sub(read as u64)
            .ok_or_else(|| bad(archive, "more comes out of it than it may hold"))?;
        file.write_all(&buffer[..read]).map_err(fail)?;
    }
    // whatever the umask is
    file.set_permissions(Permissions::from_mode(mode)).map_err(fail)?;
    file.sync_all().map_err(fail)
}

fn bad(path: &Path, why: impl std::fmt::Display) -> FetchError {
    FetchError::Archive { path: path.to_path_buf(), why: why.to_string() }
}
