//! The Hugging Face hub, or a mirror of it.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::{Response, StatusCode};

use super::pull::{Progress, Staging};
use super::{PullEvent, SourceOptions};
use crate::EmbedError;
use crate::error::Result;
use crate::manifest::{Hub, ModelFile};

/// A machine without a network must notice within seconds.
const CONNECT: Duration = Duration::from_secs(3);
/// The answer's head; the hub itself is quick.
const RESPONSE: Duration = Duration::from_secs(20);
/// One connection's share of a download; what it has brought by then is kept and another goes on.
const BODY: Duration = Duration::from_mins(15);
/// Broken connections in a row that brought nothing.
const BARREN_TRIES: u32 = 3;
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// What the hub says about a file before it is downloaded.
#[derive(Debug, Default)]
struct Announced {
    sha256: Option<String>,
    bytes: Option<u64>,
}

struct Session<'a> {
    agent: Agent,
    endpoint: &'a str,
    base: String,
    token: Option<&'a str>,
}

/// Downloads the files that are not in the staging folder yet, and checks them.
pub(super) fn download(
    staging: &Staging<'_>,
    hub: &Hub,
    options: &SourceOptions,
    progress: Progress<'_>,
) -> Result<()> {
    let session = Session::new(hub, options);
    for file in &staging.manifest.files {
        let announced = session.announced(file)?;
        let target = staging.folder.join(&file.name);
        if !target.is_file() || staging.check(file, announced.sha256.as_deref()).is_err() {
            let part = staging.folder.join(format!("{}.part", file.name));
            session.fetch(file, &announced, &part, progress)?;
            std::fs::rename(&part, &target).map_err(|err| EmbedError::io(&target, err))?;
            staging.check(file, announced.sha256.as_deref())?;
        }
    }
    Ok(())
}

impl<'a> Session<'a> {
    fn new(hub: &Hub, options: &'a SourceOptions) -> Self {
        let config = Agent::config_builder()
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(RESPONSE))
            .timeout_recv_body(Some(BODY))
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("sconce/", env!("CARGO_PKG_VERSION")))
            .build();
        let endpoint = options.hf_endpoint.trim_end_matches('/');
        Self {
            agent: config.into(),
            endpoint,
            base: format!("{endpoint}/{}/resolve/{}", hub.repo, hub.revision),
            token: options.hf_token.as_deref(),
        }
    }

    /// Asks for a file's checksum and size. The hub gives them with its redirect to the storage.
    fn announced(&self, file: &ModelFile) -> Result<Announced> {
        let url = format!("{}/{}", self.base, file.name);
        let mut request = self.agent.head(&url).config().max_redirects(0).build();
        if let Some(token) = self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let unreachable = |err: ureq::Error| EmbedError::Unreachable {
            host: self.endpoint.to_owned(),
            why: err.to_string(),
        };
        let response = request.call().map_err(unreachable)?;
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            return Err(EmbedError::download(&url, explain(status)));
        }
        let header = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let etag = header("x-linked-etag").map(|etag| etag.trim_matches('"').to_owned());
        Ok(Announced {
            sha256: etag.filter(|etag| is_sha256(etag)),
            bytes: header("x-linked-size").and_then(|size| size.parse().ok()).or(file.bytes),
        })
    }

    /// Downloads into a `.part` file, going on where an earlier try ended.
    fn fetch(
        &self,
        file: &ModelFile,
        announced: &Announced,
        part: &Path,
        progress: Progress<'_>,
    ) -> Result<()> {
        let mut barren = 0;
        loop {
            let before = part.metadata().map_or(0, |metadata| metadata.len());
            if before > 0 && Some(before) == announced.bytes {
                return Ok(());
            }
            match self.fetch_once(file, announced, before, part, progress) {
                Ok(()) => return Ok(()),
                Err(err @ EmbedError::Io { .. }) => return Err(err),
                Err(err) => {
                    let after = part.metadata().map_or(0, |metadata| metadata.len());
                    barren = if after > before { 0 } else { barren + 1 };
                    // a first try that brought nothing at all is no broken download
                    if barren >= BARREN_TRIES || after == 0 {
                        return Err(err);
                    }
                    tracing::debug!(%err, bytes = after, "download broke off, going on");
                }
            }
        }
    }

    fn fetch_once(
        &self,
        file: &ModelFile,
        announced: &Announced,
        offset: u64,
        part: &Path,
        progress: Progress<'_>,
    ) -> Result<()> {
        let url = format!("{}/{}", self.base, file.name);
        let mut request = self.agent.get(&url);
        if let Some(token) = self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if offset > 0 {
            request = request.header("range", format!("bytes={offset}-"));
        }
        let response = request.call().map_err(|err| EmbedError::download(&url, err))?;
        let resumed = match response.status() {
            StatusCode::PARTIAL_CONTENT => true,
            StatusCode::OK => false,
            StatusCode::RANGE_NOT_SATISFIABLE => {
                // longer than the file: what is there is no part of it
                std::fs::remove_file(part).map_err(|err| EmbedError::io(part, err))?;
                return Err(EmbedError::download(&url, "the earlier part does not belong to it"));
            }
            status => return Err(EmbedError::download(&url, explain(status))),
        };
        let done = if resumed { offset } else { 0 };
        let total = announced.bytes.or_else(|| content_length(&response).map(|n| n + done));
        let mut output = File::options()
            .create(true)
            .write(true)
            .append(resumed)
            .truncate(!resumed)
            .open(part)
            .map_err(|err| EmbedError::io(part, err))?;
        let mut copy = Copy { file: &file.name, part, done, total, progress };
        copy.run(&mut response.into_body().into_reader(), &mut output)
            .and_then(|()| output.sync_all().map_err(|err| EmbedError::io(part, err)))
    }
}

/// A download under way.
struct Copy<'a> {
    file: &'a str,
    part: &'a Path,
    done: u64,
    total: Option<u64>,
    progress: Progress<'a>,
}

impl Copy<'_> {
    fn run(&mut self, body: &mut impl Read, output: &mut File) -> Result<()> {
        let mut buffer = vec![0; 1 << 18];
        let mut last = Instant::now();
        loop {
            let read =
                body.read(&mut buffer).map_err(|err| EmbedError::download(self.file, err))?;
            if read == 0 {
                break;
            }
            output.write_all(&buffer[..read]).map_err(|err| EmbedError::io(self.part, err))?;
            self.done += read as u64;
            if last.elapsed() >= PROGRESS_EVERY {
                last = Instant::now();
                self.report();
            }
        }
        self.report();
        match self.total {
            Some(total) if self.done < total => Err(EmbedError::download(
                self.file,
                format!("the connection ended after {} of {total} bytes", self.done),
            )),
            _ => Ok(()),
        }
    }

    fn report(&mut self) {
        let (file, done, total) = (self.file.to_owned(), self.done, self.total);
        (self.progress)(PullEvent::Progress { file, done, total });
    }
}

fn content_length<T>(response: &Response<T>) -> Option<u64> {
    response.headers().get("content-length")?.to_str().ok()?.parse().ok()
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn explain(status: StatusCode) -> String {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            format!("{status}: the hub wants a token (HF_TOKEN) with access to this model")
        }
        status => status.to_string(),
    }
}
