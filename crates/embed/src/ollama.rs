//! An Ollama server that computes the vectors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use ureq::Agent;

use crate::error::{EmbedError, Result};
use crate::manifest::Manifest;
use crate::options::EmbedderConfig;
use crate::reference::normalise;
use crate::types::{EmbedderInfo, Embeddings};

/// A machine without a server must notice at once.
const CONNECT: Duration = Duration::from_secs(2);
/// A batch of long texts on a slow processor, the model's load included.
const ANSWER: Duration = Duration::from_mins(5);
/// Texts in one call.
const BATCH: usize = 16;
/// Pauses before the next tries, after failures that may pass.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(200), Duration::from_millis(800), Duration::from_secs(2)];
/// Calls at a time: the server works on one while the next is sent.
const DOCUMENT_THREADS: usize = 2;

/// The client of one server and model.
#[derive(Debug, Clone)]
pub(crate) struct Ollama {
    agent: Agent,
    /// With the credentials of the setting, where it has some: for requests alone.
    address: String,
    /// The same without them: for errors, logs and `/health`.
    host: String,
    model: String,
    dimension: usize,
    max_tokens: usize,
    prefix_document: String,
    prefix_query: String,
    model_id: String,
}

#[derive(Serialize)]
struct EmbedRequest<'a> {
    model: &'a str,
    input: &'a [String],
    truncate: bool,
}

#[derive(Deserialize)]
struct EmbedResponse {
    embeddings: Vec<Vec<f32>>,
    #[serde(default)]
    prompt_eval_count: u64,
}

#[derive(Deserialize)]
struct ErrorResponse {
    error: String,
}

impl Ollama {
    /// Connects to the server, and makes sure that it has the model and that its vectors are the
    /// manifest's: one short text is embedded.
    pub(crate) fn connect(manifest: &Manifest, config: &EmbedderConfig) -> Result<Self> {
        let address = base_address(&config.ollama_host);
        let client = Self {
            agent: agent(),
            host: without_credentials(&address),
            address,
            model: manifest.ollama.clone().unwrap_or_else(|| manifest.id.clone()),
            dimension: manifest.dimension,
            max_tokens: manifest.max_tokens,
            prefix_document: manifest.prefix_document.clone(),
            prefix_query: manifest.prefix_query.clone(),
            model_id: manifest.id.clone(),
        };
        client.call(&["hello".to_owned()])?;
        Ok(client)
    }

    pub(crate) fn info(&self) -> EmbedderInfo {
        EmbedderInfo {
            model_id: self.model_id.clone(),
            backend: "ollama",
            device: self.host.clone(),
            precision: String::new(),
            kernels: String::new(),
            path: None,
            dimension: self.dimension,
            max_tokens: self.max_tokens,
            threads: DOCUMENT_THREADS,
        }
    }

    /// One call, tried again after failures that may pass.
    fn embed(&self, texts: &[String]) -> Result<EmbedResponse> {
        let mut pauses = PAUSES.iter();
        loop {
            match self.call(texts) {
                Err(error) if is_transient(&error) => match pauses.next() {
                    Some(pause) => {
                        tracing::debug!(%error, "ollama failed, trying again");
                        thread::sleep(*pause);
                    }
                    None => return Err(error),
                },
                result => return result,
            }
        }
    }

    fn call(&self, texts: &[String]) -> Result<EmbedResponse> {
        let unreachable = |err: ureq::Error| EmbedError::OllamaUnreachable {
            host: self.host.clone(),
            why: err.to_string().replace(&self.address, &self.host),
        };
        let request = EmbedRequest { model: &self.model, input: texts, truncate: true };
        let url = format!("{}/api/embed", self.address);
        let mut response = self.agent.post(&url).send_json(&request).map_err(unreachable)?;
        let status = response.status().as_u16();
        let limited = response.body_mut().with_config().limit(256 << 20);
        let body = limited.read_to_string().map_err(unreachable)?;
        if status != 200 {
            return Err(self.complaint(status, &body));
        }
        let answer: EmbedResponse = serde_json::from_str(&body).map_err(|err| {
            EmbedError::OllamaAnswer { status, message: format!("no embeddings: {err}") }
        })?;
        self.checked(answer, texts.len())
    }

