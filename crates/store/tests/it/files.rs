//! Files are written whole, replaced, touched and removed.

use std::collections::BTreeSet;

use sconce_code::filter::Filter;
use sconce_code::{ChunkKey, LineRange};
use sconce_store::{
    ChunkRow, Extent, FileStamp, FileTouch, IndexId, NewSymbol, PendingChunk, Span, Store,
    StoreError, SymbolRow,
};
use sconce_testing::TestDatabase;

use crate::support::{axis, cache, file, hash, index, path_filter, symbol};

/// The files of an index, which come in no order, by their paths.
async fn by_path(store: &Store, id: IndexId) -> Vec<FileStamp> {
    let mut files = store.files(id).await.unwrap();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

#[tokio::test]
async fn a_file_is_read_as_it_was_written() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let mut written = file("src/a.rs", &["fn one() {}", "fn two() {}\n// ünïcödé 🕯"]);
    written.symbols = vec![symbol("function", "one", 0), symbol("struct", "Two", 1)];
    store.write_files(id, vec![written]).await.unwrap();

    let stamps = by_path(&store, id).await;
    assert_eq!(stamps.len(), 1);
    assert_eq!((stamps[0].path.as_str(), stamps[0].hash), ("src/a.rs", [7; 32]));
    let chunks = store.file_chunks(id, "src/a.rs").await.unwrap();
    assert_eq!(chunks.len(), 2);
    assert_eq!(chunks[1].content, "fn two() {}\n// ünïcödé 🕯");
    assert_eq!(chunks[1].scopes, ["outer", "inner1"]);
    assert_eq!(chunks[1].language.as_deref(), Some("rust"));
    assert_eq!((chunks[1].start_line, chunks[1].end_line, chunks[1].ordinal), (11, 20, 1));
    assert_eq!(store.chunk_at(id, "src/a.rs", 20).await.unwrap().as_ref(), Some(&chunks[1]));
    assert_eq!(store.chunk_at(id, "src/a.rs", 21).await.unwrap(), None);
    assert_eq!(store.chunk_at(id, "src/none.rs", 1).await.unwrap(), None);

    let file_id = stamps[0].file_id;
    let key = |file_id, ordinal| ChunkKey { file_id, ordinal };
    assert_eq!(store.embedding_of(id, key(file_id, 1)).await.unwrap(), Some(axis(1)));
    assert_eq!(store.embedding_of(id, key(file_id, 2)).await.unwrap(), None);
    let keys = [key(file_id, 1), key(file_id + 1, 0), key(file_id, 0)];
    let picked = store.chunks(id, &keys).await.unwrap();
    assert_eq!(picked, [chunks[1].clone(), chunks[0].clone()]);

    let words = store.lexical_files(id, &[file_id + 1, file_id]).await.unwrap();
    assert_eq!(words.len(), 1);
    assert_eq!(words[0].lexical, b"src/a.rs");
    assert_eq!(store.live_files(id).await.unwrap(), [file_id]);

    let symbols = store.symbols(id, Some("src/a.rs"), None, None, 10).await.unwrap();
    assert_eq!(symbols.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["one", "Two"]);
    assert_eq!(store.symbols(id, None, Some("t*"), None, 10).await.unwrap()[0].name, "Two");
    assert!(store.symbols(id, None, Some("TW*"), None, 10).await.unwrap().is_empty());
    assert!(store.symbols(id, None, None, Some("enum"), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn spans_find_the_definition_around_them_and_their_chunks() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    // Chunks of ten lines each.
    let mut written = file("a.rs", &["0", "1", "2", "3"]);
    let lines = |mut symbol: NewSymbol, lines: (i32, i32)| {
        (symbol.start_line, symbol.end_line) = lines;
        symbol
    };
    written.symbols = vec![
        lines(symbol("class", "whole", 0), (1, 40)),
        lines(symbol("function", "inner", 1), (11, 30)),
    ];
    store.write_files(id, vec![written, file("b.rs", &["other"])]).await.unwrap();
    let file_id = store.live_files(id).await.unwrap()[0];
    let span = |start, end| Span { file_id, lines: LineRange { start, end } };

    let asked = [span(35, 36), span(21, 30), span(40, 41)];
    let found = store.definitions_at(id, &asked).await.unwrap();
    let names = |found: &Vec<SymbolRow>| found.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
    let expected = [vec!["whole"], vec!["whole", "inner"], vec!["whole"]];
    assert_eq!(found.iter().map(names).collect::<Vec<_>>(), expected);
    let found = store.chunks_within(id, &asked).await.unwrap();
    let ordinals = |chunks: &Vec<ChunkRow>| chunks.iter().map(|c| c.ordinal).collect::<Vec<_>>();
    assert_eq!(found.iter().map(ordinals).collect::<Vec<_>>(), [vec![3], vec![2], vec![3]]);
    let across = store.chunks_within(id, &[span(10, 21)]).await.unwrap();
    assert_eq!(ordinals(&across[0]), [0, 1, 2]);
    assert_eq!(store.chunks_within(id, &[]).await.unwrap(), Vec::<Vec<ChunkRow>>::new());
}

#[tokio::test]
async fn the_nearest_chunk_comes_first() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    store.write_files(id, vec![file("a.rs", &["0", "1", "2", "3"])]).await.unwrap();
    let mut query = axis(2);
    query[1] = 0.5;
    let hits = store.nearest(id, &query, 2, &Filter::default()).await.unwrap();
    assert_eq!(hits.iter().map(|hit| hit.key.ordinal).collect::<Vec<_>>(), [2, 1]);
    assert!((hits[0].similarity - 0.894_427).abs() < 1e-3, "{hits:?}");
    let error = store.nearest(id, &[1.0; 3], 2, &Filter::default()).await.unwrap_err();
    assert!(matches!(error, StoreError::Dimension { expected: 8, found: 3 }), "{error}");
}

#[tokio::test]
async fn writing_a_path_again_replaces_it_under_a_new_id() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let mut first = file("a.rs", &["old 0", "old 1", "old 2"]);
    first.symbols = vec![symbol("function", "old", 0)];
    store.write_files(id, vec![first, file("b.rs", &["kept"])]).await.unwrap();
    let before = by_path(&store, id).await;
    let generation = store.generation(id).await.unwrap();

    // of two files of one path the later counts
    let both = vec![file("a.rs", &["lost"]), file("a.rs", &["new"])];
    store.write_files(id, both).await.unwrap();
    let after = by_path(&store, id).await;
    assert_eq!(after.len(), 2);
    assert!(after[0].file_id > before[1].file_id, "ids go up: {before:?} {after:?}");
    assert_eq!(after[1], before[1]);
    assert_eq!(store.generation(id).await.unwrap(), generation + 1);
    let contents: Vec<String> =
        store.file_chunks(id, "a.rs").await.unwrap().into_iter().map(|c| c.content).collect();
    assert_eq!(contents, ["new"]);
    assert!(store.symbols(id, None, None, None, 10).await.unwrap().is_empty());
    let key = ChunkKey { file_id: before[0].file_id, ordinal: 0 };
    assert!(store.chunks(id, &[key]).await.unwrap().is_empty());
    let row = store.index_by_id(id).await.unwrap().unwrap();
    assert_eq!((row.files, row.chunks), (2, 2));
    let mut fresh = store.live_files(id).await.unwrap();
    fresh.retain(|file| before.iter().all(|before| before.file_id != *file));
    let fresh = store.lexical_files(id, &fresh).await.unwrap();
    assert_eq!(fresh.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["a.rs"]);
}

