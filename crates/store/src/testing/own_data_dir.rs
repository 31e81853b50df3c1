//! A managed server of a test's own.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::managed;

/// An empty data folder; its server is stopped and the folder removed with this value.
#[derive(Debug)]
pub struct OwnDataDir {
    /// The folder.
    pub path: PathBuf,
}

impl OwnDataDir {
    /// Makes the folder, and lets it share the downloaded binaries of `shared`.
    pub(super) async fn create(shared: &Path) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // short: a socket's path may not be long
        let path = PathBuf::from(format!("/tmp/sconce-test-{}-{count}", std::process::id()));
        // a process that was killed may have had the same number
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the temporary folder can be written");
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&path, open).expect("the folder is ours");
        managed::start(shared, managed::Downloads::Allowed, &mut |_| {})
            .await
            .expect("the shared PostgreSQL starts");
        if shared.join("postgres").is_dir() {
            symlink(shared.join("postgres"), path.join("postgres")).expect("links can be made");
        }
        Self { path }
    }
}

impl Drop for OwnDataDir {
    fn drop(&mut self) {
        // a test that failed has said why; this one only tidies up
        let _ = managed::stop_now(&self.path);
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
