//! `read_chunk`: definitions, ranges of lines and outlines, of one place or of several.

use std::fmt::Write as _;

use rmcp::model::{CallToolResponse, Tool};
use schemars::JsonSchema;
use sconce_code::LineRange;
use sconce_engine::IndexedFile;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Effect, tool};
use crate::mcp::call::{Call, text};
use crate::mcp::errors::ToolError;
use crate::mcp::file_location::{self, Named, places};
use crate::mcp::lenient;
use crate::mcp::reading::{Reading, Rest, Wanted, reading};
use crate::output::{Budget, MOST_TOKENS, call_line, cut, escaped, note};

const DESCRIPTION: &str = "\
Read code at known places, instead of whole files. `path:line`: the definition there, around the \
line if it is long; `path:10-40`: these lines; `path`: the outline, or all of a short file.";

/// Its definition.
pub(super) fn definition() -> Tool {
    tool::<Arguments>("read_chunk", "Read code", Effect::Reads, DESCRIPTION)
}

/// Arguments of `read_chunk`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Arguments {
    /// "src/a.rs:120", or a list of such places
    #[serde(deserialize_with = "lenient::texts")]
    #[schemars(with = "String")]
    pub path: Vec<String>,
    #[serde(default)]
    pub line: Option<u32>,
    #[serde(default)]
    pub end_line: Option<u32>,
    /// project's directory
    #[serde(default)]
    pub project: Option<String>,
    #[serde(default)]
    pub index_name: Option<String>,
    #[serde(default = "lenient::four_thousand")]
    pub max_tokens: u32,
}

/// Most places of one call.
const MOST_PLACES: usize = 20;
/// A file of at most so many lines is shown whole: its outline would hardly be shorter.
const SHORT_FILE: u32 = 40;
/// Fewer bytes are not worth a place.
const LEAST_A_PLACE: usize = 400;

/// Reads the places that were asked for, one after another.
pub(super) async fn run(call: &Call<'_>) -> Result<CallToolResponse, ToolError> {
    let arguments: Arguments = call.arguments()?;
    let places = places(&arguments.path);
    if places.len() > MOST_PLACES {
        return Err(ToolError::new(format!("{} places are too many at once", places.len()))
            .with_hint(format!("name at most {MOST_PLACES} places in one call")));
    }
    let mut notes = vec![];
    let mut found = vec![];
    let mut first_error = None;
    for path in if places.is_empty() { vec![String::new()] } else { places } {
        match part(call, &arguments, &path, &mut notes).await {
            Ok(part) => found.push(Found::Part(Box::new(part))),
            Err(error) => {
                found.push(Found::Nothing(in_place(&path, &error)));
                first_error.get_or_insert(error);
            }
        }
    }
    match first_error {
        Some(error) if !found.iter().any(|found| matches!(found, Found::Part(_))) => Err(error),
        _ => Ok(text(answer(&found, &notes, &arguments))),
    }
}

/// What a place came to.
enum Found {
    Part(Box<Part>),
    /// A line that says why there is nothing.
    Nothing(String),
}

/// A part of a file.
struct Part {
    file: IndexedFile,
    wanted: Wanted,
}

