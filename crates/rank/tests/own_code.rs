//! Questions about this repository, each with the place that answers it, asked by words alone: neither a
//! database nor a model is at hand here. A place is found where one of the first of an answer holds it.

use std::fs;
use std::path::Path;

use sconce_code::{ChunkOptions, Language, LineRange, parse_file};
use sconce_rank::{LexicalIndex, Place, RankOptions, analyze, arrange, encode_postings, rank};

/// Places of an answer that are looked at.
const FIRST: usize = 5;
/// Questions that words alone may leave: `compared` is no word of what compares the token.
const MISSED: usize = 2;

/// A question, the file that answers, and a line of the place.
const QUESTIONS: [(&str, &str, &str); 20] = [
    ("how is the bearer token compared", "crates/app/src/server/token.rs", "fn matches("),
    (
        "which places of a file are shown in an answer",
        "crates/rank/src/ranking/answer.rs",
        "pub fn arrange(",
    ),
    (
        "which lines of a text hold most of the query",
        "crates/rank/src/ranking/lines.rs",
        "pub fn lines(",
    ),
    (
        "BM25 saturation of a term by its frequency",
        "crates/rank/src/lexical/scan.rs",
        "fn saturate(",
    ),
    ("how are identifiers split into words", "crates/code/src/words.rs", "pub fn split_identifier"),
    (
        "near duplicates are demoted by fingerprint",
        "crates/rank/src/ranking/order.rs",
        "fn demote_duplicates(",
    ),
    ("is a query an error message", "crates/rank/src/query/kind.rs", "fn is_error_message("),
    (
        "chunks that have no vector yet",
        "crates/store/src/pending.rs",
        "pub async fn pending_chunks(",
    ),
    (
        "similarities of all chunks of some files",
        "crates/store/src/search.rs",
        "pub async fn similarities(",
    ),
    ("HNSW candidates grow with the number of chunks", "crates/store/src/hnsw.rs", "fn grown("),
    (
        "find where the definition around a chunk is short enough to be one place",
        "crates/engine/src/search/place.rs",
        "fn place(",
    ),
    (
        "answer of a search within a budget of tokens",
        "crates/app/src/output/compact.rs",
        "pub(crate) fn compact(",
    ),
    (
        "escape control characters in a line of code",
        "crates/app/src/output/escape.rs",
        "fn with_escapes(",
    ),
    (
        "forget an index's lexical words",
        "crates/engine/src/search/lexical_indexes.rs",
        "pub(crate) fn forget(",
    ),
    (
        "what a client sends is turned into JSON lists",
        "crates/app/src/mcp/normalize.rs",
        "fn json_list(",
    ),
    ("embed_query", "crates/embed/src/embedder.rs", "fn embed_query("),
    (
        "LexicalIndex::definitions_of",
        "crates/rank/src/lexical/lookup.rs",
        "pub(crate) fn definitions_of(",
    ),
    ("paired bootstrap of two runs", "crates/rank/src/eval/metric.rs", "pub(super) fn bootstrap("),
    ("private directory with mode 0700", "crates/dirs/src/private.rs", "0o700"),
    ("unpack an archive and stop at the limit", "crates/fetch/src/archive.rs", "limit"),
];

fn chunks_of(path: &str, text: &str) -> Vec<LineRange> {
    let parsed = parse_file(path, text, Language::detect(path, text), &ChunkOptions::default());
    parsed.chunks.iter().map(|chunk| chunk.lines).collect()
}

/// The crates' sources, by id from 1.
fn sources(root: &Path) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = ignore::WalkBuilder::new(root.join("crates"))
        .build()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| {
            let path = entry.path().strip_prefix(root).expect("below the root");
            (path.to_string_lossy().into_owned(), fs::read_to_string(entry.path()).expect("text"))
        })
        // These files hold questions.
        .filter(|(path, _)| {
            !path.ends_with("own_code.rs") && !path.ends_with("rank/tests/languages.rs")
        })
        .collect();
    found.sort();
    found
}

#[test]
fn questions_about_this_repository_find_their_places() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files = sources(&root);
    let mut index = LexicalIndex::new();
    for (id, (path, text)) in (1..).zip(&files) {
        let parsed = parse_file(path, text, Language::by_name("rust"), &ChunkOptions::default());
        index.insert(id, path, Some("rust"), &encode_postings(text, &parsed)).expect("postings");
    }
    let mut missed = Vec::new();
    for (question, path, line) in QUESTIONS {
        let ranked = rank(&index, &analyze(question), &[], &RankOptions::default());
        let mut places = Vec::new();
        let mut paths = Vec::new();
        for (file_rank, file) in ranked.iter().enumerate() {
            let (path, text) = &files[file.file_id as usize - 1];
            let chunks = chunks_of(path, text);
            for place in &file.places {
                let lines = chunks[place.key.ordinal as usize];
                places.push(Place { file_rank, lines, score: place.score });
                paths.push((path, text));
            }
        }
        let shown = arrange(&places, 10).best;
        let holds = |&at: &usize| {
            let (of, text) = paths[at];
            let lines = places[at].lines;
            let mut inside =
                text.lines().skip(lines.start as usize - 1).take(lines.count() as usize);
            of == path && inside.any(|text| text.contains(line))
        };
        let first: Vec<usize> = shown.into_iter().take(FIRST).collect();
        if !first.iter().any(holds) {
            let found =
                first.iter().map(|&at| format!("{}:{}", paths[at].0, places[at].lines.start));
            missed.push(format!(
                "{question}: {path} ({line}), found {:?}",
                found.collect::<Vec<_>>()
            ));
        }
    }
    assert!(missed.len() <= MISSED, "{} missed:\n{}", missed.len(), missed.join("\n"));
}