    fn complaint(&self, status: u16, body: &str) -> EmbedError {
        let complaint =
            serde_json::from_str::<ErrorResponse>(body).map(|complaint| complaint.error);
        match complaint {
            Ok(message) if status == 404 && message.contains("not found") => {
                EmbedError::OllamaModelMissing { model: self.model.clone() }
            }
            Ok(message) => EmbedError::OllamaAnswer { status, message },
            Err(_) => {
                let message = body.trim().chars().take(200).collect();
                EmbedError::OllamaAnswer { status, message }
            }
        }
    }

    fn checked(&self, mut answer: EmbedResponse, texts: usize) -> Result<EmbedResponse> {
        if answer.embeddings.len() != texts {
            let message = format!("{} embeddings for {texts} texts", answer.embeddings.len());
            return Err(EmbedError::OllamaAnswer { status: 200, message });
        }
        if let Some(odd) = answer.embeddings.iter().find(|v| v.len() != self.dimension) {
            return Err(EmbedError::Dimension {
                model: self.model.clone(),
                expected: self.dimension,
                found: odd.len(),
            });
        }
        for vector in &mut answer.embeddings {
            normalise(vector);
        }
        Ok(answer)
    }

    fn documents(&self, texts: &[String]) -> Result<Embeddings> {
        let mut embeddings = Embeddings::default();
        for batch in texts.chunks(BATCH) {
            let prefixed: Vec<_> =
                batch.iter().map(|text| format!("{}{text}", self.prefix_document)).collect();
            let answer = self.embed(&prefixed)?;
            embeddings.vectors.extend(answer.embeddings);
            embeddings.tokens += answer.prompt_eval_count;
        }
        Ok(embeddings)
    }

    fn query(&self, text: &str) -> Result<Vec<f32>> {
        let answer = self.embed(&[format!("{}{text}", self.prefix_query)])?;
        answer.embeddings.into_iter().next().ok_or_else(ended)
    }
}

/// Whether the same call may succeed a moment later.
fn is_transient(error: &EmbedError) -> bool {
    match error {
        EmbedError::OllamaUnreachable { .. } => true,
        EmbedError::OllamaAnswer { status, .. } => matches!(status, 429 | 500 | 502 | 503 | 504),
        _ => false,
    }
}

fn agent() -> Agent {
    let config = Agent::config_builder()
        .timeout_connect(Some(CONNECT))
        .timeout_resolve(Some(CONNECT))
        .timeout_recv_response(Some(ANSWER))
        .timeout_recv_body(Some(ANSWER))
        .http_status_as_error(false)
        .proxy(None) // a proxy's loopback is not this machine's
        .build();
    config.into()
}

/// `OLLAMA_HOST` as Ollama itself reads it: scheme and port may be missing, and the address that a
/// server listens on everywhere is no address to connect to.
fn base_address(host: &str) -> String {
    let host = host.trim().trim_end_matches('/');
    let (scheme, rest) = host.split_once("://").unwrap_or(("http", host));
    let rest = if rest.is_empty() { "127.0.0.1" } else { rest };
    let has_port = rest.rsplit_once(':').is_some_and(|(_, port)| {
        !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
    });
    let rest = if has_port || rest.contains('/') || scheme == "https" {
        rest.to_owned()
    } else {
        format!("{rest}:11434")
    };
    let rest = rest.strip_prefix("0.0.0.0").map_or(rest.clone(), |port| format!("127.0.0.1{port}"));
    format!("{scheme}://{rest}")
}

/// An address without the user and the password that may stand in it.
pub fn without_credentials(address: &str) -> String {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    // A password may hold a slash that nobody escaped; then the last `@` of all ends it.
    let (authority, path) = match (authority.contains('@'), rest.rsplit_once('@')) {
        (false, Some((_, host))) => (host, ""),
        _ => (authority.rsplit('@').next().unwrap_or_default(), path),
    };
    format!("{scheme}{authority}{path}")
}

fn ended() -> EmbedError {
    EmbedError::Stopped("the ollama client has ended".into())
}

