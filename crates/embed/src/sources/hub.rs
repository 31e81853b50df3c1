//! The Hugging Face hub, or a mirror of it.

use sconce_fetch::{Address, Client, Download, FetchError};

use super::events::DownloadEvent;
use super::options::SourceOptions;
use super::staging::{Progress, Staging};
use crate::error::{EmbedError, Result};
use crate::manifest::{Hub, ModelFile};

/// The most bytes of weights whose size nobody knows; the largest known ones have 550 MB.
const MAX_WEIGHTS_BYTES: u64 = 4 << 30;
/// The most bytes of any other file, such as a tokenizer.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// What the hub says about a file before it is downloaded.
#[derive(Debug, Default)]
struct Announced {
    sha256: Option<String>,
    bytes: Option<u64>,
    commit: Option<String>,
}

struct Session<'a> {
    client: Client,
    repo: String,
    /// A branch or tag until the hub has told its commit: all files come from that one then.
    revision: String,
    token: Option<&'a str>,
}

/// Downloads the files that are not in the staging directory yet, checks them, and gives the commit
/// that they are of, where the hub tells it.
pub(super) fn download(
    staging: &Staging<'_>,
    hub: &Hub,
    options: &SourceOptions,
    progress: Progress<'_>,
) -> Result<Option<String>> {
    let pinned = staging.pins.as_ref().and_then(|pins| pins.revision.clone());
    let mut session = Session {
        client: Client::of_process()?,
        repo: format!("{}/{}", options.hf_endpoint.trim_end_matches('/'), hub.repo),
        revision: pinned.unwrap_or_else(|| hub.revision.clone()),
        token: options.hf_token.as_deref(),
    };
    let mut commit = None;
    for file in &staging.manifest.files {
        let announced = session.announced(file)?;
        if let Some(told) = &announced.commit {
            told.clone_into(&mut session.revision);
        }
        commit = announced.commit.clone().or(commit);
        let target = staging.directory.join(&file.name);
        if !target.is_file() || staging.check(file, announced.sha256.as_deref()).is_err() {
            session.download(staging, file, &announced, progress)?;
            staging.check(file, announced.sha256.as_deref())?;
        }
    }
    Ok(commit)
}

impl Session<'_> {
    fn address(&self, file: &ModelFile) -> Result<Address> {
        let url = format!("{}/resolve/{}/{}", self.repo, self.revision, file.name);
        Address::parse(&url).map_err(|why| EmbedError::download("HF_ENDPOINT", why))
    }

    /// Asks for a file's checksum, size and commit. The hub gives them with its redirect to the
    /// storage.
    fn announced(&self, file: &ModelFile) -> Result<Announced> {
        let address = self.address(file)?;
        let headers = self.client.headers(&address, self.token).map_err(explained)?;
        let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
        let etag = header("x-linked-etag").map(|etag| etag.trim_matches('"').to_owned());
        Ok(Announced {
            sha256: etag.filter(|etag| is_hex(etag, 64)),
            bytes: header("x-linked-size").and_then(|size| size.parse().ok()),
            commit: header("x-repo-commit").filter(|commit| is_hex(commit, 40)),
        })
    }

    fn download(
        &self,
        staging: &Staging<'_>,
        file: &ModelFile,
        announced: &Announced,
        progress: Progress<'_>,
    ) -> Result<()> {
        let address = self.address(file)?;
        let is_weights = file.name.ends_with(".safetensors");
        let (sha256, bytes) = staging.expected(file);
        let limit = if is_weights { MAX_WEIGHTS_BYTES } else { MAX_FILE_BYTES };
        let download = Download {
            address: &address,
            bearer: self.token,
            sha256: sha256.or(announced.sha256.as_deref()),
            bytes: bytes.or(announced.bytes.filter(|bytes| *bytes <= limit)),
            limit,
        };
        let target = staging.directory.join(&file.name);
        self.client
            .download(&download, &target, &mut |seen| {
                let file = file.name.clone();
                progress(DownloadEvent::Progress { file, done: seen.done, total: seen.total });
            })
            .map_err(|error| match error {
                FetchError::WrongHash { expected, found, .. } => {
                    EmbedError::Checksum { path: target.clone(), expected, found }
                }
                error => explained(error),
            })?;
        Ok(())
    }
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn explained(error: FetchError) -> EmbedError {
    match error {
        FetchError::Status { url, status: status @ (401 | 403) } => EmbedError::download(
            url,
            format!("{status}: the hub wants a token (HF_TOKEN) with access to this model"),
        ),
        error => error.into(),
    }
}