#[tokio::test]
async fn removed_files_take_everything_with_them() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let mut first = file("a.rs", &["a"]);
    first.symbols = vec![symbol("function", "f", 0)];
    store.write_files(id, vec![first, file("b.rs", &["b"])]).await.unwrap();
    let paths = ["a.rs".to_string(), "never there".to_string()];
    assert_eq!(store.remove_files(id, &paths).await.unwrap(), 1);
    let generation = store.generation(id).await.unwrap();
    assert_eq!(store.remove_files(id, &paths).await.unwrap(), 0);
    assert_eq!(store.generation(id).await.unwrap(), generation, "nothing changed");
    let stats = store.stats(id).await.unwrap();
    assert_eq!((stats.files, stats.chunks, stats.symbol_count), (1, 1, 0));
    let row = store.index_by_id(id).await.unwrap().unwrap();
    assert_eq!((row.files, row.chunks), (1, 1));
}

#[tokio::test]
async fn touching_sets_size_and_time_alone() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    store.write_files(id, vec![file("a.rs", &["a"]), file("b.rs", &["b"])]).await.unwrap();
    let before = by_path(&store, id).await;
    let touch = |path: &str| FileTouch { path: path.into(), size: 99, mtime_ns: 5, changed_ns: 6 };
    store.touch_files(id, &[touch("b.rs"), touch("c.rs")]).await.unwrap();
    let after = by_path(&store, id).await;
    assert_eq!(after[0], before[0]);
    assert_eq!((after[1].size, after[1].mtime_ns, after[1].changed_ns), (99, 5, 6));
    assert_eq!(after[1].file_id, before[1].file_id);
}

#[tokio::test]
async fn nul_characters_never_reach_the_database() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let mut written = file("nul\0.rs", &["a\0b"]);
    written.chunks[0].scopes = vec!["x\0".into()];
    written.chunks[0].signature = Some("\0".into());
    written.symbols = vec![symbol("function", "n\0ul", 0)];
    written.lexical = vec![0, 1, 0];
    store.write_files(id, vec![written]).await.unwrap();
    let chunks = store.file_chunks(id, "nul\0.rs").await.unwrap();
    assert_eq!(chunks[0].content, "a b", "as long as before");
    assert_eq!(chunks[0].scopes, ["x "]);
    let live = store.live_files(id).await.unwrap();
    assert_eq!(store.lexical_files(id, &live).await.unwrap()[0].lexical, [0, 1, 0]);
    let filter = path_filter(&["\0"]);
    assert!(store.nearest(id, &axis(0), 1, &filter).await.unwrap().is_empty());
    assert_eq!(store.symbols(id, None, Some("n\0ul"), None, 1).await.unwrap().len(), 1);
}

