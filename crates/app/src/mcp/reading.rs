//! `read_chunk`, `find_related` and `analyze_query`.

use std::fmt::Write as _;
use std::path::Path;

use sconce_engine::{Engine, OutlineEntry, SearchRequest, Selector};

use super::arguments::{Analyze, Read, Related};
use super::errors::ToolError;
use super::freshness;
use super::render::{results, tokens};
use super::search::bounded;
use super::tools::Call;
use crate::output::{code_line, cut, escaped, qualified, word};

/// A file of an index, and the line meant.
struct Spot {
    index: String,
    path: String,
    line: Option<u32>,
    notes: Vec<String>,
}

/// The path of a call, which must not be empty.
fn path_of(call: &Call<'_>, path: &str) -> Result<(), ToolError> {
    if path.trim().is_empty() {
        return Err(ToolError::new("the path is empty")
            .with_hint("name a file, relative to the project's root")
            .with_call(call.tool, &serde_json::json!({ "path": "src/main.rs", "line": 1 })));
    }
    Ok(())
}

/// Resolves `path`, `path:line`, an absolute path, and which index is meant.
async fn spot(
    call: &Call<'_>,
    engine: &Engine,
    path: &str,
    line: Option<u32>,
    project: Option<&str>,
    index_name: Option<&str>,
) -> Result<Spot, ToolError> {
    let (path, in_path) = split_line(path.trim());
    let line = line.or(in_path);
    let (index, notes) = if let Some(name) = index_name {
        (call.mcp.index_named(engine, name).await?, vec![])
    } else {
        let absolute = project.is_none() && Path::new(path).is_absolute();
        let place = call.locate(if absolute { Some(path) } else { project }).await?;
        let fresh = freshness::of(call.mcp, engine, call.tool, &place.folder).await?;
        (fresh.index, fresh.notes)
    };
    let relative = Path::new(path).strip_prefix(&index.root).unwrap_or(Path::new(path));
    let relative = relative.strip_prefix("./").unwrap_or(relative);
    Ok(Spot { index: index.name, path: relative.to_string_lossy().into_owned(), line, notes })
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

/// `read_chunk`.
pub(super) async fn read(call: &Call<'_>, arguments: Read) -> Result<String, ToolError> {
    path_of(call, &arguments.path)?;
    let engine = call.mcp.engine().await?;
    let Read { path, line, project, index_name, max_tokens } = arguments;
    let spot = spot(call, &engine, &path, line, project.as_deref(), index_name.as_deref()).await?;
    let room =
        bounded(super::arguments::ResponseFormat::Detailed, max_tokens, 1).max_tokens as usize;
    let mut text = String::new();
    for note in &spot.notes {
        let _ = writeln!(text, "note: {}", escaped(note));
    }
    match spot.line {
        Some(line) => definition(&mut text, &engine, &spot, line, room).await?,
        None => outline(&mut text, &engine, &spot, room).await?,
    }
    Ok(text)
}

async fn definition(
    text: &mut String,
    engine: &Engine,
    spot: &Spot,
    line: u32,
    room: usize,
) -> Result<(), ToolError> {
    let found = engine.definition_at(&spot.index, &spot.path, line).await?;
    let Some(found) = found else {
        return Err(ToolError::new(format!("{} has no line {line}", cut(&spot.path)))
            .with_hint("lines are counted from 1; without a line the answer is the outline")
            .with_call("read_chunk", &serde_json::json!({ "path": spot.path })));
    };
    let _ = write!(text, "{}:{}-{}", escaped(&found.path), found.start_line, found.end_line);
    if let Some(symbol) = &found.symbol {
        let _ = write!(text, "  {} {}", symbol.kind, escaped(&full_name(symbol)));
    }
    text.push('\n');
    let total = found.content.lines().count();
    for (shown, (number, line)) in (found.start_line..).zip(found.content.lines()).enumerate() {
        let line = code_line(number, line);
        if tokens(text) + tokens(&line) > room {
            let left = total - shown;
            let _ = writeln!(text, "… {left} more lines from {number}: raise max_tokens");
            break;
        }
        let _ = writeln!(text, "{line}");
    }
    Ok(())
}

async fn outline(
    text: &mut String,
    engine: &Engine,
    spot: &Spot,
    room: usize,
) -> Result<(), ToolError> {
    let entries = engine.outline(&spot.index, &spot.path).await?;
    let _ = writeln!(text, "{}: {} symbols", escaped(&spot.path), entries.len());
    for (shown, entry) in entries.iter().enumerate() {
        let indent = "  ".repeat(entry.scopes.len() + 1);
        let (start, end) = (entry.start_line, entry.end_line);
        let signature = escaped(&entry.signature);
        let line = format!("{indent}{start}-{end} {} {signature}", entry.kind);
        if tokens(text) + tokens(&line) > room {
            let _ = writeln!(text, "… {} more symbols: raise max_tokens", entries.len() - shown);
            break;
        }
        let _ = writeln!(text, "{line}");
    }
    Ok(())
}

fn full_name(symbol: &OutlineEntry) -> String {
    let mut parts: Vec<&str> = symbol.scopes.iter().map(String::as_str).collect();
    parts.push(&symbol.name);
    parts.join("::")
}

/// `find_related`.
pub(super) async fn related(call: &Call<'_>, arguments: Related) -> Result<String, ToolError> {
    path_of(call, &arguments.path)?;
    let engine = call.mcp.engine().await?;
    let Related { path, line, project, index_name, limit, max_tokens, response_format } = arguments;
    let spot = spot(call, &engine, &path, line, project.as_deref(), index_name.as_deref()).await?;
    let limit = limit.clamp(1, 100);
    let line = spot.line.unwrap_or(1);
    let found = engine.related(&spot.index, &spot.path, line, limit as usize).await?;
    Ok(results(&found, &spot.notes, bounded(response_format, max_tokens, limit)))
}

/// `analyze_query`.
pub(super) async fn analyze(call: &Call<'_>, arguments: Analyze) -> Result<String, ToolError> {
    let engine = call.mcp.engine().await?;
    let (index, notes) = if let Some(name) = arguments.index_name {
        (call.mcp.index_named(&engine, &name).await?.name, vec![])
    } else {
        let place = call.locate(arguments.path.as_deref()).await?;
        let fresh = freshness::of(call.mcp, &engine, call.tool, &place.folder).await?;
        (fresh.index.name, fresh.notes)
    };
    let request = SearchRequest {
        query: arguments.query,
        limit: arguments.limit.clamp(1, 50) as usize,
        indexes: vec![Selector::Name(index)],
        explain: true,
        ..SearchRequest::default()
    };
    let response = engine.search(&request).await?;
    let mut text = String::new();
    for note in notes.iter().chain(&response.notices) {
        let _ = writeln!(text, "note: {}", escaped(note));
    }
    let _ = writeln!(text, "query: {}", word(&response.query));
    let t = &response.timings;
    let _ = writeln!(
        text,
        "timings: embed {:.1} ms, words {:.1} ms, vectors {:.1} ms, rank {:.1} ms, fetch {:.1} ms, \
         total {:.1} ms",
        t.embed_ms, t.words_ms, t.vectors_ms, t.rank_ms, t.fetch_ms, t.total_ms
    );
    for (position, result) in response.results.iter().enumerate() {
        let symbol = escaped(&qualified(result).unwrap_or_default());
        let path = escaped(&result.path);
        let place = format!("{path}:{}-{}", result.start_line, result.end_line);
        let _ = write!(
            text,
            "{}. {place}  {symbol}  score {:.3}, found by {}",
            position + 1,
            result.score,
            word(&result.match_type)
        );
        for effect in result.explanation.iter().flatten() {
            let _ = write!(text, ", {} {:+.3}", word(&effect.signal), effect.effect);
        }
        text.push('\n');
    }
    Ok(text)
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
