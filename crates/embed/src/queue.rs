//! What waits for the model: queries first, documents sorted by length.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::error::Result;
use crate::request::Request;

/// Tokens that queries waiting together are computed with at once.
const QUERY_TOKENS: usize = 128;
/// A smaller share of a batch is not worth another thread.
const LEAST_SHARE: usize = 64;

/// How much a batch holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchLimit {
    /// Tokens of all its texts.
    pub(crate) tokens: usize,
    /// Whether shorter texts cost as much as the longest one.
    pub(crate) padded: bool,
}

/// A query that waits.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) ids: Vec<u32>,
    pub(crate) answer: oneshot::Sender<Result<Vec<f32>>>,
}

/// A document that waits.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) ids: Vec<u32>,
    pub(crate) request: Arc<Request>,
    /// Its place in the request.
    pub(crate) index: usize,
}

/// What a worker does next.
#[derive(Debug)]
pub(crate) enum Work {
    /// Queries; `threads` workers' worth of processor is free for them, this one's included.
    Queries { queries: Vec<Query>, threads: usize },
    /// Documents of similar length.
    Documents(Vec<Document>),
    /// Nothing: as long as the worker was patient, none has come.
    Rest,
}

/// The queue between callers, the tokenizer and the model's workers.
#[derive(Debug)]
pub(crate) struct Queue {
    limit: BatchLimit,
    state: Mutex<WaitingTexts>,
    changed: Condvar,
}

/// Length, request, place in the request.
type Key = (usize, u64, usize);

#[derive(Debug, Default)]
struct WaitingTexts {
    queries: VecDeque<Query>,
    documents: BTreeMap<Key, Document>,
    /// Lengths and places of each request's documents, oldest request first.
    requests: BTreeMap<u64, BTreeSet<(usize, usize)>>,
    tokens: usize,
    idle: usize,
    closed: bool,
}

