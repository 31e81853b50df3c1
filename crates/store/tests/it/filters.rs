//! What a filter lets through, as the server sees it.

use std::collections::HashSet;

use sconce_store::{Filter, IndexId, Passing, Store};
use sconce_testing::TestDatabase;

use crate::support::{axis, file, index, symbol};

/// The paths that pass a filter, by the search and by [`Store::passing`], which must agree.
async fn passing(store: &Store, id: IndexId, filter: &Filter) -> Vec<String> {
    let hits = store.nearest(id, &axis(0), 1000, filter).await.unwrap();
    let found: HashSet<(i64, i32)> = hits.iter().map(|hit| (hit.file_id, hit.ordinal)).collect();
    let everything = store.nearest(id, &axis(0), 1000, &Filter::default()).await.unwrap();
    let passing = store.passing(id, filter).await.unwrap();
    for hit in everything {
        let key = (hit.file_id, hit.ordinal);
        let passes = match &passing {
            Passing::All => true,
            Passing::Files(files) => files.contains(&hit.file_id),
            Passing::Chunks(chunks) => chunks.contains(&key),
        };
        assert_eq!(passes, found.contains(&key), "{filter:?} {key:?}");
    }
    let keys: Vec<(i64, i32)> = found.into_iter().collect();
    let chunks = store.chunks(id, &keys).await.unwrap();
    let mut paths: Vec<String> =
        chunks.into_iter().map(|chunk| format!("{}#{}", chunk.path, chunk.ordinal)).collect();
    paths.sort();
    paths
}

#[tokio::test]
async fn path_globs_are_read_as_in_a_gitignore() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let paths = [
        "main.rs",
        "src/lib.rs",
        "src/a/b.rs",
        "src/a/c.py",
        "tests/a.rs",
        "x/tests/deep/t.rs",
        "src/we[i]rd (1)+$.rs",
        "src.rs/x.go",
        "docs/ümlaut.md",
    ];
    store.write_files(id, paths.iter().map(|path| file(path, &["text"])).collect()).await.unwrap();
    for (globs, expected) in [
        (
            vec!["*.rs"],
            vec![
                "main.rs",
                "src.rs/x.go",
                "src/a/b.rs",
                "src/lib.rs",
                "src/we[i]rd (1)+$.rs",
                "tests/a.rs",
                "x/tests/deep/t.rs",
            ],
        ),
        (vec!["src/*.rs"], vec!["src/lib.rs", "src/we[i]rd (1)+$.rs"]),
        (vec!["src/**/*.rs"], vec!["src/a/b.rs", "src/lib.rs", "src/we[i]rd (1)+$.rs"]),
        (vec!["src/**"], vec!["src/a/b.rs", "src/a/c.py", "src/lib.rs", "src/we[i]rd (1)+$.rs"]),
        (vec!["src"], vec!["src/a/b.rs", "src/a/c.py", "src/lib.rs", "src/we[i]rd (1)+$.rs"]),
        (vec!["./src/a/"], vec!["src/a/b.rs", "src/a/c.py"]),
        (vec!["/tests"], vec!["tests/a.rs"]),
        (vec!["tests"], vec!["tests/a.rs", "x/tests/deep/t.rs"]),
        (vec!["**/tests/*"], vec!["tests/a.rs", "x/tests/deep/t.rs"]),
        (vec!["*.{py,go}"], vec!["src.rs/x.go", "src/a/c.py"]),
        (vec!["src/a/?.[a-p]?"], vec!["src/a/c.py"]),
        (vec!["src/a/[!c]*"], vec!["src/a/b.rs"]),
        (vec!["docs/ü*"], vec!["docs/ümlaut.md"]),
        (vec!["src/we\\[i\\]rd (1)+$.rs"], vec!["src/we[i]rd (1)+$.rs"]),
        (vec!["src", "!*.py", "!src/lib.rs"], vec!["src/a/b.rs", "src/we[i]rd (1)+$.rs"]),
        (vec!["!src", "!*.rs"], vec!["docs/ümlaut.md"]),
        (vec!["main.rs", "*.py"], vec!["main.rs", "src/a/c.py"]),
        (vec!["MAIN.rs"], vec![]),
    ] {
        let filter = Filter {
            path_globs: globs.iter().map(ToString::to_string).collect(),
            ..Filter::default()
        };
        let found = passing(&store, id, &filter).await;
        let mut expected: Vec<String> = expected.iter().map(|path| format!("{path}#0")).collect();
        expected.sort();
        assert_eq!(found, expected, "{globs:?}");
    }
}

