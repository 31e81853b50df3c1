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
    /// What the caller should know of the index.
    pub notes: Vec<String>,
}

/// Resolves `path`, `path:line`, an absolute path, and which index is meant.
pub(super) async fn resolve(call: &Call<'_>, named: &Named) -> Result<FileLocation, ToolError> {
    let Named { path, line, project, index_name } = named;
    if path.trim().is_empty() {
        return Err(ToolError::new("the path is empty")
            .with_hint("name a file, relative to the project's root")
            .with_call(call.tool, &serde_json::json!({ "path": "src/main.rs", "line": 1 })));
    }
    let engine = &call.mcp.engine().await?;
    let (path, in_path) = split_line(path.trim());
    let line = line.or(in_path);
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
    Ok(FileLocation { index, path, line, notes })
}

/// `src/a.rs:12` and `src/a.rs:12-40` as a path and a line.
fn split_line(path: &str) -> (&str, Option<u32>) {
    let Some((file, lines)) = path.rsplit_once(':') else { return (path, None) };
    let first = lines.split('-').next().unwrap_or_default();
    match first.parse() {
        Ok(line) => (file, Some(line)),
        Err(_) => (path, None),
    }
}

#[cfg(test)]
mod tests {
    use super::split_line;

    #[test]
    fn a_line_may_stand_behind_the_path() {
        assert_eq!(split_line("src/a.rs"), ("src/a.rs", None));
        assert_eq!(split_line("src/a.rs:12"), ("src/a.rs", Some(12)));
        assert_eq!(split_line("src/a.rs:12-40"), ("src/a.rs", Some(12)));
        assert_eq!(split_line("c:/x"), ("c:/x", None));
    }
}
