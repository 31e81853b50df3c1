//! A managed server of a test's own.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use sconce_store::managed;

use crate::database::{is_gone, start_shared};
use crate::{data_dir, lease};

/// An empty data directory; its server is stopped and the directory removed with this value.
#[derive(Debug)]
pub struct OwnDataDir {
    /// The directory.
    pub path: PathBuf,
}

/// An empty data directory for a managed server of a test's own, with the binaries that all tests
/// share, so that none is downloaded twice.
pub async fn own_data_dir() -> OwnDataDir {
    OwnDataDir::create(&data_dir()).await
}

impl OwnDataDir {
    /// Makes the directory, and lets it share the downloaded binaries of `shared`.
    async fn create(shared: &Path) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // Short: a socket's path may not be long
        let path = PathBuf::from(format!("/tmp/sconce-test-{}-{count}", std::process::id()));
        remove_leftovers();
        std::fs::create_dir_all(&path).expect("the temporary directory can be written");
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&path, open).expect("the directory is ours");
        let server = start_shared(shared).await;
        if shared.join("postgres").is_dir() {
            symlink(shared.join("postgres"), path.join("postgres")).expect("links can be made");
        }
        lease::take(&path);
        lease::watch(&path, &server);
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
        if pid.is_some_and(is_gone) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for OwnDataDir {
    fn drop(&mut self) {
        // A test that failed has said why; this one only tidies up.
        let _ = stop(&self.path);
        let _ = std::fs::remove_dir_all(&self.path);
        lease::give_back(&self.path);
    }
}

/// Stops the server of `path`, on a thread: a test's runtime can't be waited on from inside it.
fn stop(path: &Path) -> std::thread::Result<bool> {
    let path = path.to_path_buf();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.is_ok_and(|runtime| runtime.block_on(managed::stop(&path)).unwrap_or(false))
    });
    thread.join()
}
