//! Where pip would look for packages, and how it would get there.

use std::path::{Path, PathBuf};

use super::Environment;
use super::environment::read_small;
use super::ini;
use crate::{Address, FetchError, Result};

/// The index that pip asks where nothing else is said.
const PYPI: &str = "https://pypi.org/simple/";

/// pip's settings, as far as a download of one known file needs them.
#[derive(Debug, Clone, Default)]
pub struct PipSettings {
    /// The indexes, the first one first; none with `no-index`.
    pub(crate) indexes: Vec<Address>,
    /// Directories of files, and pages with links to files.
    pub(crate) find_links: Vec<Address>,
    /// Files of certificates to trust beside the system's.
    pub(crate) certificates: Vec<PathBuf>,
    /// The proxy, where pip has one of its own.
    pub(crate) proxy: Option<String>,
    /// Seconds to wait for an answer.
    pub(crate) timeout_secs: Option<u64>,
}

/// The values before they are understood: text, and who said it.
#[derive(Debug, Default)]
struct Raw {
    index_url: Option<(String, String)>,
    extra_index_url: Option<(String, String)>,
    find_links: Option<(String, String)>,
    no_index: bool,
    cert: Option<String>,
    proxy: Option<String>,
    timeout: Option<String>,
}

impl PipSettings {
    /// Reads the configuration files and the variables; a variable comes before a file, pip's
    /// before uv's. No file of the working directory is read, and no path that depends on it.
    pub fn read(environment: &Environment) -> Result<Self> {
        let mut raw = Raw::default();
        for (path, is_project) in files(environment) {
            let Some(text) = read_small(&path) else { continue };
            raw.take_file(&path, &text, is_project);
        }
        raw.take_variables(environment);
        raw.understood(environment)
    }
}

impl Raw {
    /// Takes what a file says to every command, then what it says to those that download. A virtual
    /// environment may come with a project: what it trusts or goes through is not ours.
    fn take_file(&mut self, path: &Path, text: &str, is_project: bool) {
        let values = ini::parse(text);
        for section in ["global", "install", "download"] {
            for (_, key, value) in values.iter().filter(|(name, _, _)| name == section) {
                if is_project && matches!(key.as_str(), "cert" | "proxy") {
                    continue;
                }
                let source = format!("{key} in {}", path.display());
                self.take(key, value, source);
            }
        }
    }

    fn take(&mut self, key: &str, value: &str, source: String) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        match key {
            "index-url" => self.index_url = Some((value.into(), source)),
            "extra-index-url" => self.extra_index_url = Some((value.into(), source)),
            "find-links" => self.find_links = Some((value.into(), source)),
            "no-index" => self.no_index = is_true(value),
            "cert" => self.cert = Some(value.into()),
            "proxy" => self.proxy = Some(value.into()),
            "timeout" | "default-timeout" => self.timeout = Some(value.into()),
            _ => {}
        }
    }

    fn take_variables(&mut self, environment: &Environment) {
        for (name, key) in [
            ("UV_INDEX_URL", "index-url"),
            ("UV_DEFAULT_INDEX", "index-url"),
            ("UV_EXTRA_INDEX_URL", "extra-index-url"),
            ("UV_INDEX", "extra-index-url"),
            ("UV_FIND_LINKS", "find-links"),
            ("UV_NO_INDEX", "no-index"),
            ("PIP_INDEX_URL", "index-url"),
            ("PIP_EXTRA_INDEX_URL", "extra-index-url"),
            ("PIP_FIND_LINKS", "find-links"),
            ("PIP_NO_INDEX", "no-index"),
            ("PIP_CERT", "cert"),
            ("PIP_PROXY", "proxy"),
            ("PIP_DEFAULT_TIMEOUT", "timeout"),
            ("PIP_TIMEOUT", "timeout"),
        ] {
            if let Some(value) = environment.get(name) {
                self.take(key, value, name.to_owned());
            }
        }
    }

    fn understood(self, environment: &Environment) -> Result<PipSettings> {
        let default = || Some((PYPI.to_owned(), "the default index".to_owned()));
        let mut indexes = Vec::new();
        if !self.no_index {
            for (value, source) in
                self.index_url.or_else(default).into_iter().chain(self.extra_index_url)
            {
                for word in words(&value) {
                    indexes.push(address(word, &source)?);
                }
            }
        }
        let mut find_links = Vec::new();
        if let Some((value, source)) = self.find_links {
            for word in words(&value) {
                find_links.extend(link(word, &source, environment)?);
            }
        }
        Ok(PipSettings {
            indexes,
            find_links,
            certificates: certificates(self.cert.as_deref(), environment),
            proxy: self.proxy,
            timeout_secs: self.timeout.and_then(|text| text.parse().ok()),
        })
    }
}

