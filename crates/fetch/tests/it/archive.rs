//! Archives that are made to hurt.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sconce_fetch::{Archive, ArchiveLimits, FetchError};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const LIMITS: ArchiveLimits = ArchiveLimits { entries: 10, bytes: 1 << 20 };

fn archive(dir: &Path, fill: impl FnOnce(&mut ZipWriter<File>)) -> PathBuf {
    let path = dir.join("a.whl");
    let mut zip = ZipWriter::new(File::create(&path).unwrap());
    fill(&mut zip);
    zip.finish().unwrap();
    path
}

fn add(zip: &mut ZipWriter<File>, name: &str, content: &[u8]) {
    zip.start_file(name, SimpleFileOptions::default().unix_permissions(0o755)).unwrap();
    zip.write_all(content).unwrap();
}

fn refused(result: Result<(), FetchError>, words: &str) {
    let error = result.unwrap_err();
    assert!(matches!(error, FetchError::Archive { .. }), "{error:?}");
    assert!(error.to_string().contains(words), "{error}");
}

fn unpack(path: &Path, target: &Path) -> Result<(), FetchError> {
    Archive::open(path, LIMITS)?.extract_all(target, |_| true)
}

#[test]
fn what_is_wanted_is_unpacked() {
    let dir = tempfile::tempdir().unwrap();
    let path = archive(dir.path(), |zip| {
        add(zip, "bin/run", b"#!");
        add(zip, "doc/text", b"text");
    });
    let target = dir.path().join("target");
    let mut archive = Archive::open(&path, LIMITS).unwrap();
    archive.extract_all(&target, |name| name.starts_with("bin")).unwrap();
    assert_eq!(std::fs::read(target.join("bin/run")).unwrap(), b"#!");
    assert!(!target.join("doc").exists());
    let text = dir.path().join("text");
    archive.extract("doc/text", &text).unwrap();
    archive.extract("doc/text", &text).unwrap();
    assert_eq!(std::fs::read(text).unwrap(), b"text");
}

#[test]
fn a_bomb_is_put_out_at_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    // 64 MiB of nothing, in 64 kB
    let path = archive(dir.path(), |zip| add(zip, "bomb", &vec![0; 64 << 20]));
    assert!(path.metadata().unwrap().len() < 1 << 17);
    let target = dir.path().join("target");
    refused(unpack(&path, &target), "more comes out of it");
    assert!(target.join("bomb").metadata().unwrap().len() <= LIMITS.bytes);
    let single = dir.path().join("single");
    let mut archive = Archive::open(&path, LIMITS).unwrap();
    refused(archive.extract("bomb", &single), "more comes out of it");
}

#[test]
fn many_small_files_count_together_and_too_many_are_not_begun() {
    let dir = tempfile::tempdir().unwrap();
    let path = archive(dir.path(), |zip| {
        for at in 0..9 {
            add(zip, &format!("f{at}"), &vec![0; 150_000]);
        }
    });
    refused(unpack(&path, &dir.path().join("target")), "more comes out of it");
    let path = archive(dir.path(), |zip| (0..11).for_each(|at| add(zip, &format!("f{at}"), b"")));
    refused(unpack(&path, &dir.path().join("other")), "11 entries");
}

#[test]
fn no_name_leads_out_and_no_link_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("target");
    for name in ["../evil", "a/../../evil", "/tmp/evil-of-sconce"] {
        let path = archive(dir.path(), |zip| add(zip, name, b"x"));
        let result = unpack(&path, &target);
        assert!(!dir.path().join("evil").exists() && !Path::new("/tmp/evil-of-sconce").exists());
        // an absolute name may also be taken as one below the target
        assert!(result.is_err() || target.join("tmp/evil-of-sconce").exists(), "{name}");
    }
    let path = archive(dir.path(), |zip| {
        zip.add_symlink("link", "/etc", SimpleFileOptions::default()).unwrap();
        add(zip, "link/passwd", b"x");
    });
    refused(unpack(&path, &dir.path().join("linked")), "is a link");
}

#[test]
fn noise_is_no_archive() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.whl");
    std::fs::write(&path, [7; 5000]).unwrap();
    refused(unpack(&path, dir.path()), "cannot be unpacked");
}
