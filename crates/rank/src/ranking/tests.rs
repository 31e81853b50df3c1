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

fn ids(ranked: &[Ranked]) -> Vec<i64> {
    ranked.iter().map(|result| result.key.file_id).collect()
}

fn search(index: &LexicalIndex, query: &str, without: &[Signal]) -> Vec<Ranked> {
    let options =
        RankOptions { without: without.to_vec(), explain: true, ..RankOptions::default() };
    rank(index, &analyze(query), &[], &options)
}

/// What the signal did to this file's first result.
fn effect(ranked: &[Ranked], file: i64, signal: Signal) -> Option<f32> {
    let result = ranked.iter().find(|result| result.key.file_id == file)?;
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
fn every_feature_stands_in_the_table_at_its_place() {
    for (at, (feature, _, _)) in FEATURES.iter().enumerate() {
        assert_eq!(*feature as usize, at);
    }
    for signal in Signal::ALL {
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
    assert_eq!(ranked[0].match_type, MatchType::Symbol);
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
fn a_file_does_not_flood_the_results() {
    let function = |n: u32| format!("fn cookie_{n}() {{ cookie(); cookie(); cookie(); {n} }}\n\n");
    let many: String = (0..40).map(function).collect();
    let index = project(&[("src/jar.rs", &many), ("src/other.rs", "fn a() { cookie() }\n")]);
    let ranked = search(&index, "where is the cookie", &[]);
    assert!(ids(&ranked).contains(&2), "{ranked:?}");
    assert!(ids(&ranked).iter().filter(|&&id| id == 1).count() > 1);
    let without = [Signal::FileSaturation, Signal::NearDuplicate];
    let flooded = search(&index, "where is the cookie", &without);
    assert!(!ids(&flooded).contains(&2), "{flooded:?}");
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
    assert_eq!(ranked[0].match_type, MatchType::Vectors);
    let both = rank(&index, &analyze("where is bravo"), &vectors, &RankOptions::default());
    assert_eq!(both[0].match_type, MatchType::Both);
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
