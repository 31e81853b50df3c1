//! The threads of a local model: some tokenise, the others compute.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::batch::Batch;
use crate::error::{EmbedError, Result};
use crate::model::Model;
use crate::queue::{BatchLimit, Document, Query, Queue, Work};
use crate::request::Request;
use crate::system::give_back_memory;
use crate::tokenizer::{TextTokenizer, Tokens};
use crate::types::Embeddings;

/// Documents that a thread tokenises before the workers are told of them.
const TOKENISED_TOGETHER: usize = 16;

/// A worker without work for so long lets its room go: an agent that has gone leaves what it used, and one
/// that asks again does not wait for it.
pub(crate) const REST_AFTER: Duration = Duration::from_mins(1);

/// A model that is loaded and has no threads yet.
pub(crate) struct LoadedModel {
    pub(crate) model: Model,
    pub(crate) tokenizer: TextTokenizer,
    pub(crate) dimension: usize,
    pub(crate) prefix_document: String,
    pub(crate) prefix_query: String,
    pub(crate) workers: usize,
    /// Threads that tokenise.
    pub(crate) tokenizers: usize,
    pub(crate) limit: BatchLimit,
    /// How long a worker waits before it lets its room go; [`REST_AFTER`] but in tests.
    pub(crate) rest_after: Duration,
}

/// The handle's side of the threads. Its drop ends them.
pub(crate) struct Workers {
    pipeline: Arc<Pipeline>,
    texts: mpsc::Sender<Part>,
    requests: AtomicU64,
    prefix_query: String,
}

/// Some texts of a request, and the place of the first.
struct Part {
    request: Arc<Request>,
    first: usize,
    texts: Vec<String>,
}

struct Pipeline {
    queue: Queue,
    tokenizer: TextTokenizer,
    /// Documents that wait for the tokenizer.
    raw: AtomicUsize,
    dimension: usize,
    rest_after: Duration,
    /// Workers that hold a workspace.
    with_room: AtomicUsize,
}

impl Workers {
    /// Starts the threads.
    pub(crate) fn start(loaded: LoadedModel) -> Result<Self> {
        let pipeline = Arc::new(Pipeline {
            queue: Queue::new(loaded.limit),
            tokenizer: loaded.tokenizer,
            raw: AtomicUsize::new(0),
            dimension: loaded.dimension,
            rest_after: loaded.rest_after,
            with_room: AtomicUsize::new(0),
        });
        let (texts, inbox) = mpsc::channel();
        let inbox = Arc::new(Mutex::new(inbox));
        for index in 0..loaded.tokenizers {
            let (pipeline, inbox) = (Arc::clone(&pipeline), Arc::clone(&inbox));
            let prefix = loaded.prefix_document.clone();
            spawn(&format!("embed-tokenizer-{index}"), move || {
                tokenise(&pipeline, &inbox, &prefix);
            })?;
        }
        for index in 1..loaded.workers {
            let (pipeline, model) = (Arc::clone(&pipeline), loaded.model.worker());
            spawn(&format!("embed-{index}"), move || compute(&pipeline, model))?;
        }
        let first = Arc::clone(&pipeline);
        let model = loaded.model;
        spawn("embed-0", move || compute(&first, model))?;
        let prefix_query = loaded.prefix_query;
        Ok(Self { pipeline, texts, requests: AtomicU64::new(0), prefix_query })
    }

    pub(crate) async fn embed_documents(&self, texts: Vec<String>) -> Result<Embeddings> {
        if texts.is_empty() {
            return Ok(Embeddings::default());
        }
        let id = self.requests.fetch_add(1, Ordering::Relaxed);
        let (request, answer) = Request::new(id, texts.len());
        let request = Arc::new(request);
        self.pipeline.raw.fetch_add(texts.len(), Ordering::Relaxed);
        let mut texts = texts.into_iter();
        let mut first = 0;
        while texts.len() > 0 {
            let part: Vec<String> = texts.by_ref().take(TOKENISED_TOGETHER).collect();
            let count = part.len();
            let part = Part { request: Arc::clone(&request), first, texts: part };
            self.texts.send(part).map_err(|_| ended())?;
            first += count;
        }
        drop(request);
        answer.await.map_err(|_| ended())?
    }

