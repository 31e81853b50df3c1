//! Where the local server of these settings is found.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::failure::{Exit, Failure};
use crate::settings::{Config, SETTINGS, Setting, Settings, deciding};

/// The longest directory whose sockets still fit `sockaddr_un` on every system (macOS: 104 bytes with
/// the closing NUL, and a name takes 22).
const LONGEST_FOLDER: usize = 80;
/// What a process must share with its server on Linux, so that a path means the same to both.
const NAMESPACES: [&str; 3] = ["/proc/self/ns/mnt", "/proc/self/ns/net", "/proc/self/ns/user"];

/// The place of one server: of this binary, with these settings.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    directory: PathBuf,
    name: String,
    binary: Option<Binary>,
}

impl Address {
    /// The place of the server of these settings; makes the data directory and the sockets' directory.
    pub(crate) fn of(settings: &Settings, config: &Config) -> Result<Address, Failure> {
        let unusable = |path: &Path, error: &io::Error| {
            Failure::new(Exit::Error, format!("{} cannot be used: {error}", path.display()))
                .with_hint("set SCONCE_DATA_DIR to a directory of yours, or SCONCE_SHARE=false")
        };
        let data_dir =
            data_directory(&config.data_dir).map_err(|error| unusable(&config.data_dir, &error))?;
        let directory = directory_for(&data_dir);
        private(&directory).map_err(|error| unusable(&directory, &error))?;
        let binary = Binary::now();
        let name = fingerprint(settings, config, &data_dir, binary);
        Ok(Address { directory, name, binary })
    }

    /// The places of all servers of this data directory, this one included.
    pub(crate) fn all(&self) -> Vec<Address> {
        let entries = fs::read_dir(&self.directory).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                Some(name.strip_suffix(".lock")?.to_owned())
            })
            .collect();
        names.sort();
        names.into_iter().map(|name| Address { name, ..self.clone() }).collect()
    }

    /// Whether this is the place of the same server as `other`.
    pub(crate) fn is(&self, other: &Address) -> bool {
        self.name == other.name
    }

    /// The socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.directory.join(format!("{}.sock", self.name))
    }

    /// Locked by the server as long as it runs.
    pub(super) fn lock(&self) -> PathBuf {
        self.directory.join(format!("{}.lock", self.name))
    }

    /// Locked by whoever starts the server, until it answers.
    pub(super) fn starting(&self) -> PathBuf {
        self.directory.join(format!("{}.starting", self.name))
    }

    /// Whether the binary is still the one that this process was started from. A newer one would
    /// serve elsewhere.
    pub(super) fn has_its_binary(&self) -> bool {
        self.binary.is_some() && self.binary == Binary::now()
    }
}

/// What tells one build of the binary from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Binary {
    device: u64,
    inode: u64,
    bytes: u64,
    changed: (i64, i64),
}

impl Binary {
    fn now() -> Option<Binary> {
        let meta = std::env::current_exe().and_then(fs::metadata).ok()?;
        Some(Binary {
            device: meta.dev(),
            inode: meta.ino(),
            bytes: meta.size(),
            changed: (meta.mtime(), meta.mtime_nsec()),
        })
    }
}

