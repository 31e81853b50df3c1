use super::*;

fn symbol(name: &str, scopes: &[&str], start_line: u32, end_line: u32) -> OutlineEntry {
    OutlineEntry {
        kind: if scopes.is_empty() { "class" } else { "method" }.to_owned(),
        name: name.to_owned(),
        scopes: scopes.iter().map(ToString::to_string).collect(),
        signature: format!("def {name}(self)"),
        start_line,
        end_line,
        name_line: start_line + 1,
        doc: None,
    }
}

/// `Store` of 250 lines from line 11 with methods of 100, 6 and 90 lines; line 300 stands alone.
fn file() -> IndexedFile {
    let symbols = vec![
        symbol("Store", &[], 11, 260),
        symbol("long", &["Store"], 21, 120),
        symbol("short", &["Store"], 122, 127),
        symbol("last", &["Store"], 171, 260),
    ];
    let lines = (1..=300).map(|number| format!("    code of line {number}")).collect();
    let sections = vec![LineRange { start: 1, end: 10 }, LineRange { start: 11, end: 300 }];
    IndexedFile { path: "a.py".to_owned(), symbols, lines, sections }
}

fn read(wanted: Wanted, room: usize) -> (String, Option<String>) {
    let Reading { text, rest } = reading(&file(), wanted, room).unwrap();
    assert!(text.len() <= room, "{} of {room} bytes:\n{text}", text.len());
    (text, rest.map(|rest| rest.place))
}

fn numbers(text: &str) -> Vec<u32> {
    text.lines()
        .filter_map(|line| line.split_once("| ")?.0.trim().split('-').next()?.parse().ok())
        .collect()
}

#[test]
fn a_short_definition_is_whole() {
    let (text, rest) = read(Wanted::At(125), 12_000);
    assert!(text.starts_with("a.py:122-127  method Store::short\n122|     code of"), "{text}");
    assert_eq!((numbers(&text), rest), ((122..=127).collect(), None));
}

#[test]
fn of_a_long_one_the_lines_around_are_shown_after_its_signature() {
    let (text, rest) = read(Wanted::At(110), 12_000);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "a.py:21-120  method Store::long");
    assert_eq!(lines[1], "… 1 line left out, 21");
    assert_eq!(lines[2], "22| def long(self)");
    assert_eq!(lines[3], "… 38 lines left out, 23-60");
    assert_eq!(numbers(&text)[1..], (61..=120).collect::<Vec<_>>());
    assert_eq!(rest.as_deref(), Some("a.py:23-60"), "its end was asked for, its top is left");

    let (text, rest) = read(Wanted::At(60), 12_000);
    assert_eq!(numbers(&text)[1..], (40..=99).collect::<Vec<_>>());
    assert!(text.ends_with("… 21 lines left out, 100-120\n"), "{text}");
    assert_eq!(rest.as_deref(), Some("a.py:100-120"));

    let (text, _) = read(Wanted::At(22), 12_000);
    assert_eq!(numbers(&text), (21..=80).collect::<Vec<_>>(), "the signature stands in it once");
}

#[test]
fn a_small_room_keeps_the_line_that_was_asked_for() {
    for room in [400, 500, 700, 1500] {
        for line in [21, 22, 23, 60, 119, 120, 171, 260, 280, 300] {
            let (text, rest) = read(Wanted::At(line), room);
            assert!(text.contains(&format!("\n{line}|")) || line == 21, "{line}:\n{text}");
            assert!(rest.is_some(), "{text}");
        }
    }
}

#[test]
fn a_class_is_read_by_the_signatures_of_its_members() {
    let (text, rest) = read(Wanted::At(11), 12_000);
    let lines: Vec<&str> = text.lines().collect();
    let expected = [
        "a.py:11-260  class Store",
        "12| def Store(self)",
        "… 8 lines left out, 13-20",
        "21-120| def long(self)",
        "122-127| def short(self)",
        "… 43 lines left out, 128-170",
        "171-260| def last(self)",
    ];
    assert_eq!(lines, expected);
    assert_eq!(rest.as_deref(), Some("a.py:11-70"));
    let (text, _) = read(Wanted::At(150), 12_000);
    assert!(numbers(&text).contains(&150), "between its members are lines too: {text}");
    let (text, _) = read(Wanted::At(11), 200);
    assert!(text.ends_with(" lines left out, 121-260\n"), "{text}");
}

#[test]
fn a_range_is_exactly_its_lines() {
    let range = |start, end| Wanted::Lines(LineRange { start, end });
    let (text, rest) = read(range(122, 130), 12_000);
    assert!(text.starts_with("a.py:122-130  in class Store 11-260\n"), "{text}");
    assert_eq!((numbers(&text), rest), ((122..=130).collect(), None));
    let (text, _) = read(range(290, 9999), 12_000);
    assert_eq!(numbers(&text), (290..=300).collect::<Vec<_>>());
    assert!(text.starts_with("a.py:290-300\n"), "{text}");
    let (text, rest) = read(range(1, 300), 600);
    let last = *numbers(&text).last().unwrap();
    assert_eq!(rest.unwrap(), format!("a.py:{}-300", last + 1));
    assert!(text.ends_with(&format!("left out, {}-300\n", last + 1)), "{text}");
    for nothing in [range(301, 310), Wanted::At(0), Wanted::At(301)] {
        assert_eq!(reading(&file(), nothing, 12_000), None);
    }
}

#[test]
fn lines_without_a_definition_are_read_with_their_section() {
    let (text, rest) = read(Wanted::At(3), 12_000);
    assert_eq!((numbers(&text), rest), ((1..=10).collect(), None));
    let (text, _) = read(Wanted::At(300), 12_000);
    assert_eq!(numbers(&text), (241..=300).collect::<Vec<_>>());
}

#[test]
fn an_outline_says_what_there_was_no_room_for() {
    let (text, rest) = read(Wanted::Outline, 12_000);
    assert!(text.starts_with("a.py: 4 symbols, 300 lines\n  11-260 class def Store"), "{text}");
    assert_eq!(rest, None);
    let (text, rest) = read(Wanted::Outline, 130);
    assert!(text.ends_with("… 3 more symbols, from 21\n"), "{text}");
    assert_eq!(rest.as_deref(), Some("a.py"));
    let none = IndexedFile { symbols: vec![], ..file() };
    let rest = reading(&none, Wanted::Outline, 12_000).unwrap().rest.unwrap();
    assert_eq!(rest, Rest { place: "a.py:1-60".to_owned(), longer: false });
}

#[test]
fn a_line_without_an_end_is_cut() {
    let mut file = file();
    file.lines[124] = "ü".repeat(100_000);
    for room in [400, 3000, 12_000] {
        let lines = Wanted::Lines(LineRange { start: 125, end: 127 });
        for wanted in [Wanted::At(125), lines] {
            let Reading { text, .. } = reading(&file, wanted, room).unwrap();
            assert!(text.len() <= room, "{} of {room} bytes", text.len());
            assert!(text.contains("125| üüü") && text.contains("ü…\n"), "{text}");
        }
    }
}
