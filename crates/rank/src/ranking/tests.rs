use sconce_code::filter::{Filter, FilterText};
use sconce_code::{ChunkKey, ChunkOptions, Language, parse_file};

use super::*;
use crate::lexical::{LexicalIndex, encode_postings};
use crate::query::analyze;

/// A project of these files, each a few chunks; ids count from 1.
fn project(files: &[(&str, &str)]) -> LexicalIndex {
    let mut index = LexicalIndex::new();
    let options = ChunkOptions { max_bytes: 200, min_bytes: 40 };
    for (id, (path, text)) in (1..).zip(files) {
        let language = Language::detect(path, text);
        let parsed = parse_file(path, text, language, &options);
        let name = language.map(Language::name);
        index.insert(id, path, name, &encode_postings(text, &parsed)).unwrap();
    }
    index
}

fn ids(ranked: &[RankedFile]) -> Vec<i64> {
    ranked.iter().map(|file| file.file_id).collect()
}

fn search(index: &LexicalIndex, query: &str, without: &[Signal]) -> Vec<RankedFile> {
    let options =
        RankOptions { without: without.to_vec(), explain: true, ..RankOptions::default() };
    rank(index, &analyze(query), &[], &options)
}

/// What the signal did to this file.
fn effect(ranked: &[RankedFile], file: i64, signal: Signal) -> Option<f32> {
    let result = ranked.iter().find(|result| result.file_id == file)?;
    result.effects.iter().find(|(of, _)| *of == signal).map(|&(_, factor)| factor)
}

#[test]
fn signals_have_names_that_read_back() {
    for signal in Signal::ALL {
        assert_eq!(Signal::parse(signal.as_str()), Some(signal));
    }
    assert_eq!(Signal::parse("Stem-Match"), Some(Signal::StemMatch));
    assert_eq!(Signal::parse("luck"), None);
}

#[test]
fn a_scope_tells_which_of_many_definitions_a_sentence_means() {
    let iter = "pub fn iter() -> u32 {\n    1\n}\n";
    let others = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|name| format!("core/src/{name}.rs"));
    let mut files = vec![("job-queue/src/iter.rs", iter)];
    files.extend(others.iter().map(|path| (path.as_str(), iter)));
    files.push((
        "core/src/budget.rs",
        "/// Budgets are used up.\nfn budget() {}\nfn budgets() {}\n",
    ));
    let ranked = search(&project(&files), "use the budget in job_queue::iter", &[]);
    assert_eq!(ids(&ranked)[0], 1);
    let sure = effect(&ranked, 1, Signal::EmbeddedName).unwrap();
    let other = effect(&ranked, 2, Signal::EmbeddedName).unwrap_or(1.0);
    assert!(sure > 1.2 * other, "{sure} {other}");
}

#[test]
fn every_feature_stands_in_the_table_at_its_place() {
    for (at, (feature, _, _)) in FEATURES.iter().enumerate() {
        assert_eq!(*feature as usize, at);
    }
    for (at, (feature, _, _)) in PLACE_FEATURES.iter().enumerate() {
        assert_eq!(*feature as usize, at);
    }
    // That one is no matter of weights.
    for signal in Signal::ALL.into_iter().filter(|signal| *signal != Signal::Places) {
        let weights = Weights::default();
        assert_ne!(weights, weights.without(&[signal]), "{signal} switches nothing off");
    }
}

#[test]
fn a_file_that_is_called_like_the_query_comes_first() {
    let body = "fn run() { let retry = policy(); }\n";
    let index = project(&[("src/other.rs", body), ("src/retry_policy.rs", body)]);
    let ranked = search(&index, "the retry policy", &[]);
    assert_eq!(ids(&ranked)[0], 2);
    assert!(effect(&ranked, 2, Signal::StemMatch).unwrap() > 1.0);
    assert_eq!(effect(&ranked, 1, Signal::StemMatch), None);
    let without = search(&index, "the retry policy", &[Signal::StemMatch]);
    assert_eq!(effect(&without, 2, Signal::StemMatch), None);
}

#[test]
fn a_directory_counts_too() {
    let body = "fn run() { let cookies = 1; }\n";
    let index = project(&[("src/http/a.rs", body), ("src/cookies/a.rs", body)]);
    assert_eq!(ids(&search(&index, "where are cookies", &[]))[0], 2);
}

