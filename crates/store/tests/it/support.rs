//! Files and indexes for the tests.

use sconce_code::filter::{Filter, FilterText};
use sconce_store::{Index, NewChunk, NewFile, NewIndex, NewSymbol, Store};

pub(crate) const DIMENSION: usize = 8;

const MODEL: &str = "test-model";

/// An index of 8 dimensions, whose model has made the vectors of all chunks of [`file`].
pub(crate) async fn index(store: &Store, name: &str) -> Index {
    cache(store, (0..DIMENSION).map(|at| (hash(at), axis(at))).collect()).await;
    let new = NewIndex {
        name: name.into(),
        root: format!("/repos/{name}"),
        model: MODEL.into(),
        dimension: DIMENSION,
        settings: serde_json::json!({"chunk_bytes": 1600}),
    };
    store.create_index(new).await.unwrap()
}

/// Has the model of [`index`] make these vectors.
pub(crate) async fn cache(store: &Store, vectors: Vec<([u8; 32], Vec<f32>)>) {
    store.cache_embeddings(MODEL, vectors).await.unwrap();
}

/// What is embedded of the chunk at that position, by its hash.
pub(crate) fn hash(at: usize) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[0] = at as u8;
    hash
}

/// A filter of path globs alone.
pub(crate) fn path_filter(globs: &[&str]) -> Filter {
    parsed(&FilterText { path_globs: own(globs), ..FilterText::default() })
}

pub(crate) fn parsed(text: &FilterText) -> Filter {
    Filter::parse(text).unwrap()
}

pub(crate) fn own(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

/// A unit vector along an axis.
pub(crate) fn axis(at: usize) -> Vec<f32> {
    let mut vector = vec![0.0; DIMENSION];
    vector[at % DIMENSION] = 1.0;
    vector
}

/// A file with a chunk for each text, 10 lines each; the vector of a chunk lies along the axis of
/// its position.
pub(crate) fn file(path: &str, texts: &[&str]) -> NewFile {
    let chunks: Vec<NewChunk> =
        texts.iter().enumerate().map(|(at, text)| chunk(at, text)).collect();
    NewFile {
        path: path.into(),
        hash: [7; 32],
        size: texts.iter().map(|text| text.len() as i64).sum(),
        mtime_ns: 1_700_000_000_000_000_000,
        changed_ns: 1_700_000_000_000_000_001,
        encoding: None,
        language: path.rsplit_once(".rs").map(|_| "rust".into()),
        lines: texts.len() as i32 * 10,
        parse_status: "ok".into(),
        lexical: path.as_bytes().to_vec(),
        chunks,
        symbols: Vec::new(),
    }
}

fn chunk(at: usize, text: &str) -> NewChunk {
    NewChunk {
        start_line: at as i32 * 10 + 1,
        end_line: at as i32 * 10 + 10,
        start_byte: 0,
        end_byte: text.len() as i32,
        content: text.into(),
        scopes: vec!["outer".into(), format!("inner{at}")],
        symbol_kind: Some("function".into()),
        symbol_name: Some(format!("f{at}")),
        signature: None,
        content_hash: hash(at),
    }
}

/// A symbol that starts in a chunk.
pub(crate) fn symbol(kind: &str, name: &str, chunk: i32) -> NewSymbol {
    NewSymbol {
        kind: kind.into(),
        name: name.into(),
        scopes: vec!["outer".into()],
        signature: format!("{kind} {name}"),
        start_line: chunk * 10 + 1,
        end_line: chunk * 10 + 5,
        name_line: chunk * 10 + 2,
        chunk,
        doc: Some("What it does.".into()),
    }
}
