//! A search's answer as compact text for agents: it keeps to a budget of tokens, the best places get
//! the room first, and no line stands in it twice.

use std::collections::HashSet;
use std::fmt::Write as _;

use sconce_code::LineRange;
use sconce_engine::{MatchType, SearchResult};

use super::{call_again, call_line, escaped, excerpt, heading, qualified};

/// Bytes that one token stands for at least, in code; tokenizers differ, so on the safe side.
const BYTES_A_TOKEN: usize = 3;
/// Bytes kept for the last line's sake.
const RESERVE: usize = 240;
/// Bytes of a proposed call that is written out, so that its line keeps to that.
const LONGEST_CALL: usize = RESERVE - 33;
/// The notes take at most this part of the budget.
const NOTES_SHARE: usize = 4;
/// Lines that match shown of the next few places after the best, and of the others.
const LINES_OF_NEXT: usize = 2;
const LINES_OF_OTHERS: usize = 1;
/// Places that count as the next few.
const NEXT: usize = 4;
/// Results shown where the query's words are nowhere: what is nearest by meaning may still help.
const NEAREST: usize = 3;

/// The fewest tokens of an answer: with less, nothing useful fits.
const LEAST_TOKENS: u32 = 200;
/// The most tokens of an answer: clients cut longer ones.
pub(crate) const MOST_TOKENS: u32 = 20_000;

/// How results are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Whether there is code around the lines that match.
    pub(crate) detailed: bool,
    /// Most tokens of the answer.
    pub(crate) max_tokens: u32,
    /// Whether the words of a query were looked for, so that results by meaning alone say that they are nowhere.
    words_sought: bool,
    /// Whether each place is told with its index: a call that names none would read another one's.
    pub(crate) names_indexes: bool,
}

impl Budget {
    /// A budget within the bounds.
    pub(crate) fn new(detailed: bool, max_tokens: u32) -> Self {
        let max_tokens = max_tokens.clamp(LEAST_TOKENS, MOST_TOKENS);
        Self { detailed, max_tokens, words_sought: true, names_indexes: false }
    }

    /// The same for an answer for which no words were looked for.
    pub(crate) fn by_meaning(self) -> Self {
        Self { words_sought: false, ..self }
    }

    /// The same for an answer that tells of each place in which index it is.
    pub(crate) fn naming_indexes(self, names_indexes: bool) -> Self {
        Self { names_indexes, ..self }
    }

    /// What is left of it beside another text of the answer.
    pub(crate) fn beside(self, text: &str) -> Self {
        let left = self.max_tokens.saturating_sub(tokens(text) as u32);
        let Self { max_tokens, .. } = Self::new(self.detailed, left);
        Self { max_tokens, ..self }
    }

    /// Most bytes of the answer.
    pub(crate) fn bytes(self) -> usize {
        self.max_tokens as usize * BYTES_A_TOKEN
    }
}

/// The call that is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NextCall<'a> {
    /// The tool.
    pub(crate) tool: &'a str,
    /// What it was given.
    pub(crate) arguments: &'a serde_json::Map<String, serde_json::Value>,
}

/// An answer, and how far each result's place reaches into it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Compact {
    /// The answer.
    pub(crate) text: String,
    /// The byte behind each result that is shown, in the results' order.
    pub(crate) ends: Vec<usize>,
    /// The lines that it shows, by index, path and number; none where it was cut.
    pub(crate) lines: HashSet<(String, String, u32)>,
}

/// An upper estimate of a text's tokens.
pub(crate) fn tokens(text: &str) -> usize {
    text.len().div_ceil(BYTES_A_TOKEN)
}

