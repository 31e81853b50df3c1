//! Words on disk: whoever has them, and whatever has happened to them, a search has the answers of words
//! that were read from the database alone.

use std::fs;
use std::path::{Path, PathBuf};

use sconce_engine::{
    Engine, EngineConfig, IndexRequest, LexicalOptions, SearchMode, SearchRequest,
};
use sconce_store::{IndexState, IndexStatus};
use sconce_testing::TestDatabase;

use crate::project::{Project, engine_on, engine_with, request_for};

const QUERIES: [&str; 5] =
    ["generated_7", "where is value_3 set", "open file", "gen/file_1.rs", "pub fn"];

/// An engine, as a process of its own would have it, whose segments lie in this directory.
async fn engine_in(database: &TestDatabase, directory: &Path) -> Engine {
    let lexical = LexicalOptions {
        directory: Some(directory.to_path_buf()),
        most_unwritten: 16,
        ..LexicalOptions::default()
    };
    engine_with(database, EngineConfig { lexical, ..EngineConfig::default() }).await
}

/// What an engine answers, by words.
async fn answers(engine: &Engine, root: &Path) -> Vec<String> {
    let index = engine.index_covering(root).await.unwrap();
    let mut answers = Vec::new();
    for query in QUERIES {
        let request = SearchRequest { mode: SearchMode::Words, ..request_for(query) };
        let found = index.search(&request).await.unwrap();
        answers.push(format!("{:#?}", found.results));
    }
    answers
}

/// What one answers that has all words from the database.
async fn expected(project: &Project) -> Vec<String> {
    answers(&engine_on(&project.database).await, project.dir.path()).await
}

fn segments(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|kind| kind == "segment")).collect()
}

/// A project whose words were written to disk by its job.
async fn indexed(files: usize, directory: &Path) -> Project {
    let mut project = Project::new().await;
    project.engine = engine_in(&project.database, directory).await;
    project.generate(files);
    project.index().await.unwrap();
    assert_eq!(segments(directory).len(), 1, "the job has written it");
    project
}

#[tokio::test]
async fn words_on_disk_answer_like_those_of_the_database_as_files_come_and_go() {
    let directory = tempfile::tempdir().unwrap();
    let project = indexed(40, directory.path()).await;
    let root = project.root();
    let reader = engine_in(&project.database, directory.path()).await;
    assert_eq!(answers(&reader, &root).await, expected(&project).await);
    for round in 0..4 {
        for file in 0..6 {
            let path = format!("gen/file_{}.rs", round * 7 + file);
            if file % 3 == 0 {
                fs::remove_file(root.join(path)).unwrap();
            } else {
                project.write(&path, &format!("pub fn again_{round}() {{\n    value_3();\n}}\n"));
            }
        }
        project.index().await.unwrap();
        let expected = expected(&project).await;
        assert_eq!(answers(&reader, &root).await, expected, "the one that follows, {round}");
        assert_eq!(answers(&project.engine, &root).await, expected, "the writer, {round}");
        let fresh = engine_in(&project.database, directory.path()).await;
        assert_eq!(answers(&fresh, &root).await, expected, "one that begins, {round}");
    }
    assert_eq!(segments(directory.path()).len(), 1);
}

#[tokio::test]
async fn while_an_index_is_filled_a_search_takes_what_it_can_and_all_of_it_in_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let mut project = Project::new().await;
    project.engine = engine_in(&project.database, directory.path()).await;
    project.generate(150);
    let root = project.root();
    let job = project.job_at_work().await;
    let reader = engine_in(&project.database, directory.path()).await;
    while !job.is_finished() {
        assert_eq!(answers(&reader, &root).await.len(), QUERIES.len());
    }
    job.wait().await.unwrap();
    assert_eq!(answers(&reader, &root).await, expected(&project).await);
}

#[tokio::test]
async fn an_answer_says_so_as_long_as_not_all_words_are_read() {
    let directory = tempfile::tempdir().unwrap();
    let project = Project::new().await;
    project.generate(40);
    project.index().await.unwrap();
    let row = project.handle().await.into_row();
    let store = project.database.store().await;
    // Another process, as it seems, is still at it.
    let _lock = store.lock_index(row.id).await.unwrap().unwrap();
    let filling = IndexState { status: IndexStatus::Indexing, ..row.state };
    store.set_state(row.id, filling).await.unwrap();
    let reader = engine_in(&project.database, directory.path()).await;
    let is_partial = async || {
        let index = reader.index_covering(project.dir.path()).await.unwrap();
        let request = SearchRequest { mode: SearchMode::Words, ..request_for("generated_7") };
        let notices = index.search(&request).await.unwrap().notices;
        notices.iter().any(|notice| notice.starts_with("not all words of"))
    };
    assert!(is_partial().await, "two of the files are taken in at once");
    while is_partial().await {}
    assert_eq!(answers(&reader, project.dir.path()).await, expected(&project).await);
}

