//! Results as compact text that keeps to a budget of tokens.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use sconce_engine::SearchResult;
use serde::{Deserialize, Serialize};

use crate::output::{code_line, escaped, qualified, word};

/// Bytes that one token stands for at least, in code; tokenizers differ, so on the safe side.
const BYTES_A_TOKEN: usize = 3;
/// Bytes kept for the last line's sake.
const RESERVE: usize = 240;
/// The notes take at most this part of the budget.
const NOTES_SHARE: usize = 4;
/// Code shorter than this is not worth a cut.
const WORTH_CUTTING: usize = 240;

/// Bounds of an answer's tokens: below, nothing useful fits; above, clients cut.
const TOKENS: std::ops::RangeInclusive<u32> = 200..=20_000;

/// How much of each result is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ResponseFormat {
    /// `path:start-end`, kind, name, score and the signature.
    Concise,
    /// The code too.
    #[default]
    Detailed,
}

/// How results are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Locations alone, or the code too.
    pub format: ResponseFormat,
    /// Most tokens of the answer.
    pub max_tokens: u32,
    /// The limit of the call.
    pub limit: u32,
}

impl Budget {
    /// A budget within the bounds.
    pub(super) fn new(format: ResponseFormat, max_tokens: u32, limit: u32) -> Self {
        Self { format, max_tokens: max_tokens.clamp(*TOKENS.start(), *TOKENS.end()), limit }
    }
}

/// An upper estimate of a text's tokens.
pub(super) fn tokens(text: &str) -> usize {
    text.len().div_ceil(BYTES_A_TOKEN)
}

/// The answer of a search: notes, results by file with the best file first, and a last line that
/// says how to see more.
pub(super) fn results(found: &[SearchResult], notes: &[String], budget: Budget) -> String {
    let mut text = noted(notes, budget);
    if found.is_empty() {
        text.push_str("no results; say what the code does in other words, or use fewer filters\n");
        return text;
    }
    let room = (budget.max_tokens as usize * BYTES_A_TOKEN).saturating_sub(text.len() + RESERVE);
    let several = found.iter().any(|result| result.index != found[0].index);
    let all: Vec<Listed<'_>> = found.iter().map(|result| Listed::new(result, several)).collect();
    let (shown, left) = heads_that_fit(&all, room);
    let results = &all[..shown];
    let codes = match budget.format {
        ResponseFormat::Concise => signatures_that_fit(results, left),
        ResponseFormat::Detailed => codes_that_fit(results, left),
    };
    let mut files: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    let mut order = vec![];
    for (position, Listed { result, .. }) in results.iter().enumerate() {
        let file = files.entry((&result.index, &result.path)).or_default();
        if file.is_empty() {
            order.push((result.index.as_str(), result.path.as_str()));
        }
        file.push(position);
    }
    for file in order {
        let mut positions = files.remove(&file).unwrap_or_default();
        positions.sort_by_key(|position| results[*position].result.start_line);
        for position in positions {
            text.push_str(&results[position].head);
            write_code(&mut text, &results[position], codes[position]);
        }
        if budget.format == ResponseFormat::Detailed {
            text.push('\n');
        }
    }
    last_line(&mut text, &all, &codes, budget);
    text
}

/// The notes; they leave most of a small budget to the results.
fn noted(notes: &[String], budget: Budget) -> String {
    let mut left = budget.max_tokens as usize * BYTES_A_TOKEN / NOTES_SHARE;
    let mut text = String::new();
    for note in notes {
        let line = format!("note: {}", escaped(note));
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

/// A result as it is written: nothing of it can be taken for a line of ours.
struct Listed<'a> {
    result: &'a SearchResult,
    head: String,
    signature: Option<String>,
    /// Each line of code after its number.
    lines: Vec<String>,
}

impl Listed<'_> {
    fn new(result: &SearchResult, several: bool) -> Listed<'_> {
        let signature = result.signature.as_ref();
        Listed {
            result,
            head: head(result, several),
            signature: signature.map(|text| code_line(result.start_line, &escaped(text))),
            lines: (result.content_start_line..)
                .zip(result.content.lines())
                .map(|(number, line)| code_line(number, line))
                .collect(),
        }
    }

    /// Whether the first lines of this one show all of another.
    fn covers(&self, lines: usize, other: &Listed<'_>) -> bool {
        let (above, result) = (self.result, other.result);
        let from = above.content_start_line;
        above.index == result.index
            && above.path == result.path
            && from <= result.start_line
            && result.end_line < from + lines as u32
    }

    /// Bytes that the signature takes.
    fn signature_len(&self) -> usize {
        self.signature.as_ref().map_or(0, |text| text.len() + 1)
    }
}

