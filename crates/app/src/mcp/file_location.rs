//! A file of an index and a line in it, as a call names them.

use std::path::Path;

use sconce_engine::{EngineError, Index, Skipped};
use serde_json::json;

use super::call::{Call, path_like};
use super::errors::ToolError;
use super::freshness::{self, Noted};
use super::near_path::PathKind;
use crate::no_results;
use crate::output::cut;

/// What a call says of a file.
pub(super) struct Named {
    /// `src/a.rs`, `src/a.rs:12`, or an absolute path.
    pub path: String,
    /// The line, where it does not stand behind the path.
    pub line: Option<u32>,
    /// The last of several lines, where it does not stand behind the path.
    pub end_line: Option<u32>,
    /// Directory of the project.
    pub project: Option<String>,
    /// Index instead of a project.
    pub index_name: Option<String>,
}

/// A file of an index, and the line meant.
pub(super) struct FileLocation {
    /// The index.
    pub index: Index,
    /// Path relative to the root.
    pub path: String,
    /// The line, where one was given.
    pub line: Option<u32>,
    /// The last line, where a range was given.
    pub end_line: Option<u32>,
    /// What the caller should know of the index.
    pub notes: Vec<String>,
}

/// Resolves `path`, `path:line`, an absolute path, and which index is meant.
pub(super) async fn resolve(call: &Call<'_>, named: &Named) -> Result<FileLocation, ToolError> {
    let Named { path, line, end_line, project, index_name } = named;
    if split_lines(path.trim()).0.is_empty() {
        let error = ToolError::new("the path is empty")
            .with_hint("name a file, relative to the project's root");
        return Err(match some_file(call, named).await {
            Some(file) => error.with_argument(call.tool, call.given, "path", file.into()),
            None => error,
        });
    }
    let engine = &call.mcp.engine().await?;
    let (in_head, path) = match index_of_head(path.trim()) {
        Some((index, path)) if index_name.is_none() => (Some(index), path),
        _ => (None, path.trim()),
    };
    let whole = path;
    let (path, in_path) = split_lines(path);
    let (line, end_line) = match in_path {
        Some((first, last)) if line.is_none() => (Some(first), last.or(*end_line)),
        _ => (*line, *end_line),
    };
    let (mut real, mut notes) = (None, vec![]);
    let index = if let Some(name) = index_name.as_deref().or(in_head) {
        call.mcp.index_named(engine, name).await?
    } else {
        let absolute = project.is_none() && Path::new(path).is_absolute();
        let (argument, given) =
            if absolute { ("path", Some(path)) } else { ("project", project.as_deref()) };
        let place = call.locate(argument, given).await?;
        let Noted { index, notes: told } = if given.is_some() {
            freshness::of_file(call, engine, &place.directory).await?
        } else {
            freshness::of(call, engine, &place.directory).await?
        };
        notes = told;
        let file = place.file.as_ref().map(|file| place.directory.join(file));
        real = absolute.then(|| file.unwrap_or(place.directory));
        index
    };
    // A link leads to where the file is indexed.
    let inside = real.as_deref().and_then(|real| real.strip_prefix(index.root()).ok());
    let relative = |path: &str| {
        let path = Path::new(path);
        let relative = path.strip_prefix(index.root()).unwrap_or(path);
        relative.strip_prefix("./").unwrap_or(relative).to_string_lossy().into_owned()
    };
    let mut path =
        inside.map_or_else(|| relative(path), |path| path.to_string_lossy().into_owned());
    if path.contains('\\') && !index.holds_file(&path).await? {
        path = path.replace('\\', "/");
    }
    // What stands behind a blank may be a part of the name.
    if in_path.is_some()
        && whole.contains(char::is_whitespace)
        && index.holds_file(&relative(whole)).await?
    {
        let (path, line, end_line) = (relative(whole), named.line, named.end_line);
        return Ok(FileLocation { index, path, line, end_line, notes });
    }
    // As test runners write it, and as it is asked for: `tests/cart.py::TestCart::test_total`, `cart.py:total`.
    if line.is_none()
        && let Some((file, name)) = path.split_once(':')
        && let name = name.trim_start_matches(':')
        && !index.holds_file(&path).await?
        && index.holds_file(file).await?
    {
        let line = index.file(file).await?.definition_of(name).map(|found| found.name_line);
        if line.is_none() {
            notes.push(format!("nothing in {} is called `{}`", cut(file), cut(name)));
        }
        return Ok(FileLocation { path: file.to_owned(), index, line, end_line, notes });
    }
    Ok(FileLocation { index, path, line, end_line, notes })
}