    pub(crate) async fn embed_query(&self, text: &str) -> Result<Vec<f32>> {
        // Here and not on the tokenizer's thread, where documents wait; the limit bounds the time
        let Tokens { ids, .. } = self.pipeline.tokenizer.encode(&self.prefix_query, text)?;
        let (answer, receiver) = oneshot::channel();
        self.pipeline.queue.push_query(Query { ids, answer });
        receiver.await.map_err(|_| ended())?
    }

    pub(crate) fn queue(&self) -> usize {
        self.pipeline.raw.load(Ordering::Relaxed) + self.pipeline.queue.len()
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.pipeline.queue.close();
    }
}

fn ended() -> EmbedError {
    EmbedError::Stopped("its threads have ended".into())
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<()> {
    let spawned = thread::Builder::new().name(name.to_owned()).spawn(run);
    spawned.map(drop).map_err(|err| EmbedError::Stopped(format!("no thread for it: {err}")))
}

/// A tokenizer's thread. It ends with the handle, which holds the other end of `inbox`.
fn tokenise(pipeline: &Pipeline, inbox: &Mutex<mpsc::Receiver<Part>>, prefix: &str) {
    loop {
        let received = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Part { request, first, texts }) = received else { return };
        let count = texts.len();
        let mut documents = Vec::with_capacity(count);
        for (index, text) in (first..).zip(texts) {
            if request.is_over() {
                break;
            }
            match guarded(|| pipeline.tokenizer.encode(prefix, &text)) {
                Ok(Tokens { ids, truncated }) => {
                    request.count(ids.len(), truncated);
                    documents.push(Document { ids, request: Arc::clone(&request), index });
                }
                Err(error) => request.fail(error),
            }
        }
        pipeline.raw.fetch_sub(count, Ordering::Relaxed);
        pipeline.queue.push_documents(documents);
    }
}

/// A worker's thread.
fn compute(pipeline: &Pipeline, mut model: Model) {
    let mut has_room = false;
    while let Some(work) = pipeline.queue.next(has_room.then_some(pipeline.rest_after)) {
        let keeps = match work {
            Work::Queries { queries, threads } => answer(pipeline, &mut model, queries, threads),
            Work::Documents(documents) => embed(pipeline, &mut model, documents),
            Work::Rest => false,
        };
        if !keeps {
            // Without a workspace: nobody needs it, or a panic has left it half written.
            model = model.worker();
        }
        match (has_room, keeps) {
            (false, true) => pipeline.with_room.fetch_add(1, Ordering::Relaxed),
            (true, false) => pipeline.with_room.fetch_sub(1, Ordering::Relaxed),
            _ => 0,
        };
        if has_room && !keeps && pipeline.with_room.load(Ordering::Relaxed) == 0 {
            give_back_memory();
        }
        has_room = keeps;
    }
}

/// Returns whether the model is in order.
fn answer(pipeline: &Pipeline, model: &mut Model, queries: Vec<Query>, threads: usize) -> bool {
    let batch = Batch::new(queries.iter().map(|query| query.ids.as_slice()));
    match run(pipeline, &batch, || model.forward_query(&batch, threads)) {
        Ok(vectors) => {
            for (query, vector) in queries.into_iter().zip(vectors.chunks_exact(pipeline.dimension))
            {
                let _ = query.answer.send(Ok(vector.to_vec()));
            }
            true
        }
        Err(error) => {
            for query in queries {
                let _ = query.answer.send(Err(error.to_caller()));
            }
            false
        }
    }
}

/// Returns whether the model is in order.
fn embed(pipeline: &Pipeline, model: &mut Model, documents: Vec<Document>) -> bool {
    let batch = Batch::new(documents.iter().map(|document| document.ids.as_slice()));
    match run(pipeline, &batch, || model.forward(&batch)) {
        Ok(vectors) => {
            for (document, vector) in documents.iter().zip(vectors.chunks_exact(pipeline.dimension))
            {
                document.request.finish(document.index, vector.to_vec());
            }
            true
        }
        Err(error) => {
            for document in documents {
                document.request.fail(error.to_caller());
            }
            false
        }
    }
}

