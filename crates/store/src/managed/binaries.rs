//! Finds an installed PostgreSQL that has pgvector.

use std::fs;
use std::path::{Path, PathBuf};

use sconce_dirs::process;

use super::account::Account;

/// The oldest major version that is used.
pub(crate) const OLDEST_MAJOR: u32 = 14;

/// The programs of one PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    /// The directory with `initdb`, `pg_ctl` and `postgres`.
    pub(super) bin: PathBuf,
    /// `17.2`, `18.4`, …
    pub(super) version: String,
    pub(super) major: u32,
}

impl Binaries {
    /// The PostgreSQL in `bin`, where it is whole and runs.
    pub(super) fn at(bin: &Path) -> Option<Self> {
        if !["initdb", "pg_ctl", "postgres"].iter().all(|name| bin.join(name).is_file()) {
            return None;
        }
        let output = process::command(&bin.join("postgres")).arg("--version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let (version, major) = parse_version(&text)?;
        Some(Self { bin: bin.to_path_buf(), version, major })
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

/// `postgres (PostgreSQL) 15.3 (Debian 15.3-1)` → `15.3`, 15.
fn parse_version(text: &str) -> Option<(String, u32)> {
    let version = text.split(')').nth(1)?.split_whitespace().next()?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    Some((version.to_string(), digits.parse().ok()?))
}

/// Every installed PostgreSQL that will do, newest first.
pub(super) fn installed(account: &Account) -> Vec<Binaries> {
    all(account).into_iter().filter(has_vector).collect()
}

/// Every installed PostgreSQL that is new enough and that the account can run, newest first.
fn all(account: &Account) -> Vec<Binaries> {
    let mut found: Vec<Binaries> = Vec::new();
    for bin in candidate_directories() {
        let Ok(bin) = fs::canonicalize(bin) else { continue };
        if found.iter().any(|known| known.bin == bin) || account.first_closed(&bin).is_some() {
            continue;
        }
        found.extend(Binaries::at(&bin).filter(|binaries| binaries.major >= OLDEST_MAJOR));
    }
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
    found
}

/// Directories in which systems put PostgreSQL's programs.
fn candidate_directories() -> Vec<PathBuf> {
    let mut directories = Vec::new();
    directories
        .extend(process::search_path().into_iter().filter(|dir| dir.join("initdb").is_file()));
    directories.extend(process::find("pg_config").and_then(|found| pg_config(&found, "--bindir")));
    for (parent, prefix, suffix) in [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/usr/libexec", "postgresql", ""),
        ("/opt/homebrew/opt", "postgresql", "bin"),
        ("/usr/local/opt", "postgresql", "bin"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
        ("/opt/local/lib", "postgresql", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
        ("/usr/local", "pgsql", "bin"),
    ] {
        let Ok(entries) = fs::read_dir(parent) else { continue };
        let matching = entries
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
            .map(|entry| entry.path().join(suffix));
        directories.extend(matching);
    }
    directories
}

fn pg_config(program: &Path, option: &str) -> Option<PathBuf> {
    let output = process::command(program).arg(option).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_string();
    (output.status.success() && !text.is_empty()).then(|| PathBuf::from(text))
}

/// Whether pgvector 0.7 or newer lies beside it.
fn has_vector(binaries: &Binaries) -> bool {
    share_directories(binaries)
        .iter()
        .filter_map(|share| fs::read_to_string(share.join("extension/vector.control")).ok())
        .any(|control| control_version(&control).is_some_and(|found| found >= (0, 7)))
}

/// Directories that may be this PostgreSQL's share directory; Debian's package has no `pg_config`
/// of its own.
fn share_directories(binaries: &Binaries) -> Vec<PathBuf> {
    let mut directories: Vec<PathBuf> =
        pg_config(&binaries.program("pg_config"), "--sharedir").into_iter().collect();
    let major = binaries.major;
    directories.push(PathBuf::from(format!("/usr/share/postgresql/{major}")));
    if let Some(prefix) = binaries.bin.parent() {
        for share in ["share/postgresql", "share"] {
            directories.push(prefix.join(share));
        }
        directories.push(prefix.join(format!("share/postgresql@{major}")));
    }
    directories
}

/// `default_version = '0.8.5'` → (0, 8).
fn control_version(control: &str) -> Option<(u32, u32)> {
    let line = control.lines().find(|line| line.trim_start().starts_with("default_version"))?;
    let version = line.split('\'').nth(1)?;
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_postgres_prints() {
        let debian = "postgres (PostgreSQL) 15.3 (Debian 15.3-1.pgdg110+1)\n";
        assert_eq!(parse_version(debian), Some(("15.3".into(), 15)));
        assert_eq!(parse_version("postgres (PostgreSQL) 18.4\n"), Some(("18.4".into(), 18)));
        assert_eq!(parse_version("postgres (PostgreSQL) 19beta1\n"), Some(("19beta1".into(), 19)));
        assert_eq!(parse_version("segmentation fault"), None);
    }

    #[test]
    fn the_version_of_pgvector_is_read_from_its_control_file() {
        let control = "comment = 'vector data type'\ndefault_version = '0.8.5'\ntrusted = true\n";
        assert_eq!(control_version(control), Some((0, 8)));
        assert_eq!(control_version("default_version = '0.10.0'"), Some((0, 10)));
        assert_eq!(control_version("comment = 'x'"), None);
    }
}
