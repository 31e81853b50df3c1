//! The data directory that all tests share, so that PostgreSQL and the model are downloaded once.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The data directory that all tests share: `SCONCE_TEST_DATA_DIR`, else `sconce-test-data` in the
/// target directory, or in `/tmp` where the user that root's PostgreSQL runs as can't enter that.
pub fn data_dir() -> PathBuf {
    if let Some(given) = std::env::var_os("SCONCE_TEST_DATA_DIR") {
        return PathBuf::from(given);
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")),
        PathBuf::from,
    );
    let wanted = std::path::absolute(target).unwrap_or_default().join("sconce-test-data");
    if !rustix::process::geteuid().is_root() || is_open(&wanted) {
        return wanted;
    }
    PathBuf::from("/tmp/sconce-test-data")
}

/// Whether everybody may enter the directories above, as far as they are there.
fn is_open(dir: &Path) -> bool {
    dir.ancestors().skip(1).filter_map(|dir| fs::metadata(dir).ok()).all(|dir| dir.mode() & 1 == 1)
}