#[tokio::test]
async fn no_glob_is_an_error_whatever_is_in_it() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    store.write_files(id, vec![file("a.rs", &["text"])]).await.unwrap();
    for glob in [
        "",
        "*",
        "[",
        "[]",
        "[a",
        "[!",
        "[!]",
        "{",
        "}",
        "{a",
        "{a,{b",
        "a}b",
        "\\",
        "(",
        ")",
        "|",
        "+",
        "^$",
        "[[:alpha:]]",
        "[.a.]",
        "[z-a]",
        "[a-]",
        "[-a]",
        "[\\]",
        "***",
        "**a",
        "a**",
        "?",
        "!",
        "!!",
        "/",
        "//",
        "./",
        "\\d",
        "{,}",
        "$1",
        "'; --",
        "(?i)x",
        "a{1,2}",
        "[\\w]",
    ] {
        let filter = Filter {
            path_globs: vec![glob.into()],
            symbol_names: vec![glob.into()],
            ..Filter::default()
        };
        if let Err(error) = store.nearest(id, &axis(0), 5, &filter).await {
            panic!("{glob:?}: {error}");
        }
    }
}

#[tokio::test]
async fn symbol_filters_ask_for_one_symbol_that_fits_both() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let mut first = file("a.rs", &["0", "1", "2"]);
    first.symbols = vec![
        symbol("function", "getUser", 0),
        symbol("class", "Parser", 1),
        symbol("method", "parse", 1),
    ];
    let mut second = file("b.py", &["0"]);
    second.symbols = vec![symbol("function", "get_user", 0)];
    store.write_files(id, vec![first, second]).await.unwrap();
    let filter = |kinds: &[&str], names: &[&str]| Filter {
        symbol_kinds: kinds.iter().map(ToString::to_string).collect(),
        symbol_names: names.iter().map(ToString::to_string).collect(),
        ..Filter::default()
    };
    for (filter, expected) in [
        (filter(&["function"], &[]), vec!["a.rs#0", "b.py#0"]),
        (filter(&["class", "method"], &[]), vec!["a.rs#1"]),
        (filter(&[], &["get*"]), vec!["a.rs#0", "b.py#0"]),
        (filter(&[], &["getuser"]), vec!["a.rs#0"]),
        (filter(&[], &["getU*"]), vec!["a.rs#0"]),
        (filter(&[], &["GetU*"]), vec![]),
        (filter(&[], &["*user", "Parser"]), vec!["a.rs#0", "a.rs#1", "b.py#0"]),
        // the class is not called so, though another symbol of its chunk is
        (filter(&["class"], &["parse"]), vec![]),
        (filter(&["method"], &["parse"]), vec!["a.rs#1"]),
        (Filter { languages: vec!["rust".into()], ..filter(&["function"], &[]) }, vec!["a.rs#0"]),
        (Filter { path_globs: vec!["*.py".into()], ..filter(&[], &["get*"]) }, vec!["b.py#0"]),
        (
            Filter { languages: vec!["rust".into(), "go".into()], ..Filter::default() },
            vec!["a.rs#0", "a.rs#1", "a.rs#2"],
        ),
        (Filter { languages: vec!["klingon".into()], ..Filter::default() }, vec![]),
        (Filter::default(), vec!["a.rs#0", "a.rs#1", "a.rs#2", "b.py#0"]),
    ] {
        assert_eq!(passing(&store, id, &filter).await, expected, "{filter:?}");
    }
}