/// The answer of a search: notes, the best places with the lines that match, one line for each
/// further file, and one exact next call where more can be had.
pub(crate) fn compact(
    found: &[SearchResult],
    notes: &[String],
    budget: Budget,
    again: Option<&NextCall<'_>>,
) -> Compact {
    let mut answer = Compact { text: noted(notes, budget), ..Compact::default() };
    if found.is_empty() {
        answer
            .text
            .push_str("no results; say what the code does in other words, or use fewer filters\n");
        return answer;
    }
    let mut found = found;
    let by_meaning = found.iter().all(|result| result.match_type == MatchType::Vectors);
    if by_meaning && budget.words_sought {
        answer
            .text
            .push_str("weak: the words of the query are nowhere here; nearest by meaning:\n");
        found = &found[..found.len().min(NEAREST)];
    }
    let room = budget.bytes().saturating_sub(RESERVE);
    let mut shown = Shown::default();
    let mut cut = false;
    let mut file_above = None;
    for (at, result) in found.iter().enumerate() {
        let file = Some((result.index.as_str(), result.path.as_str()));
        let head = head(result, file == file_above, budget.names_indexes);
        // The best result is always named.
        if at > 0 && answer.text.len() + head.len() > room {
            cut = true;
            break;
        }
        answer.text.push_str(&head);
        file_above = file;
        for line in shown.lines(result, at, budget) {
            if answer.text.len() + line.len() + 1 > room {
                cut = true;
                break;
            }
            answer.text.push_str(&line);
            answer.text.push('\n');
        }
        answer.ends.push(answer.text.len());
    }
    if !cut {
        let owned =
            |(index, path, line): (&str, &str, u32)| (index.to_owned(), path.to_owned(), line);
        answer.lines = shown.0.into_iter().map(owned).collect();
    }
    match again {
        Some(again) if cut => again.line(&mut answer.text, budget),
        Some(_) if !budget.detailed => read_best(&mut answer.text, &found[0], budget),
        _ => {}
    }
    answer
}

/// The notes; they leave most of a small budget to the results.
fn noted(notes: &[String], budget: Budget) -> String {
    let mut left = budget.bytes() / NOTES_SHARE;
    let mut text = String::new();
    for note in notes {
        let line = super::note(note);
        let line = line.trim_end();
        let end = line.floor_char_boundary(left);
        if end < line.len() {
            let _ = writeln!(text, "{}…", &line[..end]);
            break;
        }
        left -= end;
        let _ = writeln!(text, "{line}");
    }
    text
}

/// `src/store.rs:120-168  method Store::connect at 130`, behind the index where that is to be named; of the file
/// above `:120-168  method Store::connect at 130`.
fn head(result: &SearchResult, is_of_file_above: bool, names_index: bool) -> String {
    let names_index = names_index && !is_of_file_above;
    let index = if names_index { format!("[{}] ", escaped(&result.index)) } else { String::new() };
    let path = if is_of_file_above { "" } else { result.path.as_str() };
    let lines = LineRange { start: result.start_line, end: result.end_line };
    let name = qualified(result);
    let kind = result.kind.as_deref().unwrap_or("in");
    let symbol = name.as_deref().map(|name| (kind, name));
    let at = result.symbol_line.filter(|_| symbol.is_some());
    let at = at.map_or(String::new(), |at| format!(" at {at}"));
    format!("{index}{}{at}\n", heading(path, lines, symbol))
}

/// The lines that are written already.
#[derive(Default)]
struct Shown<'a>(HashSet<(&'a str, &'a str, u32)>);

impl<'a> Shown<'a> {
    /// The lines of a result that are still to be written.
    fn lines(&mut self, result: &'a SearchResult, rank: usize, budget: Budget) -> Vec<String> {
        if result.further {
            return Vec::new();
        }
        if !budget.detailed {
            let lines = match rank {
                0 => excerpt::heart(result),
                1..=NEXT => excerpt::matching(result, LINES_OF_NEXT),
                _ => excerpt::matching(result, LINES_OF_OTHERS),
            };
            let mut is_new =
                |number| self.0.insert((result.index.as_str(), result.path.as_str(), number));
            return lines.into_iter().filter_map(|(n, line)| is_new(n).then_some(line)).collect();
        }
        let known = |line| self.0.contains(&(result.index.as_str(), result.path.as_str(), line));
        let lines = excerpt::around(result, known);
        let numbers = (result.content_start_line..).take(result.content.lines().count());
        self.0.extend(numbers.map(|line| (result.index.as_str(), result.path.as_str(), line)));
        lines
    }
}

impl NextCall<'_> {
    /// The same call with more room.
    fn line(&self, text: &mut String, budget: Budget) {
        let more = budget.max_tokens.saturating_mul(2).min(MOST_TOKENS);
        let new = [("max_tokens", u64::from(more))];
        let call = call_again(self.tool, self.arguments, &new, LONGEST_CALL);
        let _ = writeln!(text, "cut; next: {call}");
    }
}