/// Sixteen hexadecimal digits.
fn fingerprint(
    settings: &Settings,
    config: &Config,
    data_dir: &Path,
    binary: Option<Binary>,
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |name: &str, value: &[u8]| {
        for part in [name.as_bytes(), value] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    };
    add("version", crate::VERSION.as_bytes());
    add("binary", format!("{binary:?}").as_bytes());
    add("data_dir", data_dir.as_os_str().as_bytes());
    if let Some(directory) = &config.embedder.sources.model_dir {
        add("model_dir", directory.as_os_str().as_bytes());
    }
    for setting in SETTINGS.iter().filter(|setting| counts(setting)) {
        for item in &settings.get(setting.key).items {
            add(setting.key, item.as_bytes());
        }
    }
    for (name, value) in deciding() {
        add(name, value.as_bytes());
    }
    for language in sconce_code::Language::all().filter_map(sconce_code::Language::definition) {
        add("language", format!("{language:?}").as_bytes());
    }
    for path in NAMESPACES {
        let namespace = fs::read_link(path).unwrap_or_default();
        add(path, namespace.as_os_str().as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Whether a setting decides what a server answers. Those of the HTTP server and of the output do
/// not, the roots are each client's own, and the two directories count as what they resolve to.
fn counts(setting: &Setting) -> bool {
    !matches!(setting.group, "Server" | "Output")
        && !matches!(setting.key, "data_dir" | "model_dir")
}

/// Makes the data directory as the managed PostgreSQL wants it: for root reachable by others, since
/// PostgreSQL runs as another user then. Its real path.
fn data_directory(path: &Path) -> io::Result<PathBuf> {
    if !path.is_dir() {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        if rustix::process::geteuid().is_root() {
            fs::set_permissions(path, Permissions::from_mode(0o755))?;
        }
    }
    path.canonicalize()
}

/// The directory of the sockets: in the data directory, or a short one where that is too deep.
fn directory_for(data_dir: &Path) -> PathBuf {
    let fits = |directory: &PathBuf| directory.as_os_str().len() <= LONGEST_FOLDER;
    let inside = data_dir.join("servers");
    if fits(&inside) {
        return inside;
    }
    let name = blake3::hash(data_dir.as_os_str().as_bytes()).to_hex();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let runtime = runtime.filter(|directory| directory.is_dir());
    let short = runtime.map(|directory| directory.join(format!("sconce-servers-{}", &name[..12])));
    short.filter(fits).unwrap_or_else(|| {
        let user = rustix::process::geteuid().as_raw();
        PathBuf::from(format!("/tmp/sconce-servers-{user}-{}", &name[..12]))
    })
}

/// Makes a directory that only this user enters; one of another user is refused, since they could put
/// a socket of theirs there.
fn private(directory: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let meta = fs::symlink_metadata(directory)?;
    if !meta.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    if meta.uid() != rustix::process::geteuid().as_raw() {
        let refused = "it belongs to another user";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, refused));
    }
    if meta.mode() & 0o777 != 0o700 {
        fs::set_permissions(directory, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::settings::{Layers, setting};

    /// The address with one setting more, by its variable: not every setting has a flag.
    fn address(directory: &Path, set: Option<(&str, &str)>) -> Address {
        let variable = |name: &str| {
            let (key, value) = set?;
            setting(key).unwrap().env.contains(&name).then(|| value.to_owned())
        };
        let flags = BTreeMap::from([("data_dir", vec![directory.display().to_string()])]);
        let layers = Layers { flags, environment: Some(&variable), ..Layers::default() };
        let settings = Settings::resolve(&layers).unwrap();
        let config = Config::new(&settings).unwrap();
        Address::of(&settings, &config).unwrap()
    }

    #[test]
    fn what_decides_the_answers_decides_the_name() {
        let directory = tempfile::tempdir().unwrap();
        let plain = address(directory.path(), None);
        for same in [("port", "4000"), ("roots", "/"), ("color", "never"), ("share", "false")] {
            assert!(address(directory.path(), Some(same)).is(&plain), "{same:?}");
        }
        for other in [
            ("model", "all-MiniLM-L6-v2"),
            ("precision", "f32"),
            ("database_url", "postgres://h/d"),
            ("auto_index", "false"),
            ("model_dir", "/models"),
        ] {
            assert!(!address(directory.path(), Some(other)).is(&plain), "{other:?}");
        }
        let elsewhere = tempfile::tempdir().unwrap();
        assert!(!address(elsewhere.path(), None).is(&plain));
    }

    #[test]
    fn the_directory_is_private_and_a_link_is_none() {
        let directory = tempfile::tempdir().unwrap();
        let socket = address(directory.path(), None).socket();
        let mode = fs::metadata(socket.parent().unwrap()).unwrap().mode();
        assert_eq!(mode & 0o777, 0o700);
        let (real, link) = (directory.path().join("real"), directory.path().join("link"));
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert!(private(&link).is_err());
    }

    #[test]
    fn a_deep_data_directory_has_its_sockets_elsewhere() {
        let deep = PathBuf::from("/").join("d".repeat(90));
        let directory = directory_for(&deep);
        assert!(directory.as_os_str().len() <= LONGEST_FOLDER, "{}", directory.display());
        assert_ne!(directory, directory_for(&deep.join("e")));
    }
}