/// Runs the model and checks what it gave.
fn run(
    pipeline: &Pipeline,
    batch: &Batch,
    forward: impl FnOnce() -> Result<Vec<f32>>,
) -> Result<Vec<f32>> {
    let vectors = guarded(forward)?;
    if vectors.len() != batch.len() * pipeline.dimension {
        return Err(EmbedError::Failed("it gave vectors of another size".into()));
    }
    if !vectors.iter().all(|value| value.is_finite()) {
        return Err(EmbedError::Failed("it gave numbers that are not finite".into()));
    }
    Ok(vectors)
}

/// Turns a panic into an error, so that callers are answered and the thread lives on.
fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a panic without a message".into());
        tracing::error!(panic = %text, "the model panicked");
        Err(EmbedError::Stopped(text))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Instant;

    use super::*;
    use crate::load::load;
    use crate::{
        Architecture, EmbedderConfig, Located, Manifest, Pooling, Source, SourceOptions,
        WeightFormat,
    };

    fn workers(rest_after: Duration) -> Workers {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/small-nomic");
        let manifest = Manifest {
            id: "small".into(),
            title: String::new(),
            aliases: Vec::new(),
            architecture: Architecture::NomicBert,
            dimension: 64,
            max_tokens: 64,
            pooling: Pooling::Mean,
            prefix_document: String::new(),
            prefix_query: String::new(),
            licence: "MIT".into(),
            files: Vec::new(),
            hub: None,
            wheel: None,
            ollama: None,
        };
        let format = WeightFormat::Safetensors;
        let located = Located { path: directory, source: Source::ModelDir, format };
        let config = EmbedderConfig::new(SourceOptions::from_env("nowhere"));
        let (loaded, _) = load(&manifest, &located, &config, &mut |_| ()).unwrap();
        Workers::start(LoadedModel { rest_after, ..loaded }).unwrap()
    }

    /// Waits until as many workers hold a workspace as is said.
    fn wait_for_rooms(workers: &Workers, is_reached: impl Fn(usize) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !is_reached(workers.pipeline.with_room.load(Ordering::Relaxed)) {
            assert!(Instant::now() < deadline, "the workspaces stay as they are");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[tokio::test]
    async fn a_model_that_nobody_asks_lets_its_workspaces_go_and_answers_again() {
        let workers = workers(Duration::from_millis(20));
        let first = workers.embed_query("fn main").await.unwrap();
        wait_for_rooms(&workers, |rooms| rooms == 0);
        assert_eq!(workers.embed_query("fn main").await.unwrap(), first);
        let patient = self::workers(REST_AFTER);
        patient.embed_query("fn main").await.unwrap();
        wait_for_rooms(&patient, |rooms| rooms > 0);
    }

    #[tokio::test]
    async fn the_threads_end_with_the_handle() {
        let workers = workers(REST_AFTER);
        workers.embed_query("fn main").await.unwrap();
        let pipeline = Arc::downgrade(&workers.pipeline);
        drop(workers);
        let deadline = Instant::now() + Duration::from_secs(30);
        while pipeline.strong_count() > 0 {
            assert!(Instant::now() < deadline, "{} threads live on", pipeline.strong_count());
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[tokio::test]
    async fn a_query_does_not_wait_for_the_documents_before_it() {
        let workers = Arc::new(workers(REST_AFTER));
        let texts = vec!["fn main() { return store.query(vector); }".to_owned(); 20_000];
        let documents = tokio::spawn({
            let workers = Arc::clone(&workers);
            async move { workers.embed_documents(texts).await.unwrap() }
        });
        while workers.queue() == 0 {
            tokio::task::yield_now().await;
        }
        let query = workers.embed_query("fn main").await.unwrap();
        assert!(workers.queue() > 0, "documents still wait when the query is answered");
        assert_eq!(query.len(), 64);
        documents.abort();
        let _ = documents.await;

        // The texts of a caller that is gone are dropped, and others are answered
        let texts = vec!["async fn".to_owned()];
        assert_eq!(workers.embed_documents(texts).await.unwrap().vectors.len(), 1);
        assert_eq!(workers.queue(), 0);
    }

    #[test]
    fn a_panic_is_an_error() {
        let result = guarded(|| -> Result<()> { panic!("out of {}", "luck") });
        let error = result.unwrap_err();
        assert_eq!(error.to_string(), "the model stopped: out of luck");
        assert_eq!(error.remedy(), Some(crate::ModelRemedy::Restart));
    }
}
