//! A PostgreSQL without pgvector, for the test of what a user is told then.

use std::path::{Path, PathBuf};

use sconce_dirs::process;

use crate::OwnDataDir;
use crate::own_cluster::OwnCluster;

/// The oldest major version that is used.
const OLDEST_MAJOR: u32 = 14;

/// Starts a server without pgvector in a test's data directory, where this machine has the programs
/// for one; gives the address of its database `postgres`. It is stopped with the directory.
pub async fn server_without_vector(own: &OwnDataDir) -> Option<String> {
    let programs = installed().into_iter().find(|bin| !has_vector(bin))?;
    let cluster = OwnCluster::of(own, Some(programs)).await;
    cluster.init();
    cluster.start();
    Some(cluster.url())
}

/// The programs' directories of what Debian and the search path have.
fn installed() -> Vec<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged = versions.map(|version| version.path().join("bin"));
    let found = process::find("initdb").and_then(|program| program.canonicalize().ok());
    let found = found.and_then(|program| program.parent().map(Path::to_path_buf));
    packaged
        .chain(found)
        .filter(|bin| major(bin).is_some_and(|major| major >= OLDEST_MAJOR))
        .collect()
}

/// `postgres (PostgreSQL) 15.3 (Debian 15.3-1)` → 15; `None` where programs are missing.
fn major(bin: &Path) -> Option<u32> {
    if !["initdb", "pg_ctl"].iter().all(|name| bin.join(name).is_file()) {
        return None;
    }
    let output = process::command(&bin.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split(')').nth(1)?.trim_start();
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Whether any pgvector lies beside it.
fn has_vector(bin: &Path) -> bool {
    let debian = major(bin).map(|major| PathBuf::from(format!("/usr/share/postgresql/{major}")));
    let prefix = bin.parent().unwrap_or(bin);
    let shares = [prefix.join("share/postgresql"), prefix.join("share")];
    let mut all = shares.into_iter().chain(debian);
    all.any(|share| share.join("extension/vector.control").exists())
}