/// A server behind threads: documents wait in one line, queries in another.
pub(crate) struct OllamaWorkers {
    documents: mpsc::Sender<DocumentsJob>,
    queries: mpsc::Sender<QueryJob>,
    waiting: Arc<AtomicUsize>,
}

type DocumentsJob = (Vec<String>, oneshot::Sender<Result<Embeddings>>);
type QueryJob = (String, oneshot::Sender<Result<Vec<f32>>>);

impl OllamaWorkers {
    /// Starts the threads. They end with the handle, which holds the other ends of their lines.
    pub(crate) fn start(client: &Ollama) -> Result<Self> {
        let (documents, inbox) = mpsc::channel::<DocumentsJob>();
        let inbox = Arc::new(Mutex::new(inbox));
        let waiting = Arc::new(AtomicUsize::new(0));
        for _ in 0..DOCUMENT_THREADS {
            let (client, inbox, waiting) =
                (client.clone(), Arc::clone(&inbox), Arc::clone(&waiting));
            spawn(move || {
                while let Some((texts, answer)) = next(&inbox) {
                    let embedded = (!answer.is_closed()).then(|| client.documents(&texts));
                    // Before the answer: whoever has it must not see its texts wait.
                    waiting.fetch_sub(texts.len(), Ordering::Relaxed);
                    if let Some(embedded) = embedded {
                        let _ = answer.send(embedded);
                    }
                }
            })?;
        }
        let (queries, inbox) = mpsc::channel::<QueryJob>();
        let client = client.clone();
        spawn(move || {
            while let Ok((text, answer)) = inbox.recv() {
                if !answer.is_closed() {
                    let _ = answer.send(client.query(&text));
                }
            }
        })?;
        Ok(Self { documents, queries, waiting })
    }

    pub(crate) async fn embed_documents(&self, texts: Vec<String>) -> Result<Embeddings> {
        if texts.is_empty() {
            return Ok(Embeddings::default());
        }
        let (answer, receiver) = oneshot::channel();
        self.waiting.fetch_add(texts.len(), Ordering::Relaxed);
        self.documents.send((texts, answer)).map_err(|_| ended())?;
        receiver.await.map_err(|_| ended())?
    }

    pub(crate) async fn embed_query(&self, text: &str) -> Result<Vec<f32>> {
        let (answer, receiver) = oneshot::channel();
        self.queries.send((text.to_owned(), answer)).map_err(|_| ended())?;
        receiver.await.map_err(|_| ended())?
    }

    pub(crate) fn queue(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

fn next(inbox: &Mutex<mpsc::Receiver<DocumentsJob>>) -> Option<DocumentsJob> {
    inbox.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

fn spawn(run: impl FnOnce() + Send + 'static) -> Result<()> {
    let spawned = thread::Builder::new().name("embed-ollama".into()).spawn(run);
    spawned.map(drop).map_err(|err| EmbedError::Stopped(format!("no thread for it: {err}")))
}

#[cfg(test)]
mod tests {
    use super::{base_address, without_credentials};

    #[test]
    fn hosts_are_read_as_ollama_does() {
        for (host, expected) in [
            ("", "http://127.0.0.1:11434"),
            ("localhost", "http://localhost:11434"),
            ("0.0.0.0", "http://127.0.0.1:11434"),
            ("0.0.0.0:8080", "http://127.0.0.1:8080"),
            ("box:1234/", "http://box:1234"),
            ("http://box", "http://box:11434"),
            ("https://box.example", "https://box.example"),
            ("http://proxy/ollama", "http://proxy/ollama"),
        ] {
            assert_eq!(base_address(host), expected, "{host:?}");
        }
    }

    #[test]
    fn credentials_are_taken_out_of_an_address() {
        for (address, expected) in [
            ("http://box:11434", "http://box:11434"),
            ("http://user:hunter2pw@box:11434/api", "http://box:11434/api"),
            ("user:hunter2pw@box", "box"),
            ("http://user:p/hunter2@box:1", "http://box:1"),
            ("http://user:p@hunter2@box:1/x", "http://box:1/x"),
            ("", ""),
        ] {
            assert_eq!(without_credentials(address), expected, "{address:?}");
        }
    }
}