/// Why a file that a call names is not in its index, where `error` says that it is not.
pub(super) async fn why_missing(
    call: &Call<'_>,
    at: &FileLocation,
    error: EngineError,
) -> ToolError {
    let FileLocation { index, path, .. } = at;
    if !matches!(error, EngineError::NoSuchFile { .. }) {
        return error.into();
    }
    let skipped = index.skipped_files().await.unwrap_or_default();
    let is_of = |skipped: &&Skipped| {
        skipped.path == *path || (skipped.path.ends_with('/') && path.starts_with(&skipped.path))
    };
    if let Some(skipped) = skipped.paths.iter().find(is_of) {
        let reason = skipped.reason.as_str();
        let asked = json!({ "index_name": index.name(), "skipped": true, "reason": reason });
        let what = no_results::left_out(skipped);
        return ToolError::new(format!("{} cannot be read here: {what}", cut(path)))
            .with_call("index_stats", &asked);
    }
    let failure = |message: String, near: &str| {
        let value = call.replaced("path", path, near);
        ToolError::new(message).with_argument(call.tool, call.given, "path", value)
    };
    if let Some(first) = first_below(index, path).await {
        let message = format!("{} is a directory", if path.is_empty() { "." } else { path });
        return failure(message, &first)
            .with_hint("name a file in it; search_code with this path searches all of it");
    }
    match path_like(index, path, PathKind::File).await {
        Some(near) if near == *path => {
            let line = at.line.unwrap_or(1);
            ToolError::new(format!("{} has no line {line}", cut(path)))
                .with_hint("read_chunk shows the lines that it has")
                .with_argument(call.tool, call.given, "line", 1.into())
        }
        Some(near) => {
            failure(error.to_string(), &near).with_hint(format!("there is {}", cut(&near)))
        }
        None => error.into(),
    }
}

/// A file of the index that is meant, where it can be told.
async fn some_file(call: &Call<'_>, named: &Named) -> Option<String> {
    let engine = &call.mcp.engine().await.ok()?;
    let index = if let Some(name) = &named.index_name {
        call.mcp.index_named(engine, name).await.ok()?
    } else {
        let place = call.locate("project", named.project.as_deref()).await.ok()?;
        freshness::of(call, engine, &place.directory).await.ok()?.index
    };
    first_below(&index, "").await
}

/// The first file of an index below a directory.
async fn first_below(index: &Index, directory: &str) -> Option<String> {
    let directory = directory.trim_end_matches('/');
    let below = |path: &str| {
        let rest = path.strip_prefix(directory);
        directory.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
    };
    index.paths().await.ok()?.into_iter().find(|path| below(path))
}

/// The index that a result's heading begins with: `[shop] src/a.rs:1-4`.
fn index_of_head(text: &str) -> Option<(&str, &str)> {
    let (index, path) = text.strip_prefix('[')?.split_once("] ")?;
    (!index.is_empty() && !index.contains(['[', ',', '"'])).then(|| (index, path.trim_start()))
}

/// The places that texts name, as `of_text` takes each apart. Lines alone, as the heading `:12-40  method close` has
/// them, are of the file before.
pub(super) fn places<'a>(texts: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for place in texts.into_iter().flat_map(|text| of_text(text)) {
        let is_of_file_before = matches!(split_lines(place.trim()), ("", Some(_)));
        let before = places.last().filter(|_| is_of_file_before);
        let before = before.map_or("", |before| split_lines(before.trim()).0);
        places.push(format!("{before}{place}"));
    }
    places
}

/// The places of a text with several ranges, `src/a.rs:12-16,25-30`, or with several files,
/// `src/a.rs:12, src/b.rs:40-60`; else the text itself.
fn of_text(text: &str) -> Vec<String> {
    if let Some(places) = of_several_files(text) {
        return places;
    }
    for (at, mark) in text.match_indices([':', '#']) {
        let ranges: Vec<&str> = text[at + mark.len()..].split(',').map(str::trim).collect();
        let are_ranges = ranges.len() > 1 && ranges.iter().all(|range| lines(range).is_some());
        let is_list =
            ranges.len() > 2 || ranges.iter().any(|range| range.contains(['-', '.', '\u{2013}']));
        if are_ranges && is_list {
            return ranges.iter().map(|range| format!("{}:{range}", &text[..at])).collect();
        }
    }
    vec![text.to_owned()]
}

/// The parts of a text with commas, semicolons, line ends or blanks between, where each names a file with its lines.
fn of_several_files(text: &str) -> Option<Vec<String>> {
    let parts: Vec<&str> = text.split([',', ';', '\n']).map(str::trim).collect();
    let parts = if parts.len() > 1 { parts } else { text.split_whitespace().collect() };
    let is_place = |part: &&str| {
        let (path, lines) = split_lines(part);
        lines.is_some() && !path.is_empty() && !path.contains(char::is_whitespace)
    };
    let are_places = parts.len() > 1 && parts.iter().all(is_place);
    are_places.then(|| parts.into_iter().map(str::to_owned).collect())
}

