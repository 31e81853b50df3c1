//! A caller's texts on their way through the queue.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::error::{EmbedError, Result};
use crate::types::Embeddings;

/// One call of `embed_documents`: it is answered when its last text is done, or its first fails.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: u64,
    state: Mutex<Progress>,
}

#[derive(Debug)]
struct Progress {
    answer: Option<oneshot::Sender<Result<Embeddings>>>,
    embeddings: Embeddings,
    remaining: usize,
}

impl Request {
    /// A request for `texts` vectors, and where its answer will come.
    pub(crate) fn new(id: u64, texts: usize) -> (Self, oneshot::Receiver<Result<Embeddings>>) {
        let (sender, receiver) = oneshot::channel();
        let embeddings = Embeddings { vectors: vec![Vec::new(); texts], ..Embeddings::default() };
        let state = Progress { answer: Some(sender), embeddings, remaining: texts };
        (Self { id, state: Mutex::new(state) }, receiver)
    }

    /// Counts a text's tokens.
    pub(crate) fn count(&self, tokens: usize, truncated: bool) {
        let mut state = self.state();
        state.embeddings.tokens += tokens as u64;
        state.embeddings.truncated += u64::from(truncated);
    }

    /// Puts a text's vector in its place, and answers if it was the last one.
    pub(crate) fn finish(&self, index: usize, vector: Vec<f32>) {
        let mut state = self.state();
        state.embeddings.vectors[index] = vector;
        state.remaining -= 1;
        if state.remaining == 0
            && let Some(answer) = state.answer.take()
        {
            let _ = answer.send(Ok(std::mem::take(&mut state.embeddings)));
        }
    }

    /// Answers with an error; what is left of the request is dropped.
    pub(crate) fn fail(&self, error: EmbedError) {
        if let Some(answer) = self.state().answer.take() {
            let _ = answer.send(Err(error));
        }
    }

    /// Whether nobody waits for the answer any more.
    pub(crate) fn is_over(&self) -> bool {
        self.state().answer.as_ref().is_none_or(oneshot::Sender::is_closed)
    }

    fn state(&self) -> MutexGuard<'_, Progress> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
