//! A managed server of a test's own.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::lease;
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
        remove_leftovers();
        std::fs::create_dir_all(&path).expect("the temporary folder can be written");
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&path, open).expect("the folder is ours");
        super::start_shared(shared).await;
        if shared.join("postgres").is_dir() {
            symlink(shared.join("postgres"), path.join("postgres")).expect("links can be made");
        }
        lease::take(&path);
        lease::watch(&path);
        Self { path }
    }

    /// Uses its server no longer: it is stopped once no other process does.
    pub fn give_back_lease(&self) {
        lease::give_back(&self.path);
    }
}

/// Removes the directories of test processes that were killed; their servers are stopped by then.
fn remove_leftovers() {
    for entry in std::fs::read_dir("/tmp").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let pid = name.strip_prefix("sconce-test-").and_then(|rest| rest.split('-').next());
        let pid = pid.and_then(|pid| pid.parse().ok()).and_then(rustix::process::Pid::from_raw);
        if pid.is_some_and(super::is_gone) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for OwnDataDir {
    fn drop(&mut self) {
        // a test that failed has said why; this one only tidies up
        let _ = managed::stop_now(&self.path);
        let _ = std::fs::remove_dir_all(&self.path);
        lease::give_back(&self.path);
    }
}