/// A path and the lines behind it, as agents write them: `src/a.rs:12`, `src/a.rs:12-40`,
/// `src/a.rs:12:5`, `src/a.rs#L12-L40`, `src/a.rs (12-40)`, or the heading of a result or an outline; and as compilers and
/// stack traces do.
fn split_lines(path: &str) -> (&str, Option<(u32, Option<u32>)>) {
    if let Some((path, lines)) = of_message(path) {
        return (path, Some(lines));
    }
    for (at, _) in path.match_indices([':', '#']) {
        let behind = &path[at + 1..];
        // A heading goes on with the symbol.
        let first_word = behind.split_once([' ', '\t']).map_or(behind, |(first, _)| first);
        let first_word = first_word.trim_end_matches(':');
        if let Some(lines) = lines(behind).or_else(|| lines(first_word)) {
            return (&path[..at], Some(lines));
        }
        if is_outline(behind) {
            return (&path[..at], None);
        }
    }
    behind_blank(path).map_or((path, None), |(path, lines)| (path, Some(lines)))
}

/// The place in a line of a message: `File "a.py", line 36, in f`, `at f (src/a.js:10:5)`, `--> src/a.rs:10:5`,
/// `a.ts(18,15): error`, `a.c:12: error: …`.
fn of_message(text: &str) -> Option<(&str, (u32, Option<u32>))> {
    let text = text.trim();
    let frame = text.strip_prefix("at ").or_else(|| text.strip_prefix("--> "));
    if let Some(frame) = frame {
        let inside = frame.strip_suffix(')').and_then(|frame| frame.rsplit_once('('));
        let (path, lines) = split_lines(inside.map_or(frame, |(_, inside)| inside));
        return Some((path, lines?));
    }
    let quoted = text.strip_prefix("File ").unwrap_or(text);
    if let Some((path, behind)) = quoted.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        let behind = behind.trim_start_matches([',', ':', ' ', '(']);
        let number = behind.strip_prefix("lines ").or_else(|| behind.strip_prefix("line "));
        let number = number.unwrap_or(behind).split([',', ' ', ')']).next()?;
        return Some((path, lines(number)?)).filter(|_| !path.is_empty());
    }
    let (path, behind) = text.split_once('(').filter(|(path, _)| !path.ends_with([' ', '/']))?;
    let (place, behind) = behind.split_once(')')?;
    let (first, column) = place.split_once(',').unwrap_or((place, "0"));
    let is_place = column.trim().parse::<u32>().is_ok() && !path.is_empty();
    let ends = behind.is_empty() || behind.starts_with(':');
    Some((path, (first.parse().ok()?, None))).filter(|_| is_place && ends)
}

/// ` 12 symbols, 80 lines`, as an outline's heading goes on.
fn is_outline(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    matches!(words.as_slice(), [symbols, "symbols,", lines, "lines"]
        if symbols.parse::<u32>().is_ok() && lines.parse::<u32>().is_ok())
}

/// `src/a.rs 12-40`, `src/a.rs (12-40)`, `src/a.rs, lines 12-40`.
fn behind_blank(text: &str) -> Option<(&str, (u32, Option<u32>))> {
    let (before, last) = text.rsplit_once(char::is_whitespace)?;
    let found = lines(last.trim_start_matches('(').trim_end_matches(')'))?;
    let before = before.trim_end();
    let bare = ["lines", "line"].iter().find_map(|word| {
        let rest = before.strip_suffix(word)?;
        rest.ends_with([' ', '(', ',']).then_some(rest)
    });
    let path = bare.unwrap_or(before).trim_end_matches([' ', '(', ',']);
    (!path.is_empty()).then_some((path, found))
}

/// `12`, `12-40`, `L12-L40`, `12:5-40:1`: the first line and the last.
pub(super) fn lines(text: &str) -> Option<(u32, Option<u32>)> {
    let separator = ["..", "-", "\u{2013}", ","].into_iter().find(|mark| text.contains(mark));
    let Some((first, last)) = separator.and_then(|mark| text.split_once(mark)) else {
        return Some((line(text)?, None));
    };
    let last = if last.is_empty() { None } else { Some(line(last)?) };
    Some((line(first)?, last))
}

/// `12`, `L12`, and `12:5` or `L12C5` with a column.
fn line(text: &str) -> Option<u32> {
    let text = text.trim();
    let text = text.strip_prefix(['L', 'l']).unwrap_or(text);
    let (line, column) = text.split_once([':', 'C']).unwrap_or((text, "0"));
    column.parse::<u32>().ok()?;
    line.parse().ok()
}

#[cfg(test)]
mod tests {
    use sconce_code::LineRange;

    use super::{index_of_head, of_text, places, split_lines};
    use crate::output::heading;

