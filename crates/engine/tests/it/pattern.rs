//! Lines that match a pattern, and files by their lines.

use sconce_engine::{
    Completeness, ErrorKind, Filter, FilterText, MatchingLines, Occurrences, PatternRequest, Remedy,
};

use crate::project::Project;

fn literal(pattern: &str) -> PatternRequest {
    PatternRequest { pattern: pattern.to_owned(), limit: 50, ..PatternRequest::default() }
}

fn regex(pattern: &str) -> PatternRequest {
    PatternRequest { is_regex: true, ..literal(pattern) }
}

/// `path:line`, in the order that they are shown.
fn places(found: &MatchingLines) -> Vec<String> {
    let files = found.files.iter();
    let lines = files.flat_map(|file| {
        let lines = file.places.iter().flat_map(|place| &place.lines);
        lines.map(|line| format!("{}:{}", file.path, line.number))
    });
    lines.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_found_with_their_definition_and_code_comes_first() {
    let project = Project::indexed().await;
    let index = project.handle().await;
    let found = index.matching_lines(&literal("backoff_delay")).await.unwrap();
    let expected = ["src/retry.rs:4", "tests/retry_test.rs:2", "tests/retry_test.rs:3"];
    assert_eq!(places(&found), expected);
    assert_eq!(
        (found.total_lines, found.total_files, found.completeness),
        (3, 2, Completeness::Whole)
    );
    let place = &found.files[0].places[0];
    let definition = place.definition.as_ref().unwrap();
    assert_eq!(definition.kind, "function");
    assert_eq!(definition.qualified_name(), "backoff_delay");
    assert!(definition.lines().contains(4), "{definition:?}");
    assert_eq!(place.lines[0].text, "pub fn backoff_delay(attempt: u32) -> u64 {");
    let method = index.matching_lines(&literal("line.strip('[]')")).await.unwrap();
    let around = method.files[0].places[0].definition.as_ref().unwrap();
    assert_eq!(around.qualified_name(), "ConfigParser::parse_section");
    let found = index.matching_lines(&literal("# Shop")).await.unwrap();
    assert_eq!(places(&found), ["README.md:1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_around_are_given_where_they_are_asked_for_and_none_twice() {
    let project = Project::indexed().await;
    let index = project.handle().await;
    let alone = index.matching_lines(&literal("backoff_delay")).await.unwrap();
    let request = PatternRequest { before: 1, after: 2, ..literal("backoff_delay") };
    let found = index.matching_lines(&request).await.unwrap();
    let of_code = ["src/retry.rs:3", "src/retry.rs:4", "src/retry.rs:5", "src/retry.rs:6"];
    assert_eq!(places(&found)[..4], of_code);
    // Two neighbours that match, with what is around both of them.
    let of_tests = ["tests/retry_test.rs:1", "tests/retry_test.rs:2", "tests/retry_test.rs:3"];
    assert_eq!(places(&found)[4..7], of_tests);
    assert_eq!((found.total_lines, found.line_count()), (3, alone.line_count()));
    let text = std::fs::read_to_string(project.root().join("src/retry.rs")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for line in &found.files[0].places[0].lines {
        assert_eq!(line.text, lines[line.number as usize - 1]);
        assert_eq!(line.matches, line.number == 4);
    }
    let beyond = PatternRequest { before: 50, after: 50, ..literal("backoff_delay") };
    let beyond = index.matching_lines(&beyond).await.unwrap();
    assert_eq!(beyond.files[0].places[0].lines.len(), lines.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regular_expression_is_matched_line_by_line() {
    let project = Project::indexed().await;
    let index = project.handle().await;
    for (pattern, expected) in [
        (r"^pub fn \w+_delay\(", vec!["src/retry.rs:4"]),
        (r"(?i)configparser", vec!["src/parser.py:4"]),
        (r"strip|saturating_mul", vec!["src/parser.py:8", "src/retry.rs:6"]),
        (r"^#\[test\]$", vec!["tests/retry_test.rs:1"]),
        (r"\d{3}_u64", vec!["src/retry.rs:5"]),
        (r"nothing\.like\.it", vec![]),
    ] {
        let found = index.matching_lines(&regex(pattern)).await.unwrap();
        assert_eq!(places(&found), expected, "{pattern}");
    }
    let percent = index.matching_lines(&literal("%_\\")).await.unwrap();
    assert_eq!(percent.total_lines, 0, "nothing of a literal is a wildcard");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_lines_are_counted_and_the_limit_and_the_filter_hold() {
    let project = Project::new().await;
    project.generate(1500);
    project.index().await.unwrap();
    let index = project.handle().await;
    let few = PatternRequest { limit: 7, ..regex(r"value_\d+ = ") };
    let found = index.matching_lines(&few).await.unwrap();
    assert_eq!((found.total_lines, found.total_files), (3000, 1500), "more than one page");
    assert_eq!(found.line_count(), 7);
    let filter = FilterText { path_globs: vec!["gen/file_1.rs".into()], ..FilterText::default() };
    let one = PatternRequest { filter: Filter::parse(&filter).unwrap(), ..few };
    let found = index.matching_lines(&one).await.unwrap();
    assert_eq!(places(&found), ["gen/file_1.rs:2", "gen/file_1.rs:3"]);
    let every = index.matching_lines(&PatternRequest { limit: 1, ..regex("") }).await;
    assert!(every.is_err(), "an empty pattern is none");
    let every = index.matching_lines(&PatternRequest { limit: 1, ..regex(".") }).await.unwrap();
    assert!(every.total_lines > 6000 && every.line_count() == 1, "{every:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_found_where_it_stands_alone_its_definition_first() {
    let project = Project::new().await;
    project.write("src/a.rs", "fn main() {\n    open(1);\n    reopen(2);\n}\n");
    project.write("src/z.rs", "pub fn open(n: u8) {}\n\npub fn reopen(n: u8) {\n    open(n)\n}\n");
    project.index().await.unwrap();
    let index = project.handle().await;
    let found = index.occurrences("open", Occurrences::All, &Filter::default(), 10).await.unwrap();
    assert_eq!(places(&found), ["src/z.rs:1", "src/z.rs:4", "src/a.rs:2"]);
    assert_eq!(found.total_lines, 3);
    for name in ["nowhere_at_all", "OPEN", "ope"] {
        let none = index.occurrences(name, Occurrences::All, &Filter::default(), 10).await.unwrap();
        assert_eq!(none.total_lines, 0, "{name}");
    }
    let filter = FilterText { path_globs: vec!["src/a.rs".into()], ..FilterText::default() };
    let filter = Filter::parse(&filter).unwrap();
    let filtered = index.occurrences("open", Occurrences::All, &filter, 10).await.unwrap();
    assert_eq!(places(&filtered), ["src/a.rs:2"]);
    for (name, count) in [("main", 1), ("n", 3), ("u8", 2), ("backoff_delay", 2), ("'[]'", 1)] {
        let found =
            index.occurrences(name, Occurrences::All, &Filter::default(), 10).await.unwrap();
        assert_eq!(found.total_lines, count, "{name}: {:?}", places(&found));
    }
    let first = index.occurrences("open", Occurrences::All, &Filter::default(), 1).await.unwrap();
    assert_eq!((places(&first), first.total_lines), (vec!["src/z.rs:1".to_owned()], 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_name_that_stands_everywhere_the_definition_is_told_and_a_part_of_the_uses() {
    let project = Project::new().await;
    for number in 0..1500 {
        let calls = "    shared_probe();\n".repeat(2);
        project.write(&format!("gen/a{number}.rs"), &format!("fn f{number}() {{\n{calls}}}\n"));
    }
    project.write("gen/z.rs", "pub fn shared_probe() {}\n");
    project.index().await.unwrap();
    let index = project.handle().await;
    let found =
        index.occurrences("shared_probe", Occurrences::All, &Filter::default(), 3).await.unwrap();
    assert_eq!(places(&found)[0], "gen/z.rs:1");
    assert_eq!(found.completeness, Completeness::Many);
    assert!((1000..3001).contains(&found.total_lines), "{}", found.total_lines);
    let filter = FilterText { path_globs: vec!["gen/a1499.rs".into()], ..FilterText::default() };
    let one = Filter::parse(&filter).unwrap();
    let found = index.occurrences("shared_probe", Occurrences::All, &one, 3).await.unwrap();
    assert_eq!(
        (found.total_lines, found.completeness),
        (2, Completeness::Whole),
        "all pages are looked at"
    );
    let all = index.matching_lines(&literal("shared_probe")).await.unwrap();
    assert_eq!(
        (all.total_lines, all.completeness),
        (3001, Completeness::Whole),
        "a pattern counts all"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_pattern_is_refused_with_what_to_do() {
    let project = Project::indexed().await;
    let index = project.handle().await;
    for (request, reason) in [
        (literal(""), "it is empty"),
        (literal("a\nb"), "several lines"),
        (regex("(open"), "unclosed group"),
        (regex(r"(?:\w{200}){200}"), "too complex"),
    ] {
        let error = index.matching_lines(&request).await.unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.remedy(), Some(Remedy::ChangePattern));
    }
    let odd = index.matching_lines(&regex(r"\x00|'; DROP TABLE")).await.unwrap();
    assert_eq!(odd.total_lines, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_from_the_index() {
    let project = Project::indexed().await;
    let index = project.handle().await;
    std::fs::remove_file(project.root().join("src/parser.py")).unwrap();
    let file = index.file("src/parser.py").await.unwrap();
    assert_eq!(file.line_count(), 9);
    assert_eq!(file.lines[3], "class ConfigParser:");
    let class = file.definition_at(4).unwrap();
    let members: Vec<&str> = file.members(class).iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(members, ["parse_section"]);
    assert_eq!(file.definition_at(8).unwrap().name_line, 7);
    let error = index.file("no/such.py").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

const BAKERY: &str = "from kiln import Oven\n\nPROOF_MINUTES = 40\n\nbakers = {'ana': PROOF_MINUTES}\n\n\n\
                      def prove(dough):\n    return dough.rest(PROOF_MINUTES)\n\n\n\
                      class Tray(Oven):\n    minutes = PROOF_MINUTES\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_on_symbols_keeps_the_lines_in_one_that_fits() {
    let project = Project::new().await;
    project.write("src/bakery.py", BAKERY);
    project.index().await.unwrap();
    let index = project.handle().await;
    let filtered = |kinds: &[&str], names: &[&str]| {
        let own = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let (symbol_kinds, symbol_names) = (own(kinds), own(names));
        Filter::parse(&FilterText { symbol_kinds, symbol_names, ..FilterText::default() }).unwrap()
    };
    for (filter, line, shown) in [
        (filtered(&["function"], &[]), "src/bakery.py:9", "prove"),
        (filtered(&[], &["T*"]), "src/bakery.py:13", "Tray"),
    ] {
        let request = PatternRequest { filter: filter.clone(), ..literal("PROOF_MINUTES") };
        let found = index.matching_lines(&request).await.unwrap();
        assert_eq!(
            (places(&found).as_slice(), found.total_lines),
            ([line.to_owned()].as_slice(), 1)
        );
        let definition = found.files[0].places[0].definition.as_ref().unwrap();
        assert_eq!(definition.name, shown);
        let uses = index.occurrences("PROOF_MINUTES", Occurrences::Uses, &filter, 9).await.unwrap();
        assert_eq!(places(&uses), [line]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_is_no_use_and_a_line_is_of_the_outermost_that_begins_there() {
    let project = Project::new().await;
    project.write(
        "src/Oven.kt",
        "interface Oven { fun heat(degrees: Int) }\n\n\
         class StoneOven(private val watts: Int) : Oven {\n\
         \x20   override fun heat(degrees: Int) { println(degrees * watts) }\n}\n\n\
         class Shop(private val oven: Oven)\n",
    );
    project.index().await.unwrap();
    let index = project.handle().await;
    let of = async |which| index.occurrences("Oven", which, &Filter::default(), 9).await.unwrap();
    let uses = of(Occurrences::Uses).await;
    assert_eq!(places(&uses), ["src/Oven.kt:3", "src/Oven.kt:7"]);
    let around = uses.files[0].places[0].definition.as_ref().unwrap();
    assert_eq!((around.kind.as_str(), around.name.as_str()), ("class", "StoneOven"));
    assert_eq!(places(&of(Occurrences::Heads).await), ["src/Oven.kt:3"]);
    let watts = index.matching_lines(&literal("val watts")).await.unwrap();
    let around = watts.files[0].places[0].definition.as_ref().unwrap();
    assert_eq!(around.name, "watts", "what matched is its name");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_in_tests_among_code_come_behind_those_of_other_files() {
    let project = Project::new().await;
    let lines = |count: usize, line: &str| format!("    {line}\n").repeat(count);
    project.write(
        "src/a_kiln.rs",
        &format!(
            "pub fn fire(heat: u32) -> u32 {{\n{}    heat\n}}\n\n\
             #[cfg(test)]\nmod tests {{\n    use super::*;\n\n    #[test]\n    fn fires() {{\n{}    \
             assert_eq!(fire(3), 3);\n    }}\n}}\n",
            lines(60, "let heat = heat.max(100).min(1200);"),
            lines(60, "    let tray = Tray::new(3).filled();"),
        ),
    );
    project.write("src/shop.rs", "pub fn open() -> u32 {\n    fire(900)\n}\n");
    project.index().await.unwrap();
    let index = project.handle().await;
    let uses = index.occurrences("fire", Occurrences::Uses, &Filter::default(), 9).await.unwrap();
    assert_eq!(places(&uses), ["src/shop.rs:2", "src/a_kiln.rs:131"]);
    let two = PatternRequest { limit: 2, ..literal("fire(") };
    let two = index.matching_lines(&two).await.unwrap();
    assert_eq!(
        (places(&two), two.total_lines),
        (vec!["src/a_kiln.rs:1".into(), "src/shop.rs:2".into()], 3)
    );
}