#[test]
fn a_definition_comes_before_its_uses() {
    let uses = "fn a() { Session::new(); Session::new(); Session::open(); }\n";
    let defines = "pub struct Session { id: u32 }\n";
    let index = project(&[("src/a.rs", uses), ("src/b.rs", defines)]);
    let ranked = search(&index, "Session", &[]);
    assert_eq!(ids(&ranked)[0], 2);
    assert_eq!(ranked[0].places[0].match_type, MatchType::Symbol);
    assert!(effect(&ranked, 2, Signal::Definition).unwrap() > 1.0);
}

#[test]
fn a_definition_is_found_though_the_words_do_not_find_it() {
    let index = project(&[("src/a.rs", "pub struct HttpClient { id: u32 }\n")]);
    let options = RankOptions { lexical: false, ..RankOptions::default() };
    let ranked = rank(&index, &analyze("http_client"), &[], &options);
    assert_eq!(ids(&ranked), [1]);
}

#[test]
fn a_scope_tells_definitions_apart() {
    let method = |owner: &str| format!("impl {owner} {{ fn get(&self) -> u32 {{ 1 }} }}\n");
    let (pool, session) = (method("Pool"), method("Session"));
    let index = project(&[("src/a.rs", &pool), ("src/b.rs", &session)]);
    assert_eq!(ids(&search(&index, "Session.get", &[]))[0], 2);
    assert_eq!(ids(&search(&index, "Pool::get", &[]))[0], 1);
}

#[test]
fn a_name_in_a_sentence_is_looked_up() {
    let talk = "// how the ConnectionPool closes, closes and closes\nfn a() {}\n";
    let defines = "pub struct ConnectionPool { id: u32 }\n";
    let index = project(&[("src/a.rs", talk), ("src/b.rs", defines)]);
    let ranked = search(&index, "how the ConnectionPool is made", &[]);
    assert_eq!(ids(&ranked)[0], 2);
    assert!(effect(&ranked, 2, Signal::EmbeddedName).unwrap() > 1.0);
}

#[test]
fn tests_are_demoted_unless_they_are_asked_for() {
    let body = "fn parse_cookie() { let cookie = 1; }\n";
    let index = project(&[("tests/cookie.rs", body), ("src/cookie.rs", body)]);
    let ranked = search(&index, "parse a cookie", &[]);
    assert_eq!(ids(&ranked)[0], 2);
    assert!(effect(&ranked, 1, Signal::PathPenalty).unwrap() < 1.0);
    assert_eq!(ids(&search(&index, "tests that parse a cookie", &[]))[0], 1);
}

