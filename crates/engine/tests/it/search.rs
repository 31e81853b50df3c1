//! What a search finds, shows and refuses.

use std::path::Path;

use sconce_engine::{
    ContextOptions, ErrorKind, Filter, FilterText, Remedy, SearchMode, SearchRequest,
};

use sconce_testing::project::FILES;

use crate::project::{Project, engine_on, request_for};

#[tokio::test(flavor = "multi_thread")]
async fn meaning_and_words_both_find() {
    let project = Project::indexed().await;
    assert_eq!(project.paths("wait longer after every failure").await[0], "src/retry.rs");
    assert_eq!(project.paths("price of everything in the basket").await[0], "web/cart.ts");
    assert_eq!(project.paths("ConfigParser").await[0], "src/parser.py");
    for (mode, query) in
        [(SearchMode::Words, "backoff delay"), (SearchMode::Vectors, "ini file reader")]
    {
        let request = SearchRequest { mode, ..request_for(query) };
        let response = project.ask(&request).await.unwrap();
        assert!(!response.results.is_empty(), "{mode}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_has_its_symbol_its_place_and_its_code() {
    let project = Project::indexed().await;
    let response = project.search("backoff_delay").await;
    let best = &response.results[0];
    assert_eq!((best.path.as_str(), best.language.as_deref()), ("src/retry.rs", Some("rust")));
    assert_eq!(best.symbol.as_deref(), Some("backoff_delay"));
    assert_eq!(best.kind.as_deref(), Some("function"));
    assert!(best.content.contains("saturating_mul"));
    let line = FILES[0].1.lines().nth(best.content_start_line as usize - 1).unwrap();
    assert!(best.content.starts_with(line), "{line:?} {:?}", best.content);
    let matched = &best.matches[0];
    assert!(matched.text.contains("backoff_delay"), "{matched:?}");
    assert_eq!(FILES[0].1.lines().nth(matched.line as usize - 1), Some(matched.text.as_str()));
    let of_one_file = response.results.windows(2).filter(|pair| pair[0].path == pair[1].path);
    assert!(of_one_file.into_iter().all(|pair| pair[0].score >= pair[1].score));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_word_finds_the_words_that_hold_it() {
    let project = Project::indexed().await;
    for (part, word, path) in [
        ("koff_de", "backoff_delay", "src/retry.rs"),
        ("igPars", "ConfigParser", "src/parser.py"),
        ("turating", "saturating_mul", "src/retry.rs"), // a word that is no name
    ] {
        let response = project.search(part).await;
        assert_eq!(response.results[0].path, path, "{part}");
        let said = response.notices.iter().find(|notice| notice.contains(word));
        assert!(said.is_some_and(|notice| notice.contains(part)), "{:?}", response.notices);
    }
    let response = project.search("koff_de path:SRC/*.rs").await;
    assert_eq!(response.results[0].path, "src/retry.rs");
    assert_eq!(response.notices.len(), 2, "the glob, and the word: {:?}", response.notices);
    let response = project.search("zzkqx").await;
    assert_eq!((response.absent_words, response.notices.len()), (vec!["zzkqx".to_owned()], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_hold_in_both_retrievers() {
    let project = Project::indexed().await;
    for mode in [SearchMode::Hybrid, SearchMode::Words, SearchMode::Vectors] {
        for (filter, inline, allowed) in [
            (
                FilterText { languages: vec!["py".into()], ..FilterText::default() },
                "lang:python",
                vec!["src/parser.py"],
            ),
            (
                FilterText { path_globs: vec!["src/**".into()], ..FilterText::default() },
                "path:src/**",
                vec!["src/parser.py", "src/retry.rs"],
            ),
            (
                FilterText { symbol_kinds: vec!["class".into()], ..FilterText::default() },
                "kind:class",
                vec!["src/parser.py"],
            ),
            (
                FilterText { symbol_names: vec!["cart*".into()], ..FilterText::default() },
                "symbol:cart*",
                vec!["web/cart.ts"],
            ),
        ] {
            let query = "parse retry cart price section";
            let given = SearchRequest {
                mode,
                filter: Filter::parse(&filter).unwrap(),
                ..request_for(query)
            };
            let written = SearchRequest { mode, ..request_for(&format!("{query} {inline}")) };
            for request in [given, written] {
                let found = project.ask(&request).await.unwrap().results;
                assert!(!found.is_empty(), "{mode} {inline}");
                for result in found {
                    assert!(allowed.contains(&result.path.as_str()), "{mode} {inline} {result:?}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_context_is_counted_in_lines() {
    let project = Project::indexed().await;
    let context = ContextOptions { before: 1, after: 0, smart: false, max_lines: 50 };
    let request = SearchRequest { context, limit: 1, ..request_for("parse_section") };
    let response = project.ask(&request).await.unwrap();
    let best = &response.results[0];
    assert_eq!(best.content_start_line, best.start_line.saturating_sub(1).max(1));
    assert_eq!(response.results.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_indexes_answer_one_query() {
    let project = Project::indexed().await;
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("lib.go"), "package lib\n\n// CartTotal sums prices.\nfunc CartTotal(items []int) int {\n\treturn len(items)\n}\n").unwrap();
    let request = sconce_engine::IndexRequest {
        root: other.path().into(),
        name: Some("other".into()),
        ..Default::default()
    };
    project.engine.start_index(request).await.unwrap().wait().await.unwrap();
    let indexes = [project.handle().await, project.engine.index_named("other").await.unwrap()];
    let query = request_for("cart total");
    let found = project.engine.search(&indexes, &query).await.unwrap().results;
    let of = |name: &str| found.iter().filter(|result| result.index == name).count();
    assert!(of("other") > 0 && found.len() > of("other"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_inside_a_project_searches_the_project() {
    let project = Project::indexed().await;
    let inside = project.engine.index_covering(&project.root().join("src")).await.unwrap();
    assert_eq!(inside.root(), project.root().canonicalize().unwrap());
    let error = project.engine.index_covering(Path::new("/")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = project.engine.index_named("nowhere").await.unwrap_err();
    let named = matches!(error.remedy(), Some(Remedy::NameIndex { known, .. }) if known.len() == 1);
    assert!(named, "{:?}", error.remedy());
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_queries_are_refused_with_what_to_do() {
    let project = Project::indexed().await;
    for (query, expected) in [
        (String::new(), "the query is empty"),
        ("  \n\t ".to_owned(), "the query is empty"),
        ("x".repeat(100_000), "100000 characters"),
        ("parse lang:klingon".to_owned(), "unknown language 'klingon'"),
    ] {
        let error = project.ask(&request_for(&query)).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.remedy().is_some(), "{error}");
    }
    let text = project.search("backoff_delay kind:gizmo error: type: x").await;
    assert_eq!(text.results[0].path, "src/retry.rs", "colons that are no filters");
    let odd = project.search("\0 \u{202e} ''; DROP TABLE chunks; -- %_\\ \"").await;
    assert!(odd.results.len() <= 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_whose_model_is_gone_answers_by_words() {
    let project = Project::indexed().await;
    let index = project.engine.indexes().await.unwrap().remove(0);
    // As if it had been made elsewhere with a model that is not at hand here.
    let mut config = sconce_testing::model::config();
    config.sources.data_dir = project.root().join("no-models");
    config.sources.offline = true;
    config.allow_download = false;
    let models = sconce_engine::Models::new(config, |_| ());
    let store = project.database.store().await;
    let engine = sconce_engine::Engine::new(store, models, sconce_engine::EngineConfig::default());
    let index = engine.index_named(index.name()).await.unwrap();
    let request = request_for("backoff_delay");
    let response = index.search(&request).await.unwrap();
    assert_eq!(response.results[0].path, "src/retry.rs");
    assert!(response.notices.iter().any(|notice| notice.contains("words alone")), "{response:?}");
    let vectors = SearchRequest { mode: SearchMode::Vectors, ..request };
    assert_eq!(index.search(&vectors).await.unwrap_err().kind(), ErrorKind::Unavailable);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_rank_alike_as_files_come_and_go() {
    let project = Project::indexed().await;
    let replica = engine_on(&project.database).await;
    let query = request_for("retry delay");
    let index = replica.index_covering(&project.root()).await.unwrap();
    index.search(&query).await.unwrap();
    project.write("src/extra.rs", "/// Retry delay of the payment.\npub fn payment_delay() {}\n");
    std::fs::remove_file(project.root().join("tests/retry_test.rs")).unwrap();
    project.index().await.unwrap();
    let fresh = engine_on(&project.database).await;
    let mut answers = Vec::new();
    for engine in [&project.engine, &replica, &fresh] {
        let index = engine.index_covering(&project.root()).await.unwrap();
        let found = index.search(&query).await.unwrap().results;
        answers
            .push(found.into_iter().map(|r| (r.path, r.start_line, r.score)).collect::<Vec<_>>());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    assert!(answers[0].iter().any(|(path, ..)| path == "src/extra.rs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn outlines_definitions_and_neighbours() {
    let project = Project::indexed().await;
    let index = project.handle().await;
    let outline = index.file("src/parser.py").await.unwrap().symbols;
    let names: Vec<&str> = outline.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["ConfigParser", "parse_section"]);
    let found = index.definition_at("src/parser.py", 8).await.unwrap().unwrap();
    assert_eq!(found.symbol.unwrap().name, "parse_section");
    assert!(found.content.contains("strip"));
    assert!(index.definition_at("src/parser.py", 999).await.unwrap().is_none());
    let error = index.definition_at("no/such.py", 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let near = index.related("src/retry.rs", 5, 3).await.unwrap();
    assert!(
        !near.is_empty()
            && near.iter().all(|result| result.path != "src/retry.rs" || result.start_line != 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cleared_index_is_gone_and_its_vectors_are_kept() {
    let project = Project::indexed().await;
    project.handle().await.delete().await.unwrap();
    assert!(project.engine.indexes().await.unwrap().is_empty());
    let report = project.index().await.unwrap();
    assert_eq!(report.chunks_embedded, 0);
    assert!(!project.paths("cartTotal").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_of_filters_alone_is_filtered() {
    let project = Project::indexed().await;
    for query in ["path:web/**", "lang:typescript kind:interface", "symbol:cart*"] {
        let paths = project.paths(query).await;
        assert!(
            !paths.is_empty() && paths.iter().all(|path| path == "web/cart.ts"),
            "{query}: {paths:?}"
        );
    }
}

/// A function of two screens with small neighbours: its first chunk has the imports too, its last one the neighbours.
fn harbour() -> String {
    let weighs = |item| format!("    manifest.weigh(item={item}, scale=manifest.scales[{item}])\n");
    let weighed = (0..90).map(weighs).collect::<Vec<_>>().concat();
    let head = "import csv\nimport json\n\n\ndef admit_freight(manifest):\n    \"\"\"Admits freight.\"\"\"\n";
    let tail = "    if manifest.explosives:\n        raise ValueError('explosives need the stamp of the pilot')\n    \
        return manifest\n\n\ndef owner_of(manifest):\n    return manifest.owner\n\n\ndef port_of(manifest):\n    \
        return manifest.port\n";
    [head, &weighed, tail].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_long_function_is_shown_as_that_function_once() {
    let project = Project::indexed().await;
    project.write("src/harbour.py", &harbour());
    project.index().await.unwrap();
    for query in
        ["explosives need the stamp of the pilot", "weigh the freight of a manifest by its scales"]
    {
        let response = project.search(query).await;
        let mine: Vec<_> =
            response.results.iter().filter(|result| result.path == "src/harbour.py").collect();
        assert_eq!(mine[0].symbol.as_deref(), Some("admit_freight"), "{query}");
        assert_eq!((mine[0].start_line, mine[0].end_line), (5, 99), "{query}");
        let overlaps = mine[1..].iter().any(|other| other.start_line < 99 && other.end_line > 5);
        assert!(
            !overlaps,
            "{query}: {:?}",
            mine.iter().map(|one| (one.start_line, one.end_line)).collect::<Vec<_>>()
        );
    }
    // A line that is named is shown, with the definition that it is in.
    let response = project.search("harbour.py:103").await;
    let best = &response.results[0];
    assert_eq!((best.path.as_str(), best.symbol.as_deref()), ("src/harbour.py", Some("owner_of")));
    assert!(best.matches.iter().any(|found| found.line == 103), "{:?}", best.matches);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_is_shown_under_the_definition_whose_lines_match() {
    let project = Project::indexed().await;
    let text = "export type PointKind = 'gold' | 'blue';\n\n\
        export function expirePoints(member: Member): number {\n  return member.drop(365);\n}\n\n\
        export function grantBonus(member: Member, order: Order): number {\n  // awards loyalty for an order\n  \
        return member.add(order.total / 10);\n}\n\n\
        export function pick(one: string): string;\nexport function pick(one: number): number;\n\
        export function pick(one: any): any {\n  return one;\n}\n";
    project.write("web/points.ts", text);
    project.index().await.unwrap();
    let response = project.search("where is loyalty awarded for an order").await;
    assert_eq!(response.results[0].symbol.as_deref(), Some("grantBonus"));
    let response = project.search("pick").await;
    assert_eq!((response.results[0].start_line, response.results[0].end_line), (14, 16));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_a_symbol_that_fits_the_filter() {
    let project = Project::new().await;
    project.write(
        "src/bakery.py",
        "PROOF_MINUTES = 40\n\nbakers = {'ana': PROOF_MINUTES}\n\n\n\
         def prove(dough):\n    return dough.rest(PROOF_MINUTES)\n\n\n\
         class Tray:\n    minutes = PROOF_MINUTES\n",
    );
    project.index().await.unwrap();
    for (filter, symbol, lines) in
        [("kind:function", "prove", (6, 7)), ("symbol:T*", "Tray", (10, 11))]
    {
        let response = project.search(&format!("PROOF_MINUTES {filter}")).await;
        let found = &response.results[0];
        assert_eq!(found.symbol.as_deref(), Some(symbol), "{found:?}");
        assert_eq!((found.start_line, found.end_line), lines, "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_quotes_is_found_where_it_is_written() {
    let project = Project::new().await;
    project.write(
        "src/ledger.py",
        "STATES = ['raw', 'baked', 'sold']\n\n\nclass LoafState:\n    RAW = 'loaf raw'\n    \
         BAKED = 'loaf baked'\n\n\ndef check_step(a, b):\n    if b not in NEXT[a]:\n        \
         raise ValueError(f'loaf may not move from {a} to {b}')\n",
    );
    project.write(
        "src/moves.py",
        "def move_raw_loaf(loaf):\n    'How a raw loaf may move to baked, and not from baked to raw.'\n    \
         loaf.move('raw', 'baked')\n    return loaf\n",
    );
    project.index().await.unwrap();
    let response = project.search("ERROR loaf may not move from raw to baked").await;
    let best = &response.results[0];
    assert_eq!((best.path.as_str(), best.symbol.as_deref()), ("src/ledger.py", Some("check_step")));
    let shown = best.matches.iter().find(|line| line.text.contains("may not move"));
    assert!(shown.is_some_and(|line| line.share >= 1.0), "{:?}", best.matches);
}

/// The line that makes a message leaves places for what its tests and its documentation have written out.
#[tokio::test(flavor = "multi_thread")]
async fn the_code_that_makes_a_message_comes_before_what_expects_it() {
    let project = Project::new().await;
    let bakery = "class Bakery:\n    def take(self, name, shelf):\n        if name not in self.loaves:\n            \
                  raise KeyError(f\"no loaf called {name} lies on shelf {shelf}\")\n        \
                  return self.loaves.pop(name)\n";
    project.write("src/bakery.py", bakery);
    let expects = "def test_take_of_nothing(bakery):\n    with raises(KeyError) as error:\n        \
                   bakery.take('rye', 4)\n    \
                   assert str(error.value) == \"no loaf called rye lies on shelf 4\"\n";
    project.write("tests/test_bakery.py", expects);
    project.write("docs/errors.md", "# Errors\n\n`KeyError: no loaf called rye lies on shelf 4`\n");
    project.index().await.unwrap();
    for query in [
        "no loaf called rye lies on shelf 4",
        "KeyError: no loaf called rye lies on shelf 4",
        "KeyError('no loaf called rye lies on shelf 4')",
    ] {
        let best = &project.search(query).await.results[0];
        assert_eq!(
            (best.path.as_str(), best.symbol.as_deref()),
            ("src/bakery.py", Some("take")),
            "{query}"
        );
    }
    let quoted = project.search("\"no loaf called rye lies on shelf 4\"").await;
    assert_ne!(quoted.results[0].path, "src/bakery.py", "a quotation is that letter by letter");
    let line =
        project.search("assert str(error.value) == \"no loaf called rye lies on shelf 4\"").await;
    assert_eq!(line.results[0].path, "tests/test_bakery.py", "a line that is pasted whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tests_of_a_name_come_before_what_they_test() {
    let project = Project::new().await;
    let other = "/// How hot it is.\nfn heat_of_door(door: u32) -> u32 {\n    let heat = door * 2;\n    heat + 7\n}\n\n";
    let oven = format!(
        "/// Heats the stones.\npub fn heat_stones(to: u32) -> u32 {{\n    to + 20\n}}\n\n{}\
         #[cfg(test)]\nmod tests {{\n    use super::*;\n\n{}}}\n",
        other.repeat(20),
        "    #[test]\n    fn stones_are_hot() {\n        assert_eq!(heat_stones(1), 21);\n    }\n\n"
            .to_owned()
            + &"    #[test]\n    fn door() {\n        assert_eq!(heat_of_door(1), 9);\n    }\n\n"
                .repeat(20),
    );
    project.write("src/oven.rs", &oven);
    project.write(
        "tests/bakery.rs",
        "#[test]\nfn a_day() {\n    let heat = oven::heat_stones(200);\n    assert!(heat > 200);\n}\n",
    );
    project.write("src/bake.rs", "pub fn bake() {\n    crate::oven::heat_stones(230);\n}\n");
    project.index().await.unwrap();
    let answer = project.search("tests of heat_stones").await;
    let first: Vec<_> = answer.results.iter().take(2).map(|one| one.symbol.as_deref()).collect();
    assert!(first.contains(&Some("stones_are_hot")) && first.contains(&Some("a_day")), "{first:?}");
    let plain = project.search("heat_stones").await;
    assert_eq!(plain.results[0].symbol.as_deref(), Some("heat_stones"));
}

/// What says a query stands in one of many files that have its words more often than that one.
#[tokio::test(flavor = "multi_thread")]
async fn what_says_a_query_is_found_behind_all_that_has_its_words() {
    let project = Project::new().await;
    for number in 0..30 {
        let text = format!(
            "class Oven{number}:\n    'An oven that reads heat; a tray that failed to read is from shelf {number}.'\n\n    \
             def read_heat(self, tray, shelf):\n        return self.heat_of(tray, shelf).read()\n"
        );
        project.write(&format!("ovens/oven_{number}.py"), &text);
    }
    let other = "def serve(self, order):\n    return self.counter.place(order)\n\n\n";
    let text = format!(
        "{}def watch(self, trays):\n    for one in trays:\n        if one.lost:\n            \
         raise ValueError(f'failed to read heat of {{one}} from shelf {{one.shelf}}')\n",
        other.repeat(40)
    );
    project.write("tools/counter.py", &text);
    project.write(
        "tools/odd.py",
        "class Odd:\n    def read_heat(self, tray, shelf=None):\n        pass\n",
    );
    project.index().await.unwrap();
    for (query, path, symbol) in [
        ("failed to read heat of tray-7 from shelf 12", "tools/counter.py", "watch"),
        ("def read_heat(self, tray, shelf=None):", "tools/odd.py", "read_heat"),
    ] {
        let response = project.search(query).await;
        let best = &response.results[0];
        assert_eq!((best.path.as_str(), best.symbol.as_deref()), (path, Some(symbol)), "{query}");
    }
    let elsewhere = project.search("def read_heat(self, tray, shelf=None): path:ovens/**").await;
    assert!(elsewhere.results.iter().all(|found| found.path.starts_with("ovens/")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_class_is_shown_under_the_method_that_the_query_spells() {
    let project = Project::new().await;
    project.write(
        "src/tables.py",
        "class Cafe:\n    def __init__(self, seats):\n        self.seats = seats\n\n    \
         def free_tables(self, now):\n        return [one for one in self.seats if one.ends < now]\n",
    );
    project.index().await.unwrap();
    let response = project.search("how many tables are free").await;
    let best = &response.results[0];
    assert_eq!((best.symbol.as_deref(), best.symbol_line), (Some("free_tables"), Some(5)));
}