fn is_true(value: &str) -> bool {
    ["1", "true", "yes", "on", "y", "t"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
}

/// An index's address; uv's may have a name before it (`company=https://…`).
fn address(word: &str, source: &str) -> Result<Address> {
    let named = word.split_once('=').filter(|(name, _)| !name.contains(['/', ':', '?']));
    let text = named.map_or(word, |(_, url)| url);
    Address::parse(text).map_err(|why| FetchError::Setting { setting: source.to_owned(), why })
}

/// A page, or a directory by its path; one that depends on the working directory is none.
fn link(word: &str, source: &str, environment: &Environment) -> Result<Option<Address>> {
    let home = |rest: &str| Some(environment.home()?.join(rest));
    let path = word.strip_prefix("~/").and_then(home).unwrap_or_else(|| PathBuf::from(word));
    if path.is_absolute() {
        let url = url::Url::from_file_path(&path).map_err(|()| FetchError::Setting {
            setting: source.to_owned(),
            why: "it is no path".into(),
        })?;
        return address(url.as_str(), source).map(Some);
    }
    if word.contains("://") {
        return address(word, source).map(Some);
    }
    tracing::warn!(setting = source, "a relative path is not used");
    Ok(None)
}

/// Certificates of a company's own, wherever a tool that the machine has is told of them.
fn certificates(cert: Option<&str>, environment: &Environment) -> Vec<PathBuf> {
    let named = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"].map(|name| environment.get(name));
    let mut files: Vec<PathBuf> =
        cert.into_iter().chain(named.into_iter().flatten()).map(PathBuf::from).collect();
    files.retain(|file| file.is_absolute());
    files.dedup();
    files
}

/// pip's configuration files, the one that counts most last, and whether a project may have brought
/// it.
fn files(environment: &Environment) -> Vec<(PathBuf, bool)> {
    let explicit = environment.path("PIP_CONFIG_FILE");
    if environment.get("PIP_CONFIG_FILE") == Some("/dev/null") {
        return Vec::new();
    }
    let mut files = system_files(environment);
    // as in pip: one that is named takes the place of the user's
    if !explicit.as_ref().is_some_and(|path| path.is_file()) {
        files.extend(user_files(environment));
    }
    let mut files: Vec<_> = files.into_iter().map(|path| (path, false)).collect();
    let venv = environment.path("VIRTUAL_ENV").filter(|venv| !is_in_project(venv, environment));
    files.extend(venv.map(|venv| (venv.join("pip.conf"), true)));
    files.extend(explicit.map(|path| (path, false)));
    files
}

fn system_files(environment: &Environment) -> Vec<PathBuf> {
    let system = &environment.system_dir;
    if cfg!(target_os = "macos") && system == Path::new("/etc") {
        return vec![PathBuf::from("/Library/Application Support/pip/pip.conf")];
    }
    let listed = environment.get("XDG_CONFIG_DIRS").map(str::to_owned);
    let listed = listed.unwrap_or_else(|| system.join("xdg").display().to_string());
    let dirs = std::env::split_paths(&listed).filter(|dir| dir.is_absolute());
    dirs.map(|dir| dir.join("pip/pip.conf")).chain([system.join("pip.conf")]).collect()
}

fn user_files(environment: &Environment) -> Vec<PathBuf> {
    let Some(home) = environment.home() else { return Vec::new() };
    let config = environment.path("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    let mac = home.join("Library/Application Support/pip");
    let own = if cfg!(target_os = "macos") && mac.is_dir() { mac } else { config.join("pip") };
    vec![home.join(".pip/pip.conf"), own.join("pip.conf")]
}

fn is_in_project(path: &Path, environment: &Environment) -> bool {
    let working_dir = environment.working_dir.as_deref();
    working_dir.is_some_and(|dir| dir.parent().is_some() && path.starts_with(dir))
}

#[cfg(test)]
mod tests;