/// `src/store.rs:120-168  method Store::connect  score 0.82 both`.
fn head(result: &SearchResult, several: bool) -> String {
    let mut line = String::new();
    if several {
        let _ = write!(line, "[{}] ", escaped(&result.index));
    }
    let _ = write!(line, "{}:{}-{}", escaped(&result.path), result.start_line, result.end_line);
    if let Some(symbol) = qualified(result) {
        let kind = result.kind.as_deref().unwrap_or("in");
        let _ = write!(line, "  {kind} {}", escaped(&symbol));
    }
    let _ = writeln!(line, "  score {:.3} {}", result.score, word(&result.match_type));
    line
}

fn heads_that_fit(results: &[Listed<'_>], room: usize) -> (usize, usize) {
    let mut left = room;
    let mut shown = 0;
    for Listed { head, .. } in results {
        // The best result is always named.
        if shown > 0 && head.len() > left {
            break;
        }
        left = left.saturating_sub(head.len());
        shown += 1;
    }
    (shown, left)
}

/// How much of a result's code is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    /// The first lines of it.
    Lines(usize),
    /// The signature alone.
    Signature,
    /// None, for want of room.
    Nothing,
    /// None: a result above shows the same lines.
    Shown,
}

fn signatures_that_fit(results: &[Listed<'_>], room: usize) -> Vec<Code> {
    let mut left = room;
    let codes = results.iter().map(|result| {
        let length = result.signature_len();
        let fits = length <= left;
        left -= if fits { length } else { 0 };
        if fits { Code::Signature } else { Code::Nothing }
    });
    codes.collect()
}

/// Gives the room to the results in the order of their rank.
fn codes_that_fit(results: &[Listed<'_>], room: usize) -> Vec<Code> {
    let mut left = room;
    let mut codes = vec![];
    for (position, result) in results.iter().enumerate() {
        let covered = results[..position].iter().zip(&codes).any(
            |(above, code)| matches!(code, Code::Lines(lines) if above.covers(*lines, result)),
        );
        let code = if covered { Code::Shown } else { cut(result, left) };
        left = left.saturating_sub(match code {
            Code::Lines(lines) => {
                result.lines.iter().take(lines).map(|line| line.len() + 1).sum::<usize>() + 60
            }
            Code::Signature => result.signature_len(),
            Code::Shown | Code::Nothing => 0,
        });
        codes.push(code);
    }
    codes
}

/// As much of a result's code as there is room for.
fn cut(result: &Listed<'_>, room: usize) -> Code {
    let short = if result.signature_len() <= room { Code::Signature } else { Code::Nothing };
    let whole: usize = result.lines.iter().map(|line| line.len() + 1).sum();
    if room < WORTH_CUTTING.min(whole + 60) {
        return short;
    }
    let mut used = 60;
    let lines = result.lines.iter().take_while(|line| {
        used += line.len() + 1;
        used <= room
    });
    match lines.count() {
        0 => short,
        lines => Code::Lines(lines),
    }
}

fn write_code(text: &mut String, result: &Listed<'_>, code: Code) {
    match code {
        Code::Shown | Code::Nothing => {}
        Code::Signature => {
            if let Some(signature) = &result.signature {
                let _ = writeln!(text, "{signature}");
            }
        }
        Code::Lines(lines) => {
            for line in result.lines.iter().take(lines) {
                let _ = writeln!(text, "{line}");
            }
            let left = result.lines.len().saturating_sub(lines);
            if left > 0 {
                let next = result.result.content_start_line + lines as u32;
                let _ = writeln!(text, "… {left} more lines from {next}");
            }
        }
    }
}

/// How to see more, or to narrow.
fn last_line(text: &mut String, found: &[Listed<'_>], codes: &[Code], budget: Budget) {
    let (shown, found_count) = (codes.len(), found.len());
    let mut more = vec![];
    let short = codes.iter().zip(found).any(|(code, result)| match code {
        Code::Lines(lines) => *lines < result.lines.len(),
        Code::Signature => budget.format == ResponseFormat::Detailed,
        Code::Nothing => true,
        Code::Shown => false,
    });
    if shown < found_count || short {
        more.push(format!("raise max_tokens (now {})", budget.max_tokens));
    }
    if budget.format == ResponseFormat::Concise || short {
        more.push("read_chunk with path and line gives a whole definition".to_owned());
    }
    if found_count >= budget.limit as usize {
        more.push(format!("limit={} gives more", (budget.limit * 2).min(100)));
        more.push("path_glob, language, symbol_type narrow".to_owned());
    }
    let of = if shown < found_count { format!(" of {found_count}") } else { String::new() };
    let noun = if found_count == 1 { "result" } else { "results" };
    let _ = write!(text, "{shown}{of} {}. {}", noun, more.join("; "));
    text.truncate(text.trim_end().len());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use sconce_engine::MatchType;

    use super::*;

    fn result(n: usize, lines: usize) -> SearchResult {
        SearchResult {
            index: "shop".to_owned(),
            path: format!("crates/part_{}/src/module/file_{n}.rs", n % 7),
            language: Some("rust".to_owned()),
            start_line: 10 * n as u32 + 1,
            end_line: 10 * n as u32 + lines as u32,
            kind: Some("function".to_owned()),
            symbol: Some(format!("function_number_{n}")),
            scopes: vec!["Outer".to_owned()],
            signature: Some(format!("pub fn function_number_{n}(value: &str) -> Option<usize>")),
            score: 0.5,
            match_type: MatchType::Both,
            content: "    let ü = \"text\".len();\n".repeat(lines),
            content_start_line: 10 * n as u32 + 1,
            explanation: None,
        }
    }

    #[test]
    fn no_answer_is_beyond_its_budget() {
        let notes = [
            "shop is being indexed: ".to_owned() + &"ü".repeat(300),
            "another process is indexing this project".to_owned(),
        ];
        for max_tokens in [200, 201, 250, 333, 500, 1000, 4000, 20_000] {
            for format in [ResponseFormat::Concise, ResponseFormat::Detailed] {
                for (count, lines) in [(0, 0), (1, 1), (1, 2000), (10, 30), (100, 8)] {
                    for notes in [&notes[..0], &notes[..1], &notes[..]] {
                        let found: Vec<_> = (0..count).map(|n| result(n, lines)).collect();
                        let budget = Budget { format, max_tokens, limit: count.max(1) as u32 };
                        let text = results(&found, notes, budget);
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
    fn results_of_one_file_stand_together_and_the_last_line_says_how_to_go_on() {
        let (first, other, mut second) = (result(9, 3), result(1, 3), result(2, 3));
        second.path.clone_from(&first.path);
        let budget = Budget { format: ResponseFormat::Concise, max_tokens: 4000, limit: 3 };
        let text = results(&[first, other, second], &[], budget);
        let places: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split_once("  ")?.0.split_once("file_"))
            .map(|p| p.1)
            .collect();
        assert_eq!(places, ["9.rs:21-23", "9.rs:91-93", "1.rs:11-13"], "{text}");
        let last = text.lines().last().unwrap();
        assert!(last.starts_with("3 results. ") && last.contains("limit=6 gives more"), "{last}");
    }
}
