//! What a filter lets through: the server and the matcher in memory see the same.

use std::collections::HashSet;

use sconce_code::filter::{Filter, FilterText, GlobTarget};
use sconce_code::{ChunkKey, Language, SymbolKind};
use sconce_store::{ChunkRow, IndexId, Store, SymbolRow};
use sconce_testing::TestDatabase;

use crate::support::{axis, file, index, own, parsed, path_filter, symbol};

/// The chunks that pass a filter, by the search and by its matcher, which must agree.
async fn passing(store: &Store, id: IndexId, filter: &Filter) -> Vec<String> {
    let hits = store.nearest(id, &axis(0), 1000, filter).await.unwrap();
    let found: HashSet<ChunkKey> = hits.iter().map(|hit| hit.key).collect();
    let symbols = store.symbols(id, None, None, None, 1000).await.unwrap();
    let everything = store.nearest(id, &axis(0), 1000, &Filter::default()).await.unwrap();
    let keys: Vec<ChunkKey> = everything.iter().map(|hit| hit.key).collect();
    let mut passing = Vec::new();
    for chunk in store.chunks(id, &keys).await.unwrap() {
        let passes = found.contains(&chunk.key());
        assert_eq!(passes_in_memory(filter, &chunk, &symbols), passes, "{filter:?} {chunk:?}");
        if passes {
            passing.push(format!("{}#{}", chunk.path, chunk.ordinal));
        }
    }
    passing.sort();
    passing
}

fn passes_in_memory(filter: &Filter, chunk: &ChunkRow, symbols: &[SymbolRow]) -> bool {
    let matcher = filter.matcher().unwrap();
    let language = chunk.language.as_deref().and_then(Language::by_name);
    let mut starting = symbols
        .iter()
        .filter(|symbol| (symbol.file_id, symbol.chunk) == (chunk.file_id, chunk.ordinal));
    matcher.passes_file(&chunk.path, language)
        && (!matcher.narrows_symbols()
            || starting.any(|symbol| {
                let kind = SymbolKind::parse(&symbol.kind).unwrap();
                matcher.passes_symbol(kind, &symbol.name, &symbol.scopes.join("."))
            }))
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
        let found = passing(&store, id, &path_filter(&globs)).await;
        let mut expected: Vec<String> = expected.iter().map(|path| format!("{path}#0")).collect();
        expected.sort();
        assert_eq!(found, expected, "{globs:?}");
    }
}

#[tokio::test]
async fn a_glob_that_is_taken_is_no_error_whatever_is_in_it() {
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
        if let Err(error) = store.symbols(id, None, Some(glob), None, 5).await {
            panic!("{glob:?}: {error}");
        }
        let (path_globs, symbol_names) = (own(&[glob]), own(&[glob]));
        let text = FilterText { path_globs, symbol_names, ..FilterText::default() };
        if let Ok(filter) = Filter::parse(&text) {
            passing(&store, id, &filter).await;
            passing(&store, id, &path_filter(&[glob])).await;
        }
    }
}

#[tokio::test]
async fn what_fits_anything_is_told_for_each_regex_and_filter() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let id = index(&store, "app").await.id;
    let mut first = file("src/a.rs", &["0"]);
    first.symbols = vec![symbol("function", "getUser", 0)];
    store.write_files(id, vec![first]).await.unwrap();
    let paths = own(&["^lib", "(?i)^SRC/", "^src/.*$"]);
    let fits = store.fitting(id, GlobTarget::Paths, &paths).await.unwrap();
    assert_eq!(fits, [false, true, true]);
    let names = own(&["(?i)^_*g_*e_*t_*u_*s_*e_*r_*$", "^getuser$"]);
    assert_eq!(store.fitting(id, GlobTarget::Names, &names).await.unwrap(), [true, false]);
    assert_eq!(store.fitting(id, GlobTarget::Names, &[]).await.unwrap(), [false; 0]);
    let kinds = |kind: &str| FilterText { symbol_kinds: own(&[kind]), ..FilterText::default() };
    for (filter, passes) in [
        (path_filter(&["src"]), true),
        (path_filter(&["lib"]), false),
        (parsed(&kinds("function")), true),
        (parsed(&kinds("class")), false),
        (Filter::default(), true),
    ] {
        assert_eq!(store.passes_any(id, &filter).await.unwrap(), passes, "{filter:?}");
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
    let text = |kinds: &[&str], names: &[&str]| FilterText {
        symbol_kinds: own(kinds),
        symbol_names: own(names),
        ..FilterText::default()
    };
    let filter = |kinds: &[&str], names: &[&str]| parsed(&text(kinds, names));
    for (filter, expected) in [
        // A method is a function, too.
        (filter(&["function"], &[]), vec!["a.rs#0", "a.rs#1", "b.py#0"]),
        (filter(&["class", "method"], &[]), vec!["a.rs#1"]),
        (filter(&[], &["get*"]), vec!["a.rs#0", "b.py#0"]),
        (filter(&[], &["getuser"]), vec!["a.rs#0"]),
        (filter(&[], &["getU*"]), vec!["a.rs#0"]),
        (filter(&[], &["GetU*"]), vec![]),
        (filter(&[], &["*user", "Parser"]), vec!["a.rs#0", "a.rs#1", "b.py#0"]),
        // The class is not called so, though another symbol of its chunk is
        (filter(&["class"], &["parse"]), vec![]),
        (filter(&["method"], &["parse"]), vec!["a.rs#1"]),
        // All of them are in `outer`
        (filter(&[], &["outer::get*"]), vec!["a.rs#0", "b.py#0"]),
        (filter(&[], &["outer.parse"]), vec!["a.rs#1"]),
        (filter(&[], &["Outer#parse"]), vec![]),
        (filter(&[], &["inner::*"]), vec![]),
        (
            parsed(&FilterText { languages: own(&["rust"]), ..text(&["function"], &[]) }),
            vec!["a.rs#0", "a.rs#1"],
        ),
        (
            parsed(&FilterText { path_globs: own(&["*.py"]), ..text(&[], &["get*"]) }),
            vec!["b.py#0"],
        ),
        (
            parsed(&FilterText { languages: own(&["rust", "go"]), ..FilterText::default() }),
            vec!["a.rs#0", "a.rs#1", "a.rs#2"],
        ),
        (parsed(&FilterText { languages: own(&["go"]), ..FilterText::default() }), vec![]),
        (Filter::default(), vec!["a.rs#0", "a.rs#1", "a.rs#2", "b.py#0"]),
    ] {
        assert_eq!(passing(&store, id, &filter).await, expected, "{filter:?}");
    }
}
