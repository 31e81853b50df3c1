//! The environment that settings are read from: the process's, or a test's own.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// No configuration file of pip's is larger.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Variables, and where the system keeps its configuration.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    pub(super) system_dir: PathBuf,
    pub(super) working_dir: Option<PathBuf>,
}

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self {
            variables: std::env::vars_os().filter_map(text).collect(),
            system_dir: PathBuf::from("/etc"),
            working_dir: std::env::current_dir().ok(),
        }
    }

    /// An environment of these variables alone, with no configuration of the system's.
    pub fn of<N: Into<String>, V: Into<String>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        let system_dir = PathBuf::from("/nonexistent");
        Self { variables: variables.collect(), system_dir, working_dir: None }
    }

    /// A variable that is set and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A variable in either case, as programs that know proxies read them.
    pub(crate) fn get_any_case(&self, name: &str) -> Option<&str> {
        self.get(&name.to_ascii_lowercase()).or_else(|| self.get(name))
    }

    /// A path that does not depend on the working directory.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from).filter(|path| path.is_absolute())
    }

    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.path("HOME")
    }
}

/// The text of a configuration file; `None` where there is none that could be one.
pub(super) fn read_small(path: &Path) -> Option<String> {
    // a FIFO would be waited for
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(MAX_FILE_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}
