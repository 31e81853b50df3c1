//! Lines that match a pattern as text that keeps to a budget of tokens.

use std::fmt::Write as _;

use rmcp::model::JsonObject;
use sconce_engine::{
    Completeness, MatchedFile, MatchedPlace, MatchingLines, PATTERN_TIMEOUT, PatternRequest,
    as_regex,
};
use serde_json::{Value, json};

use crate::output::{
    MOST_TOKENS, call_again, call_line, code_line, counted, escaped, heading, note, tokens,
};

/// Most lines that a search gives.
pub(super) const MOST_LINES: u32 = 100;
/// Lines of a search that does not say how many.
pub(super) const LINES: u32 = 30;
/// Tokens of the last line, beside the call in it.
const LAST_LINE: usize = 60;
/// Bytes of a proposed call that is written out.
const LONGEST_CALL: usize = 120;

/// How a call asked for lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineQuery<'a> {
    /// The arguments of the call.
    pub given: &'a JsonObject,
    /// Most lines.
    pub limit: u32,
    /// Most tokens of the answer.
    pub max_tokens: u32,
    /// Whether each place is told with its index.
    pub names_indexes: bool,
    /// How many of the lines are left out of what was found, since the answer has them above.
    pub above: u64,
}

/// The lines of each index by file and definition, and how many there are beside them.
pub(super) fn matches(found: &[MatchingLines], notes: &[String], asked: LineQuery<'_>) -> String {
    let mut text = String::new();
    text.extend(notes.iter().map(|text| note(text)));
    let total: u64 = found.iter().map(|found| found.total_lines).sum();
    if total == 0 {
        text.push_str(&nothing(found, asked));
        return text;
    }
    let more = next_call(asked, total, true);
    let reserve = tokens(&more) + LAST_LINE;
    let room = (asked.max_tokens as usize).max(tokens(&text) + reserve) - reserve;
    let mut page = Page { text, room, shown: 0, is_full: false };
    for found in found {
        let prefix = if asked.names_indexes {
            format!("[{}] ", escaped(&found.index))
        } else {
            String::new()
        };
        for file in &found.files {
            page.file(&prefix, file);
        }
    }
    last_line(page, found, asked, total)
}

/// Text that is added to until there is no more room.
struct Page {
    text: String,
    room: usize,
    shown: u64,
    is_full: bool,
}

impl Page {
    /// The lines of a file under its path, which is told once: first those in no definition, or in one of a single
    /// line, which says itself what it is, then those of each definition.
    fn file(&mut self, prefix: &str, file: &MatchedFile) {
        let (bare, within): (Vec<_>, Vec<_>) = file.places.iter().partition(|place| is_bare(place));
        let mut is_named = false;
        for place in bare.into_iter().chain(within) {
            let head = head(file, place, is_named);
            let mut before = match head {
                Some(head) if is_named => format!("{head}\n"),
                Some(head) => format!("{prefix}{head}\n"),
                None => String::new(),
            };
            for found in &place.lines {
                let line = code_line(found.number, &found.text);
                // The first line is always shown: it is what was asked for.
                let fits = tokens(&self.text) + tokens(&before) + tokens(&line) < self.room;
                if self.is_full || !fits && self.shown > 0 {
                    self.is_full = true;
                    return;
                }
                self.text.push_str(&before);
                before.clear();
                is_named = true;
                let _ = writeln!(self.text, "{line}");
                self.shown += u64::from(found.matches);
            }
        }
    }
}

/// Whether a place has no heading of its own.
fn is_bare(place: &MatchedPlace) -> bool {
    place.definition.as_ref().is_none_or(|symbol| symbol.lines().count() <= 1)
}

/// `src/store.rs:120-168  method Store::connect`, and of a file that is named already ` 180-200  method Store::close`;
/// `src/store.rs` of a place that has no heading of its own, and then nothing.
fn head(file: &MatchedFile, place: &MatchedPlace, is_named: bool) -> Option<String> {
    match &place.definition {
        Some(symbol) if !is_bare(place) => {
            let path = if is_named { "" } else { &*file.path };
            let name = symbol.qualified_name();
            let heading = heading(path, symbol.lines(), Some((&symbol.kind, &name)));
            Some(if is_named { heading.replacen(':', " ", 1) } else { heading })
        }
        _ => (!is_named).then(|| escaped(&file.path)),
    }
}

