//! A path glob has one reading, whichever retriever it narrows.

use std::collections::BTreeSet;

use sconce_engine::{
    EngineError, ErrorKind, Filter, FilterText, IndexRequest, PatternRequest, SearchMode,
    SearchRequest,
};

use crate::project::{Project, request_for};

const PATHS: [&str; 8] = [
    "src/cart.rs",
    "src/deep/cart.py",
    "lib/src/cart.rs",
    "tests/cart.rs",
    "web/tests/cart.ts",
    "app/[id]/cart.tsx",
    "app/x/cart.tsx",
    "cart.rs",
];

async fn with_carts() -> Project {
    let project = Project::new().await;
    for path in PATHS {
        project.write(path, "// the shopping cart sums the prices of all of its items\n");
    }
    project.index().await.unwrap();
    project
}

fn path_filter(globs: &[&str]) -> Filter {
    let path_globs = globs.iter().map(ToString::to_string).collect();
    Filter::parse(&FilterText { path_globs, ..FilterText::default() }).unwrap()
}

async fn found(project: &Project, mode: SearchMode, filter: &Filter) -> BTreeSet<String> {
    let query = request_for("shopping cart prices of items");
    let request = SearchRequest { mode, filter: filter.clone(), limit: 100, ..query };
    let results = project.ask(&request).await.unwrap().results;
    let paths = results.into_iter().map(|result| result.path);
    paths.filter(|path| PATHS.contains(&path.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_glob_means_what_it_means_to_ripgrep_in_every_mode() {
    let project = with_carts().await;
    let src = vec!["src/cart.rs", "src/deep/cart.py"];
    let both = vec!["src/cart.rs", "src/deep/cart.py", "lib/src/cart.rs"];
    for (globs, expected) in [
        (vec!["src"], both.clone()),
        (vec!["src/"], both),
        (vec!["/src"], src.clone()),
        (vec!["src/**"], src.clone()),
        (vec!["./src"], vec!["src/cart.rs", "src/deep/cart.py", "lib/src/cart.rs"]),
        (vec!["src/*.rs"], vec!["src/cart.rs"]),
        (vec!["*.py"], vec!["src/deep/cart.py"]),
        (vec!["*.{py,ts}"], vec!["src/deep/cart.py", "web/tests/cart.ts"]),
        (vec!["/tests"], vec!["tests/cart.rs"]),
        (vec!["!tests", "!*.rs"], vec!["src/deep/cart.py", "app/[id]/cart.tsx", "app/x/cart.tsx"]),
        (vec!["*.rs", "!tests", "!lib/**"], vec!["src/cart.rs", "cart.rs"]),
        (vec!["!*.rs", "/src"], src),
        (vec!["app/[id]/**"], vec!["app/[id]/cart.tsx"]),
        (vec!["app/[x]/**"], vec!["app/x/cart.tsx"]),
        (vec!["nowhere"], vec![]),
    ] {
        let filter = path_filter(&globs);
        let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
        for mode in [SearchMode::Words, SearchMode::Vectors, SearchMode::Hybrid] {
            assert_eq!(found(&project, mode, &filter).await, expected, "{globs:?} {mode}");
        }
    }
}

/// A glob that fits nothing as it is written is read as it may be meant, and the answer says how.
#[tokio::test(flavor = "multi_thread")]
async fn a_glob_that_fits_nothing_is_read_as_it_may_be_meant() {
    let project = with_carts().await;
    let root = project.handle().await.row().root.clone();
    for (glob, expected, meant) in [
        ("deep/**".to_owned(), vec!["src/deep/cart.py"], "as `**/deep/**`"),
        ("SRC/**".to_owned(), vec!["src/cart.rs", "src/deep/cart.py"], "whatever its case"),
        ("src\\deep\\**".to_owned(), vec!["src/deep/cart.py"], "as `src/deep/**`"),
        (format!("{root}/src/deep"), vec!["src/deep/cart.py"], "as `/src/deep`"),
        ("app/[xy]/cart.tsx".to_owned(), vec!["app/x/cart.tsx"], "as a class of letters"),
        ("src/deep,web".to_owned(), vec!["src/deep/cart.py", "web/tests/cart.ts"], ""),
    ] {
        let query = request_for("shopping cart prices of items");
        let request = SearchRequest { filter: path_filter(&[&glob]), ..query };
        let response = project.ask(&request).await.unwrap();
        let paths = response.results.iter().map(|one| one.path.as_str());
        let carts: BTreeSet<&str> = paths.filter(|path| PATHS.contains(path)).collect();
        assert_eq!(carts, expected.into_iter().collect(), "{glob}");
        let notices = response.notices.join("; ");
        assert!(notices.contains(meant) && notices.is_empty() == meant.is_empty(), "{notices}");
    }
    let pattern = PatternRequest {
        pattern: "shopping cart".into(),
        filter: path_filter(&["deep/**"]),
        limit: 10,
        ..PatternRequest::default()
    };
    let index = project.handle().await;
    let found = project.engine.matching_lines(&[index], &pattern).await.unwrap();
    assert_eq!(found.of_indexes[0].files[0].path, "src/deep/cart.py");
    assert!(found.notices[0].contains("as `**/deep/**`"), "{:?}", found.notices);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_symbol_is_found_by_its_name_in_another_convention() {
    let project = Project::new().await;
    project.write(
        "src/a.py",
        "def list_users():\n    return []\n\n\ndef open_shop():\n    return 1\n",
    );
    project.index().await.unwrap();
    for (glob, is_there) in
        [("listusers", true), ("ListUsers", true), ("LIST_*", true), ("listing", false)]
    {
        let text = FilterText { symbol_names: vec![glob.to_owned()], ..FilterText::default() };
        let query = request_for("list users");
        let request = SearchRequest { filter: Filter::parse(&text).unwrap(), ..query };
        let response = project.ask(&request).await.unwrap();
        let symbol = response.results.first().and_then(|result| result.symbol.as_deref());
        assert_eq!(symbol, is_there.then_some("list_users"), "{glob}");
        assert_eq!(response.notices.len(), usize::from(is_there), "{:?}", response.notices);
    }
}

/// A search of a directory stays in it, whatever the globs take, and its name is no glob.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_within_a_directory_stays_in_it() {
    let project = with_carts().await;
    for (within, globs, expected) in [
        ("src", vec!["*.rs"], vec!["src/cart.rs"]),
        ("app/[id]", vec![], vec!["app/[id]/cart.tsx"]),
        ("cart.rs", vec![], vec!["cart.rs"]),
        ("src", vec!["!deep", "!tests"], vec!["src/cart.rs"]),
    ] {
        let mut filter = path_filter(&globs);
        filter.within = Some(within.to_owned());
        let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
        for mode in [SearchMode::Words, SearchMode::Vectors, SearchMode::Hybrid] {
            assert_eq!(found(&project, mode, &filter).await, expected, "{within} {globs:?} {mode}");
        }
    }
}

/// Each of these ended the process, or took seconds of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_is_bounded_wherever_it_comes_from() {
    let project = Project::indexed().await;
    let deep = format!("{}a{}", "{".repeat(20_000), "}".repeat(20_000));
    let nested = format!("{}a{}", "{".repeat(40), "}".repeat(40));
    for patterns in
        [vec![deep.clone()], vec![nested], vec!["*a".repeat(20_000)], vec!["a".into(); 101]]
    {
        for text in [
            FilterText { path_globs: patterns.clone(), ..FilterText::default() },
            FilterText { symbol_names: patterns.clone(), ..FilterText::default() },
        ] {
            let error = EngineError::from(Filter::parse(&text).unwrap_err());
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            assert!(error.to_string().len() < 300, "{error}");
        }
        for request in [
            IndexRequest { include: patterns.clone(), ..project.request() },
            IndexRequest { exclude: patterns.clone(), ..project.request() },
        ] {
            let job = project.engine.start_index(request).await.unwrap();
            let error = job.wait().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        }
    }
    let index = project.handle().await;
    let store = project.database.store().await;
    assert_eq!(store.symbols(index.row().id, None, Some(&deep), None, 5).await.unwrap(), []);
}