async fn part(
    call: &Call<'_>,
    arguments: &Arguments,
    path: &str,
    notes: &mut Vec<String>,
) -> Result<Part, ToolError> {
    let Arguments { line, end_line, project, index_name, .. } = arguments.clone();
    let named = Named { path: path.to_owned(), line, end_line, project, index_name };
    let at = file_location::resolve(call, &named).await?;
    for note in &at.notes {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    let file = match at.index.file(&at.path).await {
        Ok(file) => file,
        Err(error) => return Err(Box::pin(file_location::why_missing(call, &at, error)).await),
    };
    let wanted = match (at.line, at.end_line) {
        (None, None) if (1..=SHORT_FILE).contains(&file.line_count()) => {
            Wanted::Lines(LineRange { start: 1, end: file.line_count() })
        }
        (None, None) => Wanted::Outline,
        (Some(line), None) => Wanted::At(line),
        (first, Some(last)) => {
            let first = first.unwrap_or(1);
            Wanted::Lines(LineRange { start: first.min(last), end: first.max(last) })
        }
    };
    if reading(&file, wanted, 0).is_none() {
        let first = at.line.unwrap_or_default();
        let (path, lines) = (cut(&file.path), file.line_count());
        return Err(ToolError::new(format!("{path} has no line {first}"))
            .with_hint(format!("it has {lines} lines, counted from 1; without one: its outline"))
            .with_call("read_chunk", &json!({ "path": file.path })));
    }
    Ok(Part { file, wanted })
}

/// An error among other answers.
fn in_place(path: &str, error: &ToolError) -> String {
    let hint = error.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{}: error: {}{}\n", escaped(&cut(path)), escaped(&error.message), escaped(&hint))
}

/// The notes, what was read, and the call that reads on.
fn answer(found: &[Found], notes: &[String], arguments: &Arguments) -> String {
    let all = Budget::new(true, arguments.max_tokens).bytes();
    let mut text = String::new();
    text.extend(notes.iter().map(|text| note(text)));
    let room = all.saturating_sub(text.len()).max(LEAST_A_PLACE);
    let next_line = next_line_len(found, arguments);
    let reserve = if next_line < room / 3 { next_line } else { 0 };
    let (readings, mut rests) = readings(found, room - reserve);
    text.push_str(&readings.join("\n"));
    if arguments.max_tokens >= MOST_TOKENS {
        rests.retain(|rest| !rest.longer);
    }
    if reserve > 0 && !rests.is_empty() {
        let _ = writeln!(text, "next: {}", next_call(&rests, arguments));
    }
    text
}

/// What is read of each place, within the room that all share, and what is left of them.
fn readings(found: &[Found], room: usize) -> (Vec<String>, Vec<Rest>) {
    let count = found.len().min((room / LEAST_A_PLACE).max(1));
    let read = |found: &Found, room| match found {
        Found::Nothing(line) => Reading { text: line.clone(), rest: None },
        Found::Part(part) => reading(&part.file, part.wanted, room)
            .unwrap_or_else(|| Reading { text: String::new(), rest: None }),
    };
    let whole: Vec<Reading> = found[..count].iter().map(|found| read(found, room)).collect();
    let needs: Vec<usize> = whole.iter().map(|reading| reading.text.len() + 1).collect();
    let shares = shares(&needs, room);
    let (mut texts, mut rests) = (vec![], vec![]);
    for (position, whole) in whole.into_iter().enumerate() {
        let fits = needs[position] <= shares[position];
        let found = &found[position];
        let shown = if fits { whole } else { read(found, shares[position].saturating_sub(1)) };
        texts.push(shown.text);
        rests.extend(shown.rest);
    }
    for found in &found[count..] {
        if let Found::Part(part) = found {
            rests.push(Rest { place: place(part), longer: false });
        }
    }
    (texts, rests)
}

/// Shares of a room: who needs little gets it, the others get equal parts of what is left.
fn shares(needs: &[usize], room: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..needs.len()).collect();
    order.sort_by_key(|position| needs[*position]);
    let mut shares = vec![0; needs.len()];
    let mut left = room;
    for (done, position) in order.into_iter().enumerate() {
        shares[position] = needs[position].min(left / (needs.len() - done));
        left -= shares[position];
    }
    shares
}

/// A place as a call names it.
fn place(part: &Part) -> String {
    match part.wanted {
        Wanted::Outline => part.file.path.clone(),
        Wanted::At(line) => format!("{}:{line}", part.file.path),
        Wanted::Lines(range) => format!("{}:{}-{}", part.file.path, range.start, range.end),
    }
}