/// How many lines there are, and the call that gives the others.
fn last_line(page: Page, found: &[MatchingLines], asked: LineQuery<'_>, total: u64) -> String {
    let Page { mut text, shown, is_full, .. } = page;
    let files = found.iter().map(|found| found.total_files).sum();
    let is_any = |completeness| found.iter().any(|found| found.completeness == completeness);
    let least = if is_any(Completeness::Many) { "at least " } else { "" };
    let is_over = is_any(Completeness::TimeOver);
    let so_far = if is_over { format!(", stopped after {}", time()) } else { String::new() };
    let of = shown + asked.above < total;
    let shown_of = if of { format!("{} of ", shown + asked.above) } else { String::new() };
    let above = match asked.above {
        0 => String::new(),
        _ if shown == 0 => ", above".to_owned(),
        above => format!(", {above} of them above"),
    };
    let files = counted(files, "file", "files");
    let lines = counted(total, "line", "lines");
    let _ = write!(text, "{shown_of}{least}{lines} in {files}{above}{so_far}");
    let next = next_call(asked, total, is_full);
    let is_short = tokens(&next) <= asked.max_tokens as usize / 3;
    let can_grow = if is_full { asked.max_tokens < MOST_TOKENS } else { asked.limit < MOST_LINES };
    if of && can_grow && is_short {
        let _ = write!(text, "; next: {next}");
    } else if of {
        text.push_str("; path_glob or language narrows");
    }
    text.push('\n');
    text
}

/// The same call for more lines; of a long one only what is new in it.
fn next_call(asked: LineQuery<'_>, total: u64, is_full: bool) -> String {
    let wanted = u64::from(MOST_LINES).min(total);
    let limit = (wanted > u64::from(asked.limit)).then_some(("limit", wanted));
    let tokens = u64::from(asked.max_tokens.saturating_mul(2).min(MOST_TOKENS));
    let more: Vec<_> = limit.into_iter().chain(is_full.then_some(("max_tokens", tokens))).collect();
    call_again("search_code", asked.given, &more, LONGEST_CALL)
}

/// How long lines are looked through.
fn time() -> String {
    format!("{} s", PATTERN_TIMEOUT.as_secs())
}

/// What to try where no line matches.
fn nothing(found: &[MatchingLines], asked: LineQuery<'_>) -> String {
    let stopped = found.iter().any(|found| found.completeness == Completeness::TimeOver);
    let pattern = asked.given.get("pattern").and_then(Value::as_str).unwrap_or_default();
    let is_regex = asked.given.get("regex").is_some_and(|flag| flag == true);
    let is_asked = |name| asked.given.get(name).is_some_and(|query| !query.is_null());
    let is_regex = is_regex || looks_like_regex(pattern);
    let words = if is_regex { words_of_regex(pattern) } else { pattern.to_owned() };
    let next = if words.is_empty() || is_asked("query") || is_asked("queries") {
        None
    } else {
        Some(call_line("search_code", &json!({ "query": words })))
    };
    let narrows = ["path", "path_glob", "language", "symbol_type", "symbol_name"];
    let why = if stopped {
        format!("no line matched within {}", time())
    } else if narrows.into_iter().any(is_asked) {
        "no line matches there".to_owned()
    } else {
        "no line matches".to_owned()
    };
    next.map_or_else(|| format!("{why}\n"), |next| format!("{why}; next: {next}\n"))
}

/// The request for a pattern that was given as a text and looks like a regular expression, as one: `grep` and `rg` read
/// it so.
pub(super) fn meant_as_regex(asked: &PatternRequest) -> Option<PatternRequest> {
    let is_meant = !asked.is_regex && looks_like_regex(&asked.pattern);
    let pattern = is_meant.then(|| as_regex(&asked.pattern))?;
    Some(PatternRequest { pattern, is_regex: true, ..asked.clone() })
}

fn looks_like_regex(pattern: &str) -> bool {
    [".*", "\\", "|", "[", "^", "$", ".+"].iter().any(|mark| pattern.contains(mark))
}