/// The call that reads the best place.
fn read_best(text: &mut String, best: &SearchResult, budget: Budget) {
    // A small definition among others is read alone.
    let path = match best.symbol_line.filter(|_| best.symbol.is_some()) {
        Some(line) => format!("{}:{line}", best.path),
        None => format!("{}:{}-{}", best.path, best.start_line, best.end_line),
    };
    let mut arguments = serde_json::json!({ "path": path });
    if budget.names_indexes {
        arguments["index_name"] = best.index.as_str().into();
    }
    let call = call_line("read_chunk", &arguments);
    if call.len() <= LONGEST_CALL {
        let _ = writeln!(text, "next: {call}");
    }
}

#[cfg(test)]
mod tests {
    use sconce_engine::MatchedLine;

    use super::*;

    fn result(n: usize, lines: usize) -> SearchResult {
        let first = 10 * n as u32 + 1;
        let matched =
            |line| MatchedLine { line, text: "    let ü = \"text\";".into(), share: 0.3 };
        SearchResult {
            index: "shop".to_owned(),
            path: format!("crates/part_{}/src/module/file_{n}.rs", n % 7),
            language: Some("rust".to_owned()),
            start_line: first,
            end_line: first + lines as u32,
            kind: Some("function".to_owned()),
            symbol: Some(format!("function_number_{n}")),
            symbol_line: None,
            scopes: vec!["Outer".to_owned()],
            signature: Some(format!("pub fn function_number_{n}(value: &str) -> Option<usize>")),
            score: 0.5,
            further: false,
            match_type: MatchType::Both,
            matches: (first..).take(lines.min(5)).map(matched).collect(),
            content: "    let ü = \"text\".len();\n".repeat(lines),
            content_start_line: first,
            explanation: None,
        }
    }