#[test]
fn a_word_that_code_is_named_after_asks_for_no_tests() {
    let body = "function loadSpec(path) { let spec = read(path); return spec; }\n";
    let files = [("src/load.spec.ts", body), ("src/load.ts", body)];
    let asked = "load the spec again";
    assert_eq!(ids(&search(&project(&files), asked, &[]))[0], 1, "specs are tests");
    let named = |name: [&'static str; 3]| name.map(|name| (name, "let a = 1;\n"));
    let about_tests = named(["docs/spec-guide.md", "scripts/spec.sh", "src/spec.ts"]);
    let index = project(&[&files[..], &about_tests].concat());
    assert_eq!(ids(&search(&index, asked, &[]))[0], 1, "none of these is code of its own");
    let about_specs = named(["src/specStore.ts", "src/spec-list.ts", "src/specs/specView.ts"]);
    let index = project(&[&files[..], &about_specs].concat());
    assert_eq!(ids(&search(&index, asked, &[]))[0], 2, "specs are what the project is about");
    assert_eq!(ids(&search(&index, "test that loads the spec", &[]))[0], 1);
}

#[test]
fn a_file_is_one_result_and_has_all_its_places() {
    let function = |n: u32| format!("fn cookie_{n}() {{ cookie(); cookie(); cookie(); {n} }}\n\n");
    let many: String = (0..40).map(function).collect();
    let index = project(&[("src/jar.rs", &many), ("src/other.rs", "fn a() { cookie() }\n")]);
    let ranked = search(&index, "where is the cookie", &[]);
    assert_eq!(ids(&ranked), [1, 2]);
    assert!(ranked[0].places.len() > 4, "{ranked:?}");
    let falling =
        |places: &[RankedPlace]| places.windows(2).all(|two| two[0].score >= two[1].score);
    assert!(ranked.iter().all(|file| falling(&file.places)));
    let one_each = search(&index, "where is the cookie", &[Signal::Places]);
    assert!(one_each.iter().all(|file| file.places.len() == 1));
}

#[test]
fn the_place_is_found_by_its_own_evidence() {
    let filler =
        |n: u32| format!("fn step_{n}(jar: u32) -> u32 {{ jar + jar + {n} + 1000 + 2000 }}\n\n");
    let mut text: String = (0..9).map(filler).collect();
    text.push_str("fn expire_session(session: u32) -> u32 { let expired = session; expired }\n\n");
    text.extend((10..19).map(filler));
    let index = project(&[("src/jar.rs", &text), ("src/other.rs", "fn a() {}\n")]);
    let ranked = search(&index, "when does a session of the jar expire", &[]);
    let line = text[..text.find("expire_session").unwrap()].lines().count();
    let options = ChunkOptions { max_bytes: 200, min_bytes: 40 };
    let parsed = parse_file("src/jar.rs", &text, Language::by_name("rust"), &options);
    let best = &parsed.chunks[ranked[0].places[0].key.ordinal as usize];
    assert!(best.lines.contains(line as u32 + 1), "{:?} is not line {line}", best.lines);
}

#[test]
fn similarities_of_all_chunks_tell_places_apart() {
    let function =
        |n: u32| format!("fn part_{n}() -> u32 {{ {n} + 100000 + 200000 + 300000 }}\n\n");
    let text: String = (0..6).map(function).collect();
    let index = project(&[("src/jar.rs", &text)]);
    let query = analyze("something else");
    let options = RankOptions::default();
    let hit = |ordinal, similarity| VectorHit { key: ChunkKey { file_id: 1, ordinal }, similarity };
    let candidates = Candidates::gather(&index, &query, &[hit(0, 0.3)], &options);
    assert_eq!(candidates.rank().file_ids(), [1]);
    let ranked = candidates.rank().places(&[hit(0, 0.3), hit(1, 0.2), hit(2, 0.8)]);
    let order: Vec<u32> = ranked[0].places.iter().map(|place| place.key.ordinal).collect();
    assert_eq!(order[..3], [2, 0, 1], "{ranked:?}");
}

#[test]
fn the_lines_that_match_are_few_and_say_different_things() {
    let index =
        project(&[("src/a.rs", "fn a() { retry(); backoff(); }\n"), ("b.rs", "fn b() {}\n")]);
    let query = analyze("retry with backoff");
    let options = RankOptions::default();
    let matcher = Candidates::gather(&index, &query, &[], &options).line_matcher();
    let text = "nothing\nretry\nretry again\n  backoff(2)\nlast\n";
    let lines: Vec<usize> = matcher.lines(text, "", 2).iter().map(|found| found.line).collect();
    assert_eq!(lines, [1, 3]);
    assert!(matcher.lines("no word of it\n", "", 3).is_empty());
    let both = matcher.lines("retry\nretry and backoff\n", "", 1);
    assert_eq!((both.len(), both[0].line), (1, 1));
    let licence = "// Copyright Retry and Backoff, Inc.\nretry\n";
    assert_eq!(matcher.lines(licence, "", 2).first().map(|found| found.line), Some(1));
    let told = matcher.lines("package retry\nbackoff\n", "src/retry.rs", 1);
    assert_eq!(told[0].line, 1, "the path says the first line's word already: {told:?}");
}

#[test]
fn words_that_stand_nowhere_are_named() {
    let index = project(&[("src/parser.rs", "fn read_line() {}\n"), ("b.rs", "fn b() {}\n")]);
    let absent = |query: &str| {
        let query = analyze(query);
        Candidates::gather(&index, &query, &[], &RankOptions::default()).absent_words()
    };
    assert_eq!(absent("where does the parser read a pdf"), ["pdf"]);
    assert!(absent("lines that are read").is_empty(), "other forms of a word are the word");
    assert_eq!(absent("what does parserLine do"), ["parserLine"], "its parts do");
    assert!(absent("readLine").is_empty() && absent("READ_LINE").is_empty(), "another spelling");
    let without_words = RankOptions { lexical: false, ..RankOptions::default() };
    let query = analyze("pdf");
    let candidates = Candidates::gather(&index, &query, &[], &without_words);
    assert!(candidates.absent_words().is_empty());
}

#[test]
fn what_stands_nowhere_is_a_word() {
    let index = project(&[("src/a.rs", "// 校验字段\nfn check() {}\n"), ("b.rs", "fn b() {}\n")]);
    let absent = |query: &str| {
        let query = analyze(query);
        Candidates::gather(&index, &query, &[], &RankOptions::default()).absent_words()
    };
    assert_eq!(absent("在哪里校验字段 quux"), ["quux"]);
    assert_eq!(absent("check E0432"), ["E0432"]);
    assert_eq!(absent("checkFields"), ["fields"]);
}

#[test]
fn an_answer_is_the_best_places_and_one_of_each_further_file() {
    let place = |file_rank, start, score| Place {
        file_rank,
        lines: sconce_code::LineRange { start, end: start + 9 },
        score,
    };
    let places = [
        place(0, 1, 0.9),
        place(0, 20, 0.5),
        place(1, 1, 0.8),
        place(3, 1, 0.7),
        place(4, 1, 0.2),
        place(2, 1, 0.1),
        place(4, 30, 0.1),
    ];
    let shown = arrange(&places, 3);
    // The third file has a place among the best whatever its score, the fifth has one below.
    assert_eq!((shown.best, shown.others), (vec![0, 2, 5, 3], vec![4]));
    // Of the first file's further places one scores about as much as the second file's best, and one less.
    let places = [place(0, 1, 0.9), place(0, 20, 0.75), place(0, 40, 0.2), place(1, 1, 0.8)];
    assert_eq!(arrange(&places, 4).best, [0, 1, 3, 2]);
    // A file that is better as a whole stays before one whose best place is better.
    let places = [place(1, 1, 0.9), place(1, 20, 0.8), place(0, 1, 0.1)];
    assert_eq!(arrange(&places, 4).best, [2, 0, 1]);
    assert_eq!(arrange(&[], 3), Arranged::default());
    assert_eq!(arrange(&places, 0).best, Vec::<usize>::new());
}

#[test]
fn text_beyond_ascii_is_found_in_every_form() {
    let index = project(&[
        ("src/a.py", "# 商品库存不足时抛出异常\ndef a(): pass\n"),
        ("src/b.py", "def charge_re\u{301}sume\u{301}(): pass\n"),
        ("src/c.py", "# 利用者のデータを全て削除する\ndef c(): pass\n"),
        ("src/d.py", "def d(): pass\n"),
    ]);
    assert_eq!(ids(&search(&index, "库存不足", &[])), [1]);
    assert_eq!(ids(&search(&index, "charge_résumé", &[]))[0], 2);
    assert_eq!(ids(&search(&index, "利用者のﾃﾞｰﾀを削除", &[]))[0], 3);
}

#[test]
fn what_stands_in_few_places_is_found_there_first_whatever_the_file() {
    let index = project(&[
        ("src/dir.py", "def work_dir(dir):\n    return dir\n"),
        ("src/jobs.py", "def jobs(workers, host):\n    return host\n"),
        ("docs/deploy.md", "Set ZORKMID_DIR for the workers.\n"),
        ("deploy/values.yaml", "host: shop.florp.test\nport: 9443\n"),
        ("tests/test_pay.py", "def test_flumph_is_refused():\n    pass\n"),
        ("src/shop.py", "def shop(test):\n    return test\n"),
        ("CHANGELOG.md", "Fixes issue 4711: the page was not there.\n"),
        ("src/issue.py", "def issue(issue, page):\n    return not page\n"),
    ]);
    for (query, first) in [
        ("ZORKMID_DIR", 3),
        ("shop.florp.test", 4),
        ("9443", 4),
        ("test_flumph_is_refused", 5),
        ("issue 4711", 7),
        ("\"the page was not there\"", 7),
    ] {
        assert_eq!(ids(&search(&index, query, &[]))[0], first, "{query}");
    }
    assert!(effect(&search(&index, "9443", &[]), 4, Signal::Exact).unwrap() > 1.0);
}

#[test]
fn an_identifier_is_found_in_another_number() {
    let index = project(&[
        ("src/a.rs", "fn refresh() { send(\"workspace/inlayHints/refresh\") }\n"),
        ("src/b.rs", "fn hint(inlay: u8) { inlay }\n"),
    ]);
    assert_eq!(ids(&search(&index, "inlayHint", &[]))[0], 1);
}

#[test]
fn a_copy_is_demoted() {
    let body = "fn decode_cookie(jar: &Jar) -> Cookie { jar.cookie().decode() }\n";
    let weak = "// a cookie\nfn unrelated(some: u8, thing: u8) -> u8 { some + thing }\n";
    let index = project(&[("a/x.rs", body), ("b/x.rs", body), ("c/y.rs", weak)]);
    let ranked = search(&index, "decode the cookie of the jar", &[]);
    assert_eq!(effect(&ranked, 1, Signal::NearDuplicate), None);
    assert!(effect(&ranked, 2, Signal::NearDuplicate).unwrap() < 1.0);
}

#[test]
fn forms_of_words_are_found_and_can_be_switched_off() {
    let index = project(&[("src/a.rs", "fn serialize() { connection() }\n")]);
    assert_eq!(search(&index, "how connections are serialized", &[]).len(), 1);
    let without = [Signal::WordForms];
    assert!(search(&index, "how connections are serialized", &without).is_empty());
}

#[test]
fn two_words_are_found_as_one() {
    let index = project(&[("src/a.rs", "fn ratelimiter() {}\n")]);
    assert_eq!(search(&index, "the rate limiter", &[]).len(), 1);
    assert!(search(&index, "the rate limiter", &[Signal::Compounds]).is_empty());
}

#[test]
fn vectors_alone_bring_chunks_in_and_words_alone_need_none() {
    let index = project(&[("src/a.rs", "fn alpha() {}\n"), ("src/b.rs", "fn bravo() {}\n")]);
    let hit = |file_id, similarity| VectorHit { key: ChunkKey { file_id, ordinal: 0 }, similarity };
    let vectors = [hit(2, 0.9), hit(1, 0.4), hit(99, 0.8)];
    let options = RankOptions { lexical: false, ..RankOptions::default() };
    let ranked = rank(&index, &analyze("something else"), &vectors, &options);
    assert_eq!(ids(&ranked)[0], 2, "a file that is gone is skipped");
    assert_eq!(ranked[0].places[0].match_type, MatchType::Vectors);
    let both = rank(&index, &analyze("where is bravo"), &vectors, &RankOptions::default());
    assert_eq!(both[0].places[0].match_type, MatchType::Both);
}

#[test]
fn filters_hold_for_words_vectors_and_definitions() {
    let index = project(&[("src/a.rs", "pub struct Jar;\n"), ("lib/b.rs", "fn b() { Jar; }\n")]);
    let text = FilterText { path_globs: vec!["lib/**".to_owned()], ..FilterText::default() };
    let filter = Filter::parse(&text).unwrap().matcher().unwrap();
    let options = RankOptions { filter, ..RankOptions::default() };
    let vectors = [VectorHit { key: ChunkKey { file_id: 1, ordinal: 0 }, similarity: 0.9 }];
    assert_eq!(ids(&rank(&index, &analyze("Jar"), &vectors, &options)), [2]);
}

#[test]
fn an_empty_query_and_an_empty_project_find_nothing() {
    let index = project(&[("src/a.rs", "fn a() {}\n")]);
    assert!(search(&index, "", &[]).is_empty());
    assert!(search(&LexicalIndex::new(), "anything", &[]).is_empty());
}

#[test]
fn a_file_that_is_named_by_its_path_comes_first_whatever_it_is() {
    let body = "def store_cart(cart):\n    return cart.api.store()\n";
    let deploy = "on: push\njobs:\n  ship:\n    steps:\n      - run: make\n";
    let index = project(&[
        ("src/api/store.py", body),
        ("src/api/cart.py", body),
        ("tests/api/store.py", body),
        (".github/workflows/ship.yml", deploy),
        ("docs/ship.md", "# Ship\n\nThe workflows in github ship by yml.\n"),
        ("src/index.ts", "export * from './cart';\n"),
        ("src/index_cart.ts", "export const index = 1; // ts index of index\n"),
    ]);
    let first = |query: &str| ids(&search(&index, query, &[]))[0];
    for (query, file) in [
        ("tests/api/store.py", 3),
        ("src/api/store.py:1", 1),
        ("/home/me/shop/src/api/cart.py", 2),
        (".github/workflows/ship.yml", 4),
        ("index.ts", 6),
        ("panic: no cart\n\tat tests/api/store.py:2 +0x1f", 3),
        ("docs/ship.md line 3", 5),
    ] {
        assert_eq!(first(query), file, "{query}");
    }
    let found = search(&index, "src/index.ts", &[]);
    assert!(effect(&found, 6, Signal::NamedFile).is_some());
    let analysis = analyze("index.ts:1");
    let gathered = Candidates::gather(&index, &analysis, &[], &RankOptions::default());
    assert_eq!(gathered.absent_words(), [""; 0], "they name the file");
}

#[test]
fn the_frame_of_a_stack_trace_where_it_happened_comes_first() {
    let body = "func run() {\n\tstatus()\n\tload()\n}\n";
    let files = [("cli/status.go", body), ("store/gob.go", "func load() {\n\tdecode()\n}\n")];
    let index = project(&files);
    let go = "goroutine 1:\nstore.load()\n\t/src/store/gob.go:2 +0x1d\ncli.run()\n\t/src/cli/status.go:3";
    assert_eq!(ids(&search(&index, go, &[])), [2, 1]);
    let python = "Traceback (most recent call last):\n  File \"cli/status.go\", line 3\n  File \"store/gob.go\", line 2";
    assert_eq!(ids(&search(&index, python, &[])), [2, 1]);
}

#[test]
fn a_module_is_found_by_its_name_in_its_package() {
    let index = project(&[
        ("src/shop/types.py", "def annotate(attributes):\n    return types(attributes)\n"),
        ("src/shop/core.py", "class Command:\n    name = None\n"),
        ("src/other/core.py", "class Group:\n    name = None\n"),
        ("lib/sync/mod.rs", "pub struct Gate;\n"),
    ]);
    for (query, first) in [
        ("annotate attributes of types in shop.core", 2),
        ("shop.core", 2),
        ("other.core", 3),
        ("types of lib::sync", 4),
    ] {
        assert_eq!(ids(&search(&index, query, &[]))[0], first, "{query}");
    }
}

#[test]
fn a_file_is_found_by_its_stem_where_nothing_else_is_called_so() {
    let uses = "select * from {{ ref('stg_orders') }} join {{ ref('stg_orders') }}\n";
    let files = [("models/totals.sql", uses), ("models/stg_orders.sql", "select 1 as id\n")];
    assert_eq!(ids(&search(&project(&files), "stg_orders", &[])), [2, 1]);
    let files =
        [("src/jar.rs", "mod shelf { pub struct Jar; }\n"), ("src/shelf.rs", "fn a() {}\n")];
    assert_eq!(ids(&search(&project(&files), "shelf", &[]))[0], 1);
}

#[test]
fn the_line_that_is_named_is_the_place() {
    let of_day =
        |day| format!("def weather_{day}(day):\n    return day.weather.forecast({day})\n\n\n");
    let text = (0..40).map(of_day).collect::<Vec<_>>().concat();
    let index = project(&[("src/weather.py", &text), ("src/day.py", "def day(): pass\n")]);
    let found = search(&index, "weather.py:130", &[]);
    let place = index.doc_of(found[0].places[0].key).unwrap();
    let place = index.doc(place);
    assert!(place.lines.contains(130), "{:?}", place.lines);
    assert_eq!(index.path(place.file), "src/weather.py");
}

#[test]
fn a_phrase_is_worth_as_much_whatever_stands_around_it() {
    let index = project(&[
        (
            "proto/roster.proto",
            "message Roster { string roster = 1; }\nmessage Swapped { int32 roster = 1; }\n",
        ),
        ("src/listeners.py", "def on_swap(a, b):\n    log('[roster] swapped %d %d' % (a, b))\n"),
        ("src/roster.py", "def roster(): return 'roster'\n"),
    ]);
    assert_eq!(ids(&search(&index, "\"log('[roster] swapped\"", &[]))[0], 2);
}