/// What a regular expression looks for, as words, each once.
fn words_of_regex(pattern: &str) -> String {
    let mut words = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            // A class or a place, such as `\b`, or a mark that is meant as such.
            '\\' => {
                characters.next();
                words.push(' ');
            }
            // How often something comes says nothing of it.
            '{' => {
                characters.find(|&end| end == '}');
            }
            '[' => {
                let class: String = characters.by_ref().take_while(|&end| end != ']').collect();
                words.push_str(&letter_of(&class).map_or_else(|| " ".to_owned(), String::from));
            }
            _ if character.is_alphanumeric() || character == '_' => words.push(character),
            _ => words.push(' '),
        }
    }
    let mut each: Vec<&str> = Vec::new();
    for word in words.split_whitespace() {
        // A letter alone is a flag, and a number says nothing.
        let is_word = word.chars().nth(1).is_some() && word.contains(char::is_alphabetic);
        if is_word && !each.contains(&word) {
            each.push(word);
        }
    }
    each.join(" ")
}

/// The letter that a class has in both of its cases, `[mM]`.
fn letter_of(class: &str) -> Option<char> {
    let letters: Vec<char> = class.to_lowercase().chars().collect();
    let [first, second] = letters.as_slice() else { return None };
    (first == second && first.is_alphabetic()).then_some(*first)
}

#[cfg(test)]
mod tests {
    use sconce_engine::{OutlineEntry, PatternLine};

    use super::*;

    fn place(lines: std::ops::Range<u32>) -> MatchedPlace {
        let definition = OutlineEntry {
            kind: "method".to_owned(),
            name: "connect".to_owned(),
            scopes: vec!["Store".to_owned()],
            signature: "fn connect()".to_owned(),
            start_line: lines.start - 1,
            end_line: lines.end + 5,
            name_line: lines.start - 1,
            doc: None,
        };
        let line = |number| PatternLine {
            number,
            text: format!("    let pool = {number};"),
            matches: true,
        };
        MatchedPlace { definition: Some(definition), lines: lines.map(line).collect() }
    }

    fn found(files: u32, lines: u32) -> MatchingLines {
        let file = |n: u32| MatchedFile {
            path: format!("src/part_{n}/store.rs"),
            places: vec![place(10..10 + lines)],
        };
        MatchingLines {
            index: "shop".to_owned(),
            files: (0..files).map(file).collect(),
            total_lines: 400,
            total_files: 90,
            completeness: Completeness::Whole,
        }
    }

    fn given(value: Value) -> JsonObject {
        let Value::Object(given) = value else { panic!("arguments are an object") };
        given
    }

