//! A file of an index and a line in it, as a call names them.

use std::path::Path;

use sconce_engine::Index;

use super::call::Call;
use super::errors::ToolError;
use super::freshness::{self, Noted};

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
    if path.trim().is_empty() {
        return Err(ToolError::new("the path is empty")
            .with_hint("name a file, relative to the project's root")
            .with_call(call.tool, &serde_json::json!({ "path": "src/main.rs", "line": 1 })));
    }
    let engine = &call.mcp.engine().await?;
    let (path, in_path) = split_lines(path.trim());
    let (line, end_line) = match in_path {
        Some((first, last)) if line.is_none() => (Some(first), last.or(*end_line)),
        _ => (*line, *end_line),
    };
    let (index, notes) = if let Some(name) = index_name {
        (call.mcp.index_named(engine, name).await?, vec![])
    } else {
        let absolute = project.is_none() && Path::new(path).is_absolute();
        let given = if absolute { Some(path) } else { project.as_deref() };
        let place = call.locate(given).await?;
        let Noted { index, notes } =
            freshness::of(call.mcp, engine, call.tool, &place.directory).await?;
        (index, notes)
    };
    let relative = Path::new(path).strip_prefix(index.root()).unwrap_or(Path::new(path));
    let relative = relative.strip_prefix("./").unwrap_or(relative);
    let mut path = relative.to_string_lossy().into_owned();
    if path.contains('\\') && !index.holds_file(&path).await? {
        path = path.replace('\\', "/");
    }
    Ok(FileLocation { index, path, line, end_line, notes })
}

/// A path and the lines behind it, as agents write them: `src/a.rs:12`, `src/a.rs:12-40`,
/// `src/a.rs:12:5`, `src/a.rs#L12-L40`.
fn split_lines(path: &str) -> (&str, Option<(u32, Option<u32>)>) {
    for (at, _) in path.match_indices([':', '#']) {
        if let Some(lines) = lines(&path[at + 1..]) {
            return (&path[..at], Some(lines));
        }
    }
    (path, None)
}

/// `12`, `12-40`, `L12-L40`, `12:5-40:1`: the first line and the last.
fn lines(text: &str) -> Option<(u32, Option<u32>)> {
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
    use super::split_lines;

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
        ] {
            assert_eq!(split_lines(written), ("src/a.rs", lines), "{written}");
        }
        for path in ["c:/x", "src/a#b.rs", "a:b", "src/a.rs:12-x", "src/a.rs:"] {
            assert_eq!(split_lines(path), (path, None));
        }
        assert_eq!(split_lines("c:/x:12"), ("c:/x", one));
    }
}