impl Queue {
    pub(crate) fn new(limit: BatchLimit) -> Self {
        Self { limit, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Adds a query. It is next.
    pub(crate) fn push_query(&self, query: Query) {
        self.state().queries.push_back(query);
        self.changed.notify_one();
    }

    /// Adds documents.
    pub(crate) fn push_documents(&self, documents: impl IntoIterator<Item = Document>) {
        let mut state = self.state();
        for document in documents {
            state.insert(document);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Texts that wait for a worker.
    pub(crate) fn len(&self) -> usize {
        let state = self.state();
        state.queries.len() + state.documents.len()
    }

    /// Lets the workers end. What waits is dropped.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        *state = WaitingTexts { closed: true, idle: state.idle, ..WaitingTexts::default() };
        drop(state);
        self.changed.notify_all();
    }

    /// Waits for work, as long as it takes where there is no `patience`; None when the queue is closed.
    pub(crate) fn next(&self, patience: Option<Duration>) -> Option<Work> {
        let mut state = self.state();
        let mut is_over = false;
        loop {
            if state.closed {
                return None;
            }
            if let Some(queries) = state.take_queries() {
                return Some(Work::Queries { queries, threads: 1 + state.idle });
            }
            if let Some(documents) = state.take_batch(self.limit) {
                return Some(Work::Documents(documents));
            }
            if is_over {
                return Some(Work::Rest);
            }
            state.idle += 1;
            (state, is_over) = self.wait(state, patience);
            state.idle -= 1;
        }
    }

    /// Waits until something has changed, or patience is over. Others' work changes the queue too, and
    /// begins the time anew.
    fn wait<'a>(
        &self,
        state: MutexGuard<'a, WaitingTexts>,
        patience: Option<Duration>,
    ) -> (MutexGuard<'a, WaitingTexts>, bool) {
        let Some(patience) = patience else {
            return (self.changed.wait(state).unwrap_or_else(PoisonError::into_inner), false);
        };
        let waited = self.changed.wait_timeout(state, patience);
        let (state, result) = waited.unwrap_or_else(PoisonError::into_inner);
        (state, result.timed_out())
    }

    fn state(&self) -> MutexGuard<'_, WaitingTexts> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WaitingTexts {
    fn insert(&mut self, document: Document) {
        let (length, request) = (document.ids.len(), document.request.id);
        self.tokens += length;
        self.requests.entry(request).or_default().insert((length, document.index));
        self.documents.insert((length, request, document.index), document);
    }

    fn remove(&mut self, key: Key) -> Option<Document> {
        let (length, request, index) = key;
        let document = self.documents.remove(&key)?;
        self.tokens -= length;
        if let Some(places) = self.requests.get_mut(&request) {
            places.remove(&(length, index));
            if places.is_empty() {
                self.requests.remove(&request);
            }
        }
        Some(document)
    }

    fn take_queries(&mut self) -> Option<Vec<Query>> {
        let mut taken: Vec<Query> = Vec::new();
        let mut tokens = 0;
        while let Some(query) = self.queries.pop_front() {
            if query.answer.is_closed() {
                continue;
            }
            tokens += query.ids.len();
            if !taken.is_empty() && tokens > QUERY_TOKENS {
                self.queries.push_front(query);
                break;
            }
            taken.push(query);
        }
        (!taken.is_empty()).then_some(taken)
    }

    /// The longest document of the oldest request, so that no request starves, and those next
    /// shorter of all requests until the batch is full. What little there is is shared among the
    /// workers that are free.
    fn take_batch(&mut self, limit: BatchLimit) -> Option<Vec<Document>> {
        let seed = self.seed()?;
        let share = self.tokens.div_ceil(1 + self.idle).max(LEAST_SHARE);
        let room = limit.tokens.min(share);
        let mut keys = Vec::new();
        let mut tokens = 0;
        for &key in self.documents.range(..=seed).rev().map(|(key, _)| key) {
            tokens += if limit.padded { seed.0 } else { key.0 };
            if !keys.is_empty() && tokens > room {
                break;
            }
            keys.push(key);
        }
        Some(keys.into_iter().filter_map(|key| self.remove(key)).collect())
    }

    /// The key of the longest document of the oldest request that somebody still waits for.
    fn seed(&mut self) -> Option<Key> {
        loop {
            let (&request, places) = self.requests.first_key_value()?;
            let &(length, index) = places.last()?;
            let key = (length, request, index);
            if !self.documents[&key].request.is_over() {
                return Some(key);
            }
            for (length, index) in places.clone() {
                self.remove((length, request, index));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Answer = oneshot::Receiver<Result<crate::Embeddings>>;

    fn request(queue: &Queue, id: u64, lengths: &[usize]) -> Answer {
        let (request, answer) = Request::new(id, lengths.len());
        let request = Arc::new(request);
        queue.push_documents(lengths.iter().enumerate().map(|(index, &length)| Document {
            ids: vec![0; length],
            request: Arc::clone(&request),
            index,
        }));
        answer
    }

    fn lengths(work: Option<Work>) -> Vec<usize> {
        match work {
            Some(Work::Documents(documents)) => documents.iter().map(|d| d.ids.len()).collect(),
            other => panic!("expected documents, got {other:?}"),
        }
    }

    fn queue(tokens: usize, padded: bool) -> Queue {
        Queue::new(BatchLimit { tokens, padded })
    }

    #[test]
    fn batches_are_filled_by_tokens_from_the_longest_down() {
        let queue = queue(100, false);
        let _answer = request(&queue, 0, &[10, 60, 30, 90, 20]);
        assert_eq!(lengths(queue.next(None)), [90]);
        assert_eq!(lengths(queue.next(None)), [60, 30]);
        assert_eq!(lengths(queue.next(None)), [20, 10]);
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn padding_counts_and_a_long_text_goes_alone() {
        let queue = queue(100, true);
        let _answer = request(&queue, 0, &[40, 300, 30, 30]);
        assert_eq!(lengths(queue.next(None)), [300]);
        assert_eq!(lengths(queue.next(None)), [40, 30]);
        assert_eq!(lengths(queue.next(None)), [30]);
    }

    #[test]
    fn the_oldest_request_leads_and_shorter_texts_of_others_fill_up() {
        let queue = queue(100, false);
        let _old = request(&queue, 0, &[50]);
        let _new = request(&queue, 1, &[90, 45]);
        assert_eq!(lengths(queue.next(None)), [50, 45]);
        assert_eq!(lengths(queue.next(None)), [90]);
    }

    #[test]
    fn a_query_overtakes_documents() {
        let queue = queue(100, false);
        let _documents = request(&queue, 0, &[50, 60]);
        let (answer, _receiver) = oneshot::channel();
        queue.push_query(Query { ids: vec![1, 2], answer });
        match queue.next(None) {
            Some(Work::Queries { queries, threads: 1 }) => assert_eq!(queries[0].ids, [1, 2]),
            other => panic!("expected the query, got {other:?}"),
        }
    }

    #[test]
    fn a_request_that_nobody_waits_for_is_dropped() {
        let queue = queue(100, false);
        drop(request(&queue, 0, &[50, 60]));
        let _answer = request(&queue, 1, &[20]);
        assert_eq!(lengths(queue.next(None)), [20]);
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn patience_ends_where_no_work_comes() {
        let queue = queue(100, false);
        let patience = Some(Duration::from_millis(1));
        assert!(matches!(queue.next(patience), Some(Work::Rest)));
        let _answer = request(&queue, 0, &[5]);
        assert_eq!(lengths(queue.next(patience)), [5]);
        assert!(matches!(queue.next(patience), Some(Work::Rest)), "and it ends again");
    }

    #[test]
    fn a_closed_queue_ends_its_workers_and_its_callers() {
        let queue = Arc::new(queue(100, false));
        let worker = std::thread::spawn({
            let queue = Arc::clone(&queue);
            move || queue.next(None).is_none()
        });
        queue.close();
        assert!(worker.join().unwrap());
        let mut answer = request(&queue, 0, &[5]);
        assert!(queue.next(None).is_none());
        drop(queue);
        assert_eq!(answer.try_recv().unwrap_err(), oneshot::error::TryRecvError::Closed);
    }
}
