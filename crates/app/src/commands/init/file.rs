//! The files that are written: each where its path says, or where a link there leads, within a base.
//!
//! A project is whatever its author put there, links too. Without a look at them a clone could have
//! any file of the user's read into it, or written by it.

use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use sconce_dirs::Owner;
use sconce_engine::read_text;

use crate::failure::{Exit, Failure, with_causes};

/// The most bytes of a file that is added to.
const MAX_BYTES: u64 = 4 << 20;
/// The mode of a new file: configuration of a project is read by everybody who works on it.
const MODE: u32 = 0o644;

/// A file that is to be written, and where it lies.
#[derive(Debug)]
pub(super) struct TargetFile {
    /// As it is named.
    pub(super) named: PathBuf,
    /// Without links.
    path: PathBuf,
}

impl TargetFile {
    /// The file at a path below a project, which no link leads out of.
    ///
    /// # Errors
    /// A link that leads out of the project, or nowhere.
    pub(super) fn within(project: &Path, path: &Path) -> Result<Self, Failure> {
        let target = Self::anywhere(path)?;
        let project = project.canonicalize().map_err(|error| cannot_read(path, &error))?;
        if target.path.starts_with(&project) {
            return Ok(target);
        }
        let message = format!("{} leads out of the project, to", path.display());
        Err(Failure::new(Exit::Error, format!("{message} {}", target.path.display())).with_hint(
            "put a file of its own there, or add the registration by hand: `sconce init` without \
             --agent prints it",
        ))
    }

    /// The file at a path of the user's own, wherever a link there leads.
    pub(super) fn anywhere(path: &Path) -> Result<Self, Failure> {
        let resolved = resolved(path).map_err(|error| cannot_read(path, &error))?;
        Ok(Self { named: path.to_path_buf(), path: resolved })
    }

    /// Its text; none where there is no such file.
    pub(super) fn text(&self) -> Result<Option<String>, Failure> {
        let (Some(directory), Some(name)) = (self.path.parent(), self.path.file_name()) else {
            return Ok(None);
        };
        if !directory.is_dir() {
            return Ok(None);
        }
        let text = read_text(directory, Path::new(name), MAX_BYTES);
        let text = text.map_err(|error| cannot_read(&self.named, &error))?;
        Ok(text.map(|text| text.trim_start_matches('\u{feff}').to_owned()))
    }

    /// Writes it whole or not at all; who may read it stays as it was.
    pub(super) fn write(&self, text: &str) -> Result<(), Failure> {
        let failed = |error: &dyn std::error::Error| {
            let message = format!("cannot write {}: {}", self.named.display(), with_causes(error));
            Failure::new(Exit::Error, message)
        };
        if let Some(directory) = self.path.parent() {
            std::fs::create_dir_all(directory).map_err(|error| failed(&error))?;
        }
        let mode = self.path.symlink_metadata().map_or(MODE, |of| of.permissions().mode() & 0o777);
        sconce_dirs::write(&self.path, text.as_bytes(), mode, Owner::Own)
            .map_err(|error| failed(&error))
    }
}

fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Error, format!("cannot read {}: {error}", path.display()))
}

/// A path without links: of what is not there yet, below the nearest directory that is.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        found => return found,
    }
    if path.symlink_metadata().is_ok() {
        return Err(io::Error::new(ErrorKind::NotFound, "it is a link that leads nowhere"));
    }
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(ErrorKind::InvalidInput.into());
    };
    Ok(resolved(parent)?.join(name))
}