/// What waits for a vector.
async fn pending_chunks(store: &Store, id: IndexId) -> Vec<PendingChunk> {
    let live = store.live_files(id).await.unwrap();
    store.pending_chunks(id, &live).await.unwrap()
}

#[tokio::test]
async fn a_vector_of_another_shape_reaches_no_chunk() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let mut written = file("a.rs", &["a"]);
    written.chunks[0].content_hash = hash(100);
    cache(&store, vec![(hash(100), vec![1.0; 5])]).await;
    assert_eq!(store.write_files(id, vec![written]).await.unwrap(), Extent::default());
    let pending = pending_chunks(&store, id).await;
    assert_eq!(pending[0].content.as_deref(), Some("a"), "it is made again");
    cache(&store, vec![(hash(100), axis(3))]).await;
    store.attach_vectors(id, None, &[pending[0].file_id]).await.unwrap();
    assert_eq!(store.nearest(id, &axis(3), 1, &Filter::default()).await.unwrap().len(), 1);
    // One that only the server refuses.
    let refused = store.cache_embeddings("m", vec![(hash(1), vec![f32::NAN; 8])]).await;
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
}

#[tokio::test]
async fn an_empty_file_and_a_chunk_without_a_scope_are_kept() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let mut without = file("b.rs", &["b"]);
    without.chunks[0].scopes = Vec::new();
    store.write_files(id, vec![file("empty.rs", &[]), without]).await.unwrap();
    assert_eq!(store.files(id).await.unwrap().len(), 2);
    assert!(store.file_chunks(id, "b.rs").await.unwrap()[0].scopes.is_empty());
    assert_eq!(store.pending(id).await.unwrap(), Extent::default());
    store.write_files(id, Vec::new()).await.unwrap();
}

#[tokio::test]
async fn many_files_fit_one_write() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    // several times the size at which rows are sent
    let text = "x".repeat(20_000);
    let files = (0..100).map(|at| file(&format!("f{at}.rs"), &[&text, &text])).collect();
    store.write_files(id, files).await.unwrap();
    let stats = store.stats(id).await.unwrap();
    assert_eq!((stats.files, stats.chunks), (100, 200));
    assert_eq!(store.file_chunks(id, "f99.rs").await.unwrap()[1].content, text);
}

#[tokio::test]
async fn a_file_gets_all_its_vectors_or_none() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let (whole, mut bare) = (file("whole.rs", &["one"]), file("bare.rs", &["one", "two", "three"]));
    // One vector of three is not all of them.
    bare.chunks[0].content_hash = hash(100);
    bare.chunks[2].content_hash = hash(101);
    let written = store.write_files(id, vec![whole, bare]).await.unwrap();
    assert_eq!((written.files, written.chunks, written.bytes), (1, 1, 3));
    let bare = async || {
        let pending = pending_chunks(&store, id).await;
        pending.into_iter().map(|chunk| chunk.path).collect::<BTreeSet<_>>()
    };
    assert_eq!(bare().await, ["bare.rs".to_owned()].into());
    let left = Extent { files: 1, chunks: 3, bytes: 11 };
    assert_eq!(store.pending(id).await.unwrap(), left);
    assert_eq!(store.stats(id).await.unwrap().chunks_to_embed, 3);
    let live = store.live_files(id).await.unwrap();
    assert_eq!(store.lexical_files(id, &live).await.unwrap().len(), 2, "its words are there");
    let nearest = async || store.nearest(id, &axis(0), 10, &Filter::default()).await.unwrap().len();
    assert_eq!(nearest().await, 1);

    let pending = pending_chunks(&store, id).await;
    let texts: Vec<Option<&str>> = pending.iter().map(|chunk| chunk.content.as_deref()).collect();
    assert_eq!(
        texts,
        [Some("one"), None, Some("three")],
        "whole files, and no text for what is made"
    );
    assert_eq!((pending[0].path.as_str(), pending[0].content_hash), ("bare.rs", hash(100)));
    let file_id = pending[0].file_id;
    assert!(store.pending_chunks(id, &[999]).await.unwrap().is_empty());
    cache(&store, vec![(hash(100), axis(4))]).await;
    assert_eq!(store.attach_vectors(id, None, &[file_id]).await.unwrap(), Extent::default());
    assert_eq!(nearest().await, 1, "two of three are not all of them");
    cache(&store, vec![(hash(101), axis(5))]).await;
    assert_eq!(store.attach_vectors(id, None, &[file_id, 999]).await.unwrap(), left);
    assert!(bare().await.is_empty());
    assert_eq!(store.pending(id).await.unwrap(), Extent::default());
    assert_eq!(nearest().await, 4);
    let again = store.attach_vectors(id, None, &[file_id]).await.unwrap();
    assert_eq!(again, Extent::default(), "again, to no effect");
    assert_eq!(nearest().await, 4);
}
