//! One file: into a part beside its place, on from where an earlier try ended, within its bounds,
//! checked, renamed.

use std::fs::File;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ureq::Body;
use ureq::http::{HeaderMap, Response, StatusCode};

use crate::client::{Ask, TRIES};
use crate::{Address, Client, FetchError, Result, sha256_file};

const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);
/// Connections for one file, however much each of them brings.
const MAX_CONNECTIONS: u32 = 100;

/// A file to be downloaded.
#[derive(Debug, Clone)]
pub struct Download<'a> {
    /// Where it is.
    pub address: &'a Address,
    /// The token sent along, where one is needed.
    pub bearer: Option<&'a str>,
    /// Its sha256 in hex, where that is known; another content is refused.
    pub sha256: Option<&'a str>,
    /// Its size, where that is known; another one is refused.
    pub bytes: Option<u64>,
    /// The most bytes that it may have where its size is not known.
    pub limit: u64,
}

/// How far a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes on disk, those of an earlier try included.
    pub done: u64,
    /// The file's size, where it is known.
    pub total: Option<u64>,
}

impl Client {
    /// Downloads a file to `target` and gives its sha256. What a broken download left in
    /// `target` + `.part` is used; a file that is not the one expected is removed.
    pub fn download(
        &self,
        download: &Download<'_>,
        target: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<String> {
        let part = part_of(target);
        if download.bytes.is_none_or(|bytes| length(&part) != Some(bytes)) {
            Transfer { client: self, download, part: &part, progress }.run()?;
        }
        let found = sha256_file(&part)?;
        if let Some(expected) = download.sha256.filter(|expected| *expected != found) {
            // the next try starts from nothing
            let _ = std::fs::remove_file(&part);
            let (what, expected) = (download.address.to_string(), expected.to_owned());
            return Err(FetchError::WrongHash { what, expected, found });
        }
        std::fs::rename(&part, target).map_err(|source| FetchError::io(target, source))?;
        Ok(found)
    }
}

fn part_of(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    target.with_file_name(name)
}

fn length(path: &Path) -> Option<u64> {
    Some(path.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?.len())
}

/// A download under way.
struct Transfer<'a> {
    client: &'a Client,
    download: &'a Download<'a>,
    part: &'a Path,
    progress: &'a mut dyn FnMut(Progress),
}

impl Transfer<'_> {
    /// One connection after the other, as long as they bring something or their failure may pass.
    fn run(&mut self) -> Result<()> {
        let mut barren = 0;
        for _ in 0..MAX_CONNECTIONS {
            let before = length(self.part).unwrap_or(0);
            let error = match self.connect(before) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if matches!(error, FetchError::TooLarge { .. }) {
                // whatever it is, it is not the file
                let _ = std::fs::remove_file(self.part);
            }
            let brought = length(self.part).unwrap_or(0) > before;
            barren = if brought { 0 } else { barren + 1 };
            if !error.is_transient() || barren >= TRIES {
                return Err(error);
            }
            tracing::debug!(%error, barren, "the download broke off and goes on");
            if !brought {
                self.client.pause(barren);
            }
        }
        Err(self.broken("too many connections were needed"))
    }

    fn connect(&mut self, offset: u64) -> Result<()> {
        let ask = Ask { bearer: self.download.bearer, offset, ..Ask::default() };
        let (response, _) = self.client.get(self.download.address, ask)?;
        let is_resumed = match response.status() {
            StatusCode::PARTIAL_CONTENT if offset > 0 => true,
            StatusCode::OK => false,
            StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT => {
                return Err(self.start_over());
            }
            status => {
                let url = self.download.address.to_string();
                return Err(FetchError::Status { url, status: status.as_u16() });
            }
        };
        if is_resumed && range_start(response.headers()).is_some_and(|start| start != offset) {
            return Err(self.start_over());
        }
        let done = if is_resumed { offset } else { 0 };
        let total = self.total(&response, done)?;
        let mut file = File::options();
        let file = file.create(true).write(true).append(is_resumed).truncate(!is_resumed);
        let file = file.open(self.part).map_err(|source| FetchError::io(self.part, source))?;
        self.copy(&mut response.into_body().into_reader(), file, done, total)
    }

    /// What is there is no part of the file: it goes.
    fn start_over(&self) -> FetchError {
        let _ = std::fs::remove_file(self.part);
        self.broken("the earlier part does not belong to it")
    }

    fn broken(&self, why: &str) -> FetchError {
        FetchError::broken(&self.download.address.to_string(), why)
    }

    fn too_large(&self, limit: u64) -> FetchError {
        FetchError::TooLarge { what: self.download.address.to_string(), limit }
    }

    /// The file's size, as far as it is known: refused before a byte is read where it cannot be.
    fn total(&self, response: &Response<Body>, done: u64) -> Result<Option<u64>> {
        let announced = content_length(response.headers()).map(|rest| rest.saturating_add(done));
        match (self.download.bytes, announced) {
            (Some(expected), Some(announced)) if announced > expected => {
                Err(self.too_large(expected))
            }
            (None, Some(announced)) if announced > self.download.limit => {
                Err(self.too_large(self.download.limit))
            }
            (expected, announced) => Ok(expected.or(announced)),
        }
    }

    fn copy(
        &mut self,
        body: &mut impl Read,
        mut file: File,
        mut done: u64,
        total: Option<u64>,
    ) -> Result<()> {
        let limit = total.unwrap_or(self.download.limit);
        let mut buffer = vec![0; 1 << 16];
        let mut last = Instant::now();
        (self.progress)(Progress { done, total });
        loop {
            let read = body.read(&mut buffer).map_err(|error| self.broken(&error.to_string()))?;
            if read == 0 {
                break;
            }
            done += read as u64;
            if done > limit {
                return Err(self.too_large(limit));
            }
            file.write_all(&buffer[..read]).map_err(|source| FetchError::io(self.part, source))?;
            if last.elapsed() >= PROGRESS_INTERVAL {
                last = Instant::now();
                (self.progress)(Progress { done, total });
            }
        }
        (self.progress)(Progress { done, total });
        file.sync_all().map_err(|source| FetchError::io(self.part, source))?;
        match total {
            Some(total) if done < total => {
                Err(self.broken(&format!("the connection ended after {done} of {total} bytes")))
            }
            _ => Ok(()),
        }
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get("content-length")?.to_str().ok()?.parse().ok()
}

/// `bytes 100-199/200` → 100. A server that does not say is believed.
fn range_start(headers: &HeaderMap) -> Option<u64> {
    let range = headers.get("content-range")?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok()
}