/// Bytes that the last line takes at most.
fn next_line_len(found: &[Found], arguments: &Arguments) -> usize {
    let parts = found.iter().filter_map(|found| match found {
        Found::Part(part) => Some(Rest { place: part.file.path.clone(), longer: true }),
        Found::Nothing(_) => None,
    });
    let rests: Vec<Rest> = parts.collect();
    next_call(&rests, arguments).len() + 20 * rests.len() + 10
}

/// The call that reads what was left out.
fn next_call(rests: &[Rest], arguments: &Arguments) -> String {
    let mut next = Map::new();
    let path = match rests {
        [only] => Value::from(only.place.as_str()),
        rests => rests.iter().map(|rest| rest.place.as_str()).collect(),
    };
    next.insert("path".to_owned(), path);
    let same = [("project", &arguments.project), ("index_name", &arguments.index_name)];
    for (name, value) in same {
        if let Some(value) = value {
            next.insert(name.to_owned(), value.as_str().into());
        }
    }
    if rests.iter().any(|rest| rest.longer) {
        let more = arguments.max_tokens.saturating_mul(2).min(MOST_TOKENS);
        next.insert("max_tokens".to_owned(), more.into());
    }
    call_line("read_chunk", &Value::Object(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(path: &str, lines: usize, wanted: Wanted) -> Found {
        let lines: Vec<String> = (0..lines).map(|n| format!("let value_{n} = {n};")).collect();
        let sections = vec![LineRange { start: 1, end: lines.len() as u32 }];
        let file = IndexedFile { path: path.to_owned(), symbols: vec![], lines, sections };
        Found::Part(Box::new(Part { file, wanted }))
    }

    fn asked(max_tokens: u32) -> Arguments {
        let (line, end_line, project) = (None, None, None);
        let index_name = Some("shop".to_owned());
        Arguments { path: vec![], line, end_line, project, index_name, max_tokens }
    }

    #[test]
    fn places_share_one_budget_and_the_last_line_reads_on() {
        let all = Wanted::Lines(LineRange { start: 1, end: 5000 });
        let found = [
            part("src/long.rs", 5000, all),
            Found::Nothing("b.rs: error: b.rs is not in the index 'shop'\n".to_owned()),
            part("src/short.rs", 3, all),
            part("src/longer.rs", 9000, all),
        ];
        for max_tokens in [200, 300, 500, 1000, 4000, 20_000] {
            let text = answer(&found, &["it is being indexed".to_owned()], &asked(max_tokens));
            let most = max_tokens as usize * 3;
            assert!(text.len() <= most, "{} of {most} bytes:\n{text}", text.len());
            let next = text.lines().last().unwrap();
            let next = next.strip_prefix("next: read_chunk ").unwrap();
            let next: Value = serde_json::from_str(next).unwrap();
            assert_eq!(next["index_name"], "shop");
            let places = next["path"].as_array().unwrap();
            assert!(places.last().unwrap().as_str().unwrap().starts_with("src/longer.rs:"));
            if max_tokens >= 1000 {
                assert!(text.contains("\n3| let value_2"), "{text}");
                assert!(text.contains("b.rs: error: "), "{text}");
                assert_eq!(places.len(), 2, "{next}");
            }
        }
    }

    #[test]
    fn what_is_all_there_needs_no_next_call() {
        let found = [part("a.rs", 3, Wanted::At(2))];
        let text = answer(&found, &[], &asked(4000));
        let code = "a.rs:1-3\n1| let value_0 = 0;\n2| let value_1 = 1;\n";
        assert_eq!(text, format!("{code}3| let value_2 = 2;\n"));
    }

    #[test]
    fn who_needs_little_leaves_the_rest_to_others() {
        assert_eq!(shares(&[10, 1000, 500], 600), [10, 295, 295]);
        assert_eq!(shares(&[10, 20], 600), [10, 20]);
        assert_eq!(shares(&[], 600), Vec::<usize>::new());
    }
}