    #[test]
    fn several_ranges_are_several_places() {
        let split = of_text("src/a.rs:12-16, 25-30");
        assert_eq!(split, ["src/a.rs:12-16", "src/a.rs:25-30"]);
        assert_eq!(of_text("src/a.rs:1,4,9"), ["src/a.rs:1", "src/a.rs:4", "src/a.rs:9"]);
        for one in ["src/a.rs:12,40", "src/a,b.rs:3", "a,b", ":,", "x:1,"] {
            assert_eq!(of_text(one), [one]);
        }
    }

    #[test]
    fn lines_alone_are_of_the_file_before() {
        let texts = ["[shop] src/a.rs:12-16", ":20  method close", "b.rs", ":3,5-6", ":7-9"];
        let expected = [
            "[shop] src/a.rs:12-16",
            "[shop] src/a.rs:20  method close",
            "b.rs",
            "b.rs:3",
            "b.rs:5-6",
            "b.rs:7-9",
        ];
        assert_eq!(places(&texts.map(str::to_owned)), expected);
        assert_eq!(places(&[":7-9".to_owned()]), [":7-9"], "there is none before");
    }

    #[test]
    fn several_files_may_stand_in_one_text() {
        for text in [
            "src/a.rs:12, b.rs:3-9",
            "src/a.rs:12;b.rs:3-9",
            "src/a.rs:12 b.rs:3-9",
            "src/a.rs:12\nb.rs:3-9",
        ] {
            assert_eq!(places(&[text.to_owned()]), ["src/a.rs:12", "b.rs:3-9"], "{text:?}");
        }
        for text in ["src/a.rs:12  method close", "a, b.rs:12", "src/a.rs (12-40)", "my file.rs:3"]
        {
            assert_eq!(places(&[text.to_owned()]), [text], "one");
        }
    }

    #[test]
    fn a_heading_of_several_indexes_names_its_own() {
        assert_eq!(index_of_head("[shop] src/a.rs:3"), Some(("shop", "src/a.rs:3")));
        assert_eq!(index_of_head("[id]/page.tsx"), None);
    }

    #[test]
    fn a_heading_is_read_back() {
        let lines = LineRange { start: 12, end: 40 };
        for symbol in [None, Some(("function", "Pool::close")), Some(("in method", "close"))] {
            let written = heading("src/a.rs", lines, symbol);
            assert_eq!(split_lines(&written), ("src/a.rs", Some((12, Some(40)))), "{written}");
        }
    }

    #[test]
    fn lines_may_stand_behind_the_path() {
        let one = Some((12, None));
        let range = Some((12, Some(40)));
        for (written, lines) in [
            ("src/a.rs", None),
            ("src/a.rs:12", one),
            ("src/a.rs:12:5", one),
            ("src/a.rs:L12", one),
            ("src/a.rs#L12", one),
            ("src/a.rs:12-", one),
            ("src/a.rs:12-40", range),
            ("src/a.rs:12:1-40:9", range),
            ("src/a.rs#L12-L40", range),
            ("src/a.rs#L12C1-L40C9", range),
            ("src/a.rs:12..40", range),
            ("src/a.rs:12\u{2013}40", range),
            ("src/a.rs:12-40  function Pool::close at 32", range),
            ("src/a.rs:12-40  in method Pool::close 4-207", range),
            ("src/a.rs: 7 symbols, 80 lines", None),
            ("src/a.rs 12-40", range),
            ("src/a.rs (12-40)", range),
            ("src/a.rs (lines 12-40)", range),
            ("src/a.rs, lines 12-40", range),
            ("src/a.rs line 12", one),
            ("src/a.rs  L12", one),
            ("src/a.rs:12: error: expected", one),
            ("src/a.rs(12,5)", one),
            ("src/a.rs(12,5): error TS2304: no name", one),
            ("src/a.rs(12)", one),
            ("File \"src/a.rs\", line 12, in total", one),
            ("\"src/a.rs\" 12-40", range),
            ("  at Cart.total (src/a.rs:12:5)", one),
            ("at src/a.rs:12:5", one),
            ("--> src/a.rs:12:5", one),
        ] {
            assert_eq!(split_lines(written), ("src/a.rs", lines), "{written}");
        }
        for path in [
            "c:/x",
            "my notes.md",
            "a 12-x",
            " 12",
            "src/a#b.rs",
            "a:b",
            "src/a.rs:12-x",
            "app/(shop)/page.tsx",
            "app/(12)/page.tsx",
            "notes (1).md",
            "\"quoted\".txt",
            "at home.md",
            "src/a.rs:",
        ] {
            assert_eq!(split_lines(path), (path, None));
        }
        assert_eq!(split_lines("c:/x:12"), ("c:/x", one));
    }
}