    fn asked(given: &JsonObject) -> LineQuery<'_> {
        LineQuery { given, limit: 30, max_tokens: 4000, names_indexes: false, above: 0 }
    }

    #[test]
    fn lines_stand_under_their_definition_and_the_rest_is_said() {
        let given = given(json!({ "pattern": "let pool", "limit": 3 }));
        let asked = LineQuery { limit: 3, ..asked(&given) };
        let text = matches(&[found(1, 3)], &[], asked);
        let expected = "\
            src/part_0/store.rs:9-18  method Store::connect\n\
            10|     let pool = 10;\n11|     let pool = 11;\n12|     let pool = 12;\n\
            3 of 400 lines in 90 files; next: search_code {\"pattern\":\"let pool\",\"limit\":100}\n";
        assert_eq!(text, expected);
        let all = MatchingLines { total_lines: 3, total_files: 1, ..found(1, 3) };
        assert!(matches(&[all], &[], asked).ends_with("\n3 lines in 1 file\n"));
        let most = LineQuery { limit: 100, ..asked };
        let text = matches(&[found(1, 3)], &[], most);
        assert!(text.ends_with("3 of 400 lines in 90 files; path_glob or language narrows\n"));
        let long = json!({ "pattern": "a|".repeat(60), "regex": true });
        let long = LineQuery { given: long.as_object().unwrap(), ..asked };
        let text = matches(&[found(1, 3)], &[], long);
        assert!(text.ends_with("; next: the same call with limit 100\n"), "{text}");
        let named = LineQuery { names_indexes: true, ..asked };
        let several = matches(&[found(1, 1), found(1, 1)], &[], named);
        assert!(several.starts_with("[shop] src/part_0/store.rs:9-16"), "{several}");
    }

    #[test]
    fn a_file_is_named_once_and_a_definition_of_one_line_has_no_heading() {
        let given = given(json!({ "pattern": "let pool" }));
        let asked = asked(&given);
        let text_of = |places: Vec<MatchedPlace>| {
            let mut found = MatchingLines { total_lines: 3, total_files: 1, ..found(1, 1) };
            found.files[0].places = places;
            matches(&[found], &[], asked)
        };
        let mut single = place(40..41);
        if let Some(definition) = &mut single.definition {
            (definition.start_line, definition.end_line) = (40, 40);
        }
        let text = text_of(vec![place(10..11), single, place(60..61)]);
        let expected = "\
            src/part_0/store.rs\n40|     let pool = 40;\n \
            9-16  method Store::connect\n10|     let pool = 10;\n \
            59-66  method Store::connect\n60|     let pool = 60;\n\
            3 lines in 1 file\n";
        assert_eq!(text, expected);
        let text = text_of(vec![place(10..11), place(60..61)]);
        assert!(text.starts_with("src/part_0/store.rs:9-16  method"), "{text}");
    }

    #[test]
    fn no_answer_is_beyond_its_budget() {
        let given = given(json!({ "pattern": "let pool" }));
        for max_tokens in [200, 300, 1000, 4000] {
            for (files, lines) in [(1, 100), (100, 1), (10, 10)] {
                let asked = LineQuery { limit: 100, max_tokens, ..asked(&given) };
                let text = matches(&[found(files, lines)], &["a note".to_owned()], asked);
                assert!(tokens(&text) <= max_tokens as usize, "{max_tokens}:\n{text}");
                let next = text.lines().last().unwrap();
                assert!(next.contains(" of 400 lines in 90 files"), "{next}");
                let more = format!("\"max_tokens\":{}", max_tokens * 2);
                assert!(next.starts_with("100 of") || next.contains(&more), "{next}");
            }
        }
    }

    #[test]
    fn where_nothing_matches_another_call_is_proposed() {
        let none = MatchingLines { files: vec![], total_lines: 0, total_files: 0, ..found(0, 0) };
        let said = |arguments: Value| {
            let given = given(arguments);
            let asked = asked(&given);
            matches(std::slice::from_ref(&none), &[], asked)
        };
        let literal = said(json!({ "pattern": "let pool" }));
        assert_eq!(literal, "no line matches; next: search_code {\"query\":\"let pool\"}\n");
        let regex = said(json!({ "pattern": "let.*pool" }));
        assert!(regex.ends_with("search_code {\"query\":\"let pool\"}\n"), "{regex}");
        let asked_so = said(json!({ "pattern": "let.*pool", "regex": true }));
        assert!(asked_so.ends_with("search_code {\"query\":\"let pool\"}\n"), "{asked_so}");
        let asked_too = said(json!({ "query": "a pool", "pattern": "pool" }));
        assert_eq!(asked_too, "no line matches\n");
        let no_word = said(json!({ "pattern": r"^\d+$", "regex": true }));
        assert_eq!(no_word, "no line matches\n");
        let there = said(json!({ "pattern": r"F-1[3-5]|F-16", "path_glob": ["docs/**"] }));
        assert_eq!(there, "no line matches there\n", "what lies elsewhere may match");
        assert_eq!(words_of_regex(r"(?:set|get)_mode\(|\bPlan\b"), "set get _mode Plan");
        assert_eq!(words_of_regex(r"(?s)fn stop.*?\}|\bE\d{4}\b"), "fn stop");
        let repeated = r"session.{0,12}(expired|[nN]ot found)|session [A-Z0-9]+";
        assert_eq!(words_of_regex(repeated), "session expired not found");
    }

    #[test]
    fn a_text_with_the_marks_of_a_regular_expression_may_be_one() {
        let meant = |pattern: &str, is_regex: bool| {
            let asked = PatternRequest {
                pattern: pattern.to_owned(),
                is_regex,
                ..PatternRequest::default()
            };
            meant_as_regex(&asked).map(|regex| regex.pattern)
        };
        assert_eq!(meant("open|close", false).as_deref(), Some("open|close"));
        assert_eq!(meant("open(|close(", false).as_deref(), Some(r"open\(|close\("));
        assert_eq!(meant("open|close", true), None);
        assert_eq!(meant("open(file)", false), None);
    }
}