    #[test]
    fn no_answer_is_beyond_its_budget() {
        let notes = [
            "shop is being indexed: ".to_owned() + &"ü".repeat(300),
            "another process is indexing this project".to_owned(),
        ];
        let arguments = serde_json::json!({ "query": "x" });
        let again = NextCall { tool: "search_code", arguments: arguments.as_object().unwrap() };
        for max_tokens in [200, 201, 250, 333, 500, 1000, 4000, 20_000] {
            for detailed in [false, true] {
                for (count, lines) in [(0, 0), (1, 1), (1, 2000), (10, 30), (100, 8)] {
                    for notes in [&notes[..0], &notes[..1], &notes[..]] {
                        let found: Vec<_> = (0..count).map(|n| result(n, lines)).collect();
                        let budget = Budget::new(detailed, max_tokens);
                        let text = compact(&found, notes, budget, Some(&again)).text;
                        let most = max_tokens as usize * BYTES_A_TOKEN;
                        assert!(text.len() <= most, "{} of {most} bytes:\n{text}", text.len());
                        let first = found.first().map_or("no results", |result| &result.path);
                        assert!(text.contains(first), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_place_is_its_lines_and_those_that_match_each_with_its_number() {
        let mut found = [result(0, 8), result(1, 3), result(2, 3)];
        found[0].matches.truncate(1);
        found[2].further = true;
        found[2].symbol_line = Some(23);
        let answer = compact(&found, &[], Budget::new(false, 4000), None);
        assert_eq!(
            answer.text,
            "crates/part_0/src/module/file_0.rs:1-9  function Outer::function_number_0\n\
             1| let ü = \"text\".len();\n\
             2| let ü = \"text\".len();\n\
             3| let ü = \"text\".len();\n\
             crates/part_1/src/module/file_1.rs:11-14  function Outer::function_number_1\n\
             11| let ü = \"text\";\n\
             12| let ü = \"text\";\n\
             crates/part_2/src/module/file_2.rs:21-24  function Outer::function_number_2 at 23\n"
        );
        assert_eq!(answer.ends.len(), 3);
        assert_eq!(answer.ends[2], answer.text.len());
    }

    #[test]
    fn a_file_is_named_once_for_its_places_that_follow_each_other() {
        let mut found = [result(0, 1), result(1, 1), result(2, 1), result(0, 1)];
        found[1].path = found[0].path.clone();
        let heads = |found: &[SearchResult], budget: Budget| {
            let text = compact(found, &[], budget, None).text;
            let heads = text.lines().filter(|line| !line.contains('|'));
            heads.map(|line| line.split("  ").next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let budget = Budget::new(false, 4000);
        let (first, third) =
            ("crates/part_0/src/module/file_0.rs:1-2", "crates/part_2/src/module/file_2.rs:21-22");
        assert_eq!(heads(&found, budget), [first, ":11-12", third, first]);
        let named = |head: &str| format!("[shop] {head}");
        let expected = [named(first), ":11-12".to_owned(), named(third), named(first)];
        assert_eq!(heads(&found, budget.naming_indexes(true)), expected);
        found[1].index = "mill".to_owned();
        let of_another = format!("[mill] {}", first.replace("1-2", "11-12"));
        let expected = [named(first), of_another, named(third), named(first)];
        assert_eq!(heads(&found, budget.naming_indexes(true)), expected);
    }

    #[test]
    fn a_line_of_two_places_is_shown_once() {
        let mut found = [result(0, 8), result(1, 3)];
        found[1].path = found[0].path.clone();
        found[1].matches[0].line = 1;
        let text = compact(&found, &[], Budget::new(false, 4000), None).text;
        assert_eq!(text.matches("1| ").count(), 1, "{text}");
        assert_eq!(text.matches("12| ").count(), 1, "{text}");
    }

    #[test]
    fn the_best_place_has_its_first_line_and_what_follows_each_that_matches() {
        let mut best = result(0, 40);
        best.content = "\tfn a() {\n\t\tif b {\n\n\t\t\tc();\n\t\t}\n".repeat(8);
        let matched = |line, share| MatchedLine { line, text: String::new(), share };
        best.matches = vec![matched(2, 0.2), matched(37, 0.4), matched(39, 0.3)];
        let text = compact(&[best], &[], Budget::new(false, 4000), None).text;
        let lines: Vec<&str> = text.lines().skip(1).collect();
        let expected = ["1| fn a() {", "2| \tif b {", "4| \t\tc();"];
        assert_eq!(lines[..3], expected, "{text}");
        let numbers: Vec<&str> = lines.iter().map(|line| line.split_once('|').unwrap().0).collect();
        let numbers: Vec<u32> =
            numbers.iter().map(|number| number.trim().parse().unwrap()).collect();
        assert_eq!(numbers, [1, 2, 4, 37, 39], "and no line without a letter: {text}");
    }

    #[test]
    fn a_place_begins_with_what_tells_what_it_is() {
        let shown = |content: &str| {
            let best = SearchResult { content: content.into(), matches: vec![], ..result(0, 4) };
            let text = compact(&[best], &[], Budget::new(false, 4000), None).text;
            text.lines().nth(1).map(str::to_owned).unwrap_or_default()
        };
        assert_eq!(shown("/**\n * Closes it.\n */\nvoid close() {\n"), "2| * Closes it.");
        assert_eq!(shown("#[test]\n#[ignore]\nfn closes() {\n"), "3| fn closes() {");
        assert_eq!(shown("@Override\nvoid close() {\n"), "2| void close() {");
        assert_eq!(shown("@app.get(\"/x\")\ndef x():\n"), "1| @app.get(\"/x\")");
    }

    #[test]
    fn a_line_that_tells_where_is_shorter_than_one_of_code() {
        let mut found = result(0, 1);
        found.content = format!("{}\n", "ü".repeat(300));
        for (detailed, widest) in [(false, 120), (true, 160)] {
            let text = compact(&[found.clone()], &[], Budget::new(detailed, 4000), None).text;
            let line = text.lines().nth(1).unwrap();
            assert_eq!(line, format!("1| {}…", "ü".repeat(widest)));
        }
    }

    #[test]
    fn an_import_is_shown_where_nothing_else_matches() {
        let mut found = [result(0, 3), result(1, 3)];
        let matched = |line, text: &str, share| MatchedLine { line, text: text.into(), share };
        found[1].matches = vec![
            matched(11, "use a::rest;", 0.9),
            matched(12, "rest();", 0.2),
            matched(13, "rest + 1", 0.1),
        ];
        let shown = |found: &[SearchResult]| {
            let text = compact(found, &[], Budget::new(false, 4000), None).text;
            let second = text.lines().skip_while(|line| !line.contains("file_1")).skip(1);
            second.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(shown(&found), ["12| rest();", "13| rest + 1"]);
        found[1].matches.truncate(1);
        assert_eq!(shown(&found), ["11| use a::rest;"]);
    }

    #[test]
    fn an_import_takes_no_room_of_the_best_place() {
        let shown = |best: SearchResult| {
            let text = compact(&[best], &[], Budget::new(false, 4000), None).text;
            text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
        };
        let mut best = result(0, 40);
        best.content = "import { rest } from './rest';\n\n\nfunction a() {\n  rest();\n}\n".into();
        best.matches = vec![MatchedLine { line: 5, text: String::new(), share: 0.5 }];
        assert_eq!(shown(best.clone()), ["5| rest();"]);
        let named = SearchResult { symbol_line: Some(4), ..best.clone() };
        assert_eq!(shown(named), ["4| function a() {", "5|   rest();"]);
        best.matches.clear();
        assert_eq!(shown(best), ["1| import { rest } from './rest';"], "nothing else is known");
    }

    #[test]
    fn the_last_line_is_one_exact_call() {
        let arguments = serde_json::json!({ "query": "x", "max_tokens": 200 });
        let again = NextCall { tool: "search_code", arguments: arguments.as_object().unwrap() };
        let found: Vec<SearchResult> = (0..30).map(|n| result(n, 8)).collect();
        let cut = compact(&found, &[], Budget::new(false, 200), Some(&again)).text;
        let last = cut.lines().last().unwrap();
        assert_eq!(last, r#"cut; next: search_code {"query":"x","max_tokens":400}"#);
        let whole = compact(&found[..1], &[], Budget::new(false, 4000), Some(&again)).text;
        let last = whole.lines().last().unwrap();
        let path = "crates/part_0/src/module/file_0.rs:1-9";
        assert_eq!(last, format!(r#"next: read_chunk {{"path":"{path}"}}"#));
        let small = SearchResult { symbol_line: Some(4), ..found[0].clone() };
        let small = compact(&[small], &[], Budget::new(false, 4000), Some(&again)).text;
        assert!(small.ends_with("file_0.rs:4\"}\n"), "{small}");
        let odd = SearchResult { path: "a\u{202e}b.rs".to_owned(), ..result(0, 1) };
        let odd = compact(&[odd], &[], Budget::new(false, 4000), Some(&again)).text;
        assert!(odd.ends_with("next: read_chunk {\"path\":\"a\\u202eb.rs:1-2\"}\n"), "{odd}");
    }

    #[test]
    fn a_long_definition_is_shown_around_the_lines_that_match_and_no_line_twice() {
        let mut long = result(0, 90);
        long.matches = vec![MatchedLine { line: 60, text: String::new(), share: 0.5 }];
        let mut inside = result(0, 4);
        (inside.start_line, inside.content_start_line, inside.end_line) = (58, 58, 61);
        let text = compact(&[long, inside], &[], Budget::new(true, 4000), None).text;
        let numbers: Vec<&str> =
            text.lines().filter_map(|line| line.split_once('|')).map(|l| l.0.trim()).collect();
        assert_eq!(numbers, ["1", "2", "58", "59", "60", "61", "62", "63", "64"], "{text}");
        assert!(text.contains("2| …"), "{text}");
    }

    #[test]
    fn an_answer_by_meaning_alone_says_that_it_is_weak() {
        let by_meaning = |n| SearchResult { match_type: MatchType::Vectors, ..result(n, 3) };
        let found: Vec<SearchResult> = (0..9).map(by_meaning).collect();
        let answer = compact(&found, &[], Budget::new(false, 4000), None);
        assert!(answer.text.starts_with("weak: "), "{}", answer.text);
        assert_eq!(answer.ends.len(), NEAREST);
        // Where no words were looked for, nothing is said of them.
        let answer = compact(&found, &[], Budget::new(false, 4000).by_meaning().beside("x"), None);
        assert!(answer.text.starts_with("crates/"), "{}", answer.text);
        assert_eq!(answer.ends.len(), found.len());
    }
}