#[tokio::test]
async fn a_segment_that_is_torn_foreign_or_changed_is_made_anew() {
    let directory = tempfile::tempdir().unwrap();
    let project = indexed(60, directory.path()).await;
    let expected = expected(&project).await;
    let path = segments(directory.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let mut changed = whole.clone();
    // Each page of the words: what a query meets first.
    for at in (0..changed.len() - 4096).step_by(1 << 14) {
        changed[at] ^= 1;
    }
    let torn = whole[..whole.len() / 2].to_vec();
    for (what, content) in [("torn", torn), ("empty", Vec::new()), ("changed", changed)] {
        // As something else would come to lie there: by a name, and not through the mapping of others.
        fs::remove_file(&path).unwrap();
        fs::write(&path, content).unwrap();
        let engine = engine_in(&project.database, directory.path()).await;
        assert_eq!(answers(&engine, project.dir.path()).await, expected, "{what}");
        let again = engine_in(&project.database, directory.path()).await;
        assert_eq!(answers(&again, project.dir.path()).await, expected, "{what}");
    }
}

#[tokio::test]
async fn two_that_begin_at_once_without_a_segment_answer_alike_and_write_one() {
    let directory = tempfile::tempdir().unwrap();
    let project = indexed(60, directory.path()).await;
    let expected = expected(&project).await;
    fs::remove_file(segments(directory.path()).remove(0)).unwrap();
    let one = engine_in(&project.database, directory.path()).await;
    let other = engine_in(&project.database, directory.path()).await;
    let root = project.root();
    let (one, other) = tokio::join!(answers(&one, &root), answers(&other, &root));
    assert_eq!(one, expected);
    assert_eq!(other, expected);
    let left = fs::read_dir(directory.path()).unwrap().flatten().count();
    assert_eq!((segments(directory.path()).len(), left), (1, 1), "no run and no lock is left");
}

#[tokio::test]
async fn where_no_segment_can_be_written_the_words_are_held_in_memory() {
    let directory = tempfile::tempdir().unwrap();
    let project = Project::new().await;
    project.generate(40);
    project.index().await.unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "no directory").unwrap();
    let engine = engine_in(&project.database, &file).await;
    assert_eq!(answers(&engine, project.dir.path()).await, expected(&project).await);
}

#[tokio::test]
async fn words_are_let_go_of_where_they_take_too_much_and_counted_where_they_do_not() {
    let (one, other) = (Project::new().await, tempfile::tempdir().unwrap());
    one.index().await.unwrap();
    sconce_testing::project::write(other.path(), "lib.rs", "pub fn another() {}\n");
    let request = IndexRequest { root: other.path().to_path_buf(), ..IndexRequest::default() };
    one.engine.start_index(request).await.unwrap().wait().await.unwrap();
    for (most_bytes, kept) in [(1, 1), (64 << 20, 2)] {
        let lexical = LexicalOptions { most_bytes, ..LexicalOptions::default() };
        let config = EngineConfig { lexical, ..EngineConfig::default() };
        let engine = engine_with(&one.database, config).await;
        let mut before = Vec::new();
        for _ in 0..2 {
            let found =
                (answers(&engine, one.dir.path()).await, answers(&engine, other.path()).await);
            before.push(found);
            let held = engine.held_words();
            assert_eq!((held.indexes, held.bytes_mapped), (kept, 0), "{most_bytes}");
            assert!(held.bytes_in_memory > 1);
        }
        assert!(before[0] == before[1], "what was let go of is read again");
        let last = engine.index_covering(other.path()).await.unwrap().held_words();
        assert_eq!(last.indexes, 1, "the one that is searched stays");
    }
}

#[tokio::test]
async fn a_deleted_index_leaves_no_words_on_disk() {
    let directory = tempfile::tempdir().unwrap();
    let project = indexed(40, directory.path()).await;
    project.handle().await.delete().await.unwrap();
    assert_eq!(segments(directory.path()), Vec::<PathBuf>::new());
}
